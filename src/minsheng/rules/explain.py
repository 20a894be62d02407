"""Why a rule came out as it did: one line per condition, with what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from minsheng.lib.texts import Text

from .describe import OPPOSITE, condition, filled, listed
from .evidence import GROUPS, Case, evidence, leaves_of, no_longer_asked
from .interpret import Scope
from .ir import (
    Aggregate,
    And,
    Branch,
    Choose,
    Compare,
    Derived,
    Field,
    Node,
    Not,
    Or,
    Parameter,
    Related,
    children,
    rebuilt,
    walk,
    walk_written,
)
from .memory import remembered
from .show import label_of
from .values import Facts, Missing, Unknown, Verdict

_GROUP_WORDS = {
    And: Text("下面每一条都要成立", "Every one of these holds"),
    Or: Text("下面至少一条成立", "At least one of these holds"),
}
_NUMBERS = re.compile(r"\[[0-9]+\]")
_DEPENDS = Text("要看情况", "It depends")
_NOTHING = Text("")


@dataclass(frozen=True, slots=True)
class Line:
    """One condition: what it asks, how it came out (None: unknown), and what that rests on.

    `depth` counts how far it stands below the line it belongs to. `matters` is false when the
    verdict stands already, whatever this condition comes to.
    """

    text: Text
    value: bool | None
    evidence: Text
    depth: int = 0
    matters: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict, the lines behind it, and one sentence that sums it up.

    Lines and sentence hold values of the person they are about: show them, never log them.
    """

    verdict: Verdict
    lines: tuple[Line, ...]
    conclusion: Text

    @property
    def evidence(self) -> Text:
        """Return what the verdict rests on as one line: the evidence of all that matters, once."""
        told = [line.evidence for line in self.lines if line.matters and line.evidence.zh]
        return listed(list(dict.fromkeys(told)), Text("；", "; "))


def explain(node: Node, facts: Facts, on: date) -> Explanation:
    """Return the verdict on a yes-or-no node with one line per condition."""
    case = Case.of(facts if isinstance(facts, Scope) else Scope(facts), on)
    value = case.value(node)
    verdict = Verdict(None, value.missing) if isinstance(value, Unknown) else Verdict(value is True)
    straight = straightened(node)
    parts = straight.operands if isinstance(straight, And) else (straight,)
    lines: list[Line] = []
    for part in parts:
        lines += _lines(part, case, 0, _matters(And, verdict.value, part, case))
    return Explanation(verdict, tuple(lines), _conclusion(node, parts, verdict, case))


def told_straight(node: Node, *, denied: bool = False) -> Node:
    """Return the same condition with every "not" moved down to the single conditions."""
    match node:
        case Not(operand):
            return told_straight(operand, denied=not denied)
        case And(operands) | Or(operands):
            same = And if isinstance(node, And) is not denied else Or
            parts: list[Node] = []
            for operand in operands:
                part = told_straight(operand, denied=denied)
                parts.extend(part.operands if isinstance(part, same) else (part,))
            return same(tuple(parts))
        case Choose(branches, otherwise) if node.type == "boolean":
            ways = tuple(
                Branch(told_straight(way.condition), told_straight(way.value, denied=denied))
                for way in branches
            )
            last = told_straight(otherwise, denied=denied) if otherwise else None
            return Choose(ways, last, "boolean")
        case Compare(op, left, right) if denied:
            return Compare(OPPOSITE[op], left, right)
        case _:
            return Not(node) if denied else node


straightened = remembered(told_straight)
"""`told_straight`, made once for each condition: the same one again is the same node."""


def _lines(node: Node, case: Case, depth: int, matters: bool) -> list[Line]:
    """Return the lines of one part; what stands behind a derived fact is told once for a case."""
    key = (id(node), depth, matters)
    entry = case.lines.get(key)
    if entry is None:
        entry = case.lines[key] = (node, _told_in_lines(node, case, depth, matters))
    lines: list[Line] = entry[1]
    return lines


def _told_in_lines(node: Node, case: Case, depth: int, matters: bool) -> list[Line]:
    truth = case.truth(node)
    if isinstance(node, GROUPS):
        lines = [Line(_GROUP_WORDS[type(node)], truth, _NOTHING, depth, matters)]
        for part in node.operands:
            live = matters and _matters(type(node), truth, part, case)
            lines += _lines(part, case, depth + 1, live)
        return lines
    if isinstance(node, Choose):
        lines = [Line(_DEPENDS, truth, _NOTHING, depth, matters)]
        for part in _open_ways(node, case):
            lines += _lines(part, case, depth + 1, matters)
        return lines
    told = evidence(node, case)
    if truth is None and not matters:
        told = no_longer_asked(told)
    asking = _asking(node)
    asked = asking.sentence or _capital(condition(_settled(node, case)))
    lines = [Line(asked, truth, told, depth, matters)]
    if asking.rests_on_derived:
        for leaf, there in leaves_of(node, case):
            if isinstance(leaf, Derived) and leaf.type == "boolean":
                lines += _derivation(leaf, there, depth + 1, matters)
    return lines


def _derivation(leaf: Derived, case: Case, depth: int, matters: bool) -> list[Line]:
    """Return the conditions behind a yes-or-no fact that a line rests on."""
    straight = straightened(leaf.node)
    if isinstance(straight, Or):
        return _lines(straight, case, depth, matters)
    truth = case.truth(leaf)
    lines: list[Line] = []
    for part in straight.operands if isinstance(straight, And) else (straight,):
        lines += _lines(part, case, depth, matters and _matters(And, truth, part, case))
    return lines


