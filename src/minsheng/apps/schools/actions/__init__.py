"""Every write to school registers."""

from minsheng.apps.schools.actions.importing import (
    REASONS,
    Preview,
    drop_expired,
    drop_import,
    hand_in,
    hand_out,
    preview,
    require_import,
    write_import,
)
from minsheng.apps.schools.actions.writing import write_roster

__all__ = [
    "REASONS",
    "Preview",
    "drop_expired",
    "drop_import",
    "hand_in",
    "hand_out",
    "preview",
    "require_import",
    "write_import",
    "write_roster",
]
