"""A talent: points line by line, what they open by what an office found right, and the desk's list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil
from uuid import UUID

from django.db.models import Count as CountOf
from django.db.models import Q

from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.scores import access, sealing
from minsheng.apps.scores.models import CONFIRMED, DECLARED, OBJECTED, REFUSED, TalentNumber
from minsheng.apps.scores.reads.room import Explained
from minsheng.content.scores import LoadedScore
from minsheng.engines.scoring import USES, Fact, Range, count, open_facts, raises
from minsheng.engines.scoring.words import number_said
from minsheng.lib.texts import Text

SAID = {
    DECLARED: Text("等核对", "waits to be checked"),
    CONFIRMED: Text("核对过", "checked"),
    REFUSED: Text("退回了，不算分", "found wrong; it doesn't count"),
    OBJECTED: Text("提了异议，换人再看", "objected to; somebody else looks again"),
}


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """One fact of a talent with its number, or without (`id` 0, `state` "")."""

    fact: Fact
    id: int = 0
    value: int | None = None
    paper: str = ""
    as_of: date | None = None
    state: str = ""
    why: str = ""
    words: str = ""

    @property
    def said(self) -> Text:
        """How far an office is with it."""
        return SAID.get(self.state, Text(""))

    @property
    def shown(self) -> Text | None:
        """The number with its unit."""
        return None if self.value is None else number_said(self.fact, self.value)


@dataclass(frozen=True, slots=True)
class Opened:
    """One thing of the closed list: whether checked points open it, or how many are missing."""

    key: str
    title: Text
    use: Text
    least: int
    missing: int

    @property
    def is_open(self) -> bool:
        """Whether there are enough points."""
        return self.missing == 0


@dataclass(frozen=True, slots=True)
class TalentRoom:
    """A talent's own page: everything declared is counted; only what was checked opens something."""

    explained: Explained
    checked: Range | None
    numbers: tuple[OwnNumber, ...]
    openings: tuple[Opened, ...]


@dataclass(frozen=True, slots=True)
class TalentLine:
    """One person of whom numbers wait."""

    id: UUID
    name: str
    declared: int
    objected: int


def talent_room(account: Account, *, on: date) -> TalentRoom:
    """Return a person's own points; raises NotAllowed for who isn't proved."""
    person, loaded = access.own_person(account), access.talent()
    numbers = _numbers(person)
    facts = {
        one.fact.key: one.value for one in numbers if one.value is not None and one.state != REFUSED
    }
    explained = Explained(
        loaded=loaded,
        count=count(loaded.score, facts, on=on),
        raises=raises(loaded.score, facts, on=on),
        ways=(),
        open=open_facts(loaded.score, facts, on=on),
    )
    checked = count(loaded.score, _checked(numbers), on=on).total
    return TalentRoom(explained, checked, numbers, openings_of(loaded, person, on=on))


def openings_of(loaded: LoadedScore, person: Person, *, on: date) -> tuple[Opened, ...]:
    """Return what a person's points open: by the numbers that an office found right alone."""
    total = count(loaded.score, _checked(_numbers(person)), on=on).total
    points = total.low if total else 0
    return tuple(
        Opened(one.key, one.title, USES[one.use], one.least, max(0, ceil(one.least - points)))
        for one in loaded.score.opens.values()
    )


def may_check_talents(account: Account) -> bool:
    """Whether this account has a desk of talents."""
    return access.has_talent() and bool(access.duties(account, access.talent()))


def talents_waiting(account: Account) -> list[TalentLine]:
    """Return of whom numbers wait, without the numbers; raises NotAllowed."""
    access.require_talent_desk(account)
    rows = (
        TalentNumber.objects.filter(state__in=(DECLARED, OBJECTED))
        .values("person_id", "person__name_masked")
        .annotate(
            declared=CountOf("pk", filter=Q(state=DECLARED)),
            objected=CountOf("pk", filter=Q(state=OBJECTED)),
        )
        .order_by("person__name_masked", "person_id")[:200]
    )
    return [
        TalentLine(row["person_id"], row["person__name_masked"], row["declared"], row["objected"])
        for row in rows
    ]


def talent_openings(account: Account) -> dict[str, Text]:
    """Return what a desk can ask a code for: key → title; raises NotAllowed."""
    loaded = access.require_talent_desk(account)
    return {key: one.title for key, one in loaded.score.opens.items()}


def talent_of(person_id: UUID, *, account: Account) -> tuple[str, list[OwnNumber]]:
    """Return a person's masked name and the numbers that wait; the look is written down.

    Raises NotAllowed, NotFound where nothing waits.
    """
    access.require_talent_desk(account)
    waiting = TalentNumber.objects.filter(person_id=person_id, state__in=(DECLARED, OBJECTED))
    if not waiting.exists():
        raise access.no_talent_number()
    person = people.record_look(person_id, by=account, purpose="case", what="talent")
    return person.name_masked, [
        one for one in _numbers(person) if one.state in (DECLARED, OBJECTED)
    ]


def talent_held_about(account: Account) -> list[tuple[Text, Text, Text]]:
    """Return every number with where it stands, for the copy of a person's data."""
    if account.person is None or not access.has_talent():
        return []
    return [
        (
            one.fact.label,
            one.shown,
            Text(
                f"{one.paper}，{one.as_of}，{one.said.zh}",
                f"{one.paper}, {one.as_of}, {one.said.to('en')}",
            ),
        )
        for one in _numbers(account.person)
        if one.shown is not None
    ]


def _numbers(person: Person) -> tuple[OwnNumber, ...]:
    rows = {row.fact: row for row in TalentNumber.objects.filter(person=person)}
    return tuple(
        OwnNumber(
            fact=fact,
            id=row.pk,
            value=int(sealing.opened_for(person, row.value)),
            paper=sealing.opened_for(person, row.paper),
            as_of=row.as_of,
            state=row.state,
            why=sealing.opened_for(person, row.why),
            words=sealing.opened_for(person, row.words),
        )
        if (row := rows.get(name)) is not None
        else OwnNumber(fact)
        for name, fact in access.talent().score.facts.items()
    )


def _checked(numbers: tuple[OwnNumber, ...]) -> dict[str, int]:
    return {
        one.fact.key: one.value
        for one in numbers
        if one.value is not None and one.state == CONFIRMED
    }
