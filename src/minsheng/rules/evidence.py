"""What a single condition rests on: 孩子出生日期：2026-03-24，满 0 个月."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from minsheng.lib.periods import add_months
from minsheng.lib.texts import Text

from .describe import AGE_UNITS, filled, listed, oriented, phrase, spaced
from .interpret import Scope, holds, value_of
from .ir import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Choose,
    Compare,
    Const,
    Derived,
    Field,
    Function,
    Negate,
    Node,
    Not,
    OneOf,
    Or,
    Parameter,
    Related,
    Today,
    children,
    walk,
)
from .memory import remembered, remembered_on
from .schema import FieldKind, Param
from .show import kind_of, label_of, shown, shown_fact
from .values import NUMERIC, TEXTUAL, Missing, Reason, Unknown, Value

_AND_THEN = Text("；", "; ")
Leaf = Field | Parameter | Today | Derived | Aggregate | Related
GROUPS = (And, Or)  # a tuple: asking for a union makes it anew each time
_COMMA = Text("，", ", ")
_NO_VALUE = Text("这一天没有规定", "no value in force on this day")
_ON_THE_LINE = Text("正好在线上", "exactly on the line")
_THE_DAY = Text("办理当天", "the day it is judged")
_LAST_YEAR = 9000  # far from where a calendar date overflows
_kind, _phrase = remembered(kind_of), remembered(phrase)


@dataclass(frozen=True, slots=True)
class Case:
    """One case on one day. Each node is computed once; an explanation asks for it several times.

    Rules that are explained one after the other for the same scope share it: what they all rest
    on is put into words once.
    """

    facts: Scope
    on: date
    seen: dict[int, tuple[Node, Value | Unknown]] = field(default_factory=dict)
    read: dict[tuple[str, int], tuple[Node, Value | Unknown]] = field(default_factory=dict)
    below: dict[str, Case | None] = field(default_factory=dict)
    told: dict[tuple[str, int], tuple[FieldKind, Text]] = field(default_factory=dict)
    evident: dict[int, tuple[Node, Text]] = field(default_factory=dict)
    lines: dict[tuple[int, int, bool], tuple[Node, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Scope, on: date) -> Case:
        """Return the case of a scope on a day, the same one each time."""
        if on not in facts.cases:
            facts.cases[on] = cls(facts, on)
        case: Case = facts.cases[on]
        return case

    def value(self, node: Node) -> Value | Unknown:
        """Return the value of a node for this case."""
        # By identity, which is cheap; the node is kept, so that its id can't be given away.
        entry = self.seen.get(id(node))
        if entry is None:
            entry = self.seen[id(node)] = (node, self._computed(node))
        return entry[1]

    def _computed(self, node: Node) -> Value | Unknown:
        """Return the value of a node, of a group by its parts: they are told one by one as well."""
        if isinstance(node, GROUPS):
            decisive = isinstance(node, Or)
            missing: frozenset[Missing] = frozenset()
            for part in node.operands:
                value = self.value(part)
                if value is decisive:
                    return decisive
                if type(value) is Unknown:
                    missing |= value.missing
            return Unknown(missing) if missing else not decisive
        if isinstance(node, Compare):
            left, right = self.value(node.left), self.value(node.right)
            if type(left) is Unknown or type(right) is Unknown:
                return value_of(node, self.facts, self.on)
            return holds(node.op, left, right)
        if isinstance(node, Field):
            about = (node.name, id(node.kind))
            entry = self.read.get(about)
            if entry is None:
                entry = self.read[about] = (node, value_of(node, self.facts, self.on))
            return entry[1]
        if isinstance(node, Derived) and node.type == "boolean":
            key = (node.name, self.on)
            if key not in self.facts.computed:
                self.facts.computed[key] = self.value(node.node)
            return self.facts.computed[key]
        return value_of(node, self.facts, self.on)

    def inside(self, relation: str) -> Case | None:
        """Return the case of the one thing a relation leads to, or None when there isn't one."""
        if relation not in self.below:
            others = self.facts.along(relation)
            is_one = not isinstance(others, Unknown) and len(others) == 1
            self.below[relation] = Case.of(others[0], self.on) if is_one else None  # type: ignore[index]
        return self.below[relation]

    def truth(self, node: Node) -> bool | None:
        """Return yes, no, or None for unknown."""
        value = self.value(node)
        return None if type(value) is Unknown else value is True


