"""Invariant 9: one open case for each real-world event, and only those who are asked are let in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from tests.apps.cases.cases_cast import at_once, follow, item, statuses
from tests.factories import ANSWERS, District, Newborn, newborn, siblings

from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.models import Case, CaseSubject, Draft
from minsheng.apps.notices import reads as notices
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account, Person
from minsheng.cli.demo import cast
from minsheng.lib.errors import Conflict, MinshengError, NotFound, WrongInput

BORN = {"born_where": "district", "child_sex": "female", "hospital_name": "区妇幼保健院"}


def answer_all(district: District, story: Newborn, username: str, **more: str) -> dict[str, str]:
    """Fill in the whole form and return the codes of what is wrong, by field."""
    account = district.account(username)
    errors: dict[str, MinshengError] = {}
    for step, answers in {**ANSWERS, "parents": {}, "father": {}}.items():
        errors |= actions.save_answers(
            story.draft, by=account, step=step, answers={**answers, **more}
        )
    return {key: error.code for key, error in errors.items()}


def without_hospital(district: District, mode: str = "failing") -> Newborn:
    """Return 王芳's form, filled in while the hospital's register doesn't answer."""
    district.switch("hospital.birth_record", mode)
    story = newborn(district, until="draft")
    born = {
        **BORN,
        "child_birth": district.today.isoformat(),
        "mother_number": cast.WANG_FANG.number,
    }
    assert answer_all(district, story, "wangfang", **born) == {}
    for material in reads.preview(story.draft, account=district.account("wangfang")).missing:
        give(district, story, material.spec.key)
    return story


def give(district: District, story: Newborn, material: str) -> None:
    pdf = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n"
    wang = district.account("wangfang")
    actions.give_file(story.draft, by=wang, material=material, name="a.pdf", content=pdf)


# ── double clicks, twins, devices ───────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_opened_on_two_devices_at_once_it_is_one_draft(district: District):
    wang = district.account("wangfang")
    given = at_once(*[lambda: actions.open_draft(wang, "newborn")] * 3)
    assert len({draft.pk for draft in given if isinstance(draft, Draft)}) == 1
    assert Draft.objects.count() == 1


def test_of_twins_the_one_under_way_is_left_out_and_the_other_chosen(district: District):
    first, second = siblings(district, 2)
    newborn(district, event=first)
    wang = district.account("wangfang")
    draft = actions.open_draft(wang, "newborn")
    assert reads.draft_view(draft.pk, account=wang).event == second


def test_which_twin_must_be_said_before_it_can_be_submitted(district: District):
    siblings(district, 2)
    story = newborn(district, until="draft")
    wang = district.account("wangfang")
    born = {
        **BORN,
        "child_birth": district.today.isoformat(),
        "mother_number": cast.WANG_FANG.number,
    }
    assert answer_all(district, story, "wangfang", **born) == {}
    assert not reads.preview(story.draft, account=wang).may_submit
    with pytest.raises(WrongInput) as refused:
        actions.submit_draft(story.draft, by=wang)
    assert refused.value.field == "event"


def test_choices_tell_children_apart_and_show_no_citizen_number(district: District):
    siblings(district, 2)
    story = newborn(district, until="draft")
    choices = reads.events_of(story.draft, account=district.account("wangfang"))
    assert [dict(choice.values)["weight_g"] for choice in choices] == ["3280", "3280"]
    assert cast.WANG_FANG.number not in str(choices)
    assert "性别" in {label.zh for label, _ in choices[0].shown}


def test_the_same_child_again_is_told_before_the_form_is_filled_in(district: District):
    newborn(district)
    wang = district.account("wangfang")
    draft = actions.open_draft(wang, "newborn")
    assert reads.draft_view(draft.pk, account=wang).is_under_way


# ── when no register names the event ────────────────────────────────────────────────────────────


def test_a_register_that_comes_back_opens_no_second_case(district: District):
    """The first was submitted while the hospital's register was down, the second knows the child."""
    story = without_hospital(district)
    story.submit()
    assert not Case.objects.get().is_event_known
    district.switch("hospital.birth_record", "ok")
    again = newborn(district, until="answered")
    with pytest.raises(Conflict) as refused:
        actions.submit_draft(again.draft, by=district.account("wangfang"))
    assert refused.value.code == "event_unclear"
    assert story.number in refused.value.zh


def test_a_register_that_goes_down_opens_no_second_case(district: District):
    newborn(district)
    again = without_hospital(district)
    with pytest.raises(Conflict) as refused:
        actions.submit_draft(again.draft, by=district.account("wangfang"))
    assert refused.value.code == "event_unclear"


def test_once_the_register_answers_the_draft_knows_its_child(district: District):
    story = without_hospital(district)
    district.switch("hospital.birth_record", "ok")
    wang = district.account("wangfang")
    actions.resume_draft(story.draft, by=wang)
    view = reads.draft_view(story.draft, account=wang)
    assert view.event == "YS-DEMO-0001"
    asked = {field.spec.key: field.value for step in view.steps for field in step.asked}
    assert "child_birth" not in asked
    assert asked["child_name"] == "陈予珺"


# ── the second parent ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("number", "population", "code"),
    [
        (cast.WANG_FANG.number, "failing", "not_your_number"),
        (cast.WANG_FANG.number, "ok", "casework.not_admitted"),
        (cast.CHEN_LI.number, "ok", "casework.not_admitted"),
    ],
)
def test_a_father_can_not_open_a_case_of_a_birth_that_is_the_mother_s(
    district: District, number: str, population: str, code: str
):
    """Whatever he types, and also while nothing says that he is no mother."""
    chen = district.account("chenli")
    district.switch("population.person", population)
    story = Newborn(district, actions.open_draft(chen, "newborn").pk)
    actions.choose_items(story.draft, by=chen, items=["social_card"])
    born = {**BORN, "child_birth": district.today.isoformat(), "mother_number": number}
    answer_all(district, story, "chenli", **born)
    pdf = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n"
    actions.give_file(story.draft, by=chen, material="birth_record", name="a.pdf", content=pdf)
    with pytest.raises(WrongInput) as refused:
        actions.submit_draft(story.draft, by=chen)
    assert refused.value.code == code
    assert "母亲" in refused.value.zh
    assert not Case.objects.exists()


