"""How what a policy gives moves as one number of somebody rises, with every cliff."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from minsheng.apps.policies.shelf import shelf
from minsheng.apps.screening.trials import plan_of
from minsheng.engines.policies.spec import Fact, Policy
from minsheng.engines.simulation import NotExact, Schedule, Varied, schedule
from minsheng.lib.errors import WrongInput
from minsheng.rules import Scope
from minsheng.rules.ir import fields_of


def rising_facts(policy: Policy) -> dict[str, Fact]:
    """Return the amounts and counts that a policy reads of one person or thing, by their way."""
    paths = dict.fromkeys(path for rule in policy.rules() for path in fields_of(rule.ir))
    found = {path: shelf().vocabulary.at(path, policy.about) for path in paths if "[]" not in path}
    return {
        path: fact
        for path, fact in found.items()
        if fact is not None and fact.kind.type in ("money", "integer")
    }


def schedule_of(
    policy: Policy, path: str, facts: Mapping[str, object], *, high: int, on: date
) -> Schedule:
    """Return what somebody with these facts gets as one of them rises from 0 to `high`.

    Raises WrongInput where the policy doesn't read such a number, isn't configured, or does more
    with it than can be followed exactly.
    """
    plan = plan_of(policy)
    known = rising_facts(policy)
    if path not in known:
        raise WrongInput(
            "cliffs.no_fact",
            f"这项政策不看“{path}”这个数。可以看的有：{'、'.join(known) or '没有'}。",
            f"The policy reads no number {path!r}. There are: {', '.join(known) or 'none'}.",
            field="fact",
        )
    if high < 0:
        raise WrongInput("cliffs.range", "最大要从 0 起。", "The most is 0 or more.", field="high")
    try:
        return schedule(plan, Scope(_raised(facts, path, policy.about)), low=0, high=high, on=on)
    except NotExact as error:
        raise WrongInput(
            "cliffs.not_exact",
            "这个数在规则里被相乘、取整后再算，逐分算不出来。请换一个数，或者用 --set 试算。",
            "The rule multiplies or rounds this number, so it can't be followed to the fen. "
            "Take another number, or try it with --set.",
            field="fact",
        ) from error


def _raised(facts: Mapping[str, object], path: str, entity: str) -> dict[str, Any]:
    """Return a copy of the facts in which the number a way leads to is left open.

    Whoever the way leads through and isn't known is taken to be there.
    """
    vocabulary = shelf().vocabulary
    made: dict[str, Any] = deepcopy(dict(facts))
    holder, schema, rest = made, vocabulary.model.schemas[entity], path
    while (schema.name, rest) not in vocabulary.facts:
        step, _, rest = rest.partition(".")
        below = holder.get(step)
        if isinstance(below, list) and below:
            below = below[0]
        if not isinstance(below, dict):
            below = holder[step] = {}
        holder, schema = below, vocabulary.model.schemas[schema.relations[step].to]
    holder[rest] = Varied()
    return made
