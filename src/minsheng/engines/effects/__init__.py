"""Whether classes that had something did better than similar classes that had not, and how surely."""

from minsheng.engines.effects.comparison import (
    BETTER,
    NO_DIFFERENCE,
    TOO_FEW,
    VERDICTS,
    WORSE,
    ClassScores,
    Effect,
    LeftOut,
    compare,
)
from minsheng.engines.effects.words import said

__all__ = [
    "BETTER",
    "NO_DIFFERENCE",
    "TOO_FEW",
    "VERDICTS",
    "WORSE",
    "ClassScores",
    "Effect",
    "LeftOut",
    "compare",
    "said",
]
