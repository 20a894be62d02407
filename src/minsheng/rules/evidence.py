"""What a single condition rests on: 孩子出生日期：2026-03-24，满 0 个月."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from minsheng.lib.periods import add_months
from minsheng.lib.texts import Text

from .describe import AGE_UNITS, filled, listed, oriented, phrase
from .interpret import Scope, value_of
from .ir import (
    Aggregate,
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
    Parameter,
    Related,
    Today,
    children,
    walk,
)
from .schema import FieldKind
from .show import kind_of, label_of, shown, shown_fact
from .values import NUMERIC, TEXTUAL, Reason, Unknown, Value

_COLON = Text("{x}：{y}", "{x}: {y}")
_LAST_YEAR = 9000  # far from where a calendar date overflows


@dataclass(frozen=True, slots=True)
class Case:
    """One case on one day. Each node is computed once; an explanation asks for it several times."""

    facts: Scope
    on: date
    seen: dict[int, tuple[Node, Value | Unknown]] = field(default_factory=dict)
    below: dict[str, Case | None] = field(default_factory=dict)

    def value(self, node: Node) -> Value | Unknown:
        """Return the value of a node for this case."""
        # By identity, which is cheap; the node is kept, so that its id can't be given away.
        if id(node) not in self.seen:
            self.seen[id(node)] = (node, value_of(node, self.facts, self.on))
        return self.seen[id(node)][1]

    def inside(self, relation: str) -> Case | None:
        """Return the case of the one thing a relation leads to, or None when there isn't one."""
        if relation not in self.below:
            others = self.facts.along(relation)
            is_one = not isinstance(others, Unknown) and len(others) == 1
            self.below[relation] = Case(others[0], self.on) if is_one else None  # type: ignore[index]
        return self.below[relation]

    def truth(self, node: Node) -> bool | None:
        """Return yes, no, or None for unknown."""
        value = self.value(node)
        return None if isinstance(value, Unknown) else value is True


def evidence(node: Node, case: Case) -> Text:
    """Return the facts a condition read, what was computed from them, and how far it is off."""
    leaves = leaves_of(node, case)
    value = case.value(node)
    wrong = {
        missing.field.rpartition(".")[2]
        for missing in (value.missing if isinstance(value, Unknown) else ())
        if missing.reason is Reason.UNUSABLE
    }
    read = listed([_told(leaf, node, there, wrong) for leaf, there in leaves], Text("；", "; "))
    is_hidden = any(is_hidden_in(leaf) for leaf, _ in leaves)
    further = () if is_hidden else (*_computed(node, case), *_gap(node, case))
    return listed([text for text in (read, *further) if text.zh], Text("，", ", "))


def no_longer_asked(told: Text) -> Text:
    """Return the evidence of an unknown that can't change the verdict any more."""
    return filled(Text("{x}，现在不用管了", "{x}, no longer needed"), x=told)


Leaf = Field | Parameter | Today | Derived | Aggregate | Related


def leaves_of(node: Node, case: Case) -> tuple[tuple[Leaf, Case], ...]:
    """Return what was really looked at, each once, with the case it was looked up in."""
    found: dict[tuple[Leaf, int], tuple[Leaf, Case]] = {}
    for leaf, there in _read(node, case):
        found.setdefault((leaf, id(there)), (leaf, there))
    return tuple(found.values())


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


def _told(leaf: Leaf, node: Node, case: Case, wrong: set[str]) -> Text:
    value = case.value(leaf)
    if isinstance(leaf, Related):
        return filled(_COLON, x=leaf.label, y=shown_fact(value, kind_of(leaf)))
    if isinstance(leaf, Aggregate):
        return _told_gathered(leaf, value, case)
    if isinstance(leaf, Derived):
        return _told_derived(leaf, value, case)
    if isinstance(leaf, Today):
        return filled(_COLON, x=Text("办理当天", "the day it is judged"), y=case.on.isoformat())
    if isinstance(leaf, Parameter) and isinstance(value, Unknown):
        silent = Text("这一天没有规定", "no value in force on this day")
        return filled(_COLON, x=label_of(leaf), y=silent)
    if leaf.type == "text" and isinstance(value, str) and value and _asks_if_filled(node):
        return filled(_COLON, x=label_of(leaf), y=Text("已填写", "filled in"))
    told = shown_fact(value, kind_of(leaf))
    if not isinstance(leaf, Field | Parameter):
        return filled(_COLON, x=Text("办理当天", "the day it is judged"), y=case.on.isoformat())
    if leaf.name in wrong and not isinstance(value, Unknown):
        told = filled(Text("{x}（{y}）", "{x} ({y})"), x=told, y=Reason.UNUSABLE.text)
    return filled(_COLON, x=label_of(leaf), y=told)


