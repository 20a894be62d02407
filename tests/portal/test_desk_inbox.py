"""The work list by pages: the number in the heading is of all, the rows are of one page."""

from __future__ import annotations

import re

import pytest
from tests.factories import District, newborn, siblings

from minsheng.portal.desk import inbox

pytestmark = pytest.mark.django_db


def test_a_long_work_list_comes_by_pages(district: District, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inbox, "PAGE", 2)
    stories = [newborn(district, event=record) for record in siblings(district, 3)]
    lin = district.client("linlan")
    first = lin.get("/desk").content.decode()
    assert "待办 3 件" in first
    assert [story.number in first for story in stories] == [True, True, False]
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = lin.get(f"/desk{following[1]}").content.decode()
    assert "待办 3 件" in second
    assert [story.number in second for story in stories] == [False, False, True]
    assert 'rel="next"' not in second
    assert 'rel="first"' in second


def test_behind_the_last_page_is_a_way_back(district: District):
    newborn(district)
    page = district.client("linlan").get("/desk?after=2999-01-01.1").content.decode()
    assert "后面没有了" in page
    assert 'href="/desk"' in page


@pytest.mark.parametrize("after", ["x", "2026-13-99.1", ".", "2026-01-01." + "9" * 30])
def test_a_place_of_somebodys_making_shows_the_beginning(district: District, after: str):
    story = newborn(district)
    page = district.client("linlan").get("/desk", {"after": after}).content.decode()
    assert story.number in page


def test_a_stranger_sees_no_page_of_it(district: District):
    story = newborn(district)
    answer = district.client("liqiang").get("/desk?after=2000-01-01.0")
    assert answer.status_code == 403
    assert story.number not in answer.content.decode()
