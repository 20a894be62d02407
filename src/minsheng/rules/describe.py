"""What a condition asks, as a plain half sentence: “家庭人口”至少 3 人."""

from __future__ import annotations

import re
from collections.abc import Sequence

from minsheng.lib.texts import Text

from .ir import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Choose,
    Compare,
    CompareOp,
    Const,
    Contains,
    Derived,
    Field,
    Known,
    Negate,
    Node,
    Not,
    OneOf,
    Or,
    Parameter,
    Related,
    Today,
)
from .schema import SELECTED
from .show import kind_of, label_of, quoted, shown
from .values import TEXTUAL

OPPOSITE: dict[CompareOp, CompareOp] = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", "<=": ">", ">": "<=",
}  # fmt: skip
_MIRRORED: dict[CompareOp, CompareOp] = {
    "==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<=",
}  # fmt: skip
_OF_NUMBERS: dict[CompareOp, Text] = {
    "==": Text("{x}等于 {y}", "{x} is {y}"),
    "!=": Text("{x}不等于 {y}", "{x} is not {y}"),
    "<": Text("{x}不到 {y}", "{x} is under {y}"),
    "<=": Text("{x}不超过 {y}", "{x} is at most {y}"),
    ">": Text("{x}超过 {y}", "{x} is over {y}"),
    ">=": Text("{x}至少 {y}", "{x} is at least {y}"),
}
_OF_DATES: dict[CompareOp, Text] = {
    "==": Text("{x}是 {y}", "{x} is {y}"),
    "!=": Text("{x}不是 {y}", "{x} is not {y}"),
    "<": Text("{x}早于 {y}", "{x} is before {y}"),
    "<=": Text("{x}不晚于 {y}", "{x} is on or before {y}"),
    ">": Text("{x}晚于 {y}", "{x} is after {y}"),
    ">=": Text("{x}不早于 {y}", "{x} is on or after {y}"),
}
_OF_DAYS: dict[CompareOp, Text] = {
    "==": Text("离{x}正好 {y} 天", "exactly {y} days since {x}"),
    "!=": Text("离{x}不是正好 {y} 天", "not exactly {y} days since {x}"),
    "<": Text("离{x}不到 {y} 天", "under {y} days since {x}"),
    "<=": Text("离{x}不超过 {y} 天", "at most {y} days since {x}"),
    ">": Text("离{x}超过 {y} 天", "over {y} days since {x}"),
    ">=": Text("离{x}至少 {y} 天", "at least {y} days since {x}"),
}
_OF_AGES: dict[CompareOp, Text] = {
    "==": Text("按{x}正好满 {y} {unit}", "by {x}: exactly {y} {unit}"),
    "!=": Text("按{x}不是正好满 {y} {unit}", "by {x}: not exactly {y} {unit}"),
    "<": Text("按{x}不满 {y} {unit}", "by {x}: under {y} {unit}"),
    ">=": Text("按{x}已满 {y} {unit}", "by {x}: {y} {unit} or more"),
}
_PHRASES: dict[str, Text] = {
    "age_months": Text("按{x}算的整月数", "the full months since {x}"),
    "age_years": Text("按{x}算的周岁数", "the full years since {x}"),
    "days_since": Text("离{x}的天数", "the days since {x}"),
    "months_between": Text("从{x}到{until}的整月数", "the full months from {x} to {until}"),
    "abs": Text("{x}（不计正负）", "{x} (whatever its sign)"),
    "round_fen": Text("{x}（四舍五入到分）", "{x} (rounded to the fen)"),
    "min": Text("{x}中最小的", "the smallest of {x}"),
    "max": Text("{x}中最大的", "the largest of {x}"),
}
_BETWEEN_CHARACTERS = re.compile("(?<=[一-鿿“”]) +(?=[一-鿿“”])")
_BEFORE_CHARACTER = re.compile("(?<=[0-9])(?=[一-鿿])")
AGE_UNITS = {"age_months": Text("个月", "months"), "age_years": Text("周岁", "years")}
_SIGNS = {"+": "＋", "-": "－", "*": "×", "/": "÷"}


