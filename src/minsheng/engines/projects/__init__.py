"""A ledger entry: how far it is, what is going wrong early, how a tree adds up, which act comes next."""

from minsheng.engines.projects.flow import Act, State, after, allowed
from minsheng.engines.projects.progress import Milestone, Money, expected, progress
from minsheng.engines.projects.rollup import Node, RollUp, Sum, roll_up
from minsheng.engines.projects.signals import Facts, Light, Limits, Signal, light_of, signals

__all__ = [
    "Act",
    "Facts",
    "Light",
    "Limits",
    "Milestone",
    "Money",
    "Node",
    "RollUp",
    "Signal",
    "State",
    "Sum",
    "after",
    "allowed",
    "expected",
    "light_of",
    "progress",
    "roll_up",
    "signals",
]
