"""What is kept of an assessment, sealed under the key of whom it is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from minsheng.apps.people import keys
from minsheng.apps.people.models import Person
from minsheng.engines.grading.sheets import Answers
from minsheng.lib.errors import NotFound, WrongInput

WORDS, PLACE, SHEET, SETTLED, RESULT = (
    f"assessment.{name}" for name in ("words", "place", "sheet", "settled", "result")
)
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Settled:
    """What two assessors settled together: answers, who wrote each and why, and who told them."""

    answers: Answers = field(default_factory=Answers)
    by: Mapping[str, int] = field(default_factory=dict)
    informant: str = ""


def sealed(person: Person, text: str, *, field: str) -> str:
    """Return words under the person's key; nothing stays nothing."""
    return keys.seal_for(person, text, field=field) if text else ""


def opened(person: Person, token: str, *, field: str) -> str:
    """Return what was sealed; "" of somebody who was erased."""
    if not token or person.is_erased:
        return ""
    try:
        return keys.open_for(person, token, field=field)
    except NotFound:
        return ""


def seal_answers(person: Person, answers: Answers) -> str:
    """Return a sheet's answers under the person's key."""
    return sealed(person, _text(_plain(answers)), field=SHEET)


def open_answers(person: Person, token: str) -> Answers:
    """Return what `seal_answers` was given; no answers of an empty sheet."""
    return answers_of(_read(person, token, SHEET))


def seal_settled(person: Person, settled: Settled) -> str:
    """Return what was settled under the person's key."""
    whole = {**_plain(settled.answers), "by": dict(settled.by), "informant": settled.informant}
    return sealed(person, _text(whole), field=SETTLED)


def open_settled(person: Person, token: str) -> Settled:
    """Return what `seal_settled` was given."""
    found = _read(person, token, SETTLED)
    return Settled(answers_of(found), found.get("by", {}), found.get("informant", ""))


def seal_result(person: Person, content: Mapping[str, Any]) -> str:
    """Return a result's content under the person's key."""
    return sealed(person, _text(content), field=RESULT)


def open_result(person: Person, token: str) -> dict[str, Any]:
    """Return what `seal_result` was given; nothing of somebody who was erased."""
    return _read(person, token, RESULT)


def plain(answers: Answers) -> dict[str, Any]:
    """Return answers as a result holds them."""
    return _plain(answers)


def answers_of(found: Mapping[str, Any]) -> Answers:
    """Return the answers that `plain` was given."""
    return Answers(found.get("scores", {}), found.get("facts", {}), found.get("notes", {}))


def checked_words(words: str, *, name: str, required: bool = False) -> str:
    """Return words as they are kept; raises WrongInput where they are too long or missing."""
    text = words.strip()
    if len(text) > LONGEST or (required and not text):
        raise WrongInput(
            f"assessments.{name}",
            f"请写清楚，{LONGEST} 字以内。写过的都还在。",
            f"Write it in at most {LONGEST} characters. What you typed is kept.",
            field=name,
        )
    return text


def _plain(answers: Answers) -> dict[str, Any]:
    return {
        "scores": dict(answers.scores),
        "facts": dict(answers.facts),
        "notes": dict(answers.notes),
    }


def _text(whole: Mapping[str, Any]) -> str:
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _read(person: Person, token: str, name: str) -> dict[str, Any]:
    text = opened(person, token, field=name)
    return dict(json.loads(text)) if text else {}
