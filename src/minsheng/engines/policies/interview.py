"""The question that settles most, asked next; what can't matter any more, never asked.

Given several policies and what is known of one person, a session ranks the missing facts by how
many policies each is expected to settle, asks registers before people, and ends when every policy
is settled or nothing is left that may be asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any, Literal

from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import Facts, Missing, Reason, Rule, Scope, Unknown, Value
from minsheng.rules.interpret import value_of
from minsheng.rules.ir import Field, Node, walk

from .parts import MISSING, Part, Values
from .regions import Regions, usual_bounds
from .written import Fact, Writer, pattern_of

Origin = Literal["register", "person"]
_DECIDED = (Reason.REFUSED, Reason.UNUSABLE, Reason.NOT_ENTERED)
_MOST_TRIALS = 256
_MOST_SAMPLES = 24


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that may be asked for. Cost is what asking costs, against other questions.

    `origin`: registers are asked before people. `prior`: how likely each answer is, by value, of a
    choice or a yes-or-no; answers that aren't named share what is left. Empty: all alike.
    """

    cost: Fraction | int = 1
    origin: Origin = "person"
    prior: Mapping[Any, float] = field(default_factory=dict)


Questions = Mapping[str, Question]
"""By path, or for all of several (`household.members[].income`), in the order that breaks ties."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A policy as an interview sees it: a condition, and maybe an amount once it holds."""

    name: str
    eligible: Rule | Node
    amount: Rule | Node | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a policy stands: eligible yes, no or unknown (None), its amount, and what is missing."""

    name: str
    eligible: bool | None
    amount: Value | None
    missing: frozenset[Missing]

    @property
    def is_settled(self) -> bool:
        """Whether no fact is missing any more."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """The fact to ask for next. `settles`: the expected number of policies that the answer settles.

    `is_exact` False: only the number of policies it is missing in, times nothing known of it.
    `policies`: those it is asked for. `fact` None: who belongs to a relation is asked for.
    """

    path: str
    origin: Origin
    settles: float
    is_exact: bool
    policies: tuple[str, ...]
    fact: Fact | None
    label: Text


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an interview has come. `all_questions`: every fact of every policy that was unknown.

    `saved`: how many of them were never asked; known only for sure once `is_finished`.
    """

    settled: int
    policies: int
    asked: int
    refused: int
    all_questions: int
    is_finished: bool

    @property
    def saved(self) -> int:
        """Return how many questions were not needed, so far."""
        return max(0, self.all_questions - self.asked)


@dataclass(frozen=True, slots=True)
class Session:
    """One interview. Every act returns a new session; `undo` goes back by one.

    Holds what a person told: show it to that person, never log it.
    """

    subjects: tuple[Subject, ...]
    questions: Questions
    on: date
    facts: Facts
    asked: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    everything: int = 0
    before: Session | None = field(default=None, repr=False)

    def standings(self) -> tuple[Standing, ...]:
        """Return how every policy stands, in the order given."""
        scope = Scope(self.facts)
        return tuple(standing(subject, scope, on=self.on) for subject in self.subjects)

    def next_question(self) -> NextQuestion | None:
        """Return the question that settles most for its cost, or None when nothing is left to ask."""
        return _Ranking(self, self.standings()).best()

    def answer(self, path: str, value: object) -> Session:
        """Return the session with one more fact known.

        Raises WrongInput when the way leads nowhere, WrongFact when it is of another kind.
        """
        told = self._with(path, value)
        told.standings()  # a fact of another kind is refused here, before it is kept
        return told

    def refuse(self, path: str) -> Session:
        """Return the session with a fact that won't be told: it is not asked for again."""
        return replace(self._with(path, Reason.REFUSED), refused=(*self.refused, path))

    def undo(self) -> Session:
        """Return the session as it was before the last answer or refusal, or itself at the start."""
        return self.before or self

    def progress(self) -> Progress:
        """Return how far the interview has come."""
        standings = self.standings()
        return Progress(
            settled=sum(one.is_settled for one in standings),
            policies=len(standings),
            asked=len(self.asked),
            refused=len(self.refused),
            all_questions=self.everything,
            is_finished=_Ranking(self, standings).best() is None,
        )

    def _with(self, path: str, value: object) -> Session:
        facts = _plain(self.facts, {})
        dotted = {
            part.name for node in _nodes(self.subjects) for part in walk(node)
            if isinstance(part, Field) and "." in part.name
        }  # fmt: skip
        _put(facts, path, value, dotted)
        return replace(self, facts=facts, asked=(*self.asked, path), before=self)


