"""A plan rehearsed on the class's twin, and the prediction beside what happened."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.apps.lessons.conftest import DRAFTED, PLAN
from tests.apps.mastery.conftest import answers
from tests.factories import District

from minsheng.apps.lessons import actions, reads, twins
from minsheng.apps.lessons.models import Lesson, LessonPlan, Rehearsal
from minsheng.apps.mastery import actions as mastery
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.schools import reads as schools
from minsheng.apps.schools.models import SchoolClass
from minsheng.engines.lessons import Step
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

SUBJECT = DRAFTED.subject


@pytest.fixture
def answered(district: District, lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    """A lesson of a class that has answered a little: the first seat right, the others wrong."""
    monkeypatch.setattr(twins, "FEWEST", 20)
    teacher = district.account("tanmei")
    its = [
        one.key
        for one in shelf(SUBJECT).subject.by_skill["multiplication-laws"]
        if one.kind in {"choice", "judge", "number"}
    ][:6]
    for back in (9, 6, 3):
        given = mastery.Given(
            subject=SUBJECT,
            title="运算律",
            items=tuple(its),
            day=district.today - timedelta(days=back),
        )
        work = mastery.give_ticket(lesson.school_class_id, given, by=teacher)
        for at, pupil in enumerate(schools.pupil_ids(lesson.school_class)):
            said = answers(work, [at == 0] * len(its))
            mastery.type_in(work.pk, pupil, said, by=teacher)
        mastery.close_work(work.pk, by=teacher)
    return lesson


def test_who_was_wrong_so_far_is_likelier_to_be_stuck(district: District, answered: Lesson) -> None:
    teacher = district.account("tanmei")
    actions.rehearse_lesson(answered.pk, by=teacher, seed=1, draws=100)
    (view,) = reads.rehearsals_of(answered.pk, account=teacher)
    assert [one.pattern.key for one in view.steps] == ["activity", "assessment"]
    assert all(one.low <= one.share <= one.high for one in view.steps)
    chances = dict(Rehearsal.objects.get().found["steps"][-1]["stuck"])
    first, *others = schools.pupil_ids(answered.school_class)
    assert all(chances.get(first, 0) < chances[pupil] for pupil in others)
    assert "new_skill" in view.flags


def test_the_same_seed_says_the_same(district: District, answered: Lesson) -> None:
    teacher = district.account("tanmei")
    one = actions.rehearse_lesson(answered.pk, by=teacher, seed=7, draws=50)
    other = actions.rehearse_lesson(answered.pk, by=teacher, seed=7, draws=50)
    assert one.found == other.found


def test_two_versions_are_laid_side_by_side_with_their_spread(
    district: District, answered: Lesson, plan: LessonPlan
) -> None:
    teacher = district.account("tanmei")
    steps = {**PLAN.steps, "assessment": replace(PLAN.steps["assessment"], practice=0)}
    steps["activity"] = replace(PLAN.steps["activity"], practice=1)
    fewer = actions.revise_plan(
        plan.pk, replace(DRAFTED, plan=replace(PLAN, steps=steps)), by=teacher
    )
    actions.rehearse_lesson(answered.pk, by=teacher, against_id=fewer.pk, seed=3, draws=100)
    (view,) = reads.rehearsals_of(answered.pk, account=teacher)
    assert view.versions is not None
    assert view.versions.low <= view.versions.difference <= view.versions.high
    assert view.versions.difference > 0  # seven exercises rather than one


def test_without_enough_answers_or_exercises_it_is_said(
    district: District,
    lesson: Lesson,
    plan: LessonPlan,
    answered: Lesson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    teacher = district.account("tanmei")
    without = {key: replace(step, practice=0) for key, step in PLAN.steps.items()}
    idle = actions.revise_plan(
        plan.pk, replace(DRAFTED, plan=replace(PLAN, steps=without)), by=teacher
    )
    with pytest.raises(WrongInput, match=r"做题|exercises"):
        actions.rehearse_lesson(lesson.pk, by=teacher, plan_id=idle.pk)
    monkeypatch.setattr(twins, "FEWEST", 1_000)
    with pytest.raises(Conflict, match="1000"):
        actions.rehearse_lesson(lesson.pk, by=teacher)
    assert not Rehearsal.objects.exists()


@pytest.mark.parametrize(
    ("username", "refusal"),
    [("liqiang", NotFound), ("linxia", NotFound), ("qiaoyu", NotFound), ("kongrui", NotAllowed)],
)
def test_only_the_teacher_rehearses_and_sees_it(
    district: District, answered: Lesson, username: str, refusal: type[Exception]
) -> None:
    other = district.account(username)
    for act in (actions.rehearse_lesson, lambda pk, by: reads.rehearsals_of(pk, account=by)):
        with pytest.raises(refusal):
            act(answered.pk, by=other)
    with pytest.raises(refusal):
        reads.outcome_of(answered.pk, account=other)


def test_the_prediction_stands_beside_the_outcome_and_reads_nothing_of_it(
    district: District, answered: Lesson
) -> None:
    teacher = district.account("tanmei")
    actions.rehearse_lesson(answered.pk, by=teacher, seed=5, draws=100)
    assert reads.outcome_of(answered.pk, account=teacher) is None
    actions.begin_lesson(answered.pk, by=teacher)
    items = [
        one.key for one in shelf(SUBJECT).subject.by_skill["multiplication-laws"]
        if one.kind in {"choice", "judge", "number"}
    ][:4]  # fmt: skip
    actions.give_lesson_ticket(answered.pk, items, by=teacher)
    answered.refresh_from_db()
    assert answered.ticket is not None
    for at, pupil in enumerate(schools.pupil_ids(answered.school_class)):
        rights = [at == 0] * len(items)
        mastery.type_in(answered.ticket.pk, pupil, answers(answered.ticket, rights), by=teacher)
    found = reads.outcome_of(answered.pk, account=teacher)
    assert found is not None
    assert found.answers == len(items) * len(schools.pupil_ids(answered.school_class))
    assert found.beside.twin.brier < found.beside.base_rate.brier
    predicted = found.predicted
    for row in answered.ticket.sheets.all():
        for answer in row.answers.all():
            mastery.decide_answer(answer.pk, 0, by=teacher)
    turned = reads.outcome_of(answered.pk, account=teacher)
    assert turned is not None
    assert (turned.predicted, turned.happened) == (predicted, 0)


def test_a_plan_is_walked_where_pupils_do_exercises(
    district: District, school: SchoolClass
) -> None:
    steps = {"activity": Step(minutes=12, pupils="练", practice=5, skills=("speed", "unit-price"))}
    plan = replace(PLAN, steps=steps)
    about = twins.skills_walked(shelf(SUBJECT), plan)
    found = twins.class_before(school, SUBJECT, district.today, about=about)
    assert set(found.skills) == {"speed", "unit-price"}
    assert [
        (key, found.skills[step.skill], step.tasks, step.peer)
        for key, step in twins.walked(found, plan)
    ] == [("activity", "speed", 3, True), ("activity", "unit-price", 3, True)]
