"""Short Chinese words are found, titles before names before text, and one wrong character is forgiven."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.search import (
    Entry,
    document_grams,
    excerpt,
    folded,
    marked,
    query_grams,
    score,
)

NEWBORN = Entry(
    titles=("新生儿出生一件事", "Newborn"),
    words=("出生户口登记", "上户口", "出生证", "社保卡", "baby"),
    texts=("填一张表，三件事由三个部门接着办。", "Fill in one form and three offices see to it."),
)
FAREWELL = Entry(
    titles=("公民身后一件事",), words=("丧葬", "销户"), texts=("由一人代办，户口也注销。",)
)


@pytest.mark.parametrize(
    ("typed", "at_least"),
    [
        ("新生儿出生一件事", 1000),
        ("ＮＥＷＢＯＲＮ", 1000),
        ("新生儿", 900),
        ("出生", 850),
        ("证", 750),
        ("上户口", 800),
        ("户口", 750),
        ("怎么给孩子上户口", 600),
        ("部门", 500),
        ("three offices", 500),
        ("出生 部门", 400),
        ("新生几出生一件事", 100),
        ("出声户口登记", 100),
        ("newbron", 100),
        ("new", 900),
    ],
)
def test_what_is_typed_finds_it(typed, at_least):
    found = score(typed, NEWBORN)
    assert found >= at_least
    assert set(query_grams(typed)) & document_grams(
        "\n".join((*NEWBORN.titles, *NEWBORN.words, *NEWBORN.texts))
    )


@pytest.mark.parametrize(
    "typed", ["", "　", "。", "退役", "军", "zzz", "上学", "orn", "新老儿死", "户籍"]
)
def test_what_is_not_there_is_not_found(typed):
    assert score(typed, NEWBORN) == 0


def test_a_title_stands_before_a_name_and_a_name_before_a_sentence():
    assert score("户口", NEWBORN) > score("户口", FAREWELL) > 0
    assert score("身后", FAREWELL) > score("身后", Entry(titles=("别的",), words=("身后",)))


def test_finds_are_marked_in_their_own_writing():
    pieces = marked("办理 Newborn 的ＮＥＷ 事", "new")
    assert [piece.text for piece in pieces if piece.is_hit] == ["New", "ＮＥＷ"]
    assert [p.text for p in excerpt(["没有", "孩子要上户口"], "上户囗") if p.is_hit] == ["上户"]
    long = "甲" * 100 + "上户口" + "乙" * 100
    shown = excerpt([long], "上户口")
    assert "".join(piece.text for piece in shown).startswith("…甲")
    assert sum(len(piece.text) for piece in shown) <= 66
    assert excerpt(["没有"], "上户口") == ()


TEXT = st.text(alphabet="出生户口登记证王芳abcN Ｎ，。ß①İ", max_size=30)


@given(TEXT, TEXT)
def test_pieces_are_the_text_and_folding_keeps_its_length(text, typed):
    assert len(folded(text)) == len(text)
    assert "".join(piece.text for piece in marked(text, typed)) == text


@given(TEXT, st.integers(0, 29), st.integers(1, 6))
def test_every_part_of_a_chinese_text_finds_it(text, start, length):
    """Whatever piece is typed: the entry has a score, and the index gives it as a candidate."""
    part = "".join(c for c in text[start : start + length] if c in "出生户口登记证王芳")
    if part and part in text:
        assert score(part, Entry(titles=("别",), texts=(text,))) >= 500
        assert set(query_grams(part)) <= document_grams(text)
