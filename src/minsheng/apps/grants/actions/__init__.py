"""Every write of awards."""

from minsheng.apps.grants.actions.claiming import claim
from minsheng.apps.grants.actions.deciding import approve, decide, refuse
from minsheng.apps.grants.actions.months import Computed, compute_months

__all__ = ["Computed", "approve", "claim", "compute_months", "decide", "refuse"]