def _capital(text: Text) -> Text:
    english = text.to("en")
    return Text(text.zh, english[:1].upper() + english[1:])


_words = remembered(condition)


@dataclass(frozen=True, slots=True)
class _Asking:
    """What is known of a condition before any case.

    sentence None: a choice in it is settled by the case. `rests_on_derived`: on yes-or-no facts
    whose own conditions are told below it.
    """

    sentence: Text | None
    rests_on_derived: bool


@remembered
def _asking(node: Node) -> _Asking:
    return _Asking(
        None if _chooses(node) else _capital(_words(node)),
        any(isinstance(part, Derived) and part.type == "boolean" for part in walk_written(node)),
    )


@remembered
def _chooses(node: Node) -> bool:
    return any(isinstance(part, Choose) for part in walk(node))


def _settled(node: Node, case: Case) -> Node:
    """Return the node with each choice that is settled replaced by the value it came to."""
    if isinstance(node, Choose):
        for way in node.branches:
            truth = case.truth(way.condition)
            if truth is None:
                return node
            if truth:
                return _settled(way.value, case)
        return _settled(node.otherwise, case) if node.otherwise else node
    if not _chooses(node):
        return node
    return rebuilt(node, lambda part: _settled(part, case))


def _matters(group: type[And] | type[Or], truth: bool | None, part: Node, case: Case) -> bool:
    """Whether a part carries the verdict of its group, or could still change it."""
    decisive = group is Or
    return truth is not decisive or case.truth(part) is decisive


def _open_ways(node: Choose, case: Case) -> Iterator[Node]:
    """Yield the conditions that were looked at and the values they leave possible."""
    for way in node.branches:
        truth = case.truth(way.condition)
        yield way.condition
        if truth is not False:
            yield way.value
        if truth is True:
            return
    if node.otherwise:
        yield node.otherwise


def _conclusion(node: Node, parts: tuple[Node, ...], verdict: Verdict, case: Case) -> Text:
    if verdict.value is True:
        return Text("符合。", "Yes.")
    if verdict.value is False:
        failing = [_told_with_evidence(part, case) for part in parts if case.truth(part) is False]
        told = listed(failing, Text("；", "; "))
        return Text(f"不符合。没达到的是：{told.zh}。", f"No. Not met: {told.en}.")
    return filled(
        Text("还定不了，缺：{x}。", "Can't tell yet. Missing: {x}."),
        x=missing_words(node, verdict.missing),
    )


def missing_words(node: Node, missing: frozenset[Missing]) -> Text:
    """Return the missing facts by their labels, each with its reason, in the rule's own order."""
    labels = dict(_labels(node, ""))
    single = tuple(_single_ways(node, ""))
    order = {name: place for place, name in enumerate(labels)}
    named = [(_NUMBERS.sub("[]", entry.field), entry) for entry in sorted(missing, key=str)]
    named.sort(key=lambda pair: order.get(pair[0], len(order)))
    wanted = [
        filled(
            Text("{x}（{y}）", "{x} ({y})"),
            x=_numbered(labels.get(name, Text(name, name)), entry.field, single),
            y=entry.reason.text,
        )
        for name, entry in named
    ]
    return listed(wanted, Text("、", ", "))


def _labels(node: Node, way: str) -> Iterator[tuple[str, Text]]:
    """Yield the label of each fact by the way to it, as `fields_of` names it."""
    below = way
    if isinstance(node, Field | Parameter):
        yield way + node.name, label_of(node)
    elif isinstance(node, Related | Aggregate):
        yield way + node.relation, node.label
        below = (
            f"{way}{node.relation}." if isinstance(node, Related) else f"{way}{node.relation}[]."
        )
    for child in children(node):
        for name, label in _labels(child, below):
            if isinstance(node, Aggregate) and name.startswith(below):
                label = filled(Text("{x}的{y}", "{y} of {x}"), x=node.label, y=label)
            yield name, label


def _single_ways(node: Node, way: str) -> Iterator[str]:
    """Yield the ways through relations that lead to one at most: nobody counts a spouse."""
    below = way
    if isinstance(node, Related):
        below = f"{way}{node.relation}."
    elif isinstance(node, Aggregate):
        below = f"{way}{node.relation}[]."
        if not node.many:
            yield below
    for child in children(node):
        yield from _single_ways(child, below)


def _numbered(label: Text, field: str, single: tuple[str, ...]) -> Text:
    """Return the label of a fact with the number of the one of several it belongs to."""
    number = _NUMBERS.search(field)
    if number is None or _NUMBERS.sub("[]", field).startswith(single):
        return label
    return filled(Text("第 {n} 个{x}", "{x} no. {n}"), n=str(int(number[0][1:-1]) + 1), x=label)


def _told_with_evidence(part: Node, case: Case) -> Text:
    told = evidence(part, case) if not isinstance(part, And | Or | Choose) else Text("")
    if not told.zh:
        return _words(part)
    words = condition(_settled(part, case)) if _chooses(part) else _words(part)
    return Text(f"{words.zh}（{told.zh}）", f"{words.to('en')} ({told.to('en')})")
