"""Items are given: an exit ticket, homework within the law, a pupil's own practice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.mastery import access
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.minutes import minutes_left, minutes_of
from minsheng.apps.mastery.models import (
    CANCELLED,
    CLOSED,
    HANDED_IN,
    HOMEWORK,
    OPEN,
    PRACTICE,
    TICKET,
    WAITING,
    Sheet,
    Work,
)
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.apps.schools import reads as school_reads
from minsheng.apps.schools.models import SchoolClass, SchoolUser
from minsheng.lib.errors import Conflict, NotFound, WrongInput
from minsheng.lib.texts import Text

STREAM = "work"
MOST_ITEMS = 20
TICKET_ITEMS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a teacher gives: items by key; `minutes` 0 means what the items are expected to take."""

    subject: str
    title: str
    items: tuple[str, ...]
    day: date | None = None
    due: datetime | None = None
    minutes: int = 0
    reasons: Mapping[str, str] = field(default_factory=dict)


def give_ticket(class_id: int, given: Given, *, by: Account) -> Work:
    """Return a new exit ticket, open for every pupil of the class; an open one must be closed first.

    Raises NotAllowed for who doesn't teach the class, WrongInput with the field, Conflict where one
    is open.
    """
    school_class = schools.require_teacher(by, class_id)
    with transaction.atomic():
        SchoolClass.objects.select_for_update().get(pk=school_class.pk)
        if Work.objects.filter(
            school_class=school_class, kind=TICKET, state=OPEN, subject=given.subject
        ).exists():
            raise Conflict(
                "mastery.ticket_open",
                "这个班还有一张出门条没有收。请先收上来，再发下一张。",
                "This class still has an open exit ticket. Collect it first.",
            )
        return _give(school_class, TICKET, given, most=TICKET_ITEMS, by=by)


def give_homework(class_id: int, given: Given, *, by: Account) -> Work:
    """Return new written homework for every pupil of the class, within the minutes of the day.

    All subjects count together. Raises WrongInput where the day's limit would be passed; the
    sentence says how many minutes are left.
    """
    school_class = schools.require_teacher(by, class_id)
    with transaction.atomic():
        SchoolClass.objects.select_for_update().get(pk=school_class.pk)
        day = given.day or timezone.localdate()
        left = minutes_left(school_class, day)
        wanted = given.minutes or minutes_of(shelf(given.subject), given.items)
        if left is not None and wanted > left:
            raise WrongInput(
                "mastery.homework_limit",
                _over(school_class.grade, wanted, left).zh,
                _over(school_class.grade, wanted, left).en,
                field="items",
                facts={"left": left, "minutes": wanted},
            )
        work = _give(school_class, HOMEWORK, given, most=MOST_ITEMS, by=by)
    for pupil in school_reads.pupils_in(school_class):
        _tell(pupil.person, work)
    return work


def start_practice(pupil: SchoolUser, given: Given, *, by: Account) -> Sheet:
    """Return a sheet of a pupil's own practice; one that is open already is gone on with."""
    school_class = school_reads.class_of(pupil)
    if school_class is None:
        raise access.no_such_work()
    with transaction.atomic():
        SchoolUser.objects.select_for_update().get(pk=pupil.pk)
        open_one = Sheet.objects.filter(
            pupil=pupil, state=WAITING, work__kind=PRACTICE, work__subject=given.subject,
            work__state=OPEN,
        ).first()  # fmt: skip
        if open_one is not None:
            return open_one
        work = _give(school_class, PRACTICE, given, most=MOST_ITEMS, by=by, pupils=[pupil.pk])
        return work.sheets.get()


def close_work(work_id: int, *, by: Account) -> Work:
    """Collect a work: nobody hands it in any more. Twice is once."""
    work = access.require_work(by, work_id)
    with transaction.atomic():
        work = Work.objects.select_for_update().get(pk=work.pk)
        if work.state == OPEN:
            _end(work, CLOSED, by=f"account:{by.pk}")
    return work


