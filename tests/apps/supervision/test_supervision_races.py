"""Two at once: replies, workers, ratings and steps. Exactly one wins, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from tests.apps.cases.cases_cast import Clock, at_once
from tests.factories import District, newborn

from minsheng.apps.notices.models import Notice
from minsheng.apps.ratings import actions as ratings
from minsheng.apps.ratings.models import Rating, Review, ReviewAct
from minsheng.apps.supervision import actions
from minsheng.apps.supervision.models import Escalation, Order, OrderEntry
from minsheng.lib.errors import Conflict, MinshengError, NotFound

pytestmark = pytest.mark.django_db(transaction=True)


def one_wins(
    *acts: Callable[[], object], losers: type[MinshengError] | tuple[type[MinshengError], ...]
) -> None:
    results = at_once(*acts)
    lost = [result for result in results if isinstance(result, BaseException)]
    assert len(lost) == len(acts) - 1, results
    assert all(isinstance(result, losers) for result in lost), lost


def test_of_two_at_once_one_wins(clock: Clock, district: District):
    story = newborn(district, until="birth_certificate")
    of, key = district.account, str(story.item_id("household"))
    sun, zhou, xu = (of(who) for who in ("sunwei", "zhoujing", "xujing"))

    clock.go_to(date(2026, 3, 31))  # two working days late: head and order
    results = at_once(actions.watch, actions.watch, actions.send_digests, actions.send_digests)
    assert not [one for one in results if isinstance(one, BaseException)], results
    assert Escalation.objects.filter(key=key).count() == 2
    assert Order.objects.count() == 1
    digests = Notice.objects.filter(kind="supervision.digest", account=sun)
    assert digests.count() == 1
    number = Order.objects.get().number
    one_wins(
        lambda: actions.order_subject("item", key, by=zhou, reason="催"),
        lambda: actions.order_subject("item", key, by=zhou, reason="再催"),
        lambda: actions.reply_order(number, by=sun, words="我回"),
        losers=Conflict,
    )
    one_wins(
        lambda: actions.close_order(number, by=zhou, finding="通过"),
        lambda: actions.send_back_reply(number, by=zhou, words="不行"),
        losers=Conflict,
    )
    assert OrderEntry.objects.filter(kind="replied").count() == 1

    _, code = ratings.give_code(by=of("zhaomin"))
    one_wins(
        lambda: ratings.rate_visit(code, ratings.Given(1, {})),
        lambda: ratings.rate_visit(code, ratings.Given(2, {})),
        losers=(Conflict, NotFound),
    )
    assert Rating.objects.count() == 1
    review = Review.objects.get().number
    one_wins(
        lambda: ratings.verify_review(review, by=xu, founded=True, words="属实", for_office="改"),
        lambda: ratings.verify_review(review, by=xu, founded=False, words="不属实"),
        losers=Conflict,
    )
    assert ReviewAct.objects.filter(kind="verify").count() == 1
