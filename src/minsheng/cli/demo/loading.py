"""Puts the demonstration district into the database and its people into the registers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads
from minsheng.apps.people.actions import NewHousehold, NewMember
from minsheng.apps.records import actions as records
from minsheng.cli.demo import (
    assessments,
    clubs,
    contests,
    councils,
    dual,
    finance,
    firms,
    homes,
    learning,
    lessons,
    oversight,
    points,
    policies,
    projects,
    running,
    schools,
    scripts,
    sittings,
    visiting,
)
from minsheng.cli.demo.cast import (
    CAST,
    FIRMS,
    MORE_POSTS,
    PASSWORD,
    PERSONS,
    SEED,
    birth,
    households,
)
from minsheng.cli.demo.history import make_history
from minsheng.cli.demo.requests import make_requests
from minsheng.cli.registers.in_process import in_process
from minsheng.cli.registers.store import REGISTERS, Store
from minsheng.engines.population import Birth, District, Household, Person, generate
from minsheng.lib.identifiers import CreditCode

HOSPITAL = "科创新城示范区妇幼保健院（演示）"


def load(
    *, household_count: int, on: date, cases: int = 0, history: int = 0, seed: int = SEED
) -> Mapping[str, int]:
    """Load everything and return how much there is of what. Run it on an empty database.

    `cases` invented mothers have a case under way; the cast has none. `history` more cases ran in the
    last half year.
    """
    district = draw(household_count=household_count, on=on, seed=seed)
    records.ensure_demo_authority()
    store = Store(settings.MINSHENG_VAR / REGISTERS)
    store.fill(register_rows(district))
    with transaction.atomic():
        load_offices()
        load_people(district)
        load_cast(on)
    with in_process(store):
        made = running.start_cases(district, cases)
        policies.ask_households(on)
    with transaction.atomic():
        noted = policies.note(on) + policies.invent(district, on=on, seed=seed)
    past = make_history(district, history, on=on, seed=seed)
    entries = taking_part = matters = 0
    flats = homes.register(on)
    if made:
        oversight.settle(on)
        with transaction.atomic():
            entries = projects.fill(on)
            taking_part = points.begin(on)
            homes.report()
        matters = councils.begin(on)["matters"]
    visited = visiting.load_visits(district, on=on, seed=seed)
    visiting.hear()
    asked = make_requests(history // 4, on=on, seed=seed)
    days = sittings.set_days(on)
    assessed = assessments.begin(on)
    money = finance.begin(on)
    numbers = firms.begin(on)
    with transaction.atomic():
        pupils = schools.begin(district, on=on, seed=seed)["pupils"] if made else 0
        wishes = clubs.begin(on, seed=seed)["entries"] if made else 0
        if made:
            dual.begin(on, seed=seed)
    rounds = contests.begin(on, seed=seed, works=24 if history else 3) if made else 0
    answers = learning.begin(on, seed=seed)["answers"] if pupils else 0
    if made:
        policies.find(on)
    with transaction.atomic():
        taught = lessons.begin(on)["lessons"] if made else 0
    return {
        "households": len(district.households),
        "persons": sum(len(one.members) for one in district.households),
        "births": len(district.births),
        "accounts": len(CAST) + made,
        "cases": made,
        "history": past,
        "dossiers": noted,
        "requests": asked,
        "sittings": days,
        "assessments": assessed,
        "finance": money,
        "firm_numbers": numbers,
        "entries": entries,
        "points": taking_part,
        "flats": flats,
        "matters": matters,
        "visited": visited,
        "pupils": pupils,
        "wishes": wishes,
        "contests": rounds,
        "answers": answers,
        "lessons": taught,
    }


def draw(*, household_count: int, on: date, seed: int) -> District:
    """Return the invented district as of day `on`."""
    towns = catalogue.packs().district.areas.of_kind("street", "town", on=on)
    streets = [
        ("500999", f"{town.title.zh}{road}")
        for town in towns
        for road in ("含光路", "槐安路", "科学大道", "明德街")
    ]
    drawn = generate(
        Random(seed),  # noqa: S311 - invented people, not secrets
        households=household_count,
        on=on,
        streets=streets,
        first=households(),
    )
    return District(drawn.households, (birth(on), *drawn.births))


def load_offices() -> None:
    """Make the departments and posts of the district pack."""
    district = catalogue.packs().district
    offices = {
        key: people.set_department(key, declared.title)
        for key, declared in district.departments.items()
    }
    for key, post in district.posts.items():
        people.set_post(
            key,
            offices[post.department],
            title=post.title,
            may_vouch=post.vouches,
            may_lead=post.leads,
            opens_protected=post.opens_protected,
        )


def load_people(district: District) -> None:
    """Make persons and households."""
    people.load_households(
        (
            NewHousehold(
                members=tuple(
                    _member(household, person, index)
                    for index, person in enumerate(household.members)
                ),
                since=household.married or date(2020, 1, 1),
                region=household.region,
            )
            for household in district.households
        ),
        demo=True,
        by="system",
    )


def load_cast(on: date) -> None:
    """Make the sign-ins: staff with their posts, residents proved by the clerk at the window."""
    accounts = {
        member.username: people.open_account(
            member.username,
            PASSWORD,
            kind="staff" if member.post else "resident",
            display=f"{member.name}（演示）",
            demo=True,
        )
        for member in CAST
    }
    for member in CAST:
        for post in member.posts:
            since = date(on.year, 1, 1)
            people.assign(accounts[member.username], reads.post(post), since=since)
    for username, posts in MORE_POSTS.items():
        for post in posts:
            people.assign(accounts[username], reads.post(post), since=date(on.year, 1, 1))
    for username, person in PERSONS.items():
        people.prove_by_clerk(accounts[username], person.number, clerk=accounts["zhaomin"])
    for firm in FIRMS:
        people.name_representative(
            reads.account(accounts[firm.representative].pk),
            people.create_organisation(
                CreditCode.parse(firm.code, demo=True), firm.name, demo=True
            ),
            by=accounts["zhaomin"],
            since=date(on.year, 1, 1),
        )


def register_rows(district: District) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what the outside registers know: (register, citizen number, body)."""
    for household in district.households:
        for person in household.members:
            yield "population.person", person.number, _population(person, household)
        if household.couple:
            for one, other in (household.couple, household.couple[::-1]):
                yield "civil.marriage", one.number, _marriage(other, household)
    for born in district.births:
        yield "hospital.birth_record", born.mother.number, _birth(born)
        yield "hospital.birth_bill", born.mother.number, _bill(born)
    yield from policies.household_rows(timezone.localdate())
    yield from scripts.rows(catalogue.packs().services.values(), on=timezone.localdate())


