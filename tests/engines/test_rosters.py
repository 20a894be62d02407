"""What an import changes, and when it takes away too much."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.rosters import EnrollmentRow, Guard, Roster, UserRow, changes

DAY = date(2026, 9, 1)


def pupils(*numbers: int) -> Roster:
    users = tuple(
        UserRow(sourced_id=f"p{n}", role="student", org="s", number=str(n), name="演示")
        for n in numbers
    )
    places = tuple(
        EnrollmentRow(
            sourced_id=f"e{n}", school_class="c", user=f"p{n}", role="student", since=DAY, seat=n
        )
        for n in numbers
    )
    return Roster(users=users, enrollments=places)


@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)))
def test_what_was_plus_what_changes_is_what_is_wanted(old: set[int], new: set[int]) -> None:
    found = changes(pupils(*old), pupils(*new))
    kept = {row.sourced_id for row in pupils(*old).users}
    kept |= {row.sourced_id for row in found.added["users"]}
    kept -= {row.sourced_id for row in found.gone["users"]}
    assert kept == ({f"p{n}" for n in new} or {f"p{n}" for n in old})


@given(st.sets(st.integers(1, 60)))
def test_the_same_register_twice_changes_nothing(numbers: set[int]) -> None:
    assert changes(pupils(*numbers), pupils(*numbers)).is_empty()


def test_a_row_that_differs_is_changed_and_not_added() -> None:
    old = pupils(1, 2)
    new = replace(old, users=(replace(old.users[0], org="t"), old.users[1]))
    found = changes(old, new)
    assert [(a.org, b.org) for a, b in found.changed["users"]] == [("s", "t")]  # type: ignore[union-attr]
    assert not found.added["users"]
    assert not found.gone["users"]


def test_a_file_that_was_not_handed_in_takes_nothing_away() -> None:
    assert not changes(pupils(1, 2), Roster(users=pupils(1, 2).users)).gone["enrollments"]


def test_a_tenth_may_go_and_more_may_not() -> None:
    old = pupils(*range(1, 101))
    guard = Guard()
    assert guard.stops(changes(old, pupils(*range(1, 91)))) == ()
    assert guard.stops(changes(old, pupils(*range(1, 90)))) == ("users", "enrollments")


def test_a_small_class_may_lose_a_few() -> None:
    old = pupils(*range(1, 11))
    assert Guard().stops(changes(old, pupils(*range(1, 6)))) == ()
    assert Guard(share=Fraction(1, 10), few=2).stops(changes(old, pupils(*range(1, 6))))
