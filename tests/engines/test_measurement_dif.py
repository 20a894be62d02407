"""DIF: against R's published example, tables counted one by one, and known truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engines.measurement.dif import dif, mantel_haenszel
from minsheng.engines.measurement.irt import simulated
from minsheng.engines.measurement.models import Bank
from minsheng.engines.measurement.responses import Responses
from minsheng.lib.errors import WrongInput


def test_berkeley_s_admissions_are_what_r_prints():
    """R, example(mantelhaen.test): X² = 1.4269, odds 0.9046968, interval 0.7719074 to 1.0603298."""
    men = np.array([[512, 313], [353, 207], [120, 205], [138, 279], [53, 138], [22, 351]], float)
    women = np.array([[89, 19], [17, 8], [202, 391], [131, 244], [94, 299], [24, 317]], float)
    found = mantel_haenszel(men[:, :1], men[:, 1:], women[:, :1], women[:, 1:])
    assert found.odds[0] == pytest.approx(0.9046968, abs=1e-7)
    assert found.chi_square[0] == pytest.approx(1.4269, abs=5e-5)
    ends = np.log(found.odds[0]) + np.array([-1, 1]) * 1.959964 * found.log_error[0]
    assert np.exp(ends) == pytest.approx([0.7719074, 1.0603298], abs=1e-6)
    assert found.persons[0] == 4526


def two_groups(seed, persons=4_000, *, shift=0.0, items=20, harder=(), gap=0.5):
    draw = np.random.default_rng(seed)
    focal = draw.random(persons) < 0.4
    ability = draw.normal(size=persons) - gap * focal
    b = np.linspace(-1.5, 1.5, items)
    other = b.copy()
    other[list(harder)] += shift
    marks = simulated(Bank(np.ones(items), b), ability, generator=draw)
    marks[focal] = simulated(Bank(np.ones(items), other), ability[focal], generator=draw)
    return Responses(marks), focal


def test_a_difference_in_ability_alone_is_no_dif():
    classes, small = [], []
    for seed in range(12):
        found = dif(*two_groups(seed))
        classes += found.classes
        small += list(found.p_value < 0.05)
        assert found.left_out == ()
    assert set(classes) == {"A"}
    assert 0.015 < np.mean(small) < 0.09


def test_an_item_harder_for_one_group_is_found_with_its_size():
    """In the Rasch model delta is -2.35 times the shift of difficulty."""
    marks, focal = two_groups(3, persons=20_000, shift=0.9, harder=(6,))
    found = dif(marks, focal)
    assert found.delta[6] == pytest.approx(-2.35 * 0.9, abs=3 * found.delta_error[6])
    assert found.classes[6] == "C"
    assert found.difference[6] < -0.1
    assert found.left_out == ("7",)
    assert {each for n, each in enumerate(found.classes) if n != 6} == {"A"}
    assert found.rounds == 2


def test_purifying_frees_the_others_of_what_many_bad_items_did():
    bad = (2, 5, 8, 11, 14)
    marks, focal = two_groups(5, persons=20_000, shift=1.0, harder=bad)
    raw, pure = dif(marks, focal, purify=False), dif(marks, focal)
    fair = [n for n in range(20) if n not in bad]
    assert np.abs(pure.delta[fair]).mean() < 0.4 * np.abs(raw.delta[fair]).mean()
    assert raw.left_out == ()
    assert pure.left_out == tuple(str(n + 1) for n in bad)
    assert pure.delta[list(bad)].mean() == pytest.approx(-2.35, abs=0.25)


@given(st.integers(2, 60), st.integers(2, 6), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_figures_are_those_of_tables_counted_one_by_one(persons, items, seed):
    draw = np.random.default_rng(seed)
    marks = draw.integers(-1, 2, (persons, items))
    focal = draw.random(persons) < 0.5
    focal[:2] = True, False
    found = dif(Responses(marks), focal, purify=False)
    for item in range(items):
        strata = {}
        for row, of in zip(marks, focal, strict=True):
            if row[item] >= 0:
                key = (tuple(row >= 0), int((row == 1).sum()))
                strata.setdefault(key, []).append((bool(of), int(row[item])))
        r = s = 0.0
        for seen in strata.values():
            if len({of for of, _ in seen}) == 2:
                a, b, c, d = (seen.count(x) for x in ((False, 1), (False, 0), (True, 1), (True, 0)))
                r, s = r + a * d / len(seen), s + b * c / len(seen)
        if r and s:
            assert found.odds[item] == pytest.approx(r / s)
            assert found.classes[item]
        else:
            assert np.isnan(found.delta[item])
            assert found.classes[item] == ""
            assert found.flags[item]


def test_groups_changed_over_turn_the_sign():
    marks, focal = two_groups(1, persons=800, shift=0.5, harder=(2,))
    one, other = dif(marks, focal, purify=False), dif(marks, ~focal, purify=False)
    assert other.delta == pytest.approx(-one.delta)
    assert other.delta_error == pytest.approx(one.delta_error)
    assert other.chi_square == pytest.approx(one.chi_square)


def test_what_cannot_be_compared_is_flagged_or_refused():
    marks = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 0], [1, 0, 0]])
    found = dif(Responses(marks), np.array([True, True, False, False]))
    assert found.flags[1] == ("not_matched",)
    assert set(found.classes) == {""}
    constant = dif(Responses(marks), np.array([True, False, True, False]))
    assert constant.flags[0] == ("few", "constant")
    for focal in (np.ones(4, bool), np.array([True, False]), np.array([1, 0, 1, 0])):
        with pytest.raises(WrongInput):
            dif(Responses(marks), focal)
