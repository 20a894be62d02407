"""Values as a person reads them: 是, 3 人, 3,000.00 元, 2026-03-24, “母亲”."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from minsheng.lib.money import format_yuan
from minsheng.lib.texts import Text

from .ir import (
    Aggregate,
    Arithmetic,
    Call,
    Choose,
    Derived,
    Field,
    Negate,
    Node,
    Parameter,
    Related,
)
from .schema import FieldKind
from .values import Unknown, Value

YES_NO = {True: Text("是", "yes"), False: Text("否", "no")}
_LONGEST_TEXT = 60
_DECIMALS = 4
_PLAIN_FRACTION = 12


def shown(value: Value, kind: FieldKind) -> Text:
    """Return a value as its kind shows it: options by label, money in yuan, numbers with unit."""
    if isinstance(value, bool):
        return YES_NO[value]
    if isinstance(value, date):
        return Text(value.isoformat(), value.isoformat())
    if isinstance(value, frozenset):
        return _listed(value, kind)
    if isinstance(value, str):
        return _worded(value, kind)
    if kind.type == "money":
        return shown_money(value)
    return _counted(value, kind.unit)


def shown_fact(value: Value | Unknown, kind: FieldKind) -> Text:
    """Return a fact as its field shows it, or why it is unknown; a hidden one only as known."""
    if isinstance(value, Unknown):
        return min(missing.reason for missing in value.missing).text
    return Text("已经知道", "known") if kind.hidden else shown(value, kind)


def shown_money(fen: Fraction | int) -> Text:
    """Return an amount in yuan; 约 marks one that isn't in whole fen."""
    whole = round(fen)
    amount = format_yuan(whole)
    if whole == fen:
        return Text(f"{amount} 元", f"{amount} yuan")
    return Text(f"约 {amount} 元", f"about {amount} yuan")


def quoted(text: Text) -> Text:
    """Return a label in the quotation marks that show where it begins and ends."""
    return Text(f"“{text.zh}”", f"“{text.to('en')}”")


def label_of(node: Field | Parameter | Derived) -> Text:
    """Return the label of a fact or parameter, or its name where it has none."""
    label = node.param.label if isinstance(node, Parameter) else node.kind.label
    return label if label.zh else Text(node.name, node.name)


def kind_of(node: Node) -> FieldKind:
    """Return how values of a node are shown: a field as it says, a sum of money as money."""
    match node:
        case Field():
            return node.kind
        case Derived(kind=kind):
            is_fen = kind.type == "number" and not kind.unit.zh and _is_in_fen(node.node)
            return FieldKind("money", label=kind.label) if is_fen else kind
        case Related():
            return kind_of(node.node)
        case Aggregate(operand=operand) if operand is not None:
            return kind_of(operand)
        case Parameter():
            return FieldKind(node.type, unit=node.param.unit)
        case Call(function, arguments) if function in ("min", "max", "abs"):
            return kind_of(arguments[0])
        case Choose():
            return kind_of(node.branches[0].value)
        case _ if _is_in_fen(node):
            return FieldKind("money")
        case _:
            return FieldKind(node.type)


def _is_in_fen(node: Node) -> bool:
    """Whether a number counts fen, though not whole ones: a third of an amount still is money."""
    match node:
        case Arithmetic("/", left, right):
            return _is_in_fen(left) and not _is_in_fen(right)
        case Arithmetic(_, left, right):
            return _is_in_fen(left) or _is_in_fen(right)
        case Negate(operand):
            return _is_in_fen(operand)
        case Derived() | Related():
            return _is_in_fen(node.node)
        case Aggregate(operand=operand) if operand is not None:
            return _is_in_fen(operand)
        case Call(function, arguments) if function in ("min", "max", "abs"):
            return any(_is_in_fen(argument) for argument in arguments)
        case _:
            return node.type == "money"


def _counted(number: Fraction | int, unit: Text) -> Text:
    about, digits = ("", ""), f"{number:,}" if isinstance(number, int) else _fraction(number)
    if not digits:
        scaled = round(number * 10**_DECIMALS)
        about, digits = ("约 ", "about "), _decimal(scaled, _DECIMALS)
    return Text(
        f"{about[0]}{digits} {unit.zh}".rstrip(), f"{about[1]}{digits} {unit.to('en')}".rstrip()
    )


def _fraction(exact: Fraction) -> str:
    """Return a fraction exactly, as a short decimal or as 2/3; "" when neither says it."""
    whole, parts = exact.numerator, exact.denominator
    for places in range(_DECIMALS + 1):
        if 10**places % parts == 0:
            return _decimal(whole * 10**places // parts, places)
    return f"{whole}/{parts}" if parts <= _PLAIN_FRACTION else ""


def _decimal(scaled: int, places: int) -> str:
    whole, rest = divmod(abs(scaled), 10**places)
    return f"{'-' if scaled < 0 else ''}{whole:,}" + (f".{rest:0{places}d}" if places else "")


def _worded(value: str, kind: FieldKind) -> Text:
    if kind.type in ("choice", "set"):
        return quoted(kind.label_of(value))
    if not value:
        return Text("空着", "empty")
    cut = value if len(value) <= _LONGEST_TEXT else value[: _LONGEST_TEXT - 1] + "…"
    return quoted(Text(cut, cut))


def _listed(value: frozenset[str], kind: FieldKind) -> Text:
    if not value:
        return Text("一个也没有", "none")
    keys = [key for key in kind.options if key in value] or sorted(value)
    labels = [kind.label_of(key) for key in keys]
    return Text("、".join(x.zh for x in labels), ", ".join(x.to("en") for x in labels))
