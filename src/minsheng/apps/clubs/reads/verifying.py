"""A draw replayed: does everything follow from what was public, and is the matching stable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minsheng.apps.clubs import access, market
from minsheng.apps.clubs.models import Choice, Round
from minsheng.apps.clubs.models.rounds import CLOSED, OPEN, PLACED
from minsheng.apps.people.models import Account
from minsheng.engines.allocation import (
    Market,
    accept,
    digest_of,
    draw_numbers,
    faults,
    lottery_faults,
)
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text

FAULTS = {
    "seats": Text("有的社团超了名额", "a club has more than its seats"),
    "clash": Text("有人一天两个社团", "somebody has two clubs on one day"),
    "most": Text("有人超过能上的个数", "somebody has more clubs than one may"),
    "blocking": Text("有人该进没进", "somebody should be in and isn't"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a replay found: faults in words, and how much was replayed."""

    faults: tuple[Text, ...]
    entries: int
    choices: int
    places: int
    digest: str

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draw with another seed would give: never the real one, so nobody can look and try again."""

    entries: int
    places: int
    first: int
    without: int
    free: int


def verify(round_id: int, *, account: Account | None = None) -> Verdict:
    """Return what is wrong with a drawn round; an account must run it or work for the bureau.

    Replays lottery and matching of the draw from the stored entries, and checks the places as they are
    now. Raises NotFound for anybody else, Conflict before the draw.
    """
    found = Round.objects.select_related("school__parent").filter(pk=round_id).first()
    if found is None or (account is not None and not access.may_verify(account, found)):
        raise access.no_such_round()
    if found.status in (OPEN, CLOSED):
        raise Conflict(
            "clubs.not_drawn",
            "还没有抽签，没有可以重算的。请抽签以后再来。",
            "It isn't drawn yet: nothing to replay. Come back after the draw.",
        )
    hashes = market.hashes_of(found)
    wrong = list(lottery_faults(market.draw_of(found, hashes)))
    rows = market.rows_of(found, as_drawn=True)
    stored = [one.was_drawn for one in rows.choices]
    if accept(rows.market).placed.tolist() != stored:
        wrong.append(Text("重算的结果和抽签的不一样", "the replay gives other places"))
    wrong += _said(rows.market, stored)
    now = market.rows_of(found)
    wrong += [
        FAULTS[one.kind]
        for one in faults(now.market, [row.status == PLACED for row in now.choices])
        if one.kind != "blocking"
    ]
    return Verdict(
        faults=tuple(dict.fromkeys(wrong)),
        entries=len(hashes),
        choices=len(rows.choices),
        places=sum(stored),
        digest=digest_of(hashes),
    )


def trial(round_id: int, *, account: Account) -> Trial:
    """Return what a draw would give with a seed that isn't the real one; for who runs the round."""
    found = Round.objects.select_related("school__parent").filter(pk=round_id).first()
    if found is None:
        raise access.no_such_round()
    access.require_run(account, found)
    entries = list(found.entries.filter(choices__isnull=False).distinct().order_by("pk"))
    numbers = draw_numbers(
        [one.ticket for one in entries], key=found.key, seed="trial", digest="", words="trial"
    )
    offers = list(found.offers.order_by("pk"))
    at_offer = {one.pk: at for at, one in enumerate(offers)}
    at_entry = {one.pk: at for at, one in enumerate(entries)}
    catalogue = access.catalogue(found.catalogue)
    choices = list(Choice.objects.filter(entry__in=entries, is_late=False))

    def ints(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(values, dtype=np.int64)

    placed = accept(
        Market(
            seats=ints([one.seats for one in offers]),
            day=ints([one.day for one in offers]),
            number=ints([numbers[one.ticket] for one in entries]),
            pupil=ints([at_entry[one.entry_id] for one in choices]),
            club=ints([at_offer[one.offer_id] for one in choices]),
            rank=ints([one.rank for one in choices]),
            priority=ints([catalogue.priority(one.kind) for one in choices]),
            most=found.most,
        )
    ).placed
    won = [choices[at] for at in np.flatnonzero(placed)]
    return Trial(
        entries=len(entries),
        places=len(won),
        first=sum(one.rank == 1 for one in won),
        without=len(entries) - len({one.entry_id for one in won}),
        free=sum(one.seats for one in offers) - len(won),
    )


def _said(made: Market, placed: list[bool]) -> list[Text]:
    return [FAULTS[one.kind] for one in faults(made, placed)]
