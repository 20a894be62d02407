"""The enterprise house: a firm books, is told, comes or doesn't, is answered or goes on with a whistle."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.apps.sittings.sittings_of import (
    CONTACT,
    WORDS,
    begin,
    booked,
    came,
    sitting,
    wanted,
)

from minsheng.apps.appeals import reads as requests
from minsheng.apps.appeals.models import Request
from minsheng.apps.audit import reads as audit
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import actions as people
from minsheng.apps.people import installed
from minsheng.apps.people.models import Organisation
from minsheng.apps.sittings import actions, reads
from minsheng.apps.sittings.models import Seat, Sitting
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

ASKED = actions.Asked(words=WORDS, contact=CONTACT)


def told(district, name: str) -> list[str]:
    rows = Notice.objects.filter(account=district.account(name), kind="sitting")
    return [row.title_zh for row in rows.order_by("created_at", "pk")]


def second_firm(district) -> str:
    firm = Organisation.objects.create(credit_code="91500000MA0DEMB02X", name="云桥材料（演示）")
    people.name_representative(
        district.account("chenli"), firm, by=district.account("zhaomin"), since=district.today
    )
    return "chenli"


def test_what_is_answered_at_the_table_is_closed_by_the_firms_word(district):
    seat = came(district, sitting(district))
    officer, firm = district.account("pengbo"), district.account("huangyi")
    with pytest.raises(Conflict):
        actions.say_solved(seat.pk, True, by=firm)
    actions.answer_seat(seat.pk, "增容要 20 天，材料今天收下了。", by=officer)
    assert told(district, "huangyi")[-1] == "企业之家有答复，请说一句解决了没有"
    assert reads.own_seats(firm)[0].answer.startswith("增容要 20 天")
    done = actions.say_solved(seat.pk, True, by=firm)
    assert (done.outcome, done.request, Request.objects.count()) == ("solved", None, 0)
    assert actions.say_solved(seat.pk, True, by=firm).outcome == "solved"
    with pytest.raises(Conflict):
        actions.make_whistle(seat.pk, by=officer)
    kinds = [entry.kind for entry in audit.history("sitting", str(seat.sitting_id))]
    assert kinds == ["sitting." + one for one in ("set", "booked", "came", "answered", "solved")]


def test_what_cant_be_answered_becomes_a_whistle_that_names_the_sitting_once(district):
    made = sitting(district)
    seat = came(district, made)
    officer = district.account("pengbo")
    whistle = actions.make_whistle(seat.pk, by=officer)
    assert actions.make_whistle(seat.pk, by=officer).request_id == whistle.request_id
    found = Request.objects.get()
    assert (found.slug, found.category, found.grade, found.organisation.name) == (
        "whistle", "energy", "soon", "科迈精工（演示）",
    )  # fmt: skip
    own = requests.own_view(found.number, account=district.account("huangyi"))
    made.refresh_from_db()
    assert own.words.startswith("在企业之家（")
    assert own.words.endswith(WORDS)
    assert "用电、用水、用气" in own.words
    assert found.desk_post == "appeals.dispatch"
    assert reads.own_seats(district.account("huangyi"))[0].request == found.number


def test_an_answer_that_didnt_solve_it_goes_on_by_the_firms_word(district):
    seat = came(district, sitting(district))
    actions.answer_seat(seat.pk, "等通知。", by=district.account("pengbo"))
    done = actions.say_solved(seat.pk, False, by=district.account("huangyi"))
    assert (done.outcome, Request.objects.get().pk) == ("whistle", done.request_id)


def test_a_seat_is_one_for_each_firm_and_the_last_one_goes_once(district):
    made = sitting(district, seats=1)
    seat = booked(district, made)
    assert booked(district, made).pk == seat.pk
    other = district.account(second_firm(district))
    with pytest.raises(Conflict):
        actions.book_seat(made.pk, ASKED, by=other)
    assert reads.sitting_line(made.pk).left == 0
    actions.give_up_seat(seat.pk, by=district.account("huangyi"))
    assert actions.book_seat(made.pk, ASKED, by=other).organisation.name == "云桥材料（演示）"
    assert "有企业订了座" in told(district, "pengbo")


def test_called_off_before_it_begins_and_whoever_booked_is_told_why(district):
    made, convener = sitting(district), district.account("yuelan")
    booked(district, made)
    with pytest.raises(WrongInput) as wrong:
        actions.cancel_sitting(made.pk, "  ", by=convener)
    assert wrong.value.field == "why"
    actions.cancel_sitting(made.pk, "大厅检修", by=convener)
    assert "企业之家这一场不开了" in told(district, "huangyi")
    assert "企业之家这一场不开了" in told(district, "pengbo")
    assert Seat.objects.get().status == "cancelled"
    with pytest.raises(Conflict):
        booked(district, made)
    again = sitting(district)
    assert again.pk != made.pk
    begin(again)
    with pytest.raises(Conflict):
        actions.cancel_sitting(again.pk, "晚了", by=convener)


def test_a_no_show_is_kept_counted_and_may_be_put_right(district):
    first, convener = sitting(district), district.account("yuelan")
    seat = booked(district, first)
    with pytest.raises(Conflict):
        actions.note_presence(seat.pk, False, by=convener)
    begin(first)
    actions.note_presence(seat.pk, False, by=convener)
    with pytest.raises(Conflict):
        actions.answer_seat(seat.pk, "没人", by=district.account("pengbo"))
    with pytest.raises(Conflict):
        actions.give_up_seat(seat.pk, by=district.account("huangyi"))
    later = sitting(district)
    booked(district, later)
    assert [one.absences for one in reads.table_view(later.pk, account=convener).seats] == [1]
    actions.note_presence(seat.pk, True, by=convener)
    assert [one.absences for one in reads.table_view(later.pk, account=convener).seats] == [0]


def test_tomorrow_is_said_once_to_firm_and_table(district):
    made = sitting(district, days=1)
    booked(district, made)
    assert actions.remind(district.today) == 1
    assert actions.remind(district.today) == 0
    assert told(district, "huangyi") == ["明天企业之家，您订了座"]
    assert told(district, "pengbo")[-1] == "明天您到企业之家坐班"


def test_a_stranger_another_office_and_who_lost_the_mandate_do_nothing(district):
    made = sitting(district)
    seat = booked(district, made)
    stranger, other = district.account("liqiang"), district.account("tianye")
    with pytest.raises(NotAllowed):
        actions.book_seat(made.pk, ASKED, by=stranger)
    for act in (
        lambda: actions.give_up_seat(seat.pk, by=stranger),
        lambda: actions.say_solved(seat.pk, True, by=stranger),
        lambda: reads.table_view(made.pk, account=other),
        lambda: reads.table_view(made.pk, account=stranger),
    ):
        with pytest.raises(NotFound):
            act()
    for by in (other, stranger, district.account("pengbo")):
        with pytest.raises(NotAllowed):
            actions.set_sitting(wanted(district.today + timedelta(days=9)), by=by)
        with pytest.raises(NotAllowed):
            actions.cancel_sitting(made.pk, "不想开", by=by)
    for by in (other, stranger):
        for act in (
            lambda by=by: actions.note_presence(seat.pk, True, by=by),
            lambda by=by: actions.answer_seat(seat.pk, "好", by=by),
            lambda by=by: actions.make_whistle(seat.pk, by=by),
        ):
            with pytest.raises(NotAllowed):
                act()
    assert reads.own_seats(stranger) == []
    from minsheng.apps.people.models import Representative

    people.end_representative(Representative.objects.get().pk, by=district.account("zhaomin"))
    with pytest.raises(NotFound):
        actions.give_up_seat(seat.pk, by=district.account("huangyi"))


def test_words_are_sealed_and_a_look_at_the_table_is_written_down(district):
    made = sitting(district)
    seat = booked(district, made)
    assert "变压器" not in seat.words
    before = len(list(audit.history("look", str(seat.person_id))))
    view = reads.table_view(made.pk, account=district.account("pengbo"))
    assert [one.words for one in view.seats] == [WORDS]
    assert len(list(audit.history("look", str(seat.person_id)))) == before + 1
    said = " ".join(entry.text for entry in audit.history("sitting", str(made.pk)))
    assert "变压器" not in said


def test_the_same_sitting_is_set_once_and_wrong_plans_name_their_field(district):
    made = sitting(district)
    assert sitting(district).pk == made.pk
    with pytest.raises(Conflict):
        sitting(district, topic="land")
    for changes in ({"topic": "weather"}, {"place": "moon"}, {"seats": 0}, {"days": -1}):
        with pytest.raises(WrongInput) as wrong:
            sitting(district, **changes)
        assert wrong.value.field in {*changes, "day"}
    with pytest.raises(WrongInput) as wrong:
        sitting(district, ends=wanted(district.today).starts)
    assert wrong.value.field == "ends"


def test_the_tables_refuse_what_the_acts_refuse(district):
    made = sitting(district)
    seat = booked(district, made)
    for change in ({"outcome": "solved"}, {"status": "late"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Seat.objects.filter(pk=seat.pk).update(**change)
    for change in ({"seats": 0}, {"is_cancelled": True}, {"ends": made.starts}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sitting.objects.filter(pk=made.pk).update(**change)
    seat.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        seat.save(force_insert=True)


def test_topic_days_take_turns_and_skip_holidays_and_days_that_are_set(district):
    spec, calendar = installed.packs().sittings["enterprise-house"], installed.calendar()
    days = reads.proposed_days(spec, on=district.today)
    assert len(days) == reads.PROPOSED
    assert len({topic for _, topic in days}) == reads.PROPOSED
    assert all(day.weekday() == spec.weekday and calendar.is_workday(day) for day, _ in days)
    day, topic = days[0]
    actions.set_sitting(wanted(day, topic=topic), by=district.account("yuelan"))
    left = reads.proposed_days(spec, on=district.today)
    assert day not in dict(left)
    assert left[0][1] != topic


def test_a_booked_seat_stands_against_erasing_until_it_is_given_up(district):
    from minsheng.apps.erasure import reads as erasure

    seat = booked(district, sitting(district))
    assert [one.code for one in erasure.obstacles(seat.person)] == ["seat_booked"]
    actions.give_up_seat(seat.pk, by=district.account("huangyi"))
    assert erasure.obstacles(seat.person) == []


@pytest.mark.django_db(transaction=True)
def test_firms_that_book_at_once_never_get_more_seats_than_there_are(district):
    made, names = sitting(district, seats=2), ["huangyi", second_firm(district)]
    for number, name in enumerate(("wangfang", "liqiang"), 3):
        firm = Organisation.objects.create(
            credit_code=f"91500000MA0DEMB0{number}X", name=f"第{number}家（演示）"
        )
        people.name_representative(
            district.account(name), firm, by=district.account("zhaomin"), since=district.today
        )
        names.append(name)
    accounts, answers, gate = [district.account(one) for one in names], [], threading.Barrier(4)

    def book(account) -> None:
        gate.wait()
        try:
            actions.book_seat(made.pk, ASKED, by=account)
            answers.append("seat")
        except Conflict:
            answers.append("full")
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=(one,)) for one in accounts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == ["full", "full", "seat", "seat"]
    assert Seat.objects.count() == 2