def cancel_work(work_id: int, *, by: Account) -> Work:
    """Take a work back before anybody has handed it in; raises Conflict afterwards."""
    work = access.require_work(by, work_id)
    with transaction.atomic():
        work = Work.objects.select_for_update().get(pk=work.pk)
        if work.sheets.filter(state=HANDED_IN).exists():
            raise Conflict(
                "mastery.handed_in",
                "已经有学生交了，不能撤回，可以收卷。",
                "Somebody has handed it in, so it can't be taken back. You can collect it.",
            )
        if work.state == OPEN:
            _end(work, CANCELLED, by=f"account:{by.pk}")
    return work


def close_due_works(at: datetime | None = None) -> int:
    """Collect homework whose time has come, and return how many there were."""
    now, done = at or timezone.now(), 0
    for pk in list(Work.objects.filter(state=OPEN, due__lte=now).values_list("pk", flat=True)):
        with transaction.atomic():
            work = Work.objects.select_for_update().get(pk=pk)
            if work.state == OPEN:
                _end(work, CLOSED, by="system")
                done += 1
    return done


def _give(
    school_class: SchoolClass,
    kind: str,
    given: Given,
    *,
    most: int,
    by: Account,
    pupils: Sequence[int] | None = None,
) -> Work:
    of = shelf(given.subject)
    items = list(dict.fromkeys(given.items))
    if not 1 <= len(items) <= most:
        raise WrongInput(
            "mastery.how_many",
            f"请选 1 到 {most} 道题，现在是 {len(items)} 道。选好的都还在。",
            f"Choose 1 to {most} items; there are {len(items)}. Your choice is kept.",
            field="items",
        )
    for key in items:
        of.item(key)
    title = given.title.strip()
    if not title or len(title) > 60:
        raise WrongInput(
            "mastery.title", "请写一个名字，60 字以内。", "Give it a name of at most 60 characters.",
            field="title",
        )  # fmt: skip
    ids = school_reads.pupil_ids(school_class) if pupils is None else pupils
    if not ids:
        raise NotFound(
            "mastery.empty_class",
            "这个班的名册里还没有学生，先导入名册。",
            "The register holds no pupils of this class; import it first.",
        )
    work = Work.objects.create(
        kind=kind, school_class=school_class, subject=given.subject, pack=of.subject.hash,
        title=title, items=items, reasons=dict(given.reasons),
        day=given.day or timezone.localdate(), due=given.due,
        minutes=given.minutes or minutes_of(of, items), given_by=by,
    )  # fmt: skip
    Sheet.objects.bulk_create(Sheet(work=work, pupil_id=pupil) for pupil in ids)
    _record(work, "given", f"account:{by.pk}", {"kind": kind, "items": len(items)})
    return work


def _end(work: Work, state: str, *, by: str) -> None:
    work.state, work.closed_at = state, timezone.now()
    work.save(update_fields=["state", "closed_at"])
    _record(work, state, by, {})


def _over(grade: int, wanted: int, left: int) -> Text:
    if grade <= 2:
        return Text(
            "一、二年级不布置书面家庭作业，没有布置。",
            "Grades 1 and 2 have no written homework; nothing was set.",
        )
    return Text(
        f"这些题约 {wanted} 分钟，这一天只剩 {left} 分钟（各科合计有上限）。请减几道，选好的都还在。",
        f"These take about {wanted} minutes and {left} are left of that day's limit for all subjects. Take some out; your choice is kept.",
    )


def _tell(person: object, work: Work) -> None:
    account = people.account_of_person(person)  # type: ignore[arg-type]
    if account is None:
        return
    notices.notify(
        account,
        kind="learning",
        title=Text("有新的作业", "There is new homework"),
        body=Text(
            f"{work.title}，约 {work.minutes} 分钟", f"{work.title}, about {work.minutes} minutes"
        ),
        link=f"/learn/works/{work.pk}",
        key=f"work:{work.pk}:{account.pk}",
    )


def _record(work: Work, kind: str, by: str, facts: dict[str, str | int | bool]) -> None:
    audit.record(STREAM, str(work.pk), audit.News(f"work.{kind}", timezone.now(), by, facts))
