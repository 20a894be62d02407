"""Lessons with universities: offered, booked once, confirmed, called off, kept; the last place goes once."""

from __future__ import annotations

import threading
from datetime import time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.apps.clubs.clubs_of import begun, school_class, slot

from minsheng.apps.clubs import actions, reads
from minsheng.apps.clubs.models import Booking, Slot
from minsheng.apps.notices.models import Notice
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound, WrongInput


def told(district, who: str) -> list[str]:
    rows = Notice.objects.filter(account=district.account(who), kind="clubs")
    return [one.title_zh for one in rows.order_by("created_at", "pk")]


def book(district, made: Slot, who: str = "tanmei", key: str = "qinghuai-4-2") -> Booking:
    return actions.book_slot(made.pk, school_class(key).pk, by=district.account(who))


def test_a_class_asks_is_confirmed_reminded_comes_and_says_how_it_was(district):
    made = slot(district)
    booked = book(district, made)
    assert (booked.status, booked.pupils, book(district, made).pk) == ("asked", 5, booked.pk)
    assert "有班级约课，请确认" in told(district, "shaoqing")
    desk, teacher = district.account("shaoqing"), district.account("tanmei")
    actions.confirm_booking(booked.pk, by=desk)
    assert actions.remind(made.day - timedelta(days=1)) == 1
    assert actions.remind(made.day - timedelta(days=1)) == 0
    assert told(district, "tanmei") == ["约的课确认了", "明天有约好的课"]
    with pytest.raises(Conflict):
        actions.note_lesson(booked.pk, came=True, words="", by=teacher)
    begun(made)
    done = actions.note_lesson(booked.pk, came=True, words="孩子们问了很多。", by=teacher)
    assert (done.status, done.words) == ("came", "孩子们问了很多。")
    assert reads.figures() == {"professors": 1, "pupils": 0, "labs": 0}
    (row,) = reads.lesson_room(teacher).past
    assert row.bookings[0].words == "孩子们问了很多。"
    with pytest.raises(Conflict):
        actions.cancel_booking(booked.pk, "晚了", by=teacher)


def test_a_lab_needs_nobodys_yes_and_a_campus_holds_several_classes(district):
    lab = slot(district, kind="lab", host="physics")
    assert book(district, lab).status == "confirmed"
    campus = slot(district, kind="campus", classes=2, seats=11, starts=time(9), ends=time(11))
    book(district, campus)
    book(district, campus, "kelan", "qinghuai-4-1")
    with pytest.raises(Conflict):
        book(district, campus, "qiaoyu", "mingde-4-1")
    assert sorted(Booking.objects.filter(slot=campus).values_list("place", flat=True)) == [1, 2]


def test_seats_of_pupils_are_counted_and_the_grade_must_fit(district):
    with pytest.raises(Conflict):
        book(district, slot(district, seats=4))
    with pytest.raises(Conflict):
        book(district, slot(district, grades=(7, 8)))
    assert not Booking.objects.exists()


def test_a_class_isnt_in_two_places_at_one_time(district):
    book(district, slot(district))
    later = slot(district, starts=time(14, 30), ends=time(15, 30))
    with pytest.raises(Conflict):
        book(district, later)
    book(district, slot(district, starts=time(15), ends=time(16)))
    first = Booking.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.create(
            slot=later, school_class=first.school_class, by=first.by, pupils=1, place=1,
            day=first.day, starts=first.starts,
        )  # fmt: skip


@pytest.mark.parametrize("who", ["liqiang", "linxia", "wumei", "kelan", "kongrui", "shaoqing"])
def test_only_a_teacher_of_the_class_books_and_cancels_for_it(district, who):
    made = slot(district)
    with pytest.raises((NotFound, NotAllowed)):
        book(district, made, who)
    booked = book(district, made)
    with pytest.raises(NotFound):
        actions.note_lesson(booked.pk, came=True, words="", by=district.account(who))
    if who != "shaoqing":
        with pytest.raises(NotFound):
            actions.cancel_booking(booked.pk, "不去了", by=district.account(who))
        for act in (
            lambda by: actions.confirm_booking(booked.pk, by=by),
            lambda by: actions.cancel_slot(made.pk, "不开", by=by),
        ):
            with pytest.raises(NotAllowed):
                act(district.account(who))
        room = reads.lesson_room(district.account(who))
        assert not any(one.bookings for one in room.coming)


def test_cancelled_says_why_frees_the_place_and_the_other_side_is_told(district):
    made = slot(district)
    booked = book(district, made)
    with pytest.raises(WrongInput):
        actions.cancel_booking(booked.pk, "  ", by=district.account("tanmei"))
    actions.cancel_booking(booked.pk, "那天考试", by=district.account("tanmei"))
    again = book(district, made, "kelan", "qinghuai-4-1")
    actions.cancel_booking(again.pk, "教授出差", by=district.account("shaoqing"))
    assert told(district, "kelan") == ["约的课取消了"]
    third = book(district, made)
    actions.cancel_slot(made.pk, "停电", by=district.account("shaoqing"))
    third.refresh_from_db()
    assert (third.status, third.why) == ("cancelled", "停电")
    assert "您约的一次课不开了" in told(district, "tanmei")
    with pytest.raises(Conflict):
        book(district, made)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "tour"}, "kind"), ({"host": "physics"}, "host"), ({"title": " "}, "title"),
        ({"ends": time(13)}, "ends"), ({"grades": ()}, "grades"), ({"seats": 0}, "seats"),
        ({"classes": 0}, "classes"), ({"about": "很" * 301}, "about"),
    ],
)  # fmt: skip
def test_hours_that_cant_be_are_refused_with_their_field(district, change, field):
    with pytest.raises(WrongInput) as wrong:
        slot(district, **change)
    assert wrong.value.field == field


@pytest.mark.django_db(transaction=True)
def test_of_two_classes_that_want_the_last_place_at_once_exactly_one_has_it(district):
    made = slot(district, classes=1)
    classes = {"tanmei": school_class().pk, "kelan": school_class("qinghuai-4-1").pk}
    outcome: dict[str, str] = {}
    start = threading.Barrier(2)

    def run(who: str) -> None:
        account = district.account(who)
        start.wait()
        try:
            actions.book_slot(made.pk, classes[who], by=account)
            outcome[who] = "booked"
        except MinshengError as error:
            outcome[who] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(who,)) for who in classes]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcome.values()) == ["booked", "clubs.slot_full"]
    assert Booking.objects.exclude(status="cancelled").count() == 1
