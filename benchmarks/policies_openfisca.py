"""The same twelve policies in OpenFisca-core: what it is told, what it computes.

Missing is 0 there, so its verdicts differ where facts are missing. The employer and the spouse are
flattened onto persons: it has no relation to one thing.
"""

from __future__ import annotations

import itertools
import time
from typing import Any

import numpy as np
from benchmarks.policies_data import Arrays
from benchmarks.policies_floor import limits
from benchmarks.policies_rules import DAY
from openfisca_core.entities import build_entity
from openfisca_core.periods import MONTH
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from minsheng.rules.columns.ages import latest_birth

PERIOD = "2026-11"
Person = build_entity("person", "persons", "", is_person=True)
Household = build_entity(
    "household", "households", "", roles=[{"key": "member", "plural": "members"}]
)

INPUTS = {
    "birth": (int, "person"), "local": (bool, "person"), "status": (int, "person"),
    "income": (int, "person"), "insured": (bool, "person"), "months_unemployed": (int, "person"),
    "months_since_grad": (int, "person"), "grade": (int, "person"), "medical": (int, "person"),
    "loan": (int, "person"), "spouse_has_loan": (bool, "person"), "staff": (int, "person"),
    "layoff_rate": (int, "person"),
    "assets": (float, "household"), "rent": (int, "household"), "rural": (bool, "household"),
}  # fmt: skip


def system(law: dict[str, Any]) -> TaxBenefitSystem:
    """Return the policies as OpenFisca variables."""
    made = TaxBenefitSystem([Person, Household])
    entities = {"person": Person, "household": Household}

    def variable(name: str, kind: type, entity: str, formula: Any = None) -> None:
        members = {"value_type": kind, "entity": entities[entity], "definition_period": MONTH,
                   "label": name}  # fmt: skip
        if formula is not None:
            members["formula"] = formula
        made.add_variable(type(name, (Variable,), members))

    for name, (kind, entity) in INPUTS.items():
        variable(name, kind, entity)
    for name, kind, entity, formula in _formulas(law):
        variable(name, kind, entity, formula)
    return made


def born(age: int) -> int:
    return latest_birth("age_years", age, DAY)