def test_a_father_who_is_asked_sees_the_item_that_needs_him_and_nothing_else(district: District):
    story = newborn(district, household="father", until="birth_certificate")
    view = reads.case_view(story.number, account=district.account("chenli"))
    assert [one.row.key for one in view.items] == ["household"]
    assert {str(one.data.get("item", "household")) for one in view.timeline} == {"household"}
    assert [one.key for one in view.plan.items] == ["household"]
    assert (view.values, view.materials, view.certificate, view.outlook) == ((), (), None, None)
    assert view.items[0].licence is None
    (line,) = reads.cases_of(district.account("chenli"))
    assert (line.items, line.is_applicant, line.score) == (1, False, None)


def test_a_father_s_household_waits_for_him_and_goes_on_once_he_agrees(district: District):
    story = newborn(district, household="father")
    actions.approve_item(item(story, "birth_certificate").pk, by=district.account("linlan"))
    follow()
    assert statuses(story)["household"] == "waiting"
    chen = district.account("chenli")
    assert "case.consent_wanted" in [notice.kind for notice in notices.notices_of(chen)]
    actions.consent_case(story.case_id, by=chen, given=True)
    assert statuses(story)["household"] == "open"
    assert people_reads.has_consent(person(chen), f"case:{story.case_id}", scope="father")


def test_a_father_who_takes_his_consent_back_cancels_what_is_not_done(district: District):
    story = newborn(district, household="father")
    chen = district.account("chenli")
    actions.consent_case(story.case_id, by=chen, given=True)
    actions.consent_case(story.case_id, by=chen, given=False)
    assert statuses(story)["household"] == "cancelled"
    assert statuses(story)["social_card"] == "cancelled"
    assert not people_reads.has_consent(person(chen), f"case:{story.case_id}", scope="father")
    with pytest.raises(Conflict):
        actions.consent_case(story.case_id, by=chen, given=True)


def test_consent_and_its_record_stand_or_fall_together(
    district: District, monkeypatch: pytest.MonkeyPatch
):
    story = newborn(district, household="father")
    monkeypatch.setattr("minsheng.apps.cases.actions.steps.people.give_consent", fails)
    with pytest.raises(RuntimeError):
        actions.consent_case(story.case_id, by=district.account("chenli"), given=True)
    assert reads.consent_requests(district.account("chenli"))


def test_a_father_without_a_sign_in_is_found_by_his_number_once_he_has_one(district: District):
    Account.objects.filter(username="chenli").delete()
    Person.objects.filter(pk=person_of(cast.CHEN_LI.number).pk).update(number_blind=None)
    story = newborn(district, household="father")
    assert CaseSubject.objects.get(key="father").person is None
    told = [notice.title_zh for notice in notices.notices_of(district.account("wangfang"))]
    assert "请父亲登录点同意" in told

    late = people.open_account("chenli", None, display="陈立（演示）", demo=True)
    clerk = district.account("zhaomin")
    people.prove_by_clerk(late, cast.CHEN_LI.number, clerk=clerk, name="陈立")
    late = district.account("chenli")
    assert [line.number for line in reads.consent_requests(late)] == [story.number]
    actions.consent_case(story.case_id, by=late, given=True)


def test_a_father_s_number_that_is_the_mother_s_own_is_refused(district: District):
    district.switch("civil.marriage", "failing")
    story = newborn(district, until="draft")
    errors = answer_all(district, story, "wangfang", father_number=cast.WANG_FANG.number)
    assert errors["father_number"] == "your_own_number"


def test_a_number_that_somebody_typed_is_never_asked_about(district: District):
    """Or anybody could read a stranger's name and address by typing a number."""
    district.switch("civil.marriage", "failing")
    story = newborn(district, until="draft")
    wang = district.account("wangfang")
    answer_all(district, story, "wangfang", father_number=cast.LI_QIANG.number)
    actions.resume_draft(story.draft, by=wang)
    view = reads.draft_view(story.draft, account=wang)
    asked = {field.spec.key: field.value for step in view.steps for field in step.asked}
    assert asked["father_name"] == ""


def test_a_stranger_learns_nothing_of_a_case(district: District):
    story = newborn(district)
    with pytest.raises(NotFound) as one:
        reads.case_view(story.number, account=district.account("liqiang"))
    with pytest.raises(NotFound) as other:
        reads.case_view("2026-999999", account=district.account("liqiang"))
    assert (one.value.code, one.value.zh) == (other.value.code, other.value.zh)


def fails(*arguments: object, **named: object) -> Iterator[date]:
    raise RuntimeError


def person(account: Account) -> Person:
    assert account.person is not None
    return account.person


def person_of(number: str) -> Person:
    found = people_reads.person_by_number(number)
    assert found is not None
    return found


def test_a_new_key_does_not_forget_which_events_have_a_case(district: District, settings: Any):
    newborn(district)
    settings.MINSHENG_KEYS = {"new": b"k" * 32, **settings.MINSHENG_KEYS}
    again = newborn(district, until="answered")
    with pytest.raises(Conflict) as refused:
        actions.submit_draft(again.draft, by=district.account("wangfang"))
    assert refused.value.code == "already_open"
