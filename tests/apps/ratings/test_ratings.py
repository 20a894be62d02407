"""Ratings: what is kept, what is counted, and what the rated never see."""

from __future__ import annotations

from tests.factories import District, newborn

from minsheng.apps.cases import actions as cases
from minsheng.apps.ratings import actions, reads
from minsheng.apps.ratings.models import Rating


def test_a_rating_counts_once_for_the_leading_office(district: District):
    newborn(district, until="rated")
    (row,) = reads.satisfaction(first=district.today, last=district.today)
    assert (row.office, row.satisfied, row.count, row.shown) == ("health", 1, 1, "1/1")
    assert row.is_small


def test_a_rating_given_another_way_is_taken_over_from_the_ledger(district: District):
    story = newborn(district, until="social_card")
    cases.rate_case(story.case_id, by=district.account("wangfang"), score=2)
    assert actions.follow_ledger() == 1
    assert actions.follow_ledger() == 0
    assert Rating.objects.get().review.stage == "visit"
