"""Registers over real sockets: every way of failing becomes a question that says why it is asked."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.factories import District, newborn

from minsheng.apps.cases import actions, lookups, reads
from minsheng.apps.cases.connect import registers
from minsheng.apps.cases.connect.registers import Answer
from minsheng.apps.cases.models import LookUp
from minsheng.lib.errors import Unavailable, WrongInput

HOSPITAL = "hospital.birth_record"


def because(district: District) -> dict[str, str]:
    """Return the reason told with each question of 王芳's new form."""
    story = newborn(district, until="draft")
    view = reads.draft_view(story.draft, account=district.account("wangfang"))
    return {field.spec.key: field.because.zh for step in view.steps for field in step.asked}


@pytest.mark.parametrize(
    ("mode", "outcome"), [("failing", "silent"), ("wrong", "wrong"), ("slow", "silent")]
)
def test_a_register_that_fails_is_asked_around_with_its_reason(
    district: District, settings: Any, mode: str, outcome: str
):
    settings.MINSHENG_REGISTERS_TIMEOUT_MS = 300
    district.switch(HOSPITAL, mode)
    asked = because(district)
    assert "现在没有回答" in asked["child_birth"]
    assert asked["child_name"] == ""
    row = LookUp.objects.get(register=HOSPITAL)
    assert row.outcome == outcome


def test_a_register_without_a_record_says_another_thing(district: District):
    district.bear()
    assert "没有查到" in because(district)["child_birth"]
    assert LookUp.objects.get(register=HOSPITAL).outcome == "none"


def test_a_register_that_does_not_let_us_look_says_another_thing(district: District, settings: Any):
    settings.MINSHENG_REGISTERS_TOKEN = "not ours"
    assert "没有让我们查" in because(district)["child_birth"]


def test_a_server_that_is_not_there_is_silence(district: District, settings: Any):
    settings.MINSHENG_REGISTERS_URL = "http://127.0.0.1:9"
    asked = because(district)
    assert "现在没有回答" in asked["child_birth"]
    assert "现在没有回答" in asked["mother_address"]


def test_a_slow_register_is_waited_for_once_and_not_asked_about_the_next_person(
    district: District, settings: Any
):
    """Somebody waits for the page: two look-ups of one silent register would double the wait."""
    settings.MINSHENG_REGISTERS_TIMEOUT_MS = 300
    district.switch("population.person", "slow")
    asked = because(district)
    assert {"mother_name", "father_name"} <= asked.keys()
    assert LookUp.objects.filter(register="population.person").count() == 1


def test_another_mother_s_number_in_the_record_is_not_believed(
    district: District, monkeypatch: pytest.MonkeyPatch
):
    find = lookups.find

    def mixed_up(register: str, about: str) -> Answer:
        answer = find(register, about)
        if register != HOSPITAL:
            return answer
        records = tuple({**one, "mother_number": "500999198802090035"} for one in answer.records)
        return Answer(register, "found", records, 1)

    monkeypatch.setattr(lookups, "find", mixed_up)
    assert "现在没有回答" in because(district)["mother_number"]


@pytest.mark.parametrize(
    "odd",
    [
        {"born_on": "2026-02-30"}, {"born_on": "2999-01-01"}, {"sex": "x"},
        {"hospital": "=HYPERLINK(1)"}, {"weight_g": "a lot"}, {"hospital": "长" * 200},
    ],
    ids=str,
)  # fmt: skip
def test_a_value_that_can_not_be_is_asked_instead(
    district: District, monkeypatch: pytest.MonkeyPatch, odd: dict[str, str]
):
    find = lookups.find

    def wrong(register: str, about: str) -> Answer:
        answer = find(register, about)
        if register != HOSPITAL:
            return answer
        return Answer(register, "found", tuple({**one, **odd} for one in answer.records), 1)

    monkeypatch.setattr(lookups, "find", wrong)
    names = {
        "born_on": "child_birth", "sex": "child_sex", "hospital": "hospital_name",
        "weight_g": "child_weight_g",
    }  # fmt: skip
    (part,) = odd
    assert names[part] in because(district)


def test_a_register_nobody_has_offered_is_asked_by_the_common_protocol(district: District):
    """A pack may name a new register without any Python; this server doesn't know it."""
    answer = lookups.find("land.parcel", "500999198802090035")
    assert (answer.outcome, answer.records) == ("wrong", ())


def test_on_another_day_registers_are_asked_again_and_silence_takes_nothing_back(
    district: District,
):
    from minsheng.apps.cases.models import Draft

    story = newborn(district, until="answered")
    Draft.objects.update(asked_registers_on="2026-01-01")
    district.switch(HOSPITAL, "failing")
    wang = district.account("wangfang")
    actions.resume_draft(story.draft, by=wang)
    view = reads.draft_view(story.draft, account=wang)
    assert "child_birth" in {known.spec.key for known in view.known}
    assert view.event == "YS-DEMO-0001"
    assert reads.preview(story.draft, account=wang).may_submit


def test_a_child_can_not_be_chosen_while_its_register_is_down(district: District):
    from tests.factories import siblings

    _, second = siblings(district, 2)
    story = newborn(district, until="draft")
    district.switch(HOSPITAL, "failing")
    with pytest.raises(Unavailable):
        actions.choose_event(story.draft, by=district.account("wangfang"), event=second)


# ── the client ──────────────────────────────────────────────────────────────────────────────────


def test_a_failing_register_is_tried_twice_and_a_slow_one_once(
    district: District, monkeypatch: pytest.MonkeyPatch, settings: Any
):
    settings.MINSHENG_REGISTERS_TIMEOUT_MS = 300
    tries: list[str] = []
    post = registers._post

    def counted(path: str, *more: Any) -> tuple[int, object]:
        tries.append(path)
        return post(path, *more)

    monkeypatch.setattr(registers, "_post", counted)
    for mode, count in (("failing", 2), ("slow", 1), ("ok", 1), ("wrong", 1)):
        tries.clear()
        district.switch(HOSPITAL, mode)
        registers.find(HOSPITAL, "500999198802090035")
        assert len(tries) == count, mode


def test_a_citizen_number_never_stands_in_an_address(
    district: District, monkeypatch: pytest.MonkeyPatch
):
    paths: list[str] = []
    post = registers._post

    def seen(path: str, *more: Any) -> tuple[int, object]:
        paths.append(path)
        return post(path, *more)

    monkeypatch.setattr(registers, "_post", seen)
    newborn(district, until="draft")
    assert set(paths) == {
        "hospital.birth_record/find", "population.person/find", "civil.marriage/find",
        "hospital.birth_bill/find",
    }  # fmt: skip


def test_a_register_that_refuses_a_write_says_so_at_once(district: District):
    started = time.monotonic()
    with pytest.raises(WrongInput) as refused:
        registers.write("population.household", {"child_birth": "never"}, key="k")
    assert refused.value.code == "register_refused"
    assert time.monotonic() - started < 60
    district.switch("population.household", "failing")
    with pytest.raises(Unavailable):
        registers.write("population.household", {"child_birth": "2026-01-01"}, key="k")


def test_nobody_else_is_asked_about_where_the_application_has_no_use_for_it(district: District):
    """The father's draft is about himself until it is known that he may apply: not a word of her."""
    actions.open_draft(district.account("chenli"), "newborn")
    assert set(LookUp.objects.values_list("is_own", flat=True)) == {True}
    actions.open_draft(district.account("wangfang"), "newborn")
    assert set(LookUp.objects.values_list("is_own", flat=True)) == {True, False}
