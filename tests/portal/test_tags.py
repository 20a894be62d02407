"""Template tags: two languages, escaping, days, states."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from minsheng.engines.casework.state import CaseStatus, ItemStatus
from minsheng.lib.texts import Text
from minsheng.portal import words


def shown(source: str, lang: str = "zh", **values: object) -> str:
    with translation.override("en" if lang == "en" else "zh-hans"):
        return Template("{% load minsheng %}" + source).render(Context(values))


def test_a_sentence_comes_in_the_current_language():
    assert shown('{% t "办好了" "Done" %}') == "办好了"
    assert shown('{% t "办好了" "Done" %}', "en") == "Done"


def test_values_are_filled_in_and_escaped():
    source = '{% t "<b>{n}</b> 件" "<b>{n}</b> items" n=value %}'
    assert shown(source, value="<script>") == "<b>&lt;script&gt;</b> 件"


def test_a_text_and_marked_safe_words_may_be_values():
    source = '{% t "{n} 好" "{n} ok" n=value %}'
    assert shown(source, "en", value=Text("证", "Paper")) == "Paper ok"
    assert shown('{% t "{d}前" "by {d}" d=on|short_day %}', on=date(2026, 4, 2)).startswith("<time")


def test_sentences_from_variables_are_escaped():
    assert shown('{% t said "x" %}', said="<img>") == "&lt;img&gt;"


def test_the_english_noun_follows_the_number():
    source = '{% t "{n} 天" "{n} {n:day|days}" n=value %}'
    said = [shown(source, "en", value=value) for value in (0, 1, 2, "1")]
    assert said == ["0 days", "1 day", "2 days", "1 day"]
    assert shown(source, value=1) == "1 天"


def test_a_forgotten_value_fails_loudly():
    with pytest.raises(TemplateSyntaxError, match=r"no value for \{n\}"):
        shown('{% t "{n} 件" "{n} items" m=1 %}')


def test_a_text_falls_back_to_chinese():
    assert shown("{{ said|text }}", "en", said=Text("办好了")) == "办好了"
    assert shown("{{ said|text }}", "en", said=Text("办好了", "Done")) == "Done"
    assert shown("{{ said|text }}", said="<b>") == "&lt;b&gt;"


def test_days_in_both_languages():
    on = date(2026, 4, 22)
    assert shown("{{ on|day }}", on=on) == (
        '<time class="num" datetime="2026-04-22">4月22日（周三）</time>'
    )
    assert "Wed 22 April<" in shown("{{ on|day }}", "en", on=on)
    assert shown("{{ on|day_plain }}", on=on) == "4月22日（周三）"
    assert "2026年4月22日" in shown("{{ on|full_day }}", on=on)
    assert shown("{{ on|iso }}", on=on) == "2026-04-22"
    assert shown("{{ on|day }}{{ on|iso }}{{ on|moment }}", on=None) == ""


def test_a_moment_is_told_in_the_districts_time():
    at = datetime(2026, 3, 31, 16, 30, tzinfo=UTC)
    assert ">4月1日 00:30<" in shown("{{ at|moment }}", at=at)
    assert ">1 April, 00:30<" in shown("{{ at|moment }}", "en", at=at)
    assert ">4月1日<" in shown("{{ at|short_day }}", at=at)


@pytest.mark.parametrize(
    ("fen", "said"),
    [(0, "0.00"), (1260, "12.60"), (123456789, "1,234,567.89"), (-5, "−0.05"), (None, "")],
)
def test_money_is_shown_in_yuan(fen: int | None, said: str):
    assert shown("{{ fen|yuan }}", fen=fen) == said


def test_counts_have_a_unit_and_an_english_plural():
    assert shown("{{ n|workdays }}", n=3) == "3 个工作日"
    assert shown("{{ n|workdays }}", "en", n=1) == "1 working day"
    assert shown("{{ n|workdays }}", "en", n=-2) == "-2 working days"
    assert shown("{{ n|days }}", n=1) == "1 天"


def test_every_state_of_the_engine_has_words_in_both_languages():
    for state in (*ItemStatus.__args__, *CaseStatus.__args__):
        word = words.STATES[state]
        assert word.text.zh
        assert word.text.en


def test_a_state_is_told_apart_by_word_and_shape():
    assert shown('{% status "done" %}') == '<span class="tag done">已办好</span>'
    assert shown('{% status "returned" %}') == '<span class="tag soon">等您补一样</span>'
    assert 'class="tag hold">停表' in shown('{% status "returned" "desk" %}')
    assert shown('{% status "done" "desk" said %}', said=Text("材料齐")) == (
        '<span class="tag done">材料齐</span>'
    )


def test_an_unknown_state_fails_loudly():
    with pytest.raises(TemplateSyntaxError, match="no state 'finished'"):
        shown('{% status "finished" %}')


def test_an_icon_is_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in shown('{% icon "arrow" %}')


@pytest.mark.parametrize(
    ("number", "said"), [(1, "①"), (20, "⑳"), (21, "㉑"), (36, "㊱"), (50, "㊿"), (51, "(51)")]
)
def test_circled_numbers(number: int, said: str):
    assert words.circled(number) == said
