"""See, take away, put right, erase, agree and take back: everything about me, by me alone."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from openpyxl import load_workbook
from tests.apps.cases.cases_cast import everything_stored
from tests.factories import District, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import reads
from minsheng.apps.cases.models import Case, CorrectionRequest
from minsheng.apps.erasure import actions as erasure
from minsheng.apps.mandates import actions as mandates
from minsheng.apps.people import actions as people
from minsheng.apps.people import assurance
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account, Person
from minsheng.apps.ratings import actions as ratings
from minsheng.cli.demo import cast
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound, WrongInput


def _person(district: District, username: str = "wangfang") -> Person:
    person = district.account(username).person
    assert person is not None
    return person


def test_she_sees_everything_held_and_takes_it_away_and_that_is_logged(district: District):
    story = newborn(district, until="birth_certificate")
    draft = newborn(district, until="draft")
    _, code = ratings.give_code(by=district.account("zhaomin"))
    said = ratings.Given(4, {}, "清单写得不全")
    ratings.rate_visit(code, said, by=district.account("wangfang"))
    client, stranger = district.client("wangfang"), district.client("liqiang")
    page = client.get("/mine/data").content.decode()
    for held in (
        "王芳",
        "陈予珺",
        "13800001234",
        story.number,
        "出生医学证明",
        "陈＊",
        "清单写得不全",
    ):
        assert held in page, held
    assert cast.WANG_FANG.number not in page
    answer = client.post("/mine/data/export.json")
    taken = json.loads(answer.content)
    assert taken["number"] == cast.WANG_FANG.number
    assert "no-store" in answer.headers["Cache-Control"]
    assert {s["key"] for s in taken["sections"]} >= {
        "identity",
        "cases",
        "papers",
        "notices",
        "ratings",
    }
    people.set_display(district.account("wangfang"), display="=1+1")
    sheet = load_workbook(BytesIO(client.post("/mine/data/export.xlsx").content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "陈予珺" in {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert len(reads.exports_of(_person(district))) == 2
    assert "您自己导出的" in client.get("/mine/looks").content.decode()
    # And 李强: his own pages, and nothing of hers.
    his = stranger.get("/mine/data").content.decode() + json.dumps(
        json.loads(stranger.post("/mine/data/export.json").content), ensure_ascii=False
    )
    assert not [one for one in ("王芳", "陈予珺", story.number, str(draft.draft)) if one in his]


def test_what_she_takes_away_is_whole_and_can_be_read_aloud(district: District):
    """Mandates with their acts, ratings and what followed, consents, corrections, who looked."""
    story = newborn(district, until="birth_certificate")
    wang = district.account("wangfang")
    reads.decision(story.item_id("household"), account=district.account("sunwei"))
    _, code = ratings.give_code(by=district.account("zhaomin"))
    ratings.rate_visit(code, ratings.Given(1, {}, "等太久"), by=wang)
    person = _person(district)
    people.give_consent(person, "mail", by=wang)
    people.withdraw_consent(person, "mail", by=wang)
    cases.ask_correction(wang, what=f"case:{story.number}", wish="名字写错了")
    given = cases.let_act(
        wang,
        number=cast.CHEN_LI.number,
        services=["newborn"],
        last_day=district.today + timedelta(days=9),
    )
    mandates.accept_mandate(given.pk, by=district.account("chenli"))
    cases.open_draft(district.account("chenli"), "newborn", mandate_id=given.pk)
    client = district.client("wangfang")
    taken = json.loads(client.post("/mine/data/export.json").content)
    by_key = {s["key"]: " ".join(str(r) for r in s["rows"]) for s in taken["sections"]}
    for key, held in (
        ("consents", "撤回"),
        ("mandates", "有效"),
        ("mandates", "开始填表"),
        ("ratings", "等太久"),
        ("ratings", "差评以后"),
        ("corrections", "名字写错了"),
        ("cases", story.number),
        ("others", "查到了"),
    ):
        assert held in by_key[key], (key, held)
    assert [look for look in taken["looks"] if "办理" in look["purpose"]]
    sheet = load_workbook(BytesIO(client.post("/mine/data/export.xlsx").content)).active
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    for held in ("名字写错了", "等太久", "替您做的", "谁看过"):
        assert [one for one in cells if held in one], held
    told = json.loads(client.get("/api/v1/me/data", headers=_head(district)).content)["sections"]
    assert {one["key"] for one in told} == set(by_key)
    # Nothing is a code: each word is one that a person would say.
    page = re.sub(r"<[^>]*>", "", client.get("/mine/data").content.decode())
    spoken = json.dumps(taken["sections"], ensure_ascii=False) + page
    codes = ("register:", "holds", "running", "silent", "began:", 'asked"', "partly_done")
    found = [spoken[spoken.index(one) - 60 :][:120] for one in codes if one in spoken]
    assert found == []
    english = client.get("/mine/data", headers={"Accept-Language": "en"}, follow=True)
    assert english.status_code == 200


def _head(district: District) -> dict[str, str]:
    return {"Authorization": f"Bearer {district.token('wangfang')}"}


def test_whoever_only_knows_her_number_can_not_take_her_data_nor_act_for_her(district: District):
    """The challenge of the register proves knowledge: a husband knows number and name."""
    newborn(district)
    Account.objects.filter(username="wangfang").update(proved_by="register")
    wang, client = district.account("wangfang"), district.client("wangfang")
    assert assurance.level_of(wang) == assurance.REGISTER
    assert client.post("/mine/data/export.json").status_code == 403
    for act in (
        lambda: reads.export_of(wang),
        lambda: erasure.erase_oneself(wang, password=cast.PASSWORD),
        lambda: cases.let_act(
            wang, number=cast.CHEN_LI.number, services=["newborn"], last_day=district.today
        ),
    ):
        with pytest.raises(NotAllowed):
            act()
    shown = client.get("/mine/identity").content.decode()
    assert "窗口看过身份证" in shown and "还不行" in shown
    people.open_account("newcomer", cast.PASSWORD, demo=True)
    with pytest.raises(NotAllowed):
        reads.held_about(district.account("newcomer"))


def test_a_consent_is_taken_back_as_easily_as_it_was_given(district: District):
    story = newborn(district, household="father")
    chen, client = district.account("chenli"), district.client("chenli")
    cases.consent_case(story.case_id, by=chen, given=True)
    assert {one.purpose for one in reads.consent_lines(chen) if one.given_at} == {
        f"case:{story.case_id}"
    }
    act = {"act": "take_back", "purpose": f"case:{story.case_id}"}
    assert client.post("/mine/data", act).status_code == 302
    assert not [one for one in reads.consent_lines(chen) if one.given_at]
    assert "declined" in [e.kind for e in audit.history("case", str(story.case_id))]

    client.post("/mine/data", {"act": "own", "email": "chenli@example.cn", "display": "陈立"})
    assert people_reads.has_consent(_person(district, "chenli"), "mail")
    client.post("/mine/data", {"act": "take_back", "purpose": "mail"})
    mail.outbox.clear()
    cases.withdraw_case(story.case_id, by=district.account("wangfang"))
    district.work()
    assert [one for one in mail.outbox if "chenli@example.cn" in one.to] == []
    client.post("/mine/data", {"act": "agree", "purpose": "mail"})
    assert people_reads.mails_are_welcome(district.account("chenli"))
    assert client.post("/mine/data", {"act": "agree", "purpose": "anything"}).status_code == 403


def test_a_mistake_goes_to_the_office_that_keeps_it_and_is_answered(district: District):
    story = newborn(district)
    wang, client = district.account("wangfang"), district.client("wangfang")
    client.post(
        "/mine/data",
        {"act": "correct", "what": "register:population.person", "wish": "地址还是旧的"},
    )
    row = CorrectionRequest.objects.get()
    assert (row.office, "地址" in row.wish_sealed) == ("police", False)
    assert [line.id for line in reads.corrections_for(district.account("sunwei"))] == [row.pk]
    for other in ("linlan", "hejun", "liqiang", "wangfang"):
        assert reads.corrections_for(district.account(other)) == []
        with pytest.raises(NotFound):
            cases.answer_correction(row.pk, by=district.account(other), is_done=True, answer="改了")
    page = district.client("sunwei").get("/desk/corrections").content.decode()
    assert "地址还是旧的" in page
    district.client("sunwei").post(
        "/desk/corrections", {"request": row.pk, "done": "yes", "answer": "人口库已经更新"}
    )
    assert "人口库已经更新" in client.get("/mine/data").content.decode()
    with pytest.raises(Conflict):
        cases.answer_correction(row.pk, by=district.account("sunwei"), is_done=False, answer="不改")
    made = cases.ask_correction(wang, what=f"case:{story.number}", wish="手机号填错了")
    assert made.office == "health"
    wrong = ("register:nobody", "case:2026-999999", "", "x")
    for what in wrong:
        with pytest.raises(MinshengError):
            cases.ask_correction(wang, what=what, wish="地址还是旧的")
    with pytest.raises(NotFound):
        cases.ask_correction(
            district.account("liqiang"), what=f"case:{story.number}", wish="看看是谁的"
        )


def test_erasing_is_refused_while_a_case_runs_and_says_until_when(district: District):
    story = newborn(district)
    client = district.client("wangfang")
    case = Case.objects.get(pk=story.case_id)
    page = client.get("/mine/data/erase").content.decode()
    assert story.number in page
    with pytest.raises(Conflict) as refused:
        erasure.erase_oneself(district.account("wangfang"), password=cast.PASSWORD)
    assert refused.value.facts["until"] == case.promised_day.isoformat()
    answer = client.post("/mine/data/erase", {"password": cast.PASSWORD, "sure": "yes"})
    assert answer.status_code == 409
    assert not _person(district).is_erased
    cases.withdraw_case(story.case_id, by=district.account("wangfang"))
    with pytest.raises(WrongInput):
        erasure.erase_oneself(district.account("wangfang"), password="a guess 12345")
    assert client.post("/mine/data/erase", {"password": cast.PASSWORD}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_erasing_leaves_the_chain_valid_and_the_values_gone_from_the_database_file(
    district: District,
):
    story = newborn(district, until="birth_certificate")
    wang = district.account("wangfang")
    people.set_address(wang, email="wangfang.4711@example.cn")
    cases.ask_correction(wang, what="register:population.person", wish="地址还是旧的")
    cases.withdraw_case(story.case_id, by=wang)
    district.work()
    person = _person(district)
    pk = person.pk
    keys = [person.key_wrapped, person.number_sealed, person.name_sealed, str(person.number_blind)]
    gone = [*keys, "wangfang.4711@example.cn", "王芳（演示）", person.number_masked]
    stored = everything_stored("people", "cases", "notices", "mandates", "records", "audit")
    assert all(any(one in text for text in stored.values()) for one in gone)
    client = district.client("wangfang")
    done = client.post("/mine/data/erase", {"password": cast.PASSWORD, "sure": "yes"})
    assert done.status_code == 200 and "删好了" in done.content.decode()
    assert client.get("/mine").status_code == 302  # signed out
    stored = everything_stored("people", "cases", "notices", "mandates", "records", "audit")
    assert [one for one in gone if any(one in text for text in stored.values())] == []
    left = Person.objects.get(pk=pk)
    assert left.is_erased and left.key_wrapped == ""
    for value in Case.objects.get(pk=story.case_id).values.exclude(sealed=""):
        with pytest.raises(NotFound):
            people_reads.open_value(left, value.sealed, purpose_field=value.field)
    assert audit.verify(heads=reads.claims()).ok
    if connection.vendor == "sqlite":  # on PostgreSQL dead rows stay in the file until VACUUM
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        content = Path(str(connection.settings_dict["NAME"])).read_bytes()
        assert str(pk).replace("-", "").encode() in content  # the right file, written out
        assert [one for one in gone if one.encode() in content] == []
