"""A month of visits, so that every plan has somebody due, missed, made up for and refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from minsheng.apps.appeals import actions as appeals
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.installed import packs
from minsheng.apps.visits import actions, reads
from minsheng.apps.visits.actions import Note, Whom
from minsheng.cli.demo.cast import PERSONS
from minsheng.cli.worker_command import work
from minsheng.content.visits import VisitSpec
from minsheng.engines.population import District
from minsheng.engines.population.households import DEMO_PREFIX
from minsheng.lib.areas import Area, Point
from minsheng.lib.identifiers import CreditCode, credit_code

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account, Person

BACK = 40
FIRMS = (
    "青藤精密", "北斗传感", "云栖软件", "槐安新材", "桥头农机", "含光光学", "星火电源", "湖滨检测",
    "梅岭食品", "鹭溪陶瓷", "春溪纸业", "明德仪器",
)  # fmt: skip
SCHOOLS = ("青槐小学", "鹭溪中学", "金湖一小", "云栖实验学校", "石桥中学")
SAYS = {
    "words": ("没有什么要办的。", "希望来之前打个电话。", "上次说的已经解决了。"),
    "good": ("自己整理书包。", "帮奶奶洗碗。", "背下了二十首古诗。"),
    "wish": ("多给一点课外书。",),
    "symptoms": ("偶尔头晕。",),
}
VOICES = (
    ("courtyard.01", "lamp", "老槐树下的路灯三天没亮了。"),
    ("courtyard.03", "water", "井台的水早上七点就没有压力。"),
    ("courtyard.07", "wish", "想在荷塘边放两条凳子。"),
    ("courtyard.01", "quarrel", "两家为了一条田埂吵起来了，想请人说说。"),
)


@dataclass(frozen=True, slots=True)
class _Told:
    """One visited: which plan, which level, whom."""

    plan: str
    level: str
    whom: Whom


def load_visits(district: District, *, on: date, seed: int) -> int:
    """Return how many are visited; the month behind them is written with its days."""
    random = Random(seed)  # noqa: S311 - invented people, not secrets
    count = 0
    for number, told in enumerate(_everybody(district, on, random)):
        spec = packs().visits[told.plan]
        since = on - timedelta(BACK - random.randrange(8))
        row = actions.add_visited(told.plan, told.whom, by=None, level=told.level, since=since)
        _live(row.pk, spec, on, random, story=number)
        count += 1
    for area, key, words in VOICES:
        helper = people.accounts_of("town.helper")
        if helper:
            actions.note_voice("courtyard", area, key, words, by=helper[0])
    actions.follow_time(on)
    for username in ("yuelan", "aiming"):
        _arrange_today(username, on)
    return count


def hear() -> None:
    """Let what was found and said become requests, as the worker does."""
    while appeals.follow_ledger() or work("demo", kinds=(appeals.HEARD,)):
        pass


def _live(visited: int, spec: VisitSpec, on: date, random: Random, *, story: int) -> None:
    """Let one person's month pass: most visits in time, some missed and made up for, some refused."""
    for turn in range(8):
        visit = reads.open_visit_of(visited)
        if visit is None:
            return
        by = people.account(visit.visitor) if visit.visitor else None
        if by is None or visit.due > on - timedelta(2):
            return
        if story % 9 == 4 and turn == 0:
            day = visit.until + timedelta(2)
            if day > on:
                return
            actions.mark_missed(day)
            _make(visit.number, spec, day + timedelta(1), by, random)
        elif story % 7 == 6:
            return  # nobody went: it stands missed
        else:
            day = max(visit.due - timedelta(random.randrange(3)), on - timedelta(30))
            _make(visit.number, spec, day, by, random, finds=story % 5 == 1)


def _make(
    number: str, spec: VisitSpec, day: date, by: Account, random: Random, *, finds: bool = False
) -> None:
    findings = [key for key, one in spec.findings.items() if one.leads != "visit"]
    written = Note(
        way=next(key for key, way in spec.ways.items() if way.counts),
        on=day,
        agreed=True,
        answers={key: _answer(spec, key, random) for key in spec.fields},
        findings={random.choice(findings): "走访时看到的。"} if finds and findings else {},
    )
    actions.note_visit(number, written, by=by)


def _answer(spec: VisitSpec, key: str, random: Random) -> str:
    asked = spec.fields[key]
    if asked.type == "choice":
        return random.choice(asked.options).key
    if asked.type == "boolean":
        return "yes"
    if asked.type == "integer":
        return str({"systolic": 128, "diastolic": 78}.get(key, 20) + random.randrange(12))
    return random.choice(SAYS.get(key, ("都好。",)))


