"""The invented past of requests is made by the same acts, and holds together."""

from __future__ import annotations

from minsheng.apps.appeals import reads
from minsheng.apps.appeals.models import Request
from minsheng.cli.demo.requests import make_requests


def test_the_past_replays_and_some_of_it_is_open(district):
    assert make_requests(8, on=district.today, seed=1) == 8
    assert all(check.is_good for check in reads.checks())
    assert {"closed"} < set(Request.objects.values_list("status", flat=True))
