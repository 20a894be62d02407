"""Lists come by pages, and the number of queries doesn't grow with the rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.api.api_caller import Caller, problem, told
from tests.factories import District, newborn, siblings

from minsheng.api.paging import page
from minsheng.lib.errors import WrongInput

Call = Callable[..., Caller]


def pages(caller: Caller, path: str, limit: int) -> list[list[Any]]:
    """All pages of a list."""
    found, cursor = [], ""
    while True:
        body = told(caller.get(f"{path}?limit={limit}&cursor={cursor}"))
        found.append(body["rows"])
        if body["next"] is None:
            return found
        cursor = body["next"]


def test_cases_come_by_pages_newest_first(district: District, call: Call) -> None:
    numbers = [newborn(district, event=record).number for record in siblings(district, 5)]
    found = pages(call("wangfang"), "/cases", 2)
    assert [[row["number"] for row in rows] for rows in found] == [
        numbers[4:2:-1],
        numbers[2:0:-1],
        numbers[:1],
    ]


def test_an_inbox_comes_by_pages_also_while_others_decide(district: District, call: Call) -> None:
    stories = [newborn(district, event=record) for record in siblings(district, 4)]
    lin = call("linlan")
    first = told(lin.get("/inbox?limit=2"))
    stories[0].approve("birth_certificate")
    rest = told(lin.get(f"/inbox?limit=2&cursor={first['next']}"))
    seen = [row["case"] for row in [*first["rows"], *rest["rows"]]]
    assert seen == [story.number for story in stories]
    assert rest["next"] is None


def test_an_inbox_can_be_narrowed(district: District, call: Call) -> None:
    stories = [newborn(district, event=record) for record in siblings(district, 2)]
    lin = call("linlan")
    assert told(lin.get("/inbox?service=other"))["rows"] == []
    (row,) = told(lin.get(f"/inbox?text={stories[1].number}"))["rows"]
    assert row["case"] == stories[1].number


def test_notices_come_by_pages(district: District, call: Call) -> None:
    newborn(district, until="submitted")
    district.account("wangfang")
    everything = told(call("wangfang").get("/notices?limit=100"))
    by_page = pages(call("wangfang"), "/notices", 1)
    assert [rows[0]["id"] for rows in by_page] == [row["id"] for row in everything["rows"]]
    assert everything["unread"] == len(by_page)


@pytest.mark.parametrize("cursor", ["nonsense", "e30", "WzEsMl0x", "%00", "W1tdXQ", "x" * 401])
def test_a_cursor_of_somebody_elses_making_is_refused(
    cursor: str, district: District, call: Call
) -> None:
    newborn(district, until="submitted")
    response = call("wangfang").get(f"/cases?cursor={cursor}")
    assert response.status_code == 422
    assert problem(response, 422, told(response, 422)["code"])["field"] == "cursor"


@pytest.mark.parametrize("cursor", ["WzEsMl0", "WyJ4IiwxXQ", "nonsense"])
def test_a_cursor_of_another_list_is_refused_by_the_inbox(
    cursor: str, district: District, call: Call
) -> None:
    newborn(district)
    response = call("linlan").get(f"/inbox?cursor={cursor}")
    assert problem(response, 422, told(response, 422)["code"])["field"] == "cursor"


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many"])
def test_a_limit_out_of_range_is_refused(limit: str, call: Call) -> None:
    found = problem(call("wangfang").get(f"/cases?limit={limit}"), 422, "mistakes")
    assert found["field"] == "limit"


def test_a_page_goes_on_after_the_last_row_that_was_seen() -> None:
    rows, following = page([3, 1, 2, 5, 4], place=lambda row: (row,), cursor="", limit=2)
    assert rows == [1, 2] and following
    rows, following = page([1, 3, 4, 5], place=lambda row: (row,), cursor=following, limit=3)
    assert (rows, following) == ([3, 4, 5], None)


def test_a_cursor_of_another_list_is_refused() -> None:
    _, cursor = page(["a", "b"], place=lambda row: (row,), cursor="", limit=1)
    assert cursor
    with pytest.raises(WrongInput):
        page([1, 2], place=lambda row: (row,), cursor=cursor, limit=1)


@pytest.mark.parametrize(
    ("who", "path", "most"),
    [("wangfang", "/cases", 5), ("linlan", "/inbox", 5), ("wangfang", "/notices", 4)],
)
def test_a_list_takes_few_queries_however_long(
    who: str,
    path: str,
    most: int,
    district: District,
    call: Call,
    django_assert_max_num_queries: Any,
) -> None:
    for record in siblings(district, 6):
        newborn(district, event=record)
    caller = call(who)
    with django_assert_max_num_queries(most):
        assert len(told(caller.get(f"{path}?limit=100"))["rows"]) >= 6


def test_one_case_takes_few_queries(
    district: District, call: Call, django_assert_max_num_queries: Any
) -> None:
    story = newborn(district, until="household")
    wang = call("wangfang")
    with django_assert_max_num_queries(20):
        told(wang.get(f"/cases/{story.number}"))
