"""Twelve invented policies of the weight of real ones, and the facts they read.

The amounts and limits are invented: what is measured is the cost of judging, not a law.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from minsheng.rules import (
    DerivedSource,
    Entity,
    FieldKind,
    Model,
    Param,
    ParamValue,
    Relation,
    Rule,
)
from minsheng.rules.columns import Asked

DAY = date(2026, 11, 1)
STATUSES = ("employed", "unemployed", "student", "retired", "at_home")
GRADES = ("none", "one", "two", "three", "four")
VARIANTS = ("a", "b", "c")

LIMITS: dict[str, tuple[str, tuple[int | Fraction, ...]]] = {
    "line": ("money", (71_500, 70_000, 73_500)),
    "wide": ("number", (Fraction(3, 2), Fraction(2), Fraction(8, 5))),
    "assets": ("money", (2_400_000, 2_000_000, 3_000_000)),
    "sick": ("money", (300_000, 250_000, 400_000)),
    "months": ("integer", (12, 6, 9)),
    "grad_months": ("integer", (24, 12, 36)),
    "old": ("integer", (80, 78, 82)),
    "base": ("money", (411_100, 400_000, 430_000)),
    "child": ("money", (30_000, 25_000, 35_000)),
    "interest": ("number", (Fraction(31, 1000), Fraction(3, 100), Fraction(345, 10_000))),
    "staff": ("integer", (300, 100, 500)),
    "layoff": ("number", (Fraction(55, 1000), Fraction(5, 100), Fraction(2, 10))),
    "burden": ("number", (Fraction(3, 10), Fraction(1, 4), Fraction(2, 5))),
    "cap": ("money", (80_000, 70_000, 90_000)),
}

PERSON = {
    "birth": FieldKind("date"),
    "local": FieldKind("boolean"),
    "status": FieldKind("choice", STATUSES),
    "income": FieldKind("money"),
    "insured": FieldKind("boolean"),
    "months_unemployed": FieldKind("integer"),
    "months_since_grad": FieldKind("integer"),
    "grade": FieldKind("choice", GRADES),
    "medical": FieldKind("money"),
    "loan": FieldKind("money"),
    "has_loan": FieldKind("boolean"),
}
HOUSEHOLD = {
    "assets": FieldKind("money"),
    "rent": FieldKind("money"),
    "rural": FieldKind("boolean"),
}
ENTERPRISE = {"staff": FieldKind("integer"), "layoff_rate": FieldKind("number")}

PERSON_DERIVED = {
    "age": ("integer", "age_years(birth)"),
    "disabled": ("boolean", "grade != 'none'"),
    "severe": ("boolean", "grade in ['one', 'two']"),
    "out_of_work": ("boolean", "status == 'unemployed' and 16 <= age < 60"),
}
HOUSEHOLD_DERIVED = {
    "size": ("integer", "count(members)"),
    "income": ("money", "sum(members, income)"),
    "income_head": ("number", "income / size"),
    "workers": ("integer", "count(members, status == 'employed')"),
    "all_old": ("boolean", "all(members, age >= 60)"),
    "medical": ("money", "sum(members, medical)"),
    "toddlers": ("integer", "count(members, age < 3)"),
    "has_severe": ("boolean", "any(members, severe)"),
}

POLICIES: dict[str, tuple[str, str]] = {
    "living": (
        "local and household.income_head < {line} and household.assets / household.size <= {assets}",
        "round_fen({line} - household.income_head)",
    ),
    "edge": (
        "local and {line} <= household.income_head < {line} * {wide} "
        "and (household.has_severe or household.medical > {sick})",
        "round_fen({line} * 0.3)",
    ),
    "hard_to_employ": (
        "local and out_of_work and months_unemployed >= {months} "
        "and (age >= 50 or disabled or household.workers == 0 or household.income_head < {line})",
        "round_fen({base} * 2 / 3) if insured else round_fen({base} / 3)",
    ),
    "graduate": (
        "months_since_grad <= {grad_months} and age < 35 and status == 'employed' and insured "
        "and employer.staff < {staff}",
        "100000 + (50000 if disabled or household.income_head < {line} else 0)",
    ),
    "elder": (
        "local and age >= {old}",
        "50000 if age >= 100 else 20000 if age >= 90 else 10000",
    ),
    "elder_care": (
        "local and age >= 60 and household.all_old and household.income_head < {line} * {wide}",
        "30000 if age >= {old} or severe else 15000",
    ),
    "child_care": (
        "local and age_months(birth) < 36",
        "{child} * 2 if household.toddlers > 1 else {child}",
    ),
    "disabled_living": (
        "local and disabled and (severe or household.income_head < {line} * {wide})",
        "round_fen({line} * 0.25) if severe else round_fen({line} * 0.15)",
    ),
    "disabled_nursing": (
        "local and severe and not (age >= {old} and household.income_head >= {line} * 3)",
        "20000 if grade == 'one' else 12000",
    ),
    "loan": (
        "18 <= age < 60 and (out_of_work or months_since_grad <= 60 or household.rural) "
        "and loan > 0 and not any(spouse, has_loan)",
        "round_fen(min(loan, 30000000) * {interest} / 12)",
    ),
    "employer_insurance": (
        "status == 'employed' and insured and employer.staff < {staff} "
        "and employer.layoff_rate <= {layoff} "
        "and (months_since_grad <= 12 or disabled or (age >= 50 and income < {base}))",
        "round_fen({base} * 0.24)",
    ),
    "rent": (
        "household.rent > 0 and household.rent > household.income * {burden} "
        "and household.income_head < {line} * 4 and age >= 18",
        "round_fen(min(household.rent * 0.5, {cap}) / household.size)",
    ),
}


def model() -> Model:
    """Return persons, households and enterprises with what is derived from their facts."""
    params = {
        f"{name}_{variant}": Param(kind, (ParamValue(date(2020, 1, 1), value),))  # type: ignore[arg-type]
        for name, (kind, values) in LIMITS.items()
        for variant, value in zip(VARIANTS, values, strict=True)
    }
    entities = {
        "person": Entity(
            PERSON,
            {
                "household": Relation("household"),
                "spouse": Relation("person"),
                "employer": Relation("enterprise"),
            },
            _derived(PERSON_DERIVED),
        ),
        "household": Entity(
            HOUSEHOLD, {"members": Relation("person", many=True)}, _derived(HOUSEHOLD_DERIVED)
        ),
        "enterprise": Entity(ENTERPRISE),
    }
    return Model.build(entities, params)


def _derived(sources: dict[str, tuple[str, str]]) -> dict[str, DerivedSource]:
    return {
        name: DerivedSource(FieldKind(kind), rule)  # type: ignore[arg-type]
        for name, (kind, rule) in sources.items()
    }


def asked(model: Model, variants: tuple[str, ...] = VARIANTS[:1]) -> dict[str, Asked]:
    """Return for each policy and variant who gets it, and how much (0 for those who don't)."""
    schema = model.schema("person")
    rules: dict[str, Asked] = {}
    for variant in variants:
        names = {name: f"{name}_{variant}" for name in LIMITS}
        for policy, (condition, amount) in POLICIES.items():
            who, fen = condition.format(**names), amount.format(**names)
            rules[f"{policy}_{variant}"] = Asked("person", Rule.parse(who, schema))
            rules[f"{policy}_{variant}_fen"] = Asked(
                "person", Rule.parse(f"({fen}) if ({who}) else 0", schema, gives="money")
            )
    return rules
