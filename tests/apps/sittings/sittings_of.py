"""Sittings led to a point of their story, for the tests of the app, of pages and endpoints."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.utils import timezone
from tests.factories import District

from minsheng.apps.sittings import actions
from minsheng.apps.sittings.models import Seat, Sitting

WORDS = "二号厂房的变压器总跳闸，增容要等多久？"
CONTACT = {"contact_name": "黄毅", "phone": "13800001234"}


def wanted(day: date, **changes: object) -> actions.Wanted:
    """What the convener asks for, a week ahead unless said otherwise."""
    plan = {
        "house": "enterprise-house", "day": day, "starts": time(14, 30), "ends": time(16, 30),
        "place": "house", "topic": "energy", "seats": 2,
    }  # fmt: skip
    return actions.Wanted(**{**plan, **changes})  # type: ignore[arg-type]


def sitting(district: District, *, days: int = 7, **changes: object) -> Sitting:
    """A sitting that 岳岚 set, at which 彭博 sits."""
    day = district.today + timedelta(days=days)
    return actions.set_sitting(wanted(day, **changes), by=district.account("yuelan"))


def booked(district: District, made: Sitting) -> Seat:
    """The seat of 科迈精工."""
    asked = actions.Asked(words=WORDS, contact=CONTACT)
    return actions.book_seat(made.pk, asked, by=district.account("huangyi"))


def begin(made: Sitting) -> None:
    """Let a sitting have been yesterday."""
    Sitting.objects.filter(pk=made.pk).update(day=timezone.localdate() - timedelta(days=1))


def came(district: District, made: Sitting) -> Seat:
    """The seat of 科迈精工, which came."""
    seat = booked(district, made)
    begin(made)
    return actions.note_presence(seat.pk, True, by=district.account("yuelan"))
