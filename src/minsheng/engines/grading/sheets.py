"""What one assessor answers, what two answer differently, and how a level came about, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from minsheng.engines.grading.grade import check_scores, grade, level_by_points
from minsheng.engines.grading.spec import Grading
from minsheng.lib.cites import Cite
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import Scope, WrongFact
from minsheng.rules.schema import checked_fact

MOST_TIMES = 99


@dataclass(frozen=True, slots=True)
class Answers:
    """What is answered so far: points of items, facts, a note on either. What isn't there is open."""

    scores: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def of(self, key: str) -> object:
        """Return the answer to an item or a fact, or None."""
        return self.scores.get(key, self.facts.get(key))


@dataclass(frozen=True, slots=True)
class Step:
    """One line of why a level is what it is: a rule, and whether it holds. `cite` is its source."""

    text: Text
    holds: bool
    cite: Cite | None = None


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A settled level and its way: sums, total and level by points, rules that change it.

    `total` and `by_points` are None where a rule settles the level without points.
    """

    sums: Mapping[str, int]
    total: int | None
    by_points: int | None
    steps: tuple[Step, ...]
    level: int


def answered(grading: Grading, answers: Answers, key: str, value: object) -> Answers:
    """Return the answers with one more, or one changed.

    Raises WrongInput for a key that is neither item nor fact, or a value it can't have.
    """
    if key not in grading.schema.fields:
        if value is None or isinstance(value, bool) or not isinstance(value, int):
            raise _no_such_value(key)
        check_scores(grading, {key: value})
        return replace(answers, scores={**answers.scores, key: value})
    try:
        known = checked_fact(key, grading.schema.fields[key], value)
    except WrongFact as error:
        raise WrongInput("grading.no_such_fact", error.zh, error.en, field=key) from error
    is_count = isinstance(known, int) and not isinstance(known, bool)
    if value is None or (is_count and not 0 <= known <= MOST_TIMES):  # type: ignore[operator]
        raise _no_such_value(key)
    return replace(answers, facts={**answers.facts, key: known})


def keys_of(grading: Grading) -> tuple[str, ...]:
    """Return every item and fact in the order of the form."""
    return (*(item.key for item in grading.items()), *grading.schema.fields)


def unanswered(grading: Grading, answers: Answers, *, on: date) -> tuple[str, ...]:
    """Return what is still to be answered; items fall away where a fact settles the level."""
    return tuple(key for key in _asked(grading, answers, on) if answers.of(key) is None)


def differing(grading: Grading, first: Answers, second: Answers) -> tuple[str, ...]:
    """Return the items and facts that two assessors answered differently, in the order of the form."""
    return tuple(key for key in keys_of(grading) if first.of(key) != second.of(key))


def joined(grading: Grading, first: Answers, settled: Answers) -> Answers:
    """Return what counts: what was settled together, and else what both said, which the first has."""
    scores = {**first.scores, **settled.scores}
    facts = {**first.facts, **settled.facts}
    return Answers(scores={k: scores[k] for k in keys_of(grading) if k in scores}, facts=facts)


def unsettled(
    grading: Grading, first: Answers, second: Answers, settled: Answers, *, on: date
) -> tuple[str, ...]:
    """Return what two answered differently and haven't settled; what can't matter any more is left out."""
    asked = _asked(grading, joined(grading, first, settled), on)
    return tuple(
        key for key in differing(grading, first, second)
        if key in asked and settled.of(key) is None
    )  # fmt: skip


def laid_out(grading: Grading, answers: Answers, *, on: date) -> LaidOut:
    """Return the level of complete answers with the steps to it; raises WrongInput where one is open."""
    found = grade(grading, answers.scores, answers.facts, on=on)
    if found.level is None or unanswered(grading, answers, on=on):
        raise WrongInput(
            "grading.open",
            "还有没答的项，等级定不了。答过的都在，请补上没答的。",
            "Some items are still open, so there is no level yet. What was answered is kept.",
        )
    is_direct = _is_direct(grading, answers, on)
    return LaidOut(
        sums={} if is_direct else {key: low for key, (low, _) in found.sums.items()},
        total=None if is_direct else found.low,
        by_points=None if is_direct else level_by_points(grading, found.low, on=on),
        steps=tuple(_steps(grading, answers, on)),
        level=found.level,
    )


def _steps(grading: Grading, answers: Answers, on: date) -> Iterator[Step]:
    scope = Scope(answers.facts)
    for direct in grading.directs:
        yield Step(direct.text, direct.rule.decide(scope, on=on).value is True, direct.cite)
    for raising in grading.raisings:
        text = Text(
            f"{raising.text.zh}：加重 {grading.raise_by} 级（几条都有也只加重一次）",
            f"{raising.text.to('en')}: {grading.raise_by} level worse (several count once)",
        )
        yield Step(text, raising.rule.decide(scope, on=on).value is True, raising.cite)


def _asked(grading: Grading, answers: Answers, on: date) -> tuple[str, ...]:
    """Return what has to be answered: the facts alone where one of them settles the level."""
    if _is_direct(grading, answers, on):
        return tuple(grading.schema.fields)
    return keys_of(grading)


def _is_direct(grading: Grading, answers: Answers, on: date) -> bool:
    scope = Scope(answers.facts)
    return any(one.rule.decide(scope, on=on).value is True for one in grading.directs)


def _no_such_value(key: str) -> WrongInput:
    return WrongInput(
        "grading.no_such_value",
        "请从列出的里面选一个；次数写 0 到 99 的整数。别的都还在。",
        "Choose one of those listed; a count is a whole number from 0 to 99. The rest is kept.",
        field=key,
    )
