"""Registers of schools as OneRoster writes them: rows, what changes between two, when to stop."""

from minsheng.engines.rosters.changes import Changes, Guard, changes
from minsheng.engines.rosters.roster import (
    ClassRow,
    CourseRow,
    EnrollmentRow,
    GuardianRow,
    OrgRow,
    Roster,
    SessionRow,
    UserRow,
)

__all__ = [
    "Changes",
    "ClassRow",
    "CourseRow",
    "EnrollmentRow",
    "Guard",
    "GuardianRow",
    "OrgRow",
    "Roster",
    "SessionRow",
    "UserRow",
    "changes",
]