def _formulas(law: dict[str, Any]) -> list[tuple[str, type, str, Any]]:
    line, base, cap = law["line"], law["base"], law["cap"]
    wide, burden = float(law["wide"]), float(law["burden"])
    toddler, three = latest_birth("age_years", 3, DAY), latest_birth("age_months", 36, DAY)
    old = born(law["old"])

    def home(name: str) -> Any:
        return lambda person, period: person.household(name, period)

    shared: list[tuple[str, type, str, Any]] = [
        ("disabled", bool, "person", lambda p, t: p("grade", t) != 0),
        ("severe", bool, "person", lambda p, t: (p("grade", t) == 1) + (p("grade", t) == 2)),
        ("employed", bool, "person", lambda p, t: p("status", t) == 0),
        ("out_of_work", bool, "person", lambda p, t: (
            (p("status", t) == 1) * (p("birth", t) <= born(16)) * (p("birth", t) > born(60)))),
        ("size", int, "household", lambda h, t: h.nb_persons()),
        ("home_income", int, "household", lambda h, t: h.sum(h.members("income", t))),
        ("income_head", float, "household", lambda h, t: h("home_income", t) / h("size", t)),
        ("workers", int, "household", lambda h, t: h.sum(h.members("employed", t))),
        ("all_old", bool, "household", lambda h, t: h.all(h.members("birth", t) <= born(60))),
        ("home_medical", int, "household", lambda h, t: h.sum(h.members("medical", t))),
        ("toddlers", int, "household", lambda h, t: h.sum(h.members("birth", t) > toddler)),
        ("has_severe", bool, "household", lambda h, t: h.any(h.members("severe", t))),
        ("head", float, "person", home("income_head")),
        ("poor", bool, "person", lambda p, t: p("head", t) < line),
        ("rather_poor", bool, "person", lambda p, t: p("head", t) < line * wide),
    ]  # fmt: skip
    policies: dict[str, tuple[Any, Any]] = {
        "living": (
            lambda p, t: p("local", t) * p("poor", t)
            * (p.household("assets", t) / p.household("size", t) <= law["assets"]),
            lambda p, t: np.floor(line - p("head", t) + 0.5),
        ),
        "edge": (
            lambda p, t: p("local", t) * (~p("poor", t)) * p("rather_poor", t)
            * (p.household("has_severe", t) + (p.household("home_medical", t) > law["sick"])),
            lambda p, t: int(line * 3 + 5) // 10,
        ),
        "hard_to_employ": (
            lambda p, t: p("local", t) * p("out_of_work", t)
            * (p("months_unemployed", t) >= law["months"])
            * ((p("birth", t) <= born(50)) + p("disabled", t)
               + (p.household("workers", t) == 0) + p("poor", t)),
            lambda p, t: np.where(p("insured", t), (4 * base + 3) // 6, (2 * base + 3) // 6),
        ),
        "graduate": (
            lambda p, t: (p("months_since_grad", t) <= law["grad_months"])
            * (p("birth", t) > born(35)) * p("employed", t) * p("insured", t)
            * (p("staff", t) < law["staff"]),
            lambda p, t: 100_000 + 50_000 * (p("disabled", t) + p("poor", t)),
        ),
        "elder": (
            lambda p, t: p("local", t) * (p("birth", t) <= old),
            lambda p, t: np.where(p("birth", t) <= born(100), 50_000,
                                  np.where(p("birth", t) <= born(90), 20_000, 10_000)),
        ),
        "elder_care": (
            lambda p, t: p("local", t) * (p("birth", t) <= born(60))
            * p.household("all_old", t) * p("rather_poor", t),
            lambda p, t: np.where((p("birth", t) <= old) + p("severe", t), 30_000, 15_000),
        ),
        "child_care": (
            lambda p, t: p("local", t) * (p("birth", t) > three),
            lambda p, t: np.where(p.household("toddlers", t) > 1, 2 * law["child"], law["child"]),
        ),
        "disabled_living": (
            lambda p, t: p("local", t) * p("disabled", t) * (p("severe", t) + p("rather_poor", t)),
            lambda p, t: np.where(p("severe", t), int(line * 25 + 50) // 100,
                                  int(line * 15 + 50) // 100),
        ),
        "disabled_nursing": (
            lambda p, t: p("local", t) * p("severe", t)
            * ~((p("birth", t) <= old) * (p("head", t) >= 3 * line)),
            lambda p, t: np.where(p("grade", t) == 1, 20_000, 12_000),
        ),
        "loan": (
            lambda p, t: (p("birth", t) <= born(18)) * (p("birth", t) > born(60))
            * (p("out_of_work", t) + (p("months_since_grad", t) <= 60) + p.household("rural", t))
            * (p("loan", t) > 0) * ~p("spouse_has_loan", t),
            lambda p, t: np.floor(
                np.minimum(p("loan", t), 30_000_000) * float(law["interest"]) / 12 + 0.5),
        ),
        "employer_insurance": (
            lambda p, t: p("employed", t) * p("insured", t) * (p("staff", t) < law["staff"])
            * (p("layoff_rate", t) <= 1000 * float(law["layoff"]))
            * ((p("months_since_grad", t) <= 12) + p("disabled", t)
               + (p("birth", t) <= born(50)) * (p("income", t) < base)),
            lambda p, t: int(base * 24 + 50) // 100,
        ),
        "rent": (
            lambda p, t: (p.household("rent", t) > 0)
            * (p.household("rent", t) > p.household("home_income", t) * burden)
            * (p("head", t) < 4 * line) * (p("birth", t) <= born(18)),
            lambda p, t: np.floor(np.minimum(p.household("rent", t) * 0.5, cap)
                                  / p.household("size", t) + 0.5),
        ),
    }  # fmt: skip
    for name, (who, fen) in policies.items():
        shared.append((f"{name}_who", bool, "person", who))
        shared.append((f"{name}_fen", float, "person", _paid(name, fen)))
    return shared


def _paid(name: str, fen: Any) -> Any:
    return lambda p, t: p(f"{name}_who", t) * fen(p, t)


def inputs(arrays: Arrays) -> dict[str, Any]:
    """Return the facts as it takes them: nulls become 0, employer and spouse are the person's."""
    firm, spouse = np.maximum(arrays.employer, 0), np.maximum(arrays.spouse, 0)
    flat = {
        name: np.where(arrays.unknown[name], 0, values) if name in arrays.unknown else values
        for name, values in (*arrays.person.items(), *arrays.household.items())
    }
    flat["spouse_has_loan"] = arrays.person["has_loan"][spouse] & (arrays.spouse >= 0)
    flat["staff"] = arrays.enterprise["staff"][firm]
    flat["layoff_rate"] = arrays.enterprise["layoff_rate"][firm]
    return {name: flat[name] for name in INPUTS}


def calculated(arrays: Arrays, given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the 24 outputs, and the CPU seconds of building, telling and calculating."""
    rules = system(limits())
    clock = [time.process_time()]
    builder = SimulationBuilder()
    builder.create_entities(rules)
    builder.declare_person_entity("person", np.arange(arrays.count))
    households = builder.declare_entity("household", np.arange(len(arrays.offsets) - 1))
    builder.join_with_persons(households, arrays.home, ["member"] * arrays.count)
    simulation = builder.build(rules)
    clock.append(time.process_time())
    for name, values in given.items():
        simulation.set_input(name, PERIOD, values)
    clock.append(time.process_time())
    names = [each for each in rules.variables if each.endswith(("_who", "_fen"))]
    found = {name: simulation.calculate(name, PERIOD) for name in names}
    clock.append(time.process_time())
    spent = [after - before for before, after in itertools.pairwise(clock)]
    return found, dict(zip(("build", "set_input", "calculate"), spent, strict=True))
