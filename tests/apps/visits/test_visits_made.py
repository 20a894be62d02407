"""A visit from the plan to the note: who may, what is kept, what follows, when the next is due."""

from __future__ import annotations

from datetime import date

import pytest
from tests.apps.cases.cases_cast import Clock
from tests.apps.visits.visiting import ELDER, child, elder, firm, first_visit, note, person
from tests.factories import District

from minsheng.apps.audit import reads as audit
from minsheng.apps.erasure import actions as erasure
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import reads as people
from minsheng.apps.supervision import actions as supervision
from minsheng.apps.visits import actions, reads
from minsheng.apps.visits.actions import Note, Whom, WrongNote
from minsheng.apps.visits.models import Finding, Visit, Visited
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound, WrongInput

MONDAY = date(2026, 4, 13)
STRANGERS = ("liqiang", "sunwei", "yuelan", "wangfang")


@pytest.fixture
def on(clock: Clock, district: District) -> District:
    clock.go_to(MONDAY)
    return district


def test_an_elder_is_visited_and_the_next_visit_is_a_week_later(on: District) -> None:
    visitor = on.account("aiming")
    visit = first_visit(elder(on))
    assert (visit.due_day, visit.until) == (date(2026, 4, 20), date(2026, 4, 21))
    (line,) = reads.my_round(visitor, date(2026, 4, 16)).soon
    assert (line.number, line.state) == (visit.number, "soon")
    assert line.who.zh != "刘长河"  # masked in lists

    view = reads.visit_view(visit.number, account=visitor)
    assert (view.name, view.where.address) == ("刘长河", "云栖街道槐安路 7 号 1-2")
    (look,) = people.looks_at(person("liuchanghe"))
    assert look.purpose.zh == "走访您"

    made = actions.note_visit(visit.number, note(), by=visitor)
    assert (made.outcome, made.settled_on) == ("done", MONDAY)
    following = first_visit(made.visited)
    assert following.due_day == date(2026, 4, 20)
    again = reads.visit_view(following.number, account=visitor)
    assert next((a.zh, b.zh) for a, b in again.earlier[0].answers) == ("精神怎么样", "好")
    assert "good" not in made.answers_sealed


def test_a_stranger_finds_no_visit(on: District) -> None:
    visit = first_visit(elder(on))
    for who in STRANGERS:
        account = on.account(who)
        for act in (
            lambda a=account: reads.visit_view(visit.number, account=a),
            lambda a=account: actions.note_visit(visit.number, note(), by=a),
            lambda a=account: actions.note_no_show(visit.number, by=a),
            lambda a=account: actions.note_refusal(visit.number, by=a),
            lambda a=account: actions.plan_visit(visit.number, day=MONDAY, by=a),
            lambda a=account: actions.ask_other_day(visit.number, day=MONDAY, by=a),
            lambda a=account: actions.add_words(visit.number, "看看", by=a),
            lambda a=account: actions.set_level(visit.visited_id, "old", by=a),
            lambda a=account: actions.call_for_visit(visit.visited_id, "bell", by=a),
        ):
            with pytest.raises(NotFound):
                act()
        assert reads.my_round(account).count == 0
    with pytest.raises(NotAllowed):
        actions.add_visited("elder-visit", Whom(person=person("liqiang")), by=on.account("aiming"))


def test_a_telephone_call_leaves_the_visit_open(on: District) -> None:
    visit = first_visit(elder(on))
    called = actions.note_visit(
        visit.number, note(way="phone", answers={}), by=on.account("aiming")
    )
    assert called.outcome == ""
    assert called.entries.filter(kind="contact").count() == 1


def test_without_agreement_only_the_visit_and_what_is_urgent_are_kept(on: District) -> None:
    visit = first_visit(elder(on))
    found = {"meal": "想要送餐", "ill": "发烧两天"}
    made = actions.note_visit(
        visit.number, note(agreed=False, findings=found), by=on.account("aiming")
    )
    assert (made.outcome, made.answers_sealed) == ("done", "")
    assert [one.key for one in Finding.objects.all()] == ["ill"]


