"""What comes next: spaced review, the next exercise, tomorrow's groups."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.engines.learning_worlds import logs

from minsheng.engines.learning import exercise, groups, spacing
from minsheng.engines.learning.exercise import Bank, Class, LeftOut, Reason, Rule
from minsheng.engines.learning.spacing import Memory

half_lives = st.floats(1, 365)


@given(half_lives, st.floats(0, 400))
def test_a_right_answer_lengthens_memory_and_a_wrong_one_shortens_it(now, days):
    right = spacing.half_life_after(now, days=days, right=True)
    wrong = spacing.half_life_after(now, days=days, right=False)
    assert Memory().least <= wrong <= now <= right <= Memory().most


@given(half_lives, st.floats(0, 200), st.floats(0, 200))
def test_the_longer_ago_the_more_a_right_answer_is_worth(now, one, other):
    early, late = sorted((one, other))
    gained = [spacing.half_life_after(now, days=days, right=True) for days in (early, late)]
    assert gained[0] <= gained[1]


def test_right_answers_of_one_day_count_once():
    again = spacing.half_life_after(3.0, days=0, right=True)
    assert again == 3.0


@given(half_lives)
def test_a_skill_is_due_on_the_last_day_on_which_it_is_still_recalled(half_life):
    days = int(spacing.days_until(half_life))
    assert spacing.recall(half_life, days + 1) < Memory().recall + 1e-9
    assert days == 1 or spacing.recall(half_life, days) >= Memory().recall - 1e-6
    last = date(2026, 9, 1)
    assert (spacing.next_day(half_life, last=last) - last).days == days


@given(logs())
def test_memories_are_those_of_one_answer_after_another(answers):
    half_life, last = spacing.memories(answers)
    for pupil in range(answers.pupils):
        for skill in range(answers.skills):
            now, before = 0.0, -1
            for row in np.flatnonzero((answers.pupil == pupil) & (answers.skill == skill)):
                gone = answers.day[row] - before if before >= 0 else 0
                now = float(spacing.half_life_after(now, days=gone, right=bool(answers.right[row])))
                before = answers.day[row]
            assert half_life[pupil, skill] == pytest.approx(now) and last[pupil, skill] == before
    chance, late = spacing.due(half_life, last, on=200)
    assert (np.isnan(chance) == (last < 0)).all() and (late[last < 0] < 0).all()


def test_no_day_before_an_answer_and_no_memory_of_nothing():
    with pytest.raises(ValueError, match="before"):
        spacing.due(np.ones((1, 1)), np.array([[9]]), on=8)
    with pytest.raises(ValueError, match="never"):
        spacing.next_day(0.0, last=date(2026, 1, 1))
    with pytest.raises(ValueError, match="numbers"):
        spacing.half_life_after(-1, days=0, right=True)
    with pytest.raises(ValueError, match="wrong"):
        Memory(wrong=1.5)


def chain(skills):
    """Skill 1 needs 0, 2 needs 1, and so on."""
    return np.eye(skills, k=-1, dtype=bool)


def a_class(known, practised, bank, *, recall=None, minutes=60.0, **more):
    known = np.atleast_2d(np.array(known, float))
    shape = (len(known), len(bank.skill))
    return Class(
        known,
        np.atleast_2d(practised),
        np.full(known.shape, np.nan) if recall is None else np.atleast_2d(np.array(recall, float)),
        np.zeros(shape, int),
        np.full(len(known), float(minutes)),
        **more,
    )


def a_bank(skills=4, each=3):
    count = skills * each
    return Bank(
        np.arange(count) % skills, np.arange(count) % 5 + 1, np.full(count, 5.0), chain(skills)
    )


def test_what_is_missing_underneath_comes_before_what_waits_for_it():
    bank = a_bank()
    one = a_class([0.2, 0.3, 0.3, 0.2], [4, 4, 0, 0], bank)
    first = exercise.next_items(bank, one)[0].items[0]
    assert first.skill == 0 and first.reason is Reason.PREREQUISITE_WEAK
    assert first.facts["for_skill"] == 1 and first.facts["known"] == 0.2
    assert {pick.skill for pick in exercise.next_items(bank, one)[0].items} == {0}


def test_a_chain_is_mended_from_its_lowest_weak_link():
    bank = a_bank()
    one = a_class([0.3, 0.3, 0.3, 0.3], [0, 0, 0, 5], bank)
    first = exercise.next_items(bank, one)[0].items[0]
    assert first.skill == 0 and first.reason is Reason.PREREQUISITE_WEAK
    nobody = a_class([0.3, 0.3, 0.3, 0.3], [0, 0, 0, 0], bank)  # nothing begun: simply new
    assert exercise.next_items(bank, nobody)[0].items[0].reason is Reason.READY_FOR_NEW


def test_review_then_growing_then_new():
    bank = Bank(np.arange(3), np.array([5, 4, 2]), np.full(3, 5.0), np.zeros((3, 3), bool))
    one = a_class([0.3, 0.8, 0.97], [0, 5, 9], bank, recall=[np.nan, 0.9, 0.5])
    picks = exercise.next_items(bank, one)[0].items
    assert [pick.reason for pick in picks] == [
        Reason.DUE_FOR_REVIEW,
        Reason.GROWING,
        Reason.READY_FOR_NEW,
    ]
    assert picks[0].facts["recall"] == 0.5


def test_what_is_mastered_and_not_due_gives_nothing():
    bank = a_bank()
    one = a_class([0.97] * 4, [9] * 4, bank, recall=[0.9] * 4)
    assert exercise.next_items(bank, one)[0].items == ()


def test_the_level_is_near_what_is_known_and_the_same_item_doesnt_come_for_ever():
    bank = Bank(np.zeros(5, int), np.arange(1, 6), np.full(5, 1.0), np.zeros((1, 1), bool))
    one = a_class([0.5], [3], bank)
    assert exercise.next_items(bank, one)[0].items[0].facts["level"] == 3
    seen = replace(one, seen=np.array([[0, 0, 2, 0, 0]]))
    assert exercise.next_items(bank, seen)[0].items[0].facts["level"] != 3


def test_the_teachers_word_wins_and_only_minutes_bind_it():
    bank = a_bank()
    pinned, banned = np.zeros((1, 12), bool), np.zeros((1, 12), bool)
    pinned[0, [11, 7]] = True
    banned[0, [7, 0]] = True
    one = a_class([0.2, 0.2, 0.2, 0.2], [3, 0, 0, 0], bank, pinned=pinned, banned=banned)
    found = exercise.next_items(bank, one)[0]
    assert found.items[0].item == 11 and found.items[0].reason is Reason.PINNED
    assert not {0, 7} & {pick.item for pick in found.items}
    assert found.left_out == ((7, LeftOut.BANNED),)
    short = exercise.next_items(bank, replace(one, minutes=np.array([4.0])))[0]
    assert short.items == () and (11, LeftOut.NO_TIME) in short.left_out
    banned[0, 7] = False
    full = exercise.next_items(bank, one, rule=Rule(picks=1))[0]
    assert full.left_out == ((11, LeftOut.TOO_MANY),)


@st.composite
def classes(draw):
    skills, items, pupils = (
        draw(st.integers(1, 6)),
        draw(st.integers(0, 25)),
        draw(st.integers(1, 5)),
    )
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    needs = np.tril(rng.random((skills, skills)) < 0.4, -1)
    bank = Bank(
        rng.integers(skills, size=items),
        rng.integers(0, 6, items),
        rng.choice([1.0, 2.5, 4.0], items),
        needs,
    )
    practised = rng.integers(0, 4, (pupils, skills))
    return bank, Class(
        rng.random((pupils, skills)),
        practised,
        np.where(practised > 0, rng.random((pupils, skills)), np.nan),
        rng.integers(0, 4, (pupils, items)),
        rng.uniform(0, 30, pupils),
        rng.random((pupils, items)) < 0.1,
        rng.random((pupils, items)) < 0.1,
    )


@given(classes())
def test_picks_keep_the_law_the_ban_and_the_bounds(world):
    bank, pupils = world
    rule = Rule()
    why, _ = exercise.reasons(bank, pupils)
    for pupil, found in enumerate(exercise.next_items(bank, pupils, rule=rule)):
        items = [pick.item for pick in found.items]
        assert len(set(items)) == len(items) <= rule.picks
        assert found.minutes <= pupils.minutes[pupil] + 1e-6
        assert not pupils.banned[pupil, items].any()
        own = [pick for pick in found.items if pick.reason is not Reason.PINNED]
        assert found.items[len(found.items) - len(own) :] == tuple(own)  # pins stand first
        for pick in own:
            assert pick.reason == why[pupil, pick.skill] != Reason.NOTHING
            if pick.reason is not Reason.DUE_FOR_REVIEW:
                needed = bank.needs[pick.skill]
                assert (pupils.known[pupil, needed] >= rule.ready).all()
        told = {item for item, _ in found.left_out} | set(items)
        assert set(np.flatnonzero(pupils.pinned[pupil])) <= told


@given(classes())
def test_a_pupils_picks_dont_depend_on_the_others(world):
    bank, pupils = world
    alone = Class(
        *(
            getattr(pupils, name)[:1]
            for name in ("known", "practised", "recall", "seen", "minutes", "pinned", "banned")
        )
    )
    assert exercise.next_items(bank, alone)[0] == exercise.next_items(bank, pupils)[0]


def test_a_bank_in_a_circle_or_of_another_shape_is_refused():
    circle = np.array([[False, True], [True, False]])
    with pytest.raises(ValueError, match="circle"):
        Bank(np.zeros(1, int), np.ones(1, int), np.ones(1), circle)
    with pytest.raises(ValueError, match="0 minutes"):
        Bank(np.zeros(1, int), np.ones(1, int), np.zeros(1), chain(1))
    bank = a_bank()
    with pytest.raises(ValueError, match="seen"):
        exercise.next_items(bank, replace(a_class([0.5] * 4, [1] * 4, bank), seen=np.zeros((1, 1))))
    with pytest.raises(ValueError, match="chance"):
        exercise.next_items(bank, a_class([1.5, 0, 0, 0], [1] * 4, bank))


@st.composite
def needy(draw):
    least = draw(st.integers(1, 4))
    most = draw(st.integers(least, 8))
    count = draw(st.integers(0, 30))
    groups_needed = -(-count // most)
    assume(groups_needed * least <= count)
    skills = draw(st.integers(0, 5))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    needs = np.where(rng.random((count, skills)) < 0.3, rng.random((count, skills)), 0.0)
    return [f"p{number:02}" for number in range(count)], needs, least, most


@settings(deadline=None)
@given(needy())
def test_every_pupil_is_in_one_group_of_the_right_size_that_is_named_after_a_need(world):
    codes, needs, least, most = world
    found = groups.groups_for(codes, needs, least=least, most=most)
    assert sorted(code for group in found for code in group.members) == codes
    for group in found:
        assert least <= len(group.members) <= most
        assert list(group.members) == sorted(group.members)  # by code: no order of merit
        rows = [codes.index(code) for code in group.members]
        if group.skill == groups.FREE:
            assert group.needing == ()
        else:
            needing = [
                code
                for code, row in zip(group.members, rows, strict=True)
                if needs[row, group.skill]
            ]
            assert list(group.needing) == needing


@settings(deadline=None)
@given(needy(), st.randoms(use_true_random=False))
def test_the_same_pupils_in_another_order_give_the_same_groups(world, random):
    codes, needs, least, most = world
    order = list(range(len(codes)))
    random.shuffle(order)
    mixed = groups.groups_for([codes[row] for row in order], needs[order], least=least, most=most)
    assert mixed == groups.groups_for(codes, needs, least=least, most=most)


def test_those_who_need_one_thing_sit_together_and_nobody_elses_need_is_met_less():
    codes = [f"p{number}" for number in range(8)]
    needs = np.zeros((8, 3))
    needs[::2, 0], needs[1::2, 2] = 0.5, 0.9
    found = groups.groups_for(codes, needs, least=3, most=4)
    assert [(group.skill, group.needing) for group in found] == [
        (0, ("p0", "p2", "p4", "p6")),
        (2, ("p1", "p3", "p5", "p7")),
    ]


def test_pupils_who_need_nothing_get_a_group_that_goes_on_freely():
    needs = np.zeros((6, 2))
    needs[:3, 1] = 1.0
    found = groups.groups_for(list("abcdef"), needs, least=3, most=3)
    assert [(group.skill, group.members) for group in found] == [
        (1, ("a", "b", "c")),
        (groups.FREE, ("d", "e", "f")),
    ]


def test_sizes_that_cant_be_are_refused():
    assert groups.sizes(13, least=3, most=6) == (5, 4, 4)
    with pytest.raises(ValueError, match="don't go into"):
        groups.sizes(5, least=3, most=4)
    with pytest.raises(ValueError, match="one code"):
        groups.groups_for(["a", "a"], np.zeros((2, 1)), least=1)
    with pytest.raises(ValueError, match="0 to 1"):
        groups.groups_for(["a"], np.array([[2.0]]), least=1)
