"""A violent father, a curious officer, a neighbour with the certificate number: each learns nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from tests.factories import District, Newborn, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import catalogue, reads
from minsheng.apps.cases.actions.protection import remind_protections
from minsheng.apps.cases.models import Case, Item, LookUp
from minsheng.apps.cases.protection import accounts_named
from minsheng.apps.erasure import actions as erasure
from minsheng.apps.mandates import actions as mandates
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.records.models import Licence
from minsheng.cli import ledger
from minsheng.cli.demo import cast
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

HIS_PAGES = ("/", "/mine", "/mine/notices", "/mine/looks", "/search?q=出生", "/services/newborn")
HIS_ENDPOINTS = (
    "/cases", "/notices", "/inbox", "/me/data", "/me/looks", "/me/consents", "/mandates", "/ratings",
    "/search?q=2026", "/search?q=陈予珺",
)  # fmt: skip
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
    for path in (*HIS_ENDPOINTS, f"/cases/{story.number}"):
        text = client.get(f"/api/v1{path}", headers=head).content.decode()
        # Who lives with him he knows from his own page.
        known = ("王＊",) if path == "/me/data" else ()
        found += [path for trace in traces if trace in text and trace not in known]
    for words in ("出生", "王", "陈", story.number):
        asked = ("/api/v1/search/cases", {"text": words}, "application/json")
        text = client.post(*asked, headers=head).content.decode()
        text += client.post("/desk/search", {"q": words}).content.decode()
        found += [words for trace in traces if trace in text and trace != words]
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
    for path in (f"/search?q={number}", f"/api/v1/search?q={number}", "/mine", "/mine/notices"):
        shown = neighbour.get(path, headers=head).content.decode()
        assert [one for one in secrets if one in shown] == [], path
    found = neighbour.post(
        "/api/v1/search/cases", {"text": number}, "application/json", headers=head
    )
    assert found.json()["rows"] == []

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


HER_PAGES = (
    "/", "/mine", "/mine/notices", "/mine/looks", "/mine/data", "/mine/data/export.json",
    "/mine/agents", "/mine/ratings", "/search?q=出生", "/services/newborn",
)  # fmt: skip
HER_ENDPOINTS = (
    "/cases", "/notices", "/me/data", "/me/looks", "/me/consents", "/me/corrections", "/mandates",
    "/ratings", "/search?q=出生",
)  # fmt: skip


def _traces_for_applicant(district: District, story: Newborn, paper: str) -> list[str]:
    """Return each page and answer in which who applied finds a trace of the case."""
    client, token = district.client("wangfang"), district.token("wangfang")
    head = {"Authorization": f"Bearer {token}"}
    pages = {path: client.get(path).content.decode() for path in HER_PAGES}
    pages |= {
        f"api {path}": client.get(f"/api/v1{path}", headers=head).content.decode()
        for path in HER_ENDPOINTS
    }
    found = client.post("/api/v1/search/cases", {"text": "出生"}, "application/json", headers=head)
    pages["api search"] = found.content.decode()
    export = client.post("/api/v1/me/export", {}, "application/json", headers=head)
    pages["api export"] = export.content.decode()
    traces = (story.number, "陈予珺", paper, "case.protected", "protection")
    return [path for path, page in pages.items() if any(trace in page for trace in traces)]


def test_an_applicant_who_is_the_danger_fails_to_learn_anything(district: District, story: Newborn):
    """An officer has opened the child's case with the parent as applicant: the parent learns nothing."""
    wang, xuning = district.account("wangfang"), district.account("xuning")
    paper = Licence.objects.get(origin_case=story.number).number
    before = _traces_for_applicant(district, story, paper)
    assert {"/mine", "/mine/notices", "/mine/data", "api /cases", "api search", "api export"} <= set(before)  # fmt: skip
    looked = reads.lookups_about(wang)
    told = Notice.objects.filter(account=wang).count()
    household = story.item_id("household")

    cases.protect_case(story.number, by=xuning, reason="from_applicant")
    cases.approve_item(household, by=xuning, evidence="看过原件")
    district.work()
    cases.fire_timers()
    assert _traces_for_applicant(district, story, paper) == []
    client = district.client("wangfang")
    head = {"Authorization": f"Bearer {district.token('wangfang')}"}
    assert _answer(client, story.number) == _answer(client, "2026-999999")
    for path in (f"/cases/{story.number}", f"/certificates/{paper}", f"/certificates/{paper}/pdf"):
        assert client.get(f"/api/v1{path}", headers=head).status_code == 404, path
    for path in (f"/mine/certificates/{paper}", f"/mine/certificates/{paper}/pdf"):
        assert client.get(path).status_code == 404, path
    for end in ("withdraw", "rate", "supply/household", "object/household", "again", "consent"):
        assert client.post(f"/mine/cases/{story.number}/{end}").status_code == 404, end
    # The QR code says what it says to everybody: genuine, and nothing more.
    shown = client.get(f"/verify/{paper}").content.decode()
    assert [one for one in ("出生", "王＊", "妇幼", story.number) if one in shown] == []
    # Nothing is done either: no act, no mandate, no rating, no correction, nothing sent again.
    for act in (
        lambda: cases.withdraw_case(story.case_id, by=wang),
        lambda: cases.rate_case(story.case_id, by=wang, score=1),
        lambda: cases.supply_item(story.case_id, "household", by=wang, answer="好"),
        lambda: cases.submit_draft(story.draft, by=wang),
        lambda: cases.ask_correction(wang, what=f"case:{story.number}", wish="名字写错了"),
    ):
        with pytest.raises(NotFound):
            act()
    assert Notice.objects.filter(account=wang).count() < told, "and no new one"
    assert looked
    assert reads.lookups_about(wang) == []
    assert [one for one in mail.outbox if "wangfang" in str(one.to)] == []
    assert reads.obstacles(wang.person) == []
    with pytest.raises(Conflict) as refused:
        erasure.erase_person(wang.person, by="test", reason="asked")
    assert story.number not in refused.value.zh and "案卷" not in refused.value.zh
    # Applying again for the same child says nothing of the case there is.
    again = newborn(district, until="answered")
    assert not reads.draft_view(again.draft, account=wang).is_under_way
    with pytest.raises(Conflict) as refused:
        again.submit()
    assert refused.value.code == "at_counter"
    assert "案卷" not in refused.value.zh and "case" not in refused.value.en
    # Who may go on, does; and when the danger is over it is hers again.
    page = district.client("xuning").get("/desk/protected").content.decode()
    assert "申请人也看不到" in page
    assert audit.verify(heads=reads.claims()).ok
    cases.end_protection(story.number, by=xuning, reason="danger_over")
    assert client.get(f"/mine/cases/{story.number}").status_code == 200
    assert client.get(f"/mine/certificates/{paper}").status_code == 200