def _arrange_today(username: str, on: date) -> None:
    """Give one visitor an appointment this morning, so that the route has a fixed hour."""
    account = people.account_by_username(username)
    if account is None:
        return
    lines = [*reads.my_round(account, on).missed, *reads.my_round(account, on).today]
    for one in lines[:1]:
        actions.plan_visit(one.number, day=on, at=time(10), by=account)


def _everybody(district: District, on: date, random: Random) -> Iterator[_Told]:
    places = packs().district.areas
    homes = places.of_kind("community", "village", on=on)
    yield from _organisations(places.of_kind("park", "community", on=on), random)
    elders = [chen] if (chen := _of_cast("chenlian")) else []
    elders += _aged(district, on, 68, 120)[:11]
    for number, person in enumerate(elders):
        level = "old" if number % 4 == 3 else "alone"
        yield _Told("elder-visit", level, _at_home(person, random.choice(homes), random))
    # A small district has somebody in each plan as well.
    patients = _aged(district, on, 55, 68) or _aged(district, on, 40, 55)
    for number, person in enumerate(patients[:8]):
        level = ("hypertension", "unsettled", "diabetes", "copd")[number % 4]
        yield _Told("family-doctor", level, _at_home(person, random.choice(homes), random))
    pupils = _aged(district, on, 7, 13)
    seen = min(10, len(pupils) - len(pupils) // 4)
    for number, person in enumerate(pupils[:seen]):
        level = "focus" if number % 4 == 1 else "everyone"
        yield _Told("home-visit", level, _at_home(person, random.choice(homes), random))
    for number, person in enumerate(pupils[seen : seen + 4]):
        level = ("ordinary", "watch", "high")[number % 3]
        yield _Told("left-behind", level, _at_home(person, random.choice(homes), random))
    yield from _families(places.of_kind("courtyard", on=on), elders[6:9], random)
    yield from _firms_of_cast(places.of_kind("park", "community", on=on))


def _organisations(areas: Sequence[Area], random: Random) -> Iterator[_Told]:
    for number, name in enumerate((*FIRMS, *SCHOOLS), 1):
        is_school = name in SCHOOLS
        code = credit_code("12" if is_school else "91", DEMO_PREFIX, f"MADEM0{number:03d}")
        made = people_actions.create_organisation(
            CreditCode.parse(code, demo=True), f"{name}（演示）", demo=True
        )
        area = random.choice(areas)
        whom = Whom(organisation=made, area=area.key, place=_near(area, random))
        if is_school:
            yield _Told("school-inspection", "monthly", whom)
        else:
            yield _Told("firm-steward", "close" if number % 6 == 0 else "monthly", whom)


def _firms_of_cast(areas: Sequence[Area]) -> Iterator[_Told]:
    """Yield each firm that somebody of the cast speaks for, so that its room knows its steward."""
    for number, row in enumerate(people.representatives()):
        area = areas[number % len(areas)]
        whom = Whom(organisation=row.organisation, area=area.key)
        yield _Told("firm-steward", "monthly", whom)


def _families(
    courtyards: Sequence[Area], more: Sequence[Person], random: Random
) -> Iterator[_Told]:
    """Yield the families around the first courtyards, that of 周岩 first."""
    father = _of_cast("zhouyan")
    heads = [*([father] if father else []), *more]
    homes = {
        members[0].household_id: head
        for head in heads
        if (members := people.household_members(head))
    }
    for area, head in zip(courtyards, homes.values(), strict=False):
        members = people.household_members(head)
        whom = Whom(
            person=head,
            household=members[0].household,
            area=area.key,
            address=f"{area.title.zh}旁",
            place=_near(area, random),
        )
        yield _Told("courtyard", "ordinary", whom)


def _of_cast(username: str) -> Person | None:
    return people.person_by_number(PERSONS[username].number)


def _aged(district: District, on: date, youngest: int, oldest: int) -> list[Person]:
    """Return invented people of an age, those of the cast left out."""
    cast = {one.number for one in PERSONS.values()}
    wanted = [
        one.number
        for household in district.households
        for one in household.members
        if youngest <= (on - one.born).days // 365 < oldest and one.number not in cast
    ]
    found = (people.person_by_number(number) for number in wanted[:24])
    return [person for person in found if person is not None]


def _at_home(person: Person, area: Area, random: Random) -> Whom:
    address = f"{area.title.zh}{random.randrange(1, 9)} 组 {random.randrange(1, 60)} 号"
    return Whom(person=person, area=area.key, address=address, place=_near(area, random))


def _near(area: Area, random: Random) -> Point:
    return (
        round(area.at[0] + random.uniform(-0.004, 0.004), 5),
        round(area.at[1] + random.uniform(-0.004, 0.004), 5),
    )
