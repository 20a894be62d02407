"""Portraits, next exercises, the wrong-question book, the teacher's word, and who disagrees."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.apps.mastery.conftest import SUBJECT, answers
from tests.factories import District

from minsheng.apps.mastery import actions, reads
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.models import Note, Objection, Snapshot, Work
from minsheng.apps.notices.models import Notice
from minsheng.apps.schools.models import SchoolUser
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

Give = Callable[..., Work]
SKILL = "distributive-law"


@pytest.fixture
def answered(district: District, xiaohe: SchoolUser, ticket: Give) -> Work:
    """A ticket that 林小禾 got wrong, all but one."""
    work = ticket(count=4)
    actions.hand_in(
        work.pk, answers(work, [False, True, False, False]), by=district.account("linxiaohe")
    )
    return work


@pytest.mark.parametrize("username", ["tanmei", "linxia", "linxiaohe"])
def test_pupil_family_and_teacher_see_the_same_portrait(
    district: District, xiaohe: SchoolUser, answered: Work, username: str
) -> None:
    view = reads.portrait_of(xiaohe.pk, SUBJECT, account=district.account(username))
    line = next(one for one in view.skills if one.skill.key == SKILL)
    assert (line.level, line.right, line.of) == ("at_risk", 1, 4)
    assert line.low is not None and line.high is not None and line.low <= 25 <= line.high
    untouched = next(one for one in view.skills if one.skill.key == "average")
    assert (untouched.level, untouched.known, untouched.of) == ("unknown", None, 0)
    assert view.may_rule is (username == "tanmei")
    assert view.may_object is (username != "tanmei")


@pytest.mark.parametrize("username", ["liqiang", "wumei", "wuyitong", "kelan", "kongrui", "duping"])
def test_nobody_else_sees_a_portrait(
    district: District, xiaohe: SchoolUser, answered: Work, username: str
) -> None:
    with pytest.raises(NotFound):
        reads.portrait_of(xiaohe.pk, SUBJECT, account=district.account(username))


def test_the_next_exercise_goes_back_to_what_is_weak_and_says_why(
    district: District, xiaohe: SchoolUser, answered: Work
) -> None:
    lines = reads.next_exercises(xiaohe, SUBJECT, minutes=20)
    assert lines
    assert all(one.why.zh.endswith("。") and one.why.en for one in lines)
    skills = shelf(SUBJECT).subject.skills
    asked = {skill for key in answered.items for skill in shelf(SUBJECT).item(key).skills}
    below = {need for key in asked for need in skills.skills[key].needs} - asked
    assert lines[0].item.skills[0] in below
    assert any(skills.skills[key].title.zh in lines[0].why.zh for key in asked)


def test_the_teachers_word_wins(district: District, xiaohe: SchoolUser, answered: Work) -> None:
    teacher, of = district.account("tanmei"), shelf(SUBJECT)
    pinned = of.subject.by_skill["average"][0].key
    actions.rule_on(xiaohe.pk, SUBJECT, "pin", pinned, why="她自己想试", by=teacher)
    banned = reads.next_exercises(xiaohe, SUBJECT)[1].item.key
    actions.rule_on(xiaohe.pk, SUBJECT, "ban", banned, by=teacher)
    keys = [one.item.key for one in reads.next_exercises(xiaohe, SUBJECT)]
    assert keys[0] == pinned
    assert banned not in keys
    actions.rule_on(xiaohe.pk, SUBJECT, "mastered", SKILL, by=teacher)
    view = reads.portrait_of(xiaohe.pk, SUBJECT, account=teacher)
    line = next(one for one in view.skills if one.skill.key == SKILL)
    assert line.level == "mastered"
    assert line.ruling is not None and line.ruling.by == teacher
    actions.end_ruling(line.ruling.pk, by=teacher)
    view = reads.portrait_of(xiaohe.pk, SUBJECT, account=teacher)
    assert next(one for one in view.skills if one.skill.key == SKILL).level == "at_risk"


def test_families_and_other_teachers_settle_nothing(
    district: District, xiaohe: SchoolUser, answered: Work
) -> None:
    with pytest.raises(NotAllowed):
        actions.rule_on(xiaohe.pk, SUBJECT, "mastered", SKILL, by=district.account("linxia"))
    with pytest.raises(NotFound):
        actions.rule_on(xiaohe.pk, SUBJECT, "mastered", SKILL, by=district.account("kelan"))
    with pytest.raises(WrongInput):
        actions.rule_on(xiaohe.pk, SUBJECT, "mastered", "nothing", by=district.account("tanmei"))


def test_a_word_of_the_teacher_ends_by_itself(
    district: District, xiaohe: SchoolUser, answered: Work
) -> None:
    teacher = district.account("tanmei")
    actions.rule_on(
        xiaohe.pk, SUBJECT, "mastered", SKILL, by=teacher, until=district.today + timedelta(days=1)
    )
    later = district.today + timedelta(days=2)
    view = reads.portrait_of(xiaohe.pk, SUBJECT, account=teacher, on=later)
    assert next(one for one in view.skills if one.skill.key == SKILL).level == "at_risk"


def test_a_mother_disagrees_and_the_teacher_answers(
    district: District, xiaohe: SchoolUser, answered: Work
) -> None:
    mother, teacher = district.account("linxia"), district.account("tanmei")
    words = "她那天发烧，平时都会。"
    made = actions.object_to(xiaohe.pk, SUBJECT, SKILL, words, by=mother)
    assert words not in Objection.objects.get().words
    assert Notice.objects.filter(account=teacher, kind="learning").count() == 1
    with pytest.raises(Conflict):
        actions.object_to(xiaohe.pk, SUBJECT, SKILL, "再说一遍", by=mother)
    assert reads.open_objections(answered.school_class_id, account=teacher) == [
        (xiaohe.pk, "林小禾", 1)
    ]
    actions.answer_objection(made.pk, "重做了三道，都对。", changes=True, by=teacher)
    view = reads.portrait_of(xiaohe.pk, SUBJECT, account=mother)
    line = next(one for one in view.skills if one.skill.key == SKILL)
    assert line.level == "mastered"
    assert line.objection is not None
    assert (line.objection.words, line.objection.answer) == (words, "重做了三道，都对。")
    assert Notice.objects.filter(account=mother, kind="learning").count() == 1


def test_nobody_outside_the_family_disagrees_for_it(
    district: District, xiaohe: SchoolUser, answered: Work
) -> None:
    for username, refusal in (("wumei", NotFound), ("liqiang", NotFound), ("tanmei", NotAllowed)):
        with pytest.raises(refusal):
            actions.object_to(xiaohe.pk, SUBJECT, SKILL, "不对", by=district.account(username))


def test_the_wrong_question_book_lets_go_of_what_was_right_twice(
    district: District, xiaohe: SchoolUser, answered: Work
) -> None:
    book = reads.wrong_book(xiaohe, SUBJECT)
    assert {one.shown.key for one in book} == {answered.items[at] for at in (0, 2, 3)}
    assert all(one.due >= district.today for one in book)
    teacher = district.account("tanmei")
    actions.close_work(answered.pk, by=teacher)
    again = actions.Given(subject=SUBJECT, title="再练", items=tuple(answered.items[:1]))
    for _ in range(2):
        work = actions.give_ticket(answered.school_class_id, again, by=teacher)
        actions.type_in(work.pk, xiaohe.pk, answers(work, [True]), by=teacher)
        actions.close_work(work.pk, by=teacher)
    left = {one.shown.key for one in reads.wrong_book(xiaohe, SUBJECT)}
    assert left == {answered.items[at] for at in (2, 3)}


def test_own_practice_goes_on_where_it_was_left(
    district: District, xiaohe: SchoolUser, answered: Work
) -> None:
    me = district.account("linxiaohe")
    lines = reads.next_exercises(xiaohe, SUBJECT)
    given = actions.Given(
        subject=SUBJECT,
        title="自己练",
        items=tuple(one.item.key for one in lines),
        reasons={one.item.key: one.why.zh for one in lines},
    )
    first = actions.start_practice(xiaohe, given, by=me)
    assert actions.start_practice(xiaohe, given, by=me) == first
    shown = reads.own_sheet(first)
    assert [one.reason for one in shown.items] == [one.why.zh for one in lines]
    assert first.work not in [
        one.work
        for one in reads.works_of(answered.school_class_id, account=district.account("tanmei"))
    ]


def test_growth_is_seen_from_one_snapshot_to_the_next(
    district: District, xiaohe: SchoolUser, answered: Work, ticket: Give
) -> None:
    assert actions.take_snapshots(SUBJECT, on=district.today) == 1
    assert actions.take_snapshots(SUBJECT, on=district.today) == 1
    teacher = district.account("tanmei")
    actions.close_work(answered.pk, by=teacher)
    work = ticket(count=4, day=district.today + timedelta(days=7))
    actions.type_in(work.pk, xiaohe.pk, answers(work, [True] * 4), by=teacher)
    actions.take_snapshots(SUBJECT, on=district.today + timedelta(days=7))
    assert Snapshot.objects.count() == 2
    view = reads.portrait_of(
        xiaohe.pk, SUBJECT, account=teacher, on=district.today + timedelta(days=7)
    )
    assert view.course[1] > view.course[0]


def test_notes_are_sealed_and_the_family_may_take_any_away(
    district: District, xiaohe: SchoolUser
) -> None:
    teacher, mother = district.account("tanmei"), district.account("linxia")
    made = actions.add_note(xiaohe.pk, "help", "in", "午休时一起量了三个角", by=teacher)
    actions.add_note(xiaohe.pk, "interest", "out", "周末去看星星", by=mother)
    view = reads.portrait_of(xiaohe.pk, SUBJECT, account=mother)
    assert {one.words for one in view.notes} == {"午休时一起量了三个角", "周末去看星星"}
    with pytest.raises(NotFound):
        actions.end_note(made.pk, by=district.account("kelan"))
    actions.end_note(made.pk, by=mother)
    assert Note.objects.get(pk=made.pk).words == ""
    with pytest.raises(WrongInput):
        actions.add_note(xiaohe.pk, "rank", "in", "第一名", by=teacher)


def test_what_a_class_lacks_before_a_lesson_is_one_step_below_it(
    district: District, xiaohe: SchoolUser, ticket: Give
) -> None:
    teacher, above, below = district.account("tanmei"), SKILL, "multiplication-laws"
    answered = ticket(below, count=4)
    wrong = answers(answered, [False] * 4)
    actions.type_in(answered.pk, xiaohe.pk, wrong, by=teacher)
    found = reads.lacking(answered.school_class_id, SUBJECT, [above], account=teacher)
    assert [one.skill.key for one in found.wanted] == [above]
    assert [(one.skill.key, one.at_risk, one.names) for one in found.weak] == [
        (below, 1, ("林小禾",))
    ]
    with pytest.raises(NotFound):
        reads.lacking(answered.school_class_id, SUBJECT, [above], account=district.account("kelan"))
