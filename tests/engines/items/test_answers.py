"""What an answer is worth: right, partly, wrong with its reason, or not to be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.items.samples import (
    blanks,
    choice,
    choices,
    expression,
    judge,
    number,
    order,
    written,
)

from minsheng.engines.items import check_answer


def test_a_choice_is_right_wrong_with_what_it_betrays_or_no_letter() -> None:
    item = choice("A", wrong={"B": "zero-dropped"})
    assert check_answer(item, " ａ ").is_right
    found = check_answer(item, "B")
    assert (found.result, found.misconception, found.score) == ("wrong", "zero-dropped", 0)
    assert check_answer(item, "C").misconception == ""
    for strange in ("E", "AB", "三万"):
        found = check_answer(item, strange)
        assert found.result == "unreadable"
        assert "A、B、C、D" in found.said.zh


def test_choices_are_right_only_as_a_whole_and_partly_without_a_wrong_one() -> None:
    item = choices("A", "C", wrong={"AB": "mixed"})
    assert check_answer(item, "CA").is_right
    assert check_answer(item, ["A", "C"]).is_right
    half = check_answer(item, "A")
    assert (half.result, half.score) == ("partly", 0.5)
    assert check_answer(item, "ACD").result == "wrong"
    assert check_answer(item, "B、A").misconception == "mixed"
    assert check_answer(item, "AZ").result == "unreadable"


@pytest.mark.parametrize("text", ["对", "√", "true", "T", "正确", "是", "ＴＲＵＥ"])
def test_a_judgement_is_read_in_its_usual_words(text: str) -> None:
    assert check_answer(judge("true"), text).is_right
    assert check_answer(judge("false", wrong={"true": "zero-dropped"}), text).misconception


@pytest.mark.parametrize("text", ["错", "×", "false", "F", "x", "X", "不对"])
def test_a_denial_too(text: str) -> None:
    assert check_answer(judge("false"), text).is_right


def test_a_number_is_compared_by_value_and_its_wrong_ones_too() -> None:
    item = number("12.5", unit="平方米", wrong={"125": "point-lost"})
    for text in ("12.50", "１２．５", "25/2", "12.5平方米", "12 1/2"):
        assert check_answer(item, text).is_right, text
    assert check_answer(item, "125.0").misconception == "point-lost"
    assert check_answer(item, "1.25").result == "wrong"
    found = check_answer(item, "12.5米")
    assert found.result == "unreadable"
    assert "平方米" in found.said.zh


def test_a_tolerance_is_absolute_and_belongs_to_the_right_ones() -> None:
    item = number("3.1", tolerance="0.1", wrong={"3.2": "never"})
    assert check_answer(item, "3.2").is_right
    assert check_answer(item, "3.0").is_right
    assert check_answer(item, "3.21").result == "wrong"
    assert not check_answer(number("1/3"), "0.3333333333").is_right


def test_blanks_are_compared_one_by_one_numbers_as_numbers() -> None:
    item = blanks("3", "大于", wrong={"4;大于": "off-by-one"})
    assert check_answer(item, ["3.0", " 大于"]).is_right
    assert check_answer(item, "3；大于").is_right
    half = check_answer(item, ["4", "大于"])
    assert (half.result, half.score, half.misconception) == ("partly", 0.5, "off-by-one")
    assert check_answer(item, ["", "大于"]).result == "partly"
    assert check_answer(item, ["4", "小于"]).result == "wrong"
    strange = check_answer(item, ["三", "大于"])
    assert strange.result == "unreadable"
    assert "①" in strange.said.zh
    assert "2 个空" in check_answer(item, "3").said.zh


def test_a_blank_may_take_one_of_several_words() -> None:
    item = blanks("＞", "双数|偶数")
    assert check_answer(item, [">", "偶数"]).is_right
    assert not check_answer(item, [">", "奇数"]).is_right


def test_an_expression_is_right_when_equal_and_uses_what_it_must() -> None:
    item = expression("25*4+25*6", must=("*", "+"), wrong={"25*4+6": "half-distributed"})
    assert check_answer(item, "25×6＋25×4").is_right
    assert check_answer(item, "25×(4+6)").is_right
    bare = check_answer(item, "250")
    assert (bare.result, bare.score) == ("partly", 0.5)
    assert "×" in bare.said.zh
    assert check_answer(item, "6+100").misconception == "half-distributed"
    assert check_answer(item, "25×4+25×6=100+150=250").is_right
    assert check_answer(item, "25×4+25×6=100+160").result == "wrong"
    assert check_answer(item, "25×(4+6").result == "unreadable"


def test_a_simplest_form_is_as_short_as_the_answer() -> None:
    item = expression("3a", form="simplest")
    assert check_answer(item, "a×3").is_right
    assert check_answer(item, "a+2a").result == "partly"
    assert check_answer(expression("3/4", form="simplest"), "6/8").result == "partly"
    assert check_answer(expression("3/4", form="simplest"), "3/4").is_right


def test_an_equation_wants_an_equation() -> None:
    item = expression("x+3=10")
    assert check_answer(item, "10=3+x").is_right
    assert check_answer(item, "x=7").is_right
    assert check_answer(item, "x+3=7").result == "wrong"
    assert check_answer(item, "7").result == "unreadable"


def test_an_order_wants_each_letter_once() -> None:
    item = order("C", "A", "B", "D", wrong={"ABCD": "as-printed"})
    assert check_answer(item, ["C", "A", "B", "D"]).is_right
    assert check_answer(item, "c a b d").is_right
    assert check_answer(item, "ABCD").misconception == "as-printed"
    for strange in ("CAB", "CABB", "CABDD"):
        assert check_answer(item, strange).result == "unreadable"


def test_a_written_answer_gets_a_suggestion_and_never_a_verdict() -> None:
    item = written((1, "说出先算乘除", ("先算乘", "先乘除")), (2, "算对", ("等于14", "得14")))
    found = check_answer(item, "应该 先乘除，后加减，得 １４。")
    assert (found.result, found.score) == ("suggested", 1.0)
    assert [one.found for one in found.points] == [("先乘除",), ("得14",)]
    assert not found.is_right
    less = check_answer(item, "不先乘除，等于14")
    assert [bool(one.found) for one in less.points] == [False, True]
    assert "建议 2 分（满分 3 分）" in less.said.zh


EVERY = [
    choice(), choices("A", "B"), judge(), number("3"), blanks("3", "大"), expression("a+b"),
    order("A", "B", "C", "D"), written((1, "说", ("好",))),
]  # fmt: skip


@pytest.mark.parametrize("item", EVERY, ids=lambda item: item.kind)
def test_no_answer_is_unreadable_and_says_so(item: object) -> None:
    for given_answer in ("", "  ", [], ["", " "]):
        found = check_answer(item, given_answer)  # type: ignore[arg-type]
        assert found.result == "unreadable"
        assert "还没有写答案" in found.said.zh


@given(st.sampled_from(EVERY), st.text(max_size=80) | st.lists(st.text(max_size=20), max_size=4))
def test_whatever_is_written_gets_a_result_and_a_sentence(item: object, text: object) -> None:
    found = check_answer(item, text)  # type: ignore[arg-type]
    assert found.said.zh
    assert found.said.en
    assert 0 <= found.score <= 1
    assert (found.score == 1) == (found.result in ("right", "suggested")) or found.score < 1


@pytest.mark.parametrize("item", EVERY, ids=lambda item: item.kind)
def test_an_endless_answer_is_refused(item: object) -> None:
    assert check_answer(item, "1" * 100_000).result == "unreadable"  # type: ignore[arg-type]
    assert check_answer(item, ["1"] * 100_000).result == "unreadable"  # type: ignore[arg-type]
