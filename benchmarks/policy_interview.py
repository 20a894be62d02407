"""How many questions an interview asks beside the same questions in a fixed order, and beside all.

Invented people of whom the registers know a part; every policy is decided for each of them.
"""

from __future__ import annotations

import copy
import random
import time
from dataclasses import dataclass
from typing import Any

from benchmarks.policy_flips import MODEL, ON, RULES, person, read

from minsheng.engines.policies.interview import (
    Question,
    Questions,
    Session,
    Subject,
    interview,
)
from minsheng.rules import Rule

SUBJECTS = tuple(
    Subject(name, Rule.parse(text, MODEL.schema("person"))) for name, text in RULES.items()
)
QUESTIONS: Questions = {
    "birth": Question(origin="register"),
    "insured_months": Question(origin="register"),
    "schemes": Question(origin="register"),
    "household.rural": Question(origin="register"),
    "household": Question(),
    "spouse": Question(),
    "lives_here": Question(),
    "disabled": Question(),
    "work": Question(),
    "income": Question(),
    "household.savings": Question(),
    "household.members": Question(),
    "household.members[].birth": Question(),
    "household.members[].income": Question(),
    "household.members[].disabled": Question(),
    "spouse[].disabled": Question(),
    "spouse.income": Question(),
    "paid": Question(),
    "rate": Question(),
}


def truth(rng: random.Random) -> dict[str, Any]:
    """Return an invented person of whom nothing is missing."""
    while True:
        facts = person(rng)
        if None not in facts.values():
            people = [*facts["household"]["members"], *facts["spouse"]]
            for one in people:
                one.update({key: facts[key] for key, value in one.items() if value is None})
            return facts


def known_part(facts: dict[str, Any], rng: random.Random, share: float) -> dict[str, Any]:
    """Return the facts with each left out unless a register happens to know it."""
    part = copy.deepcopy(facts)
    for one in (part, part["household"], *part["household"]["members"], *part["spouse"]):
        for key, value in one.items():
            if not isinstance(value, dict | list) and rng.random() > share:
                one[key] = None
    return part


def true_answer(facts: dict[str, Any], path: str) -> Any:
    """Return what the person would say."""
    return read(facts, path)


def asked_by_greed(session: Session, facts: dict[str, Any]) -> Session:
    """Return the session after every next question was answered truly."""
    while (question := session.next_question()) is not None:
        session = session.answer(question.path, true_answer(facts, question.path))
    return session


def asked_in_order(session: Session, facts: dict[str, Any]) -> Session:
    """Return the session after the same was asked in declared order, what is settled left out."""
    order = list(session.questions)
    while True:
        missing = {m.field for one in session.standings() for m in one.missing}
        paths = [path for path in missing if _pattern(path) in order]
        if not paths:
            return session
        path = min(paths, key=lambda p: (order.index(_pattern(p)), p))
        session = session.answer(path, true_answer(facts, path))


def _pattern(path: str) -> str:
    return "".join(sign for sign in path if not sign.isdigit())


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions per person on average: by the session, in fixed order, and of every open fact.

    `of_persons`: the first two without what registers were asked for.
    """

    people: int
    greedy: float
    in_order: float
    everything: float
    of_persons: tuple[float, float]
    different_verdicts: int
    question_ms: float


def compare(people: int = 200, seed: int = 1, share: float = 0.3) -> Asked:
    """Return how many questions so many invented people are asked in each of the three ways."""
    rng = random.Random(seed)
    greedy = in_order = everything = different = 0
    spent = 0.0
    own = [0, 0]
    for _ in range(people):
        facts = truth(rng)
        start = interview(SUBJECTS, known_part(facts, rng, share), QUESTIONS, on=ON)
        clock = time.process_time()
        ours = asked_by_greed(start, facts)
        spent += time.process_time() - clock
        fixed = asked_in_order(start, facts)
        greedy += len(ours.asked)
        in_order += len(fixed.asked)
        everything += start.everything
        for place, session in enumerate((ours, fixed)):
            own[place] += sum(
                QUESTIONS[_pattern(path)].origin == "person" for path in session.asked
            )
        mine = [(one.name, one.eligible) for one in ours.standings()]
        different += mine != [(one.name, one.eligible) for one in fixed.standings()]
    return Asked(
        people, greedy / people, in_order / people, everything / people,
        (own[0] / people, own[1] / people), different,
        spent * 1000 / max(1, greedy + people),
    )  # fmt: skip