def condition(node: Node) -> Text:
    """Return what a condition asks for. A denied one is told as its opposite."""
    match node:
        case Not(operand):
            return _denied(operand)
        case Compare():
            return _compared(node)
        case And(operands):
            return listed([condition(part) for part in operands], Text("，并且", ", and "))
        case Or(operands):
            return listed([condition(part) for part in operands], Text("，或者", ", or "))
        case OneOf(_, values) if len(values) > 1:
            return _of_several(node, Text("{x}是 {y}", "{x} is {y}"), Text(" 或 ", " or "))
        case OneOf(item, values):
            return _compared(Compare("==", item, values[0]))
        case Contains():
            return _contained(
                node, Text("选了{y}", "{y} is chosen"), Text("{x}里有{y}", "{x} include {y}")
            )
        case Known(operand):
            return filled(Text("{x}已经知道", "{x} is known"), x=phrase(operand))
        case Const(value):
            return Text("总是成立", "always true") if value else Text("从不成立", "never true")
        case Choose():
            return _chosen(node)
        case _:
            return _plain(node)


def _denied(node: Node) -> Text:
    match node:
        case Not(operand):
            return condition(operand)
        case Compare(op, left, right):
            return condition(Compare(OPPOSITE[op], left, right))
        case And(operands):
            return condition(Or(tuple(Not(part) for part in operands)))
        case Or(operands):
            return condition(And(tuple(Not(part) for part in operands)))
        case OneOf(_, values) if len(values) > 1:
            return _of_several(
                node, Text("{x}不在 {y}之列", "{x} is none of {y}"), Text("、", ", ")
            )
        case OneOf(item, values):
            return _compared(Compare("!=", item, values[0]))
        case Contains():
            return _contained(
                node,
                Text("没有选{y}", "{y} is not chosen"),
                Text("{x}里没有{y}", "{x} do not include {y}"),
            )
        case Known(operand):
            return filled(Text("{x}还不知道", "{x} is not known"), x=phrase(operand))
        case Const(value):
            return condition(Const(not value, "boolean"))
        case Choose():
            return filled(Text("不成立：{x}", "not true: {x}"), x=_chosen(node))
        case _:
            return _plain(node, denied=True)


def _plain(node: Node, *, denied: bool = False) -> Text:
    match node:
        case Related(node=inner):
            return _denied(inner) if denied else condition(inner)
        case Aggregate():
            return _gathered(node, denied=denied)
        case _:
            words = Text("{x}：否", "{x}: no") if denied else Text("{x}：是", "{x}: yes")
            return filled(words, x=phrase(node))


def phrase(node: Node) -> Text:
    """Return a value as words: a quoted label, a number, or a sum of such."""
    match node:
        case Field() | Parameter() | Derived():
            return quoted(label_of(node))
        case Related():
            return phrase(node.node)
        case Aggregate() if node.type != "boolean":
            return _counted_up(node)
        case Const(value):
            return shown(value, kind_of(node))
        case Today():
            return Text("办理当天", "the day it is judged")
        case Negate(operand):
            return filled(Text("－{x}", "−{x}"), x=_bracketed(operand))
        case Arithmetic(op, left, right):
            return filled(
                Text("{x} {sign} {y}", "{x} {sign} {y}"),
                x=_bracketed(left),
                y=_bracketed(right),
                sign=_SIGNS[op],
            )
        case Call("months_between" as function, (first, until)):
            return filled(_PHRASES[function], x=phrase(first), until=phrase(until))
        case Call(function, arguments):
            parts = listed([phrase(part) for part in arguments], Text("、", ", "))
            return filled(_PHRASES[function], x=parts)
        case Choose():
            return _chosen(node)
        case _:
            return condition(node)


_SOME = Text("{x}中至少有一个：{y}", "of {x}, at least one: {y}")
_EVERY = Text("{x}每一个：{y}", "of {x}, each: {y}")
_NOT_ONE = Text("{x}中没有一个：{y}", "of {x}, not one: {y}")
_NOT_EVERY = Text("{x}不是每一个：{y}", "of {x}, not each: {y}")


def _gathered(node: Aggregate, *, denied: bool = False) -> Text:
    whom = quoted(node.label)
    if node.where is None:
        there = Text("没有{x}", "there is no {x}") if denied else Text("有{x}", "there is {x}")
        return filled(there, x=whom)
    if node.function == "any":
        words = _NOT_ONE if denied else _SOME
    else:
        words = _NOT_EVERY if denied else _EVERY
    return filled(words, x=whom, y=condition(node.where))


