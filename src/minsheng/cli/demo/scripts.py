"""How the demonstration walks each service, as `journey.yaml` beside its pack says.

Who applies, what registers know of it, what is answered. So a new service needs no code to be
walked: `minsheng journey <slug>`, and its records lie in the stand-in registers. A rarer way of it
is a story of its own: `journey-father.yaml` is walked by `minsheng journey newborn --story father`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from minsheng.cli.demo.cast import known_person
from minsheng.content import LoadedService
from minsheng.content.reading import read_file
from minsheng.content.schema import Builder

FILE = "journey.yaml"
_PLACE = re.compile(r"\{(number|day):([^}]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one register knows about one person of the cast."""

    register: str
    about: str
    record: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One walk: the applicant's sign-in, what they answer if asked, and what registers know.

    `choose`: optional items that are taken although the service doesn't propose them.
    """

    applicant: str
    answers: Mapping[str, str]
    choose: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()

    def answers_on(self, day: date) -> dict[str, str]:
        """Return the answers as they would be typed on a day."""
        return {key: _filled(text, day) for key, text in self.answers.items()}


def script_of(loaded: LoadedService, story: str = "") -> Script | None:
    """Return how a service is walked, or None where its folder doesn't say."""
    path = loaded.folder / (f"journey-{story}.yaml" if story else FILE)
    return _read(path) if path.is_file() else None


@lru_cache
def _read(path: Path) -> Script:
    return Builder().build(Script, read_file(path, shown=f"{path.parent.name}/{path.name}"))


def rows(
    services: Iterable[LoadedService], *, on: date
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what registers know for the walks: (register, citizen number, body)."""
    for loaded in services:
        for path in sorted(loaded.folder.glob("journey*.yaml")):
            for one in _read(path).records:
                body = {part: _filled(text, on) for part, text in one.record.items()}
                yield one.register, known_person(one.about).number, body


def _filled(text: str, day: date) -> str:
    """Return a text with `{number:who}` and `{day:-4}` put in."""

    def put(match: re.Match[str]) -> str:
        kind, word = match.groups()
        if kind == "number":
            return known_person(word).number
        return (day + timedelta(days=int(word))).isoformat()

    return _PLACE.sub(put, text)
