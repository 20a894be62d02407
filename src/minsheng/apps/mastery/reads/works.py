"""Work as it is given and answered: a teacher's list, what waits for a pupil, one sheet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from minsheng.apps.mastery import access
from minsheng.apps.mastery.bank import Shelf, shelf
from minsheng.apps.mastery.models import (
    CANCELLED,
    HANDED_IN,
    OPEN,
    TO_DECIDE,
    WAITING,
    Answer,
    Sheet,
    Work,
)
from minsheng.apps.mastery.sealing import opened
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.apps.schools import reads as school_reads
from minsheng.apps.schools.models import SchoolUser
from minsheng.engines.items.answers import check_answer
from minsheng.engines.items.items import BLANKS, Blanks, Item, Order, options_of, right_answer
from minsheng.lib.texts import Text

Said = str | Sequence[str]
KINDS = {
    "ticket": Text("出门条", "Exit ticket"),
    "homework": Text("作业", "Homework"),
    "practice": Text("自己练", "Practice"),
}


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A work in a list: how many of how many have handed it in."""

    work: Work
    kind: Text
    handed_in: int
    of: int


@dataclass(frozen=True, slots=True)
class AskedItem:
    """An item as it is shown: its number, the words, what was answered, and, afterwards, the truth.

    `control` is how it is answered: one letter, several, truth, a line, several lines, an order, a
    text. `result` is "" until it was handed in.
    """

    number: int
    key: str
    item: Item
    control: str
    options: Mapping[str, str]
    places: tuple[str, ...]
    given: tuple[str, ...] = ()
    result: str = ""
    said: Text = Text("")  # noqa: RUF009  Text is frozen
    right: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """A pupil's sheet: the items, open to be answered or handed in with what was right."""

    sheet: Sheet
    work: Work
    kind: Text
    items: tuple[AskedItem, ...]
    is_open: bool

    @property
    def right(self) -> int:
        """Return how many were right."""
        return sum(one.result == "right" for one in self.items)


@dataclass(frozen=True, slots=True)
class DoneLine:
    """A work that is over for a pupil: handed in with so many right, excused, or not handed in.

    `waits` is how many answers wait for the teacher.
    """

    sheet: Sheet
    work: Work
    kind: Text
    right: int
    of: int
    waits: int


@dataclass(frozen=True, slots=True)
class TypingView:
    """A pupil's sheet to type in from paper; `after` is the pupil who comes next, None for nobody."""

    work: Work
    kind: Text
    sheet: Sheet
    name: str
    items: tuple[AskedItem, ...]
    after: int | None


def works_of(class_id: int, *, account: Account, limit: int = 50) -> list[WorkLine]:
    """Return what was given to a class lately, the newest first; own practice isn't listed."""
    school_class = schools.require_class(account, class_id)
    rows = (
        Work.objects.filter(school_class=school_class)
        .exclude(kind="practice")
        .exclude(state=CANCELLED)
        .annotate(handed=Count("sheets", filter=Q(sheets__state=HANDED_IN)), whole=Count("sheets"))
        .order_by("-day", "-pk")[:limit]
    )
    return [WorkLine(row, KINDS[row.kind], row.handed, row.whole) for row in rows]


def waiting_for(pupil: SchoolUser) -> list[Sheet]:
    """Return the sheets that wait for a pupil, tickets first, then by the time they are due."""
    rows = (
        Sheet.objects.filter(pupil=pupil, state=WAITING, work__state=OPEN)
        .select_related("work")
        .order_by("work__due", "-work__at")
    )
    order = {"ticket": 0, "homework": 1, "practice": 2}
    return sorted(rows, key=lambda one: order[one.work.kind])


def own_sheet(sheet: Sheet) -> OwnSheet:
    """Return a sheet with its items; whoever asks for it has been let in by `access`."""
    work, of = sheet.work, shelf(sheet.work.subject)
    answers = {one.item: one for one in sheet.answers.all()}
    is_done = sheet.state == HANDED_IN
    items = [
        asked(of, key, number, answers.get(key), sheet.pupil, work.reasons.get(key, ""))
        for number, key in enumerate(work.items, 1)
        if key in of.subject.items
    ]
    is_open = not is_done and sheet.state == WAITING and work.state == OPEN
    return OwnSheet(sheet, work, KINDS[work.kind], tuple(items), is_open)


def asked(
    of: Shelf, key: str, number: int, answer: Answer | None, pupil: SchoolUser, reason: str = ""
) -> AskedItem:
    """Return one item as it is shown to a pupil, with their answer where there is one."""
    item = of.subject.items[key]
    given: Any = opened(pupil, answer.given) if answer else None
    parts = (given,) if isinstance(given, str) else tuple(given or ())
    result, said = "", Text("")
    if answer is not None:
        result = answer.result
        said = check_answer(item, given).said if given else LEFT_OUT
        if answer.decided_by_id:
            said = DECIDED
    return AskedItem(
        number, key, item, CONTROLS[item.kind], options_of(item), places_of(item), parts,
        result, said, _right(item), reason,
    )  # fmt: skip


