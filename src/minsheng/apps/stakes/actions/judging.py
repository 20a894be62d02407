"""Experts say whether a project is worth it, or may be written off; interests are declared first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.notices import actions as notices
from minsheng.apps.notices import reads as notices_reads
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.stakes import access
from minsheng.apps.stakes.kind import STAKE, locked
from minsheng.apps.stakes.models import Opinion, Stake
from minsheng.apps.steps.actions import checked, record, require_other
from minsheng.apps.steps.sealing import sealed
from minsheng.engines import equity
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term

CALLED: Mapping[str, Text] = MappingProxyType(
    {
        "asked": Text("请您评一个项目", "Your opinion about a project is asked for"),
        "soon": Text("有一个项目快到期，还等您的意见", "A project still waits for your opinion"),
        "late": Text("有一个项目过了期，还等您的意见", "Your opinion about a project is late"),
    }
)


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
        require_other(STAKE, stake, by)
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


def ask_experts(stake_id: int, *, by: Account) -> Stake:
    """Ask the experts, as the bureau, whether a project may be written off; each is told until when.

    Conflict where that isn't a question now, or it is asked already.
    """
    with transaction.atomic():
        stake = locked(stake_id)
        sides = access.sides_of(stake, by)
        if not sides:
            raise access.no_such_stake()
        if "bureau" not in sides:
            raise access.not_yours()
        require_other(STAKE, stake, by)
        if not access.may_ask(stake, timezone.localdate()):
            raise Conflict(
                "stakes.asked",
                "现在不用请专家看核销，或者已经请了、还没到期。什么都没有改。",
                "The experts aren't asked about writing this off now, or are asked already. Nothing was changed.",
            )
        call_experts(stake)
        record(STAKE, stake, "ask", "bureau", by)
    return stake


def call_experts(stake: Stake) -> None:
    """Give the experts until a day to speak, and tell each of them."""
    panel, today = access.terms_of(stake.scheme).panel, timezone.localdate()
    term = Term(panel.due_workdays, "wd")
    stake.opinions_due = installed.calendar().add(today, term).day
    stake.save(update_fields=["opinions_due"])
    _tell_experts(stake, "asked")


def remind(on: date | None = None) -> int:
    """Warn experts who haven't spoken, a working day before the last one and after it; return how many."""
    today = on or timezone.localdate()
    soon = installed.calendar().next_workday(today, inclusive=False)
    done = 0
    for stake in Stake.objects.filter(opinions_due__lte=soon, state__in=access.OPINION_ABOUT):
        assert stake.opinions_due is not None
        done += _tell_experts(stake, "late" if stake.opinions_due < today else "soon")
    return done


def _tell_experts(stake: Stake, when: Literal["asked", "soon", "late"]) -> int:
    """Tell each expert who hasn't spoken, once for each call and warning; return how many were."""
    about, due = access.OPINION_ABOUT[stake.state], stake.opinions_due
    spoke = set(stake.opinions.filter(about=about).values_list("expert_id", flat=True))
    told = 0
    for expert in people.accounts_of(access.experts_of(stake)):
        key = f"stake:{stake.pk}:{about}:{due}:{when}:{expert.pk}"
        if expert.pk in spoke or notices_reads.was_told(expert, key):
            continue
        notices.notify(
            expert,
            kind="stake",
            title=CALLED[when],
            body=Text(f"请在 {due} 以前说您的意见。", f"Please give your opinion by {due}."),
            link=f"/desk/stakes/{stake.pk}",
            key=key,
        )
        told += 1
    return told


def outcome(stake: Stake, about: str) -> equity.Outcome:
    """Return what the opinions about a stake come to so far."""
    words = [
        equity.Opinion(str(one.expert_id), one.agrees, one.has_interest)
        for one in stake.opinions.filter(about=about)
    ]
    return equity.judge(words, quorum=access.terms_of(stake.scheme).panel.quorum)
