"""One person, one policy: yes, no or unknown, how much, and every line behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from minsheng.engines.policies.spec import Condition, Policy
from minsheng.lib.texts import Text
from minsheng.rules import Explanation, Missing, ParamValue, Scope, Unknown, evaluate
from minsheng.rules.describe import filled
from minsheng.rules.explain import missing_words
from minsheng.rules.interpret import value_of
from minsheng.rules.ir import Parameter, walk
from minsheng.rules.show import kind_of, label_of, shown


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes (True), no (False) or unknown (None), and how much.

    amount_fen None: no money, not eligible, or not known yet. `failing` and `open` are the keys of
    the conditions that say no and of those nobody can judge yet. `missing` would settle it.
    """

    slug: str
    value: bool | None
    amount_fen: int | None
    failing: tuple[str, ...]
    open: tuple[str, ...]
    missing: frozenset[Missing]


@dataclass(frozen=True, slots=True)
class Told:
    """One condition as the officer wrote it, how it came out, and the lines behind it."""

    condition: Condition
    value: bool | None
    matters: bool
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One number of the law that was used: its value on the day, its source and mark."""

    name: str
    label: Text
    shown: Text
    entry: ParamValue


@dataclass(frozen=True, slots=True)
class Account:
    """A decision in words. Holds values of the person it is about: show it, never log it."""

    decision: Decision
    told: tuple[Told, ...]
    conclusion: Text
    amount: Text
    numbers: tuple[Reckoned, ...]


def decide(policy: Policy, scope: Scope, *, on: date) -> Decision:
    """Return how a policy comes out for one case on a day.

    Raises ValueError for a policy that isn't configured, WrongFact for a fact of another kind.
    """
    if not policy.is_configured:
        raise ValueError(f"{policy.slug} is not configured")
    failing: list[str] = []
    undecided: list[str] = []
    missing: frozenset[Missing] = frozenset()
    for condition in policy.conditions:
        value = value_of(condition.rule.ir, scope, on)
        if isinstance(value, Unknown):
            undecided.append(condition.key)
            missing |= value.missing
        elif value is not True:
            failing.append(condition.key)
    if failing:
        return Decision(policy.slug, False, None, tuple(failing), tuple(undecided), frozenset())
    if undecided:
        return Decision(policy.slug, None, None, (), tuple(undecided), missing)
    amount = None if policy.amount is None else evaluate(policy.amount, scope, on=on)
    if isinstance(amount, Unknown):
        return Decision(policy.slug, True, None, (), (), amount.missing)
    return Decision(
        policy.slug, True, amount if isinstance(amount, int) else None, (), (), frozenset()
    )


def explain(policy: Policy, scope: Scope, *, on: date) -> Account:
    """Return the decision with one block per condition and every number of the law it used."""
    decision = decide(policy, scope, on=on)
    told = tuple(
        _told(condition, decision, condition.rule.explain(scope, on=on))
        for condition in policy.conditions
    )
    return Account(
        decision, told, _conclusion(policy, told, decision), _amount(policy, decision),
        tuple(_numbers(policy, on)),
    )  # fmt: skip


def _told(condition: Condition, decision: Decision, explanation: Explanation) -> Told:
    value = explanation.verdict.value
    matters = decision.value is not False or value is False
    return Told(condition, value, matters, explanation)


def _conclusion(policy: Policy, told: tuple[Told, ...], decision: Decision) -> Text:
    if decision.value is True:
        return Text("您符合条件。", "You qualify.")
    if decision.value is False:
        failing = [one.condition.text for one in told if one.value is False]
        return filled(
            Text("现在还不符合。没达到的是：{x}。", "Not at present. Not met: {x}."),
            x=Text("；".join(x.zh for x in failing), "; ".join(x.to("en") for x in failing)),
        )
    return filled(
        Text("还定不了，缺：{x}。", "Can't tell yet. Missing: {x}."),
        x=missing_words(policy.ir, decision.missing),
    )


_PER = {
    "once": Text("{x}（一次）", "{x} (once)"),
    "month": Text("每月 {x}", "{x} a month"),
    "quarter": Text("每季度 {x}", "{x} a quarter"),
    "year": Text("每年 {x}", "{x} a year"),
}


def _amount(policy: Policy, decision: Decision) -> Text:
    if decision.value is not True or policy.amount is None:
        return Text("")
    if decision.amount_fen is None:
        return filled(
            Text("能领多少还算不出，缺：{x}。", "How much can't be told yet. Missing: {x}."),
            x=missing_words(policy.amount.ir, decision.missing),
        )
    return filled(_PER[policy.per], x=shown(decision.amount_fen, kind_of(policy.amount.ir)))


def _numbers(policy: Policy, on: date) -> Iterator[Reckoned]:
    """Yield each parameter of the policy's rules, once, with the entry in force on the day."""
    seen: set[str] = set()
    for rule in policy.rules():
        for node in walk(rule.ir):
            if isinstance(node, Parameter) and node.name not in seen:
                seen.add(node.name)
                entry = node.param.at(on)
                if entry is not None and entry.value is not None:
                    yield Reckoned(
                        node.name, label_of(node), shown(entry.value, kind_of(node)), entry
                    )