LATELY = timedelta(days=30)
CONTROLS = {
    "choice": "one", "choices": "several", "judge": "truth", "number": "line",
    "blanks": "lines", "expression": "line", "order": "order", "text": "text",
}  # fmt: skip
LEFT_OUT = Text("没有写。", "Left out.")
DECIDED = Text("老师看过了，由老师定的。", "Your teacher has looked at it and decided.")
TRUTH = {"true": "对", "false": "错"}


def places_of(item: Item) -> tuple[str, ...]:
    """Return what names each place that is filled in: ①②③, or first to last."""
    if isinstance(item, Blanks):
        return tuple(BLANKS[: len(item.answer)])
    if isinstance(item, Order):
        return tuple(str(at) for at in range(1, len(item.answer) + 1))
    return ()


def asked_new(of: Shelf, keys: Sequence[str]) -> tuple[AskedItem, ...]:
    """Return items as pupils see them before anything is answered; unknown keys are left out."""
    return tuple(
        AskedItem(number, key, item, CONTROLS[item.kind], options_of(item), places_of(item), right=_right(item))
        for number, key in enumerate(keys, 1)
        if (item := of.subject.items.get(key)) is not None
    )  # fmt: skip


def to_mend(items: Sequence[AskedItem], answers: Mapping[str, Said]) -> dict[str, Text]:
    """Return what a pupil may still mend before it is handed in: item → how it is written.

    What can't be read says how to write it; what is empty says so. Nothing is checked for truth.
    """
    found = {}
    for one in items:
        said = answers.get(one.key, "")
        parts = [said] if isinstance(said, str) else list(said)
        if not any(part.strip() for part in parts):
            found[one.key] = Text("还没有写。", "Nothing is written yet.")
            continue
        checked = check_answer(one.item, said)
        if checked.result == "unreadable":
            found[one.key] = checked.said
    return found


def done_by(pupil: SchoolUser, *, limit: int = 20) -> list[DoneLine]:
    """Return what was given to a pupil lately and is over, the newest first; for who may see them."""
    rows = (
        Sheet.objects.filter(pupil=pupil)
        .exclude(state=WAITING, work__state=OPEN)
        .exclude(work__state=CANCELLED)
        .annotate(
            right=Count("answers", filter=Q(answers__result="right")),
            waits=Count("answers", filter=Q(answers__result__in=TO_DECIDE)),
        )
        .select_related("work")
        .order_by("-work__day", "-pk")[:limit]
    )
    return [
        DoneLine(row, row.work, KINDS[row.work.kind], row.right, len(row.work.items), row.waits)
        for row in rows
    ]


def typing_view(work_id: int, pupil_id: int, *, account: Account) -> TypingView:
    """Return a sheet that a teacher types in from paper, and whose is next; raises NotFound."""
    work = access.require_work(account, work_id)
    sheets = {one.pupil_id: one for one in work.sheets.select_related("pupil__person")}
    if pupil_id not in sheets:
        raise access.no_such_work()
    lines = school_reads.pupils_in(work.school_class, on=work.day)
    names = {one.id: one.name for one in lines}
    waiting = [one.id for one in lines if one.id in sheets and sheets[one.id].state == WAITING]
    after = [one for one in waiting if one != pupil_id]
    place = [one.id for one in lines].index(pupil_id) if pupil_id in names else 0
    later = [one.id for one in lines[place + 1 :] if one.id in after]
    return TypingView(
        work, KINDS[work.kind], sheets[pupil_id], names.get(pupil_id, ""),
        asked_new(shelf(work.subject), work.items), next(iter([*later, *after]), None),
    )  # fmt: skip


def suggested_items(
    subject: str,
    skills: Sequence[str],
    *,
    count: int = 5,
    seconds: int,
    without: Collection[str] = (),
) -> list[Item]:
    """Return items spread over the skills, machine-checked, seldom used lately.

    At most `count`, together about `seconds`; the basic ones first, then standard ones; none of
    those in `without`.
    """
    of = shelf(subject)
    lately = timezone.now() - LATELY
    used: dict[str, int] = {}
    for keys in Work.objects.filter(subject=subject, at__gte=lately).values_list(
        "items", flat=True
    ):
        for key in keys:
            used[key] = used.get(key, 0) + 1
    queues = [
        sorted(
            (
                item
                for item in of.subject.by_skill.get(key, ())
                if item.kind != "text" and item.skills[0] == key and item.key not in without
            ),
            key=lambda item: (used.get(item.key, 0), item.level, item.seconds, item.key),
        )
        for key in skills
    ]
    picked: list[Item] = []
    left = seconds
    while any(queues) and len(picked) < count:
        for queue in queues:
            item = next((one for one in queue if one.seconds <= left), None)
            queue.clear() if item is None else queue.remove(item)
            if item is not None and len(picked) < count:
                picked.append(item)
                left -= item.seconds
    return picked


def _right(item: Item) -> str:
    answer = right_answer(item)
    if isinstance(answer, str):
        return TRUTH.get(answer, answer) if item.kind == "judge" else answer
    places = places_of(item)
    return "　".join(
        f"{place} {part}" if item.kind == "blanks" else part
        for place, part in zip(places or answer, answer, strict=True)
    )
