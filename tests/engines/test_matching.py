"""A class is suggested with the words that decided, two tellings are joined by evidence, more is more than usual."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from math import comb, exp, factorial
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.matching import (
    NOWHERE,
    Decided,
    Kind,
    Model,
    Telling,
    Weights,
    around,
    cell_of,
    hot_spots,
    learned,
    levels,
    likeness,
    matches,
    packed,
    sketch,
    unpacked,
)
from minsheng.engines.matching.hotspots import tail
from minsheng.engines.matching.linkage import PARTS

KEY = b"key of a test"
NIGHT, LAMP, LIFT = "noise.site-night", "light.out", "property.lift"
KINDS = (
    Kind(NIGHT, ("noise",), ("夜间施工噪声", "打桩")),
    Kind(LAMP, ("light",), ("路灯不亮", "路灯")),
    Kind(LIFT, ("property",), ("电梯故障", "困人")),
)
HAN = st.text(
    alphabet="路灯电梯夜间施工噪声坏了好久没人管的在我们小区楼下, 0123456789abc栋楼", max_size=60
)
NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)
HOME = (106.4539, 29.5182)


def grams(text: str) -> frozenset[int]:
    return sketch(text, KEY).grams


def model(*decided: tuple[str, str]) -> Model:
    return Model(KINDS, [Decided(k, grams(t), f"{n}") for n, (k, t) in enumerate(decided)], KEY)


def telling(text: str, **more: object) -> Telling:
    given = {"key": text, "kinds": (LAMP,), "told": NOON, "at": HOME} | more
    return Telling(sketch=sketch(text, KEY), **given)


# ── which class ─────────────────────────────────────────────────────────────────────────────────
def test_the_words_of_the_catalogue_are_enough_to_begin_with():
    best, *_ = model().suggest("我们门口的路灯坏了好久了")
    assert best.kind == LAMP
    assert any("路灯" in word.text for word in best.words)


def test_what_people_decided_is_learned_though_no_word_is_in_the_catalogue():
    said = "巷子头黑漆漆的"
    assert LAMP not in {one.kind for one in model().suggest(said)}
    assert model((LAMP, "巷子里黑漆漆一片")).suggest(said)[0].kind == LAMP


def test_a_text_of_which_nothing_is_known_has_no_suggestion():
    assert model().suggest("祝大家新年快乐") == ()
    assert model().suggest("") == ()
    with pytest.raises(ValueError, match="no class"):
        Model((), (), KEY)


@given(HAN)
def test_chances_are_ordered_and_words_are_parts_of_the_text(text):
    found = model((LAMP, "灯坏了"), (LIFT, "电梯停了")).suggest(text)
    assert [one.chance for one in found] == sorted((one.chance for one in found), reverse=True)
    for one in found:
        assert 0 <= one.chance <= 1
        assert all(word.text in text and word.text for word in one.words)
        assert sum(word.share for word in one.words) <= 1 + 1e-9


def test_a_long_text_does_not_outvote_a_short_one():
    long = "。".join(["楼下半夜施工打桩"] * 20)
    assert model((NIGHT, long), (LAMP, "楼下灯坏了")).suggest("楼下灯")[0].kind == LAMP


def test_chances_are_about_as_often_right_as_they_say():
    draw = Random(3)
    words = {NIGHT: "夜打桩吵施", LAMP: "黑灯亮摸路", LIFT: "梯停困坠楼"}

    def said(kind: str) -> str:
        mixed = "".join(words.values())
        return "，".join(
            draw.choice(words[kind] if draw.random() < 0.5 else mixed) for _ in range(4)
        )

    pairs = [(kind := draw.choice(list(words)), said(kind)) for _ in range(300)]
    learnt = model(*pairs)
    tried = [(kind, learnt.suggest(said(kind))) for kind in draw.choices(list(words), k=300)]
    said_right = sum(found[0].chance for _, found in tried if found)
    were_right = sum(found[0].kind == kind for kind, found in tried if found)
    assert abs(said_right - were_right) < 0.12 * len(tried)


# ── sketches ────────────────────────────────────────────────────────────────────────────────────
@given(HAN)
def test_a_sketch_survives_storing_and_needs_its_key(text):
    made = sketch(text, KEY)
    assert unpacked(packed(made)) == made
    assert not made.grams or sketch(text, b"another").grams != made.grams


def test_a_sketch_holds_no_word():
    assert "路灯".encode() not in packed(sketch("路灯不亮", KEY))


@given(st.floats(106, 107), st.floats(29, 30), st.floats(-400, 400), st.floats(-400, 400))
def test_what_is_within_400_metres_lies_in_a_square_around(east, north, by_east, by_north):
    moved = (east + by_east / 97_500, north + by_north / 111_320)
    assert cell_of(moved) in set(around(cell_of((east, north))))


def test_of_an_unknown_place_nothing_is_near():
    assert cell_of(None) == NOWHERE
    assert list(around(NOWHERE)) == []


# ── which are about one thing ───────────────────────────────────────────────────────────────────
def test_each_part_is_compared_by_itself():
    new = telling("5栋的路灯坏了", kinds=(LAMP, LIFT))
    near = telling(
        "5栋外头路灯坏了", at=(HOME[0] + 0.0003, HOME[1]), told=NOON - timedelta(hours=30)
    )
    other = telling("7栋电梯坏了", kinds=(NIGHT,), at=None, told=NOON - timedelta(days=60))
    rarity = {}.get
    assert levels(new, near, lambda gram: rarity(gram, 1.0)) == (
        "0.45",
        "small",
        "60",
        "72",
        "same",
    )
    assert levels(new, other, lambda gram: rarity(gram, 1.0))[1:] == (
        "none", "unknown", "long", "other",
    )  # fmt: skip
    assert levels(new, telling("楼下", kinds=(LIFT,)), lambda _: 1.0)[1] == "likely"


@given(HAN, HAN)
def test_likeness_is_even_and_between_nothing_and_the_same(one, two):
    a, b = sketch(one, KEY), sketch(two, KEY)
    like = likeness(a, b, lambda _: 1.0)
    assert like == pytest.approx(likeness(b, a, lambda _: 1.0))
    assert -1e-9 <= like <= 1 + 1e-9
    assert not a.grams or likeness(a, a, lambda _: 1.0) == pytest.approx(1)


def test_evidence_in_bits_adds_up_to_the_chance():
    weights = Weights(-3.0, {"text": {"0.45": 2.0}, "place": {"60": 1.0}})
    found = weights.match(telling("路灯坏了"), telling("路灯坏了"), lambda _: 1.0)
    assert [one.part for one in found.evidence] == list(PARTS)
    assert sum(one.bits for one in found.evidence) == 3.0
    assert found.chance == pytest.approx(0.5)


def test_weights_are_the_counts_of_fellegi_and_sunter():
    """m(same) = (8+1)/(10+2), u(same) = (1+1)/(10+2): log2(4.5) bits, worked by hand."""
    rest = ("small", "60", "24")
    pairs = [(("0.45", *rest, "same" if n < 8 else "other"), True) for n in range(10)]
    pairs += [(("0.45", *rest, "same" if n < 1 else "other"), False) for n in range(10)]
    found = learned(pairs, prior_chance=0.5)
    assert found.bits["details"]["same"] == pytest.approx(2.169925)
    assert found.prior == 0.0


def test_a_part_that_nobody_knows_says_nothing():
    pairs = [(("0.45", "small", "unknown", "24", "same"), same) for same in (True, True, False)]
    assert "unknown" not in learned(pairs, prior_chance=0.1).bits["place"]


def test_only_likely_ones_are_shown_and_the_likeliest_first():
    weights = Weights(0.0, {"details": {"same": 3.0, "other": -3.0, "silent": 0.5}})
    olds = [telling("7栋"), telling("黑漆漆"), telling("5栋")]
    found = matches(telling("5栋"), olds, lambda _: 1.0, weights, least=0.5)
    assert [one.key for one in found] == ["5栋", "黑漆漆"]


# ── more than usual ─────────────────────────────────────────────────────────────────────────────
def test_the_tail_is_the_negative_binomial_one():
    """Gamma(2, 3): P(X ≥ 3) = 1 − Σ C(x+1, x)(3/4)²(1/4)^x for x = 0, 1, 2, worked by hand."""
    by_hand = 1 - sum(comb(x + 1, x) * 0.75**2 * 0.25**x for x in range(3))
    assert tail(3, shape=2, rate=3) == pytest.approx(by_hand)
    assert tail(0, shape=2, rate=3) == 1.0


def test_with_a_long_past_the_tail_is_that_of_poisson():
    poisson = 1 - sum(exp(-2) * 2**x / factorial(x) for x in range(6))
    assert tail(6, shape=2e6, rate=1e6) == pytest.approx(poisson, rel=1e-3)


def test_a_burst_is_found_and_its_usual_level_said():
    before = {(LAMP, "a"): 8, (LAMP, "b"): 8, (LIFT, "a"): 8, (LIFT, "b"): 8}
    now = {(LAMP, "a"): 9, (LAMP, "b"): 1, (LIFT, "a"): 1, (LIFT, "b"): 1}
    [spot] = hot_spots(now, before, windows=8)
    assert (spot.kind, spot.area, spot.count, spot.before) == (LAMP, "a", 9, 8)
    assert spot.usual == pytest.approx(1.0)
    assert spot.chance < 0.001


def test_what_is_always_much_is_not_hot_and_two_are_no_spot():
    assert hot_spots({(LAMP, "a"): 40}, {(LAMP, "a"): 320}, windows=8) == ()
    assert hot_spots({(LAMP, "a"): 2}, {}, windows=8) == ()
    with pytest.raises(ValueError, match="earlier"):
        hot_spots({}, {}, windows=0)


def test_where_nothing_has_changed_hardly_anything_is_called_hot():
    """500 cells, nothing changed, 20 weeks: fewer than one week in four has any (FALSE_SHARE 0.05)."""
    draw = Random(8)
    cells = [(f"k{n % 20}", f"a{n // 20}") for n in range(500)]

    def week() -> Counter[tuple[str, str]]:
        return Counter(draw.choices(cells, k=700))

    found = [
        hot_spots(week(), sum((week() for _ in range(8)), Counter()), windows=8) for _ in range(20)
    ]
    assert sum(bool(spots) for spots in found) < 5
