"""What a case saved is shown beside a cited figure of the same extent, or it is said that there is none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories import District
from tests.past_cases import past_case

from minsheng.apps.cases import catalogue

PROOFS = {"birth_record": "register:hospital.birth_record", "marriage": "applicant"}


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["farewell", "health-title", "newborn", "veteran"])
def test_a_guide_compares_with_a_cited_line_or_says_that_there_is_none(
    district: District, slug: str
) -> None:
    """In both languages, and never a percentage that no source gives."""
    lines = catalogue.packs().case_baselines(slug)
    for lang, none in (("zh", "没有可比的数"), ("en", "No baseline")):
        client = district.client()
        client.cookies["lang"] = lang
        words = client.get(f"/services/{slug}").content.decode()
        saving = words.split('id="savings"')[1].split("</section>")[0]
        assert (none in saving) is (not lines)
        assert all(line.cite.title.to(lang) in saving for line in lines)
        assert "%" not in re.sub(r"<[^>]*>", "", saving)


def test_a_finished_case_says_what_it_took_and_is_compared_only_with_its_like(
    district: District, monkeypatch: Any
) -> None:
    begin = timezone.localdate() - timedelta(days=20)
    case = past_case(district, "A", begin=begin, origins=PROOFS)
    items = case.items.exclude(status__in=["skipped", "cancelled"]).count()
    address = f"/mine/cases/{case.number}"
    page = district.client("wangfang").get(address).content.decode()
    assert "这一次用了多少" in page and "不拿来比" in page and "单办 32" not in page
    assert district.client("liqiang").get(address).status_code == 404

    packs = catalogue.packs()
    line = replace(packs.baselines["newborn"], items=items)
    same = replace(packs, baselines={"newborn": line})
    monkeypatch.setattr(catalogue, "packs", lambda: same)
    page = district.client("wangfang").get(address).content.decode()
    assert "<s>单办 32</s>" in page and "<s>单办 9</s>" in page and line.cite.title.zh in page

    guide = district.client().get("/services/newborn").content.decode()
    assert "不到 5 件" in guide and "本区最近 90 天办结" in guide
    for event in "BCDE":
        past_case(district, event, begin=begin, origins=PROOFS)
    guide = district.client().get("/services/newborn").content.decode()
    assert "本区最近 90 天办结 5 件" in guide and "10 份材料里，5 份没有向申请人要" in guide
    assert "比分开办共省" in guide
