"""Who may be in a room: classrooms, whoever leads, one observer. Never a pupil."""

from __future__ import annotations

from dataclasses import dataclass

MOST_ENDPOINTS = 10
"""Two to ten classrooms work in one room; pupils don't join by themselves."""
TOKEN_SECONDS = 600
"""A link is good for so long; who was let in stays in."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One screen in the room: `key` says which (`class-12`, `lead`, `observer`), `title` is shown.

    Neither holds a person's name.
    """

    key: str
    title: str
    is_lead: bool = False
    is_observer: bool = False