def _counted_up(node: Aggregate) -> Text:
    whom = quoted(node.label)
    if node.where is not None:
        some = Text("{x}（只算{y}的）", "{x} (only those: {y})")
        whom = filled(some, x=whom, y=condition(node.where))
    if node.operand is None:
        return filled(Text("{x}的个数", "the number of {x}"), x=whom)
    words = {
        "sum": Text("{x}的{y}合计", "the total {y} of {x}"),
        "highest": Text("{x}中最高的{y}", "the highest {y} of {x}"),
    }.get(node.function, Text("{x}中最低的{y}", "the lowest {y} of {x}"))
    return filled(words, x=whom, y=phrase(node.operand))


def filled(template: Text, **parts: Text | str) -> Text:
    """Return the template with its gaps filled, each language with its own words."""
    zh, en = dict(parts), dict(parts)
    for key, part in parts.items():
        if isinstance(part, Text):
            zh[key], en[key] = part.zh, part.en or part.zh
    return Text(spaced(template.zh.format(**zh)), template.en.format(**en))


def spaced(zh: str) -> str:
    """Return Chinese with a space between a figure and a character, and none between characters."""
    return _BEFORE_CHARACTER.sub(" ", _BETWEEN_CHARACTERS.sub("", zh) if " " in zh else zh)


def listed(parts: Sequence[Text], between: Text) -> Text:
    """Return the parts one after the other with `between` in the gaps."""
    return Text(
        between.zh.join([part.zh for part in parts]),
        between.en.join([part.en or part.zh for part in parts]),
    )


def oriented(node: Compare) -> Compare:
    """Return the comparison with a lone written value on the right side."""
    if isinstance(node.left, Const) and not isinstance(node.right, Const):
        return Compare(_MIRRORED[node.op], node.right, node.left)
    return node


def _compared(node: Compare) -> Text:
    node = oriented(node)
    op, left, right = node.op, node.left, node.right
    if isinstance(right, Const):
        if isinstance(right.value, bool):
            return condition(left if right.value is (op == "==") else Not(left))
        if right.value == "" and left.type in TEXTUAL:
            empty = Text("{x}空着", "{x} is empty")
            return filled(
                empty if op == "==" else Text("{x}已填写", "{x} is filled in"), x=phrase(left)
            )
        if isinstance(left, Call) and isinstance(right.value, int):
            if left.function == "days_since":
                return filled(_OF_DAYS[op], x=phrase(left.arguments[0]), y=str(right.value))
            if left.function in AGE_UNITS:
                return _aged(op, left, right.value)
        other = shown(right.value, kind_of(left))
    else:
        other = phrase(right)
    words = _OF_NUMBERS if left.type in ("integer", "number", "money") else _OF_DATES
    return filled(words[op], x=phrase(left), y=other)


def _aged(op: CompareOp, call: Call, bound: int) -> Text:
    # Ages are whole numbers, so "over 5" is told as "6 or more" and "at most 5" as "under 6".
    if op in (">", "<="):
        op, bound = ">=" if op == ">" else "<", bound + 1
    return filled(
        _OF_AGES[op], x=phrase(call.arguments[0]), y=str(bound), unit=AGE_UNITS[call.function]
    )


def _of_several(node: OneOf, words: Text, between: Text) -> Text:
    kind = kind_of(node.item)
    options = listed([shown(const.value, kind) for const in node.values], between)
    return filled(words, x=phrase(node.item), y=options)


def _contained(node: Contains, chosen: Text, held: Text) -> Text:
    kind = kind_of(node.collection)
    item = node.item
    told = quoted(kind.label_of(str(item.value))) if isinstance(item, Const) else phrase(item)
    is_choice_of_items = isinstance(node.collection, Field) and node.collection.name == SELECTED
    return filled(chosen if is_choice_of_items else held, x=phrase(node.collection), y=told)


def _chosen(node: Choose) -> Text:
    ways = [
        filled(Text("{x}时：{y}", "if {x}: {y}"), x=condition(way.condition), y=phrase(way.value))
        for way in node.branches
    ]
    if node.otherwise:
        ways.append(filled(Text("其他情况：{x}", "otherwise: {x}"), x=phrase(node.otherwise)))
    return filled(Text("（{x}）", "({x})"), x=listed(ways, Text("；", "; ")))


def _bracketed(node: Node) -> Text:
    told = phrase(node)
    return filled(Text("（{x}）", "({x})"), x=told) if isinstance(node, Arithmetic) else told
