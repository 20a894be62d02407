"""A firm's whistle in a real browser: sent back once, three offices under one lead, supervised, rated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests import browser as browsers
from tests.factories import District

from minsheng.apps.appeals.models import Request

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAID = "三号厂房的规划验收卡了两个月，门口的路也压坏了。"
Seat = Callable[[str], Page]


@pytest.fixture
def seat(chromium: Browser, district: District, live_server: Any) -> Iterator[Seat]:
    """Give each person a browser of their own, signed in, and keep it for the whole story."""
    pages: dict[str, Page] = {}
    with ExitStack() as opened:

        def of(who: str) -> Page:
            if who not in pages:
                session = district.client(who).cookies["sessionid"].value
                one = browsers.opened(chromium, live_server.url, width=1280, session=session)
                pages[who] = opened.enter_context(one)
            return pages[who]

        yield of


def sign(page: Page, number: str) -> None:
    page.goto(f"/desk/requests/{number}")
    page.click("button[value=sign]")
    expect(page.locator("button[value=answer]")).to_be_attached()


def answer(page: Page, number: str, words: str) -> None:
    page.goto(f"/desk/requests/{number}")
    page.click("[name=result][value=done]")
    page.fill("[id^=answer-words]", words)
    page.click("button[value=answer]")
    expect(page.locator("button[value=answer]")).to_have_count(0)


def test_a_whistle_is_answered_by_three_offices_under_one_lead(
    district: District, seat: Seat
) -> None:
    firm = seat("huangyi")
    firm.goto("/firm/new/whistle")
    firm.fill("[name=words]", SAID)
    firm.select_option("[name=category]", "land")
    firm.check("[name=grade][value=soon]")
    firm.select_option("[name=area]", "park.kechuang")
    firm.fill("[name=contact_name]", "黄毅")
    firm.fill("[name=phone]", "13800001234")
    firm.click("main form .btn")
    expect(firm.locator("h1")).to_contain_text("等派单")
    with browsers.aside():
        number = Request.objects.latest("pk").number

    desk = seat("fanxue")
    desk.goto("/desk/requests")
    desk.click(f"text={number} >> xpath=ancestor::li//a")
    desk.select_option("#lead", "economy.energy")
    desk.click("button[value=dispatch]")
    wrong = seat("pengbo")
    wrong.goto(f"/desk/requests/{number}")
    wrong.click("text=退单（只能一次）")
    wrong.select_option("[id^=reason-send_back]", "not_ours")
    wrong.click("button[value=send_back]")
    expect(wrong.locator("main")).to_contain_text("不计入考核")

    desk.goto(f"/desk/requests/{number}")
    desk.select_option("#lead", "planning.land")
    if not desk.locator("[name=helpers]").first.is_visible():
        desk.click("summary:has-text('协办')")
    for post in ("construction.buildings", "urban.roads"):
        desk.check(f"[name=helpers][value='{post}']")
    desk.click("button[value=dispatch]")
    expect(desk.locator("main .rows").first).to_contain_text("牵头")
    assert browsers.axe_violations(desk) == []

    lead, helpers = seat("weiguo"), (seat("caili"), seat("tianye"))
    for page in (lead, *helpers):
        sign(page, number)
    lead.fill("[id^=contact-words]", "到厂看过。")
    lead.click("button[value=contact]")

    leader = seat("zhoujing")
    leader.goto(f"/desk/supervision/new?case={number}")
    leader.locator("[name=key]").first.check()
    leader.fill("[name=reason]", "企业等了两个月。")
    leader.click("main form[method=post] .btn")
    expect(leader).to_have_url(re.compile(r"/desk/supervision/[0-9]"))
    lead.goto(leader.url)
    lead.fill("form:has(button[value=reply]) [name=words]", "周五前发证。")
    lead.click("button[value=reply]")
    leader.reload()
    leader.fill("form:has(button[value=accept]) [name=finding]", "盯到发证。")
    leader.click("button[value=accept]")
    expect(leader.locator("main")).to_contain_text("办结")

    for page in helpers:
        answer(page, number, "我们这一份办好了。")
    answer(lead, number, "许可补好了，路也铺了。")

    firm.goto(f"/firm/{number}")
    expect(firm.locator("main")).to_contain_text("许可补好了，路也铺了。")
    assert "我们这一份办好了" not in firm.locator("main").inner_text()
    assert browsers.axe_violations(firm) == []
    firm.check("#solved-1")
    firm.check("#score-1")
    firm.click("button[value=answer]")
    expect(firm.locator("h1")).to_contain_text("解决了")
    with browsers.aside():
        made = Request.objects.get(number=number)
        assert (made.outcome, made.score) == ("solved", 5)
        assert {one.office for one in made.items.exclude(is_wrong=True)} == {
            "planning",
            "construction",
            "urban",
        }