def test_no_agent_of_a_dangerous_applicant_learns_of_the_case_or_that_it_is_hidden(
    district: District, story: Newborn
):
    wang, chen = district.account("wangfang"), district.account("chenli")
    given = cases.let_act(
        wang,
        number=cast.CHEN_LI.number,
        services=["newborn"],
        last_day=district.today + timedelta(days=9),
    )
    mandates.accept_mandate(given.pk, by=chen)
    cases.protect_case(story.number, by=district.account("xuning"), reason="from_applicant")
    assert reads.agent_cases(chen) == []
    assert district.client("chenli").get(f"/mine/cases/{story.number}").status_code == 404
    (line,) = reads.mandates_given(wang.person)
    assert line.status == "holds", "an ended mandate would be a sign"
    assert [act for act in line.acts if act.case == story.number] == []


def test_a_protection_never_ends_silently(district: District, story: Newborn, client: Client):
    xuning, day = district.account("xuning"), district.today + timedelta(days=30)
    for wrong in (district.today, district.today + timedelta(days=366)):
        with pytest.raises(WrongInput):
            cases.protect_case(story.number, by=xuning, reason="threatened", review_on=wrong)
    case = cases.protect_case(story.number, by=xuning, reason="threatened", review_on=day)
    assert case.review_on == day
    assert reads.reviews_waiting(xuning) == 0
    assert reads.reviews_waiting(district.account("linlan")) == 0

    Case.objects.update(review_on=district.today + timedelta(days=7))
    assert reads.reviews_waiting(xuning) == 1
    (line,) = reads.protected_cases(xuning)
    assert line.wants_review
    assert "1 个保护要复核" in district.client("xuning").get("/desk").content.decode()
    assert "个保护要复核" not in district.client("linlan").get("/desk").content.decode()
    day = _workday(district.today)
    remind_protections(day)
    remind_protections(day)
    told = Notice.objects.filter(kind="protection.review")
    assert told.filter(account=xuning).count() == 1, "once ahead"
    named = {account.pk for account in accounts_named(day)}
    assert set(told.values_list("account_id", flat=True)) == named, "the named posts alone"

    Case.objects.update(review_on=district.today - timedelta(days=400))
    for later in (day, _workday(day + timedelta(days=1))):
        remind_protections(later)
    assert told.filter(account=xuning).count() == 3, "each working day after it"
    case.refresh_from_db()
    assert case.protected, "nobody has looked, so it stands"
    assert "要复核" in district.client("xuning").get("/desk/protected").content.decode()

    with pytest.raises(NotAllowed):
        cases.keep_protection(story.number, by=district.account("linlan"), reason="danger_stays")
    body = {"act": "keep", "number": story.number, "reason": "danger_stays"}
    assert district.client("xuning").post("/desk/protected", body).status_code == 302
    assert reads.reviews_waiting(xuning) == 0
    kinds = [e.kind for e in audit.history("case", str(story.case_id)) if "prote" in e.kind]
    assert kinds == ["case.protected", "case.protection_kept"]


def _workday(day: date) -> date:
    return catalogue.calendar().next_workday(day)
