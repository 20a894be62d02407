"""Skills that build on one another: order, closure, matrix, and circles that are refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.items import Skill, SkillMap
from minsheng.engines.items.skills import circle, unknown_needs
from minsheng.lib.texts import Text


def skills(**needs: tuple[str, ...]) -> dict[str, Skill]:
    return {
        key: Skill(key=key, title=Text(key), unit="u", can=Text(key), needs=named)
        for key, named in needs.items()
    }


@st.composite
def sound(draw: st.DrawFn) -> dict[str, Skill]:
    """Skills whose needs point one way, written in any order."""
    names = [f"s{at}" for at in range(draw(st.integers(1, 9)))]
    needs = {
        name: tuple(draw(st.lists(st.sampled_from(names[:at]), unique=True))) if at else ()
        for at, name in enumerate(names)
    }
    return skills(**{name: needs[name] for name in draw(st.permutations(names))})


@given(sound())
def test_every_skill_stands_after_all_that_it_needs(found: dict[str, Skill]) -> None:
    skill_map = SkillMap(found)
    place = {key: at for at, key in enumerate(skill_map.order)}
    assert sorted(place) == sorted(found)
    assert all(place[needed] < place[key] for key in found for needed in found[key].needs)


@given(sound())
def test_the_matrix_is_the_closure_of_the_near_one(found: dict[str, Skill]) -> None:
    skill_map = SkillMap(found)
    near, far = skill_map.prerequisites(near=True), skill_map.prerequisites()
    reach = near.copy()
    for _ in found:
        reach = reach | (reach.astype(int) @ near.astype(int) > 0)
    assert np.array_equal(far, reach)
    assert not np.triu(far).any()
    for row, key in enumerate(skill_map.order):
        assert {skill_map.order[at] for at in np.flatnonzero(far[row])} == skill_map.before(key)
        assert all(key in skill_map.before(other) for other in skill_map.after(key))


@given(sound())
def test_what_is_closed_holds_all_that_is_needed_and_no_more(found: dict[str, Skill]) -> None:
    skill_map = SkillMap(found)
    last = skill_map.order[-1]
    assert set(skill_map.closed([last])) == {last} | skill_map.before(last)
    assert skill_map.closed(skill_map.closed([last])) == skill_map.closed([last])


def test_what_a_skill_opens_is_what_needs_it_directly() -> None:
    skill_map = SkillMap(skills(a=(), b=("a",), c=("b",), d=("a",)))
    assert skill_map.opened_by("a") == ("b", "d")
    assert skill_map.after("a") == {"b", "c", "d"}


def test_a_circle_is_named_and_refused() -> None:
    found = skills(a=("c",), b=("a",), c=("b",), d=())
    assert circle(found) == ("a", "c", "b", "a")
    with pytest.raises(ValueError, match="circle"):
        SkillMap(found)
    assert circle(skills(a=("a",))) == ("a", "a")


def test_a_need_that_is_no_skill_is_refused() -> None:
    found = skills(a=("z",))
    assert unknown_needs(found) == (("a", "z"),)
    with pytest.raises(ValueError, match="no skill"):
        SkillMap(found)


def test_a_chain_of_a_thousand_skills_has_no_circle() -> None:
    names = [f"s{at}" for at in range(1000)]
    long = skills(**{name: (names[at - 1],) if at else () for at, name in enumerate(names)})
    assert circle(long) == ()
    assert circle({**long, "s0": skills(s0=("s999",))["s0"]})[0] == "s0"
    assert SkillMap(long).order == tuple(names)
