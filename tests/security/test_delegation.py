"""Who acts for somebody sees that and nothing else, until the day, until it is taken back."""

from __future__ import annotations

from datetime import date, timedelta
from unittest import mock
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test.client import MULTIPART_CONTENT
from tests.factories import ANSWERS, District, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import reads
from minsheng.apps.cases.models import Case, Draft
from minsheng.apps.mandates import actions as mandates
from minsheng.apps.mandates import reads as mandate_reads
from minsheng.apps.mandates.models import Mandate
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import reads as people
from minsheng.cli import ledger
from minsheng.cli.demo import cast
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound, WrongInput

SECRETS = (
    cast.WANG_FANG.number, cast.CHEN_LI.number, "王芳", "含光路", "3280", "HK-", "1996-05-18", "YS-DEMO",
)  # fmt: skip


def _family(
    district: District, agent: str = "chenli", *, days: int = 30, case: str = ""
) -> Mandate:
    """Return the accepted mandate by which somebody acts for 王芳."""
    given = cases.let_act(
        district.account("wangfang"),
        number=cast.PERSONS[agent].number,
        services=["newborn"],
        case=case,
        last_day=district.today + timedelta(days=days),
    )
    return mandates.accept_mandate(given.pk, by=district.account(agent))


def _contract(district: District, **terms: object) -> Mandate:
    """Return the contract by which 郑凯 acts for the firm of 王芳."""
    usual: dict[str, object] = {
        "contract": "代办-2026-016",
        "agent": district.account("zhengkai"),
        "number": cast.WANG_FANG.number,
        "name": "王芳",
        "services": ["newborn"],
        "since": district.today,
        "last_day": district.today + timedelta(days=60),
    }
    return cases.keep_contract(district.account("zhaomin"), **{**usual, **terms})  # type: ignore[arg-type]


def _submitted(district: District, agent: str, mandate: Mandate) -> Case:
    """Return the case that an agent filed, with everything typed by them."""
    account = district.account(agent)
    draft = cases.open_draft(account, "newborn", mandate_id=mandate.pk).pk
    cases.choose_items(draft, by=account, items=["social_card"])
    for step, answers in ANSWERS.items():
        assert not cases.save_answers(draft, by=account, step=step, answers=answers)
    case = cases.submit_draft(draft, by=account)
    district.work()
    return case


def _expire(mandate: Mandate, day: date) -> None:
    Mandate.objects.filter(pk=mandate.pk).update(since=day, last_day=day)


