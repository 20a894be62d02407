"""Whose money the small fund is, and what a matter may still spend of it."""

from __future__ import annotations

from minsheng.apps.councils.models import SPENDING, Matter


def unit_of(year: int) -> str:
    """Return the unit of a year's fund, whole fen."""
    return f"fen:fund.{year}"


def holder_of(area: str) -> str:
    """Return the holder of the fund of a community or village."""
    return f"fund:{area}"


def left_of(matter: Matter) -> int | None:
    """Return what a matter may still propose to spend, in fen; None where no vote agreed."""
    vote = matter.votes.filter(result__outcome="agreed").order_by("-pk").first()
    if vote is None or vote.result is None:
        return None
    agreed = vote.choices.get(key=vote.result["chosen"]).cost_fen
    taken = matter.payments.filter(state__in=SPENDING).values_list("amount_fen", flat=True)
    return agreed - sum(taken)
