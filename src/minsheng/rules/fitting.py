"""Which types fit together, and what comes out when they are combined."""

from __future__ import annotations

from datetime import date

from minsheng.lib.texts import Text

from .errors import Where, WrongType
from .ir import ArithmeticOp, CompareOp, Const, Node
from .schema import TYPE_TEXTS
from .values import NUMERIC, TEXTUAL, ValueType


def comparable(op: CompareOp, left: ValueType, right: ValueType, *, at: Where) -> None:
    """Return nothing when two types may be compared so; raise WrongType when not."""
    same = (
        {left, right} <= NUMERIC
        or {left, right} <= TEXTUAL
        or (left == right and left in ("date", "boolean"))
    )
    if not same:
        raise WrongType(
            f"不能拿{TYPE_TEXTS[left].zh}和{TYPE_TEXTS[right].zh}比较",
            f"can't compare {TYPE_TEXTS[left].en} with {TYPE_TEXTS[right].en}",
            at=at,
        )
    if op not in ("==", "!=") and (left in TEXTUAL or left == "boolean"):
        raise WrongType(
            f"{TYPE_TEXTS[left].zh}没有大小，只能用 == 或 !=",
            f"{TYPE_TEXTS[left].en} has no order; use == or !=",
            at=at,
        )


def combined(op: ArithmeticOp, left: ValueType, right: ValueType, *, at: Where) -> ValueType:
    """Return the type of left op right.

    Money stays money under + and - with whole fen and under * with a whole number; with any other
    number it becomes an exact number of fen that round_fen() makes money again.
    """
    pair = {left, right}
    if not pair <= NUMERIC:
        raise WrongType(_no_sum(op, left, right).zh, _no_sum(op, left, right).en, at=at)
    if op == "*" and pair == {"money"}:
        raise WrongType("金额不能乘金额", "can't multiply money by money", at=at)
    if op == "/" and right == "money" and left != "money":
        raise WrongType("不能用金额去除一个数", "can't divide a plain number by money", at=at)
    if op == "/" or "number" in pair:
        return "number"
    return "money" if "money" in pair else "integer"


def joined(left: ValueType, right: ValueType, *, at: Where) -> ValueType:
    """Return the one type that holds values of both; raise WrongType when there is none."""
    pair = {left, right}
    if len(pair) == 1:
        return left
    if pair <= TEXTUAL:
        return "text"
    if pair == {"integer", "money"}:
        return "money"
    if pair <= NUMERIC:
        return "number"
    raise WrongType(
        f"两种结果合不到一起：{TYPE_TEXTS[left].zh}和{TYPE_TEXTS[right].zh}",
        f"the results don't fit together: {TYPE_TEXTS[left].en} and {TYPE_TEXTS[right].en}",
        at=at,
    )


def fitted(node: Node, wanted: ValueType, *, at: Where) -> Node:
    """Return a written text as the date it stands for where a date is wanted, else the node."""
    if wanted != "date" or not isinstance(node, Const) or not isinstance(node.value, str):
        return node
    try:
        return Const(date.fromisoformat(node.value), "date")
    except ValueError as error:
        raise WrongType(
            f"“{node.value}”不是日期；请写成 '2026-03-24' 这样",
            f"{node.value!r} is not a date; write it like '2026-03-24'",
            at=at,
        ) from error


def accepts(wanted: ValueType, given: ValueType) -> bool:
    """Whether a value of type `given` may stand where `wanted` is expected."""
    return (
        wanted == given
        or (wanted == "number" and given in NUMERIC)
        or (wanted == "money" and given == "integer")
        or (wanted in TEXTUAL and given in TEXTUAL)
    )


def _no_sum(op: ArithmeticOp, left: ValueType, right: ValueType) -> Text:
    if "date" in (left, right):
        return Text(
            "日期不能直接加减；用 days_since()、age_months() 或 age_years()",
            "dates don't add up; use days_since(), age_months() or age_years()",
        )
    return Text(
        f"{TYPE_TEXTS[left].zh}和{TYPE_TEXTS[right].zh}之间不能用 {op}",
        f"can't use {op} between {TYPE_TEXTS[left].en} and {TYPE_TEXTS[right].en}",
    )