def test_a_family_agent_acts_in_the_scope_and_sees_nothing_else(district: District):
    chen, client = district.account("chenli"), district.client("chenli")
    own = newborn(district, until="birth_certificate")  # hers, filed by herself
    given = cases.let_act(
        district.account("wangfang"), number=cast.CHEN_LI.number, services=["newborn"],
        last_day=district.today + timedelta(days=9),
    )  # fmt: skip
    with pytest.raises(NotFound):  # nobody else accepts it
        mandates.accept_mandate(given.pk, by=district.account("liqiang"))
    with pytest.raises(NotFound):  # and before it is accepted nothing is possible
        cases.open_draft(chen, "newborn", mandate_id=given.pk)
    mandate = mandates.accept_mandate(given.pk, by=chen)
    assert reads.agent_cases(chen) == []  # her older case isn't his business
    assert client.get(f"/mine/cases/{own.number}").status_code == 404
    cases.withdraw_case(own.case_id, by=district.account("wangfang"))

    draft = cases.open_draft(chen, "newborn", mandate_id=mandate.pk).pk
    for path in ("", "/steps/child", "/steps/household", "/materials", "/plan"):
        page = client.get(f"/apply/{draft}{path}", follow=True)
        assert page.status_code == 200
        assert [one for one in SECRETS if one in page.content.decode()] == [], path
    case = _submitted(district, "chenli", mandate)
    assert case.applicant == mandate.principal
    events = audit.history("case", str(case.pk))
    both = f"account:{chen.pk}/mandate:{mandate.pk}/for:{mandate.principal_id}"
    assert {e.by for e in events if e.kind in {"submitted"}} == {both}
    officer = district.account("linlan")
    item = next(i for i in Case.objects.get(pk=case.pk).items.all() if i.key == "birth_certificate")
    cases.return_item(item.pk, by=officer, reason="name_unclear", message="名字请再写一遍")
    district.work()
    page = client.get(f"/mine/cases/{case.number}").content.decode()
    assert "名字请再写一遍" in page and "陈予珺" in page
    assert [one for one in SECRETS if one in page] == []
    cases.supply_item(case.pk, "birth_certificate", by=chen, answer="就是珺")
    cases.approve_item(item.pk, by=officer, evidence="看过原件")
    district.work()
    view = reads.case_view(case.number, account=chen)
    assert view.certificate is None and not any(one.licence for one in view.items)
    assert not view.may_rate
    with pytest.raises(NotFound):
        cases.rate_case(case.pk, by=chen, score=5)

    # She sees what he did, and what is hers stays hers.
    person = district.account("wangfang").person
    assert person is not None
    (line,) = mandate_reads.given_by(person)
    assert [act.act for act in line.acts] == ["supplied", "submitted", "began:newborn"]
    hers = district.client("wangfang").get("/mine/agents").content.decode()
    assert "陈＊" in hers and case.number in hers
    assert reads.case_view(case.number, account=district.account("wangfang")).certificate is None
    assert ledger.check_case(Case.objects.get(pk=case.pk)).is_good
    assert audit.verify(heads=reads.claims()).ok


def test_an_expired_agent_fails_to_learn_anything(district: District):
    mandate = _family(district)
    chen, client = district.account("chenli"), district.client("chenli")
    case = _submitted(district, "chenli", mandate)
    second = cases.open_draft(chen, "newborn", mandate_id=mandate.pk)
    head = {"Authorization": f"Bearer {district.token('chenli')}"}
    _expire(mandate, district.today - timedelta(days=1))
    before = Notice.objects.filter(account=chen).count()
    item = next(iter(case.items.all()))
    cases.approve_item(item.pk, by=district.account("linlan"), evidence="看过原件")
    district.work()

    for path in (f"/mine/cases/{case.number}", f"/apply/{second.pk}", f"/apply/{second.pk}/plan"):
        assert client.get(path).status_code == 404, path
    assert client.get(f"/services/newborn/start?for={mandate.pk}").status_code == 403
    assert client.get(f"/api/v1/cases/{case.number}", headers=head).status_code == 404
    traces = (case.number, "陈予珺", "13800001234", "王芳")
    for path in ("/mine", "/mine/agents", "/mine/looks", "/search?q=出生", "/api/v1/cases"):
        page = client.get(path, headers=head if "/api" in path else {}).content.decode()
        assert [one for one in traces if one in page] == [], path
    for path in ("/notices", "/mandates", "/me/looks", "/me/data", "/ratings"):
        page = client.get(f"/api/v1{path}", headers=head).content.decode()
        assert [one for one in traces[1:] if one in page] == [], path
    for path in ("", "/plan", "/events"):
        answer = client.get(f"/api/v1/applications/{second.pk}{path}", headers=head)
        assert answer.status_code in {404, 405}, path
    found = client.post("/api/v1/search/cases", {"text": "出生"}, "application/json", headers=head)
    assert found.json()["rows"] == []
    for act in (
        lambda: cases.supply_item(case.pk, "household", by=chen, answer="好"),
        lambda: cases.withdraw_case(case.pk, by=chen),
        lambda: cases.submit_draft(second.pk, by=chen),
        lambda: cases.save_answers(second.pk, by=chen, step="child", answers={}),
        lambda: cases.discard_draft(second.pk, by=chen),
        lambda: cases.bring_material(case.pk, "marriage", by=chen, name="a.pdf", content=b"%PDF"),
        lambda: cases.open_draft(chen, "newborn", mandate_id=mandate.pk),
    ):
        with pytest.raises((NotFound, NotAllowed)):
            act()
    assert Notice.objects.filter(account=chen).count() == before  # and is told nothing any more


