"""Registers of schools as OneRoster writes them: rows, what changes between two, when to stop."""

from minsheng.engines.rosters.changes import Changes, Guard, changes
from minsheng.engines.rosters.checks import Known, check
from minsheng.engines.rosters.columns import NO, TABLE, TABLES, YES, Column, Table
from minsheng.engines.rosters.figures import LEAST, shown, size_of
from minsheng.engines.rosters.oneroster import read_zip, write_zip
from minsheng.engines.rosters.problems import Place, Problem
from minsheng.engines.rosters.reading import Line, Reading, cells_of, read_lines
from minsheng.engines.rosters.roster import (
    ClassRow,
    CourseRow,
    EnrollmentRow,
    GuardianRow,
    OrgRow,
    Roster,
    Row,
    SessionRow,
    UserRow,
)

__all__ = [
    "LEAST",
    "NO",
    "TABLE",
    "TABLES",
    "YES",
    "Changes",
    "ClassRow",
    "Column",
    "CourseRow",
    "EnrollmentRow",
    "Guard",
    "GuardianRow",
    "Known",
    "Line",
    "OrgRow",
    "Place",
    "Problem",
    "Reading",
    "Roster",
    "Row",
    "SessionRow",
    "Table",
    "UserRow",
    "cells_of",
    "changes",
    "check",
    "read_lines",
    "read_zip",
    "shown",
    "size_of",
    "write_zip",
]