def _told_gathered(leaf: Aggregate, value: Value | Unknown, case: Case) -> Text:
    """Return what several things come to together; of a yes or no, how many were looked at."""
    if is_hidden_in(leaf) and not isinstance(value, Unknown):
        return filled(_COLON, x=leaf.label, y=Text("已经知道", "known"))
    if leaf.type != "boolean":
        return filled(_COLON, x=phrase(leaf), y=shown_fact(value, kind_of(leaf)))
    others = case.facts.along(leaf.relation)
    if isinstance(others, Unknown):
        return filled(_COLON, x=leaf.label, y=shown_fact(others, kind_of(leaf)))
    if not others:
        return filled(_COLON, x=leaf.label, y=Text("没有", "none"))
    looked = filled(Text("看了 {n} 个", "{n} looked at"), n=str(len(others)))
    if not leaf.many:
        looked = Text("有", "there is one")
    if isinstance(value, Unknown):
        looked = filled(Text("{x}，{y}", "{x}, {y}"), x=looked, y=shown_fact(value, kind_of(leaf)))
    return filled(_COLON, x=leaf.label, y=looked)


def _told_derived(leaf: Derived, value: Value | Unknown, case: Case) -> Text:
    """Return a derived fact with what it was computed from: 人均月收入：1,412.00 元（合计…）."""
    if is_hidden_in(leaf) and not isinstance(value, Unknown):
        return filled(_COLON, x=label_of(leaf), y=Text("已经知道", "known"))
    told = filled(_COLON, x=label_of(leaf), y=shown_fact(value, kind_of(leaf)))
    if leaf.type == "boolean":
        return told  # its conditions stand in lines of their own
    from_what = [_told(part, leaf.node, there, set()) for part, there in leaves_of(leaf.node, case)]
    if not from_what:
        return told
    rests = listed(from_what, Text("；", "; "))
    return filled(Text("{x}（{y}）", "{x} ({y})"), x=told, y=rests)


def _asks_if_filled(node: Node) -> bool:
    """Whether a condition compares with an empty text, so that the value itself is nobody's."""
    return (
        isinstance(node, Compare)
        and node.left.type in TEXTUAL
        and any(isinstance(side, Const) and side.value == "" for side in (node.left, node.right))
    )


def _computed(node: Node, case: Case) -> Iterator[Text]:
    match node:
        case Not(operand):
            yield from _computed(operand, case)
        case Compare(_, left, right):
            for side in (left, right):
                yield from _result(side, case)
        case OneOf(item, _):
            yield from _result(item, case)


def _result(side: Node, case: Case) -> Iterator[Text]:
    value: Any = case.value(side)
    if isinstance(value, Unknown):
        return
    match side:
        case Call("age_months" | "age_years" as function, _):
            unit = AGE_UNITS[function]
            yield filled(Text("满 {x} {unit}", "{x} full {unit}"), x=str(value), unit=unit)
        case Call("days_since", _) if value >= 0:
            yield filled(Text("过了 {x} 天", "{x} days ago"), x=str(value))
        case Call("days_since", _):
            yield filled(Text("还有 {x} 天才到", "{x} days ahead"), x=str(-value))
        case Call() | Arithmetic() | Negate():
            yield filled(Text("算得 {x}", "which makes {x}"), x=shown(value, kind_of(side)))


def _gap(node: Node, case: Case) -> Iterator[Text]:
    """Yield how far a comparison that doesn't hold is off, or from which day it holds."""
    if not isinstance(node, Compare) or node.op in ("==", "!=") or case.truth(node) is not False:
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
        words = (
            Text("正好在线上", "exactly on the line")
            if left == right
            else Text("高出 {x}", "{x} over")
            if too_high
            else Text("还差 {x}", "{x} short")
        )
        yield filled(words, x=shown(abs(left - right), _without_options(node)))


def _without_options(node: Compare) -> FieldKind:
    kind = kind_of(node.left)
    return kind if kind.type != "integer" or kind.unit.zh else kind_of(node.right)


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
