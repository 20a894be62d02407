"""What stakes are called, and the row of one while it changes."""

from __future__ import annotations

from minsheng.apps.stakes import access
from minsheng.apps.stakes.models import Stake, StakeStep
from minsheng.apps.steps import actions as steps
from minsheng.lib.texts import Text

STAKE = steps.Kind(
    name="stake",
    area="stakes",
    steps=StakeStep,
    news=Text("您企业的先投后股有新进展", "News about your firm's grant"),
    fund=Text("经费池", "the pool"),
)


def locked(stake_id: int) -> Stake:
    """Return a stake with its row locked until the transaction ends; raises NotFound."""
    return steps.locked(Stake, stake_id, access.no_such_stake)
