"""Formulas in a text: on a page, on paper, on one line, and read aloud."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.items.formula import (
    MAX_CHARS,
    as_html,
    as_plain,
    as_spoken,
    as_tree,
    chinese_number,
    pieces,
    wrong_formula,
)


@pytest.mark.parametrize(
    ("text", "plain", "spoken"),
    [
        ("$3/4$", "3/4", "四分之三"),
        ("${3}/{4}$", "3/4", "四分之三"),
        ("算$1{3}/{4}$吧", "算1 3/4吧", "算一又四分之三吧"),
        ("$a^2$", "a²", "a的平方"),
        ("$25×(4+6)=□$", "25×(4+6)=□", "二十五乘左括号四加六右括号等于方框"),
        ("$8+5=(  )$", "8+5=(\u3000)", "八加五等于括号里填空"),
        ("$12-5*2$", "12−5×2", "十二减五乘二"),
        ("${a+b}/{2}$", "(a+b)/2", "二分之a加b"),
        ("$(a+b)/c$", "(a+b)/c", "左括号a加b右括号除以c"),
        ("$(a+b)^2$", "(a+b)²", "左括号a加b右括号的平方"),
        ("$x^{n+1}$", "x^(n+1)", "x的n加一次方"),
        ("$路程÷时间$", "路程÷时间", "路程除以时间"),
        ("没有公式", "没有公式", "没有公式"),
        ("只有一个$", "只有一个$", "只有一个$"),
    ],
)
def test_a_formula_is_shown_on_one_line_and_said_aloud(text: str, plain: str, spoken: str) -> None:
    assert as_plain(text) == plain
    assert as_spoken(text) == spoken


def test_a_page_gets_mathml_and_nothing_of_the_text_is_markup() -> None:
    html = as_html("<b>$a<3/4$ & $x^2$")
    assert html.startswith("&lt;b&gt;<math ")
    assert "<mo>&lt;</mo><mfrac><mrow><mn>3</mn></mrow><mrow><mn>4</mn></mrow></mfrac>" in html
    assert "<msup><mrow><mi>x</mi></mrow><mrow><mn>2</mn></mrow></msup>" in html
    assert 'alttext="a小于四分之三"' in html
    assert "style" not in html


def test_a_mark_stays_on_the_line_of_the_formula_that_it_closes() -> None:
    html = as_html("$4×40=160$，都能坐下；$a$和$b$。")
    assert html.count("</math>，</span>") == 1
    assert html.count("</math>。</span>") == 1
    assert html.endswith("</math>。</span>")
    assert "</math>和<span" in html
    assert html.count("，") == html.count("。") == 1


def test_paper_gets_a_tree_of_plain_data() -> None:
    assert as_tree("算 $3/4$") == [
        {"words": "算 "},
        {
            "formula": [
                {
                    "sort": "fraction",
                    "top": [{"sort": "number", "text": "3"}],
                    "bottom": [{"sort": "number", "text": "4"}],
                }
            ]
        },
    ]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("0", "零"), ("10", "十"), ("15", "十五"), ("110", "一百一十"), ("1005", "一千零五"),
        ("30500", "三万零五百"), ("101000", "十万一千"), ("3000500", "三百万零五百"),
        ("100000000", "一亿"), ("100010000", "一亿零一万"), ("100005000", "一亿零五千"),
        ("20003", "二万零三"), ("1005.02", "一千零五点零二"), ("1" * 13, "1" * 13),
    ],
)  # fmt: skip
def test_numbers_are_said_as_they_are_taught(number: str, said: str) -> None:
    assert chinese_number(number) == said


@pytest.mark.parametrize(
    "text", ["$3+$4$", "$$", "$ $", "${3$", "$3}$", "$^2$", "$3^$", f"${'1' * (MAX_CHARS + 1)}$",
             f"${'{' * 8}1{'}' * 8}$"],
)  # fmt: skip
def test_a_formula_that_would_not_look_as_meant_is_named(text: str) -> None:
    said = wrong_formula(text)
    assert said is not None
    assert said.zh


def test_a_sound_text_has_nothing_wrong() -> None:
    assert wrong_formula("算一算：$1{3}/{4}+a^2=□$，再算 $25×(4+6)$。") is None


@given(st.text(alphabet="$1a{}^/()+ 四<&□", max_size=260))
def test_whatever_is_written_is_shown_whole_and_well_formed(text: str) -> None:
    ElementTree.fromstring(f"<p>{as_html(text)}</p>")
    assert isinstance(as_spoken(text), str)
    assert isinstance(as_tree(text), list)
    assert "".join(piece.text for piece in pieces(text)).replace("$", "") == text.replace("$", "")
    for char in "1a四<&":
        assert as_plain(text).replace("¹", "1").count(char) >= text.count(char)
