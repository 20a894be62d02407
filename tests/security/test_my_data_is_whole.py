"""My data holds what every app keeps about me: requests with their words, visits, points, seats; no one else's."""

from __future__ import annotations

import html
from datetime import timedelta

from django.utils import timezone
from tests.apps.appeals.requests_of import CONTACT, whistle
from tests.factories import District

from minsheng.apps.appeals import actions as appeals
from minsheng.apps.appeals.models import Request
from minsheng.apps.erasure.held import held_elsewhere
from minsheng.apps.erasure.reads import obstacles
from minsheng.apps.points import actions as points

SAID = "夜里十一点还在施工，孩子睡不着。"


def texts(district: District, who: str) -> dict[str, list[str]]:
    found = held_elsewhere(district.account(who))
    return {section.key: [row.plain[0] for row in section.rows] for section in found}


def ask(district: District, who: str) -> str:
    told = appeals.Told(
        category="environment.noise.site-night", words=SAID, area="jinhu.hubin", contact=CONTACT
    )
    return appeals.file_request("hotline", told, by=district.account(who)).number


def test_my_requests_stand_in_my_data_with_their_words(district: District) -> None:
    number = ask(district, "wangfang")
    assert texts(district, "wangfang")["requests"] == [SAID]
    page = html.unescape(district.client("wangfang").get("/mine/data").content.decode())
    assert SAID in page and number in page
    assert "requests" not in texts(district, "chenli")


def test_what_a_firm_asked_is_with_who_speaks_for_it_alone(district: District) -> None:
    made = whistle(district, "closed")
    assert "换了开关，能用了。" in texts(district, "huangyi")["requests"]
    assert "requests" not in texts(district, "wangfang")
    page = html.unescape(district.client("huangyi").get("/mine/data").content.decode())
    assert made.number in page


def test_points_are_in_it_and_nothing_empty_is(district: District) -> None:
    assert texts(district, "wangfang") == {}
    points.join("village", "dongpo", by=district.account("wangfang"))
    assert list(texts(district, "wangfang")) == ["points"]


def test_what_is_overdue_promises_no_day_again(district: District) -> None:
    number, person = ask(district, "wangfang"), district.account("wangfang").person
    assert person is not None
    (held,) = obstacles(person)
    assert (held.number, held.until is None) == (number, False)
    Request.objects.filter(number=number).update(due_at=timezone.now() - timedelta(days=3))
    (late,) = obstacles(person)
    assert (late.number, late.until) == (number, None)
    page = html.unescape(district.client("wangfang").get("/mine/data/erase").content.decode())
    assert number in page and "最晚" not in page
