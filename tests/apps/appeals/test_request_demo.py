"""The invented past of requests is made by the same acts, and holds together."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from minsheng.apps.appeals import reads
from minsheng.apps.appeals.models import Request
from minsheng.apps.people import installed
from minsheng.cli.demo.cast import CAST, MORE_POSTS
from minsheng.cli.demo.requests import BURST, MATTERS, _lead, make_requests


def test_the_past_replays_and_some_of_it_is_open(district):
    assert make_requests(8, on=district.today, seed=1) == 8 + len(BURST)
    assert all(check.is_good for check in reads.checks())
    assert {"closed"} < set(Request.objects.values_list("status", flat=True))


def test_each_post_that_a_request_may_go_to_is_filled_in_the_demonstration():
    filled = {post for member in CAST for post in member.posts}
    filled |= {post for posts in MORE_POSTS.values() for post in posts}
    for loaded in installed.packs().appeals.values():
        for category in loaded.spec.catalogue.values():
            named = {p for duty in category.duties for p in (duty.post, *duty.helpers)}
            assert named | ({category.backstop} - {""}) <= filled, category.key


def test_the_matters_of_each_kind_are_led_to_their_end(district):
    """One of each kind: where a step is refused the demonstration stops there without a word."""
    for kind in {one.kind: one for one in MATTERS}.values():
        _lead(kind, district.today - timedelta(days=40), Random(3), is_open=False)
    left = Request.objects.exclude(status="closed").values_list("slug", "status")
    assert list(left) == []
