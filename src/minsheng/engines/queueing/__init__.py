"""Waiting at a post: what its past says, and what would be with fewer officers or more work."""

from minsheng.engines.queueing.erlang import erlang_c, mean_wait
from minsheng.engines.queueing.observed import Observed, services_of
from minsheng.engines.queueing.simulate import Estimate, Outcome, waits, what_if

__all__ = [
    "Estimate",
    "Observed",
    "Outcome",
    "erlang_c",
    "mean_wait",
    "services_of",
    "waits",
    "what_if",
]
