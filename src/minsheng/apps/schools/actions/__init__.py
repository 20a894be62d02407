"""Every write to school registers."""

from minsheng.apps.schools.actions.erasure import forget
from minsheng.apps.schools.actions.importing import (
    REASONS,
    Preview,
    drop_expired,
    drop_import,
    hand_in,
    hand_out,
    not_a_keeper,
    preview,
    require_import,
    write_import,
)
from minsheng.apps.schools.actions.looks import note_look
from minsheng.apps.schools.actions.writing import write_roster

__all__ = [
    "REASONS",
    "Preview",
    "drop_expired",
    "drop_import",
    "forget",
    "hand_in",
    "hand_out",
    "not_a_keeper",
    "note_look",
    "preview",
    "require_import",
    "write_import",
    "write_roster",
]
