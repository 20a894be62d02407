"""What stands against erasing a person: something of theirs that is under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing under way: what, what ends it, until when at most (None: nobody can say), where.

    `code` says which kind it is; `number` is how it is quoted, empty where it has none. `link` is a
    path of this portal, empty where the person has no page of it.
    """

    code: str
    what: Text
    way: Text
    link: str = ""
    number: str = ""
    until: date | None = None