def evidence(node: Node, case: Case) -> Text:
    """Return the facts a condition read, what was computed from them, and how far it is off."""
    entry = case.evident.get(id(node))
    if entry is None:
        entry = case.evident[id(node)] = (node, _evidence(node, case))
    return entry[1]


def _evidence(node: Node, case: Case) -> Text:
    value = case.value(node)
    plan = _plan(node)
    if plan.leaves is None or isinstance(value, Unknown):
        wrong = _unusable(value) if isinstance(value, Unknown) else frozenset()
        leaves = leaves_of(node, case)
        read = [_told(leaf, node, there, wrong) for leaf, there in leaves]
        is_hidden = any(is_hidden_in(leaf) for leaf, _ in leaves)
    else:
        read = [_told(leaf, node, case, ()) for leaf in plan.leaves]
        is_hidden = plan.is_hidden
    told = read[0] if len(read) == 1 else listed(read, _AND_THEN)
    if is_hidden:
        return told
    further = [text for side in plan.sides for text in _result(side, case)]
    if value is False:
        further += _gap(node, case)
    if not further:
        return told
    return listed([told, *further] if told.zh else further, _COMMA)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is known of a condition before any case: what it looks at, what it computes from that.

    leaves None: the case decides, by a choice or by whether a relation leads anywhere.
    """

    leaves: tuple[Leaf, ...] | None
    is_hidden: bool
    sides: tuple[Node, ...]


@remembered
def _plan(node: Node) -> _Plan:
    written = _leaves_written(node)
    straight = written is not None and not any(ways for ways, _ in written)
    leaves = tuple(leaf for _, leaf in written or ()) if straight else None
    return _Plan(leaves, any(map(is_hidden_in, leaves or ())), _sides(node))


def _unusable(unknown: Unknown) -> frozenset[str]:
    """Return the facts from which nothing can be computed."""
    return frozenset(
        missing.field.rpartition(".")[2]
        for missing in unknown.missing
        if missing.reason is Reason.UNUSABLE
    )


def no_longer_asked(told: Text) -> Text:
    """Return the evidence of an unknown that can't change the verdict any more."""
    return filled(Text("{x}，现在不用管了", "{x}, no longer needed"), x=told)


def leaves_of(node: Node, case: Case) -> Sequence[tuple[Leaf, Case]]:
    """Return what was really looked at, each once, with the case it was looked up in."""
    found: list[tuple[Leaf, Case]] = []
    for ways, leaf in _leaves_written(node) or ():
        there: Case | None = case
        for way in ways:
            there = there.inside(way) if there is not None else None
        if there is None:
            break
        found.append((leaf, there))
    else:
        if _leaves_written(node) is not None:
            return found
    read: dict[tuple[Leaf, int], tuple[Leaf, Case]] = {}
    for leaf, there in _read(node, case):
        read.setdefault((leaf, id(there)), (leaf, there))
    return tuple(read.values())


@remembered
def _leaves_written(node: Node) -> tuple[tuple[tuple[str, ...], Leaf], ...] | None:
    """Return what a node looks at with the relations that lead there, each once.

    None where the case decides what is looked at.
    """
    found: dict[tuple[tuple[str, ...], Leaf], None] = {}
    waiting: list[tuple[tuple[str, ...], Node]] = [((), node)]
    while waiting:
        ways, part = waiting.pop()
        if isinstance(part, Field | Parameter | Today | Derived | Aggregate):
            found[ways, part] = None
        elif isinstance(part, Related):
            waiting.append(((*ways, part.relation), part.node))
        elif isinstance(part, Choose):
            return None
        else:
            waiting.extend((ways, child) for child in reversed(children(part)))
    return tuple(found)


@remembered
def is_hidden_in(node: Node) -> bool:
    """Whether anything a value rests on may not be shown."""
    return any(isinstance(part, Field) and part.kind.hidden for part in walk(node))


