"""A violent father, a curious officer, a neighbour with the certificate number: each learns nothing."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from tests.factories import District, Newborn, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import reads
from minsheng.apps.cases.models import Item, LookUp
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.records.models import Licence
from minsheng.cli import ledger
from minsheng.lib.errors import NotAllowed, NotFound, WrongInput

HIS_PAGES = ("/", "/mine", "/mine/notices", "/mine/looks", "/search?q=出生", "/services/newborn")
HIS_ENDPOINTS = ("/cases", "/notices")
DESK_PAGES = ("/desk", "/desk/done", "/desk/more", "/desk?q=2026")
OFFICERS = ("linlan", "sunwei", "wutong", "zhaomin", "zhoujing", "gaoyuan", "qinwen", "hejun")


def _hidden(story: Newborn, client: Client, token: str, paths: tuple[str, ...]) -> list[str]:
    """Return each page and endpoint that shows a trace of the case."""
    traces = (story.number, "王＊", "王芳", "陈予珺", str(story.draft))
    found = [
        path
        for path in paths
        if any(trace in client.get(path).content.decode() for trace in traces)
    ]
    head = {"Authorization": f"Bearer {token}"}
    for path in (*HIS_ENDPOINTS, "/inbox", f"/cases/{story.number}"):
        text = client.get(f"/api/v1{path}", headers=head).content.decode()
        found += [path for trace in traces if trace in text]
    return found


def _answer(client: Client, number: str) -> str:
    """Return the page of a case without what differs anyway."""
    page = client.get(f"/mine/cases/{number}").content.decode().replace(number, "")
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page)


@pytest.fixture
def story(district: District) -> Newborn:
    """王芳's case in which 陈立 was asked to agree and told so, before it became protected."""
    story = newborn(district, household="father", until="birth_certificate")
    chen = district.account("chenli")
    people.set_address(chen, email="chenli@example.cn")
    cases.consent_case(story.case_id, by=chen, given=True)
    reads.decision(story.item_id("household"), account=district.account("sunwei"))
    district.work()
    mail.outbox.clear()
    return story


def test_a_violent_father_fails_to_learn_anything(district: District, story: Newborn):
    chen, client = district.account("chenli"), district.client("chenli")
    token = district.token("chenli")
    before = _hidden(story, client, token, HIS_PAGES)
    assert {"/mine", "/mine/looks", "/mine/notices"} & set(before)  # there is something to hide
    cases.protect_case(story.number, by=district.account("xuning"), reason="domestic_violence")
    district.work()
    officer = district.account("xuning")
    cases.approve_item(story.item_id("household"), by=officer, evidence="看过原件")
    district.work()

    assert _hidden(story, client, token, HIS_PAGES) == []
    assert client.get(f"/mine/cases/{story.number}").status_code == 404
    assert _answer(client, story.number) == _answer(client, "2026-999999")
    assert reads.cases_of(chen) == reads.consent_requests(chen) == reads.lookups_about(chen) == []
    with pytest.raises(NotFound):
        cases.consent_case(story.case_id, by=chen, given=False)
    assert chen.person is not None
    assert [one for one in reads.looks_about(chen.person) if one.case] == []
    assert not Notice.objects.filter(account=chen, link__contains=story.number).exists()
    assert [one for one in mail.outbox if "chenli@example.cn" in one.to] == []
    assert not LookUp.objects.filter(person=chen.person, is_own=False).exists()
    for licence in Licence.objects.filter(origin_case=story.number):
        assert client.get(f"/mine/certificates/{licence.number}").status_code == 404
    # She herself goes on, and is told without a word of what it is about.
    wang = district.client("wangfang")
    assert wang.get(f"/mine/cases/{story.number}").status_code == 200
    assert "case.protected" not in wang.get(f"/mine/cases/{story.number}").content.decode()
    assert audit.verify(heads=reads.claims()).ok


