"""Experts say whether a project is worth it, or may be written off; interests are declared first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from minsheng.apps.people.models import Account
from minsheng.apps.stakes import access
from minsheng.apps.stakes.kind import STAKE, locked
from minsheng.apps.stakes.models import Opinion, Stake
from minsheng.apps.steps.actions import checked, record
from minsheng.apps.steps.sealing import sealed
from minsheng.engines import equity
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What an expert says. With an interest it isn't counted, whatever it is."""

    agrees: bool
    has_interest: bool
    words: str


def give_opinion(stake_id: int, word: Word, *, by: Account) -> Opinion:
    """Return an expert's opinion, one for each; what it is about follows from the state."""
    with transaction.atomic():
        stake = locked(stake_id)
        if not access.may_see(stake, by):
            raise access.no_such_stake()
        if not access.is_expert(stake, by):
            raise access.not_yours()
        words = checked(STAKE, word.words, field="words", what=Text("意见", "your opinion"))
        try:
            with transaction.atomic():
                opinion = Opinion.objects.create(
                    stake=stake,
                    about=access.OPINION_ABOUT[stake.state],
                    expert=by,
                    agrees=word.agrees,
                    has_interest=word.has_interest,
                    words=sealed(words),
                )
        except IntegrityError as cause:
            raise Conflict(
                "stakes.opinion_given",
                "您的意见已经收到，没有再记一次。",
                "Your opinion is there already; nothing was written twice.",
            ) from cause
        record(STAKE, stake, "opinion", "expert", by)
    return opinion


def outcome(stake: Stake, about: str) -> equity.Outcome:
    """Return what the opinions about a stake come to so far."""
    words = [
        equity.Opinion(str(one.expert_id), one.agrees, one.has_interest)
        for one in stake.opinions.filter(about=about)
    ]
    return equity.judge(words, quorum=access.terms_of(stake.scheme).panel.quorum)
