"""The three rates equal sheets worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from tests.engines.appeal_specs import CALLER, DESK, FIRM, LEADER, ROADS, SPEC, WATER, Story

from minsheng.engines.appeals.rates import Figure, facts_of, figures
from minsheng.engines.appeals.state import (
    Answer,
    Contact,
    DecideDispute,
    Dispatch,
    NotAccept,
    RaiseDispute,
    Sign,
    VisitBack,
    Withdraw,
)

WHO = {"water": WATER, "roads": ROADS}


def answered(post="water", late=False):
    """An answered request; contact is due at the end of the next working day."""
    story = Story()
    story.do(Dispatch(DESK, post))
    story.do(Sign("1", WHO[post]))
    story.do(Contact("1", WHO[post], "call"), hours=60 if late else 1)
    story.do(Answer("1", WHO[post], "done"))
    return story


def said(score, solved=True, **more):
    story = answered(**more)
    story.do(VisitBack(FIRM, solved=solved, accepts=True, score=score))
    return story


def rates(stories, by=lambda fact: "all"):
    facts = [f for s in stories for f in facts_of(SPEC, s.state, at=s.at + timedelta(days=9))]
    return figures(facts, by, small_under=SPEC.rates.small_under)


def test_a_sheet_of_twelve_requests_by_hand():
    # Contact: 12 due, 1 too late → 11/12. Solved: 10 of 12. Scores 5×5, 4×3, 3×2, 1×2:
    # 8 whole, 2 × 0.6, 2 × 0 → 9.2 of 12.
    scores = [5, 5, 5, 5, 5, 4, 4, 4, 3, 3]
    stories = [said(score) for score in scores[:-1]] + [said(3, late=True)]
    stories += [said(1, solved=False), said(1, solved=False)]
    found = rates(stories)["all"]
    assert found["response"] == Figure(Fraction(11), 12, is_small=False)
    assert found["solution"] == Figure(Fraction(10), 12, is_small=False)
    assert found["satisfaction"] == Figure(Fraction(46, 5), 12, is_small=False)
    assert [found[name].said for name in found] == ["91.7%", "83.3%", "76.7%"]


def test_a_small_sample_is_said_as_a_fraction_and_none_is_no_figure():
    found = rates([said(5), said(None, solved=False)])["all"]
    assert (found["solution"].said, found["solution"].is_small) == ("1/2", True)
    assert (found["satisfaction"].count, found["satisfaction"].said) == (1, "1/1")
    nothing = rates([answered()])["all"]
    assert (nothing["solution"].value, nothing["solution"].said) == (None, "")


def test_what_is_not_accepted_withdrawn_or_unreached_is_left_out():
    refused, withdrawn, unreached = Story(), answered(), answered()
    refused.do(NotAccept(DESK, "court"))
    withdrawn.do(Withdraw(FIRM))
    for _ in range(3):
        unreached.do(VisitBack(CALLER, reached=False), hours=24)
    assert rates([refused, withdrawn]) == {}
    assert rates([unreached])["all"]["response"].count == 1
    assert rates([unreached])["all"]["solution"].count == 0


def test_a_wrong_dispatch_counts_for_the_office_that_had_it_rightly():
    story = Story()
    story.do(Dispatch(DESK, "water"))
    story.do(RaiseDispute("1", WATER, "unclear"))
    story.do(DecideDispute("1", LEADER, to="roads"), hours=90)
    story.do(Sign("2", ROADS))
    story.do(Contact("2", ROADS, "call"))
    story.do(Answer("2", ROADS, "done"))
    story.do(VisitBack(FIRM, solved=False, accepts=True, score=1))
    found = rates([story], by=lambda fact: fact.post)
    assert set(found) == {"roads"}
    assert found["roads"]["response"].said == "1/1"


def test_each_round_counts_by_its_own_lead_and_open_ones_wait():
    story = answered()
    story.do(VisitBack(FIRM, solved=False, score=2))
    story.do(Dispatch(LEADER, "roads"))
    story.do(Sign("2", ROADS))
    now = list(facts_of(SPEC, story.state, at=story.at))
    assert [(f.rate, f.post) for f in now if f.post == "roads"] == []
    story.do(Contact("2", ROADS, "visit"))
    story.do(Answer("2", ROADS, "done"))
    story.do(VisitBack(FIRM, solved=True, score=5))
    found = rates([story], by=lambda fact: fact.post)
    assert found["water"]["solution"].said == "0/1"
    assert found["roads"]["solution"].said == "1/1"
