"""What may not be had together: whoever is left out stands against something that is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.policies.conflicts import Candidate, choose
from minsheng.engines.policies.spec import Conflict, Policy
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text

NAMES = ("a", "b", "c", "d", "e")
CITE = Cite(Text("本区设置"), "L")


def policy(slug: str, *conflicts: tuple[str, Any], per: Any = "month") -> Policy:
    return Policy(
        slug=slug, title=Text(slug), short=Text(slug), why=Text(""), about="person", heading="",
        office="civil", effective_from=date(2020, 1, 1), judged_on="month", cites=(CITE,), per=per,
        conflicts=tuple(Conflict(other=other, kind=kind, cite=CITE) for other, kind in conflicts),
    )  # fmt: skip


@st.composite
def candidates(draw: Any) -> list[Candidate]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=5))
    return [
        Candidate(
            policy(
                name,
                *draw(
                    st.lists(
                        st.tuples(
                            st.sampled_from([one for one in NAMES if one != name]),
                            st.sampled_from(["higher", "instead", "after"]),
                        ),
                        max_size=2,
                    )
                ),
                per=draw(st.sampled_from(["once", "month", "quarter", "year"])),
            ),
            draw(st.one_of(st.none(), st.integers(1, 50).map(lambda one: one * 100))),
            draw(st.booleans()),
        )
        for name in names
    ]


def kinds(one: Candidate, other: Candidate) -> set[str]:
    return {
        conflict.kind
        for mine, theirs in ((one, other), (other, one))
        for conflict in mine.policy.conflicts
        if conflict.other == theirs.policy.slug
    }


def known(one: Candidate, other: Candidate) -> bool:
    return one.year_fen is not None and other.year_fen is not None


@given(candidates(), st.randoms())
def test_the_order_does_not_matter(found: list[Candidate], chance: Any) -> None:
    mixed = list(found)
    chance.shuffle(mixed)
    assert choose(found) == choose(mixed)


@given(candidates())
def test_no_two_are_kept_that_may_not_be_had_together(found: list[Candidate]) -> None:
    choices = choose(found)
    kept = [one for one in found if choices[one.policy.slug].is_kept]
    for one in kept:
        for other in kept:
            if one is not other:
                excluded = {"higher", "instead"} if known(one, other) else {"instead"}
                assert not kinds(one, other) & excluded
                after = [
                    c
                    for c in one.policy.conflicts
                    if c.other == other.policy.slug and c.kind == "after"
                ]
                assert not (after and other.is_running)


@given(candidates())
def test_whoever_is_left_out_stands_against_one_that_is_kept_or_runs(
    found: list[Candidate],
) -> None:
    choices = choose(found)
    by_name = {one.policy.slug: one for one in found}
    for slug, choice in choices.items():
        if choice.is_kept:
            assert not choice.by or not known(by_name[slug], by_name[choice.by])
            continue
        other = by_name[choice.by]
        assert choices[choice.by].is_kept or other.is_running
        assert kinds(by_name[slug], other)
        assert slug in choice.text.zh
        assert choice.by in choice.text.zh
        assert choice.cite == CITE


@given(candidates())
def test_of_higher_alone_the_kept_one_gives_at_least_as_much(found: list[Candidate]) -> None:
    plain = [
        replace(
            one,
            policy=replace(
                one.policy, conflicts=tuple(c for c in one.policy.conflicts if c.kind == "higher")
            ),
        )
        for one in found
    ]
    choices = choose(plain)
    by_name = {one.policy.slug: one for one in plain}
    assert not plain or any(one.is_kept for one in choices.values())
    for slug, choice in choices.items():
        if not choice.is_kept:
            mine, theirs = by_name[slug].year_fen, by_name[choice.by].year_fen
            assert mine is not None and theirs is not None and theirs >= mine


@given(candidates())
def test_without_conflicts_all_are_kept(found: list[Candidate]) -> None:
    free = [replace(one, policy=replace(one.policy, conflicts=())) for one in found]
    assert all(one.is_kept for one in choose(free).values())


def test_the_higher_of_two_is_compared_over_a_year_and_said_with_both_amounts() -> None:
    month = Candidate(policy("a", ("b", "higher")), 10_000)
    year = Candidate(policy("b", per="year"), 110_000, is_running=True)
    choices = choose([month, year])
    assert choices["a"].is_kept
    assert "1,200.00" in choices["b"].text.zh
    assert "1,100.00" in choices["b"].text.zh


def test_of_two_that_give_the_same_the_running_one_stays() -> None:
    choices = choose(
        [Candidate(policy("a", ("b", "higher")), 100), Candidate(policy("b"), 100, True)]
    )
    assert not choices["a"].is_kept
    assert choices["b"].is_kept


def test_what_runs_excludes_what_does_not_however_much_it_gives() -> None:
    rich = Candidate(policy("a", ("b", "instead")), 1_000_000)
    assert not choose([rich, Candidate(policy("b"), 100, True)])["a"].is_kept
    free = choose([rich, Candidate(policy("b"), 100)])
    assert (free["a"].is_kept, free["b"].is_kept) == (True, False)
    assert "只能选一项" in free["b"].text.zh


def test_a_sequence_waits_for_what_runs_and_not_the_other_way() -> None:
    later, earlier = policy("a", ("b", "after")), policy("b")
    assert not choose([Candidate(later, 100), Candidate(earlier, 100, True)])["a"].is_kept
    assert choose([Candidate(later, 100, True), Candidate(earlier, 100)])["b"].is_kept
    assert choose([Candidate(later, 100), Candidate(earlier, 100)])["a"].is_kept


def test_what_nobody_knows_yet_is_never_compared_as_nothing() -> None:
    waits, other = Candidate(policy("a", ("b", "higher")), None), Candidate(policy("b"), 100)
    for pair in ([waits, other], [waits, replace(other, amount_fen=None)]):
        choices = choose(pair)
        assert choices["a"].is_kept
        assert choices["b"].is_kept
        assert "比不出来" in choices["a"].text.zh
        assert "比不出来" in choices["b"].text.zh
        assert "0.00" not in choices["a"].text.zh
    free = choose([Candidate(policy("a", ("b", "instead")), None), Candidate(policy("b"), None)])
    assert [one.is_kept for one in free.values()].count(True) == 1
    assert "多一些" not in free["b"].text.zh


def test_what_is_for_another_thing_stands_against_nothing() -> None:
    """Only the same certificate excludes; while one isn't known it is taken to be the same."""
    first = policy("a", ("b", "instead"))
    first = replace(first, conflicts=tuple(replace(one, same=True) for one in first.conflicts))
    for mine, theirs, kept in (("x", "x", False), ("x", "y", True), ("", "y", False)):
        found = choose(
            [Candidate(first, 100, subject=mine), Candidate(policy("b"), 200, True, theirs)]
        )
        assert found["a"].is_kept is kept, (mine, theirs)