def test_taking_it_back_counts_at_once_even_in_the_middle_of_an_act(district: District):
    mandate = _family(district)
    chen, wang = district.account("chenli"), district.account("wangfang")
    case = _submitted(district, "chenli", mandate)
    from minsheng.apps.cases.actions import steps

    def taken_back_meanwhile(*args: object, **options: object) -> object:
        mandates.end_mandate(mandate.pk, by=wang)
        return real(*args, **options)

    real, seq = steps.take_step, Case.objects.get(pk=case.pk).seq
    with mock.patch.object(steps, "take_step", taken_back_meanwhile), pytest.raises(NotFound):
        cases.withdraw_case(case.pk, by=chen)
    now = Case.objects.get(pk=case.pk)
    assert (now.seq, now.status) == (seq, "running")
    with pytest.raises(NotFound):
        mandates.end_mandate(mandate.pk, by=district.account("liqiang"))


def test_protection_ends_every_mandate_that_reaches_the_case(district: District):
    mandate = _family(district)
    case = _submitted(district, "chenli", mandate)
    cases.protect_case(case.number, by=district.account("xuning"), reason="domestic_violence")
    mandate.refresh_from_db()
    assert mandate.ended_why == "protected"
    chen = district.account("chenli")
    assert reads.agent_cases(chen) == []
    assert not Notice.objects.filter(account=chen, link__contains=case.number).exists()
    with pytest.raises(NotFound):
        cases.let_act(
            district.account("wangfang"), number=cast.CHEN_LI.number, case=case.number,
            last_day=district.today,
        )  # fmt: skip


def test_an_agency_clerk_is_held_to_the_contract(district: District):
    zheng, client = district.account("zhengkai"), district.client("zhengkai")
    with pytest.raises(NotAllowed):  # only a counter keeps contracts
        cases.keep_contract(
            district.account("linlan"), services=["newborn"], contract="代办-1", agent=zheng,
            number=cast.WANG_FANG.number, name="王芳", since=district.today, last_day=district.today,
        )  # fmt: skip
    mandate = _contract(district)
    with pytest.raises(Conflict):
        _contract(district)
    for other in ("hejun", "wangfang", "zhaomin"):
        with pytest.raises(WrongInput):
            _contract(district, contract="代办-2", agent=district.account(other))
    case = _submitted(district, "zhengkai", mandate)
    assert case.mandate_id == mandate.pk
    (event,) = [e for e in audit.history("case", str(case.pk)) if e.kind == "submitted"]
    assert event.by == f"account:{zheng.pk}/mandate:{mandate.pk}/for:{mandate.principal_id}"
    page = client.get(f"/mine/cases/{case.number}").content.decode()
    assert "陈予珺" in page and [one for one in SECRETS if one in page] == []
    # Outside the scope, beside the contract, after its end: refused at the moment of the act.
    Mandate.objects.filter(pk=mandate.pk).update(services=["afterlife"])
    with pytest.raises(NotAllowed):
        cases.open_draft(zheng, "newborn", mandate_id=mandate.pk)
    with pytest.raises(NotFound):
        cases.withdraw_case(case.pk, by=zheng)
    Mandate.objects.filter(pk=mandate.pk).update(services=["newborn"])
    _expire(mandate, district.today - timedelta(days=1))
    assert client.get(f"/mine/cases/{case.number}").status_code == 404
    with pytest.raises(NotFound):
        cases.withdraw_case(case.pk, by=zheng)
    Mandate.objects.filter(pk=mandate.pk).update(last_day=district.today)
    assert client.get(f"/mine/cases/{case.number}").status_code == 200
    mandates.end_mandate(mandate.pk, by=district.account("zhaomin"))
    assert client.get(f"/mine/cases/{case.number}").status_code == 404
    for name in ("linlan", "liqiang", "hejun"):
        assert mandate_reads.contracts(district.account(name)) == []


