"""Without network: today's visits are filled in on the phone and sent when it is back, once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests import browser as browsers
from tests.apps.visits.visiting import elder, first_visit
from tests.factories import District

from minsheng.apps.visits import actions
from minsheng.apps.visits.actions import Note
from minsheng.apps.visits.models import Finding, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "竹林 七号 门口"
ANSWERS = {"mood": "good", "meals": "yes", "medicine": "yes"}


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def round_(district: District) -> Visit:
    """艾明 has one elder to see today."""
    visit = first_visit(elder(district, since=today() - timedelta(8)))
    actions.plan_visit(visit.number, day=today(), by=district.account("aiming"))
    return visit


def take_along(page: Page) -> None:
    page.goto("/desk/rounds/phone")
    page.wait_for_selector("#phone[data-kept=yes]")
    page.fill("#phone-words", WORDS)
    page.click("#phone-open")
    page.wait_for_selector("#phone[data-open=yes]")


def fill_in(page: Page, number: str) -> None:
    page.click(f"#visit-{number} summary")
    form = page.locator(f"#visit-{number} form")
    form.locator("[name=way][value=home]").check()
    form.locator("[name=agreed]").check()
    for name, value in ANSWERS.items():
        form.locator(f"[name=q-{name}][value={value}]").check()
    form.locator("[name=finding-meal]").check()
    form.locator("[name=words-meal]").fill("要软的")
    form.locator("button.btn:not(.small)").click()


def test_a_round_without_network_is_sent_once_and_leaves_nothing_behind(
    chromium: Browser, district: District, live_server: Any, round_: Visit
) -> None:
    session = district.client("aiming").cookies["sessionid"].value
    with browsers.opened(chromium, live_server.url, width=320, session=session) as page:
        take_along(page)
        assert browsers.axe_violations(page) == []
        assert browsers.sideways(page) == []
        page.context.set_offline(True)
        page.reload()  # the page itself comes from the phone
        page.fill("#phone-words", "不是这个口令")
        page.click("#phone-open")
        expect(page.locator("#phone-state")).to_contain_text("口令不对")
        page.fill("#phone-words", WORDS)
        page.click("#phone-open")
        page.wait_for_selector("#phone[data-open=yes]")
        fill_in(page, round_.number)
        expect(page.locator("#phone-waiting")).to_contain_text("刘长河")
        assert Visit.objects.get(number=round_.number).outcome == ""
        kept = page.evaluate(_STORED)
        assert "刘长河" not in kept and "要软的" not in kept  # sealed at rest
        page.context.set_offline(False)
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.wait_for_selector("#phone[data-waiting='0']")
        made = Visit.objects.get(number=round_.number)
        assert (made.outcome, Finding.objects.count()) == ("done", 1)
        assert page.evaluate(_COUNT) == 0
        page.click("#phone-clear")
        expect(page.locator("#phone-state")).to_contain_text("清干净了")
        assert page.evaluate(_STORED) == "[]"


def test_who_was_slower_sees_it_and_loses_nothing(
    chromium: Browser, district: District, live_server: Any, round_: Visit
) -> None:
    session = district.client("aiming").cookies["sessionid"].value
    with browsers.opened(chromium, live_server.url, width=320, session=session) as page:
        take_along(page)
        page.context.set_offline(True)
        fill_in(page, round_.number)
        page.wait_for_selector("#phone[data-waiting='1']")
        leader = district.account("zhoujing")
        written = Note(way="home", agreed=True, answers=ANSWERS)
        with browsers.aside():
            actions.note_visit(round_.number, written, by=leader)
        page.context.set_offline(False)
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(page.locator("#phone-waiting")).to_contain_text("有人先记过")
        page.locator("#phone-waiting .second").click()
        page.wait_for_selector("#phone[data-waiting='0']")
        assert Visit.objects.get(number=round_.number).entries.filter(kind="added").count() == 1


_STORED = """async () => {
  const db = await new Promise((done) => {
    const asked = indexedDB.open("minsheng-phone", 1);
    asked.onsuccess = () => done(asked.result);
  });
  const all = [];
  for (const name of ["kept", "queue"]) {
    const rows = await new Promise((done) => {
      const asked = db.transaction(name).objectStore(name).getAll();
      asked.onsuccess = () => done(asked.result);
    });
    for (const row of rows) {
      const box = row.box || row;
      all.push(box.bytes ? new TextDecoder().decode(box.bytes) : JSON.stringify(box));
    }
  }
  return JSON.stringify(all);
}"""
_COUNT = """async () => {
  const db = await new Promise((done) => {
    const asked = indexedDB.open("minsheng-phone", 1);
    asked.onsuccess = () => done(asked.result);
  });
  return await new Promise((done) => {
    const asked = db.transaction("queue").objectStore("queue").count();
    asked.onsuccess = () => done(asked.result);
  });
}"""
