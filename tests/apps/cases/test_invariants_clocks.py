"""Invariants 5 and 6: clocks of running and stopped days, promises that hold, timers that act once.

Days are checked by hand. 24 March 2026 is a Tuesday; 4 to 6 April are Qingming (a working Monday
is taken off), 1 to 5 May Labour Day with 9 May worked.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.cases.cases_cast import (
    Clock,
    Packs,
    case,
    follow,
    item,
    replay_agrees,
)
from tests.factories import District, Newborn, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.actions import timers as timing
from minsheng.apps.cases.models import CaseMaterial, FiredTimer
from minsheng.apps.notices import reads as notices
from minsheng.apps.notices.models import Notice
from minsheng.cli.demo import cast
from minsheng.engines.casework.advance import Timer

MARCH_24 = date(2026, 3, 24)


def due(story: Newborn, key: str) -> date:
    day = item(story, key).due_day
    assert day is not None
    return day


def told(district: District, username: str = "wangfang") -> list[tuple[str, str]]:
    """Return kind and body of what an account was told, oldest first."""
    rows = Notice.objects.filter(account=district.account(username)).order_by("created_at", "id")
    return [(notice.kind, notice.body_zh) for notice in rows]


def household(clock: Clock, spring: District) -> Newborn:
    """Return a case whose household item runs since 24 March: three working days, to the 27th."""
    story = newborn(spring)
    actions.approve_item(item(story, "birth_certificate").pk, by=spring.account("linlan"))
    assert due(story, "household") == date(2026, 3, 27)
    return story


# ── stopped days ────────────────────────────────────────────────────────────────────────────────


def test_days_in_which_the_applicant_is_waited_for_do_not_count(clock: Clock, spring: District):
    story = household(clock, spring)
    row, sun, wang = (
        item(story, "household").pk,
        spring.account("sunwei"),
        spring.account("wangfang"),
    )
    clock.go_to(date(2026, 3, 25))
    actions.return_item(row, by=sun, reason="marriage_unclear", message="请拍结婚证")
    assert reads.inbox(sun)[0].left is None
    clock.go_to(date(2026, 3, 31))
    assert reads.decision(row, account=sun).reading.used == 0  # type: ignore[union-attr]
    actions.supply_item(story.case_id, "household", by=wang, answer="补好了")
    # 25, 26, 27 and 30 March were stopped; the 31st counts again: 31 March, 1 and 2 April.
    assert due(story, "household") == date(2026, 4, 2)
    clock.go_to(date(2026, 4, 1))
    reading = reads.decision(row, account=sun).reading
    assert reading is not None
    assert (reading.used, reading.left, reading.stopped) == (2, 1, 4)


def test_a_later_day_is_told_with_the_day_itself(clock: Clock, spring: District):
    """A promised day never moves in silence."""
    story = household(clock, spring)
    row, sun = item(story, "household").pk, spring.account("sunwei")
    clock.go_to(date(2026, 3, 25))
    actions.pause_item(row, by=sun, reason="appraisal")
    follow()
    assert told(spring)[-1][0] == "case.paused"
    assert "等亲子关系鉴定的结果" in told(spring)[-1][1]
    assert reads.inbox(sun)[0].left is None
    clock.go_to(date(2026, 4, 7))
    actions.resume_item(row, by=sun)
    follow()
    assert due(story, "household") == date(2026, 4, 9)
    kind, body = told(spring)[-1]
    assert (kind, "4月9日" in body) == ("case.resumed", True)
    assert case(story).promised_day == MARCH_24 + timedelta(days=21)
    mine = reads.case_view(story.number, account=spring.account("wangfang"))
    assert mine.outlook is not None
    assert mine.outlook.finish.day > case(story).promised_day
    assert mine.outlook.late > 0


def test_an_applicant_may_take_as_long_as_they_like_and_costs_the_office_nothing(
    clock: Clock, spring: District
):
    story = household(clock, spring)
    row, sun = item(story, "household").pk, spring.account("sunwei")
    actions.return_item(row, by=sun, reason="marriage_unclear", message="请拍结婚证")
    clock.go_to(date(2026, 6, 1))
    assert actions.fire_timers() == 0
    assert item(story, "household").status == "returned"


def test_what_is_promised_stays_however_late_somebody_looks(clock: Clock, spring: District):
    story = household(clock, spring)
    for day in (date(2026, 3, 26), date(2026, 4, 20)):
        clock.go_to(day)
        decision = reads.decision(item(story, "household").pk, account=spring.account("sunwei"))
        assert decision.reading is not None
        assert decision.reading.due.day == date(2026, 3, 27)
    assert reads.inbox(spring.account("sunwei"))[0].left == -15


def test_a_condition_of_age_is_judged_on_the_day_of_submission(clock: Clock, spring: District):
    """The child was twelve days old; no office's delay makes it too old."""
    story = newborn(spring)
    clock.go_to(date(2026, 11, 2))
    decision = reads.decision(item(story, "birth_certificate").pk, account=spring.account("linlan"))
    assert [check.value for check in decision.checks] == [True, True, True]
    actions.approve_item(item(story, "birth_certificate").pk, by=spring.account("linlan"))


