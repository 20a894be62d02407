"""When an item's time runs short, and what happens step by step once it is late."""

from minsheng.engines.supervision.ladder import (
    ClockFace,
    Ladder,
    Light,
    Step,
    Warning,
    light_of,
    steps_due,
    warning_of,
    wrong_ladder,
)

__all__ = [
    "ClockFace",
    "Ladder",
    "Light",
    "Step",
    "Warning",
    "light_of",
    "steps_due",
    "warning_of",
    "wrong_ladder",
]
