"""Defects of a building: is it still under warranty, and may the owners' fund pay when it isn't."""

from minsheng.engines.repairs.votes import Matter, Tally, Verdict, vote
from minsheng.engines.repairs.warranty import Answer, Cover, Season, warranty

__all__ = ["Answer", "Cover", "Matter", "Season", "Tally", "Verdict", "vote", "warranty"]