# ── a year whose holidays aren't announced ──────────────────────────────────────────────────────


@pytest.fixture
def december(clock: Clock) -> Clock:
    """Friday, 25 December 2026: working days of 2027 are not known yet."""
    clock.go_to(date(2026, 12, 25))
    return clock


def test_a_promise_that_reaches_into_an_unannounced_year_is_provisional(
    december: Clock, district: District
):
    story = newborn(district)
    now = case(story)
    assert (now.promised_day, now.promised_provisional) == (date(2027, 1, 15), True)
    assert not item(story, "birth_certificate").due_provisional
    december.go_to(date(2026, 12, 28))
    actions.approve_item(item(story, "birth_certificate").pk, by=district.account("linlan"))
    december.go_to(date(2026, 12, 30))
    actions.return_item(
        item(story, "household").pk, by=district.account("sunwei"), reason="marriage_unclear",
        message="?",
    )  # fmt: skip
    december.go_to(date(2026, 12, 31))
    actions.supply_item(story.case_id, "household", by=district.account("wangfang"), answer="好")
    row = item(story, "household")
    assert (row.due_day, row.due_provisional) == (date(2027, 1, 4), True)
    assert reads.inbox(district.account("sunwei"))[0].due_provisional


def test_an_item_that_runs_is_derived_anew_as_well(
    packs: Packs, december: Clock, district: District
):
    december.go_to(date(2026, 12, 31))
    story = newborn(district)
    assert item(story, "birth_certificate").due_day == date(2027, 1, 4)
    assert item(story, "birth_certificate").due_provisional
    announce(packs)
    actions.fire_timers()
    row = item(story, "birth_certificate")
    assert (row.due_day, row.due_provisional) == (date(2027, 1, 6), False)


def test_a_day_promised_without_reserve_does_not_move_with_the_calendar(
    packs: Packs, clock: Clock, spring: District
):
    """A weekend that becomes a working day later: the office may be early, never late."""
    story = household(clock, spring)
    packs.change(
        ("name: {zh: \"清明节\"", "name: {zh: \"清明\""), file="calendars/2026.yaml"
    )  # fmt: skip
    assert actions.rederive_days() == 0
    assert (case(story).promised_day, due(story, "household")) == (
        date(2026, 4, 14), date(2026, 3, 27),
    )  # fmt: skip
    assert "promise.moved" not in [e.kind for e in audit.history("case", str(story.case_id))]


def announce(packs: Packs) -> None:
    """Publish a notice for 2027 in which New Year's holidays last to the 5th."""
    packs.change(
        ("provisional: true", "provisional: false"),
        ('mark: "L"', 'mark: "H"'),
        ('    to: "2027-01-01"', '    to: "2027-01-05"'),
        file="calendars/2027.yaml",
    )


# ── timers ──────────────────────────────────────────────────────────────────────────────────────


def fired() -> list[str]:
    return sorted(FiredTimer.objects.values_list("rule", flat=True))


def test_each_timer_fires_on_its_day_and_once(clock: Clock, spring: District):
    household(clock, spring)
    expected = {
        date(2026, 3, 25): [],
        date(2026, 3, 26): ["soon"],
        date(2026, 3, 27): ["due", "soon"],
        date(2026, 3, 28): ["due", "soon"],  # a Saturday
        date(2026, 3, 30): ["due", "overdue", "soon"],
        date(2026, 4, 20): ["due", "overdue", "soon"],
    }
    for day, rules in expected.items():
        clock.go_to(day)
        for _ in range(2):
            actions.fire_timers()
        assert fired() == rules, day
    kinds = [notice.kind for notice in notices.notices_of(spring.account("sunwei"))]
    assert sorted(kinds) == ["timer.due", "timer.overdue", "timer.soon"]


