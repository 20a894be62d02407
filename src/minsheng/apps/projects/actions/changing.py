"""Changing an entry's day, money, scope or owner: asked by its owner, decided by somebody else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.people.installed import packs
from minsheng.apps.projects import access
from minsheng.apps.projects.models import CHANGED, Change, Entry
from minsheng.apps.projects.words import FIELDS
from minsheng.apps.projects.writing import checked_words, locked, note, tell
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound, WrongInput
from minsheng.lib.money import parse_yuan
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

LONGEST_SCOPE = 1000


def ask_change(number: str, what: str, after: str, *, reason: str, by: Account) -> Change:
    """Return a wish to change one thing of an entry; nothing changes until another agrees.

    `after` is a day as 2026-05-31, a sum in yuan, the new scope in words, or a post. Of each, one may
    be open.
    """
    reason = checked_words(
        reason, needed=Text("为什么要改", "why it should change"), field="reason"
    )
    with transaction.atomic():
        entry = locked(number, by)
        access.require(access.owns(entry, by), entry)
        if not entry.is_open:
            raise not_open(entry)
        value = _read(entry, what, after)
        try:
            with transaction.atomic():
                change = Change.objects.create(
                    entry=entry,
                    what=what,
                    before=_now(entry, what),
                    after=value,
                    reason=reason[:500],
                    asked_by=by,
                    asked_at=timezone.now(),
                )
        except IntegrityError as error:
            raise Conflict(
                "projects.change_open",
                f"改{FIELDS[what].zh}的申请已经有一个没批。先等它批。",
                f"A wish to change the {FIELDS[what].to('en')} is open already. Wait for its answer.",
            ) from error
        note(entry, "change_asked", by=by, change=change.pk, what=what)
        deciders = {packs().district.head_of(entry.office), packs().district.supervision.leader}
        tell(
            entry,
            deciders - {""},
            Text("台账里有一个改动等您批", "A change of an entry waits for you"),
            key=f"change:{change.pk}",
        )
    return change


def decide_change(change_id: int, *, agreed: bool, answer: str, by: Account) -> Change:
    """Return a change decided: agreed, and made at once, or refused with the reason."""
    answer = checked_words(answer, needed=Text("理由", "the reason"), field="answer")
    found = Change.objects.select_related("entry").filter(pk=change_id).first()
    if found is None:
        raise _no_such_change()
    with transaction.atomic():
        entry = locked(found.entry.number, by)
        change = Change.objects.select_for_update().get(pk=change_id)
        if not access.may_decide(change, by):
            raise NotAllowed(
                "projects.decided_by_another",
                "改动由部门负责人或分管负责人批，提的人不能自己批。",
                "A change is decided by the head of the office or the leader, never by who asked.",
            )
        if change.state != "asked":
            raise Conflict(
                "projects.change_decided",
                "这个改动刚才已经批过了。刷新看看。",
                "This change has just been decided. Reload and see.",
            )
        if agreed:
            _make(entry, change)
        change.state = "agreed" if agreed else "refused"
        change.decided_by, change.decided_at = by, timezone.now()
        change.answer = answer[:500]
        change.save()
        note(entry, f"change_{change.state}", by=by, change=change.pk, what=change.what)
        words = (
            Text("改动批了", "The change was agreed to")
            if agreed
            else Text("改动没有批", "The change was refused")
        )
        tell(entry, entry.parties, words, key=f"change:{change.pk}")
    return change


def _read(entry: Entry, what: str, after: str) -> str:
    """Return the new value as it is stored; WrongInput where it can't be one."""
    after = after.strip()
    if what not in CHANGED:
        raise _wrong("what", Text("请选要改什么", "choose what to change"))
    if what == "due":
        try:
            day = date.fromisoformat(after)
        except ValueError as error:
            raise _wrong(
                "after", Text("日期写成 2026-05-31", "write the day as 2026-05-31")
            ) from error
        steps = entry.milestones.filter(done_on__isnull=True, due__gt=day).exists()
        if day < timezone.localdate() or steps:
            raise _wrong(
                "after",
                Text(
                    "日期已经过了，或早于没办完的节点",
                    "the day has passed or lies before an open milestone",
                ),
            )
        return day.isoformat()
    if what == "approved_fen":
        try:
            return str(parse_yuan(after))
        except MinshengError as error:
            raise WrongInput(error.code, error.zh, error.en, field="after") from error
    if what == "owner":
        if after not in packs().district.posts or after == entry.checker or after in entry.helpers:
            raise _wrong("after", Text("请选另一个岗位", "choose another post"))
        return after
    if not after or len(after) > LONGEST_SCOPE:
        raise _wrong("after", Text("写明新的范围", "write the new scope"))
    return after


def _now(entry: Entry, what: str) -> str:
    value = getattr(entry, what)
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def _make(entry: Entry, change: Change) -> None:
    """Set what was agreed to. Raises Conflict where it can't hold any more."""
    if not entry.is_open:
        raise not_open(entry)
    match change.what:
        case "due":
            entry.due = date.fromisoformat(change.after)
        case "approved_fen":
            entry.approved_fen = int(change.after)
        case "owner":
            entry.owner, entry.office = change.after, access.office_of(change.after)
        case _:
            entry.scope = change.after


def not_open(entry: Entry) -> Conflict:
    """Return the refusal of a change to an entry that has ended."""
    return Conflict(
        "projects.closed",
        "这一条已经销号或不办了，不能再改。要改，请先重新打开。",
        "This entry is closed or dropped and can't change. Open it again first.",
        facts={"entry": entry.number},
    )


def _no_such_change() -> NotFound:
    return NotFound(
        "projects.no_change",
        "没有这个改动，刷新页面再看。",
        "There is no such change. Reload the page.",
    )


def _wrong(field: str, words: Text) -> WrongInput:
    return WrongInput(
        "projects.wrong_change",
        f"{words.zh}。别的都还在。",
        f"This can't be: {words.to('en')}. The rest is still there.",
        field=field,
    )
