"""What an import would change, and when it would take away too much to be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from minsheng.engines.rosters.roster import Roster, Row

PEOPLE = ("users", "enrollments")
"""Tables whose losses are watched: a class that vanishes takes its pupils' work out of sight."""


@dataclass(frozen=True, slots=True)
class Changes:
    """New rows, rows that differ, rows that are no longer there, and those that stay, by table."""

    added: Mapping[str, tuple[Row, ...]]
    changed: Mapping[str, tuple[tuple[Row, Row], ...]]
    gone: Mapping[str, tuple[Row, ...]]
    same: Mapping[str, int]

    def is_empty(self) -> bool:
        """Whether an import would write nothing: the same file twice changes nothing."""
        parts = (self.added, self.changed, self.gone)
        return not any(rows for part in parts for rows in part.values())


@dataclass(frozen=True, slots=True)
class Guard:
    """How much one import may take away without a second look.

    `share` of the people that were there, but never fewer than `few` rows count as much.
    """

    share: Fraction = Fraction(1, 10)
    few: int = 5

    def stops(self, found: Changes) -> tuple[str, ...]:
        """Return the tables that would lose too much."""
        return tuple(
            table
            for table in PEOPLE
            if (lost := len(found.gone[table])) > self.few
            and lost > self.share * (lost + found.same[table] + len(found.changed[table]))
        )


def changes(old: Roster, new: Roster) -> Changes:
    """Return what would be added, changed and gone if `new` took the place of `old`.

    Rows are the same by `sourced_id`. Of tables that `new` has no row of, nothing goes: a file that
    wasn't handed in says nothing.
    """
    added, changed, gone, same = {}, {}, {}, {}
    before, after = old.tables(), new.tables()
    for table, rows in after.items():
        known = {row.sourced_id: row for row in before[table]}
        wanted = {row.sourced_id: row for row in rows}
        added[table] = tuple(row for key, row in wanted.items() if key not in known)
        changed[table] = tuple(
            (known[key], row) for key, row in wanted.items() if key in known and known[key] != row
        )
        gone[table] = tuple(row for key, row in known.items() if rows and key not in wanted)
        same[table] = sum(1 for key, row in wanted.items() if known.get(key) == row)
    return Changes(added, changed, gone, same)
