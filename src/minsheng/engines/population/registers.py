"""Draws what registers say of invented people for judging policies, with gaps.

Shares are plain settings of a demonstration, mark L: they claim nothing about a real district.
Whoever is silent about a fact leaves it out; nobody is given a value instead.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from minsheng.engines.population.households import Person
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
    }
    if age >= 16:
        said |= _of_working_age(person, age, on, random)
    return {name: value for name, value in said.items() if random.random() >= SILENT}


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
        "startup_registered": kind == "business",
        "project_here": kind == "business",
    }
    if jobless:
        said["jobless_since"] = (on - timedelta(days=random.randrange(20, 900))).isoformat()
    if graduate:
        year = person.born.year + 22
        said["graduated_on"] = date(min(year, on.year), 6, 30).isoformat()
    return said


def _work(age: int, random: Random) -> str:
    if age < 22 and random.random() < 0.7:
        return "studying"
    kinds = ("employed", "flexible", "business", "none")
    return random.choices(kinds, (60, 18, 8, 14))[0]