def interview(
    subjects: Sequence[Subject], facts: Facts, questions: Questions, *, on: date
) -> Session:
    """Return an interview about one person on a day that hasn't asked anything yet."""
    session = Session(tuple(subjects), questions, on, facts)
    return replace(session, everything=len(all_open(subjects, facts, questions, on=on)))


def standing(subject: Subject, facts: Facts, *, on: date) -> Standing:
    """Return how one policy stands; an amount is looked at once the condition holds."""
    eligible = value_of(_node(subject.eligible), facts, on)
    if isinstance(eligible, Unknown):
        return Standing(subject.name, None, None, eligible.missing)
    if eligible is not True or subject.amount is None:
        return Standing(subject.name, eligible is True, None, frozenset())
    amount = value_of(_node(subject.amount), facts, on)
    if isinstance(amount, Unknown):
        return Standing(subject.name, True, None, amount.missing)
    return Standing(subject.name, True, amount, frozenset())


def all_open(
    subjects: Sequence[Subject], facts: Facts, questions: Questions, *, on: date
) -> tuple[str, ...]:
    """Return every fact of every policy that isn't known and may be asked for, in declared order.

    This is what a form asks that knows nothing of policies; a relation nobody knows counts once.
    """
    writer = Writer(Scope(facts), on)
    for node in _nodes(subjects):
        writer.write(node)
    paths = [
        fact.path for fact in writer.facts
        if isinstance(fact.now, Unknown) and question_of(fact.path, questions)
    ]  # fmt: skip
    paths += [
        relation for relation in writer.relations
        if question_of(relation, questions) and not _is_there(facts, relation)
    ]  # fmt: skip
    order = {pattern: place for place, pattern in enumerate(questions)}
    return tuple(sorted(dict.fromkeys(paths), key=lambda path: _place(path, order)))


def _is_there(facts: Facts, pattern: str) -> bool:
    there: Any = facts
    for step in pattern.split("."):
        if step.endswith("[]"):
            return True  # relations of each of several are not looked into
        there = there.get(step) if isinstance(there, Mapping) else None
        if isinstance(there, Sequence) and not isinstance(there, str):
            there = there[0] if len(there) == 1 else there
    return there is not None and not isinstance(there, Unknown)


def question_of(path: str, questions: Questions) -> Question | None:
    """Return the question for a fact, or None when it may not be asked."""
    return questions.get(path) or questions.get(pattern_of(path))


def _place(path: str, order: Mapping[str, int]) -> tuple[int, str]:
    return order.get(path, order.get(pattern_of(path), len(order))), path


def _node(rule: Rule | Node) -> Node:
    return rule.ir if isinstance(rule, Rule) else rule


def _nodes(subjects: Sequence[Subject]) -> Iterator[Node]:
    for subject in subjects:
        yield _node(subject.eligible)
        if subject.amount is not None:
            yield _node(subject.amount)