def test_a_timer_of_a_day_that_has_moved_says_nothing(clock: Clock, spring: District):
    story = household(clock, spring)
    row, sun = item(story, "household"), spring.account("sunwei")
    old = Timer("household", "due", date(2026, 3, 27), "1:2026-03-27")
    clock.go_to(date(2026, 3, 25))
    actions.pause_item(row.pk, by=sun, reason="appraisal")
    clock.go_to(date(2026, 4, 8))
    actions.resume_item(row.pk, by=sun)
    assert timing._fire(row, old, date(2026, 4, 8)) == 0
    clock.go_to(date(2026, 4, 10))
    actions.fire_timers()
    assert set(FiredTimer.objects.values_list("due_version", flat=True)) == {"1:2026-04-10"}


def test_nobody_is_found_overdue_by_a_provisional_day(december: Clock, district: District):
    december.go_to(date(2026, 12, 31))
    newborn(district)
    december.go_to(date(2027, 1, 8))
    actions.fire_timers()
    assert fired() == ["due"]  # no working day lies between the start and the day before


# ── promises of the applicant ───────────────────────────────────────────────────────────────────


def promised(clock: Clock, spring: District) -> Newborn:
    """Return a case in which the marriage certificate is promised within ten working days."""
    spring.switch("civil.marriage", "failing")
    story = newborn(spring, until="draft")
    wang = spring.account("wangfang")
    answers = {
        "child_name": "陈予珺", "phone": "13800001234", "father_name": "陈立",
        "father_number": cast.CHEN_LI.number, "household": "mother", "marriage_status": "married",
        "card_delivery": "collect",
    }  # fmt: skip
    for step in ("child", "parents", "father", "household", "card"):
        assert not actions.save_answers(story.draft, by=wang, step=step, answers=answers)
    actions.give_promise(story.draft, by=wang, material="marriage")
    story.submit()
    return story


def test_a_promised_proof_has_a_day_and_its_applicant_is_reminded_once(
    clock: Clock, spring: District
):
    story = promised(clock, spring)
    row = CaseMaterial.objects.get(state="promised")
    assert (row.key, row.due_day) == ("marriage", date(2026, 4, 8))
    for day in (date(2026, 4, 6), date(2026, 4, 7), date(2026, 4, 8)):
        clock.go_to(day)
        actions.fire_timers()
    reminders = [kind for kind, _ in told(spring) if kind == "case.promise"]
    assert len(reminders) == 1
    view = reads.case_view(story.number, account=spring.account("wangfang"))
    assert [one.key for one in view.owed] == ["marriage"]


def test_a_promised_proof_is_brought_and_read_by_the_office_that_needs_it(
    clock: Clock, spring: District
):
    from minsheng.lib.errors import Conflict, NotAllowed, NotFound

    story = promised(clock, spring)
    pdf = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n"
    wang, lin, sun = (spring.account(name) for name in ("wangfang", "linlan", "sunwei"))
    with pytest.raises(NotFound):
        actions.bring_material(
            story.case_id, "marriage", by=spring.account("liqiang"), name="a.pdf", content=pdf
        )
    with pytest.raises(Conflict):
        actions.bring_material(
            story.case_id, "birth_record", by=wang, name="a.pdf", content=pdf
        )  # fmt: skip
    actions.bring_material(story.case_id, "marriage", by=wang, name="结婚证.pdf", content=pdf)
    assert CaseMaterial.objects.get(key="marriage").state == "provided"
    assert replay_agrees(story)
    actions.fire_timers()
    assert not [kind for kind, _ in told(spring) if kind == "case.promise"]

    household_item = item(story, "household").pk
    with pytest.raises(NotFound):  # its clock has not started: nothing is needed yet
        actions.open_material(household_item, "marriage", by=sun)
    actions.approve_item(item(story, "birth_certificate").pk, by=lin, evidence="看过")
    assert actions.open_material(household_item, "marriage", by=sun).content == pdf
    way = f"/desk/items/{household_item}/materials/marriage"
    client = spring.client("sunwei")
    assert way in client.get(f"/desk/items/{household_item}").content.decode()
    answered = (client.get(way), client.get(f"/api/v1/items/{household_item}/materials/marriage"))
    assert [one.content for one in answered] == [pdf, pdf]
    with pytest.raises(NotAllowed):
        actions.open_material(household_item, "marriage", by=lin)
    with pytest.raises(NotFound):
        actions.open_material(item(story, "birth_certificate").pk, "marriage", by=lin)