def is_empty() -> bool:
    """Whether nothing of a demonstration is loaded."""
    return not reads.has_demo_people()


def today() -> date:
    """Return the district's calendar day."""
    return timezone.localdate()


def _member(household: Household, person: Person, index: int) -> NewMember:
    role = _role(household, person, index)
    return NewMember(person.number, person.name, role, is_guardian=role in {"head", "spouse"})


def _role(household: Household, person: Person, index: int) -> str:
    if index == 0:
        return "head"
    return "spouse" if household.couple and person in household.couple else "child"


def _population(person: Person, household: Household) -> dict[str, Any]:
    return {
        "number": person.number,
        "name": person.name,
        "born_on": person.born.isoformat(),
        "sex": person.sex,
        "address": household.address,
        "region": household.region,
    }


def _marriage(other: Person, household: Household) -> dict[str, Any]:
    return {
        "status": "married",
        "registered_on": household.married.isoformat() if household.married else "",
        "spouse_name": other.name,
        "spouse_number": other.number,
    }


def _bill(born: Birth) -> dict[str, Any]:
    """Return the hospital's bill; the figure is invented."""
    return {"paid_by_patient": f"{800 + born.weight_g % 900}.00", "hospital": HOSPITAL}


def _birth(born: Birth) -> dict[str, Any]:
    return {
        "record_id": born.record,
        "born_on": born.born.isoformat(),
        "sex": born.sex,
        "weight_g": born.weight_g,
        "hospital": HOSPITAL,
        "mother_number": born.mother.number,
    }
