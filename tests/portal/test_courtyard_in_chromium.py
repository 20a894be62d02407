"""The courtyard's leak in a real browser: phone without network, sorted, in the ledger, told and rated."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests import browser as browsers
from tests.apps.appeals.courtyards import family, house, let_follow, the_request
from tests.apps.records.test_file_sniffing import PDF
from tests.factories import District

from minsheng.apps.appeals import actions
from minsheng.apps.projects import actions as projects
from minsheng.apps.projects.actions import Shown
from minsheng.apps.projects.models import Entry
from minsheng.apps.repairs import actions as repairs
from minsheng.apps.repairs import reads as repair_reads
from minsheng.apps.visits import actions as visits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAID = "二栋三楼卧室滴水"
SEEN = Shown("看过了")


def mend(entry: str, district: District) -> None:
    """Repair it, put the observation behind us, and have it checked by somebody else."""
    fang, today = district.account("fangwei"), timezone.localdate()
    repairs.plan_repair(entry, plan="重做卷材", contractor="演示防水", bearer="builder", by=fang)
    for kind in ("before", "after"):
        projects.add_news(entry, Shown(kind, f"{kind}.pdf", PDF), by=fang, kind=kind)
    projects.begin_observation(entry, SEEN, by=fang)
    Entry.objects.filter(number=entry).update(observe_until=date(2026, 1, 1))
    projects.record_rain(entry, SEEN, on=today, by=fang)
    projects.ask_check(entry, SEEN, by=fang)
    projects.check_entry(entry, SEEN, passed=True, by=district.account("dingrui"))


def test_a_leak_told_in_the_courtyard_is_followed_to_its_end(
    chromium: Browser, district: District, live_server: Any
) -> None:
    visit, building = family(district), house()
    visits.plan_visit(visit.number, day=timezone.localdate(), by=district.account("shizhu"))

    def of(who: str, width: int) -> AbstractContextManager[Page]:
        session = district.client(who).cookies["sessionid"].value
        return browsers.opened(chromium, live_server.url, width=width, session=session)

    with of("shizhu", 320) as phone:
        phone.goto("/desk/rounds/phone")
        phone.wait_for_selector("#phone[data-kept=yes]")
        phone.fill("#phone-words", "老槐树 下 说话")
        phone.click("#phone-open")
        phone.wait_for_selector("#phone[data-open=yes]")
        phone.context.set_offline(True)
        phone.click(f"#visit-{visit.number} summary")
        form = phone.locator(f"#visit-{visit.number} form")
        form.locator("[name=way][value=home]").check()
        form.locator("[name=agreed]").check()
        form.locator("[name=q-topic][value=family]").check()
        form.locator("[name=finding-leak]").check()
        form.locator("[name=words-leak]").fill(SAID)
        form.locator("button.btn:not(.small)").click()
        phone.wait_for_selector("#phone[data-waiting='1']")
        phone.context.set_offline(False)
        phone.evaluate("window.dispatchEvent(new Event('online'))")
        phone.wait_for_selector("#phone[data-waiting='0']")
    with browsers.aside():
        let_follow()
        number = the_request().number
    with of("fanxue", 1280) as desk:
        desk.goto(f"/desk/requests/{number}/sorting")
        desk.check("[name=danger][value=no]")
        desk.check("[name=duty][value=yes]")
        desk.click("button[value=judge]")
        expect(desk.locator("main")).to_contain_text("大事，政府办")
        desk.goto(f"/desk/requests/{number}")
        desk.click("button[value=dispatch]")
        expect(desk.locator("main")).to_contain_text("安置房维修岗")
    with of("fangwei", 1280) as office:
        office.goto(f"/desk/requests/{number}")
        office.click("button[value=sign]")
        office.click("button[value=contact]")
        office.click("#repair a")
        office.select_option("#estate", building.area)
        office.click("form.filters button")
        office.fill("#flat", "3-1")
        office.select_option("#part", "roof")
        assert SAID in office.input_value("#words")
        office.click("form.stack .btn")
        expect(office.locator("h1")).to_contain_text("在保修期里")
        office.click("a.go")  # back to the request
        assert office.url.endswith(f"/desk/requests/{number}")
        assert browsers.axe_violations(office) == []
        with browsers.aside():
            entry = repair_reads.repair_of_request(number)
            mend(entry, district)
        office.click("[name=result][value=done]")
        office.fill("[id^=answer-words]", "修好了。")
        office.click("button[value=answer]")
        expect(office.locator(".errors")).to_contain_text("还没有归档")
        assert office.input_value("[id^=answer-words]") == "修好了。"
    with browsers.aside():
        fang = district.account("fangwei")
        repairs.archive_repair(entry, by=fang)
        let_follow()
        actions.answer_item(number, "1", "done", "修好了。", by=fang)
    with of("zhouyan", 320) as own:
        own.goto(f"/appeals/{number}")
        expect(own.locator("#repair")).to_contain_text("归档")
        assert browsers.axe_violations(own) == []
        assert browsers.sideways(own) == []
        own.check("#solved-1")
        own.check("#score-1")
        own.click("button[value=answer]")
        expect(own.locator("h2").first).to_be_visible()
    with browsers.aside():
        assert (the_request().outcome, the_request().score) == ("solved", 5)
    with of("shizhu", 320) as helper:
        helper.goto(f"/desk/rounds/{visit.number}")
        helper.click(f"text={number}")
        expect(helper.locator(".decide")).to_contain_text("下次在院坝里告诉大家")
        assert browsers.axe_violations(helper) == []
        assert browsers.sideways(helper) == []
