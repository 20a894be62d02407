"""A talent's numbers, who confirms them, an objection, what they open, and the code that a desk checks once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.apps.scores.talents_of import NUMBERS, PAPER, confirmed, number, talent

from minsheng.apps.audit import reads as audit
from minsheng.apps.erasure import actions as erasure
from minsheng.apps.erasure.held import held_elsewhere
from minsheng.apps.people import reads as people
from minsheng.apps.scores import actions, reads
from minsheng.apps.scores.models import TalentCode, TalentNumber
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput


def room(district):
    return reads.talent_room(district.account("huangyi"), on=district.today)


def opened(district) -> dict[str, bool]:
    return {one.key: one.is_open for one in room(district).openings}


def test_declared_numbers_count_and_only_checked_ones_open_something(district):
    talent(district)
    found = room(district)
    assert found.explained.count.total.low == found.explained.count.total.high == 47
    assert found.checked.low == 0
    assert opened(district) == {"flat": False, "steward": False, "venue": False}
    for fact in ("degree", "grade"):
        actions.confirm_number(number(fact), by=district.account("yuelan"))
    assert opened(district) == {"flat": False, "steward": False, "venue": True}
    missing = {one.key: one.missing for one in room(district).openings}
    assert missing == {"flat": 6, "steward": 16, "venue": 0}


def test_what_would_raise_the_points_most_comes_first(district):
    talent(district)
    gains = [one.gain for one in room(district).explained.raises]
    assert gains == sorted(gains, reverse=True) and gains[0] > 0


def test_numbers_are_sealed_for_the_person_and_events_hold_none_of_them(district):
    person = talent(district)
    row = TalentNumber.objects.get(fact="tax_fen")
    assert "3200000" not in row.value and PAPER not in row.paper
    events = audit.history("talent", str(person.pk))
    assert {one.kind for one in events} == {"talent.declared"}
    assert all(set(one.data) == {"number", "fact"} for one in events)


def test_what_is_changed_waits_again_and_the_same_stays_checked(district):
    confirmed(district, "degree", "grade")
    talent(district, degree="3", grade="2")
    states = dict(TalentNumber.objects.values_list("fact", "state"))
    assert (states["degree"], states["grade"]) == ("declared", "confirmed")


def test_nobody_but_the_keeper_finds_a_number_right(district):
    talent(district)
    for name in ("huangyi", "liqiang", "sunwei", "fanhua"):
        with pytest.raises(NotAllowed):
            actions.confirm_number(number("degree"), by=district.account(name))
    actions.confirm_number(number("degree"), by=district.account("yuelan"))
    with pytest.raises(Conflict):
        actions.refuse_number(number("degree"), "晚了", by=district.account("caobin"))


def test_an_objection_is_decided_by_somebody_else(district):
    talent(district)
    with pytest.raises(WrongInput):
        actions.refuse_number(number("degree"), " ", by=district.account("yuelan"))
    actions.refuse_number(number("degree"), "没有学位证。", by=district.account("yuelan"))
    assert room(district).explained.count.total.low == 33
    with pytest.raises(NotFound):
        actions.object_to_refusal(number("degree"), "有", by=district.account("liqiang"))
    actions.object_to_refusal(number("degree"), "学位证已带来。", by=district.account("huangyi"))
    with pytest.raises(NotAllowed):
        actions.confirm_number(number("degree"), by=district.account("yuelan"))
    rows, head = TalentNumber.objects.filter(fact="degree"), district.account("fanhua")
    rows.update(decided_by=head)  # as if she had been the keeper that day
    with pytest.raises(Conflict):
        actions.confirm_number(number("degree"), by=head)
    rows.update(decided_by=district.account("yuelan"))
    actions.confirm_number(number("degree"), by=head)
    assert TalentNumber.objects.get(fact="degree").state == "confirmed"


def test_the_database_refuses_a_decision_by_nobody(district):
    talent(district)
    with pytest.raises(IntegrityError), transaction.atomic():
        TalentNumber.objects.filter(fact="degree").update(state="confirmed")


def test_wrong_input_names_its_field(district):
    with pytest.raises(WrongInput) as wrong:
        talent(district, degree="博士")
    assert wrong.value.field == "degree"
    late = actions.Typed(numbers=NUMBERS, paper=PAPER, as_of=district.today + timedelta(days=1))
    with pytest.raises(WrongInput) as wrong:
        actions.declare_own(late, by=district.account("huangyi"))
    assert wrong.value.field == "as_of"


def test_a_code_answers_one_question_once_and_the_person_sees_who_asked(district):
    person = confirmed(district, "degree", "grade")
    row, code = actions.give_talent_code(by=district.account("huangyi"))
    assert code not in row.digest and str(person.pk) not in code
    for name in ("liqiang", "huangyi", "sunwei"):
        with pytest.raises(NotAllowed):
            actions.check_talent_code(code, "venue", by=district.account(name))
    with pytest.raises(WrongInput):
        actions.check_talent_code(code, "school", by=district.account("yuelan"))
    found = actions.check_talent_code(code.lower(), "venue", by=district.account("yuelan"))
    assert found.name == person.name_masked and found.opened.is_open
    looks = audit.history(people.LOOK_STREAM, str(person.pk))
    assert [one.data["purpose"] for one in looks if one.data["part"] == "talent"] == ["window"]
    with pytest.raises(NotFound):
        actions.check_talent_code(code, "venue", by=district.account("yuelan"))


def test_a_code_ends_after_five_minutes_and_with_the_next_one(district):
    owner, desk = district.account("huangyi"), district.account("yuelan")
    _, first = actions.give_talent_code(by=owner)
    row, second = actions.give_talent_code(by=owner)
    with pytest.raises(NotFound):
        actions.check_talent_code(first, "venue", by=desk)
    assert row.until - timezone.now() <= timedelta(minutes=5)
    with pytest.raises(NotFound):
        actions.check_talent_code(second, "venue", by=desk, at=row.until)


def test_my_data_holds_the_numbers_and_erasing_deletes_them(district):
    person = talent(district)
    actions.give_talent_code(by=district.account("huangyi"))
    sections = {one.key: one for one in held_elsewhere(district.account("huangyi"))}
    assert len(sections["talent"].rows) == len(NUMBERS)
    assert "talent" not in {one.key for one in held_elsewhere(district.account("liqiang"))}
    erasure.erase_person(person, by="account:1", reason="own_wish")
    assert TalentNumber.objects.count() == TalentCode.objects.count() == 0
