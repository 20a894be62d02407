"""What neighbours settle together: meeting, vote, who takes which part, the small fund; and mediation."""

from minsheng.engines.councils.flow import ENDED, STATES, Act, State, after, allowed
from minsheng.engines.councils.rules import (
    Advice,
    Council,
    FundRules,
    Mediation,
    MeetingRules,
    Party,
    Posts,
    VoteRules,
)
from minsheng.engines.councils.votes import AGAINST, Result, count

__all__ = [
    "AGAINST",
    "ENDED",
    "STATES",
    "Act",
    "Advice",
    "Council",
    "FundRules",
    "Mediation",
    "MeetingRules",
    "Party",
    "Posts",
    "Result",
    "State",
    "VoteRules",
    "after",
    "allowed",
    "count",
]
