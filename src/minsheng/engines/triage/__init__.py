"""Three ways for a matter: the government's, the neighbours' together, one's own; judged, and heard again."""

from minsheng.engines.triage.spec import Judgement, Level, Option, Question, Step, Triage, Way
from minsheng.engines.triage.state import (
    Challenge,
    Command,
    Judge,
    NotNow,
    Outcome,
    SendBack,
    Standing,
    Took,
    take,
    taken,
)

__all__ = [
    "Challenge",
    "Command",
    "Judge",
    "Judgement",
    "Level",
    "NotNow",
    "Option",
    "Outcome",
    "Question",
    "SendBack",
    "Standing",
    "Step",
    "Took",
    "Triage",
    "Way",
    "take",
    "taken",
]