def _read(node: Node, case: Case) -> Iterator[tuple[Leaf, Case]]:
    """Yield the facts that were really looked at: of a choice, only the ways still open."""
    if isinstance(node, Field | Parameter | Today | Derived | Aggregate):
        yield node, case
    elif isinstance(node, Related):
        there = case.inside(node.relation)
        if there is None:
            yield node, case
        else:
            yield from _read(node.node, there)
    elif isinstance(node, Choose):
        for way in node.branches:
            truth = case.truth(way.condition)
            yield from _read(way.condition, case)
            if truth is not False:
                yield from _read(way.value, case)
            if truth is True:
                return
        if node.otherwise:
            yield from _read(node.otherwise, case)
    else:
        for child in children(node):
            yield from _read(child, case)


def _told(leaf: Leaf, node: Node, case: Case, wrong: Collection[str]) -> Text:
    """Return one thing that was looked at with what it came to; in words only once for a case."""
    name, about = _named(leaf)
    if about is None or name in wrong:
        return _put(leaf, node, case, wrong)
    if isinstance(about, Param):
        return _number_told(leaf, case.on)
    entry = case.told.get((name, id(about)))
    if entry is None:
        entry = case.told[name, id(about)] = (about, _put(leaf, node, case, wrong))
    return entry[1]


@remembered
def _named(leaf: Node) -> tuple[str, FieldKind | Param | None]:
    """Return the name of a fact or number and what it is; None where its words aren't always the same."""
    match leaf:
        case Field(name, kind) | Derived(name, kind) if kind.type != "text":
            return name, kind
        case Parameter(name, param):
            return name, param
        case _:
            return "", None


def _put(leaf: Leaf, node: Node, case: Case, wrong: Collection[str]) -> Text:
    value = case.value(leaf)
    if isinstance(leaf, Related):
        return _colon(leaf.label, shown_fact(value, _kind(leaf)))
    if isinstance(leaf, Aggregate):
        return _told_gathered(leaf, value, case)
    if isinstance(leaf, Derived):
        return _told_derived(leaf, value, case)
    if isinstance(leaf, Today):
        return _colon(_THE_DAY, Text(case.on.isoformat()))
    if isinstance(leaf, Parameter) and (leaf.name not in wrong or isinstance(value, Unknown)):
        return _number_told(leaf, case.on)
    if leaf.type == "text" and isinstance(value, str) and value and _asks_if_filled(node):
        return _colon(label_of(leaf), Text("已填写", "filled in"))
    told = shown_fact(value, _kind(leaf))
    if leaf.name in wrong and not isinstance(value, Unknown):
        told = filled(Text("{x}（{y}）", "{x} ({y})"), x=told, y=Reason.UNUSABLE.text)
    return _colon(label_of(leaf), told)


@remembered_on
def _number_told(leaf: Node, on: date) -> Text:
    """Return a number of the law with its value on a day, which is the same for everybody."""
    assert isinstance(leaf, Parameter)
    value = value_of(leaf, {}, on)
    if isinstance(value, Unknown):
        return _colon(
            label_of(leaf), Reason.NOT_ENTERED.text if leaf.param.waits(on) else _NO_VALUE
        )
    return _colon(label_of(leaf), shown_fact(value, _kind(leaf)))


def _colon(label: Text, told: Text) -> Text:
    return Text(spaced(f"{label.zh}：{told.zh}"), f"{label.to('en')}: {told.to('en')}")


def _told_gathered(leaf: Aggregate, value: Value | Unknown, case: Case) -> Text:
    """Return what several things come to together; of a yes or no, how many were looked at."""
    if is_hidden_in(leaf) and not isinstance(value, Unknown):
        return _colon(leaf.label, Text("已经知道", "known"))
    if leaf.type != "boolean":
        return _colon(_phrase(leaf), shown_fact(value, _kind(leaf)))
    others = case.facts.along(leaf.relation)
    if isinstance(others, Unknown):
        return _colon(leaf.label, shown_fact(others, _kind(leaf)))
    if not others:
        return _colon(leaf.label, Text("没有", "none"))
    looked = filled(Text("看了 {n} 个", "{n} looked at"), n=str(len(others)))
    if not leaf.many:
        looked = Text("有", "there is one")
    if isinstance(value, Unknown):
        looked = filled(Text("{x}，{y}", "{x}, {y}"), x=looked, y=shown_fact(value, _kind(leaf)))
    return _colon(leaf.label, looked)


