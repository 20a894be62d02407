"""Persons, households and enterprises, with random rules over them and random facts with gaps."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from minsheng.rules import (
    DerivedSource,
    Entity,
    FieldKind,
    Model,
    Param,
    ParamValue,
    Reason,
    Relation,
    Rule,
    RuleError,
    Unknown,
)
from minsheng.rules.values import ValueType

DAY = date(2026, 2, 28)
STATUSES = ("work", "study", "none", "retired")
TAGS = ("poor", "alone", "remote")
NOTES = ("", "a", "路1号", "poor", "b")
EDGE_DAYS = [
    date(2026, 2, 28), date(2026, 3, 1), date(2024, 2, 29), date(2025, 2, 28), date(2026, 1, 31),
    date(2025, 8, 31), date(2025, 8, 30), date(2008, 2, 29), date(1966, 3, 31), date(2027, 1, 1),
    date(1, 1, 1), date(9999, 12, 31), date(1966, 2, 28), date(1966, 3, 1),
]  # fmt: skip


def derived(kind: ValueType, rule: str) -> DerivedSource:
    return DerivedSource(FieldKind(kind), rule)


PERSON = Entity(
    {
        "birth": FieldKind("date"),
        "moved": FieldKind("date"),
        "income": FieldKind("money"),
        "disabled": FieldKind("boolean"),
        "insured": FieldKind("boolean"),
        "hours": FieldKind("integer"),
        "share": FieldKind("number"),
        "huge": FieldKind("integer"),
        "odd": FieldKind("number"),
        "status": FieldKind("choice", STATUSES),
        "note": FieldKind("text"),
        "tags": FieldKind("set", TAGS),
        "wishes": FieldKind("set"),
        "never": FieldKind("integer"),
    },
    {
        "household": Relation("household"),
        "spouse": Relation("person"),
        "employer": Relation("enterprise"),
        "children": Relation("person", many=True),
    },
    {
        "age": derived("integer", "age_years(birth)"),
        "poor": derived("boolean", "household.mean_income < floor"),
        "pay": derived("money", "round_fen(income * rate + hours / 3)"),
        "busy": derived("boolean", "hours > 20 or status == 'work'"),
        "level": DerivedSource(
            FieldKind("integer"),
            table={
                "inputs": ["status", "disabled"],
                "gives": "integer",
                "rows": [
                    {"status": "work", "disabled": True, "then": 3},
                    {"status": ["study", "none", "retired"], "disabled": True, "then": 3},
                    {"disabled": False, "then": "hours"},
                ],
            },
        ),
        "band": DerivedSource(
            FieldKind("money"),
            table={
                "inputs": {"age": "age", "status": "status"},
                "gives": "money",
                "rows": [
                    {"age": ">= 60", "then": 5000},
                    {"age": "18..59", "status": "work", "then": "round_fen(income * 0.1)"},
                    {"age": "18..59", "status": ["study", "none", "retired"], "then": 300},
                    {"age": "< 18", "then": 5000},
                ],
            },
        ),
    },
)
HOUSEHOLD = Entity(
    {"rural": FieldKind("boolean"), "rent": FieldKind("money"), "since": FieldKind("date")},
    {"members": Relation("person", many=True), "head": Relation("person")},
    {
        "mean_income": derived("number", "sum(members, income) / count(members)"),
        "old": derived("integer", "count(members, age >= 60)"),
        "eldest": derived("date", "lowest(members, birth)"),
        "shares": derived("number", "sum(members, share, busy)"),
    },
)
ENTERPRISE = Entity(
    {"staff": FieldKind("integer"), "kind": FieldKind("choice", ("work", "shop", "farm")),
     "trades": FieldKind("set", TAGS), "founded": FieldKind("date")},
    {"workers": Relation("person", many=True)},
    {"small": derived("boolean", "staff < 10 or count(workers) < 3")},
)  # fmt: skip
PARAMS = {
    "floor": Param("money", (ParamValue(date(2020, 1, 1), 90_000),)),
    "rate": Param("number", (ParamValue(date(2020, 1, 1), Fraction(3, 40)),)),
    "later": Param("integer", (ParamValue(date(2030, 1, 1), 18),)),
}
MODEL = Model.build({"person": PERSON, "household": HOUSEHOLD, "enterprise": ENTERPRISE}, PARAMS)

NUMBERS = {
    "person": ["income", "hours", "share", "age", "pay", "band", "level", "huge", "odd", "never",
               "household.mean_income", "household.rent", "employer.staff", "spouse.income",
               "spouse.household.old", "household.shares", "household.head.income",
               "(floor - 90000)", "age_months(birth)", "age_years(moved)", "days_since(moved)", "floor", "rate", "later",
               "age_years(spouse.birth)", "months_between(birth, moved)",
               "months_between(moved, '2024-02-29')", "months_between('2026-01-31', '2026-02-28')",
               "months_between(household.eldest, today)"],
    "household": ["mean_income", "rent", "old", "shares", "head.income", "age_months(since)", "floor",
                  "head.employer.staff", "head.level"],
    "enterprise": ["staff", "age_months(founded)", "floor"],
}  # fmt: skip
CONDITIONS = {
    "person": ["disabled", "insured", "poor", "busy", "household.rural", "employer.small",
               "spouse.disabled", "any(spouse)", "any(household.members)", "any(children)"],
    "household": ["rural", "head.disabled", "head.poor"],
    "enterprise": ["small"],
}  # fmt: skip
DATES = {
    "person": ["birth", "moved", "household.eldest", "today", "'2008-02-29'", "spouse.birth"],
    "household": ["eldest", "since", "today"],
    "enterprise": ["founded", "today"],
}
WORDS = {
    "person": ["status", "note", "employer.kind", "spouse.status"],
    "household": ["head.status", "head.note"],
    "enterprise": ["kind"],
}
SETS = {
    "person": ["tags", "wishes", "employer.trades", "spouse.tags"],
    "household": ["head.tags"],
    "enterprise": ["trades"],
}
RELATIONS = {
    "person": [("household.members", "person"), ("spouse", "person"), ("children", "person"),
               ("employer", "enterprise"), ("employer.workers", "person"), ("household", "household")],
    "household": [("members", "person"), ("head", "person")],
    "enterprise": [("workers", "person")],
}  # fmt: skip


class Writer:
    """Writes random rules about one entity."""

    def __init__(self, random: Random, entity: str) -> None:
        self.random = random
        self.entity = entity

    def pick(self, words: dict[str, list[Any]]) -> Any:
        return self.random.choice(words[self.entity])

    def number(self, depth: int) -> str:
        if depth <= 0:
            written = ["0", "1", "3", "-2", "0.5", "1.25", "100000", "999999999999999", "60"]
            return self.pick(NUMBERS) if self.random.random() < 0.7 else self.random.choice(written)
        inner = lambda: self.number(depth - 1)  # noqa: E731
        match self.random.randrange(11):
            case 0 | 1 | 2:
                return f"({inner()} {self.random.choice('+-*/')} {inner()})"
            case 3:
                return f"{self.random.choice(['min', 'max'])}({inner()}, {inner()})"
            case 4:
                return f"abs({inner()})"
            case 5:
                return f"round_fen({inner()})"
            case 6:
                return f"(-{inner()})"
            case 7 | 8:
                way, there = self.pick(RELATIONS)
                over = Writer(self.random, there)
                where = f", {over.condition(depth - 1)}" if self.random.random() < 0.6 else ""
                if self.random.random() < 0.3:
                    return f"count({way}{where})"
                name = self.random.choice(["sum", "sum", "highest", "lowest"])
                return f"{name}({way}, {over.number(depth - 1)}{where})"
            case 9:
                return f"({inner()} if {self.condition(depth - 1)} else {inner()})"
        return inner()

    def day(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.6:
            return str(self.pick(DATES))
        if self.random.random() < 0.4:
            return f"({self.pick(DATES)} if {self.condition(depth - 1)} else {self.pick(DATES)})"
        return f"{self.random.choice(['min', 'max'])}({self.pick(DATES)}, {self.pick(DATES)})"

    def word(self, depth: int) -> str:
        if self.random.random() < 0.2:
            return repr(self.random.choice([*STATUSES, *NOTES, *TAGS]))
        if depth > 0 and self.random.random() < 0.4:
            return f"({self.word(0)} if {self.condition(depth - 1)} else {self.word(0)})"
        return str(self.pick(WORDS))

    def several(self, depth: int) -> str:
        if depth > 0 and self.random.random() < 0.3:
            return f"({self.pick(SETS)} if {self.condition(depth - 1)} else {self.pick(SETS)})"
        return str(self.pick(SETS))

    def condition(self, depth: int) -> str:
        if depth <= 0:
            return str(self.pick(CONDITIONS))
        inner = lambda: self.condition(depth - 1)  # noqa: E731
        compare = self.random.choice(["==", "!=", "<", "<=", ">", ">="])
        equal = self.random.choice(["==", "!="])
        match self.random.randrange(18):
            case 0 | 1:
                return f"({inner()} and {inner()})"
            case 2 | 3:
                return f"({inner()} or {inner()})"
            case 4:
                return f"(not {inner()})"
            case 5 | 6:
                return f"({self.number(depth - 1)} {compare} {self.number(depth - 1)})"
            case 7:
                return f"({self.day(depth - 1)} {compare} {self.day(depth - 1)})"
            case 8:
                return f"({self.word(depth - 1)} {equal} {self.word(depth - 1)})"
            case 9:
                return f"({self.word(0)} in {self.several(depth - 1)})"
            case 10:
                way, there = self.pick(RELATIONS)
                over = Writer(self.random, there)
                return f"{self.random.choice(['any', 'all'])}({way}, {over.condition(depth - 1)})"
            case 11:
                return f"({inner()} if {inner()} else {inner()})"
            case 12:
                what = self.random.choice([self.number, self.condition, self.day, self.word])
                return f"known({what(depth - 1)})"
            case 13:
                age = self.random.choice(["age_months", "age_years"])
                return f"({age}({self.day(depth - 1)}) {compare} {self.random.choice(['0', '18', '216', '60', '59.5', '-1', '99999', 'later'])})"  # fmt: skip
            case 14:
                return f"({self.word(0)} in ['work', 'a', 'shop'])"
            case 15:
                return f"({self.number(0)} in [0, 1, 3, 0.5])"
            case 16:
                limit = self.random.choice(["0.5", "-0.5", "17.5", "0.75", "-1.2", "0"])
                return f"({self.number(0)} {compare} {limit})"
        return f"({inner()} {equal} {inner()})"


def random_rules(random: Random, count: int) -> dict[str, tuple[str, Rule]]:
    """Return that many rules that can be read, by a name, each with the entity it is about."""
    rules: dict[str, tuple[str, Rule]] = {}
    while len(rules) < count:
        entity = random.choice(["person", "person", "household", "enterprise"])
        writer = Writer(random, entity)
        depth = random.randrange(1, 5)
        text, gives = random.choice(
            [
                (writer.condition(depth), "boolean"), (writer.condition(depth), "boolean"),
                (writer.number(depth), "number"), (f"round_fen({writer.number(depth)})", "money"),
                (writer.day(depth), "date"), (writer.word(depth), "text"),
                (writer.several(depth), "set"),
            ]
        )  # fmt: skip
        try:
            rule = Rule.parse(text, MODEL.schema(entity), gives=gives)  # type: ignore[arg-type]
        except RuleError:
            continue
        rules[f"r{len(rules)}"] = (entity, rule)
    return rules


def random_world(
    random: Random, households: int, *, gaps: float
) -> dict[str, list[dict[str, Any]]]:
    """Return facts in which relations lead to the very mappings of the lists.

    Members mostly stand in the order of their households; in some worlds they don't, a household
    has none, or nobody knows its members.
    """
    maybe = lambda value: gap(random) if random.random() < gaps else value  # noqa: E731
    firms = [_firm(random, maybe) for _ in range(random.randrange(4))]
    homes: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    for _ in range(households):
        home: dict[str, Any] = {
            "rural": maybe(random.random() < 0.4),
            "rent": maybe(random.randrange(0, 300_000)),
            "since": maybe(a_day(random)),
        }
        family = [_person(random, maybe) for _ in range(random.choice([1, 1, 2, 3, 4]))]
        home["members"] = family
        home["head"] = maybe(random.choice([family[0], {}]))
        for one in family:
            one["household"] = home
            one["spouse"] = maybe(random.choice([{}, random.choice(family), [family[0]]]))
            one["employer"] = maybe(random.choice([{}, *firms]))
            one["children"] = maybe(random.sample(family, random.randrange(len(family) + 1)))
        homes.append(home)
        people += family
    for firm in firms:
        firm["workers"] = maybe([one for one in people if one.get("employer") is firm])
    if random.random() < 0.3 and len(people) > 3:
        for _ in range(3):  # couples of two households, people who live nowhere known
            random.choice(people)["spouse"] = random.choice(people)
        random.choice(people)["household"] = random.choice([None, {}])
    if random.random() < 0.2:
        random.shuffle(people)
    if random.random() < 0.2:
        random.choice(homes)["members"] = random.choice([None, [], people[:2]])
    return {"person": people, "household": homes, "enterprise": firms}


def gap(random: Random) -> object:
    return random.choice([None, Unknown(), Unknown.of("x", Reason.REFUSED)])


def a_day(random: Random) -> date:
    if random.random() < 0.25:
        return random.choice(EDGE_DAYS)
    return DAY - timedelta(days=random.randrange(-200, 33_000))


def _firm(random: Random, maybe: Any) -> dict[str, Any]:
    return {
        "staff": maybe(random.randrange(40)),
        "kind": maybe(random.choice(["work", "shop", "farm"])),
        "trades": maybe(random.sample(TAGS, random.randrange(4))),
        "founded": maybe(a_day(random)),
    }


def _person(random: Random, maybe: Any) -> dict[str, Any]:
    return {
        "birth": maybe(a_day(random)),
        "moved": maybe(a_day(random)),
        "income": maybe(random.choice([0, random.randrange(0, 900_000)])),
        "disabled": maybe(random.random() < 0.3),
        "insured": maybe(random.random() < 0.7),
        "hours": maybe(random.randrange(-3, 60)),
        "share": maybe(Fraction(random.randrange(-9, 10), random.choice([1, 2, 4, 5]))),
        "huge": maybe(random.choice([10**15, -(10**15), 3, 0])),
        "odd": maybe(Fraction(random.randrange(-9, 10), random.randrange(1, 10**9))),
        "status": maybe(random.choice(STATUSES)),
        "note": maybe(random.choice(NOTES)),
        "tags": maybe(random.sample(TAGS, random.randrange(4))),
        "wishes": maybe([f"w{random.randrange(90)}" for _ in range(3)] + ["poor"]),
    }
