"""Every write to files and licences that is a business act."""

from __future__ import annotations

from minsheng.apps.records.actions.files import (
    forget_file,
    open_for_duty,
    store_file,
    sweep_files,
)
from minsheng.apps.records.actions.licences import (
    Origin,
    issue_licence,
    revoke_licence,
    set_discreet,
    set_withheld,
)
from minsheng.apps.records.signing import ensure_demo_authority

__all__ = [
    "Origin",
    "ensure_demo_authority",
    "forget_file",
    "issue_licence",
    "open_for_duty",
    "revoke_licence",
    "set_discreet",
    "set_withheld",
    "store_file",
    "sweep_files",
]
