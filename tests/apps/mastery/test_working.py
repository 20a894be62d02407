"""Items are given, answered and folded into where each pupil stands; who may do which."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.apps.mastery.conftest import SUBJECT, answers, type_all
from tests.factories import District

from minsheng.apps.audit import reads as audit
from minsheng.apps.mastery import actions, folding, reads
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.models import Answer, Sheet, Standing, Work
from minsheng.apps.notices.models import Notice
from minsheng.apps.schools import reads as schools
from minsheng.apps.schools.models import SchoolClass, SchoolUser
from minsheng.cli.demo import learning
from minsheng.engines.items.items import right_answer
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

Give = Callable[..., Work]


def test_a_ticket_is_answered_by_a_pupil_and_says_at_once_what_it_shows(
    district: District, xiaohe: SchoolUser, ticket: Give
) -> None:
    work = ticket()
    me = district.account("linxiaohe")
    assert [one.work for one in reads.waiting_for(xiaohe)] == [work]
    actions.open_sheet(work.pk, by=me)
    sheet = actions.hand_in(work.pk, answers(work, [True, False, True]), by=me)
    assert sheet.state == "handed_in"
    shown = reads.own_sheet(sheet)
    assert [one.result for one in shown.items] == ["right", "wrong", "right"]
    assert shown.right == 2
    assert not shown.is_open
    standing = Standing.objects.get(pupil=xiaohe)
    assert standing.skills["distributive-law"][1:3] == [3, 2]  # answers, right ones


def test_what_a_pupil_wrote_is_sealed(district: District, xiaohe: SchoolUser, ticket: Give) -> None:
    work = ticket()
    given = answers(work, [True, True, True])
    actions.hand_in(work.pk, given, by=district.account("linxiaohe"))
    for row in Answer.objects.filter(sheet__pupil=xiaohe):
        assert len(row.given) > 20
        assert given[row.item] != row.given
    assert [one.given for one in reads.own_sheet(Sheet.objects.get(pupil=xiaohe)).items] == [
        (one,) for one in given.values()
    ]


@pytest.mark.parametrize(
    "username", ["liqiang", "linxia", "wuyitong", "wumei", "kelan", "kongrui", "tanmei"]
)
def test_nobody_hands_in_for_somebody_else(
    district: District, xiaohe: SchoolUser, ticket: Give, username: str
) -> None:
    work = ticket()
    with pytest.raises(NotFound):
        actions.hand_in(work.pk, {}, by=district.account(username))
    assert Sheet.objects.get(work=work, pupil=xiaohe).state == "waiting"


@pytest.mark.parametrize("username", ["liqiang", "linxia", "linxiaohe", "kelan", "shaoqing"])
def test_only_a_teacher_of_the_class_gives_and_sees_its_results(
    district: District, school: SchoolClass, ticket: Give, username: str
) -> None:
    work = ticket()
    other = district.account(username)
    item = next(iter(shelf(SUBJECT).items))
    given = actions.Given(subject=SUBJECT, title="试", items=(item,))
    with pytest.raises(NotFound):
        actions.give_ticket(school.pk, given, by=other)
    with pytest.raises(NotFound):
        reads.result_of(work.pk, account=other)
    with pytest.raises(NotFound):
        actions.type_in(work.pk, work.sheets.all()[0].pupil_id, {}, by=other)
    with pytest.raises(NotFound):
        actions.close_work(work.pk, by=other)


def test_the_head_looks_and_does_not_give(district: District, school: SchoolClass) -> None:
    item = next(iter(shelf(SUBJECT).items))
    given = actions.Given(subject=SUBJECT, title="试", items=(item,))
    with pytest.raises(NotAllowed):
        actions.give_ticket(school.pk, given, by=district.account("kongrui"))
    assert reads.class_skills(school.pk, SUBJECT, account=district.account("kongrui")) == []


def test_a_sheet_is_handed_in_once(district: District, ticket: Give) -> None:
    work, me = ticket(), district.account("linxiaohe")
    actions.hand_in(work.pk, answers(work, [True] * 3), by=me)
    with pytest.raises(Conflict, match=r"交过|already"):
        actions.hand_in(work.pk, answers(work, [False] * 3), by=me)
    assert Answer.objects.count() == 3


def test_after_collecting_only_the_teacher_can_still_enter(
    district: District, xiaohe: SchoolUser, ticket: Give
) -> None:
    work, teacher = ticket(), district.account("tanmei")
    actions.close_work(work.pk, by=teacher)
    actions.close_work(work.pk, by=teacher)
    with pytest.raises(Conflict, match=r"收上去|collected"):
        actions.hand_in(work.pk, {}, by=district.account("linxiaohe"))
    late = actions.type_in(work.pk, xiaohe.pk, answers(work, [True] * 3), by=teacher)
    assert late.source == "typed"


def test_one_ticket_at_a_time_and_one_taken_back_before_anybody_answered(
    district: District, ticket: Give
) -> None:
    first, teacher = ticket(), district.account("tanmei")
    with pytest.raises(Conflict):
        ticket()
    actions.cancel_work(first.pk, by=teacher)
    second = ticket()
    actions.hand_in(second.pk, {}, by=district.account("linxiaohe"))
    with pytest.raises(Conflict):
        actions.cancel_work(second.pk, by=teacher)


def test_what_is_left_out_counts_as_not_right_and_an_excused_pupil_as_nothing(
    district: District, xiaohe: SchoolUser, ticket: Give
) -> None:
    work, teacher = ticket(), district.account("tanmei")
    first = schools.pupil_ids(work.school_class)[0]
    actions.excuse(work.pk, first, by=teacher)
    actions.hand_in(work.pk, {}, by=district.account("linxiaohe"))
    assert {row.result for row in Answer.objects.filter(sheet__pupil=xiaohe)} == {"omitted"}
    assert Standing.objects.get(pupil=xiaohe).skills["distributive-law"][1:3] == [3, 0]
    assert not Standing.objects.filter(pupil=first).exists()


def test_homework_stays_within_the_minutes_of_the_day_of_all_together(
    district: District, school: SchoolClass
) -> None:
    teacher, items = district.account("tanmei"), shelf(SUBJECT).items[:4]
    give = {"subject": SUBJECT, "title": "练一练", "items": items}
    actions.give_homework(school.pk, actions.Given(**give, minutes=45), by=teacher)
    with pytest.raises(WrongInput, match=r"15 分钟|15 are left"):
        actions.give_homework(school.pk, actions.Given(**give, minutes=16), by=teacher)
    actions.give_homework(school.pk, actions.Given(**give, minutes=15), by=teacher)
    tomorrow = district.today + timedelta(days=1)
    actions.give_homework(school.pk, actions.Given(**give, minutes=60, day=tomorrow), by=teacher)
    assert (
        Notice.objects.filter(account=district.account("linxiaohe"), kind="learning").count() == 3
    )


def test_the_lowest_grades_have_no_written_homework(
    district: District, school: SchoolClass
) -> None:
    SchoolClass.objects.filter(pk=school.pk).update(grade=2)
    given = actions.Given(subject=SUBJECT, title="练", items=shelf(SUBJECT).items[:1], minutes=1)
    with pytest.raises(WrongInput, match=r"不布置|no written"):
        actions.give_homework(school.pk, given, by=district.account("tanmei"))


def test_homework_is_collected_when_its_time_has_come(
    district: District, school: SchoolClass
) -> None:
    now = timezone.now()
    given = actions.Given(
        subject=SUBJECT, title="练", items=shelf(SUBJECT).items[:1], minutes=1, due=now
    )
    work = actions.give_homework(school.pk, given, by=district.account("tanmei"))
    assert actions.close_due_works(now + timedelta(minutes=1)) == 1
    assert actions.close_due_works(now + timedelta(minutes=1)) == 0
    work.refresh_from_db()
    assert work.state == "closed"


def test_a_written_answer_waits_for_the_teacher_and_counts_once_decided(
    district: District, school: SchoolClass, xiaohe: SchoolUser
) -> None:
    written = next(one for one in shelf(SUBJECT).subject.items.values() if one.kind == "text")
    given = actions.Given(subject=SUBJECT, title="说理", items=(written.key,))
    teacher = district.account("tanmei")
    work = actions.give_ticket(school.pk, given, by=teacher)
    words = written.rubric[0].any[0]  # type: ignore[union-attr]
    actions.hand_in(work.pk, {written.key: words}, by=district.account("linxiaohe"))
    skill = written.skills[0]
    assert skill not in Standing.objects.get(pupil=xiaohe).skills
    (waiting,) = reads.result_of(work.pk, account=teacher).to_decide
    assert waiting.name == "林小禾"
    actions.decide_answer(waiting.id, 1000, by=teacher)
    assert Standing.objects.get(pupil=xiaohe).skills[skill][1:3] == [1, 1]
    assert reads.result_of(work.pk, account=teacher).to_decide == ()
    with pytest.raises(NotFound):
        actions.decide_answer(waiting.id, 0, by=district.account("kelan"))


def test_results_name_misconceptions_groups_and_what_to_do_tomorrow(
    district: District, ticket: Give
) -> None:
    work = ticket()
    rows = [[n < 3, n < 2, n % 2 == 0] for n in range(7)]
    type_all(work, rows, district)
    found = reads.result_of(work.pk, account=district.account("tanmei"))
    assert (found.handed_in, found.of) == (7, 7)
    assert [(one.right, one.of) for one in found.items] == [(3, 7), (2, 7), (4, 7)]
    members = [name for group in found.groups for name in group.names]
    assert sorted(members) == sorted(one.name for one in schools.pupils_in(work.school_class))
    assert found.tomorrow
    assert all(step.why.zh and step.what.zh for step in found.tomorrow)
    betrayed = [count for one in found.items for _, who in one.betrayed for count in [len(who)]]
    wrong = sum(one.of - one.right for one in found.items)
    assert sum(betrayed) <= wrong


def test_nothing_personal_stands_in_the_ledger(
    district: District, xiaohe: SchoolUser, ticket: Give
) -> None:
    work = ticket()
    sheet = actions.hand_in(work.pk, answers(work, [True] * 3), by=district.account("linxiaohe"))
    (entry,) = audit.history("sheet", str(sheet.pk))
    assert set(entry.data) == {"source", "right", "items"}


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=5), st.data())
def test_folding_sheet_by_sheet_equals_folding_all_anew(
    district: District, xiaohe: SchoolUser, ticket: Give, sheets: list[list[bool]], data: Any
) -> None:
    Answer.objects.all().delete()
    Sheet.objects.all().delete()
    Work.objects.all().delete()
    Standing.objects.all().delete()
    teacher = district.account("tanmei")
    for at, row in enumerate(sheets):
        back = data.draw(st.integers(0, 3), label="days")
        skill = data.draw(st.sampled_from(["distributive-law", "read-bars"]))
        work = ticket(skill, day=district.today + timedelta(days=at - back))
        actions.type_in(work.pk, xiaohe.pk, answers(work, row), by=teacher)
        actions.close_work(work.pk, by=teacher)
    folded = Standing.objects.get(pupil=xiaohe)
    kept, count = folded.skills, folded.answers
    again = folding.rebuild(shelf(SUBJECT), xiaohe.pk)
    assert again.answers == count
    assert again.skills.keys() == kept.keys()
    for key, values in again.skills.items():
        assert values == pytest.approx(kept[key])


def test_items_for_a_ticket_are_about_the_skills_fit_the_time_and_are_seldom_used(
    district: District, ticket: Give
) -> None:
    skills = ["distributive-law", "addition-laws"]
    first = reads.suggested_items(SUBJECT, skills, count=4, seconds=160)
    assert {one.skills[0] for one in first} == set(skills)
    assert sum(one.seconds for one in first) <= 160
    assert all(one.kind != "text" and right_answer(one) for one in first)
    ticket()
    used = set(Work.objects.get().items)
    again = reads.suggested_items(SUBJECT, ["distributive-law"], count=3, seconds=400)
    assert not used & {one.key for one in again}


def test_a_suggested_ticket_takes_two_minutes_and_asks_nothing_of_late(
    district: District, ticket: Give
) -> None:
    of, skills = shelf(SUBJECT), ["distributive-law", "addition-laws"]
    here = SchoolClass.objects.get(pk=ticket().school_class_id)
    asked = set(Work.objects.get().items)
    found = reads.suggested_ticket(SUBJECT, skills, classes=[here.pk])
    assert 3 <= len(found) <= 6
    assert reads.seconds_of(found) <= 120
    assert set(skills) <= {key for one in found for key in one.skills}
    assert not asked & {one.key for one in found}
    before = of.subject.skills.before("distributive-law") | of.subject.skills.before(
        "addition-laws"
    )
    assert {key for one in found for key in one.skills} <= {*skills, *before}
    shown = [one.key for one in found]
    assert reads.suggested_ticket(SUBJECT, skills, classes=[here.pk]) == found
    for _ in range(20):
        again = reads.suggested_ticket(SUBJECT, skills, classes=[here.pk], instead_of=shown)
        assert {one.key for one in again} != set(shown)
        shown = [one.key for one in again]


def test_where_all_was_asked_lately_a_ticket_asks_again_what_was_asked_least(
    district: District, ticket: Give
) -> None:
    of, skill = shelf(SUBJECT), "distributive-law"
    usable = [one for one in of.subject.items.values() if one.skills[0] == skill]
    work = ticket()
    Work.objects.filter(pk=work.pk).update(items=[one.key for one in usable])
    found = reads.suggested_ticket(SUBJECT, [skill], classes=[work.school_class_id])
    assert len(found) >= 3
    assert reads.seconds_of(found) <= 120


def test_a_ticket_of_any_one_skill_fits_into_two_minutes(district: District) -> None:
    for skill in shelf(SUBJECT).subject.skills.skills:
        found = reads.suggested_ticket(SUBJECT, [skill], classes=[1])
        assert found, skill
        assert reads.seconds_of(found) <= 120, skill


def test_the_tickets_of_the_demonstration_take_two_minutes(schooled: District) -> None:
    learning.begin(timezone.localdate(), seed=1, weeks=2)
    of = shelf(SUBJECT)
    tickets = Work.objects.filter(kind="ticket")
    assert tickets.filter(state="open").exists()
    for work in tickets:
        assert reads.seconds_of([of.item(key) for key in work.items]) <= 120
        assert work.minutes <= 2
    assert Answer.objects.filter(result="suggested", sheet__work__kind="homework").exists()