def test_a_form_with_mistakes_names_each_and_writes_nothing(on: District) -> None:
    visit = first_visit(elder(on))
    wrong = note(way="walk", on=date(2026, 4, 14), answers={"mood": "great"}, findings={"x": ""})
    with pytest.raises(WrongNote) as told:
        actions.note_visit(visit.number, wrong, by=on.account("aiming"))
    fields = [one.field for one in told.value.errors]
    assert fields == ["way", "on", "findings"]
    with pytest.raises(WrongNote) as told:
        actions.note_visit(visit.number, note(answers={"mood": "great"}), by=on.account("aiming"))
    assert [one.field for one in told.value.errors] == ["mood", "meals", "medicine"]
    assert Visit.objects.get().revision == 1


def test_a_refusal_is_no_miss_and_the_next_round_is_planned(clock: Clock, on: District) -> None:
    visit = first_visit(elder(on))
    clock.go_to(date(2026, 4, 21))
    actions.note_refusal(visit.number, by=on.account("aiming"), words="今天有客")
    clock.go_to(date(2026, 4, 24))
    assert actions.mark_missed(date(2026, 4, 24)) == 0
    visit.refresh_from_db()
    assert (visit.outcome, visit.missed_on) == ("refused", None)
    assert first_visit(visit.visited).due_day == date(2026, 4, 28)


def test_a_missed_visit_is_told_once_and_recovered(clock: Clock, on: District) -> None:
    visit = first_visit(elder(on))
    clock.go_to(date(2026, 4, 22))
    assert actions.mark_missed(date(2026, 4, 22)) == 1
    assert actions.mark_missed(date(2026, 4, 22)) == 0
    (line,) = reads.my_round(on.account("aiming")).missed
    assert line.left == -1
    actions.note_visit(visit.number, note(), by=on.account("aiming"))
    (line,) = reads.settled_lately(on.account("aiming"))
    assert line.state == "recovered"


def test_paused_visits_are_never_missed(clock: Clock, on: District) -> None:
    visited = elder(on)
    actions.pause(visited.pk, until=date(2026, 5, 4), by=on.account("aiming"))
    clock.go_to(date(2026, 4, 30))
    assert actions.mark_missed(date(2026, 4, 30)) == 0
    assert reads.my_round(on.account("aiming")).paused
    clock.go_to(date(2026, 5, 6))
    assert actions.mark_missed(date(2026, 5, 6)) == 1


def test_what_somebody_saw_before_is_told_when_the_visit_has_moved_on(on: District) -> None:
    visit, visitor = first_visit(elder(on)), on.account("aiming")
    actions.plan_visit(visit.number, day=date(2026, 4, 15), by=visitor)
    with pytest.raises(Conflict):
        actions.note_visit(visit.number, note(revision=1), by=visitor)
    actions.note_visit(visit.number, note(revision=2), by=visitor)
    with pytest.raises(Conflict) as told:
        actions.note_visit(visit.number, note(), by=visitor)
    assert told.value.facts["outcome"] == "done"
    actions.add_words(visit.number, "门口的灯也坏了", by=visitor)  # nothing typed is lost
    view = reads.visit_view(visit.number, account=visitor)
    assert view.history[0].words == "门口的灯也坏了"


def test_findings_lead_to_another_visit_or_an_event_of_ids_only(on: District) -> None:
    visited = child(on)
    visit, visitor = first_visit(visited), on.account("jiangyue")
    answers = {"carer": "nobody", "meals": "no", "spoke": "no", "words": "想妈妈"}
    found = {"no_carer": "奶奶住院了", "help": "作业没人看"}
    written = Note(way="home", agreed=True, answers=answers, findings=found)
    actions.note_visit(visit.number, written, by=visitor)
    called = Visit.objects.get(visited=visited, basis="alarm")
    assert called.due_day == date(2026, 4, 14)
    events = [e for e in audit.history("visit", visit.number) if e.kind == "visit.finding"]
    assert [(e.data["key"], e.data["leads"]) for e in events] == [
        ("no_carer", "visit"), ("help", "request"),
    ]  # fmt: skip
    assert events[0].data["reference"] == called.number
    assert "奶奶" not in str([e.data for e in audit.history("visit", visit.number)])


