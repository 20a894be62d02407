"""An assessment from the question of a policy to its answer; what is refused, kept, and never changed."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tests.apps.assessments.assessments_of import (
    KEY,
    WEAK,
    answers,
    appointed,
    appointment,
    asked,
    both_in,
    noted,
    signed,
)

from minsheng.apps.assessments import actions, reads
from minsheng.apps.assessments.actions import Answer, Word
from minsheng.apps.assessments.models import Assessment, Pair, Result, Sheet
from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import actions as cases
from minsheng.apps.erasure import held
from minsheng.apps.mandates import actions as mandates
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Household, HouseholdMember
from minsheng.apps.policies import reads as policies
from minsheng.apps.policies.models import Dossier
from minsheng.apps.records import reads as records
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput


def told(district, name: str) -> list[str]:
    rows = Notice.objects.filter(account=district.account(name), kind="assessment")
    return [row.title_zh for row in rows.order_by("created_at", "pk")]


def test_a_policy_that_could_not_be_told_is_told_after_two_have_signed(district):
    noted(district)
    elder = district.account("xuguilan")
    before = policies.told(elder, "elder-medical-help", on=district.today).told.decision
    assert before.value is None
    assert {one.field for one in before.missing} == {"care_level", "care_assessed_on"}
    result = signed(district)
    after = policies.told(elder, "elder-medical-help", on=district.today).told.decision
    assert after.value is True
    sources = {one.label.zh[:4]: one.said.zh for one in policies.held_about(elder)}
    assert sources["失能等级"] == "能力评估"
    out = reads.family_view(result.assessment_id, account=elder).outcome
    assert (out.total, out.by_points, out.level) == (73, 1, 1)
    assert out.valid_until == result.valid_until
    kinds = [entry.kind for entry in audit.history("assessment", str(result.assessment_id))]
    assert kinds == ["assessment." + one for one in (
        "asked", "appointed", "handed_in", "handed_in", "settled", "signed", "signed",
    )]  # fmt: skip
    assert told(district, "xuguilan") == ["能力评估的日子定了", "能力评估有结果了"]


def test_nothing_of_health_is_in_the_clear(district):
    result = signed(district, {**WEAK, "dementia": True})
    row = Assessment.objects.get()
    rows = [*Sheet.objects.values_list("answers", flat=True), row.words, row.place, row.settled]
    rows += [result.content, *Dossier.objects.values_list("facts_sealed", flat=True)]
    events = json.dumps([entry.data for entry in Entry.objects.all()], default=str)
    notices = " ".join(f"{n.title_zh}{n.body_zh}" for n in Notice.objects.all())
    for text in (*rows, events, notices):
        assert text
        for word in ('dementia":true', "摔过", "槐安路", "徐敏", "失能", "mild"):
            assert word not in text.replace(" ", "")


def test_a_rule_makes_the_level_worse_once_and_says_so(district):
    out = reads.outcome_of(signed(district, {**WEAK, "dementia": True, "care_events": 3}))
    assert (out.by_points, out.level, out.is_raised) == (1, 2, True)
    assert [one.holds for one in out.why] == [False, True, False, True]
    assert all(one.source.zh for one in out.why)


def test_in_a_coma_nothing_is_scored(district):
    found = appointed(district)
    for name in ("mengyan", "dingke"):
        by = district.account(name)
        sent = [Answer(key, value) for key, value in (("coma", True), ("dementia", False), ("mental_disorder", False), ("care_events", 0))]  # fmt: skip
        actions.save_answers(found.pk, sent, by=by)
        actions.hand_in(found.pk, by=by)
    one, other = district.account("mengyan"), district.account("dingke")
    actions.settle(found.pk, None, by=one, informant="护工")
    actions.sign(found.pk, 1, by=one)
    out = reads.outcome_of(actions.sign(found.pk, 1, by=other))
    assert (out.total, out.by_points, out.level) == (None, None, 4)


def test_what_differs_is_settled_together_and_who_said_what_is_kept(district):
    found = both_in(district, WEAK, {**WEAK, "memory": 4, "hearing": 1})
    one, other = district.account("mengyan"), district.account("dingke")
    shown = reads.compared(found.pk, account=one)
    assert [(d.key, d.first, d.second) for d in shown.differences] == [
        ("memory", 2, 4),
        ("hearing", 2, 1),
    ]
    assert shown.out is None
    with pytest.raises(WrongInput) as wrong:
        actions.sign(found.pk, 0, by=one)
    assert wrong.value.field == "memory"
    with pytest.raises(WrongInput):
        actions.settle(found.pk, Word("bathing", 3), by=one)
    actions.settle(found.pk, Word("memory", 3, "一起又问了一遍"), by=one)
    actions.settle(found.pk, Word("hearing", 1), by=other)
    with pytest.raises(WrongInput) as wrong:
        actions.sign(found.pk, 2, by=one)
    assert wrong.value.field == "informant"
    actions.settle(found.pk, None, by=other, informant="女儿")
    actions.sign(found.pk, 3, by=one)
    out = reads.outcome_of(actions.sign(found.pk, 3, by=other))
    rows = {row.title.zh: row for part in out.parts for row in part.rows}
    memory = rows["记忆"]
    assert [said.zh for said in memory.said] == ["2", "4"]
    assert (memory.value.zh, memory.was_settled, memory.why) == ("3", True, "一起又问了一遍")
    assert not rows["洗澡"].was_settled
    assert out.total == 73


def test_a_signature_is_of_what_stood_and_falls_when_something_is_settled(district):
    found = both_in(district, WEAK, {**WEAK, "memory": 4})
    one, other = district.account("mengyan"), district.account("dingke")
    actions.settle(found.pk, Word("memory", 3), by=one, informant="女儿")
    assert actions.sign(found.pk, 1, by=one) is None
    actions.settle(found.pk, Word("memory", 4), by=other)
    with pytest.raises(Conflict):
        actions.sign(found.pk, 1, by=other)
    assert actions.sign(found.pk, 2, by=other) is None
    assert actions.sign(found.pk, 2, by=one) is not None
    assert actions.sign(found.pk, 2, by=one).pk == Result.objects.get().pk


def test_the_database_itself_refuses_to_change_a_result(district):
    result = signed(district)
    for act in (
        lambda: Result.objects.filter(pk=result.pk).update(valid_until=timezone.localdate() + timedelta(9999)),
        lambda: Result.objects.filter(pk=result.pk).delete(),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    for act in (
        lambda: actions.save_answers(result.assessment_id, answers(), by=district.account("mengyan")),
        lambda: actions.settle(result.assessment_id, None, by=district.account("dingke"), informant="x"),
        lambda: actions.cancel(result.assessment_id, by=district.account("aiming")),
    ):  # fmt: skip
        with pytest.raises(Conflict):
            act()


def test_a_sheet_is_ones_own_until_both_are_in(district):
    found = appointed(district)
    one, other = district.account("mengyan"), district.account("dingke")
    actions.save_answers(found.pk, [Answer("eating", 3, "手抖"), Answer("care_events", 1)], by=one)
    actions.save_answers(found.pk, [Answer("eating", 2)], by=one)
    known, left = reads.own_answers(found.pk, account=one)
    assert (known.scores, known.facts, known.notes) == (
        {"eating": 2},
        {"care_events": 1},
        {"eating": "手抖"},
    )
    assert len(left) == 28
    assert reads.own_answers(found.pk, account=other)[0].scores == {}
    assert reads.compared(found.pk, account=other) is None
    for wrong in (
        Answer("eating", 5),
        Answer("eating", True),
        Answer("coma", 3),
        Answer("care_events", -1),
    ):
        with pytest.raises(WrongInput):
            actions.save_answers(found.pk, [wrong], by=one)
    with pytest.raises(NotFound):
        actions.save_answers(found.pk, [Answer("nothing", 1)], by=one)
    with pytest.raises(WrongInput) as wrong:
        actions.hand_in(found.pk, by=one)
    assert wrong.value.field == "grooming"
    actions.save_answers(found.pk, answers(WEAK), by=one)
    actions.hand_in(found.pk, by=one)
    with pytest.raises(Conflict):
        actions.save_answers(found.pk, [Answer("eating", 4)], by=one)


def test_two_fit_assessors_are_named_and_no_relative(district):
    found, by = asked(district), district.account("aiming")
    for names, said in (
        (("mengyan",), "2 名"), (("dingke", "taoran"), "证书"), (("mengyan", "linlan"), "2 名"),
        (("mengyan", "mengyan"), "2 名"),
    ):  # fmt: skip
        with pytest.raises(WrongInput) as wrong:
            actions.appoint(found.pk, appointment(district, names), by=by)
        assert said in wrong.value.zh
    elder, assessor = district.account("xuguilan"), district.account("dingke")
    assessor.person = district.account("liuyang").person
    assessor.save()
    actions.appoint(found.pk, appointment(district), by=by)
    home = Household.objects.create()
    for person in (elder.person, assessor.person):
        HouseholdMember.objects.filter(person=person).delete()
        HouseholdMember.objects.create(
            household=home, person=person, role="other", since=district.today - timedelta(9)
        )
    with pytest.raises(WrongInput) as wrong:
        actions.appoint(found.pk, appointment(district), by=by)
    assert "一家人" in wrong.value.zh
    with pytest.raises(NotFound):
        actions.appoint(found.pk, appointment(district), by=district.account("linlan"))
    actions.step_aside(found.pk, by=assessor)
    assert told(district, "aiming")[-1] == "一名评估员回避，请另安排"


def test_who_acts_by_a_mandate_asks_reads_and_objects_and_others_dont(district):
    elder, agent = district.account("xuguilan"), district.account("liuyang")
    with pytest.raises(NotFound):
        actions.ask(KEY, by=agent, person_id=elder.person_id)
    given = cases.let_act(
        elder, number=people.number_of(agent.person), services=[KEY], last_day=district.today + timedelta(30)
    )  # fmt: skip
    mandates.accept_mandate(given.pk, by=agent)
    made = actions.ask(KEY, by=agent, person_id=elder.person_id)
    assert actions.ask(KEY, by=elder).pk == made.pk
    result = signed(district, row=made)
    assert told(district, "liuyang") == ["能力评估的日子定了", "能力评估有结果了"]
    assert reads.family_view(made.pk, account=agent).outcome.level == 1
    review = actions.object_to(made.pk, "老人那天刚吃了药。", by=agent)
    assert (review.reason, review.review_of_id) == ("review", result.pk)
    stranger = district.account("liqiang")
    for act in (
        lambda: reads.family_view(made.pk, account=stranger),
        lambda: actions.object_to(made.pk, "我不同意", by=stranger),
        lambda: actions.cancel(review.pk, by=stranger),
        lambda: reads.desk_view(made.pk, account=district.account("linlan")),
        lambda: reads.own_answers(made.pk, account=district.account("gebing")),
        lambda: actions.sign(made.pk, 1, by=district.account("aiming")),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotAllowed):
        reads.agreement(district.account("mengyan"), KEY)
    with pytest.raises(NotAllowed):
        actions.ask_for(KEY, people.number_of(elder.person), by=district.account("dingke"))


def test_an_objection_is_looked_at_by_two_others_and_takes_the_place(district):
    result = signed(district)
    elder = district.account("xuguilan")
    review = actions.object_to(result.assessment_id, "洗澡一步也自己来不了。", by=elder)
    assert actions.object_to(result.assessment_id, "再说一遍", by=elder).pk == review.pk
    with pytest.raises(WrongInput) as wrong:
        actions.appoint(review.pk, appointment(district, ("gebing", "dingke")), by=district.account("aiming"))  # fmt: skip
    assert "复核要换人" in wrong.value.zh
    worse = dict.fromkeys(
        ("eating", "grooming", "bathing", "upper_dressing", "lower_dressing", "toilet", "urine"), 0
    )
    later = signed(district, worse, row=review, names=("gebing", "taoran"))
    assert later.replaces_id == result.pk
    old = reads.family_view(result.assessment_id, account=elder)
    assert (old.outcome.is_replaced, old.review, old.may) == (True, review.pk, frozenset())
    facts = {one.label.zh[:4]: one.shown.zh for one in policies.held_about(elder)}
    assert facts["失能等级"] == "2"
    again = actions.object_to(later.assessment_id, "还是不同意", by=elder)
    assert again.review_of_id == later.pk


def test_a_result_is_a_certificate_that_tells_strangers_no_level_and_a_review_revokes_it(district):
    result, elder = signed(district), district.account("xuguilan")
    district.work()
    first = records.licences_of(elder.person)[0]
    assert next((f.key, f.value) for f in records.facts_of(first)) == ("level", "1 级（轻度失能）")
    seen = records.verification(first.number)
    assert "轻度" not in repr(seen)
    review = actions.object_to(result.assessment_id, "洗澡自己来不了。", by=elder)
    signed(district, {**WEAK, "dementia": True}, row=review, names=("gebing", "taoran"))
    district.work()
    first.refresh_from_db()
    assert (first.is_revoked, len(records.licences_of(elder.person))) == (True, 2)


def test_an_objection_has_a_last_day(district):
    result = signed(district)
    late = timezone.now() + timedelta(days=31)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "localdate", lambda value=None: (value or late).date())
        with pytest.raises(Conflict) as wrong:
            actions.object_to(result.assessment_id, "不同意", by=district.account("xuguilan"))
    assert wrong.value.code == "assessments.too_late"


def test_whose_assessment_ends_soon_is_reminded_once(district):
    result = signed(district)
    near = result.valid_until - timedelta(days=20)
    assert actions.remind(district.today) == 0
    assert actions.remind(near) == 1
    actions.remind(near + timedelta(days=1))
    assert told(district, "xuguilan").count("能力评估快到期了") == 1


def test_what_is_kept_is_in_my_data_and_an_open_one_stands_against_erasing(district):
    noted(district)
    found, elder = asked(district), district.account("xuguilan")
    assert [one.code for one in reads.obstacles(elder.person)] == ["assessment_open"]
    signed(district, row=found)
    assert reads.obstacles(elder.person) == []
    section = next(one for one in held.held_elsewhere(elder) if one.key == "assessments")
    shown = {row.label.zh: row.plain[0] for row in section.rows}
    assert "摔过一次" in shown["申请时写的"]
    assert "1" in shown["洗澡"]
    looks = people.looks_at(elder.person)
    reads.desk_view(found.pk, account=district.account("mengyan"))
    assert len(people.looks_at(elder.person)) == len(looks) + 1


def test_how_far_two_agree_is_counted_without_names(district):
    found = both_in(district, WEAK, {**WEAK, "memory": 4})
    assert Pair.objects.count() == 0
    one, other = district.account("mengyan"), district.account("dingke")
    actions.settle(found.pk, Word("memory", 3), by=one, informant="女儿")
    actions.sign(found.pk, 1, by=one)
    actions.sign(found.pk, 1, by=other)
    pair = Pair.objects.get(item="memory")
    assert (pair.first, pair.second, pair.count) == (2, 4, 1)
    rows = {row.title.zh: row for row in reads.agreement(district.account("aiming"), KEY)}
    assert (len(rows), rows["记忆"].cases, rows["记忆"].found) == (26, 1, None)
    Pair.objects.filter(item="memory").delete()
    for first, second, count in ((0, 0, 4), (4, 4, 4), (0, 4, 2)):
        Pair.objects.create(grading=KEY, item="memory", first=first, second=second, count=count)
    rows = {row.title.zh: row for row in reads.agreement(district.account("aiming"), KEY)}
    assert rows["记忆"].found.value == pytest.approx(0.6)


@pytest.mark.django_db(transaction=True)
def test_two_who_sign_at_once_make_one_result(district):
    found = both_in(district)
    found = actions.settle(found.pk, None, by=district.account("mengyan"), informant="女儿")
    start, wrong = threading.Barrier(2), []

    def go(name: str) -> None:
        try:
            start.wait()
            actions.sign(found.pk, found.revision, by=district.account(name))
        except Exception as error:  # noqa: BLE001 - told below
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(name,)) for name in ("mengyan", "dingke")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    assert Result.objects.count() == 1
    assert Assessment.objects.get().state == "signed"
    assert Pair.objects.get(item="memory").count == 1
