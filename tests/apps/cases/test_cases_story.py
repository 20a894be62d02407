"""The acts of a case, one behaviour each, from look-ups to certificates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.cases.cases_cast import statuses
from tests.factories import ANSWERS, District, newborn, siblings

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions, reads, store
from minsheng.apps.cases.models import Case, CaseValue, Item
from minsheng.apps.notices import reads as notices
from minsheng.apps.outbox.models import Effect
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.records import reads as records
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

pytestmark = pytest.mark.django_db


def item(story, key):
    return Item.objects.get(case_id=story.case_id, key=key)


# ── what is asked ───────────────────────────────────────────────────────────────────────────────


def test_only_what_no_register_knows_is_asked(district: District):
    story = newborn(district, until="draft")
    view = reads.draft_view(story.draft, account=district.account("wangfang"))
    asked = {field.spec.key for step in view.steps for field in step.asked}
    assert asked == {"child_name", "phone", "household", "card_delivery", "card_address"}
    assert {known.spec.key for known in view.known} >= {"child_birth", "mother_name", "father_name"}


@pytest.mark.parametrize("mode", ["failing", "wrong"])
def test_a_register_that_does_not_answer_becomes_questions_with_a_reason(district, mode):
    district.switch("hospital.birth_record", mode)
    story = newborn(district, until="draft")
    view = reads.draft_view(story.draft, account=district.account("wangfang"))
    asked = {field.spec.key: field.because.zh for step in view.steps for field in step.asked}
    assert "child_birth" in asked
    assert "没有回答" in asked["child_birth"]
    assert view.silent == ("hospital.birth_record",)


def test_a_register_without_a_record_is_told_apart_from_a_silent_one(district):
    district.bear()
    story = newborn(district, until="draft")
    view = reads.draft_view(story.draft, account=district.account("wangfang"))
    asked = {field.spec.key: field.because.zh for step in view.steps for field in step.asked}
    assert "没有查到" in asked["child_birth"]
    assert view.silent == ()


def test_twins_are_two_applications(district):
    first, second = siblings(district, 2)
    one = newborn(district, event=first)
    two = newborn(district, event=second)
    assert one.number != two.number
    assert Case.objects.filter(status="running").count() == 2


def test_an_event_of_somebody_else_can_not_be_chosen(district):
    siblings(district, 2)
    story = newborn(district, until="draft")
    with pytest.raises(WrongInput):
        actions.choose_event(story.draft, by=district.account("wangfang"), event="YS-20260101-9999")


# ── bad input ───────────────────────────────────────────────────────────────────────────────────


def test_wrong_answers_are_told_by_field_and_right_ones_kept(district):
    story = newborn(district, until="draft")
    wang = district.account("wangfang")
    errors = actions.save_answers(
        story.draft,
        by=wang,
        step="child",
        answers={"child_name": "=HYPERLINK(1)", "phone": "13800001234"},
    )
    assert set(errors) == {"child_name"}
    view = reads.draft_view(story.draft, account=wang)
    typed = {field.spec.key: field.value for step in view.steps for field in step.asked}
    assert typed["child_name"] == "=HYPERLINK(1)"
    assert typed["phone"] == "13800001234"


@pytest.mark.parametrize("typed", ["2026-02-30", "昨天", "2099-01-01"])
def test_impossible_and_future_days_are_refused(district, typed):
    district.bear()
    story = newborn(district, until="draft")
    errors = actions.save_answers(
        story.draft, by=district.account("wangfang"), step="child", answers={"child_birth": typed}
    )
    assert "child_birth" in errors


def test_a_child_over_six_months_is_sent_to_the_counter(district):
    district.bear()
    wang = district.account("wangfang")
    story = newborn(district, until="draft")
    born = (district.today - timedelta(days=250)).isoformat()
    answers = {
        **ANSWERS["child"],
        "born_where": "district",
        "child_birth": born,
        "child_sex": "female",
        "hospital_name": "区妇幼保健院",
        "mother_number": people.number_of(wang.person),
    }
    assert actions.save_answers(story.draft, by=wang, step="child", answers=answers) == {}
    for step in ("household", "card"):
        actions.save_answers(story.draft, by=wang, step=step, answers=ANSWERS[step])

    preview = reads.preview(story.draft, account=wang)
    assert not preview.may_submit
    with pytest.raises(WrongInput) as refused:
        actions.submit_draft(story.draft, by=wang)
    assert refused.value.code == "casework.not_admitted"


def test_a_draft_of_another_account_is_not_found(district):
    story = newborn(district, until="answered")
    stranger = district.account("liqiang")
    for act in (
        lambda: actions.submit_draft(story.draft, by=stranger),
        lambda: actions.save_answers(story.draft, by=stranger, step="child", answers={}),
        lambda: reads.draft_view(story.draft, account=stranger),
        lambda: actions.discard_draft(story.draft, by=stranger),
    ):
        with pytest.raises(NotFound):
            act()


# ── the story ───────────────────────────────────────────────────────────────────────────────────


def test_the_story_ends_with_four_certificates_that_anybody_can_verify(district):
    story = newborn(district, until="rated")
    view = reads.case_view(story.number, account=district.account("wangfang"))
    assert view.case.status == "done"
    licences = records.licences_of_case(story.number)
    assert sorted(one.kind for one in licences) == [
        "birth-certificate", "completion", "household-page", "social-card",
    ]  # fmt: skip
    assert {records.verification(one.number).status for one in licences} == {"valid"}
    assert [notice.kind for notice in notices.notices_of(district.account("wangfang"))].count(
        "case.done"
    ) == 3
    assert Effect.objects.exclude(state="done").count() == 0


def test_state_replayed_from_events_is_the_state_stored(district):
    story = newborn(district, until="rated")
    case = Case.objects.get(pk=story.case_id)
    assert store.replayed(case) == store.state_of(case)
    assert audit.verify().ok


def test_nothing_personal_stands_in_events_effects_or_notices(district):
    story = newborn(district, until="rated")
    wang = district.account("wangfang")
    personal = [
        "陈予珺", "王芳", "陈立", "13800001234", "含光路", people.number_of(wang.person),
        "YS-DEMO-0001", "很快",
    ]  # fmt: skip
    texts = [entry.text for entry in audit.recent(limit=1000)]
    texts += [str(effect.payload) for effect in Effect.objects.all()]
    texts += [n.title_zh + n.body_zh for n in notices.notices_of(wang)]
    everything = "\n".join(texts)
    assert [one for one in personal if one in everything] == []
    assert story.number.split("-")[1] not in {""}


def test_erasing_the_applicant_leaves_the_chain_whole_and_the_values_gone(district):
    story = newborn(district, until="rated")
    person = district.account("wangfang").person
    sealed = CaseValue.objects.filter(case_id=story.case_id).exclude(sealed="").first()
    people_actions.erase_person(person, by="test", reason="asked")
    person.refresh_from_db()
    with pytest.raises(NotFound):
        people.open_value(person, sealed.sealed, purpose_field=sealed.field)
    assert audit.verify().ok


def test_a_second_click_returns_the_same_case(district):
    story = newborn(district)
    again = actions.submit_draft(story.draft, by=district.account("wangfang"))
    assert again.pk == story.case_id


def test_the_same_child_can_not_have_two_cases(district):
    newborn(district)
    wang = district.account("wangfang")
    second = newborn(district, until="answered")
    with pytest.raises(Conflict) as refused:
        actions.submit_draft(second.draft, by=wang)
    assert refused.value.code == "already_open"


def test_what_is_done_is_not_done_again(district):
    newborn(district, until="social_card")
    second = newborn(district, until="answered")
    with pytest.raises(Conflict) as refused:
        actions.submit_draft(second.draft, by=district.account("wangfang"))
    assert refused.value.code == "already_done"


# ── officers ────────────────────────────────────────────────────────────────────────────────────


def test_an_officer_of_another_office_may_not_decide(district):
    story = newborn(district)
    row = item(story, "birth_certificate")
    with pytest.raises(NotAllowed):
        actions.approve_item(row.pk, by=district.account("sunwei"), evidence="x")
    with pytest.raises(NotAllowed):
        reads.decision(row.pk, account=district.account("sunwei"))


def test_the_second_decision_is_told_that_somebody_was_faster(district):
    story = newborn(district)
    row = item(story, "birth_certificate")
    lin = district.account("linlan")
    actions.approve_item(row.pk, by=lin)
    with pytest.raises(Conflict) as told:
        actions.refuse_item(row.pk, by=lin, reason="not_born_here")
    assert told.value.facts["status"] == "done"
    assert told.value.facts["decided_by"]


def test_approving_with_an_open_check_needs_what_settled_it(district):
    district.switch("civil.marriage", "failing")
    wang = district.account("wangfang")
    story = newborn(district, until="draft")
    number = people.number_of(district.account("chenli").person)
    parents = {"marriage_status": "none", "parents": "both"}
    father = {"father_name": "陈立", "father_number": number}
    for step, answers in {**ANSWERS, "parents": parents, "father": father}.items():
        assert actions.save_answers(story.draft, by=wang, step=step, answers=answers) == {}
    story.submit()
    story.approve("birth_certificate")
    row = item(story, "household")
    sun = district.account("sunwei")
    with pytest.raises(WrongInput) as missing:
        actions.approve_item(row.pk, by=sun)
    assert missing.value.field == "evidence"
    assert item(story, "household").status == "open"
    actions.approve_item(row.pk, by=sun, evidence="看过结婚证原件")
    assert item(story, "household").status == "external"


def test_a_return_stops_the_clock_and_the_answer_lets_it_run(district):
    story = newborn(district)
    row = item(story, "birth_certificate")
    lin, wang = district.account("linlan"), district.account("wangfang")
    actions.return_item(row.pk, by=lin, reason="name_unclear", message="请确认名字")
    assert item(story, "birth_certificate").status == "returned"
    view = reads.case_view(story.number, account=wang)
    assert [(one.row.key, one.message) for one in view.returned] == [
        ("birth_certificate", "请确认名字")
    ]
    actions.supply_item(story.case_id, "birth_certificate", by=wang, answer="没有错")
    assert item(story, "birth_certificate").status == "open"
    with pytest.raises(Conflict):
        actions.return_item(row.pk, by=lin, reason="name_unclear", message="再问一次")


def test_the_applicant_puts_right_what_was_asked_and_the_event_names_only_the_field(district):
    story = newborn(district)
    row = item(story, "birth_certificate")
    wang = district.account("wangfang")
    actions.return_item(
        row.pk, by=district.account("linlan"), reason="name_unclear", message="哪个字"
    )
    with pytest.raises(WrongInput) as wrong:
        actions.supply_item(
            story.case_id, row.key, by=wang, answer="改了", corrections={"child_name": "@x"}
        )
    assert wrong.value.field == "child_name"
    assert item(story, row.key).status == "returned"
    actions.supply_item(
        story.case_id, row.key, by=wang, answer="改了", corrections={"child_name": "陈予昇"}
    )
    decision = reads.decision(row.pk, account=district.account("linlan"))
    assert {v.spec.key: str(v.text) for v in decision.values}["child_name"] == "陈予昇"
    corrected = [
        e for e in audit.history("case", str(story.case_id)) if e.kind == "values.corrected"
    ]
    assert [entry.data["fields"] for entry in corrected] == ["child_name"]
    case = Case.objects.get(pk=story.case_id)
    assert store.replayed(case) == store.state_of(case)


def test_only_asked_answers_can_be_put_right_never_a_register_s(district):
    story = newborn(district)
    wang = district.account("wangfang")
    row = item(story, "birth_certificate")
    actions.return_item(row.pk, by=district.account("linlan"), reason="record_differs", message="?")
    actions.supply_item(
        story.case_id, row.key, by=wang, answer="好", corrections={"mother_name": "李四"}
    )
    decision = reads.decision(row.pk, account=district.account("linlan"))
    assert {v.spec.key: str(v.text) for v in decision.values}["mother_name"] == "王芳"


def test_an_officer_who_leaves_a_post_loses_its_items_at_once(district):
    story = newborn(district)
    lin = district.account("linlan")
    assert [row.number for row in reads.inbox(lin)] == [story.number]
    (held,) = people.assignments_of(lin)
    people_actions.end_assignment(held, on=district.today)
    assert reads.inbox(lin) == []
    with pytest.raises(NotAllowed):
        actions.approve_item(item(story, "birth_certificate").pk, by=lin)


def test_opening_an_item_is_written_down_for_the_person_it_is_about(district):
    story = newborn(district)
    reads.decision(item(story, "birth_certificate").pk, account=district.account("linlan"))
    looks = people.looks_at(district.account("wangfang").person)
    assert [(look.case, look.purpose.zh) for look in looks if look.case] == [
        (story.number, "办理您的事")
    ]


# ── father, withdrawal, reversal ────────────────────────────────────────────────────────────────


def test_the_father_s_household_waits_for_his_own_consent(district):
    story = newborn(district, household="father", until="birth_certificate")
    assert item(story, "household").status == "waiting"
    chen = district.account("chenli")
    assert [line.number for line in reads.consent_requests(chen)] == [story.number]
    actions.consent_case(story.case_id, by=chen, given=True)
    assert item(story, "household").status == "open"
    assert reads.consent_requests(chen) == []


def test_a_father_who_says_no_stops_only_what_needs_him(district):
    story = newborn(district, household="father", until="birth_certificate")
    actions.consent_case(story.case_id, by=district.account("chenli"), given=False)
    assert statuses(story) == {
        "birth_certificate": "done", "household": "cancelled", "social_card": "cancelled",
    }  # fmt: skip
    assert Case.objects.get(pk=story.case_id).status == "partly_done"


def test_the_father_sees_the_case_but_not_what_the_mother_filled_in(district):
    story = newborn(district, household="father")
    view = reads.case_view(story.number, account=district.account("chenli"))
    assert (view.is_applicant, view.values, view.materials) == (False, (), ())
    with pytest.raises(NotFound):
        actions.withdraw_case(story.case_id, by=district.account("chenli"))


def test_a_stranger_learns_nothing_of_a_case(district):
    story = newborn(district)
    stranger = district.account("liqiang")
    for act in (
        lambda: reads.case_view(story.number, account=stranger),
        lambda: actions.withdraw_case(story.case_id, by=stranger),
        lambda: actions.consent_case(story.case_id, by=stranger, given=True),
        lambda: actions.supply_item(story.case_id, "household", by=stranger, answer="x"),
        lambda: actions.rate_case(story.case_id, by=stranger, score=5),
    ):
        with pytest.raises(NotFound):
            act()
    assert reads.cases_of(stranger) == []


def test_withdrawing_keeps_what_is_done(district):
    story = newborn(district, until="birth_certificate")
    actions.withdraw_case(story.case_id, by=district.account("wangfang"))
    statuses = {row.key: row.status for row in Item.objects.filter(case_id=story.case_id)}
    assert statuses["birth_certificate"] == "done"
    assert statuses["household"] == "cancelled"
    with pytest.raises(Conflict):
        actions.withdraw_case(story.case_id, by=district.account("wangfang"))


def test_a_rating_comes_once_after_the_end(district):
    story = newborn(district, until="household")
    wang = district.account("wangfang")
    with pytest.raises(Conflict):
        actions.rate_case(story.case_id, by=wang, score=5)
    story.approve("social_card")
    with pytest.raises(WrongInput):
        actions.rate_case(story.case_id, by=wang, score=6)
    actions.rate_case(story.case_id, by=wang, score=2)
    assert Case.objects.get(pk=story.case_id).call_back
    with pytest.raises(Conflict):
        actions.rate_case(story.case_id, by=wang, score=5)


# ── outside effects ─────────────────────────────────────────────────────────────────────────────


def test_a_register_that_is_down_leaves_the_item_pending_and_nothing_is_lost(district):
    story = newborn(district, until="birth_certificate")
    district.switch("population.household", "failing")
    story.approve("household")
    assert item(story, "household").status == "external"
    effect = Effect.objects.get(kind="case.effect")
    assert effect.state == "waiting"
    assert effect.attempts == 1
    district.switch("population.household", "ok")
    Effect.objects.filter(pk=effect.pk).update(not_before=None)
    district.work()
    assert item(story, "household").status == "done"
    assert len(district.store.written("population.household")) == 1


def test_a_confirmation_that_comes_twice_is_one(district):
    story = newborn(district, until="household")
    result = item(story, "household").result
    before = audit.history("case", str(story.case_id))
    from minsheng.apps.cases.actions.steps import finish_effect

    finish_effect(story.case_id, "household", attempt=1, result=result)
    assert len(audit.history("case", str(story.case_id))) == len(before)


# ── clocks ──────────────────────────────────────────────────────────────────────────────────────


def test_timers_fire_once_however_often_they_run(district):
    story = newborn(district)
    Item.objects.filter(case_id=story.case_id)
    case = Case.objects.get(pk=story.case_id)
    state = dict(case.state)
    for one in state["items"]:
        if one["key"] == "birth_certificate":
            for name in ("started", "changed"):
                one[name] = (district.today - timedelta(days=12)).isoformat()
            one["promised"] = [(district.today - timedelta(days=10)).isoformat(), False]
    Case.objects.filter(pk=case.pk).update(state=state)
    fired = actions.fire_timers()
    assert fired >= 2
    assert actions.fire_timers() == 0
    kinds = [n.kind for n in notices.notices_of(district.account("linlan"))]
    assert kinds.count("timer.overdue") == 1


def test_the_inbox_asks_the_database_a_fixed_number_of_times(
    district, django_assert_max_num_queries
):
    for event in siblings(district, 8):
        newborn(district, event=event)
    lin = district.account("linlan")
    with django_assert_max_num_queries(4):
        assert len(reads.inbox(lin)) == 8


def test_an_inbox_read_page_by_page_shows_each_item_once_in_its_order(district):
    for event in siblings(district, 5):
        newborn(district, event=event)
    lin = district.account("linlan")
    late = Item.objects.filter(key="birth_certificate").order_by("-pk").first()
    Item.objects.filter(pk=late.pk).update(due_day=district.today - timedelta(days=3))
    whole = [row.id for row in reads.inbox(lin)]
    assert whole[0] == late.pk
    seen, after = [], None
    while rows := reads.inbox(lin, after=after, limit=2):
        seen += [row.id for row in rows]
        after = (rows[-1].due_day, rows[-1].id)
    assert seen == whole
    assert reads.inbox_counts(lin) == (5, 1)
    assert reads.inbox_counts(district.account("liqiang")) == (0, 0)


def test_a_step_makes_few_round_trips(district, django_assert_max_num_queries):
    story = newborn(district)
    row = item(story, "birth_certificate")
    lin = district.account("linlan")
    with django_assert_max_num_queries(20):
        actions.approve_item(row.pk, by=lin)
