"""Requests about one thing are found by place, time, class and words; nobody's words are stored."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.erasure import actions as erasure
from minsheng.apps.matching import actions, reads
from minsheng.apps.matching.models import Trace
from minsheng.apps.matching.sketching import key
from minsheng.apps.people.models import Person
from minsheng.engines.matching import Kind, Model

pytestmark = pytest.mark.django_db
LAMP, LIFT = "utilities.light.out", "housing.property.lift"
KINDS = (Kind(LAMP, ("utilities.light", "utilities"), ("路灯不亮",)), Kind(LIFT, ("housing.property", "housing"), ("电梯故障",)))  # fmt: skip
HOME = (106.4539, 29.5182)
SAID = "3栋门口的路灯不亮，晚上黑漆漆的"


def noted(subject: str, text: str = SAID, *, hours: int = 5, kind: str = LAMP, at=HOME):
    told = timezone.now() - timedelta(hours=hours)
    return actions.note(subject, text, told=told, kind=kind, at=at, owner=None)


def found(text: str = "3栋外头的路灯坏了，不亮", **more):
    given = {"told": timezone.now(), "kinds": (LAMP,), "at": HOME} | more
    return reads.duplicates(text, model=Model(KINDS, (), key()), **given)


def test_the_same_lamp_told_by_another_is_found_with_the_evidence():
    noted("R-1")
    [match] = found()
    assert match.key == "R-1"
    assert match.chance > 0.5
    assert {one.part: one.level for one in match.evidence}["details"] == "same"


@pytest.mark.parametrize(
    "other",
    [
        {"hours": 24 * 20},
        {"at": (HOME[0] + 0.05, HOME[1])},
        {"text": "9栋电梯又停了，老人下不来", "kind": LIFT},
    ],
)
def test_another_time_place_or_matter_is_not(other):
    noted("R-1", **other)
    assert found() == ()


def test_where_no_place_is_known_the_class_leads_to_it():
    noted("R-1", at=None)
    noted("R-2", "电梯停了", kind=LIFT, at=None)
    rows = reads.candidates(told=timezone.now(), kinds=(LAMP,), at=None)
    assert [row.subject for row in rows] == ["R-1"]


def test_who_has_joined_another_is_not_found_until_parted():
    noted("R-1")
    actions.join("R-1")
    assert found() == ()
    actions.part("R-1")
    assert [one.key for one in found()] == ["R-1"]


def test_one_does_not_find_oneself():
    noted("R-1")
    assert found(but="R-1") == ()


def test_the_table_holds_numbers_and_no_word():
    trace = noted("R-1")
    trace.refresh_from_db()
    assert "路灯".encode() not in bytes(trace.sketch)
    assert all("路灯" not in str(value) for value in trace.__dict__.values())


def test_half_a_place_and_a_second_trace_are_refused_by_the_table():
    noted("R-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        noted("R-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Trace.objects.update(east=None)


def test_what_a_person_decided_is_learned_from_the_next_day(monkeypatch):
    said = "巷子头黑咕隆咚"
    noted("R-1", "巷子里头黑咕隆咚的", kind="")
    assert reads.model(KINDS).suggest(said) == ()
    actions.decide("R-1", LAMP)
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(reads.timezone, "localdate", lambda: tomorrow)
    assert reads.model(KINDS).suggest(said)[0].kind == LAMP


def test_the_traces_of_somebody_erased_are_gone():
    person = Person.objects.create(demo=True, key_id="k", key_wrapped="a1:0")
    actions.note("R-9", SAID, told=timezone.now(), kind=LAMP, at=None, owner=person)
    erasure.erase_person(person, by="system", reason="own_wish")
    assert not Trace.objects.filter(subject="R-9").exists()


def test_of_a_crowd_the_newest_are_compared(monkeypatch):
    monkeypatch.setattr(reads, "MOST_OF_EACH", 2)
    for hours in (9, 3, 6, 1):
        noted(f"R-{hours}", hours=hours)
    rows = reads.candidates(told=timezone.now(), kinds=(LAMP,), at=HOME)
    assert [row.subject for row in rows] == ["R-1", "R-3"]
