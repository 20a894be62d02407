"""A second person joins by consent: who may ask, who agrees, what is seen, and what nobody learns.

陈立 is named as 王芳's husband by the marriage register, so a register ties him to her case. 李强 is not.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from tests.api.api_caller import Caller
from tests.api.api_caller import told as told_by
from tests.apps.cases.cases_cast import at_once, case, replay_agrees
from tests.factories import District, Newborn, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions, events, filing, reads
from minsheng.apps.cases.models import Case, CaseSubject, CaseValue, Draft, Joiner
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict, MinshengError, NotFound, WrongInput

HERS = ("13800001234", "6222020000000000000", "王芳")


def form_of(district: District, username: str) -> UUID:
    """Return the draft somebody began of the same service."""
    return actions.open_draft(district.account(username), "newborn").pk


def asked(district: District) -> tuple[Newborn, Joiner]:
    """Return her case with all its items, and his wish to join it."""
    story = newborn(district, items="all")
    wish = actions.ask_to_join(form_of(district, "chenli"), by=district.account("chenli"))
    district.work()
    return story, wish


def kinds(story: Newborn) -> list[str]:
    history = audit.history("case", str(story.case_id))
    return [entry.kind for entry in history if entry.kind.startswith("join.")]


def told(district: District, username: str, kind: str) -> int:
    return Notice.objects.filter(account=district.account(username), kind=kind).count()


def leading(district: District) -> Account:
    """Return who fills a post of the health bureau, which leads the service."""
    names = ("luoyun", "hemiao", "linlan", "zhoujing")
    accounts = [district.account(name) for name in names]
    return next(one for one in accounts if reads.wishes_to_answer(one))


# ── asking and answering ────────────────────────────────────────────────────────────────────────
def test_the_father_asks_from_the_sentence_she_agrees_and_he_sees_states_and_his_own_alone(
    district: District,
):
    story = newborn(district, items="all")
    his, hers = district.client("chenli"), district.client("wangfang")
    page = his.get("/services/newborn/start", follow=True)
    text = page.content.decode()
    assert "已经有一个案卷在办" in text
    assert "请求加入" in text
    assert story.number not in text
    assert his.post(page.redirect_chain[-1][0]).status_code == 302
    district.work()
    (wish,) = Joiner.objects.all()
    assert "等答复" in his.get("/mine").content.decode()
    assert his.get(f"/mine/cases/{story.number}").status_code == 404
    assert told(district, "wangfang", "case.join.asked") == 1

    case_page = hers.get(f"/mine/cases/{story.number}").content.decode()
    assert "陈＊请求加入这个案卷" in case_page
    assert "登记库里是父亲" in case_page
    assert hers.post(f"/mine/joins/{wish.pk}/answer", {"agreed": "yes"}).status_code == 302
    district.work()
    assert told(district, "chenli", "join.agreed") == 1

    assert his.get(f"/mine/cases/{story.number}").headers["Location"] == f"/mine/joins/{wish.pk}"
    seen = his.get(f"/mine/joins/{wish.pk}").content.decode()
    assert "出生医学证明" in seen
    assert "办理中" in seen
    assert "陈立" in seen  # what the case holds about himself
    assert [one for one in (*HERS, "陈予珺") if one in seen] == []
    view = reads.joined(wish.pk, account=district.account("chenli"))
    assert [label.zh for label, _, _ in view.values] == ["父亲的公民身份号码", "父亲的姓名"]
    assert len(view.items) == 7
    assert kinds(story) == ["join.asked", "join.agreed"]
    assert "陈立" not in json.dumps(
        [e.data for e in audit.history("case", str(story.case_id))], ensure_ascii=False
    )
    assert replay_agrees(story)


def test_declined_he_sees_nothing_is_told_and_can_not_ask_again(district: District):
    story, wish = asked(district)
    chen = district.account("chenli")
    actions.answer_join(wish.pk, by=district.account("wangfang"), agreed=False)
    district.work()
    assert told(district, "chenli", "join.declined") == 1
    with pytest.raises(NotFound):
        reads.joined(wish.pk, account=chen)
    assert district.client("chenli").get(f"/mine/cases/{story.number}").status_code == 404
    assert "没有同意" in district.client("chenli").get("/mine").content.decode()
    assert "没有同意" in district.client("chenli").get("/mine/data").content.decode()
    with pytest.raises(Conflict, match="join_declined"):
        actions.ask_to_join(form_of(district, "chenli"), by=chen)
    assert kinds(story) == ["join.asked", "join.declined"]


def test_an_officer_of_the_leading_office_agrees_with_a_declared_reason_and_both_are_told(
    district: District,
):
    story, wish = asked(district)
    officer = leading(district)
    with pytest.raises(WrongInput, match="join_basis"):
        actions.answer_join(wish.pk, by=officer, agreed=True)
    desk = district.client(officer.username)
    assert "1 个人请求加入案卷" in desk.get("/desk/joins").content.decode()
    sent = {"join": wish.pk, "agreed": "yes", "basis": "papers_seen"}
    assert desk.post("/desk/joins", sent).status_code == 302
    district.work()
    assert told(district, "chenli", "join.agreed") == 1
    assert told(district, "wangfang", "case.join.agreed") == 1
    entry = list(audit.history("case", str(story.case_id)))[-1]
    assert entry.by.startswith("post:")
    assert entry.data == {"joiner": wish.pk, "basis": "papers_seen"}
    assert (
        "是牵头部门同意的"
        in district.client("wangfang").get(f"/mine/cases/{story.number}").content.decode()
    )
    for name in ("sunwei", "wutong", "liqiang"):
        with pytest.raises(NotFound):
            actions.end_join(wish.pk, by=district.account(name))


@pytest.mark.parametrize("who", ["chenli", "wangfang"])
def test_what_was_agreed_is_taken_back_by_either(district: District, who: str):
    story, wish = asked(district)
    actions.answer_join(wish.pk, by=district.account("wangfang"), agreed=True)
    assert district.client(who).post(f"/mine/joins/{wish.pk}/end").status_code == 302
    district.work()
    assert district.client("chenli").get(f"/mine/joins/{wish.pk}").status_code == 404
    assert kinds(story)[-1] == ("join.left" if who == "chenli" else "join.ended")
    other, kind = ("wangfang", "case.join.left") if who == "chenli" else ("chenli", "join.ended")
    assert told(district, other, kind) == 1
    assert replay_agrees(story)


def test_a_wish_is_taken_back_and_only_three_times_asked(district: District):
    story, wish = asked(district)
    chen, wang = district.account("chenli"), district.account("wangfang")
    actions.end_join(wish.pk, by=chen)
    with pytest.raises(Conflict, match="join_answered"):
        actions.answer_join(wish.pk, by=wang, agreed=True)
    for _ in range(2):
        again = actions.ask_to_join(form_of(district, "chenli"), by=chen)
        assert actions.ask_to_join(form_of(district, "chenli"), by=chen).pk == again.pk
        actions.end_join(again.pk, by=chen)
    with pytest.raises(Conflict, match="join_too_often"):
        actions.ask_to_join(form_of(district, "chenli"), by=chen)
    assert kinds(story).count("join.asked") == 3


def test_a_wish_that_nobody_answers_lapses(district: District, monkeypatch: pytest.MonkeyPatch):
    story, wish = asked(district)
    later = timezone.now() + timedelta(days=16)
    monkeypatch.setattr(timezone, "now", lambda: later)
    actions.fire_timers()
    actions.fire_timers()
    district.work()
    assert Joiner.objects.get(pk=wish.pk).status == "lapsed"
    assert kinds(story) == ["join.asked", "join.lapsed"]
    assert told(district, "chenli", "join.lapsed") == 1


# ── who learns nothing ──────────────────────────────────────────────────────────────────────────
def test_a_stranger_whom_no_register_ties_to_it_can_not_ask_and_is_told_nothing(
    district: District,
):
    story, wish = asked(district)
    li = district.account("liqiang")
    draft = form_of(district, "liqiang")
    assert reads.join_offer(draft, account=li) is None
    page = district.client("liqiang").get("/services/newborn/start", follow=True).content.decode()
    assert "已经有一个案卷" not in page
    for act in (
        lambda: actions.ask_to_join(draft, by=li),
        lambda: actions.ask_to_join(Draft.objects.get(account__username="chenli").pk, by=li),
        lambda: actions.answer_join(wish.pk, by=li, agreed=True),
        lambda: actions.end_join(wish.pk, by=li),
        lambda: reads.joined(wish.pk, account=li),
    ):
        with pytest.raises(NotFound):
            act()
    assert kinds(story) == ["join.asked"]
    assert reads.joins_of(li) == []


def test_a_number_that_she_typed_ties_nobody_to_it(district: District):
    story = newborn(district)
    li = district.account("liqiang")
    CaseSubject.objects.filter(case_id=story.case_id, key="father").update(person=li.person)
    CaseValue.objects.filter(case_id=story.case_id, field="father_number").update(origin="asked")
    with pytest.raises(NotFound):
        actions.ask_to_join(form_of(district, "liqiang"), by=li)


def test_a_violent_father_is_told_what_a_stranger_is_told_of_a_protected_case(
    district: District,
):
    story = newborn(district)
    actions.protect_case(story.number, by=district.account("xuning"), reason="domestic_violence")
    district.work()
    chen, li = district.account("chenli"), district.account("liqiang")
    seen = []
    for account in (chen, li):
        draft = form_of(district, account.username)
        assert reads.join_offer(draft, account=account) is None
        with pytest.raises(NotFound) as refused:
            actions.ask_to_join(draft, by=account)
        answer = district.client(account.username).get(f"/apply/{draft}/join", None)
        seen.append((refused.value.code, refused.value.zh, answer.status_code))
    assert seen[0] == seen[1]
    assert Joiner.objects.count() == 0
    assert kinds(story) == []


@pytest.mark.parametrize("before", ["asked", "agreed"])
def test_once_protected_a_wish_leads_nowhere_and_who_had_joined_is_out(
    district: District, before: str
):
    story, wish = asked(district)
    wang = district.account("wangfang")
    if before == "agreed":
        actions.answer_join(wish.pk, by=wang, agreed=True)
        district.work()
    actions.protect_case(story.number, by=district.account("xuning"), reason="child_at_risk")
    district.work()
    client = district.client("chenli")
    assert client.get(f"/mine/joins/{wish.pk}").status_code == 404
    assert client.get(f"/mine/cases/{story.number}").status_code == 404
    page = client.get("/mine").content.decode()
    # Neither says why: an unanswered wish still waits, and who was in sees what any who was let out sees.
    assert ("等答复" if before == "asked" else "不再能看") in page
    assert story.number not in page
    assert reads.wishes_in(case(story), account=wang) == []
    with pytest.raises(NotFound):
        actions.answer_join(wish.pk, by=wang, agreed=True)
    for name in ("luoyun", "hemiao", "linlan", "zhoujing"):
        assert reads.wishes_to_answer(district.account(name)) == []
    # And it stays so when the danger is over: nobody is let in again without being asked.
    actions.end_protection(story.number, by=district.account("xuning"), reason="danger_over")
    assert client.get(f"/mine/joins/{wish.pk}").status_code == 404
    assert replay_agrees(story)


def test_who_is_tied_by_the_event_itself_may_ask_in_vain_and_can_not_tell(
    district: District, monkeypatch: pytest.MonkeyPatch
):
    """Where the event register names them, a case that is protected answers like a silent applicant."""
    story, chen = newborn(district), district.account("chenli")
    rows = list(district.store.find("hospital.birth_record", number_of(district, "wangfang")))
    district.store.fill(
        [
            ("hospital.birth_record", number_of(district, who), row)
            for who in ("wangfang", "chenli")
            for row in rows
        ]
    )
    draft = form_of(district, "chenli")
    open_case = district.client("chenli").get(f"/apply/{draft}", follow=True).content.decode()
    with pytest.raises(Conflict) as refused:
        form, event = Draft.objects.get(pk=draft), rows[0]["record_id"]
        stands = filing.standing(form, events=events.blinds_of_draft(form, event), numbers=[])
        events.refuse_second(form, event, stands.others)
    assert "请求加入" in refused.value.zh
    actions.protect_case(story.number, by=district.account("xuning"), reason="threatened")
    hidden = district.client("chenli").get(f"/apply/{draft}", follow=True).content.decode()
    assert without_token(hidden) == without_token(open_case)
    wish = actions.ask_to_join(draft, by=chen)
    assert (wish.case_id, wish.status) == (None, "asked")
    assert kinds(story) == []
    assert told(district, "wangfang", "case.join.asked") == 0
    assert "等答复" in district.client("chenli").get("/mine").content.decode()
    actions.end_join(wish.pk, by=chen)


def number_of(district: District, username: str) -> str:
    person = district.account(username).person
    assert person is not None
    return people.number_of(person)


def without_token(page: str) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page)


# ── two at once ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one_and_the_other_is_told_who(district: District):
    story, wish = asked(district)
    wang = district.account("wangfang")
    officer = leading(district)
    both = at_once(
        lambda: actions.answer_join(wish.pk, by=wang, agreed=False),
        lambda: actions.answer_join(wish.pk, by=officer, agreed=True, basis="papers_seen"),
    )
    (refused,) = [one for one in both if isinstance(one, MinshengError)]
    faster = "office" if both[0] is refused else "applicant"
    assert isinstance(refused, Conflict)
    assert refused.facts["by"] == faster
    assert len(kinds(story)) == 2
    assert replay_agrees(story)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_wish(district: District):
    story = newborn(district)
    chen, draft = district.account("chenli"), form_of(district, "chenli")
    both = at_once(*[lambda: actions.ask_to_join(draft, by=chen)] * 3)
    assert len({one.pk for one in both if isinstance(one, Joiner)}) == 1, both
    assert Joiner.objects.count() == 1
    assert kinds(story) == ["join.asked"]


# ── the API ─────────────────────────────────────────────────────────────────────────────────────
def test_the_same_by_the_api(district: District):
    story = newborn(district)
    his, hers = Caller(district.token("chenli")), Caller(district.token("wangfang"))
    draft = form_of(district, "chenli")
    assert his.get(f"/applications/{draft}").json()["may_join"] is True
    wish = told_by(his.send("POST", f"/applications/{draft}/join", None))["id"]
    assert his.get(f"/joins/{wish}").status_code == 404
    (line,) = told_by(hers.get(f"/cases/{story.number}/joins"))["rows"]
    assert (line["who"], line["role"]["zh"], line["status"]) == ("陈＊", "父亲", "asked")
    answered = hers.send("POST", f"/joins/{wish}/answer", {"agreed": True})
    assert told_by(answered) == {"id": wish, "status": "agreed"}
    seen = his.get(f"/joins/{wish}")
    assert len(told_by(seen)["items"]) == 3
    assert [one for one in HERS if one in seen.content.decode()] == []
    assert told_by(his.get("/joins"))["rows"][0]["may_open"] is True
    assert told_by(his.send("POST", f"/joins/{wish}/end", None))["status"] == "left"
    assert Case.objects.count() == 1