def _told_derived(leaf: Derived, value: Value | Unknown, case: Case) -> Text:
    """Return a derived fact with what it was computed from: 人均月收入：1,412.00 元（合计…）."""
    if is_hidden_in(leaf) and not isinstance(value, Unknown):
        return _colon(label_of(leaf), Text("已经知道", "known"))
    told = _colon(label_of(leaf), shown_fact(value, _kind(leaf)))
    if leaf.type == "boolean":
        return told  # its conditions stand in lines of their own
    from_what = [_told(part, leaf.node, there, set()) for part, there in leaves_of(leaf.node, case)]
    if not from_what:
        return told
    rests = listed(from_what, _AND_THEN)
    return Text(f"{told.zh}（{rests.zh}）", f"{told.en} ({rests.en})")


def _asks_if_filled(node: Node) -> bool:
    """Whether a condition compares with an empty text, so that the value itself is nobody's."""
    return (
        isinstance(node, Compare)
        and node.left.type in TEXTUAL
        and any(isinstance(side, Const) and side.value == "" for side in (node.left, node.right))
    )


def _sides(node: Node) -> tuple[Node, ...]:
    """Return the parts of a condition that are computed from what was read."""
    match node:
        case Not(operand):
            return _sides(operand)
        case Compare(_, left, right):
            parts: tuple[Node, ...] = (left, right)
        case OneOf(item, _):
            parts = (item,)
        case _:
            parts = ()
    return tuple(part for part in parts if isinstance(part, Call | Arithmetic | Negate))


def _result(side: Node, case: Case) -> Iterator[Text]:
    value: Any = case.value(side)
    if isinstance(value, Unknown):
        return
    match side:
        case Call("age_months" | "age_years" as function, _):
            unit = AGE_UNITS[function]
            yield Text(f"满 {value} {unit.zh}", f"{value} full {unit.en}")
        case Call("days_since", _) if value >= 0:
            yield Text(f"过了 {value} 天", f"{value} days ago")
        case Call("days_since", _):
            yield Text(f"还有 {-value} 天才到", f"{-value} days ahead")
        case _:
            told = shown(value, _kind(side))
            yield Text(spaced(f"算得 {told.zh}"), f"which makes {told.to('en')}")


def _gap(node: Node, case: Case) -> Iterator[Text]:
    """Yield how far a comparison is off that doesn't hold, or from which day it holds."""
    if not isinstance(node, Compare) or node.op in ("==", "!="):
        return
    node = oriented(node)
    left: Any = case.value(node.left)
    right: Any = case.value(node.right)
    if isinstance(node.left, Call) and node.left.function in (
        "age_months",
        "age_years",
        "days_since",
    ):
        yield from _turning_day(node, node.left, right, case)
    elif node.left.type in NUMERIC:
        too_high = node.op in ("<", "<=")
        if left == right:
            yield _ON_THE_LINE
            return
        off = shown(abs(left - right), _without_options(node))
        if too_high:
            yield Text(spaced(f"高出 {off.zh}"), f"{off.to('en')} over")
        else:
            yield Text(spaced(f"还差 {off.zh}"), f"{off.to('en')} short")


def _without_options(node: Compare) -> FieldKind:
    kind = _kind(node.left)
    return kind if kind.type != "integer" or kind.unit.zh else _kind(node.right)


def _turning_day(node: Compare, call: Call, bound: Any, case: Case) -> Iterator[Text]:
    birth: Any = case.value(call.arguments[0])
    if not isinstance(bound, int):
        return
    reached = bound + (node.op in (">", "<="))
    day = _day_of(call.function, birth, reached)
    if day is None:
        return
    unit = AGE_UNITS.get(call.function, Text("天", "days"))
    words = (
        Text("到 {day} 才满 {x} {unit}", "{x} {unit} only on {day}")
        if day > case.on
        else Text("{day} 就满 {x} {unit}了", "{x} {unit} since {day}")
    )
    yield filled(words, day=day.isoformat(), x=str(reached), unit=unit)


def _day_of(function: Function, start: date, reached: int) -> date | None:
    """Return the first day on which the age or number of days is reached, if it can be told."""
    per_year = {"age_years": 1, "age_months": 12}.get(function, 365)
    if not 0 <= reached <= (_LAST_YEAR - start.year) * per_year:
        return None
    if function == "days_since":
        return start + timedelta(days=reached)
    return add_months(start, reached * 12 // per_year)