def test_of_a_protected_child_nobody_else_learns(on: District) -> None:
    visited = child(on)
    visit = first_visit(visited)
    for who in ("zhoujing", "aiming", "wangfang"):
        with pytest.raises(NotFound):
            reads.visit_view(visit.number, account=on.account(who))
    view = reads.visit_view(visit.number, account=on.account("xuning"))  # a named post
    assert view.name == "高峰"
    assert people.looks_at(person("gaofeng")) == []  # kept in the protected stream


def test_whoever_is_visited_leaves_the_plan_first_and_erased_nothing_can_be_read(
    on: District,
) -> None:
    visited = elder(on)
    visit, visitor = first_visit(visited), on.account("aiming")
    actions.note_visit(visit.number, note(findings={"meal": "要软的"}), by=visitor)
    with pytest.raises(Conflict, match="visits_open"):
        erasure.erase_person(person("liuchanghe"), by="test", reason="own_wish")
    actions.end_visited(visited.pk, "refused", by=on.account("zhoujing"))
    erasure.erase_person(person("liuchanghe"), by="test", reason="own_wish")
    visited.refresh_from_db()
    assert (visited.ended_why, visited.where_sealed) == ("refused", "")
    assert not Visit.objects.filter(outcome="").exists()
    view = reads.visit_view(visit.number, account=visitor)
    assert (view.answers, view.findings[0].words) == ((), "")


def test_an_occasion_calls_for_one_visit_of_its_own(on: District) -> None:
    visited, visitor = elder(on), on.account("aiming")
    first = actions.call_for_visit(visited.pk, "bell", by=visitor)
    assert actions.call_for_visit(visited.pk, "bell", by=visitor).pk == first.pk
    actions.note_visit(first.number, note(), by=visitor)
    assert Visit.objects.filter(visited=visited, outcome="").count() == 1  # the rhythm goes on
    with pytest.raises(WrongInput):
        actions.call_for_visit(visited.pk, "flood", by=visitor)


def test_nobody_is_in_a_plan_twice_and_of_two_stewards_the_freer_one_visits(on: District) -> None:
    rows = [
        actions.add_visited("firm-steward", Whom(organisation=firm(n)), by=None) for n in range(4)
    ]
    visitors = [row.account_id for row in rows]
    assert sorted(visitors) == sorted([on.account("yuelan").pk, on.account("caobin").pk] * 2)
    with pytest.raises(Conflict):
        actions.add_visited("firm-steward", Whom(organisation=firm(0)), by=on.account("fanhua"))
    assert Visited.objects.count() == 4


def test_more_often_moves_the_next_visit_and_less_often_never_into_the_past(on: District) -> None:
    visited = actions.add_visited("firm-steward", Whom(organisation=firm()), by=None)
    assert first_visit(visited).due_day == date(2026, 4, 30)
    actions.set_level(visited.pk, "close", by=on.account("fanhua"))
    assert first_visit(visited).due_day == date(2026, 4, 27)
    assert Visit.objects.filter(visited=visited).count() == 2


@pytest.mark.parametrize("bad", ["", "2026-0001", "2026-999999", "x" * 50, "2026-000001\x00"])
def test_a_number_that_is_none_is_not_found(on: District, bad: str) -> None:
    for act in (
        lambda: reads.visit_view(bad, account=on.account("aiming")),
        lambda: actions.note_visit(bad, Note(way="home", answers=ELDER), by=on.account("aiming")),
    ):
        with pytest.raises(MinshengError):
            act()


def test_the_ladder_tells_the_head_and_then_the_leader_of_a_missed_visit(
    clock: Clock, on: District
) -> None:
    actions.add_visited("firm-steward", Whom(organisation=firm()), by=None)
    told = [("2026-05-08", []), ("2026-05-11", ["fanhua"]), ("2026-05-15", ["fanhua", "zhoujing"])]
    for day, names in told:
        clock.go_to(date.fromisoformat(day))
        supervision.watch()
        notices = Notice.objects.filter(kind__startswith="supervision.")
        assert sorted({one.account.username for one in notices}) == names, day
    assert "演示企业" not in str([(one.title_zh, one.body_zh) for one in Notice.objects.all()])
