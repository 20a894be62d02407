"""What somebody gets of all policies at once as one number rises: what excludes each other is left out.

Totals are of a year, as conflicts are: a month's rate twelve times, what is paid once counted once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from minsheng.apps.policies.shelf import shelf
from minsheng.apps.screening.cliffs import followed, rising_facts
from minsheng.engines.policies.conflicts import Candidate, choose
from minsheng.engines.policies.spec import Fact, Policy
from minsheng.engines.simulation import Cliff, NotExact, Piece, Schedule
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `low` to `high`: yuan of a year at both ends, which policies give, and what excludes which.

    `open`: policies that can't be told here, or whose amount isn't known; they aren't in the total.
    """

    piece: Piece
    kept: tuple[str, ...]
    barred: tuple[Text, ...]
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Combined:
    """Every stretch, the cliffs of the total, and policies that can't be followed with this number."""

    stretches: tuple[Stretch, ...]
    left_out: tuple[str, ...]

    @property
    def schedule(self) -> Schedule:
        """The total alone."""
        return Schedule(tuple(one.piece for one in self.stretches))

    @property
    def cliffs(self) -> tuple[Cliff, ...]:
        """Where one more loses on the whole."""
        return self.schedule.cliffs


def rising_of_all(on: date) -> dict[str, Fact]:
    """Return every number that a policy in force reads."""
    return {path: fact for one in _policies(on) for path, fact in rising_facts(one).items()}


def all_together(
    path: str, facts: Mapping[str, object], *, low: int = 0, high: int, on: date
) -> Combined:
    """Return the total as one number rises from `low` to `high`, conflicts applied.

    Raises WrongInput where no policy reads the number, or for a range that encloses nothing.
    """
    known = rising_of_all(on)
    if path not in known or not 0 <= low <= high:
        raise WrongInput(
            "together.no_fact",
            "请从清单里选一个数，范围从 0 起，最大不小于最小。",
            "Choose a number from the list, and a range that begins at 0 or more and ends above.",
            field="fact" if path not in known else "high",
        )
    followed_, left_out = dict[str, tuple[Policy, Schedule]](), list[str]()
    for one in _policies(on):
        try:
            found = followed(one, path, facts, low=low, high=high, on=on)
        except NotExact:
            left_out.append(one.slug)
        else:
            followed_[one.slug] = one, found
    total = _Total(followed_, path, facts, on)
    starts = sorted({piece.low for _, told in followed_.values() for piece in told.pieces})
    bounds = [*starts, high + 1]
    stretches: list[Stretch] = []
    for first, after in pairwise(bounds):
        inner = [first, *total.crossings(first, after - 1), after]
        stretches += [total.stretch(one, next_ - 1) for one, next_ in pairwise(inner)]
    return Combined(tuple(_joined(stretches)), tuple(left_out))


def _policies(on: date) -> list[Policy]:
    """Return the policies in force that pay a person money: a loan isn't given."""
    return [
        one for one in shelf(on).in_force(on) if one.about == "person" and one.pays and one.amount
    ]


class _Total:
    """Adds up what schedules say at a value; each amount is reckoned exactly, once."""

    def __init__(
        self,
        told: Mapping[str, tuple[Policy, Schedule]],
        path: str,
        facts: Mapping[str, object],
        on: date,
    ) -> None:
        self._told, self._path, self._facts, self._on = told, path, facts, on
        self._known: dict[tuple[str, int], Piece] = {}

    def stretch(self, low: int, high: int) -> Stretch:
        """Return the total from `low` to `high`, between which nothing turns."""
        first, kept, barred, waiting = self._at(low)
        last = self._at(high)[0]
        slope = Fraction(0)
        for slug in kept:
            policy, told = self._told[slug]
            times = Candidate(policy, 1).year_fen or 0
            slope += (_piece_at(told, low).slope or 0) * times
        value = True if kept else None if waiting else False
        piece = Piece(low, high, value, first, last, slope)
        return Stretch(piece, kept, barred, waiting)

    def crossings(self, low: int, high: int) -> list[int]:
        """Return where, above `low`, somebody gets another one of those that exclude each other."""
        found: list[int] = []
        while self._kept(low) != self._kept(high):
            below, above = low, high
            while above - below > 1:
                middle = (below + above) // 2
                is_same = self._kept(middle) == self._kept(low)
                below, above = (middle, above) if is_same else (below, middle)
            found.append(above)
            low = above
        return found

    def _kept(self, at: int) -> tuple[str, ...]:
        return self._at(at)[1]

    def _candidate(self, policy: Policy, at: int) -> Candidate:
        return Candidate(policy, self._amount(policy, at))

    def _amount(self, policy: Policy, at: int) -> int | None:
        piece = _piece_at(self._told[policy.slug][1], at)
        if at == piece.low or not piece.slope:
            return piece.at_low
        if at == piece.high:
            return piece.at_high
        key = (policy.slug, at)
        if key not in self._known:
            exact = followed(policy, self._path, self._facts, low=at, high=at, on=self._on)
            self._known[key] = exact.pieces[0]
        return self._known[key].at_low

    def _at(self, at: int) -> tuple[int, tuple[str, ...], tuple[Text, ...], tuple[str, ...]]:
        """Return the total of a year, who is kept, what excludes, and what can't be told."""
        candidates, waiting = list[Candidate](), list[str]()
        for slug, (policy, told) in self._told.items():
            piece = _piece_at(told, at)
            if piece.value is None or (piece.value and piece.at_low is None):
                waiting.append(slug)
            if piece.value:
                candidates.append(self._candidate(policy, at))
        choices = choose(candidates)
        kept = [
            one
            for one in candidates
            if choices[one.policy.slug].is_kept and one.amount_fen is not None
        ]
        barred = tuple(
            choices[one.policy.slug].text
            for one in candidates
            if not choices[one.policy.slug].is_kept
        )
        total = sum(one.year_fen or 0 for one in kept)
        return total, tuple(one.policy.slug for one in kept), barred, tuple(waiting)


def _piece_at(told: Schedule, at: int) -> Piece:
    return next(one for one in told.pieces if one.low <= at <= one.high)


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    """Return the stretches with neighbours put together that say the same and don't move."""
    found: list[Stretch] = []
    for one in stretches:
        last = found[-1] if found else None
        if (
            last is not None
            and last.piece.slope == one.piece.slope == 0
            and (last.piece.at_high, last.kept, last.barred, last.open)
            == (one.piece.at_low, one.kept, one.barred, one.open)
        ):
            whole = Piece(
                last.piece.low, one.piece.high, one.piece.value, last.piece.at_low,
                one.piece.at_high, one.piece.slope,
            )  # fmt: skip
            found[-1] = Stretch(whole, one.kept, one.barred, one.open)
        else:
            found.append(one)
    return found