@pytest.mark.parametrize("kind", ["family", "counter", "agency"])
def test_an_agent_objects_and_takes_up_again_until_the_mandate_ends(district: District, kind: str):
    agent, give = {
        "family": ("chenli", lambda: _family(district)),
        "counter": ("zhaomin", lambda: _at_counter(district)),
        "agency": ("zhengkai", lambda: _contract(district)),
    }[kind]
    mandate = give()
    account, client = district.account(agent), district.client(agent)
    case = _submitted(district, agent, mandate)
    row = case.items.get(key="birth_certificate")
    cases.refuse_item(row.pk, by=district.account("linlan"), reason="not_born_here")
    district.work()
    address, again = (
        f"/mine/cases/{case.number}/object/{row.key}",
        f"/mine/cases/{case.number}/again",
    )
    api = f"/api/v1/cases/{case.number}"
    acts = [
        (client, address, {"objection": "记录里有"}, {}),
        (client, again, {}, {}),
        (district.client(), f"{api}/items/{row.key}/objection", {"words": "记录里有"}, _head(district, agent)),
        (district.client(), f"{api}/successor", {}, _head(district, agent)),
    ]  # fmt: skip

    def answers() -> list[int]:
        return [
            browser.post(path, sent, "application/json" if head else MULTIPART_CONTENT, headers=head).status_code
            for browser, path, sent, head in acts
        ]  # fmt: skip

    before = Case.objects.get(pk=case.pk).seq
    Mandate.objects.filter(pk=mandate.pk).update(services=["afterlife"])
    assert answers() == [404] * 4
    Mandate.objects.filter(pk=mandate.pk).update(services=["newborn"])
    _expire(mandate, district.today - timedelta(days=1))
    assert answers() == [404] * 4
    Mandate.objects.filter(pk=mandate.pk).update(last_day=district.today)
    for stranger in ("liqiang", "hejun"):
        assert district.client(stranger).post(again).status_code == 404
        assert district.client(stranger).post(address, {"objection": "我"}).status_code == 404
    assert (Case.objects.get(pk=case.pk).seq, Draft.objects.count()) == (before, 0)

    page = client.get(f"/mine/cases/{case.number}").content.decode()
    assert address in page and again in page
    assert client.post(address, {"objection": "记录里有"}).status_code == 302
    by = f"account:{account.pk}/mandate:{mandate.pk}/for:{mandate.principal_id}"
    assert next(e for e in audit.history("case", str(case.pk)) if e.kind == "objected").by == by
    cases.decide_objection(
        row.pk, by=district.account("zhoujing"), upheld=False, reason="refusal_right"
    )
    district.work()

    taken = district.client().post(
        f"{api}/successor", content_type="application/json", headers=_head(district, agent)
    )
    draft = Draft.objects.select_related("mandate").get()
    assert taken.json() == {"application": str(draft.pk), "takes_up": case.number}
    assert (draft.mandate, draft.person) == (mandate, mandate.principal)
    plan = client.get(f"/apply/{draft.pk}/plan").content.decode()
    assert [one for one in SECRETS if one in plan] == []
    new = cases.submit_draft(draft.pk, by=account)
    assert new.successor_of_id == case.pk
    ended = audit.history("case", str(case.pk))[-1]
    assert (ended.kind, ended.by) == ("case.succeeded", by)
    assert new.number in client.get(f"/mine/cases/{case.number}").content.decode()
    person = district.account("wangfang").person
    assert person is not None
    (line,) = mandate_reads.given_by(person)
    done = [(act.act, act.case) for act in line.acts]
    assert ("objected", case.number) in done and ("took_up", case.number) in done
    assert audit.verify(heads=reads.claims()).ok


