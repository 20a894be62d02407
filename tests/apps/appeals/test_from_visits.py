"""What a visit found or a courtyard said becomes a request, once, and its helper sees what became of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.apps.appeals.courtyards import SAID, family, let_follow, tell, the_request
from tests.apps.cases.cases_cast import Clock
from tests.apps.visits.visiting import child, firm, first_visit
from tests.factories import District

from minsheng.apps.appeals import actions, reads, store
from minsheng.apps.appeals.models import Request
from minsheng.apps.audit import actions as ledger
from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.models import Bookmark
from minsheng.apps.notices.models import Notice
from minsheng.apps.outbox.actions import Job
from minsheng.apps.outbox.models import Effect
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.visits import actions as visits
from minsheng.apps.visits import reads as visit_reads
from minsheng.apps.visits.actions import Note, Whom
from minsheng.lib.errors import NotAllowed, NotFound

STRANGERS = ("liqiang", "sunwei", "yuelan", "wangfang")


def test_what_a_family_said_becomes_their_request_with_its_words_and_place(
    clock: Clock, district: District
) -> None:
    visit = tell(family(district), district)
    let_follow()
    made = the_request()
    assert (made.slug, made.category, made.area) == ("courtyard", "leak", "courtyard.01")
    assert made.account == district.account("zhouyan")
    view = reads.own_view(made.number, account=district.account("zhouyan"))
    assert view.words == f"安置房漏水：{SAID}"
    assert view.visit == visit.number
    assert SAID not in made.words

    (found,) = visit_reads.visit_view(visit.number, account=district.account("shizhu")).findings
    assert found.reference == made.number
    kinds = [entry.kind for entry in audit.history("visit", visit.number)]
    assert kinds[-1] == "visit.led_to"
    assert not any(SAID in entry.text for entry in audit.since(0, 1000))
    assert store.replayed(made) == store.state_of(made)
    told = Notice.objects.filter(kind="request", account=district.account("fanxue"))
    assert not told  # notices follow in the worker's own step


def test_it_is_made_once_however_often_the_ledger_is_read(clock: Clock, district: District) -> None:
    tell(family(district), district)
    let_follow()
    Bookmark.objects.all().delete()
    let_follow()
    effect = Effect.objects.get(kind=actions.HEARD)
    actions.make_of_finding(
        Job(effect.pk, effect.kind, effect.key, effect.payload, 2, 1, "another worker")
    )
    assert Request.objects.count() == 1


def test_an_entry_that_fails_is_read_again(clock: Clock, district: District) -> None:
    def stumble(entry: object) -> int:
        raise RuntimeError("a fault of ours")

    with pytest.raises(RuntimeError):
        ledger.follow("appeals", stumble)
    tell(family(district), district)
    let_follow()
    assert Request.objects.count() == 1


def test_the_helper_reads_what_became_of_it_and_can_do_nothing(
    clock: Clock, district: District
) -> None:
    visit = tell(family(district), district)
    let_follow()
    number, helper = the_request().number, district.account("shizhu")
    view = reads.own_view(number, account=helper)
    assert (view.visit, view.may) == (visit.number, frozenset())
    looks = people.looks_at(the_request().person)
    assert looks[0].purpose.zh == "走访您"
    for act in (
        lambda: actions.withdraw_request(number, by=helper),
        lambda: actions.urge(number, by=helper),
        lambda: actions.answer_visit(number, by=helper, solved=True),
    ):
        with pytest.raises(NotFound):
            act()
    for who in STRANGERS:
        with pytest.raises(NotFound):
            reads.own_view(number, account=district.account(who))
        assert not reads.became([visit.findings.get().pk], by=district.account(who))


def test_a_voice_names_nobody_and_its_helper_speaks_for_the_courtyard(
    clock: Clock, district: District
) -> None:
    helper = district.account("shizhu")
    voice = visits.note_voice("courtyard", "courtyard.07", "wish", "想放两条凳子", by=helper)
    let_follow()
    made = the_request()
    assert (made.category, made.account, made.channel) == ("wish", None, "courtyard")
    assert people.name_of(made.person) == "院坝里的话"
    assert reads.became([voice.pk], by=helper)[voice.pk].number == made.number
    officer = district.account("shenya")
    actions.dispatch(made.number, "shiqiao.services", by=district.account("fanxue"))
    actions.sign(made.number, "1", by=officer)
    actions.contact(made.number, "1", "call", by=officer)
    actions.answer_item(made.number, "1", "done", "放好了。", by=officer)
    view = reads.own_view(made.number, account=helper)
    assert (view.answer, "answer" in view.may) == ("放好了。", True)
    with pytest.raises(NotFound):
        actions.answer_visit(made.number, by=district.account("yuelan"), solved=True)
    actions.answer_visit(made.number, by=helper, solved=True, score=5)
    assert (the_request().outcome, the_request().score) == ("solved", 5)


def test_nobody_makes_one_by_hand(clock: Clock, district: District) -> None:
    told = actions.Told(category="wish", words="想放两条凳子", area="courtyard.07")
    with pytest.raises(NotFound):
        actions.file_request("courtyard", told, by=district.account("wangfang"))
    assert "courtyard" not in {kind.spec.appeal for kind in reads.kinds_for("person")}


def test_what_a_steward_found_is_the_whistle_of_that_firm(clock: Clock, district: District) -> None:
    organisation = people.organisations_of(district.account("huangyi"))[0]
    whom = Whom(organisation=organisation, area="park.kechuang")
    visited = visits.add_visited("firm-steward", whom, by=None)
    note = Note(
        way="onsite", answers={"met": "owner", "running": "same"}, findings={"power": "电压低"}
    )
    by = visited.account
    assert by is not None
    visits.note_visit(first_visit(visited).number, note, by=by)
    let_follow()
    made = the_request()
    assert (made.slug, made.organisation) == ("whistle", organisation)
    view = reads.own_view(made.number, account=district.account("huangyi"))
    assert view.words == "用电、用水、用气有困难：电压低"


def test_a_firm_for_which_nobody_speaks_has_its_whistle_too(
    clock: Clock, district: District
) -> None:
    visited = visits.add_visited("firm-steward", Whom(organisation=firm()), by=None)
    note = Note(way="onsite", answers={"met": "owner", "running": "same"}, findings={"money": ""})
    by = visited.account
    assert by is not None
    visits.note_visit(first_visit(visited).number, note, by=by)
    let_follow()
    assert (the_request().account, the_request().organisation) == (None, visited.organisation)


def test_what_was_found_of_a_protected_child_is_read_by_the_named_posts_alone(
    clock: Clock, district: District
) -> None:
    visit = first_visit(child(district))
    visitor = district.account("jiangyue")
    note = Note(way="home", agreed=False, answers={}, findings={"danger": "手上有伤"})
    visits.note_visit(visit.number, note, by=visitor)
    let_follow()
    made = the_request()
    assert (made.slug, made.category, made.account) == ("minors", "minor.hurt", None)
    view = reads.desk_view(made.number, account=district.account("xuning"), purpose="case")
    assert view.words.endswith("手上有伤")
    found = visit.findings.get().pk
    for who in ("jiangyue", *STRANGERS):
        with pytest.raises(NotFound):
            reads.own_view(made.number, account=district.account(who))
        assert not reads.became([found], by=district.account(who))


def test_where_a_plan_names_no_kind_of_request_the_head_is_told(
    clock: Clock, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = visit_reads.plan_of("courtyard")
    finding = replace(spec.findings["leak"], appeal="", category="")
    plans = {"courtyard": replace(spec, findings={**spec.findings, "leak": finding})}
    visit = family(district)
    monkeypatch.setitem(installed.packs().visits, "courtyard", plans["courtyard"])
    tell(visit, district)
    let_follow()
    assert not Request.objects.exists()
    told = Notice.objects.filter(kind="visit.finding")
    assert {one.account.username for one in told} == {"lijia"}


def test_an_erased_person_has_no_request_made(clock: Clock, district: District) -> None:
    tell(family(district), district)
    head = district.account("zhouyan").person
    assert head is not None
    people_actions.erase_person(head, by="account:1", reason="wish")
    let_follow()
    assert not Request.objects.exists()


def test_a_helper_who_left_the_post_follows_no_longer(clock: Clock, district: District) -> None:
    tell(family(district), district)
    let_follow()
    helper = district.account("shizhu")
    helper.assignments.all().delete()
    with pytest.raises((NotFound, NotAllowed)):
        reads.own_view(the_request().number, account=helper)
