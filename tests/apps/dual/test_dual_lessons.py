"""A dual lesson runs in both classes at once; each side sees the names of its own class alone."""

import random

import pytest
from tests.apps.dual.conftest import SUBJECT, a_class
from tests.apps.mastery.conftest import answers
from tests.factories import District

from minsheng.apps.dual import actions, reads
from minsheng.apps.dual.models import DualLesson, Mark, Part
from minsheng.apps.lessons.models import Lesson
from minsheng.apps.mastery import actions as mastery
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.models import Snapshot, Work
from minsheng.apps.people.models import Account
from minsheng.apps.schools import reads as schools
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput


def tickets() -> list[str]:
    its = shelf(SUBJECT).subject.by_skill["distributive-law"]
    return [one.key for one in its if one.kind in {"choice", "judge", "number"}][:3]


def parts(dual: DualLesson) -> tuple[Part, Part]:
    rows = {one.side: one for one in dual.parts.select_related("lesson__school_class")}
    return rows["lead"], rows["far"]


def taught(dual: DualLesson, by: Account) -> DualLesson:
    actions.begin(dual.pk, by=by)
    actions.give_ticket(dual.pk, tickets(), by=by)
    return actions.end(dual.pk, by=by)


def test_it_begins_goes_on_and_ends_in_both_classes(schooled: District, dual: DualLesson) -> None:
    lead = schooled.account("qiaoyu")
    with pytest.raises(Conflict):
        actions.go_to_step(dual.pk, "question", by=lead)
    with pytest.raises(NotAllowed):
        actions.begin(dual.pk, by=schooled.account("tanmei"))
    actions.begin(dual.pk, by=lead)
    actions.begin(dual.pk, by=lead)
    actions.go_to_step(dual.pk, "question", by=lead)
    assert set(Lesson.objects.values_list("state", "step")) == {("running", "question")}
    assert [one.is_now for one in reads.lesson_view(dual.pk, account=lead).steps][:2] == [
        False,
        True,
    ]
    actions.end(dual.pk, by=lead)
    assert set(Lesson.objects.values_list("state", flat=True)) == {"taught"}


def test_who_does_what_in_each_step_is_written_by_either_teacher(
    schooled: District, dual: DualLesson
) -> None:
    tanmei = schooled.account("tanmei")
    actions.set_tasks(dual.pk, {"activity": {"lead": "讲", "far": "巡视，帮后排"}}, by=tanmei)
    seen = reads.lesson_view(dual.pk, account=schooled.account("qiaoyu"))
    assert ("讲", "巡视，帮后排") in [(one.lead, one.far) for one in seen.steps]
    assert ("方格纸", "") in seen.materials
    for wrong in ({"nothing": {"lead": "x"}}, {"activity": {"pupils": "x"}}):
        with pytest.raises(WrongInput):
            actions.set_tasks(dual.pk, wrong, by=tanmei)
    with pytest.raises(NotAllowed):
        actions.set_tasks(dual.pk, {}, by=schooled.account("shaoqing"))


def test_attendance_is_kept_in_the_room_and_names_stay_there(
    schooled: District, dual: DualLesson
) -> None:
    _, far = parts(dual)
    lead, tanmei = schooled.account("qiaoyu"), schooled.account("tanmei")
    pupils = schools.pupils_in(far.lesson.school_class)
    with pytest.raises(Conflict):
        actions.keep_attendance(far.pk, {}, by=tanmei)
    actions.begin(dual.pk, by=lead)
    with pytest.raises(NotAllowed):
        actions.keep_attendance(far.pk, {}, by=lead)
    with pytest.raises(WrongInput):
        actions.keep_attendance(
            far.pk, {schools.pupils_in(a_class("mingde-4-1"))[0].id: "absent"}, by=tanmei
        )
    actions.keep_attendance(far.pk, {pupils[0].id: "absent", pupils[1].id: "late"}, by=tanmei)
    kept = actions.keep_attendance(far.pk, {pupils[0].id: "excused"}, by=tanmei)
    assert (kept.there, kept.of, Mark.objects.count()) == (len(pupils) - 1, len(pupils), 1)
    mine = {one.row.side: one for one in reads.lesson_view(dual.pk, account=tanmei).parts}
    xiaohe = schooled.account("linxiaohe")
    assert list(reads.held_about(xiaohe)) == []
    me = schools.own_pupil(xiaohe)
    assert me is not None
    actions.keep_attendance(far.pk, {pupils[0].id: "excused", me.id: "late"}, by=tanmei)
    assert [said.zh for _, said, _ in reads.held_about(xiaohe)] == ["迟到"]
    actions.keep_attendance(far.pk, {pupils[0].id: "excused"}, by=tanmei)
    assert [one.mark for one in mine["far"].pupils].count("excused") == 1
    assert mine["lead"].pupils == ()
    theirs = {one.row.side: one for one in reads.lesson_view(dual.pk, account=lead).parts}
    assert (theirs["far"].pupils, theirs["far"].there) == ((), None)  # fewer than ten
    assert theirs["lead"].pupils


