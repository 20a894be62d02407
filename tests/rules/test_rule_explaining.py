"""Explanations read by a person who has never seen the system."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from tests.rules.rule_world import DAY, SCHEMA, conditions, part_facts

from minsheng.rules import (
    DerivedSource,
    Entity,
    Explanation,
    FieldKind,
    Line,
    Model,
    Rule,
    Schema,
    Scope,
)


def explained(source: str, on: date = DAY, **facts: object) -> Explanation:
    return Rule.parse(source, SCHEMA).explain(facts, on=on)


def only_line(source: str, on: date = DAY, **facts: object) -> Line:
    (line,) = explained(source, on, **facts).lines
    return line


def test_an_age_is_told_with_the_day_of_birth_and_the_months_attained():
    line = only_line("age_months(born_on) < 6", born_on="2026-03-24")
    assert line.value is True
    assert line.text.zh == "按“孩子出生日期”不满 6 个月"
    assert line.text.en == "By “Child's date of birth”: under 6 months"
    assert line.evidence.zh == "孩子出生日期：2026-03-24，满 0 个月"
    assert line.evidence.en == "Child's date of birth: 2026-03-24, 0 full months"


@pytest.mark.parametrize(
    ("source", "zh"),
    [
        ("age_months(born_on) <= 5", "按“孩子出生日期”不满 6 个月"),
        ("age_years(born_on) > 59", "按“孩子出生日期”已满 60 周岁"),
        ("60 <= age_years(born_on)", "按“孩子出生日期”已满 60 周岁"),
        ("not age_years(born_on) < 60", "按“孩子出生日期”已满 60 周岁"),
        ("age_years(born_on) != 3", "按“孩子出生日期”不是正好满 3 周岁"),
        ("days_since(born_on) <= 30", "离“孩子出生日期”不超过 30 天"),
        ("married", "“父母已登记结婚”：是"),
        ("not married", "“父母已登记结婚”：否"),
        ("married == False", "“父母已登记结婚”：否"),
        ("household == 'father'", "“孩子的户口跟谁”是“跟父亲”"),
        ("household in ['mother', 'father']", "“孩子的户口跟谁”是“跟母亲”或“跟父亲”"),
        ("size not in [1, 2]", "“家庭人口”不在 1 人、2 人之列"),
        ("size >= 3", "“家庭人口”至少 3 人"),
        ("income_fen_month < 300000", "“家庭月收入”不到 3,000.00 元"),
        ("income_fen_month / size <= ceiling", "“家庭月收入” ÷ “家庭人口”不超过“人均收入上限”"),
        ("share * (size + 1) == 0.5", "“比例” × （“家庭人口” ＋ 1）等于 0.5"),
        ("selected('household')", "选了“出生户口登记”"),
        ("not selected('household')", "没有选“出生户口登记”"),
        ("address != ''", "“户口地址”已填写"),
        ("address == ''", "“户口地址”空着"),
        ("known(size)", "“家庭人口”已经知道"),
        ("not known(size)", "“家庭人口”还不知道"),
        ("born_on >= '2026-01-01'", "“孩子出生日期”不早于 2026-01-01"),
        ("born_on <= today", "“孩子出生日期”不晚于办理当天"),
        ("round_fen(share) > 1", "“比例”（四舍五入到分）超过 0.01 元"),
        ("max(size, 2) > share", "“家庭人口”、2 中最大的超过“比例”"),
    ],
)
def test_each_form_of_condition_has_a_plain_sentence(source, zh):
    line = only_line(source, size=2, share=1)
    assert line.text.zh == zh
    assert line.text.en


def test_each_english_sentence_reads_as_english():
    assert only_line("size >= 3").text.en == "“Household size” is at least 3 people"
    assert only_line("not married").text.en == "“The parents are married”: no"
    assert only_line("days_since(born_on) > 30").text.en == (
        "Over 30 days since “Child's date of birth”"
    )
    assert only_line("household == 'father'").text.en == (
        "“Whose household the child joins” is “the father's”"
    )


def test_how_far_off_a_number_is_gets_told():
    line = only_line("income_fen_month / size <= ceiling", income_fen_month=141_200 * 2, size=2)
    assert line.value is False
    assert line.evidence.zh == (
        "家庭月收入：2,824.00 元；家庭人口：2 人；人均收入上限：1,200.00 元，"
        "算得 1,412.00 元，高出 212.00 元"
    )
    assert line.evidence.en.endswith("which makes 1,412.00 yuan, 212.00 yuan over")
    assert only_line("size >= 3", size=1).evidence.zh == "家庭人口：1 人，还差 2 人"
    assert only_line("size > 3", size=3).evidence.zh == "家庭人口：3 人，正好在线上"
    assert only_line("size >= 3", size=3).evidence.zh == "家庭人口：3 人"


def test_an_age_that_is_off_tells_the_day_it_turns():
    young = only_line("age_months(born_on) >= 6", born_on="2026-03-24")
    assert young.evidence.zh.endswith("到 2026-09-24 才满 6 个月")
    assert young.evidence.en.endswith("6 months only on 2026-09-24")
    old = only_line("age_months(born_on) <= 5", born_on="2025-03-24")
    assert old.evidence.zh.endswith("2025-09-24 就满 6 个月了")
    waiting = only_line("days_since(born_on) > 30", born_on="2026-03-24")
    assert waiting.evidence.zh.endswith("过了 8 天，到 2026-04-24 才满 31 天")


def test_the_turning_day_is_the_first_day_the_condition_changes():
    rule = Rule.parse("age_months(born_on) >= 6", SCHEMA)
    facts = {"born_on": "2025-08-31"}
    assert "到 2026-02-28 才满" in rule.explain(facts, on=date(2026, 2, 27)).lines[0].evidence.zh
    assert rule.decide(facts, on=date(2026, 2, 27)).value is False
    assert rule.decide(facts, on=date(2026, 2, 28)).value is True


def test_an_unknown_says_why_and_what_is_missing():
    told = explained("size >= 3 and married")
    assert told.verdict.value is None
    assert [line.evidence.zh for line in told.lines] == [
        "家庭人口：还没问",
        "父母已登记结婚：还没问",
    ]
    assert told.conclusion.zh == "还定不了，缺：家庭人口（还没问）、父母已登记结婚（还没问）。"
    assert told.conclusion.en == (
        "Can't tell yet. Missing: Household size (not asked yet), "
        "The parents are married (not asked yet)."
    )


def test_a_refusal_names_the_condition_that_failed_and_no_other():
    told = explained("size >= 3 and married and insured", size=4, married=False)
    assert told.conclusion.zh == "不符合。没达到的是：“父母已登记结婚”：是（父母已登记结婚：否）。"
    met, failed, moot = told.lines
    assert (met.value, failed.value, moot.value) == (True, False, None)
    assert (met.matters, failed.matters, moot.matters) == (False, True, False)
    assert moot.evidence.zh == "在本区参保：还没问，现在不用管了"


def test_either_or_is_told_as_a_group():
    told = explained("insured and (married or size > 3)", insured=True, married=True)
    assert [(line.depth, line.text.zh) for line in told.lines] == [
        (0, "“在本区参保”：是"),
        (0, "下面至少一条成立"),
        (1, "“父母已登记结婚”：是"),
        (1, "“家庭人口”超过 3 人"),
    ]
    assert [line.matters for line in told.lines] == [True, True, True, False]
    neither = explained("not (married or insured)", married=True)
    assert [line.text.zh for line in neither.lines] == ["“父母已登记结婚”：否", "“在本区参保”：否"]
    assert (
        neither.conclusion.zh == "不符合。没达到的是：“父母已登记结婚”：否（父母已登记结婚：是）。"
    )


def test_of_a_choice_only_the_way_that_was_taken_is_told():
    source = "(address if household == 'father' else number) != ''"
    line = only_line(source, household="father", address="喆路1号")
    assert line.text.zh == "“户口地址”已填写"
    assert line.evidence.zh == "孩子的户口跟谁：“跟父亲”；户口地址：已填写"
    told = explained("size > 1 if married else size > 2", married=False, size=2)
    assert [line.text.zh for line in told.lines] == [
        "要看情况",
        "“父母已登记结婚”：是",
        "“家庭人口”超过 2 人",
    ]


def test_a_hidden_value_is_judged_but_never_shown():
    schema = Schema(
        {"number": FieldKind("text", hidden=True), "wage": FieldKind("money", hidden=True)}
    )
    rule = Rule.parse("number == '500999' and wage * 2 < 100", schema)
    told = rule.explain({"number": "500998", "wage": 77}, on=DAY)
    words = str([told.conclusion, *((line.evidence.zh, line.evidence.en) for line in told.lines)])
    assert "500998" not in words
    assert "77" not in words
    assert "1.54" not in words
    assert told.lines[0].evidence.zh == "number：已经知道"


def test_a_value_that_cannot_be_right_is_pointed_at():
    line = only_line("income_fen_month / size > 1", income_fen_month=100, size=0)
    assert line.value is None
    assert "家庭人口：0 人（这个值用不了，要核对）" in line.evidence.zh
    ahead = only_line("age_months(born_on) < 6", born_on="2026-05-01")
    assert ahead.evidence.zh == "孩子出生日期：2026-05-01（这个值用不了，要核对）"
    early = only_line("size < ceiling", on=date(2025, 1, 1), size=1)
    assert "人均收入上限：这一天没有规定" in early.evidence.zh
    later = only_line("size < ceiling", on=DAY, size=1)
    assert "人均收入上限：这一天没有规定" not in later.evidence.zh


def test_a_number_without_an_end_is_told_as_about():
    line = only_line("income_fen_month / size > 100", income_fen_month=100, size=3)
    assert "算得约 0.33 元" in line.evidence.zh
    assert "which makes about 0.33 yuan" in line.evidence.en
    assert "比例：约 0.3333" in only_line("share / 1 > 3", share=0.33333).evidence.zh


def test_fields_without_a_label_are_told_by_name():
    rule = Rule.parse("a > 3", Schema({"a": FieldKind("integer")}))
    assert rule.explain({"a": 1}, on=DAY).lines[0].text.zh == "“a”超过 3"


def test_the_evidence_of_all_that_matters_fits_on_one_line():
    told = explained("(married or insured) and size > 1 and size < 5", insured=True, size=3)
    assert told.evidence.zh == "在本区参保：是；家庭人口：3 人"
    assert told.evidence.en == "Insured in the district: yes; Household size: 3 people"


@given(conditions, conditions, part_facts())
def test_what_was_told_before_changes_no_later_explanation(first, second, facts):
    """Rules explained one after the other share a scope; each must read as if it were alone."""
    rules = [Rule.parse(source, SCHEMA) for source in (first, second, f"not ({first})")]
    scope = Scope(facts)
    together = [rule.explain(scope, on=DAY) for rule in rules]
    assert together == [rule.explain(Scope(facts), on=DAY) for rule in rules]
    assert together == [rule.explain(scope, on=DAY) for rule in rules]


def test_a_shared_derived_fact_matters_where_it_decides_and_not_where_it_does_not():
    model = Model.build(
        {
            "person": Entity(
                {"size": FieldKind("integer"), "income": FieldKind("money")},
                {},
                {"poor": DerivedSource(FieldKind("boolean"), "income < 1000_00 and size > 0")},
            )
        }
    )
    rules = [
        Rule.parse(source, model.schema("person"))
        for source in ("poor and size > 1", "poor and size > 5", "size > 5 or poor")
    ]
    facts = {"size": 3, "income": 500_00}
    scope = Scope(facts)
    together = [rule.explain(scope, on=DAY) for rule in rules]
    assert together == [rule.explain(Scope(facts), on=DAY) for rule in rules]
    behind = [[line.matters for line in one.lines if line.depth] for one in together]
    assert behind[0] == [True, True] and behind[1] == [False, False]
