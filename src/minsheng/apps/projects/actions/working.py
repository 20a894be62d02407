"""Work on an entry: who has it and until when, news, milestones, money, risk, and asking for the check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from django.db import transaction
from django.utils import timezone

from minsheng.apps.people.installed import packs
from minsheng.apps.projects import access
from minsheng.apps.projects.models import KINDS, RISKS, Entry
from minsheng.apps.projects.writing import Shown, keep, locked, move, note, tell
from minsheng.lib.errors import Conflict, NotFound, WrongInput
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

DID = Text("做了什么，做到哪一步", "what was done, and how far it is")


def assign_entry(
    number: str, *, by: Account, owner: str, due: date, helpers: Sequence[str] = ()
) -> Entry:
    """Return a listed entry with its owner and day: it is in hand from now on."""
    with transaction.atomic():
        entry = locked(number, by)
        access.require(access.may_assign(entry, by), entry)
        move(entry, "start")
        posts = packs().district.posts
        if any(post not in posts for post in (owner, *helpers)) or not owner:
            raise _wrong("owner", Text("请选一个岗位", "choose a post"))
        if entry.checker in {owner, *helpers}:
            raise _wrong("owner", Text("核对的岗位不能自己办", "who checks it can't have it"))
        if due < timezone.localdate():
            raise _wrong("due", Text("日期已经过了", "the day has passed"))
        entry.owner, entry.office, entry.due = owner, access.office_of(owner), due
        entry.helpers = list(helpers)
        note(entry, "assigned", by=by, worked=True, owner=owner, due=due.isoformat())
        tell(
            entry,
            entry.parties,
            Text("台账里有一条归您", "An entry of the ledger is yours"),
            key="assigned",
        )
    return entry


def list_as(number: str, kind: str, *, by: Account) -> Entry:
    """Return an entry moved on to another list: a problem into the ledger, that into the projects."""
    with transaction.atomic():
        entry = locked(number, by)
        access.require(access.may_assign(entry, by) or access.owns(entry, by), entry)
        if kind not in KINDS or KINDS.index(kind) <= KINDS.index(entry.kind):
            raise _wrong(
                "kind",
                Text("只能往后走：问题、台账、项目", "it only moves on: problem, ledger, project"),
            )
        before, entry.kind = entry.kind, kind
        note(entry, "listed_as", by=by, before=before, kind=kind)
    return entry


def add_news(
    number: str, shown: Shown, *, by: Account, kind: Literal["note", "before", "after"] = "note"
) -> Entry:
    """Return an entry with news of the work: words, and perhaps a file, of before or after it."""
    with transaction.atomic():
        entry = _worked_on(number, by)
        kept = keep(entry, kind, shown, by=by, needed=DID)
        note(entry, "news", by=by, worked=True, evidence=kept.pk)
    return entry


def finish_milestone(number: str, key: str, shown: Shown, *, by: Account) -> Entry:
    """Return an entry one of whose milestones is done, with the evidence for it."""
    with transaction.atomic():
        entry = _worked_on(number, by)
        milestone = entry.milestones.filter(key=key).first()
        if milestone is None:
            raise NotFound(
                "projects.no_milestone",
                "没有这个节点，刷新页面再看。",
                "There is no such milestone. Reload the page.",
            )
        if milestone.done_on is not None:
            raise Conflict(
                "projects.milestone_done",
                "这个节点刚才已经有人办完了。刷新看看。",
                "Somebody has just finished this milestone. Reload and see.",
            )
        milestone.done_on = timezone.localdate()
        milestone.save(update_fields=["done_on"])
        kept = keep(entry, "milestone", shown, by=by, needed=DID, milestone=milestone)
        note(entry, "milestone", by=by, worked=True, milestone=key, evidence=kept.pk)
    return entry


def report_money(number: str, spent_fen: int, *, by: Account) -> Entry:
    """Return an entry with what has been spent so far; it may be more than was approved, and shows."""
    with transaction.atomic():
        entry = _worked_on(number, by)
        if not 0 <= spent_fen < 10**15:
            raise _wrong("spent", Text("金额不对", "the sum is wrong"))
        before, entry.spent_fen = entry.spent_fen, spent_fen
        note(entry, "money", by=by, worked=True, before=before, spent_fen=spent_fen)
    return entry


def judge_risk(number: str, risk: str, words: str, *, by: Account) -> Entry:
    """Return an entry with its risk, and in words what it is."""
    with transaction.atomic():
        entry = _worked_on(number, by)
        if risk not in RISKS:
            raise _wrong("risk", Text("风险选低、中、高", "risk is low, medium or high"))
        entry.risk = risk
        entry.risk_words = words.strip()[:300] if entry.person is None else ""
        note(entry, "risk", by=by, worked=True, risk=risk)
    return entry


def begin_observation(number: str, shown: Shown, *, by: Account) -> Entry:
    """Return an entry whose work is done and that is watched for a while before anybody checks it."""
    with transaction.atomic():
        entry = _owned(number, by)
        _require_milestones(entry)
        move(entry, "finish")
        entry.observe_until = timezone.localdate() + timedelta(days=entry.observe_days)
        kept = keep(entry, "finish", shown, by=by, needed=DID)
        until = entry.observe_until.isoformat()
        note(entry, "observed", by=by, worked=True, evidence=kept.pk, until=until)
    return entry


def record_rain(number: str, shown: Shown, *, on: date, by: Account) -> Entry:
    """Return an observed entry that stayed dry through rain on a day of its observation."""
    with transaction.atomic():
        entry = locked(number, by)
        access.require(access.may_work(entry, by), entry)
        move(entry, "work")
        if entry.state != "observing" or not entry.needs_rain:
            raise Conflict(
                "projects.no_rain_needed",
                "这一条现在不用记下雨。刷新看看。",
                "No rain is to be recorded for this entry now. Reload and see.",
            )
        began = (entry.observe_until or on) - timedelta(days=entry.observe_days)
        if not began <= on <= timezone.localdate():
            raise _wrong("rain", Text("写观察期里下雨的那一天", "a day of the observation"))
        entry.rain_on = on
        kept = keep(
            entry, "rain", shown, by=by, needed=Text("雨后看了哪里，漏没漏", "what stayed dry")
        )
        note(entry, "rain", by=by, worked=True, evidence=kept.pk, rain_on=on.isoformat())
    return entry


def ask_check(number: str, shown: Shown, *, by: Account) -> Entry:
    """Return an entry that waits for the check: every milestone is done, the observation is over."""
    with transaction.atomic():
        entry = _owned(number, by)
        _require_milestones(entry)
        _require_observation(entry)
        move(entry, "ask_check")
        entry.asked_by, entry.round = by, entry.round + 1
        kept = keep(
            entry, "ask", shown, by=by, needed=Text("凭什么可以销号", "why it can be closed")
        )
        note(entry, "asked", by=by, worked=True, evidence=kept.pk)
        tell(
            entry,
            {entry.checker},
            Text("台账里有一条等您核对", "An entry waits for your check"),
            key="ask",
        )
    return entry


def _worked_on(number: str, by: Account) -> Entry:
    entry = locked(number, by)
    access.require(access.may_work(entry, by), entry)
    move(entry, "work")
    return entry


def _owned(number: str, by: Account) -> Entry:
    entry = locked(number, by)
    access.require(access.owns(entry, by), entry)
    return entry


def _require_milestones(entry: Entry) -> None:
    missing = entry.milestones.filter(done_on__isnull=True).count()
    if missing:
        raise Conflict(
            "projects.milestones_open",
            f"还有 {missing} 个节点没办完。办完一个写一个凭据，再报核对。",
            f"{missing} milestones are not done. Finish each with its evidence, then ask.",
            facts={"missing": missing},
        )


def _require_observation(entry: Entry) -> None:
    until = entry.observe_until
    if entry.state == "running" and entry.observe_days:
        raise Conflict(
            "projects.not_observed",
            f"这一条做完要观察 {entry.observe_days} 天。先报完工，再报核对。",
            f"This entry is observed for {entry.observe_days} days once it is done. "
            "Report the end of the work first.",
        )
    if entry.state == "observing" and until and timezone.localdate() < until:
        raise Conflict(
            "projects.still_observed",
            f"观察期到 {until.isoformat()}，还没有到。到了那天再报。",
            f"It is observed until {until.isoformat()}. Ask again on that day.",
        )
    if entry.state == "observing" and entry.needs_rain and entry.rain_on is None:
        raise Conflict(
            "projects.no_rain_yet",
            "渗漏要过一场雨才知道好没好。下雨后去看，记一笔再报。",
            "Only rain shows whether a leak is mended. Look after the rain, record it, then ask.",
        )


def _wrong(field: str, words: Text) -> WrongInput:
    return WrongInput(
        "projects.wrong",
        f"{words.zh}。别的都还在。",
        f"This can't be: {words.to('en')}. The rest is still there.",
        field=field,
    )
