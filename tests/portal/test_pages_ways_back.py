"""A page always leads on: after a mistake, after a refusal, from an address that takes forms only."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client
from tests.factories import District, newborn

from minsheng.apps.cases import actions as cases
from minsheng.cli.demo import cast
from minsheng.engines import population


def test_after_a_mistake_the_language_switch_leads_to_a_page(district: District):
    """The form's own address takes no visit; the page it stood on does."""
    story = newborn(district, until="draft")
    client = district.client("wangfang")
    plan = f"/apply/{story.draft}/plan"
    refused = client.post(
        f"/apply/{story.draft}/submit", headers={"referer": f"http://testserver{plan}"}
    )
    assert refused.status_code == 422
    switch = unescape(re.findall(r'href="(/language[^"]*)"', refused.content.decode())[0])
    assert client.get(switch).headers["Location"] == plan
    assert client.get(plan).status_code == 200


def test_a_foreign_page_is_no_way_back(district: District):
    story = newborn(district, until="draft")
    client = district.client("wangfang")
    submit = f"/apply/{story.draft}/submit"
    refused = client.post(submit, headers={"referer": "https://example.org/trap"})
    assert "example.org" not in refused.content.decode()


def test_an_address_that_takes_forms_says_so(district: District):
    story = newborn(district, until="draft")
    answer = district.client("wangfang").get(f"/apply/{story.draft}/submit")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    words = answer.content.decode()
    assert "这个地址不能直接打开" in words
    assert 'href="/mine"' in words


def test_officers_are_led_back_to_their_desk_and_residents_home(district: District):
    def way_back(client: Client) -> str:
        words = client.get("/no/such/page").content.decode()
        return re.findall(r'<a class="btn" href="([^"]+)"', words)[0]

    assert way_back(district.client("sunwei")) == "/desk"
    assert way_back(district.client("wangfang")) == "/"
    assert way_back(Client()) == "/"


def test_twins_are_told_apart_by_what_the_hospital_knows(district: District):
    twins = [
        population.Birth(f"YS-DEMO-{n}", cast.WANG_FANG, district.today, sex, weight)
        for n, sex, weight in ((1, "female", 2410), (2, "male", 2280))
    ]
    district.bear(*twins)
    story = newborn(district, until="draft")
    page = district.client("wangfang").get(f"/apply/{story.draft}/event").content.decode()
    for words in ("女", "男", "2410", "2280", "出生体重"):
        assert words in page
    assert cast.WANG_FANG.number not in page


def test_a_withdrawn_case_is_not_called_finished(district: District):
    story = newborn(district)
    client = district.client("wangfang")
    client.post(f"/mine/cases/{story.number}/withdraw")
    page = client.get(f"/mine/cases/{story.number}").content.decode()
    assert "案卷结束" in page
    assert "全部办完" not in page
    assert "3 件不办了" in page


def test_the_father_is_not_asked_what_the_mother_is_asked(district: District):
    story = newborn(district, household="father")
    cases.consent_case(story.case_id, by=district.account("chenli"), given=True)
    story.approve("birth_certificate")
    cases.return_item(
        story.item_id("household"),
        by=district.account("sunwei"),
        reason="name_unclear",
        message="请确认名字里的珺字。",
    )
    path = f"/mine/cases/{story.number}"
    assert "请确认名字里的珺字。" in district.client("wangfang").get(path).content.decode()
    fathers = district.client("chenli").get(path).content.decode()
    assert "等您补一样" not in re.sub(r"<table.*?</table>", "", fathers, flags=re.S)
    assert "1 件等申请人" in fathers
