"""Which facts and parameters a rule may name, and what kind of value each has."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from minsheng.lib.texts import Text

from .errors import RuleError, WrongFact
from .values import Missing, Reason, Unknown, Value, ValueType

if TYPE_CHECKING:
    from .ir import Derived

SELECTED = "selected"
"""The fact that holds the keys of the chosen items; `selected('x')` looks into it."""

GATHERINGS = ("sum", "count", "any", "all", "highest", "lowest")
FUNCTION_NAMES = (
    "selected", "known", "age_months", "age_years", "days_since", "months_between", "min", "max",
    "abs", "round_fen",
    *GATHERINGS,
)  # fmt: skip
RESERVED = frozenset({*FUNCTION_NAMES, "today", "true", "false", "null", "none"}) - {SELECTED}
NO_TEXT = Text("")
NUMBER_BOUND = 10**15
TEXT_BOUND = 10_000
_DECIMAL = re.compile(r"[+-]?[0-9]{1,16}(\.[0-9]{1,30})?")


@dataclass(frozen=True, slots=True)
class FieldKind:
    """What a field holds. `options` are the only answers of a choice or set, `labels` their names.

    `unit` follows a number when it is shown ("人", "people"). Money is integer fen. The value of a
    `hidden` field is judged but never written into an explanation.
    """

    type: ValueType
    options: tuple[str, ...] = ()
    label: Text = NO_TEXT
    labels: tuple[Text, ...] = ()
    unit: Text = NO_TEXT
    hidden: bool = False

    def label_of(self, option: str) -> Text:
        """Return how one answer is shown: its label, or else its key."""
        if option in self.options and len(self.labels) == len(self.options):
            return self.labels[self.options.index(option)]
        return Text(option, option)


@dataclass(frozen=True, slots=True)
class ParamValue:
    """One value of a parameter from a day on. `value` None: from then on there is none."""

    start: date
    value: Value | None
    source: Text = NO_TEXT
    clause: str = ""
    mark: Literal["H", "M", "L"] = "L"


@dataclass(frozen=True, slots=True)
class Param:
    """A number of the law with its history. Judged by the day the rule is judged on."""

    type: ValueType
    values: tuple[ParamValue, ...]
    label: Text = NO_TEXT
    unit: Text = NO_TEXT

    def __post_init__(self) -> None:
        kind = FieldKind(self.type)
        exact = tuple(
            replace(entry, value=None if entry.value is None else read_value(kind, entry.value))
            for entry in self.values
        )
        for given, read in zip(self.values, exact, strict=True):
            if given.value is not None and read.value is None:
                raise RuleError(
                    f"参数“{self.label.zh}”的值不是{TYPE_TEXTS[self.type].zh}",
                    f"a value of the parameter {self.label.to('en')!r} "
                    f"is not {TYPE_TEXTS[self.type].en}",
                )
        object.__setattr__(self, "values", exact)

    @property
    def is_entered(self) -> bool:
        """Whether anybody ever entered a value: not so where a district still has to."""
        return any(entry.value is not None for entry in self.values)

    def at(self, on: date) -> ParamValue | None:
        """Return the entry in force on a day, or None where the law has no value."""
        newest = self._newest(on)
        return None if newest is None or newest.value is None else newest

    def waits(self, on: date) -> bool:
        """Whether somebody still has to enter what holds on a day: never entered, or not since a day."""
        newest = self._newest(on)
        return not self.is_entered or (newest is not None and newest.value is None)

    def _newest(self, on: date) -> ParamValue | None:
        begun = [entry for entry in self.values if entry.start <= on]
        return max(begun, key=lambda entry: entry.start, default=None)


@dataclass(frozen=True, slots=True)
class Relation:
    """A way from one thing to others: a person's household, a household's members.

    `many` False: to one at most. There may be none of it, which is known (a single person's
    spouse), or nobody may know.
    """

    to: str
    label: Text = NO_TEXT
    many: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """The names a rule may use. `name` is shown in errors ("no field 'incom' in 'person'").

    `relations` lead to other schemas, which stand in `entities`; `derived` facts are computed.
    Raises RuleError when a name can't be written in a rule or is used twice.
    """

    fields: Mapping[str, FieldKind]
    params: Mapping[str, Param] = field(default_factory=dict)
    name: str = ""
    relations: Mapping[str, Relation] = field(default_factory=dict)
    derived: Mapping[str, Derived] = field(default_factory=dict)
    entities: Mapping[str, Schema] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for key in (*self.fields, *self.params, *self.relations, *self.derived):
            if not is_name(key):
                raise RuleError(
                    f"“{key}”不能在规则里用作名字：用小写字母、数字和下划线，字母开头",
                    f"{key!r} can't be a name in a rule: letters, digits and underscores",
                    name=key,
                )
        seen: set[str] = set()
        for names in (self.fields, self.params, self.relations, self.derived):
            both = sorted(seen & set(names))
            if both:
                raise RuleError(
                    f"{both[0]} 用了两次（字段、参数、关系、推出的事实不能同名），请改一个名字",
                    f"{both[0]!r} is used twice (field, parameter, relation, derived fact); rename one",
                    name=both[0],
                )
            seen |= set(names)


def is_name(key: str) -> bool:
    """Whether a rule can spell this name: dotted identifiers that aren't words of the language."""
    parts = key.split(".")
    return key not in RESERVED and all(
        part.isascii() and part.isidentifier() and not keyword.iskeyword(part) for part in parts
    )


