"""Two schools pair: proposed, agreed by both heads, an hour each week, never two lessons at once."""

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.apps.dual.conftest import NINE, a_class, next_day, proposed
from tests.factories import District

from minsheng.apps.dual import actions, reads
from minsheng.apps.dual.models import DualLesson, Pairing
from minsheng.apps.lessons import actions as lessons
from minsheng.apps.lessons import reads as lesson_reads
from minsheng.apps.lessons.models import Lesson, LessonPlan
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput


def test_a_pairing_counts_when_both_heads_have_agreed(
    schooled: District, far_head: Account
) -> None:
    near = schooled.account("kongrui")
    # 孔瑞 also leads the group in the demonstration; here each school has its own head.
    made = actions.propose(proposed(schooled), by=far_head)
    assert made.state == "proposed"
    assert Notice.objects.filter(account=near, link=f"/school/dual/pairings/{made.pk}").exists()
    assert reads.pairing_view(made.pk, account=near).may >= {"agree", "decline"}
    assert "agree" not in reads.pairing_view(made.pk, account=far_head).may
    assert actions.agree(made.pk, by=far_head).state == "proposed"
    assert actions.agree(made.pk, by=near).state == "agreed"
    assert Notice.objects.filter(account=schooled.account("tanmei")).count() == 1


def test_a_head_declines_with_a_reason_and_nothing_is_taught(
    schooled: District, far_head: Account, plan: LessonPlan
) -> None:
    near = schooled.account("kongrui")
    made = actions.propose(proposed(schooled), by=near)
    with pytest.raises(Conflict):
        actions.set_lesson(
            made.pk, plan.pk, next_day(schooled), NINE, by=schooled.account("qiaoyu"), why="急"
        )
    with pytest.raises(WrongInput):
        actions.decline(made.pk, " ", by=far_head)
    actions.decline(made.pk, "这学期排不开", by=far_head)
    with pytest.raises(Conflict):
        actions.agree(made.pk, by=near)


@pytest.mark.parametrize("username", ["qiaoyu", "tanmei", "shaoqing", "liqiang", "linxia"])
def test_only_a_head_of_one_of_the_schools_proposes(schooled: District, username: str) -> None:
    with pytest.raises(NotAllowed):
        actions.propose(proposed(schooled), by=schooled.account(username))


def test_what_cannot_be_paired_is_said_by_field(schooled: District) -> None:
    head, today = schooled.account("kongrui"), schooled.today
    tanmei = schooled.account("tanmei").pk
    wrong = {
        "until": {"until": today}, "far": {"far": ()}, "lead_teacher": {"lead_teacher": tanmei},
        "lead": {"lead": ((a_class("mingde-4-1").pk, tanmei),)},
    }  # fmt: skip
    for field, other in wrong.items():
        with pytest.raises(WrongInput) as found:
            actions.propose(proposed(schooled, **other), by=head)
        assert found.value.field == field
    same = ((a_class("mingde-4-3").pk, schooled.account("qiaoyu").pk),)
    with pytest.raises(WrongInput):
        actions.propose(proposed(schooled, far=same), by=head)
    assert not Pairing.objects.exists()


def test_a_class_is_not_in_two_pairings_at_one_hour(schooled: District, pairing: Pairing) -> None:
    head, qiaoyu = schooled.account("kongrui"), schooled.account("qiaoyu").pk
    other = actions.propose(proposed(schooled, lead=((a_class("mingde-4-3").pk, qiaoyu),)), by=head)
    with pytest.raises(Conflict):
        actions.set_timetable(other.pk, [(1, time(9, 20))], by=head)
    assert actions.set_timetable(other.pk, [(1, time(10, 0))], by=head)
    with pytest.raises(Conflict):
        actions.set_timetable(other.pk, [(2, time(11, 0)), (2, time(11, 30))], by=head)
    assert other.slots.get().weekday == 1


def test_a_dual_lesson_is_an_ordinary_lesson_of_each_class(
    schooled: District, dual: DualLesson
) -> None:
    tanmei = schooled.account("tanmei")
    rows = {one.school_class.sourced_id: one for one in Lesson.objects.all()}
    assert set(rows) == {"mingde-4-1", "qinghuai-4-2"}
    assert rows["qinghuai-4-2"].teacher == tanmei
    mine = lesson_reads.lesson_view(rows["qinghuai-4-2"].pk, account=tanmei)
    assert mine.plan.row == dual.plan  # her plan to see although 乔宇 shared it with nobody
    assert Notice.objects.filter(account=tanmei, link=f"/school/dual/lessons/{dual.pk}").exists()


def test_a_lesson_of_either_class_at_that_time_refuses_it(
    schooled: District, pairing: Pairing, plan: LessonPlan
) -> None:
    day, tanmei = next_day(schooled), schooled.account("tanmei")
    from tests.apps.lessons.conftest import DRAFTED

    own = lessons.save_plan(DRAFTED, by=tanmei)
    lessons.set_lesson(own.pk, a_class("qinghuai-4-2").pk, day, time(9, 20), by=tanmei)
    with pytest.raises(Conflict) as found:
        actions.set_lesson(pairing.pk, plan.pk, day, NINE, by=schooled.account("qiaoyu"), why="加")
    assert "四年级（2）班" in found.value.zh
    assert not DualLesson.objects.exists()
    assert Lesson.objects.count() == 1


