"""What a vote of households comes to, in whole numbers; no clock, no names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

AGAINST = "against"
"""The choice that every vote has: none of the proposals."""

Outcome = Literal["agreed", "refused", "too_few", "divided"]


@dataclass(frozen=True, slots=True)
class Result:
    """What was decided. `chosen` is the proposal agreed on, or "".

    "agreed": enough took part and more than the share agree on `chosen`. "refused": they agree on
    none of the proposals. "too_few": `lacks_part` more would have had to take part. "divided":
    the choice most wanted lacks `lacks_votes`.
    """

    outcome: Outcome
    chosen: str
    entitled: int
    took_part: int
    counts: Mapping[str, int]
    needed_part: int
    needed_votes: int
    lacks_part: int
    lacks_votes: int


def count(
    ballots: Iterable[str],
    *,
    proposals: Sequence[str],
    entitled: int,
    quorum_percent: int,
    majority_percent: int,
) -> Result:
    """Return what the ballots come to.

    At least `quorum_percent` of the `entitled` take part, and more than `majority_percent` of those
    who do agree; from 50 up no two choices can win. Raises ValueError below 50, for a ballot that
    wasn't offered, and for more ballots than households.
    """
    if not (50 <= majority_percent < 100 and 0 <= quorum_percent <= 100):
        raise ValueError("the quorum is 0 to 100 per cent, the majority 50 to 99")
    offered = (*proposals, AGAINST)
    found = Counter(ballots)
    took_part = found.total()
    if not set(found) <= set(offered) or len(set(offered)) != len(offered):
        raise ValueError("a ballot names a choice that wasn't offered, or one is offered twice")
    if took_part > entitled:
        raise ValueError("more ballots than households")
    counts = {key: found[key] for key in offered}
    needed_part = max(1, -(-entitled * quorum_percent // 100))
    needed_votes = took_part * majority_percent // 100 + 1
    most = max(offered, key=lambda key: counts[key])
    lacks_part = max(0, needed_part - took_part)
    lacks_votes = max(0, needed_votes - counts[most])
    outcome: Outcome = "agreed"
    if lacks_part:
        outcome = "too_few"
    elif lacks_votes:
        outcome = "divided"
    elif most == AGAINST:
        outcome = "refused"
    return Result(
        outcome=outcome,
        chosen=most if outcome == "agreed" else "",
        entitled=entitled,
        took_part=took_part,
        counts=counts,
        needed_part=needed_part,
        needed_votes=needed_votes,
        lacks_part=lacks_part,
        lacks_votes=lacks_votes,
    )