def test_a_curious_officer_fails_to_learn_anything(district: District, story: Newborn):
    cases.protect_case(story.number, by=district.account("xuning"), reason="child_at_risk")
    district.work()
    items = list(Item.objects.filter(case_id=story.case_id).values_list("pk", flat=True))
    for name in OFFICERS:
        client, account = district.client(name), district.account(name)
        assert _hidden(story, client, district.token(name), DESK_PAGES) == [], name
        for pk in items:
            assert client.get(f"/desk/items/{pk}").status_code == 403, name
            with pytest.raises(NotAllowed):
                cases.approve_item(pk, by=account, evidence="看过")
        for act in (
            lambda account=account: cases.protect_case(story.number, by=account, reason="threatened"),
            lambda account=account: cases.end_protection(story.number, by=account, reason="danger_over"),
            lambda account=account: reads.protected_cases(account),
        ):  # fmt: skip
            with pytest.raises(NotAllowed):
                act()
        assert client.get("/desk/protected").status_code == 403
        assert reads.protected_looks(account) == []
    lines = reads.ledger_lines(district.account("hejun"), limit=1000)
    assert not [one for one in lines if one.stream == "case" or (one.case == story.number and one.who == "许宁（演示）")]  # fmt: skip
    # Those who may, do; each look is in a book of its own.
    xuning = district.client("xuning")
    page = xuning.get("/desk/protected").content.decode()
    assert story.number in page
    looked = Entry.objects.filter(stream="look.protected").count()
    assert xuning.get(f"/desk/items/{story.item_id('household')}").status_code == 200
    assert Entry.objects.filter(stream="look.protected").count() > looked
    assert ledger.check_case(next(iter(ledger.all_cases()))).is_good
    assert audit.verify(heads=reads.claims()).ok


def test_a_neighbour_with_the_certificate_number_fails_to_learn_anything(
    district: District, story: Newborn
):
    number = Licence.objects.get(kind="birth-certificate").number
    neighbour = district.client("liqiang")
    secrets = ("王芳", "陈立", "陈予珺", story.number, "13800001234", "1996")
    shown = neighbour.get(f"/verify/{number}").content.decode()
    assert [one for one in secrets if one in shown] == []
    assert "出生医学证明" in shown
    for path in (f"/mine/certificates/{number}", f"/mine/certificates/{number}/pdf"):
        assert neighbour.get(path).status_code == 404
    head = {"Authorization": f"Bearer {district.token('liqiang')}"}
    for path in (f"/certificates/{number}", f"/certificates/{number}/pdf"):
        assert neighbour.get(f"/api/v1{path}", headers=head).status_code == 404

    cases.protect_case(story.number, by=district.account("xuning"), reason="threatened")
    shown = neighbour.get(f"/verify/{number}").content.decode()
    told = neighbour.get(f"/api/v1/verify/{number}").json()
    assert "有效" in shown and told["status"] == "valid"
    for more in ("出生", "王＊", "妇幼", Licence.objects.get(number=number).file.digest):
        assert more not in shown and more not in str(told), more
    mine = district.client("wangfang").get(f"/mine/certificates/{number}").content.decode()
    assert "出生医学证明" in mine


def test_protection_is_marked_and_ended_for_declared_reasons_only(
    district: District, story: Newborn
):
    xuning = district.account("xuning")
    for act in (cases.protect_case, cases.end_protection):
        with pytest.raises(WrongInput):
            act(story.number, by=xuning, reason="因为丈夫打人")
        with pytest.raises(NotFound):
            reason = "threatened" if act is cases.protect_case else "danger_over"
            act("2026-999999", by=xuning, reason=reason)
    posts = dict(Item.objects.filter(case_id=story.case_id).values_list("key", "post"))
    cases.protect_case(story.number, by=xuning, reason="threatened")
    cases.protect_case(story.number, by=xuning, reason="threatened")  # once is enough
    assert set(
        Item.objects.filter(case_id=story.case_id).values_list("post", flat=True)
    ) == {"hospital.protection", "police.protection", "civil.protection"}  # fmt: skip
    cases.end_protection(story.number, by=xuning, reason="marked_by_mistake")
    assert dict(Item.objects.filter(case_id=story.case_id).values_list("key", "post")) == posts
    kinds = [e.kind for e in audit.history("case", str(story.case_id)) if "prote" in e.kind]
    assert kinds == ["case.protected", "case.protection_ended"]
    people.close_account(xuning, by="system")
    with pytest.raises(NotAllowed):
        cases.protect_case(story.number, by=district.account("xuning"), reason="threatened")
    assert people_reads.posts_of(district.account("xuning")) == []
