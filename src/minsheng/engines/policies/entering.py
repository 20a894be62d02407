"""Numbers of the law that a district still has to enter: which they are, and as if they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from minsheng.engines.policies.spec import Policy
from minsheng.lib.errors import WrongInput
from minsheng.rules import Param, ParamValue, Rule, Value
from minsheng.rules.ir import Node, Parameter, rebuilt, walk


def not_entered(policy: Policy, *, on: date) -> tuple[Param, ...]:
    """Return the numbers of a policy's rules that nobody has entered for a day, each once.

    Of each only the entries that wait are there: they say who has to enter it.
    """
    return tuple(
        replace(one, values=tuple(entry for entry in one.values if entry.value is None))
        for one in dict.fromkeys(_waiting(policy, on).values())
    )


def with_entered(policy: Policy, values: Mapping[str, object], *, on: date) -> Policy:
    """Return the policy as it would be on a day with these numbers entered; earlier days as they are.

    Raises WrongInput for a number that isn't waiting to be entered, RuleError for a value of another
    kind.
    """
    waiting = _waiting(policy, on)
    entered: dict[str, Param] = {}
    for name, value in values.items():
        if name not in waiting:
            raise WrongInput(
                "policies.not_waiting",
                f"“{name}”不是等着填的标准。等着填的有：{'、'.join(waiting) or '没有'}。",
                f"{name!r} isn't a rate that waits to be entered. There are: {', '.join(waiting)}.",
                field=name,
            )
        known = tuple(one for one in waiting[name].values if one.value is not None)
        entry = ParamValue(on if known else date.min, value)  # type: ignore[arg-type]
        entered[name] = replace(waiting[name], values=(*known, entry))
    change = partial(_entered, entered=entered)
    return _rebuilt(policy, change)


def with_value(policy: Policy, name: str, value: Value) -> Policy:
    """Return the policy as it would be with a number at another value on every day.

    Its own or a shared one, also inside derived facts. Raises KeyError for a number it doesn't read,
    RuleError for a value of another kind.
    """
    known = {node.name: node.param for node in _numbers(policy)}[name]
    entered = {name: replace(known, values=(ParamValue(date.min, value),))}
    change = partial(_entered, entered=entered)
    return _rebuilt(policy, change)


def _waiting(policy: Policy, on: date) -> dict[str, Param]:
    return {node.name: node.param for node in _numbers(policy) if node.param.waits(on)}


def _numbers(policy: Policy) -> Iterator[Parameter]:
    for rule in policy.rules():
        yield from (node for node in walk(rule.ir) if isinstance(node, Parameter))


def _rebuilt(policy: Policy, change: Callable[[Node], Node]) -> Policy:
    return replace(
        policy,
        conditions=tuple(
            replace(one, rule=Rule(one.rule.source, change(one.rule.ir)))
            for one in policy.conditions
        ),
        amount=None
        if policy.amount is None
        else replace(policy.amount, ir=change(policy.amount.ir)),
    )


def _entered(node: Node, *, entered: Mapping[str, Param]) -> Node:
    if isinstance(node, Parameter) and node.name in entered:
        return replace(node, param=entered[node.name])
    return rebuilt(node, partial(_entered, entered=entered))


def with_later(policy: Policy, later: Mapping[str, Iterable[ParamValue]]) -> Policy:
    """Return the policy with further dated values of its own numbers; of one day the last one holds.

    Raises KeyError for a number that isn't the policy's own, RuleError for a value of another kind.
    """
    entered: dict[str, Param] = {}
    for name, values in later.items():
        known = {one.start: one for one in (*policy.params[name].values, *values)}
        entered[name] = replace(policy.params[name], values=tuple(known.values()))
    change = partial(_entered, entered=entered)
    return _rebuilt(replace(policy, params={**policy.params, **entered}), change)
