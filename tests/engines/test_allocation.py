"""Places by deferred acceptance: stable, honest to ask, drawn by a lottery that anybody can redraw."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engines.allocation import (
    Cut,
    Draw,
    Market,
    Standing,
    accept,
    commitment,
    digest_of,
    draw_numbers,
    entry_hash,
    faults,
    lottery_faults,
    reason,
)
from minsheng.lib.texts import Text


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def market(
    wishes: list[list[int]],
    *,
    seats: list[int],
    days: list[int] | None = None,
    classes: dict[tuple[int, int], int] | None = None,
    numbers: list[int] | None = None,
    most: int = 1,
) -> Market:
    """A market from each pupil's clubs, the dearest first; the pupil's lottery number is their place."""
    rows = [
        (pupil, club, at, (classes or {}).get((pupil, club), 0))
        for pupil, wish in enumerate(wishes)
        for at, club in enumerate(wish, 1)
    ]
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), ()]
    return Market(
        seats=ints(*seats), day=ints(*(days or [0] * len(seats))),
        number=ints(*(numbers or range(1, len(wishes) + 1))),
        pupil=ints(*columns[0]), club=ints(*columns[1]), rank=ints(*columns[2]),
        priority=ints(*columns[3]), most=most,
    )  # fmt: skip


def places(made: Market) -> list[set[int]]:
    placed = accept(made).placed
    found: list[set[int]] = [set() for _ in made.number]
    for row in np.flatnonzero(placed):
        found[int(made.pupil[row])].add(int(made.club[row]))
    return found


@st.composite
def markets(draw: st.DrawFn, *, most: int = 3, pupils: int = 7) -> Market:
    clubs = draw(st.integers(1, 5))
    count = draw(st.integers(1, pupils))
    wishes = [
        draw(st.lists(st.integers(0, clubs - 1), unique=True, max_size=clubs)) for _ in range(count)
    ]
    classes = {
        (pupil, club): draw(st.integers(0, 2)) for pupil, wish in enumerate(wishes) for club in wish
    }
    return market(
        wishes,
        seats=[draw(st.integers(0, 3)) for _ in range(clubs)],
        days=[draw(st.integers(0, 2)) for _ in range(clubs)],
        classes=classes,
        numbers=draw(st.permutations(range(1, count + 1))),
        most=draw(st.integers(1, most)),
    )


def test_gale_and_shapleys_own_example_of_students_and_two_orders():
    """Three and three, every man another first choice, every woman the reverse: men get their first.

    Gale & Shapley (1962), example 1: rankings A: 1 2 3, B: 3 1 2, C: 2 3 1 are all first granted.
    """
    # alpha: A B C, beta: B C A, gamma: C A B; A ranks beta gamma alpha, B: gamma alpha beta, C: alpha beta gamma.
    order = {0: (1, 2, 0), 1: (2, 0, 1), 2: (0, 1, 2)}
    classes = {(pupil, club): order[club].index(pupil) for club in range(3) for pupil in range(3)}
    made = market([[0, 1, 2], [1, 2, 0], [2, 0, 1]], seats=[1, 1, 1], classes=classes)
    assert places(made) == [{0}, {1}, {2}]


def test_the_school_choice_example_in_which_stability_costs_everybodys_swap():
    """Roth (1982) as told by Abdulkadiroğlu & Sönmez (2003), example 1.

    i1: b a c, i2: a b c, i3: a b c; a ranks i1 i3 i2, b ranks i2 i1 i3, c ranks i2 i1 i3: the one
    stable matching is i1–a, i2–b, i3–c.
    """
    a, b, c = range(3)
    orders = {a: (0, 2, 1), b: (1, 0, 2), c: (1, 0, 2)}
    classes = {(p, club): orders[club].index(p) for club in orders for p in range(3)}
    made = market([[b, a, c], [a, b, c], [a, b, c]], seats=[1, 1, 1], classes=classes)
    assert places(made) == [{a}, {b}, {c}]
    assert accept(made).passes > 2


@given(markets())
def test_no_matching_of_any_market_has_a_blocking_pair_a_clash_or_too_many(made: Market):
    assert faults(made, accept(made).placed.tolist()) == []


@settings(max_examples=40)
@given(markets(pupils=4, most=2))
def test_no_other_stable_matching_gives_any_pupil_who_wants_one_more_than_this(made: Market):
    made = replace(made, most=1)
    own = _ranks(made, accept(made).placed.tolist())
    for placed in itertools.product([False, True], repeat=min(len(made.pupil), 9)):
        if len(placed) == len(made.pupil) and not faults(made, placed):
            other = _ranks(made, placed)
            assert all(own.get(p, 99) <= other.get(p, 99) for p in range(len(made.number)))


def _ranks(made: Market, placed) -> dict[int, int]:
    return {
        int(made.pupil[row]): int(made.rank[row])
        for row, is_placed in enumerate(placed)
        if is_placed
    }


@settings(max_examples=40)
@given(markets(pupils=4, most=1), st.data())
def test_nobody_who_has_one_club_gains_by_asking_for_something_else(made: Market, data):
    pupil = data.draw(st.integers(0, len(made.number) - 1))
    true = made.club[made.pupil == pupil][np.argsort(made.rank[made.pupil == pupil])].tolist()
    honest = places(made)[pupil]
    best = true.index(next(iter(honest))) if honest else 99
    for length in range(len(true) + 1):
        for lie in itertools.permutations(true, length):
            got = places(_saying(made, pupil, list(lie)))[pupil]
            assert not got or true.index(next(iter(got))) >= best


def _saying(made: Market, pupil: int, clubs: list[int]) -> Market:
    rows = made.pupil != pupil
    at = {int(made.club[row]): int(made.priority[row]) for row in np.flatnonzero(~rows)}
    more = ints(*clubs)
    return replace(
        made,
        pupil=np.concatenate([made.pupil[rows], np.full(len(clubs), pupil)]),
        club=np.concatenate([made.club[rows], more]),
        rank=np.concatenate([made.rank[rows], np.arange(1, len(clubs) + 1)]),
        priority=np.concatenate([made.priority[rows], ints(*(at[one] for one in clubs))]),
    )


def test_who_may_have_two_clubs_can_gain_by_asking_for_less_and_the_docs_say_so():
    """No stable rule is proof against that where one may have several (Roth 1985)."""
    classes = {
        (0, 2): 1, (0, 0): 0, (0, 1): 2, (1, 0): 2, (1, 2): 2, (2, 0): 1, (2, 1): 0, (2, 2): 0,
    }  # fmt: skip

    def of(wish: list[int]) -> set[int]:
        wishes = [wish, [0, 2], [0, 1, 2]]
        return places(market(wishes, seats=[1] * 3, days=[0, 1, 2], most=2, classes=classes))[0]

    assert of([2, 0, 1]) == {0}
    assert of([2]) == {2}  # the dearest one: by not taking 0, nobody else is pushed into 2


@given(markets(), st.randoms(use_true_random=False))
def test_the_order_in_which_choices_come_in_changes_nothing(made: Market, random):
    order = list(range(len(made.pupil)))
    random.shuffle(order)
    at = np.array(order, dtype=np.int64)
    other = replace(
        made,
        pupil=made.pupil[at],
        club=made.club[at],
        rank=made.rank[at],
        priority=made.priority[at],
    )
    assert places(made) == places(other)
    assert accept(made).cuts == accept(other).cuts


@given(markets())
def test_everybody_can_check_their_own_places_from_the_cuts_alone(made: Market):
    matching = accept(made)
    for pupil in range(len(made.number)):
        rows = sorted(np.flatnonzero(made.pupil == pupil), key=lambda row: made.rank[row])
        mine: list[int] = []
        for row in rows:
            cut = matching.cuts[made.club[row]]
            stands = int(made.priority[row]), int(made.number[pupil])
            open_to = cut is None or stands <= (cut.priority, cut.number)
            days = {int(made.day[made.club[one]]) for one in mine}
            if open_to and int(made.day[made.club[row]]) not in days and len(mine) < made.most:
                mine.append(row)
        assert {int(made.club[row]) for row in mine} == places(made)[pupil]


@settings(max_examples=300)
@given(markets(), st.data())
def test_when_one_gives_up_a_place_nobody_else_loses_one_that_they_liked_better(made, data):
    """What was asked for and not held, ranked below the place given up, is given up with it."""
    before = places(made)
    holders = [pupil for pupil, mine in enumerate(before) if mine]
    if not holders:
        return
    pupil = data.draw(st.sampled_from(holders))
    club = data.draw(st.sampled_from(sorted(before[pupil])))
    [at] = np.flatnonzero((made.pupil == pupil) & (made.club == club))
    gone = [
        row
        for row in np.flatnonzero(made.pupil == pupil)
        if row == at
        or (made.rank[row] > made.rank[at] and int(made.club[row]) not in before[pupil])
    ]
    keep = np.setdiff1d(np.arange(len(made.pupil)), gone)
    after = places(
        replace(
            made, pupil=made.pupil[keep], club=made.club[keep], rank=made.rank[keep],
            priority=made.priority[keep],
        )
    )  # fmt: skip
    assert _chosen(made, pupil, (before[pupil] - {club}) | after[pupil]) == after[pupil]
    for other in range(len(made.number)):
        if other != pupil:
            assert _chosen(made, other, before[other] | after[other]) == after[other]
            assert len(after[other]) >= len(before[other])


def _chosen(made: Market, pupil: int, among: set[int]) -> set[int]:
    """What a pupil would take who could have any of these clubs."""
    rank = {int(made.club[r]): int(made.rank[r]) for r in np.flatnonzero(made.pupil == pupil)}
    taken: list[int] = []
    for club in sorted(among, key=rank.__getitem__):
        days = {int(made.day[one]) for one in taken}
        if int(made.day[club]) not in days and len(taken) < made.most:
            taken.append(club)
    return set(taken)


def test_proof_finds_each_kind_of_fault():
    made = market([[0, 1], [0, 1]], seats=[1, 1], days=[0, 0])
    assert accept(made).placed.tolist() == [True, False, False, True]
    assert {one.kind for one in faults(made, [True, True, False, False])} == {"most", "clash"}
    assert {one.kind for one in faults(made, [True, False, True, False])} == {"seats"}
    blocked = faults(made, [False, True, True, False])
    assert [(one.kind, one.pupil, one.club) for one in blocked] == [("blocking", 0, 0)]
    assert {one.pupil for one in faults(made, [False] * 4)} == {0, 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"club": ints(0, 9)}, {"rank": ints(1, 1), "club": ints(0, 1)}, {"club": ints(0, 0)},
        {"number": ints(1, 1)}, {"priority": ints(-1, 0)}, {"most": 0}, {"day": ints(0)},
        {"pupil": ints(0, 7)}, {"seats": ints(-1, 1)}, {"rank": ints(1, 2, 3)},
    ],
)  # fmt: skip
def test_a_market_that_doesnt_fit_together_is_refused(wrong):
    made = market([[0, 1], []], seats=[1, 1])
    with pytest.raises(ValueError, match=r"\w"):
        replace(made, **wrong)


# ── the lottery ─────────────────────────────────────────────────────────────────────────────────

SEED = "5e" * 32


def drawn() -> Draw:
    entries = {
        f"T{n}": entry_hash(f"T{n}", f"salt{n}", [("chess", 1), ("robots", 0)]) for n in range(9)
    }
    digest = digest_of(entries)
    numbers = draw_numbers(entries, key="r1", seed=SEED, digest=digest, words="3 1 6 6")
    return Draw(
        key="r1", commitment=commitment("r1", SEED), digest=digest, seed=SEED, words="3 1 6 6",
        entries=entries, numbers=numbers,
    )  # fmt: skip


def test_a_draw_can_be_drawn_again_by_anybody_in_any_order():
    draw = drawn()
    assert lottery_faults(draw) == ()
    assert sorted(draw.numbers.values()) == list(range(1, 10))
    back = dict(reversed(draw.entries.items()))
    assert digest_of(back) == draw.digest
    again = draw_numbers(back, key="r1", seed=SEED, digest=draw.digest, words="3 1 6 6")
    assert again == draw.numbers


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"seed": "00" * 32}, "种子"),
        ({"words": "1 1 1 1"}, "抽签号"),
        ({"key": "r2"}, "种子"),
        ({"numbers": {f"T{n}": n + 1 for n in range(9)}}, "抽签号"),
        ({"entries": {**drawn().entries, "T3": "0" * 64}}, "志愿"),
        ({"entries": {**drawn().entries, "T99": "0" * 64}}, "志愿"),
    ],
)
def test_whatever_is_changed_afterwards_is_found(change, says):
    found = lottery_faults(replace(drawn(), **change))
    assert any(says in one.zh for one in found)


def test_a_hash_hides_choices_from_who_has_no_salt_and_parts_never_run_together():
    one = entry_hash("T1", "a", [("chess", 1)])
    assert one != entry_hash("T1", "b", [("chess", 1)])
    assert one != entry_hash("T1", "a", [("chess", 2)])
    assert entry_hash("T1", "a", []) != entry_hash("T1a", "", [])
    assert commitment("r", "12") != commitment("r1", "2")


def test_numbers_fall_evenly_on_whoever_asks():
    first = [
        draw_numbers("ABCD", key="r", seed=f"{n:064x}", digest="d", words="")["A"]
        for n in range(800)
    ]
    assert all(150 < first.count(number) < 250 for number in (1, 2, 3, 4))


# ── in words ────────────────────────────────────────────────────────────────────────────────────


def standing(**changes) -> Standing:
    plan = {
        "placed": False, "applied": 31, "seats": 18, "number": 207, "priority": 1,
        "class_title": Text("本年级", "this grade"), "cut": Cut(1, 180),
    }  # fmt: skip
    return Standing(**{**plan, **changes})


def test_the_reason_names_how_many_asked_how_many_places_and_the_number():
    assert reason(standing()).zh == "报了 31 人，18 个名额，抽签号 207 在第 18 名之后。"
    assert "名额以内" in reason(standing(placed=True, number=12)).zh
    assert "没有排满" in reason(standing(placed=True, cut=None)).zh
    assert "优先的孩子" in reason(standing(priority=2)).zh
    assert "围棋" in reason(standing(clash=Text("围棋"))).zh
    assert "最多 2 个" in reason(standing(enough=2)).zh
    assert "没有名额" in reason(standing(seats=0, cut=Cut(-1, 0))).zh


def test_small_numbers_are_not_said_out_loud():
    said = reason(standing(applied=9, seats=8))
    assert "不到 10 人" in said.zh
    assert "Fewer than 10" in said.en
