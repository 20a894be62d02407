"""What is hashed. The tree is compared with RFC 6962 and with its recursive definition."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.apps.audit.chain import Head, News, canonical, digest, entry_hash, links, merkle_root
from minsheng.lib import suites
from minsheng.lib.errors import WrongInput

AT = datetime(2026, 4, 1, 9, 30, 0, 123456, tzinfo=UTC)
PARTS = ("a1", "case", "N1", 2, "item.done", AT, "police.household", '{"item":"household"}', "a1:0")


OTHERS = (
    "s1",
    "look",
    "N2",
    3,
    "item.refused",
    AT + timedelta(microseconds=1),
    "hr.card",
    '{"item":"social_card"}',
    "a1:1",
)


@pytest.mark.parametrize(("place", "other"), list(enumerate(OTHERS)))
def test_every_part_of_an_event_is_in_its_hash(place: int, other: object) -> None:
    changed = list(PARTS)
    changed[place] = other
    assert entry_hash(*changed).partition(":")[2] != entry_hash(*PARTS).partition(":")[2]


def test_no_part_runs_over_into_the_next() -> None:
    rest = PARTS[3:]
    assert entry_hash("a1", "case", "N1", *rest) != entry_hash("a1", "caseN", "1", *rest)
    assert entry_hash("a1", 'case","', "N1", *rest) != entry_hash("a1", "case", '","N1', *rest)


def test_a_hash_says_which_suite_made_it() -> None:
    assert entry_hash(*PARTS).startswith("a1:")
    assert entry_hash("s1", *PARTS[1:]).startswith("s1:")


def test_the_same_moment_in_another_zone_gives_the_same_hash() -> None:
    in_china = AT.astimezone(timezone(timedelta(hours=8)))
    assert entry_hash(*PARTS[:5], in_china, *PARTS[6:]) == entry_hash(*PARTS)


def test_events_are_numbered_and_linked_behind_the_head() -> None:
    made = links("case", "N1", Head(4, "a1:ff"), [News("a", AT), News("b", AT)], suite="a1")
    assert [(link.seq, link.prev_hash) for link in made] == [(5, "a1:ff"), (6, made[0].hash)]


def test_an_event_without_kind_or_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="kind"):
        links("case", "N1", Head(), [News("", AT)], suite="a1")
    with pytest.raises(ValueError, match="zone"):
        links("case", "N1", Head(), [News("a", AT.replace(tzinfo=None))], suite="a1")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), json_values))
def test_the_order_in_which_data_was_built_does_not_matter(data: dict[str, object]) -> None:
    assert canonical(dict(reversed(data.items()))) == canonical(data)


@pytest.mark.parametrize(
    "data", [{"rate": 0.5}, {1: "a"}, {"at": AT}, {"a": {"b": [1.5]}}, {"a": "\ud800"}]
)
def test_data_that_could_be_written_in_two_ways_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        canonical(data)


def test_a_citizen_number_never_gets_into_an_event() -> None:
    # An unassigned region: nobody's number, but its check digit is right.
    for text in ("500999199001010017", "说明：500999199001010017。"):
        with pytest.raises(WrongInput) as refused:
            links("case", "N1", Head(), [News("a", AT, "x", {"why": text})], suite="a1")
        assert "500999" not in str(refused.value)


def test_numbers_that_are_no_citizen_numbers_may_be_recorded() -> None:
    data = {
        "wrong check digit": "500999199001010014",
        "no such day": "50099919900231001X",
        "a hash": digest("a1", b"x"),
        "longer": "9" * 30,
        "big": 10**17,
    }
    assert links("case", "N1", Head(), [News("a", AT, "x", data)], suite="a1")


# The eight leaves and roots that implementations of RFC 6962 test against.
RFC_LEAVES = [
    bytes.fromhex(text).decode()
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                 "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip


@pytest.mark.parametrize(
    ("width", "root"),
    [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_the_tree_gives_the_published_roots(width: int, root: str) -> None:
    assert merkle_root(RFC_LEAVES[:width], suite="a1") == f"a1:{root}"


def recursive_root(leaves: list[str], suite: str) -> bytes:
    hashed = suites.SUITES[suite].digest
    if len(leaves) == 1:
        return hashed(b"\x00" + leaves[0].encode())
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    left, right = recursive_root(leaves[:half], suite), recursive_root(leaves[half:], suite)
    return hashed(b"\x01" + left + right)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=4), min_size=1, max_size=40))
def test_the_tree_is_the_recursive_one(leaves: list[str]) -> None:
    for suite in ("a1", "s1"):
        assert merkle_root(leaves, suite=suite) == f"{suite}:{recursive_root(leaves, suite).hex()}"


@given(st.lists(st.text("ab", max_size=2), min_size=2, max_size=9), st.data())
def test_a_leaf_changed_left_out_or_moved_changes_the_root(
    leaves: list[str], data: st.DataObject
) -> None:
    root = merkle_root(leaves, suite="a1")
    place = data.draw(st.integers(0, len(leaves) - 1))
    assert merkle_root([*leaves[:place], "c", *leaves[place + 1 :]], suite="a1") != root
    assert merkle_root([*leaves[:place], *leaves[place + 1 :]], suite="a1") != root
    assert merkle_root([*leaves, leaves[-1]], suite="a1") != root
    if leaves[::-1] != leaves:
        assert merkle_root(leaves[::-1], suite="a1") != root