def test_the_local_teachers_word_is_read_by_those_who_taught(
    schooled: District, dual: DualLesson
) -> None:
    _, far = parts(dual)
    lead, tanmei = schooled.account("qiaoyu"), schooled.account("tanmei")
    with pytest.raises(Conflict):
        actions.say_word(far.pk, "声音小", by=tanmei)
    taught(dual, lead)
    actions.say_word(far.pk, "后排听不清", by=tanmei)
    assert "后排" not in Part.objects.get(pk=far.pk).word
    seen = {
        name: {one.row.side: one.word for one in reads.lesson_view(dual.pk, account=schooled.account(name)).parts}["far"]
        for name in ("qiaoyu", "tanmei", "kongrui", "shaoqing")
    }  # fmt: skip
    assert seen == {"qiaoyu": "后排听不清", "tanmei": "后排听不清", "kongrui": "", "shaoqing": ""}


def test_one_ticket_goes_to_both_classes_or_to_none(schooled: District, dual: DualLesson) -> None:
    lead, tanmei = schooled.account("qiaoyu"), schooled.account("tanmei")
    with pytest.raises(Conflict):
        actions.give_ticket(dual.pk, tickets(), by=lead)
    actions.begin(dual.pk, by=lead)
    given = mastery.Given(subject=SUBJECT, title="别的", items=tuple(tickets()))
    other = mastery.give_ticket(a_class("qinghuai-4-2").pk, given, by=tanmei)
    with pytest.raises(Conflict):
        actions.give_ticket(dual.pk, tickets(), by=lead)
    assert Work.objects.count() == 1
    mastery.close_work(other.pk, by=tanmei)
    actions.give_ticket(dual.pk, tickets(), by=lead)
    actions.give_ticket(dual.pk, tickets(), by=lead)
    works = Work.objects.exclude(pk=other.pk)
    assert [one.items for one in works] == [tickets(), tickets()]


def test_results_stand_side_by_side_with_names_of_ones_own_class_alone(
    schooled: District, dual: DualLesson
) -> None:
    lead, tanmei = schooled.account("qiaoyu"), schooled.account("tanmei")
    taught(dual, lead)
    for part in parts(dual):
        part.lesson.refresh_from_db()
        work = part.lesson.ticket
        assert work is not None
        teacher = lead if part.side == "lead" else tanmei
        for at, pupil in enumerate(schools.pupils_in(part.lesson.school_class)):
            said = answers(work, [at != 0, True, True])
            mastery.type_in(work.pk, pupil.id, said, by=teacher)
    mine = reads.ticket_of(dual.pk, account=tanmei)
    assert mine is not None
    sides = {one.part.side: one for one in mine.sides}
    first = schools.pupils_in(a_class("qinghuai-4-2"))[0].name
    assert sides["far"].items[0].wrong == (first,)
    assert sides["far"].items[1].share == 100
    assert [(one.right, one.wrong) for one in sides["lead"].items] == [(None, ())] * 3
    assert sides["lead"].handed_in is None
    for name in ("kongrui", "shaoqing"):
        view = reads.ticket_of(dual.pk, account=schooled.account(name))
        assert view is not None
        assert not any(item.wrong for side in view.sides for item in side.items)
        assert all(side.handed_in is None for side in view.sides)


def test_with_one_pairing_nothing_is_concluded_and_no_other_class_is_named(
    schooled: District, dual: DualLesson
) -> None:
    from datetime import timedelta

    draw, rows = random.Random(1), []
    for key in ("mingde-4-1", "mingde-4-3", "qinghuai-4-1", "qinghuai-4-2"):
        for pupil in schools.pupil_ids(a_class(key)):
            for day, level in ((0, 400), (40, 700)):
                known = {"distributive-law": level + draw.randrange(-99, 99)}
                rows.append(
                    Snapshot(pupil_id=pupil, subject=SUBJECT, day=schooled.today + timedelta(days=day), known=known)
                )  # fmt: skip
    Snapshot.objects.bulk_create(rows)
    view = reads.effect_of(
        dual.pairing_id,
        account=schooled.account("shaoqing"),
        on=schooled.today + timedelta(days=41),
    )
    assert [one.effect.verdict for one in view.sides] == ["too_few", "too_few"]
    assert all(one.said.zh.startswith("说不出") for one in view.sides)
