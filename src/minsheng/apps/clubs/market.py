"""Between the rows of a round and the engine: its market, its lottery, how everybody stands now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from minsheng.apps.clubs import access
from minsheng.apps.clubs.models import Choice, Entry, Offer, Round
from minsheng.apps.clubs.models.rounds import LEFT, PLACED
from minsheng.content.clubs import Catalogue
from minsheng.engines.allocation import Cut, Draw, Market, entry_hash


@dataclass(frozen=True, slots=True)
class Rows:
    """A market with the rows it was made of, in the same order."""

    market: Market
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Board:
    """How a round stands. `waiting` of an offer: choices that would still move up, in lottery order.

    `dearer` of a choice: the places its pupil has and ranked higher.
    """

    applied: Mapping[int, int]
    taken: Mapping[int, int]
    cuts: Mapping[int, Cut]
    waiting: Mapping[int, Sequence[int]] = field(default_factory=dict)
    dearer: Mapping[int, Sequence[Choice]] = field(default_factory=dict)


def rows_of(found: Round, *, as_drawn: bool = False) -> Rows:
    """Return the market of a round: what is still asked for, or with `as_drawn` what was drawn."""
    catalogue = access.catalogue(found.catalogue)
    offers = list(found.offers.order_by("pk"))
    entries = list(found.entries.filter(number__isnull=False).order_by("pk"))
    at_offer = {one.pk: at for at, one in enumerate(offers)}
    at_entry = {one.pk: at for at, one in enumerate(entries)}
    wanted = Choice.objects.filter(entry__in=entries).order_by("entry_id", "rank")
    wanted = wanted.filter(is_late=False) if as_drawn else wanted.exclude(status=LEFT)
    choices = list(wanted)
    return Rows(
        Market(
            seats=_ints([one.seats for one in offers]),
            day=_ints([one.day for one in offers]),
            number=_ints([one.number or 0 for one in entries]),
            pupil=_ints([at_entry[one.entry_id] for one in choices]),
            club=_ints([at_offer[one.offer_id] for one in choices]),
            rank=_ints([one.rank for one in choices]),
            priority=_ints([priority_of(one, catalogue) for one in choices]),
            most=found.most,
        ),
        choices,
    )


def priority_of(choice: Choice, catalogue: Catalogue) -> int:
    """Return the place of a choice's class in the line; whoever came after the draw stands last."""
    return len(catalogue.classes) if choice.is_late else catalogue.priority(choice.kind)


def hash_of(entry: Entry, choices: Sequence[Choice], catalogue: Catalogue) -> str:
    """Return the hash of an entry as it was when the round closed."""
    said = [
        (one.offer.club, catalogue.priority(one.kind))
        for one in sorted(choices, key=lambda one: one.rank)
        if not one.is_late
    ]
    return entry_hash(entry.ticket, entry.salt, said)


def hashes_of(found: Round) -> dict[str, str]:
    """Return the hash of each entry of a round that chose something in time, by ticket."""
    catalogue = access.catalogue(found.catalogue)
    entries = found.entries.filter(is_late=False).prefetch_related("choices__offer")
    return {one.ticket: hash_of(one, list(one.choices.all()), catalogue) for one in entries}


def draw_of(found: Round, hashes: Mapping[str, str]) -> Draw:
    """Return what is public of a round's draw."""
    numbers = found.entries.filter(is_late=False).values_list("ticket", "number")
    return Draw(
        key=found.key,
        commitment=found.commitment,
        digest=found.digest,
        seed=found.seed,
        words=found.words,
        entries=hashes,
        numbers={ticket: number or 0 for ticket, number in numbers},
    )


def board_of(found: Round, *, as_drawn: bool = False) -> Board:
    """Return how a round stands now, or how it stood after the draw."""
    catalogue = access.catalogue(found.catalogue)
    choices = list(Choice.objects.filter(entry__round=found).select_related("entry", "offer"))
    applied = Counter(one.offer_id for one in choices if not one.is_late)
    held: dict[int, list[Choice]] = defaultdict(list)
    worst: dict[int, tuple[int, int]] = {}
    taken: Counter[int] = Counter()

    def line(one: Choice) -> tuple[int, int]:
        return priority_of(one, catalogue), one.entry.number or 0

    for one in choices:
        if one.was_drawn if as_drawn else one.status == PLACED:
            held[one.entry_id].append(one)
            taken[one.offer_id] += 1
            worst[one.offer_id] = max(worst.get(one.offer_id, (-1, -1)), line(one))
    seats = {one.pk: one.seats for one in found.offers.all()}
    dearer, waiting = dict[int, list[Choice]](), defaultdict[int, list[Choice]](list)
    for one in choices:
        mine = [other for other in held[one.entry_id] if other.rank < one.rank]
        dearer[one.pk] = sorted(mine, key=lambda other: other.rank)
        fits = len(mine) < found.most and all(other.day != one.day for other in mine)
        if fits and one.status not in (PLACED, LEFT):
            waiting[one.offer_id].append(one)
    return Board(
        applied=applied,
        taken=taken,
        cuts={at: Cut(*worst[at]) for at, n in taken.items() if n >= seats[at]},
        waiting={at: [one.pk for one in sorted(them, key=line)] for at, them in waiting.items()},
        dearer=dearer,
    )


def offers_by_id(found: Round) -> dict[int, Offer]:
    """Return the offers of a round by id."""
    return {one.pk: one for one in found.offers.all()}


def _ints(values: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)