def test_a_mandate_for_one_case_takes_up_no_new_one(district: District):
    own = newborn(district)
    mandate = _family(district, case=own.number)
    chen = district.account("chenli")
    row = Case.objects.get(pk=own.case_id).items.get(key="birth_certificate")
    cases.refuse_item(row.pk, by=district.account("linlan"), reason="not_born_here")
    district.work()
    page = district.client("chenli").get(f"/mine/cases/{own.number}").content.decode()
    assert "/object/" in page and "/again" not in page
    with pytest.raises(NotAllowed):
        cases.reopen_case(own.case_id, by=chen)
    cases.object_item(own.case_id, row.key, by=chen, words="记录里有")
    (event,) = [e for e in audit.history("case", str(own.case_id)) if e.kind == "objected"]
    assert f"mandate:{mandate.pk}" in event.by


def _at_counter(district: District) -> Mandate:
    """Return today's mandate by which 赵敏 acts for 王芳, who stands at the counter."""
    return cases.act_at_counter(
        district.account("zhaomin"), service="newborn", basis="present",
        number=cast.WANG_FANG.number, name="王芳",
    )  # fmt: skip


def _head(district: District, username: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {district.token(username)}"}


def test_a_clerk_acts_for_who_stands_here_or_has_signed_and_for_today_only(district: District):
    zhao = district.account("zhaomin")
    seen = {"number": cast.WANG_FANG.number, "name": "王芳"}
    with pytest.raises(WrongInput):
        cases.act_at_counter(zhao, service="newborn", basis="signed", **seen)
    with pytest.raises(WrongInput):
        cases.act_at_counter(zhao, service="newborn", basis="present", **{**seen, "name": "李芳"})
    for name in ("linlan", "hejun", "liqiang"):
        with pytest.raises(NotAllowed):
            cases.act_at_counter(district.account(name), service="newborn", basis="present", **seen)
    answer = district.client("zhaomin").post(
        "/desk/acting", {"act": "begin", "service": "newborn", "basis": "present", **seen}
    )
    mandate = Mandate.objects.get(kind="clerk")
    assert answer.headers["Location"] == f"/services/newborn/start?for={mandate.pk}"
    case = _submitted(district, "zhaomin", mandate)
    assert "/for:" in audit.history("case", str(case.pk))[0].by
    given = [e for e in audit.history("mandate", str(mandate.pk)) if e.kind == "given"]
    assert given[0].data["basis"] == "present"
    with pytest.raises(NotAllowed):  # who filed it doesn't decide it
        from minsheng.apps.people import actions as accounts

        accounts.assign(zhao, people.post("hospital.birth"), since=district.today)
        cases.approve_item(next(iter(case.items.all())).pk, by=zhao, evidence="看过")
    _expire(mandate, district.today - timedelta(days=1))
    assert district.client("zhaomin").get(f"/mine/cases/{case.number}").status_code == 404


def test_a_mandate_has_a_scope_days_and_somebody_else(district: District):
    wang = district.account("wangfang")
    wrong: list[dict[str, object]] = [
        {"number": cast.WANG_FANG.number},
        {"services": []},
        {"services": ["no-such-service"]},
        {"case": "2026-999999"},
        {"last_day": district.today - timedelta(days=1)},
        {"last_day": district.today + timedelta(days=5000)},
        {"number": "500999"},
    ]
    for change in wrong:
        terms = {
            "number": cast.CHEN_LI.number, "services": ["newborn"], "last_day": district.today, **change,
        }  # fmt: skip
        with pytest.raises(MinshengError):
            cases.let_act(wang, **terms)  # type: ignore[arg-type]
    assert not Mandate.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(
            kind="agency", principal=wang.person, services=["newborn"], since=district.today,
            last_day=district.today, given_by=wang,
        )  # fmt: skip
    # Whether the named person has an account here is told to nobody.
    nobody = district.client("wangfang").post(
        "/mine/agents",
        {"act": "give", "number": cast.LI_QIANG.number, "services": "newborn",
         "last_day": district.today.isoformat()},
    )  # fmt: skip
    assert nobody.status_code == 302
    assert isinstance(newborn(district, until="draft").draft, UUID)