def test_no_lesson_on_a_holiday_or_off_the_timetable_without_a_reason(
    schooled: District, pairing: Pairing, plan: LessonPlan
) -> None:
    lead, calendar = schooled.account("qiaoyu"), installed.calendar()
    day = next_day(schooled)
    free = next(
        found for at in range(1, 30)
        if not calendar.is_workday(found := schooled.today + timedelta(days=at))
    )  # fmt: skip
    for wrong, starts, field in (
        (free, NINE, "day"), (schooled.today - timedelta(days=1), NINE, "day"),
        (pairing.until, NINE, "day"), (day, time(15, 0), "why"),
    ):  # fmt: skip
        with pytest.raises(WrongInput) as found:
            actions.set_lesson(pairing.pk, plan.pk, wrong, starts, by=lead)
        assert found.value.field == field
    with pytest.raises(NotAllowed):
        actions.set_lesson(pairing.pk, plan.pk, day, NINE, by=schooled.account("tanmei"))
    with pytest.raises(NotFound):
        actions.set_lesson(pairing.pk, plan.pk, day, NINE, by=schooled.account("liqiang"))


def test_moved_and_called_off_with_a_reason_and_everybody_told(
    schooled: District, dual: DualLesson
) -> None:
    lead, tanmei = schooled.account("qiaoyu"), schooled.account("tanmei")
    later = installed.calendar().next_workday(dual.day + timedelta(days=1))
    with pytest.raises(WrongInput):
        actions.move(dual.pk, later, NINE, " ", by=lead)
    actions.move(dual.pk, later, time(10, 0), "机房检修", by=lead)
    assert set(Lesson.objects.values_list("day", "starts")) == {(later, time(10, 0))}
    actions.call_off(dual.pk, "停电", by=lead)
    actions.call_off(dual.pk, "停电", by=lead)
    assert set(Lesson.objects.values_list("state", flat=True)) == {"cancelled"}
    link = f"/school/dual/lessons/{dual.pk}"
    assert Notice.objects.filter(account=tanmei, link=link).count() == 3
    with pytest.raises(Conflict):
        actions.move(dual.pk, later, NINE, "又有电了", by=lead)


def test_a_colleague_of_that_school_stands_in(schooled: District, dual: DualLesson) -> None:
    part = dual.parts.get(side="far")
    tanmei, kelan = schooled.account("tanmei"), schooled.account("kelan")
    with pytest.raises(WrongInput):
        actions.stand_in(dual.pk, part.pk, schooled.account("qiaoyu").pk, by=tanmei)
    with pytest.raises(NotFound):
        actions.stand_in(dual.pk, part.pk, kelan.pk, by=kelan)
    actions.stand_in(dual.pk, part.pk, kelan.pk, by=tanmei)
    part.lesson.refresh_from_db()
    assert part.lesson.teacher == kelan
    actions.begin(dual.pk, by=schooled.account("qiaoyu"))
    assert actions.keep_attendance(part.pk, {}, by=kelan).there == part.lesson.school_class.enrollments.filter(role="student").count()  # fmt: skip


def test_the_week_shows_lessons_set_and_hours_to_set(schooled: District, dual: DualLesson) -> None:
    lead = schooled.account("qiaoyu")
    week = reads.week_of(lead, on=dual.day)
    at = [one for one in week.lines if one.lesson is not None]
    assert [one.lesson.row for one in at if one.lesson] == [dual]
    assert all(one.lesson is not None or one.starts == NINE for one in week.lines)
    monday = dual.day - timedelta(days=dual.day.weekday())
    assert (week.starts, len({(one.day, one.starts) for one in week.lines})) == (
        monday,
        len(week.lines),
    )
    assert reads.week_of(schooled.account("linlan"), on=dual.day).lines == ()


def test_the_database_refuses_a_pairing_that_one_side_has_not_agreed(pairing: Pairing) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Pairing.objects.filter(pk=pairing.pk).update(far_agreed_by=None)


@pytest.mark.parametrize("username", ["liqiang", "linxia", "linlan", "kelan", "zhoujing"])
def test_a_stranger_sees_no_pairing_and_no_lesson(
    schooled: District, dual: DualLesson, username: str
) -> None:
    stranger = schooled.account(username)
    assert reads.pairings_of(stranger) == []
    for look in (
        lambda: reads.pairing_view(dual.pairing_id, account=stranger),
        lambda: reads.lesson_view(dual.pk, account=stranger),
        lambda: reads.ticket_of(dual.pk, account=stranger),
        lambda: reads.effect_of(dual.pairing_id, account=stranger),
        lambda: actions.open_room(dual.pk, by=stranger),
        lambda: actions.room_link(dual.pk, 0, by=stranger),
        lambda: actions.begin(dual.pk, by=stranger),
        lambda: actions.end_pairing(dual.pairing_id, "不要了", by=stranger),
    ):
        with pytest.raises(NotFound):
            look()
