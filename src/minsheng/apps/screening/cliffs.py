"""How what a policy gives moves as one number of somebody rises, with every cliff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

from minsheng.apps.policies.shelf import shelf
from minsheng.apps.screening.trials import plan_of
from minsheng.engines.policies.spec import Fact, Policy
from minsheng.engines.simulation import NotExact, Schedule, Varied, schedule, stepped
from minsheng.lib.errors import WrongInput
from minsheng.rules import Scope
from minsheng.rules.ir import fields_of
from minsheng.rules.schema import read_value

AGE, BIRTH = "age", "birth"
OLDEST = 120


def rising_facts(policy: Policy) -> dict[str, Fact]:
    """Return the amounts and counts that a policy reads of one person or thing, by their way.

    An age counts in whole years, where the policy reads the day of birth.
    """
    paths = list(read_paths([policy]))
    found = {path: shelf().vocabulary.at(path, policy.about) for path in paths if "[]" not in path}
    rising = {
        path: fact
        for path, fact in found.items()
        if fact is not None and fact.kind.type in ("money", "integer")
    }
    birth = found.get(BIRTH)
    derived = shelf().vocabulary.model.schemas[policy.about].derived.get(AGE)
    if birth is not None and derived is not None:
        rising[AGE] = replace(birth, name=AGE, kind=derived.kind)
    return rising


def read_paths(policies: Iterable[Policy]) -> dict[str, None]:
    """Return the way to every fact that some policies read, in the order they first do."""
    return dict.fromkeys(
        path for one in policies for rule in one.rules() for path in fields_of(rule.ir)
    )


def schedule_of(
    policy: Policy, path: str, facts: Mapping[str, object], *, low: int = 0, high: int, on: date
) -> Schedule:
    """Return what somebody with these facts gets as one of them rises from `low` to `high`.

    Raises WrongInput where the policy doesn't read such a number, isn't configured, or does more
    with it than can be followed exactly.
    """
    known = rising_facts(policy)
    if path not in known:
        raise WrongInput(
            "cliffs.no_fact",
            f"这项政策不看“{path}”这个数。可以看的有：{'、'.join(known) or '没有'}。",
            f"The policy reads no number {path!r}. There are: {', '.join(known) or 'none'}.",
            field="fact",
        )
    if not 0 <= low <= high or (path == AGE and high > OLDEST):
        raise WrongInput(
            "cliffs.range",
            f"从 0 起，最大不小于最小；周岁最多 {OLDEST}。",
            f"The range begins at 0 or more and ends above; an age at {OLDEST} at most.",
            field="high",
        )
    try:
        return followed(policy, path, facts, low=low, high=high, on=on)
    except NotExact as error:
        raise WrongInput(
            "cliffs.not_exact",
            "这个数在规则里被相乘、取整后再算，逐分算不出来。请换一个数，或者用 --set 试算。",
            "The rule multiplies or rounds this number, so it can't be followed to the fen. "
            "Take another number, or try it with --set.",
            field="fact",
        ) from error


def followed(
    policy: Policy, path: str, facts: Mapping[str, object], *, low: int, high: int, on: date
) -> Schedule:
    """Return the schedule, also of a policy that doesn't read the number: then it is one piece.

    Raises NotExact where it can't be followed, WrongInput for a policy that isn't configured.
    """
    plan = plan_of(policy)
    if path == AGE:

        def aged(years: int) -> Scope:
            return Scope({**facts, BIRTH: _born(years, on)})

        return stepped(plan, aged, low=low, high=high, on=on)
    return schedule(plan, Scope(_raised(facts, path, policy.about)), low=low, high=high, on=on)


def _born(years: int, on: date) -> date:
    """Return the birthday of somebody who turns so many years old on a day."""
    day = 28 if (on.month, on.day) == (2, 29) else on.day
    return date(on.year - years, on.month, day)


def _raised(facts: Mapping[str, object], path: str, entity: str) -> dict[str, Any]:
    """Return a copy of the facts in which the number a way leads to is left open.

    Whoever the way leads through and isn't known is taken to be there.
    """
    return with_fact(deepcopy(dict(facts)), path, Varied(), entity)


def with_known(facts: Mapping[str, object], path: str, value: object) -> dict[str, Any]:
    """Return the facts with one more; WrongInput for a way to nothing, or a value of another kind."""
    fact = shelf().vocabulary.at(path)
    if fact is None or "[" in path or read_value(fact.kind, value) is None:
        raise WrongInput(
            "cliffs.fact",
            f"“{path}”不是能写的事实，或者值不对。金额写分，日期写 2026-04-22。",
            f"{path!r} is no fact that can be given, or that is no value for it: fen, 2026-04-22.",
            field=path,
        )
    return with_fact(deepcopy(dict(facts)), path, read_value(fact.kind, value), "person")


def with_fact(made: dict[str, Any], path: str, value: object, entity: str) -> dict[str, Any]:
    """Return the facts with one more, put where its way leads; they are changed in place."""
    vocabulary = shelf().vocabulary
    holder, schema, rest = made, vocabulary.model.schemas[entity], path
    while (schema.name, rest) not in vocabulary.facts:
        step, _, rest = rest.partition(".")
        below = holder.get(step)
        if isinstance(below, list) and below:
            below = below[0]
        if not isinstance(below, dict):
            below = holder[step] = {}
        holder, schema = below, vocabulary.model.schemas[schema.relations[step].to]
    holder[rest] = value
    return made
