"""The rules over whole populations: tables in, one answer for each row out.

The same meaning as `minsheng.rules.interpret` has for one case, to the last fen and with the same
unknowns. See `docs/engines/rules.md`, "Whole populations".
"""

from __future__ import annotations

from .answers import Answer
from .cells import Words
from .loading import column_of, population_of
from .program import Asked, Program
from .tables import NOBODY_KNOWS, NONE, Column, Population, Table, ToMany, ToOne, days

__all__ = [
    "NOBODY_KNOWS",
    "NONE",
    "Answer",
    "Asked",
    "Column",
    "Population",
    "Program",
    "Table",
    "ToMany",
    "ToOne",
    "Words",
    "column_of",
    "days",
    "population_of",
]
