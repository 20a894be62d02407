"""What pages tell about a real case: whom they speak to, and whether they say what is so."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.factories import District, newborn

from minsheng.apps.search.reads import find_texts
from minsheng.lib.periods import add_months

pytestmark = pytest.mark.django_db


def page(district: District, who: str, path: str, lang: str = "zh") -> str:
    client = district.client(who)
    client.cookies["lang"] = lang
    words = client.get(path).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", words.split("</header>")[-1]))


def test_somebody_asked_to_agree_reads_why_and_to_what(district: District):
    story = newborn(district, household="father")
    words = page(district, "chenli", f"/mine/cases/{story.number}")
    assert "“孩子的户口跟谁”是“跟父亲”" in words
    assert "“出生户口登记”要您自己同意才能办" in words
    assert "您提交了" not in words


def test_the_timeline_says_you_to_the_applicant_only(district: District):
    story = newborn(district, until="rated")
    assert "您提交了" in page(district, "wangfang", f"/mine/cases/{story.number}")


def test_an_officer_reads_whose_answer_it_is(district: District):
    story = newborn(district)
    words = page(district, "linlan", f"/desk/items/{story.item_id('birth_certificate')}")
    assert re.search("陈予珺 ?申请人填的", words)
    assert not re.search("陈予珺 ?您填的", words)


def test_a_look_says_what_was_seen(district: District):
    story = newborn(district)
    page(district, "linlan", f"/desk/items/{story.item_id('birth_certificate')}")
    assert "办理您的事，看的是案卷" in page(district, "wangfang", "/mine/looks")


def test_the_mother_is_told_the_days_of_the_vaccines_and_nobody_else_is(district: District):
    story = newborn(district, household="father")
    born = district.today - timedelta(days=12)
    path = f"/mine/cases/{story.number}"
    words = page(district, "wangfang", path)
    for months, what in ((2, "脊灰第 1 剂、百白破第 1 针"), (72, "百白破第 5 针")):
        day = add_months(born, months)
        assert f"{day.year}年{day.month}月{day.day}日{what}" in words.replace(" ", "").replace(
            what.replace(" ", ""), what
        )
    assert "只是告诉您，办不办由您" in words
    assert "脊灰" not in page(district, "chenli", path)
    assert district.client("liqiang").get(path).status_code == 404


def test_a_guide_counts_only_the_proofs_that_everybody_brings(district: District):
    """A single parent's statement and a parentage report are told, and not counted for all."""
    words = page(district, "", "/services/newborn")
    assert re.search("0 ?份 ?要您提供的材料", words)
    assert re.search("亲子鉴定报告 ?有的情况才要", words)


def test_a_family_in_mourning_is_not_sent_to_the_maternity_hospital(district: District):
    counter = "区妇幼保健院一楼出院窗口"
    assert counter in page(district, "", "/services/newborn")
    for slug in ("farewell", "veteran", "health-title"):
        words = page(district, "", f"/services/{slug}")
        assert counter not in words and "政务服务中心一楼综合窗口" in words


def test_a_search_counts_what_it_found(district: District):
    found = len(find_texts("户口"))
    assert found >= 4
    assert f"“户口”找到 {found} 处" in page(district, "", "/search?q=户口")


def test_an_english_row_has_no_chinese_sentence_in_it(district: District):
    newborn(district)
    words = page(district, "wangfang", "/mine", lang="en")
    assert "0 of 3 done. All promised by" in words
    assert "全部办好" not in words
