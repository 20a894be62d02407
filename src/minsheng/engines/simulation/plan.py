"""One policy as it is tried: who gets it and how much, and the same with other numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from minsheng.rules import ParamValue, Value
from minsheng.rules.ir import Node, Parameter, rebuilt


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets it, and how much in fen each time it is paid. `amount` None: it gives no money."""

    condition: Node
    amount: Node | None = None


def changed(plan: Plan, values: Mapping[str, Value]) -> Plan:
    """Return the plan with these parameters at other values on every day, wherever they stand.

    Also inside derived facts. Raises KeyError for a parameter the plan doesn't have, RuleError for a
    value of another kind.
    """
    left = set(values)
    change = partial(_changed, values=values, left=left)
    made = Plan(change(plan.condition), None if plan.amount is None else change(plan.amount))
    if left:
        raise KeyError(sorted(left)[0])
    return made


def _changed(node: Node, *, values: Mapping[str, Value], left: set[str]) -> Node:
    if isinstance(node, Parameter) and node.name in values:
        left.discard(node.name)
        entry = ParamValue(date.min, values[node.name])
        return replace(node, param=replace(node.param, values=(entry,)))
    return rebuilt(node, partial(_changed, values=values, left=left))
