"""Points by a table: line by line, with ranges for what isn't known, and what would raise them."""

from minsheng.engines.scoring.counting import (
    Count,
    LineCount,
    Needed,
    PartCount,
    Range,
    band_points,
    count,
    count_line,
)
from minsheng.engines.scoring.guard import USES, Breach, breaches
from minsheng.engines.scoring.raising import Change, Raise, Way, open_facts, raises, reach, ways
from minsheng.engines.scoring.spec import (
    Condition,
    Fact,
    Facts,
    Line,
    Mark,
    Measure,
    Opening,
    Part,
    Score,
    Weights,
    wrong_weights,
)

__all__ = [
    "USES",
    "Breach",
    "Change",
    "Condition",
    "Count",
    "Fact",
    "Facts",
    "Line",
    "LineCount",
    "Mark",
    "Measure",
    "Needed",
    "Opening",
    "Part",
    "PartCount",
    "Raise",
    "Range",
    "Score",
    "Way",
    "Weights",
    "band_points",
    "breaches",
    "count",
    "count_line",
    "open_facts",
    "raises",
    "reach",
    "ways",
    "wrong_weights",
]
