"""What happened in the last half year: finished and running cases, drawn from a seed. Invented.

Each case is driven through the engine day by day by offices that have a pace of their own, and is
then taken over with its history. One office falls behind in the last weeks, so that the cockpit has
something to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from django.db import transaction

from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import catalogue
from minsheng.apps.cases.actions import PastCase, PastWords
from minsheng.apps.cases.facts import Fact
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.content import examples
from minsheng.engines.casework import state as casework
from minsheng.engines.casework.advance import advance, apply, submit
from minsheng.engines.casework.savings import OUT
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import CHINA, CaseState, Command, Event, ItemState
from minsheng.engines.population import District, Household
from minsheng.engines.population.households import GIVEN_CHILD
from minsheng.lib.errors import MinshengError, WrongInput

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.content import LoadedService

Situation = tuple[str, str, int, bool]
WEEKS = 26
SHARE = 6
"""Another service has a sixth as many cases as the first."""
SLOW_WEEKS = 5
REGISTER_OF = {
    "birth_record_id": "hospital.birth_record",
    "child_birth": "hospital.birth_record",
    "child_sex": "hospital.birth_record",
    "child_weight_g": "hospital.birth_record",
    "hospital_name": "hospital.birth_record",
    "mother_number": "hospital.birth_record",
    "mother_name": "population.person",
    "parent_sex": "population.person",
    "mother_address": "population.person",
    "father_number": "civil.marriage",
    "father_name": "population.person",
    "marriage_status": "civil.marriage",
    "marriage_date": "civil.marriage",
}
HOSPITAL = "科创新城示范区妇幼保健院（演示）"


@dataclass(frozen=True, slots=True)
class Pace:
    """How an office works: shares of its term that it uses, and how often it asks back."""

    median: float
    spread: float
    asks: float
    grows: float = 0.0


SLOW = Pace(0.66, 0.32, 0.07, grows=0.12)
PACES = (
    Pace(0.35, 0.5, 0.05),
    Pace(0.5, 0.34, 0.12),
    Pace(0.42, 0.42, 0.03),
    Pace(0.55, 0.3, 0.05),
)


def make_history(district: District, count: int, *, on: date, seed: int) -> int:
    """Store `count` cases of the last half year and return how many there are."""
    random = Random(f"history {seed}")  # noqa: S311 - invented cases, not secrets
    loaded = catalogue.packs().services.get("newborn")
    if loaded is None or not count:
        return 0
    just_had_one = {birth.mother.number for birth in district.births}
    homes = [
        home
        for home in district.households
        if home.members[0].number not in just_had_one and _may_have_a_child(home, on)
    ]
    if not homes:
        return 0
    random.shuffle(homes)
    with transaction.atomic():
        # Nobody signs in as one of these families: one account stands for all that filed online.
        online = people.open_account("past-online", None, display="网上办（演示）", demo=True)
        counter = people_reads.accounts_of("hall.window")[0]
        made = list(_cases(loaded, homes[:count], (online, counter), random, on))
        for other in catalogue.packs().services.values():
            if other.spec.slug != loaded.spec.slug and other.tests:
                made += _ended(other, homes, count // SHARE, (online, counter), random, on)
    return len(made)


def _ended(
    loaded: LoadedService,
    homes: Sequence[Household],
    count: int,
    channels: tuple[Account, Account],
    random: Random,
    on: date,
) -> Iterator[int]:
    """Store finished cases of another service, after the examples that its tests are.

    No values are kept of them, so none is left running.
    """
    officers = {item.post: _officer(item.post) for item in loaded.spec.items.values()}
    known = examples(loaded)
    for number in range(1, count + 1):
        filed_by = channels[random.random() < 0.2]
        course = Course(loaded.spec, random, on, officers)
        try:
            events = course.run(
                random.choice(known), _begin(random, on), by=f"account:{filed_by.pk}"
            )
        except WrongInput:
            continue  # an example that is not admitted
        if course.state.status == "running":
            continue
        home = homes[random.randrange(len(homes))]
        applicant = people_reads.person_by_number(home.members[-1].number)
        if applicant is None:
            raise LookupError("a person of the invented district is not stored")
        past = PastCase(
            service=loaded,
            applicant=applicant,
            filed_by=filed_by,
            event=f"YS-P-{loaded.spec.slug}-{number:04d}",
            events=events,
            origins=_origins(loaded.spec, course.state, random),
            words=[word for event in events for word in _words(event)],
        )
        yield cases.take_over_case(past).pk


def _cases(
    loaded: LoadedService,
    homes: Sequence[Household],
    channels: tuple[Account, Account],
    random: Random,
    on: date,
) -> Iterator[int]:
    officers = {item.post: _officer(item.post) for item in loaded.spec.items.values()}
    begins = sorted(_begin(random, on) for _ in homes)
    for number, (home, begin) in enumerate(zip(homes, begins, strict=True), 1):
        values = _values(home, number, begin.date(), random)
        filed_by = channels[random.random() < 0.08]
        known = {key: fact.value for key, fact in values.items()}
        known["selected"] = _chosen(loaded.spec, random)
        course = Course(loaded.spec, random, on, officers)
        events = course.run(known, begin, by=f"account:{filed_by.pk}")
        applicant = people_reads.person_by_number(home.members[0].number)
        if applicant is None:
            raise LookupError("a person of the invented district is not stored")
        past = PastCase(
            service=loaded,
            applicant=applicant,
            filed_by=filed_by,
            event=str(known["birth_record_id"]),
            events=events,
            values=values,
            origins=_origins(loaded.spec, course.state, random),
            words=[word for event in events for word in _words(event)],
        )
        yield cases.take_over_case(past).pk


class Course:
    """One case as it went: the next thing that anybody does, until it ends or today comes."""

    def __init__(
        self, spec: ServiceSpec, random: Random, on: date, officers: Mapping[str, str]
    ) -> None:
        self.spec, self.random, self.on, self.officers = spec, random, on, officers
        self.calendar = catalogue.calendar()
        self.state: CaseState
        self.events: list[Event] = []
        self._planned: dict[Situation, tuple[datetime, Command]] = {}

    def run(self, facts: Mapping[str, object], begin: datetime, *, by: str) -> list[Event]:
        """Return all events up to this morning."""
        end = datetime.combine(self.on, time(8), CHINA)
        self.state, events = submit(self.spec, facts, at=begin, by=by, calendar=self.calendar)
        self.events = list(events)
        now = begin
        while self.state.status == "running":
            self._foresee(now, by)
            if not self._planned:
                return self.events
            key, (now, command) = min(self._planned.items(), key=lambda one: (one[1][0], one[0]))
            if now >= end:
                return self.events
            del self._planned[key]
            self._do(command, now)
        self._rate(now, end, by)
        return self.events

    def _do(self, command: Command, at: datetime) -> None:
        try:
            events = advance(self.spec, self.state, command, at=at, calendar=self.calendar)
        except MinshengError:
            return  # overtaken by another act
        for event in events:
            self.state = apply(self.spec, self.state, event)
            self.events.append(event)

    def _foresee(self, now: datetime, by: str) -> None:
        """Draw what each item's next act is and when it comes, once for each situation."""
        for subject in sorted(self.state.wanted - self.state.consents - self.state.declined):
            consent = (subject, "consent", 1, False)
            if consent not in self._planned:
                self._planned[consent] = (self._after(now, 1), casework.Consent(subject, by))
        live = {_situation(item): item for item in self.state.items.values()}
        for situation, item in live.items():
            if situation not in self._planned and (act := self._next(item, now, by)) is not None:
                self._planned[situation] = act
        self._planned = {
            key: act for key, act in self._planned.items() if key in live or key[1] == "consent"
        }

    def _next(self, item: ItemState, now: datetime, by: str) -> tuple[datetime, Command] | None:
        spec = self.spec.items[item.key]
        officer = self.officers[spec.post]
        match item.status:
            case "open" if item.is_stopped:
                return self._after(now, self.random.choice((2, 3, 4))), casework.Resume(
                    item.key, officer
                )
            case "open":
                return self._decide(item, now, officer)
            case "returned":
                return self._after(now, self.random.choice((0, 1, 1, 2, 2, 5))), casework.Supply(
                    item.key, by
                )
            case "external":
                later = timedelta(minutes=3) if self.random.random() < 0.95 else timedelta(days=2)
                answer = casework.EffectDone(
                    item.key, item.attempt, f"YS-{self.random.randrange(10**8):08d}"
                )
                return now + later, answer
            case "held":
                return self._after(now, 1), casework.Release(item.key, officer, redo=False)
        return None

    def _decide(self, item: ItemState, now: datetime, officer: str) -> tuple[datetime, Command]:
        spec = self.spec.items[item.key]
        pace = self._pace(spec.office, now.date())
        days = max(
            0, round(spec.due.amount * pace.median * self.random.lognormvariate(0, pace.spread))
        )
        chance = self.random.random()
        reason = self._reason("return", item.key)
        if chance < pace.asks and reason and not item.stops:
            return self._after(now, days // 2), casework.Return(item.key, officer, reason)
        reason = self._reason("refuse", item.key)
        if chance > 0.992 and reason:
            return self._after(now, days), casework.Refuse(item.key, officer, reason)
        return self._after(now, days), casework.Approve(item.key, officer)

    def _pace(self, office: str, day: date) -> Pace:
        """Return an office's pace that week; the one with the longest term falls behind lately."""
        offices = list(dict.fromkeys(item.office for item in self.spec.items.values()))
        longest = max(self.spec.items.values(), key=lambda item: item.due.amount)
        if office != longest.office:
            return PACES[offices.index(office) % len(PACES)]
        weeks = max(0, SLOW_WEEKS - (self.on - day).days // 7)
        return Pace(SLOW.median + SLOW.grows * weeks, SLOW.spread, SLOW.asks)

    def _reason(self, act: str, item: str) -> str:
        found = [r.key for r in self.spec.reasons.values() if r.act == act and r.fits(item)]
        return found[0] if found else ""

    def _after(self, now: datetime, workdays: int) -> datetime:
        """Return a moment in office hours that many working days later."""
        day = now.date()
        for _ in range(workdays):
            day = self.calendar.next_workday(day, inclusive=False)
        day = self.calendar.next_workday(day)
        moment = datetime.combine(day, time(9), CHINA) + timedelta(
            minutes=self.random.randrange(480)
        )
        return max(moment, now + timedelta(minutes=self.random.randrange(5, 50)))

    def _rate(self, now: datetime, end: datetime, by: str) -> None:
        if self.random.random() > 0.62 or self.state.status == "withdrawn":
            return
        promised = self.state.promised
        late = promised is not None and now.date() > promised.day
        score = self.random.choice((1, 2, 3, 3, 4, 4, 5) if late else (3, 4, 4, 5, 5, 5, 5, 5))
        at = now + timedelta(hours=self.random.randrange(1, 60))
        if at < end:
            self._do(casework.Rate(by, score), at)


def _chosen(spec: ServiceSpec, random: Random) -> frozenset[str]:
    """Return which optional items a family wanted: most want all of them."""
    offered = [key for key, item in spec.items.items() if item.optional]
    wants_all = random.random() < 0.7
    return frozenset(key for key in offered if wants_all or random.random() < 0.6)


def _officer(post: str) -> str:
    """Return who acts for a post: the first who fills it today."""
    who = people_reads.accounts_of(post)
    return f"post:{post}/account:{who[0].pk}" if who else f"post:{post}"


def _situation(item: ItemState) -> Situation:
    return item.key, item.status, item.attempt, bool(item.stops)


def _may_have_a_child(home: Household, on: date) -> bool:
    """Whether a couple outside the cast may have had a child in the last half year."""
    if not home.couple or home.address.startswith("金湖街道含光路 18 号 2 栋"):
        return False
    return 22 <= (on - home.members[0].born).days // 365 <= 46


def _begin(random: Random, on: date) -> datetime:
    """Return a moment of submission; a few more in recent weeks."""
    ago = int(WEEKS * 7 * random.random() ** 1.15)
    day = on - timedelta(days=max(1, ago))
    return datetime.combine(day, time(7), CHINA) + timedelta(minutes=random.randrange(15 * 60))


def _values(home: Household, number: int, on: date, random: Random) -> dict[str, Fact]:
    mother, father = home.couple or (home.members[0], home.members[0])
    born = on - timedelta(days=random.randrange(2, 20))
    at = number * 3 % len(GIVEN_CHILD)
    known: dict[str, object] = {
        "birth_record_id": f"YS-P{born:%Y%m%d}-{number:04d}",
        "child_birth": born,
        "child_sex": random.choice(("female", "male")),
        "child_weight_g": random.randrange(2500, 4100, 10),
        "hospital_name": HOSPITAL,
        "mother_number": mother.number,
        "mother_name": mother.name,
        "parent_sex": "female",
        "mother_address": home.address,
        "father_number": father.number,
        "father_name": father.name,
        "marriage_status": "married",
        "marriage_date": home.married or date(2020, 5, 20),
        "child_name": father.name[0] + (GIVEN_CHILD * 2)[at : at + 2],
        "phone": f"1390000{number:04d}",
        "household": "mother",
        "card_delivery": random.choice(("post", "post", "collect")),
        "card_address": home.address,
    }
    if known["card_delivery"] == "collect":
        del known["card_address"]
    fields = catalogue.packs().services["newborn"].spec.fields
    return {
        key: Fact(value, f"register:{REGISTER_OF[key]}" if key in REGISTER_OF else "asked")
        for key, value in known.items()
        if key in fields
    }


def _origins(spec: ServiceSpec, state: CaseState, random: Random) -> dict[str, str]:
    """Return where each proof came from; a register now and then had no answer."""
    wanted = {
        key
        for item in spec.items.values()
        if state.items[item.key].status not in OUT
        for key in item.materials
    }
    origins = {}
    for key in spec.materials:
        if key not in wanted:
            continue
        sources = spec.materials[key].sources
        first = sources[0]
        asked = any(source.kind == "applicant" for source in sources)
        if first.kind in {"promise", "applicant"} or (asked and random.random() < 0.06):
            origins[key] = "applicant"
        else:
            origins[key] = f"{first.kind}:{first.name}"
    return origins


def _words(event: Event) -> Iterator[PastWords]:
    if event.kind == "returned":
        yield PastWords("message", event.item, event.by, event.at, "有一处看不清，请再写一遍。")
    if event.kind == "supplied":
        yield PastWords("answer", event.item, event.by, event.at, "已经补上了。")
