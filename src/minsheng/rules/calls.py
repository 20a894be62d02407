"""The functions of the language: how many arguments, of which types, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import cast

from .errors import Where, WrongType
from .fitting import fitted, joined
from .ir import (
    Aggregate,
    Call,
    Const,
    Contains,
    Field,
    Function,
    Gathering,
    Known,
    Node,
)
from .naming import no_function, wrong_option
from .schema import SELECTED, TYPE_TEXTS, Relation, Schema
from .values import NUMERIC, ValueType


def call_node(name: str, arguments: Sequence[Node], schema: Schema, *, at: Where) -> Node:
    """Return the node for a call; raise UnknownName or WrongType when it can't be one."""
    match name:
        case "selected":
            return _selected(_only(name, arguments, at), schema, at)
        case "known":
            return Known(_only(name, arguments, at))
        case "age_months" | "age_years" | "days_since":
            argument = fitted(_only(name, arguments, at), "date", at=at)
            _need(argument.type == "date", name, "date", argument, at)
            return Call(name, (argument,), "integer")
        case "months_between":
            if len(arguments) != 2:
                raise _wrong_values(name, 2, len(arguments), at)
            first, until = (fitted(argument, "date", at=at) for argument in arguments)
            for argument in (first, until):
                _need(argument.type == "date", name, "date", argument, at)
            return Call(name, (first, until), "integer")
        case "abs":
            argument = _only(name, arguments, at)
            _need(argument.type in NUMERIC, name, "number", argument, at)
            return Call(name, (argument,), argument.type)
        case "round_fen":
            argument = _only(name, arguments, at)
            _need(argument.type in NUMERIC, name, "number", argument, at)
            return Call(name, (argument,), "money")
        case "min" | "max":
            return _extreme(name, arguments, at)
        case _:
            raise no_function(name, at=at)


def needs_relation(name: str, at: Where) -> WrongType:
    """Return the error for a gathering that doesn't say over what."""
    return WrongType(
        f"{name}() 先要写关系，例如 {name}(household.members, …)",
        f"{name}() begins with a relation, e.g. {name}(household.members, …)",
        at=at,
        function=name,
    )


def aggregate_node(
    name: str, last: str, relation: Relation, arguments: Sequence[Node], *, at: Where
) -> Node:
    """Return the node for a gathering over a relation; arguments are read over there.

    sum, highest and lowest take a value and perhaps a condition; any and all a condition; count
    perhaps one. any of nothing but a relation asks whether there is one at all.
    """
    function = cast(Gathering, name)
    operand, where = None, None
    if name in ("sum", "highest", "lowest"):
        if not 1 <= len(arguments) <= 2:
            raise _wrong_count(name, "1–2", at)
        operand, *rest = arguments
        where = rest[0] if rest else None
        is_day = operand.type == "date" and name != "sum"
        _need(operand.type in NUMERIC or is_day, name, "number", operand, at)
    else:
        if len(arguments) > 1 or (name == "all" and not arguments):
            raise _wrong_count(name, "1" if name == "all" else "0–1", at)
        where = arguments[0] if arguments else None
    if where is not None:
        _need(where.type == "boolean", name, "boolean", where, at)
    kind: ValueType = "integer" if name == "count" else "boolean"
    if operand is not None:
        kind = operand.type
    return Aggregate(function, last, relation.label, operand, where, kind, relation.many)


def _wrong_count(name: str, wanted: str, at: Where) -> WrongType:
    return WrongType(
        f"{name}() 在关系后面要 {wanted} 个式子",
        f"{name}() takes {wanted} formulas after the relation",
        at=at,
        function=name,
    )


def _extreme(name: Function, arguments: Sequence[Node], at: Where) -> Node:
    if len(arguments) < 2:
        raise WrongType(
            f"{name}() 至少要两个值", f"{name}() needs at least two values", at=at, function=name
        )
    if any(argument.type == "date" for argument in arguments):
        arguments = [fitted(argument, "date", at=at) for argument in arguments]
    for argument in arguments:
        _need(argument.type in NUMERIC or argument.type == "date", name, "number", argument, at)
    kind = reduce(lambda left, right: joined(left, right, at=at), [a.type for a in arguments])
    return Call(name, tuple(arguments), kind)


def _selected(item: Node, schema: Schema, at: Where) -> Node:
    kind = schema.fields.get(SELECTED)
    if kind is None or kind.type != "set":
        raise WrongType(
            "这里没有可选的事项，不能用 selected()",
            "there are no items to choose from here, so selected() can't be used",
            at=at,
        )
    if not isinstance(item, Const) or not isinstance(item.value, str):
        raise WrongType(
            "selected() 里要写事项的名字，例如 selected('household')",
            "selected() takes the key of an item, e.g. selected('household')",
            at=at,
        )
    if kind.options and item.value not in kind.options:
        raise wrong_option(item.value, kind, at=at)
    return Contains(Field(SELECTED, kind), Const(item.value, "choice"))


def _only(name: str, arguments: Sequence[Node], at: Where) -> Node:
    if len(arguments) != 1:
        raise _wrong_values(name, 1, len(arguments), at)
    return arguments[0]


def _wrong_values(name: str, wanted: int, found: int, at: Where) -> WrongType:
    return WrongType(
        f"{name}() 要 {wanted} 个值，这里有 {found} 个",
        f"{name}() takes {'one value' if wanted == 1 else 'two values'}, not {found}",
        at=at,
        function=name,
    )


def _need(fits: bool, name: str, wanted: ValueType, argument: Node, at: Where) -> None:
    if not fits:
        raise WrongType(
            f"{name}() 要{TYPE_TEXTS[wanted].zh}，这里是{TYPE_TEXTS[argument.type].zh}",
            f"{name}() takes {TYPE_TEXTS[wanted].en}, not {TYPE_TEXTS[argument.type].en}",
            at=at,
            function=name,
        )