def checked_fact(name: str, kind: FieldKind, raw: object) -> Value | Unknown:
    """Return a fact as the exact value its kind says, or as an unknown with a reason.

    None and, save for text, "" are "not asked". Dates may come as ISO text, numbers as int,
    Decimal, Fraction, decimal text or float (read by its shortest decimal form).
    Raises WrongFact when the value is of another kind; the value isn't repeated.
    """
    if isinstance(raw, Unknown):
        return raw if raw.missing else Unknown(frozenset({Missing(name, Reason.NOT_ASKED)}))
    if raw is None or (raw == "" and kind.type != "text"):
        return Unknown(frozenset({Missing(name, Reason.NOT_ASKED)}))
    value = read_value(kind, raw)
    if value is None:
        raise WrongFact(
            f"“{kind.label.zh or name}”的值不是{TYPE_TEXTS[kind.type].zh}，请核对来源",
            f"the value of {name!r} is not {TYPE_TEXTS[kind.type].en}",
            fact=name,
            type=kind.type,
        )
    return value


TYPE_TEXTS: Mapping[ValueType, Text] = {
    "boolean": Text("“是”或“否”", "yes or no"),
    "integer": Text("整数", "a whole number"),
    "number": Text("数", "a number"),
    "money": Text("以分计的整数金额", "an amount in whole fen"),
    "text": Text("文字", "text"),
    "date": Text("日期", "a date"),
    "choice": Text("可选的答案之一", "one of the options"),
    "set": Text("一组可选的答案", "a set of options"),
}


def read_value(kind: FieldKind, raw: object) -> Value | None:
    """Return a raw value as exactly what its kind says, or None when it is something else."""
    match kind.type:
        case "boolean":
            return raw if isinstance(raw, bool) else None
        case "integer" | "money":
            return _whole(raw)
        case "number":
            return _number(raw)
        case "date":
            return _day(raw)
        case "text":
            return raw if isinstance(raw, str) and len(raw) <= TEXT_BOUND else None
        case "choice":
            return raw if isinstance(raw, str) and _is_option(kind, raw) else None
        case "set":
            return _set(kind, raw)


def _whole(raw: object) -> int | None:
    if isinstance(raw, bool) or not isinstance(raw, int):
        return None
    return raw if abs(raw) <= NUMBER_BOUND else None


def _number(raw: object) -> Fraction | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | Fraction):
        exact = Fraction(raw)
    elif isinstance(raw, float | Decimal | str):
        # A short plain decimal only: "1e999999999" would be a number of a billion digits.
        text = str(raw)
        if not _DECIMAL.fullmatch(text):
            return None
        exact = Fraction(text)
    else:
        return None
    return exact if abs(exact) <= NUMBER_BOUND else None


def _day(raw: object) -> date | None:
    if isinstance(raw, datetime):
        return None  # a moment has no day until its zone is settled; the caller must do that
    if isinstance(raw, date):
        return raw
    if isinstance(raw, str) and len(raw) == len("2026-03-24"):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            return None
    return None


def _is_option(kind: FieldKind, key: str) -> bool:
    return not kind.options or key in kind.options


def _set(kind: FieldKind, raw: object) -> frozenset[str] | None:
    if not isinstance(raw, frozenset | set | list | tuple):
        return None
    keys = [key for key in raw if isinstance(key, str) and _is_option(kind, key)]
    return frozenset(keys) if len(keys) == len(raw) else None
