"""Draws what registers say of invented people for judging policies, with gaps.

Shares are plain settings of a demonstration, mark L: they claim nothing about a real district.
Whoever is silent about a fact leaves it out; nobody is given a value instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from minsheng.engines.population.households import District, Person
from minsheng.lib.periods import age_in_years

SILENT = 0.02
"""The share of facts a register knows nothing of."""


def register_facts(person: Person, *, on: date, random: Random) -> dict[str, object]:
    """Return what registers and the person have said, by the names of the vocabulary; dates as ISO."""
    age = age_in_years(person.born, on) if person.born <= on else 0
    hukou = random.choices(("here_urban", "here_rural", "elsewhere"), (60, 30, 10))[0]
    said: dict[str, object] = {
        "hukou": hukou,
        "lives_here": True,
        "disability_level": _level(random),
        "allowance_paid_elsewhere": False,
    }
    if age < 5:
        said["allowance_paid_elsewhere"] = random.random() < 0.02
    if age >= 16:
        said |= _of_working_age(person, age, on, random)
        said |= _of_skills(random)
    if age >= 60 and random.random() < 0.3:
        said |= _assessed(on, random)
    return {name: value for name, value in said.items() if random.random() >= SILENT}


def people_facts(
    district: District, *, on: date, random: Random, ledgers: Sequence[str] = ()
) -> list[dict[str, object]]:
    """Return everybody of a district as rules read them, household by household, led to each other.

    ledgers: names of counts that begin at 0.
    """
    everybody: list[dict[str, object]] = []
    for home in district.households:
        members = [_as_rules_read(one, on, random, ledgers) for one in home.members]
        adults = list(home.couple or home.members[:1])
        head = members[0]
        partner = members[home.members.index(adults[1])] if len(adults) > 1 else None
        earned = sum(_EARNED.get(str(one.get("work")), 0) for one in members)
        household: dict[str, object] = {
            "members": members,
            "head": [head],
            "head_spouse": [partner] if partner else [],
            "children": [one for one in members if one is not head and one is not partner],
            "parents": [],
            "income_fen_month": earned,
        }
        for person, one in zip(home.members, members, strict=True):
            one["household"] = household
            one["guardian_here"] = person in adults
            one["spouse"] = {}
        if partner is not None:
            head["spouse"], partner["spouse"] = partner, head
        everybody += members
    return everybody


_EARNED = {"employed": 5200_00, "flexible": 2900_00, "business": 6100_00, "retired": 2600_00}


def _as_rules_read(
    person: Person, on: date, random: Random, ledgers: Sequence[str]
) -> dict[str, object]:
    said = register_facts(person, on=on, random=random)
    return {**dict.fromkeys(ledgers, 0), **said, "birth": person.born, "sex": person.sex}


def _level(random: Random) -> int:
    return random.randrange(1, 5) if random.random() < 0.04 else 0


def _of_working_age(person: Person, age: int, on: date, random: Random) -> dict[str, object]:
    retires = person.born + timedelta(days=365 * (55 if person.sex == "female" else 62))
    kind = "retired" if retires <= on else _work(age, random)
    jobless = kind == "none" and random.random() < 0.6
    graduate = random.random() < (0.5 if age < 35 else 0.15)
    said: dict[str, object] = {
        "work": kind,
        "flexible_registered": kind == "flexible" and random.random() < 0.7,
        "insured_by_unit": kind == "employed",
        "flexible_paid_fen_month": 900_00 if kind == "flexible" and random.random() < 0.8 else 0,
        "retires_on": retires.isoformat(),
        "jobless_registered": jobless,
        "hard_to_employ_recognised": kind in ("flexible", "none") and random.random() < 0.25,
        "is_graduate": graduate,
        "low_income": random.random() < 0.05,
        "land_lost": random.random() < 0.05,
        "poverty_lifted": random.random() < 0.05,
        "veteran": person.sex == "male" and random.random() < 0.05,
        "capacity_cut": False,
        "unemployment_insured_months": random.randrange(0, 180),
        "drawing_unemployment_benefit": False,
        "startup_registered": kind == "business",
        "project_here": kind == "business",
    }
    said["unemployment_insured_months"] = random.randrange(0, 200 if kind == "employed" else 60)
    said["drawing_unemployment_benefit"] = jobless and random.random() < 0.3
    if jobless:
        said["left_not_by_own_will"] = random.random() < 0.6
        said["jobless_since"] = (on - timedelta(days=random.randrange(20, 900))).isoformat()
    if graduate:
        year = person.born.year + 22
        said["graduated_on"] = date(min(year, on.year), 6, 30).isoformat()
    return said


def _of_skills(random: Random) -> dict[str, object]:
    levels = ("none", "five", "four", "three", "higher")
    trains = random.random() < 0.04
    said: dict[str, object] = {
        "skill_level": random.choices(levels, (90, 4, 3, 2, 1))[0],
        "skill_subsidies_this_year": 0,
        "skill_certificate_paid": random.random() < 0.02,
        "training_listed": trains,
    }
    if trains:
        said["training_attended"] = random.random() < 0.9
        said["training_passed"] = random.random() < 0.7
        said["training_paid"] = False
    return said


def _assessed(on: date, random: Random) -> dict[str, object]:
    return {
        "care_level": random.choices(range(5), (55, 25, 10, 6, 4))[0],
        "care_assessed_on": (on - timedelta(days=random.randrange(10, 500))).isoformat(),
    }


def _work(age: int, random: Random) -> str:
    if age < 22 and random.random() < 0.7:
        return "studying"
    kinds = ("employed", "flexible", "business", "none")
    return random.choices(kinds, (60, 18, 8, 14))[0]
