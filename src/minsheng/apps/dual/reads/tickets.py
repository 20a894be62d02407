"""The joint exit ticket: both sides beside each other, names of one's own class alone."""

from __future__ import annotations

from dataclasses import dataclass

from minsheng.apps.dual import access
from minsheng.apps.dual.models import Part
from minsheng.apps.dual.reads.lessons import SMALLEST
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.models import HANDED_IN, TO_DECIDE, Answer, Work
from minsheng.apps.people.models import Account
from minsheng.apps.schools import reads as school_reads
from minsheng.engines.items.items import Item


@dataclass(frozen=True, slots=True)
class ItemCount:
    """How one item went in one class. `right` is None where too few have handed in to say.

    `wrong`: the names of who didn't get it right, in one's own class.
    """

    right: int | None
    of: int | None
    wrong: tuple[str, ...] = ()

    @property
    def share(self) -> int | None:
        """Return the share right in whole percent; None where it isn't said."""
        return None if self.right is None or not self.of else round(100 * self.right / self.of)


@dataclass(frozen=True, slots=True)
class TicketSide:
    """One class: how many handed in of how many (None under ten, for others), each item."""

    part: Part
    work: Work
    handed_in: int | None
    of: int
    items: tuple[ItemCount, ...]
    is_mine: bool


@dataclass(frozen=True, slots=True)
class TicketView:
    """A joint ticket: its items, and each class beside the other."""

    items: tuple[Item, ...]
    sides: tuple[TicketSide, ...]

    @property
    def rows(self) -> list[tuple[int, Item, list[tuple[TicketSide, ItemCount]]]]:
        """Return number, item, and how it went in each class."""
        return [
            (at + 1, item, [(side, side.items[at]) for side in self.sides])
            for at, item in enumerate(self.items)
        ]


def ticket_of(dual_id: int, *, account: Account) -> TicketView | None:
    """Return the joint ticket of a lesson as this account may see it; None before it was given."""
    row = access.require_dual(account, dual_id)
    parts = [
        one
        for one in row.parts.select_related(
            "lesson__ticket", "lesson__school_class__school", "lesson__teacher", "dual__pairing"
        ).order_by("-side", "pk")
        if one.lesson.ticket is not None
    ]
    if not parts or parts[0].lesson.ticket is None:
        return None
    known = shelf(row.plan.subject).subject.items
    keys = [key for key in parts[0].lesson.ticket.items if key in known]
    return TicketView(
        tuple(known[key] for key in keys), tuple(_side(one, keys, account) for one in parts)
    )


def _side(part: Part, keys: list[str], account: Account) -> TicketSide:
    work = part.lesson.ticket
    assert work is not None
    is_mine = access.sees_names(account, part)
    sheets = list(work.sheets.values_list("state", flat=True))
    handed = sum(state == HANDED_IN for state in sheets)
    is_shown = is_mine or handed >= SMALLEST
    answers = (
        Answer.objects.filter(sheet__work=work, sheet__state=HANDED_IN)
        .exclude(result__in=TO_DECIDE)
        .values_list("item", "result", "sheet__pupil")
    )
    names = (
        {one.id: one.name for one in school_reads.pupils_in(part.lesson.school_class, on=work.day)}
        if is_mine
        else {}
    )
    right, of, wrong = dict.fromkeys(keys, 0), dict.fromkeys(keys, 0), {key: [] for key in keys}  # type: ignore[var-annotated]
    for item, result, pupil in answers:
        if item not in of:
            continue
        of[item] += 1
        if result == "right":
            right[item] += 1
        elif pupil in names:
            wrong[item].append(names[pupil])
    return TicketSide(
        part, work, handed if is_shown else None, len(sheets),
        tuple(
            ItemCount(right[key], of[key], tuple(wrong[key])) if is_shown and (is_mine or of[key] >= SMALLEST)
            else ItemCount(None, None)
            for key in keys
        ),
        is_mine,
    )  # fmt: skip
