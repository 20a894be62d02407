"""A firm's whistle through the app: who may do what, what is kept, what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.apps.appeals.requests_of import CONTACT, WORDS, whistle

from minsheng.apps.appeals import actions, reads, store
from minsheng.apps.appeals.models import Request, RequestItem
from minsheng.apps.audit import reads as audit
from minsheng.apps.notices.models import Notice
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput


def test_a_whistle_goes_round_and_its_events_say_what_is_stored(district):
    made = whistle(district, "closed", helpers=())
    assert (made.status, made.outcome, made.score) == ("closed", "solved", 5)
    assert store.replayed(made) == store.state_of(made)
    assert audit.verify().ok


def test_nothing_personal_is_in_events_and_the_words_are_sealed(district):
    made = whistle(district, "closed")
    said = " ".join(entry.text for entry in audit.history("request", str(made.pk)))
    assert "变压器" not in said + made.words
    assert CONTACT["phone"] not in said + made.contact
    view = reads.own_view(made.number, account=district.account("huangyi"))
    assert view.words == WORDS
    assert view.answer == "换了开关，能用了。"


def test_a_stranger_and_an_office_without_a_part_find_nothing(district):
    made = whistle(district, "signed")
    with pytest.raises(NotFound):
        reads.own_view(made.number, account=district.account("liqiang"))
    with pytest.raises(NotFound):
        actions.withdraw_request(made.number, by=district.account("liqiang"))
    for name in ("sunwei", "tianye", "liqiang"):
        with pytest.raises(NotFound):
            reads.desk_view(made.number, account=district.account(name))
    with pytest.raises(NotAllowed):
        actions.sign(made.number, "1", by=district.account("tianye"))
    with pytest.raises(NotAllowed):
        actions.file_request(
            "whistle",
            actions.Told(category="energy", words="停电", contact=CONTACT),
            by=district.account("liqiang"),
        )


def test_who_speaks_for_two_firms_whistles_for_the_one_they_name(district):
    from minsheng.apps.people import actions as people
    from minsheng.apps.people.models import Organisation

    huang = district.account("huangyi")
    second = Organisation.objects.create(credit_code="91500000MA0DEMB02X", name="云桥材料（演示）")
    people.name_representative(huang, second, by=district.account("zhaomin"))
    told = actions.Told(
        category="energy",
        words="停电",
        grade="soon",
        contact=CONTACT,
        organisation=second.credit_code,
    )
    assert actions.file_request("whistle", told, by=huang).organisation == second
    with pytest.raises(NotAllowed):
        actions.file_request("whistle", replace(told, organisation="91500000MA0DEMX99X"), by=huang)
    page = district.client("huangyi").get("/firm/new/whistle").content.decode()
    assert "云桥材料（演示）" in page


def test_a_whistle_is_the_firms_and_ends_with_the_mandate(district):
    from minsheng.apps.people import actions as people
    from minsheng.apps.people.models import Representative

    made = whistle(district)
    entry = Representative.objects.get()
    people.end_representative(entry.pk, by=district.account("zhaomin"))
    with pytest.raises(NotFound):
        reads.own_view(made.number, account=district.account("huangyi"))


def test_whoever_has_the_next_step_is_told_once(district):
    made = whistle(district, "answered")
    district.work()
    district.work()

    def told(name: str) -> list[str]:
        rows = Notice.objects.filter(account=district.account(name), kind="request")
        return [row.title_zh for row in rows.order_by("created_at", "pk")]

    assert told("fanxue") == ["有新的诉求要派单"]
    assert told("pengbo") == ["派来一单，请签收"]
    assert told("jiangtao") == ["有一件要回访"]
    assert told("huangyi")[-1] == "办完了，请说一句解决了没有"
    assert made.desk_post == "appeals.callback"


def test_what_is_typed_wrongly_names_its_field_and_makes_nothing(district):
    wang = district.account("wangfang")
    for told, field in (
        (actions.Told(category="utilities.light.out", words=" ", contact=CONTACT), "words"),
        (actions.Told(category="urban", words="灯不亮", contact=CONTACT), "category"),
        (
            actions.Told(
                category="utilities.light.out", words="灯不亮", area="nowhere", contact=CONTACT
            ),
            "area",
        ),
        (
            actions.Told(category="utilities.light.out", words="灯不亮", contact={"phone": "1"}),
            "contact_name",
        ),
    ):
        with pytest.raises(WrongInput) as wrong:
            actions.file_request("hotline", told, by=wang)
        assert wrong.value.field == field
    assert not Request.objects.exists()


def test_a_clerk_writes_down_what_a_caller_says(district):
    told = actions.Told(
        category="utilities.power.line", words="楼顶的瓦要掉下来", contact=CONTACT, channel="phone"
    )
    made = actions.file_request("hotline", told, by=district.account("fanxue"))
    assert made.account is None
    assert made.due_at - made.received_at == timedelta(hours=1)


def test_time_notes_what_is_late_once_and_ends_a_hold_on_its_day(district):
    made = whistle(district, "contacted")
    officer = district.account("pengbo")
    until = timezone.localdate() + timedelta(days=5)
    actions.ask_hold(made.number, "1", "waits_money", until, by=officer, words="等下月预算")
    assert [line.number for line in reads.wishes_to_answer(district.account("zhoujing"))] == [
        made.number
    ]
    actions.answer_hold(made.number, "1", by=district.account("zhoujing"), granted=True)
    assert actions.fire_timers() == 0
    later = timezone.now() + timedelta(days=6)
    assert actions.fire_timers(later) == 1
    assert actions.fire_timers(later) == 0
    assert RequestItem.objects.get().status == "open"
    assert actions.fire_timers(timezone.now() + timedelta(days=200)) <= 1
    assert actions.fire_timers(timezone.now() + timedelta(days=200)) == 0


def test_a_closed_request_is_taken_up_by_one_linked_successor(district):
    made = whistle(district, "closed")
    firm = district.account("huangyi")
    again = actions.take_up_again(made.number, "又跳闸了。", by=firm)
    assert actions.take_up_again(made.number, "又跳闸了。", by=firm).pk == again.pk
    assert reads.own_view(again.number, account=firm).before == made.number
    assert reads.own_view(made.number, account=firm).after == again.number
    assert store.replayed(again) == store.state_of(again)


def test_the_desk_writes_down_that_it_looked(district):
    made = whistle(district, "signed")
    view = reads.desk_view(made.number, account=district.account("pengbo"))
    assert view.words == WORDS
    assert {"contact", "answer", "send_back", "dispute", "extend", "hold"} <= view.items[0].may
    looks = audit.history("look", str(made.person_id))
    assert looks[-1].data["case"] == made.number


def test_a_second_dispatcher_is_told_who_was_faster(district):
    made = whistle(district, "dispatched")
    with pytest.raises(Conflict):
        actions.dispatch(made.number, "urban.roads", by=district.account("fanxue"))
