"""What a request is about, which others are about the same, and where there are more than usual."""

from minsheng.engines.matching.cells import NOWHERE, around, cell_of
from minsheng.engines.matching.hotspots import HotSpot, hot_spots
from minsheng.engines.matching.linkage import (
    Evidence,
    Match,
    Telling,
    Weights,
    learned,
    levels,
    likeness,
    matches,
)
from minsheng.engines.matching.sketches import Sketch, packed, sketch, unpacked
from minsheng.engines.matching.suggesting import Decided, Kind, Model, Suggestion, Word

__all__ = [
    "NOWHERE",
    "Decided",
    "Evidence",
    "HotSpot",
    "Kind",
    "Match",
    "Model",
    "Sketch",
    "Suggestion",
    "Telling",
    "Weights",
    "Word",
    "around",
    "cell_of",
    "hot_spots",
    "learned",
    "levels",
    "likeness",
    "matches",
    "packed",
    "sketch",
    "unpacked",
]
