"""At the same moment: one vote for a household, none after closing, no fen of the fund spent twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone
from tests.apps.councils.matters_of import COMMUNITY, lamp, noon

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.councils import actions, reads
from minsheng.apps.councils.models import Ballot, Payment, Vote, Voter
from minsheng.lib.errors import Conflict, NotFound

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all at the same moment and return "won" or "told" for each, in no order."""
    answers: list[str] = []
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
            answers.append("won")
        except (Conflict, NotFound):
            answers.append("told")
        except DatabaseError as error:  # a deadlock would be a fault
            answers.append(f"fault: {error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_a_household_that_votes_from_three_places_at_once_has_one_vote(district):
    story = lamp(district, "voting")
    mother, father = district.account("wangfang"), district.account("chenli")
    desk = district.account("shenya")
    answers = at_once(
        lambda: actions.cast_vote(story.vote, "1", by=mother),
        lambda: actions.cast_vote(story.vote, "2", by=father),
        lambda: actions.cast_on_paper(story.vote, "3 栋 2-1", "2", by=desk),
        lambda: actions.cast_vote(story.vote, "2", by=mother),
    )
    assert answers == ["told", "told", "told", "won"]
    assert Ballot.objects.count() == Voter.objects.filter(has_voted=True).count() == 1
    # And while it is counted: a vote is in the count, or it was refused.
    last = noon(Vote.objects.get().closes_on)
    others = [district.account(name) for name in ("zhouyan", "suqin", "zhanglei")]
    answers = at_once(
        *(lambda by=by: actions.cast_vote(story.vote, "1", by=by, at=last) for by in others),
        lambda: actions.close_due_votes(last + timedelta(days=1)),
    )
    assert not [one for one in answers if one.startswith("fault")], answers
    vote = Vote.objects.get()
    assert vote.state == "closed"
    assert (
        sum(vote.result["counts"].values())
        == Ballot.objects.count()
        == 1 + answers.count("won") - 1
    )


def test_of_payments_at_once_no_fen_is_spent_twice(district):
    story = lamp(district, "proposed")
    desk, fund = district.account("shenya"), district.account("tangping")
    answers = at_once(
        *(lambda: actions.decide_payment(story.payment, agrees=True, by=fund) for _ in range(2)),
        lambda: actions.decide_payment(story.payment, agrees=False, reason="不", by=fund),
    )
    assert answers == ["told", "told", "won"]
    Payment.objects.filter(pk=story.payment, state="refused").update(
        state="proposed", decided_by=None
    )
    if Payment.objects.get(pk=story.payment).state == "proposed":
        actions.decide_payment(story.payment, agrees=True, by=fund)
    answers = at_once(
        *(lambda: actions.pay(story.payment, actions.Proof("收据"), by=desk) for _ in range(2)),
        lambda: actions.release_payment(story.payment, "不用", by=desk),
    )
    assert answers == ["told", "told", "won"]
    there = reads.fund_of(COMMUNITY, timezone.localdate().year)
    assert there.given == there.left + there.spent
    assert there.held == 0
    assert accounts.verify("").is_whole


def test_two_payments_at_once_dont_overspend_one_fund(district):
    story = lamp(district, "agreed")
    desk, fund = district.account("shenya"), district.account("tangping")
    today = timezone.localdate()
    actions.grant_budget("hotline", COMMUNITY, 60000, by=district.account("zhoujing"), on=today)
    proposed = [
        actions.propose_payment(
            story.matter, what="灯", payee="演示电工", amount_fen=fen, by=desk
        ).pk
        for fen in (40000, 38000)
    ]
    answers = at_once(
        *(lambda pk=pk: actions.decide_payment(pk, agrees=True, by=fund) for pk in proposed)
    )
    assert answers == ["told", "won"]
    there = reads.fund_of(COMMUNITY, today.year)
    assert there.held in {40000, 38000}
    assert there.held + there.left == there.given == 60000
    assert accounts.verify("").is_whole
