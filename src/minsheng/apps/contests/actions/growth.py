"""A teacher's own record: lines with evidence, checked by the head; a teacher may speak against a check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.contests import access, sealing
from minsheng.apps.contests.actions.writing import tell
from minsheng.apps.contests.models import CONFIRMED, CONTESTED, ENTERED, REFUSED, Growth
from minsheng.apps.contests.words import PURPOSES
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.records import actions as records
from minsheng.apps.records import reads as record_reads
from minsheng.apps.records.reads import Opened
from minsheng.apps.schools import access as schools
from minsheng.content.contests import PLATFORMS
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.texts import Text

STREAM = "growth"
OPENED = "growth.evidence_opened"
MOST_HOURS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a teacher did: platform, title, day, hours in quarters; evidence is a PDF or a picture."""

    platform: str
    title: str
    day: date
    hours: float = 0.0
    evidence: tuple[str, bytes] | None = None


def add_growth(done: Done, *, by: Account) -> Growth:
    """Return a new line of my record, to be checked by my head. Raises WrongInput with the field."""
    school = access.school_of(by)
    if school is None:
        raise NotAllowed(
            "contests.no_teacher",
            "只有学校名册里的老师有成长档案。请学校把您的登录名写进名册。",
            "Teachers in a school's register have a record. Ask your school to enter your sign-in.",
        )
    title = sealing.checked(done.title, field="title", most=80)
    quarters = done.hours * 4
    for wrong, name, zh, en in (
        (done.platform not in PLATFORMS, "platform", "请选五大平台里的一个。", "Choose one of the five platforms."),
        (done.day > timezone.localdate(), "day", "日期不能在今天以后。", "The day can't lie ahead."),
        (not 0 <= done.hours <= MOST_HOURS or quarters != int(quarters), "hours", f"学时写 0 到 {MOST_HOURS}，最小 0.25。", f"Hours from 0 to {MOST_HOURS}, in quarters."),
    ):  # fmt: skip
        if wrong:
            raise WrongInput(
                f"growth.{name}", f"{zh}别的都还在。", f"{en} The rest is kept.", field=name
            )
    with transaction.atomic():
        stored = None
        if done.evidence is not None:
            stored = records.store_file(done.evidence[1], done.evidence[0], owner=None, by=by)
        made = Growth.objects.create(
            account=by, school=school, platform=done.platform, title=title, day=done.day,
            quarters=int(quarters), evidence=stored,
        )  # fmt: skip
        _record(made, "added", by)
    return made


def check_growth(growth_id: int, right: bool, reply: str = "", *, by: Account) -> Growth:
    """Let the head confirm a line, or refuse it with a reason; also after the teacher spoke up."""
    with transaction.atomic():
        row = _locked(growth_id)
        if not schools.heads(by, row.school) or row.account_id == by.pk:
            raise access.no_such()
        if row.award_id is not None or row.state not in (ENTERED, CONTESTED):
            raise _settled()
        reply = sealing.checked(reply, field="reply", needed=not right)
        row.state, row.reply = CONFIRMED if right else REFUSED, sealing.sealed(reply)
        row.save(update_fields=["state", "reply"])
        _record(row, "confirmed" if right else "refused", by)
        tell(
            [row.account], Text("成长档案有一条核对过了", "A line of your record was checked"),
            Text("打开看看；不对可以提出来。", "Open it; if it is wrong, say so."),
            link="/school/growth", key=f"growth:{row.pk}:{row.state}:{timezone.now():%Y%m%d%H%M%S}",
        )  # fmt: skip
    return row


def contest_growth(growth_id: int, words: str, *, by: Account) -> Growth:
    """Speak against a line of my own record: one that was refused, or one that came by itself."""
    words = sealing.checked(words, field="words")
    with transaction.atomic():
        row = _locked(growth_id)
        if row.account_id != by.pk:
            raise access.no_such()
        if row.state == CONTESTED or (row.state != REFUSED and row.award_id is None):
            raise _settled()
        row.state, row.words = CONTESTED, sealing.sealed(words)
        row.save(update_fields=["state", "words"])
        _record(row, "contested", by)
        if row.award_id is not None:
            tell(
                people.accounts_of(access.REVIEWER), Text("有老师说获奖记录不对", "A teacher says an award is wrong"),
                Text("请核对获奖登记。", "Please check the register of awards."),
                link="/school/growth", key=f"contested:{row.pk}",
            )  # fmt: skip
    return row


def answer_growth(growth_id: int, reply: str, *, by: Account) -> Growth:
    """Answer, for the bureau, a teacher who spoke against a line that came by itself."""
    reply = sealing.checked(reply, field="reply")
    with transaction.atomic():
        row = _locked(growth_id)
        if not access.holds(by, access.REVIEWER) or row.award_id is None or row.account_id == by.pk:
            raise access.no_such()
        if row.state != CONTESTED:
            raise _settled()
        row.state, row.reply = CONFIRMED, sealing.sealed(reply)
        row.save(update_fields=["state", "reply"])
        _record(row, "answered", by)
    return row


def open_evidence(growth_id: int, purpose: str = "", *, by: Account) -> Opened:
    """Return the evidence of a line; that somebody other than its teacher opened it is written down.

    Raises NotFound for who may not see it, WrongInput for a purpose that isn't declared.
    """
    row = access.require_evidence(growth_id, by)
    if row.evidence is None:
        raise access.no_such()
    if row.account_id != by.pk:
        if purpose not in PURPOSES:
            raise WrongInput(
                "growth.purpose",
                "请先选为什么要看。老师看得到谁、为什么看过。",
                "Say first why you open it. The teacher sees who did, and why.",
                field="purpose",
            )
        facts: dict[str, str | int | bool] = {"purpose": purpose, "platform": row.platform}
        news = audit.News(OPENED, timezone.now(), f"account:{by.pk}", facts)
        audit.record(STREAM, str(row.pk), news)
    found = record_reads.opened(row.evidence)
    return Opened(
        f"evidence-{row.pk}.{found.name.rpartition('.')[2]}", found.media_type, found.content
    )


def _locked(growth_id: int) -> Growth:
    row = (
        Growth.objects.select_for_update(of=("self",))
        .select_related("account", "school")
        .filter(pk=growth_id)
        .first()
    )
    if row is None:
        raise access.no_such()
    return row


def _record(row: Growth, kind: str, by: Account) -> None:
    news = audit.News(
        f"growth.{kind}", timezone.now(), f"account:{by.pk}", {"platform": row.platform}
    )
    audit.record(STREAM, str(row.pk), news)


def _settled() -> Conflict:
    return Conflict(
        "growth.settled",
        "这一条已经定了，或者正在核对。请刷新看看。",
        "This line is settled, or being checked. Reload to see.",
    )