@dataclass(slots=True)
class _Ranking:
    """Ranks what may be asked, for one state of a session."""

    session: Session
    standings: tuple[Standing, ...]
    _writer: Writer = field(init=False)
    _parts: dict[str, tuple[Part, Part | None]] = field(default_factory=dict)
    _regions: list[Regions] = field(default_factory=list)
    _sampled: dict[int, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._writer = Writer(Scope(self.session.facts), self.session.on)

    def best(self) -> NextQuestion | None:
        """Return the question to ask next."""
        asked_for = self._asked_for()
        if not asked_for:
            return None
        self._write()
        order = {pattern: place for place, pattern in enumerate(self.session.questions)}
        ranked: list[tuple[Any, str, float, bool]] = []
        for path, policies in asked_for.items():
            question = question_of(path, self.session.questions) or Question()
            settles, is_exact = self._settles(path, question, policies)
            worth = settles / float(question.cost), len(policies) / float(question.cost)
            is_person = question.origin == "person"
            key = (is_person, -worth[0], -worth[1], _place(path, order))
            ranked.append((key, path, settles, is_exact))
        for _, path, settles, is_exact in sorted(ranked):
            if self._can_matter(path, asked_for[path]):
                return self._told(path, settles, asked_for[path], is_exact=is_exact)
        return None

    def _asked_for(self) -> dict[str, tuple[str, ...]]:
        """Return the missing facts that may be asked, each with the undecided policies it is in."""
        found: dict[str, list[str]] = {}
        for one in self.standings:
            for missing in one.missing:
                is_open = missing.reason not in _DECIDED
                if is_open and question_of(missing.field, self.session.questions):
                    found.setdefault(missing.field, []).append(one.name)
        return {path: tuple(sorted(names)) for path, names in found.items()}

    def _write(self) -> None:
        for subject, one in zip(self.session.subjects, self.standings, strict=True):
            if one.is_settled:
                continue
            eligible = self._writer.write(_node(subject.eligible))
            amount = None
            if subject.amount is not None:
                amount = self._writer.write(_node(subject.amount))
                self._regions.append(Regions(amount, self.session.on))
            self._regions.append(Regions(eligible, self.session.on))
            self._parts[subject.name] = (eligible, amount)

    def _settles(
        self, path: str, question: Question, policies: tuple[str, ...]
    ) -> tuple[float, bool]:
        """Return the expected number of policies that an answer settles, and whether it is exact."""
        place = self._writer.aliases.get(path)
        if place is None:
            return 0.0, False  # who belongs to a relation: what is known of them comes after
        samples = self._samples(place)
        weights = _weights(samples, question.prior)
        values = list(self._writer.values)
        expected = 0.0
        for value, weight in zip(samples, weights, strict=True):
            values[place] = value
            expected += weight * sum(self._is_settled(n, values, 1 << place) for n in policies)
        return expected, True

    def _samples(self, place: int) -> list[Any]:
        """Return one answer of each region, cut by all undecided policies."""
        if place not in self._sampled:
            self._sampled[place] = self._cut(place)
        return self._sampled[place]

    def _cut(self, place: int) -> list[Any]:
        fact = self._writer.fact(place)
        bounds = usual_bounds(fact.kind, MISSING)
        found: dict[Any, None] = {}
        for regions in self._regions:
            if regions.root.mask >> place & 1:
                cut = regions.samples(fact, bounds, [(self._writer.values, 0)])
                found.update(dict.fromkeys(cut))
        samples = list(found)
        if fact.kind.type in ("integer", "money", "number", "date"):
            samples = self._one_of_each(place, sorted(samples))
        return samples[:_MOST_SAMPLES]

    def _one_of_each(self, place: int, samples: list[Any]) -> list[Any]:
        """Return the first of every run of answers that come to the same in every policy."""
        kept: list[Any] = []
        last: list[Any] | None = None
        values = list(self._writer.values)
        for value in samples:
            values[place] = value
            come_to = [
                atom.at(values, 1 << place)
                for regions in self._regions
                for atom in regions.atoms
                if atom.mask >> place & 1
            ]
            if come_to != last:
                kept.append(value)
            last = come_to
        return kept

    def _is_settled(self, name: str, values: Values, changed: int) -> bool:
        eligible, amount = self._parts[name]
        holds = eligible.at(values, changed)
        if holds is True and amount is not None:
            return amount.at(values, changed) is not MISSING
        return holds is not MISSING

    def _can_matter(self, path: str, policies: tuple[str, ...]) -> bool:
        """Whether some answers to all else leave a policy open that this fact would settle.

        Tried on samples of the other facts that may be asked; beyond 256 trials it is taken to matter.
        """
        place = self._writer.aliases.get(path)
        return place is None or any(self._can_matter_to(name, place) for name in policies)

    def _can_matter_to(self, name: str, place: int) -> bool:
        eligible, amount = self._parts[name]
        mask = eligible.mask | (amount.mask if amount is not None else 0)
        others = [
            fact.place for fact in self._writer.facts
            if fact.place != place and mask >> fact.place & 1 and self._may_be_told(fact)
        ]  # fmt: skip
        values, changed = list(self._writer.values), sum(1 << other for other in others)
        for number, way in enumerate(product(*(self._samples(other) for other in others))):
            if number >= _MOST_TRIALS:
                return True
            for other, value in zip(others, way, strict=True):
                values[other] = value
            values[place] = MISSING
            if self._is_settled(name, values, changed):
                continue
            for value in self._samples(place):
                values[place] = value
                if self._is_settled(name, values, changed | 1 << place):
                    return True
        return False

    def _may_be_told(self, fact: Fact) -> bool:
        if not isinstance(fact.now, Unknown) or not question_of(fact.path, self.session.questions):
            return False
        return all(missing.reason not in _DECIDED for missing in fact.now.missing)

    def _told(
        self, path: str, settles: float, policies: tuple[str, ...], *, is_exact: bool
    ) -> NextQuestion:
        question = question_of(path, self.session.questions) or Question()
        place = self._writer.aliases.get(path)
        fact = None if place is None else self._writer.fact(place)
        label = self._writer.label(fact) if fact else self._relation_label(path)
        return NextQuestion(path, question.origin, settles, is_exact, policies, fact, label)

    def _relation_label(self, path: str) -> Text:
        return self._writer.relations.get(pattern_of(path)) or Text(path, path)


def _weights(samples: Sequence[Any], prior: Mapping[Any, float]) -> list[float]:
    """Return how likely each answer is; those the prior doesn't name share what it leaves."""
    named = {value: prior[value] for value in samples if value in prior}
    left = max(0.0, 1.0 - sum(named.values())) if named else 1.0
    others = len(samples) - len(named)
    weights = [named.get(value, left / others if others else 0.0) for value in samples]
    total = sum(weights)
    return [weight / total for weight in weights] if total else [1 / len(samples)] * len(samples)


def _plain(thing: Any, seen: dict[int, Any]) -> Any:
    """Return facts as dicts and lists that may be changed; what is one thing stays one thing."""
    while isinstance(thing, Scope):
        thing = thing.facts
    if isinstance(thing, Mapping):
        if id(thing) not in seen:
            copied: dict[str, Any] = {}
            seen[id(thing)] = copied
            copied.update({key: _plain(value, seen) for key, value in thing.items()})
        return seen[id(thing)]
    if isinstance(thing, list | tuple):
        return [_plain(one, seen) for one in thing]
    return thing


def _put(facts: Any, path: str, value: object, dotted: set[str]) -> None:
    """Keep a fact at the end of a way. `dotted`: names of facts that have dots themselves."""
    rest = path
    while "." in rest and rest not in dotted:
        step, _, rest = rest.partition(".")
        name, _, number = step.partition("[")
        there = facts.get(name)
        if isinstance(there, list):
            place = int(number[:-1]) if number else 0
            there = there[place] if place < len(there) else None
        if not isinstance(there, dict):
            raise WrongInput(
                "interview.way",
                f"找不到 {path} 要填的地方，请先说明有没有 {name}。",
                f"There is no place for {path}; say first whether there is a {name}.",
                facts={"path": path},
            )
        facts = there
    facts[rest] = Unknown.of(rest, value) if isinstance(value, Reason) else value
