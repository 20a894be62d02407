"""Paper forms of a class: who of it has chosen, and what stands on the form of one family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from minsheng.apps.clubs import access
from minsheng.apps.clubs.models import Entry, Round
from minsheng.apps.clubs.models.rounds import OPEN
from minsheng.apps.clubs.reads.public import OfferRow, RoundLine, offer_rows, said_of_round
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools_access
from minsheng.apps.schools import reads as schools
from minsheng.apps.schools.models import SchoolClass

NOTHING, PAPER, FAMILY = STATES = ("nothing", "paper", "family")


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One pupil: nothing chosen yet, typed in from paper (by whom, when), or chosen by the family."""

    pupil: int
    seat: int
    name: str
    state: str
    typed_by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PaperClass:
    """A class and the round that is open for it; `round` is None where nothing can be typed in now."""

    school_class: SchoolClass
    round: RoundLine | None
    lines: tuple[PaperLine, ...]

    @property
    def missing(self) -> int:
        """How many have chosen nothing yet."""
        return sum(one.state == NOTHING for one in self.lines)


@dataclass(frozen=True, slots=True)
class PaperForm:
    """One pupil's form: clubs for the grade, and what was typed in before.

    What the family chose for itself isn't shown to the school: `chosen` is empty then.
    """

    line: PaperLine
    school_class: SchoolClass
    round: RoundLine
    offers: tuple[OfferRow, ...]
    chosen: tuple[str, ...]


def paper_class(class_id: int, *, account: Account) -> PaperClass:
    """Return who of a class has chosen, for its teachers; NotFound or NotAllowed for anybody else."""
    school_class = schools_access.require_teacher(account, class_id)
    found = _open_round(school_class)
    entries = _entries(found)
    return PaperClass(
        school_class=school_class,
        round=said_of_round(found) if found else None,
        lines=tuple(_line(one, entries) for one in schools.pupils_in(school_class)),
    )


def paper_form(class_id: int, pupil_id: int, *, account: Account) -> PaperForm:
    """Return the form of one pupil of a class that this account teaches.

    Raises NotFound for anybody else, and where no round is open.
    """
    school_class = schools_access.require_teacher(account, class_id)
    found = _open_round(school_class)
    if found is None:
        raise access.no_such_round()
    entries = _entries(found)
    pupils: Sequence[schools.PupilLine] = schools.pupils_in(school_class)
    one = next((line for line in pupils if line.id == pupil_id), None)
    if one is None:
        raise schools_access.no_such_pupil()
    line = _line(one, entries)
    entry = entries.get(pupil_id)
    chosen = entry.choices.order_by("rank") if entry and line.state == PAPER else ()
    return PaperForm(
        line=line,
        school_class=school_class,
        round=said_of_round(found),
        offers=tuple(row for row in offer_rows(found, None) if school_class.grade in row.grades),
        chosen=tuple(choice.offer.club for choice in chosen),
    )


def _open_round(school_class: SchoolClass) -> Round | None:
    rows = Round.objects.filter(school=school_class.school, status=OPEN, closes__gt=timezone.now())
    return rows.select_related("school").first()


def _entries(found: Round | None) -> dict[int, Entry]:
    if found is None:
        return {}
    rows = found.entries.filter(choices__isnull=False).select_related("saved_by").distinct()
    return {one.pupil_id: one for one in rows}


def _line(one: schools.PupilLine, entries: dict[int, Entry]) -> PaperLine:
    entry = entries.get(one.id)
    if entry is None:
        return PaperLine(one.id, one.seat, one.name, NOTHING, "", None)
    by = entry.saved_by.display if entry.is_paper and entry.saved_by else ""
    state = PAPER if entry.is_paper else FAMILY
    return PaperLine(one.id, one.seat, one.name, state, by, entry.saved_at)
