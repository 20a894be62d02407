"""Lessons: planned, shared, taught from step to step, observed, agreed on, planned better."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.utils import timezone
from tests.apps.lessons.conftest import DRAFTED, PLAN
from tests.factories import District

from minsheng.apps.lessons import actions, reads
from minsheng.apps.lessons.access import pattern
from minsheng.apps.lessons.actions.planning import WrongPlan
from minsheng.apps.lessons.models import Lesson, LessonPlan, Observation
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.notices.models import Notice
from minsheng.apps.schools.models import SchoolClass
from minsheng.engines.lessons import Pattern
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

NAMES = [
    f"{step}.{key}"
    for step, keys in {
        "situation": ("real", "wonder", "short"),
        "question": ("key", "time", "many"),
        "activity": ("all", "talk", "help"),
        "assessment": ("clear", "proof", "change"),
        "digital": ("need", "smooth", "fit"),
    }.items()
    for key in keys
]


def sheet(score: int, **other: int) -> dict[str, int]:
    return {name: other.get(name.replace(".", "_"), score) for name in NAMES}


def observe(lesson: Lesson, district: District, username: str, scores: dict[str, int]) -> None:
    actions.invite(lesson.pk, district.account(username).pk, by=district.account("tanmei"))
    seen = {name: "看到了" for name, score in scores.items() if score in (0, 4)}
    actions.submit_sheet(lesson.pk, scores, seen, "留点时间想", by=district.account(username))


def begun(lesson: Lesson, district: District) -> Lesson:
    return actions.begin_lesson(lesson.pk, by=district.account("tanmei"))


def test_only_a_teacher_plans(district: District, school: SchoolClass) -> None:
    for username in ("liqiang", "linxia", "kongrui", "shaoqing"):
        with pytest.raises(NotAllowed):
            actions.save_plan(DRAFTED, by=district.account(username))


def test_a_plan_that_cannot_be_taught_names_every_field_and_is_not_kept(
    district: District, school: SchoolClass
) -> None:
    wrong = replace(
        PLAN,
        title="",
        steps={**PLAN.steps, "activity": replace(PLAN.steps["activity"], minutes=14)},
    )
    with pytest.raises(WrongPlan) as found:
        actions.save_plan(replace(DRAFTED, plan=wrong), by=district.account("tanmei"))
    assert {one.field for one in found.value.wrong} == {"title", "minutes"}
    assert not LessonPlan.objects.exists()


def test_a_version_is_never_changed_and_what_changed_is_shown(
    district: District, plan: LessonPlan
) -> None:
    teacher = district.account("tanmei")
    better = replace(PLAN, aim="会正着用、反着用，说得出为什么")
    new = actions.revise_plan(plan.pk, replace(DRAFTED, plan=better, why="说理不够"), by=teacher)
    assert (new.version, new.series, new.came_from) == (2, plan.series, plan)
    old, newer, (change,) = reads.changes_between(new.pk, plan.pk, account=teacher)
    assert (old, newer) == (plan, new)
    assert ("+", "，说得出为什么") in change.words
    again = actions.revise_plan(new.pk, replace(DRAFTED, plan=better), by=teacher)
    assert again == new
    with pytest.raises(Conflict):
        actions.revise_plan(plan.pk, replace(DRAFTED, plan=replace(PLAN, aim="别的")), by=teacher)
    assert [one.version for one in reads.plan_view(plan.pk, account=teacher).versions] == [2, 1]


@pytest.mark.parametrize(
    ("shared", "readers"),
    [
        ("", []),
        ("school", ["kelan", "kongrui"]),
        ("district", ["kelan", "kongrui", "qiaoyu", "shaoqing"]),
    ],
)
def test_a_plan_is_read_by_those_it_is_shared_with(
    district: District, plan: LessonPlan, shared: str, readers: list[str]
) -> None:
    actions.share_plan(plan.pk, shared, by=district.account("tanmei"))
    for username in ("kelan", "kongrui", "qiaoyu", "shaoqing", "liqiang", "linxia", "zhoujing"):
        if username in readers:
            assert reads.plan_view(plan.pk, account=district.account(username)).row == plan
            continue
        with pytest.raises(NotFound):
            reads.plan_view(plan.pk, account=district.account(username))


def test_somebody_elses_plan_is_copied_and_not_changed(
    district: District, plan: LessonPlan
) -> None:
    other = district.account("kelan")
    actions.share_plan(plan.pk, "school", by=district.account("tanmei"))
    with pytest.raises(NotAllowed):
        actions.revise_plan(plan.pk, DRAFTED, by=other)
    copy = actions.copy_plan(plan.pk, by=other)
    assert (copy.author, copy.came_from, copy.version) == (other, plan, 1)
    assert [one.pk for one in reads.own_plans(other)] == [copy.pk]
    assert [one.pk for one in reads.library(other, words="分配")] == [plan.pk]
    assert reads.library(other, words="别的") == []


def test_a_lesson_goes_from_step_to_step_and_keeps_its_times(
    district: District, lesson: Lesson
) -> None:
    teacher, start = district.account("tanmei"), timezone.now()
    actions.begin_lesson(lesson.pk, by=teacher, at=start)
    actions.begin_lesson(lesson.pk, by=teacher, at=start + timedelta(minutes=1))
    actions.go_to_step(lesson.pk, "question", by=teacher, at=start + timedelta(minutes=6))
    actions.go_to_step(lesson.pk, "situation", by=teacher, at=start + timedelta(minutes=8))
    actions.go_to_step(lesson.pk, "activity", by=teacher, at=start + timedelta(minutes=9))
    view = reads.lesson_view(lesson.pk, account=teacher, at=start + timedelta(minutes=14))
    assert [one.used_minutes for one in view.steps] == [7, 2, 5, 0, 0]
    assert view.now is not None and view.now.left_seconds == 8 * 60
    assert view.following is not None and view.following.pattern.key == "assessment"
    actions.end_lesson(lesson.pk, by=teacher, at=start + timedelta(minutes=40))
    actions.end_lesson(lesson.pk, by=teacher)
    with pytest.raises(Conflict):
        actions.go_to_step(lesson.pk, "digital", by=teacher)
    done = reads.lesson_view(lesson.pk, account=teacher)
    assert done.steps[2].used_minutes == 31


def test_a_lesson_has_one_exit_ticket(district: District, lesson: Lesson) -> None:
    teacher = district.account("tanmei")
    items = [one.key for one in shelf(DRAFTED.subject).subject.by_skill["distributive-law"][:3]]
    with pytest.raises(Conflict):
        actions.give_lesson_ticket(lesson.pk, items, by=teacher)
    begun(lesson, district)
    first = actions.give_lesson_ticket(lesson.pk, items, by=teacher)
    assert actions.give_lesson_ticket(lesson.pk, items, by=teacher).ticket == first.ticket
    assert first.ticket is not None and first.ticket.items == items


def test_a_class_has_one_lesson_at_a_time(
    district: District, lesson: Lesson, school: SchoolClass
) -> None:
    teacher = district.account("tanmei")
    with pytest.raises(Conflict):
        actions.set_lesson(lesson.plan_id, school.pk, district.today, time(9, 0), by=teacher)
    actions.call_off(lesson.pk, by=teacher)
    actions.set_lesson(lesson.plan_id, school.pk, district.today, time(9, 0), by=teacher)
    with pytest.raises(NotFound):
        actions.set_lesson(
            lesson.plan_id, school.pk, district.today, time(10), by=district.account("kelan")
        )


@pytest.mark.parametrize(
    "username", ["liqiang", "linxia", "linxiaohe", "qiaoyu", "shaoqing", "kelan"]
)
def test_nobody_else_sees_or_runs_a_lesson(
    district: District, lesson: Lesson, username: str
) -> None:
    other = district.account(username)
    for act in (
        lambda: reads.lesson_view(lesson.pk, account=other),
        lambda: actions.begin_lesson(lesson.pk, by=other),
        lambda: actions.end_lesson(lesson.pk, by=other),
        lambda: reads.agreement_of(lesson.pk, account=other),
        lambda: actions.submit_sheet(lesson.pk, sheet(2), {}, "", by=other),
    ):
        with pytest.raises(NotFound):
            act()


def test_the_head_sees_a_lesson_and_neither_runs_it_nor_reads_its_sheets(
    district: District, lesson: Lesson
) -> None:
    begun(lesson, district)
    observe(lesson, district, "kelan", sheet(3))
    head = district.account("kongrui")
    assert reads.lesson_view(lesson.pk, account=head).observations == ()
    with pytest.raises(NotAllowed):
        actions.end_lesson(lesson.pk, by=head)
    with pytest.raises(NotAllowed):
        reads.sheets_of(lesson.pk, account=head)
    assert reads.agreement_of(lesson.pk, account=head) is None


def test_what_was_seen_is_sealed_and_read_by_the_teacher(
    district: District, lesson: Lesson
) -> None:
    begun(lesson, district)
    observe(lesson, district, "kelan", sheet(4))
    row = Observation.objects.get()
    assert "看到了" not in row.evidence
    assert "留点时间" not in row.advice
    (seen,) = reads.sheets_of(lesson.pk, account=district.account("tanmei"))
    assert seen.advice == "留点时间想"
    assert set(seen.evidence) == set(NAMES)
    assert set(seen.steps.values()) == {4.0}
    assert Notice.objects.filter(account=district.account("tanmei"), kind="lesson").count() == 1


def test_the_lowest_and_the_highest_score_need_what_was_seen(
    district: District, lesson: Lesson
) -> None:
    begun(lesson, district)
    observer = district.account("kelan")
    actions.invite(lesson.pk, observer.pk, by=district.account("tanmei"))
    with pytest.raises(WrongInput) as found:
        actions.submit_sheet(lesson.pk, sheet(2, question_time=0), {}, "", by=observer)
    assert found.value.field == "question.time.seen"
    with pytest.raises(WrongInput) as missing:
        actions.submit_sheet(lesson.pk, {}, {}, "", by=observer)
    assert missing.value.field == NAMES[0]


def test_two_observers_agree_by_number_and_talk_where_they_differ(
    district: District, lesson: Lesson
) -> None:
    begun(lesson, district)
    first = {name: at % 3 + 1 for at, name in enumerate(NAMES)}
    observe(lesson, district, "kelan", first)
    assert reads.agreement_of(lesson.pk, account=district.account("tanmei")) is None
    observe(lesson, district, "shaoqing", {**first, "activity.talk": 4})
    for username in ("tanmei", "kelan", "shaoqing"):
        found = reads.agreement_of(lesson.pk, account=district.account(username))
        assert found is not None and found.kappa is not None and found.icc is not None
        assert found.kappa.value is not None and 0.6 < found.kappa.value < 1
        assert found.icc.value is not None and 0.6 < found.icc.value < 1
        assert [one.question.name for one in found.apart] == ["activity.talk"]


def test_a_sheet_is_mended_for_a_week_and_not_after(district: District, lesson: Lesson) -> None:
    begun(lesson, district)
    observe(lesson, district, "kelan", sheet(2))
    observer = district.account("kelan")
    actions.submit_sheet(lesson.pk, sheet(3), {}, "", by=observer)
    assert reads.sheet_of(lesson.pk, account=observer).scores == sheet(3)
    Observation.objects.update(submitted_at=timezone.now() - timedelta(days=8))
    with pytest.raises(Conflict):
        actions.submit_sheet(lesson.pk, sheet(1), {}, "", by=observer)
    assert not reads.sheet_of(lesson.pk, account=observer).may_mend


def test_only_colleagues_and_advisers_are_asked_and_may_decline(
    district: District, lesson: Lesson
) -> None:
    teacher = district.account("tanmei")
    for username in ("liqiang", "qiaoyu", "zhoujing", "tanmei"):
        with pytest.raises(WrongInput):
            actions.invite(lesson.pk, district.account(username).pk, by=teacher)
    adviser = district.account("shaoqing")
    actions.invite(lesson.pk, adviser.pk, by=teacher)
    assert [one.lesson for one in reads.own_sheets(adviser)[0]] == [lesson]
    actions.decline(lesson.pk, by=adviser)
    assert reads.own_sheets(adviser) == ([], [])
    for look in (
        lambda: reads.lesson_view(lesson.pk, account=adviser),
        lambda: reads.plan_view(lesson.plan_id, account=adviser),
    ):
        with pytest.raises(NotFound):
            look()
    actions.invite(lesson.pk, adviser.pk, by=teacher)
    assert reads.lesson_view(lesson.pk, account=adviser).lesson == lesson


def test_reflection_is_the_teachers_alone(district: District, lesson: Lesson) -> None:
    teacher = district.account("tanmei")
    actions.reflect(lesson.pk, "第二步太快了。", by=teacher)
    assert "太快" not in Lesson.objects.get().reflection
    assert reads.lesson_view(lesson.pk, account=teacher).reflection == "第二步太快了。"
    assert reads.lesson_view(lesson.pk, account=district.account("kongrui")).reflection == ""


def test_every_step_of_the_pattern_has_three_questions() -> None:
    found: Pattern = pattern()
    assert [question.name for question in found.questions()] == NAMES
    assert {len(step.questions) for step in found.steps.values()} == {3}
    assert found.scores() == (0, 1, 2, 3, 4)
