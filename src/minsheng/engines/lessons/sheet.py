"""The pattern of a lesson: its steps with their questions; scores beside scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class Question:
    """What an observer looks for: `step.key` names it."""

    step: str
    key: str
    text: Text

    @property
    def name(self) -> str:
        """Return what scores are kept under."""
        return f"{self.step}.{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPattern:
    """One step: its name, what it is for, how long it usually takes, what an observer looks for."""

    key: str
    title: Text
    about: Text
    minutes: int
    questions: Mapping[str, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A way of teaching: its steps in order, the length of a lesson, the words of the scale from 0."""

    key: str
    title: Text
    summary: Text
    minutes: int
    cite: Cite
    scale: tuple[Text, ...]
    steps: Mapping[str, StepPattern]

    def questions(self) -> tuple[Question, ...]:
        """Return every question in the order of the sheet."""
        return tuple(
            Question(step.key, key, text)
            for step in self.steps.values()
            for key, text in step.questions.items()
        )

    def scores(self) -> tuple[int, ...]:
        """Return the scores that may be given, from low to high."""
        return tuple(range(len(self.scale)))


@dataclass(frozen=True, slots=True)
class Apart:
    """A question on which observers differ by two or more: worth talking about."""

    question: Question
    scores: tuple[int, ...]


def by_step(pattern: Pattern, scores: Mapping[str, int]) -> dict[str, float]:
    """Return the mean score of each step that has one, on the scale of the sheet."""
    found = {}
    for step in pattern.steps.values():
        its = [scores[name] for key in step.questions if (name := f"{step.key}.{key}") in scores]
        if its:
            found[step.key] = sum(its) / len(its)
    return found


def apart(
    pattern: Pattern, sheets: Sequence[Mapping[str, int]], *, by: int = 2
) -> tuple[Apart, ...]:
    """Return the questions on which sheets differ by at least `by`, the widest first."""
    found = []
    for question in pattern.questions():
        its = tuple(sheet[question.name] for sheet in sheets if question.name in sheet)
        if len(its) > 1 and max(its) - min(its) >= by:
            found.append(Apart(question, its))
    return tuple(sorted(found, key=lambda one: min(one.scores) - max(one.scores)))
