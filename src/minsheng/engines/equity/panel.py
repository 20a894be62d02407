"""What a panel of experts says together: interest declared, enough of them, more for than against."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["for", "against", "too_few"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One expert's word. Whoever has declared an interest isn't counted, whatever they say."""

    expert: str
    agrees: bool
    has_interest: bool = False


def judge(opinions: Collection[Opinion], *, quorum: int) -> Outcome:
    """Return what the opinions come to; a tie is against. Raises ValueError for a second word."""
    if len({one.expert for one in opinions}) < len(opinions):
        raise ValueError("an expert gives one opinion")
    counted = [one for one in opinions if not one.has_interest]
    if len(counted) < quorum:
        return "too_few"
    return "for" if 2 * sum(one.agrees for one in counted) > len(counted) else "against"
