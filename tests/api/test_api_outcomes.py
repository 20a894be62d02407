"""What a case saved and where its late days came from, over the API: to its applicant and to leaders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.api.api_caller import Caller, problem, told
from tests.factories import District
from tests.past_cases import past_case

from minsheng.apps.cases import catalogue
from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.models import Case
from minsheng.engines.casework.savings import Figure, Figures

FIRST = "birth_certificate"


@pytest.fixture
def late(district: District) -> Case:
    """A case of 王芳 that the first office held up; one of its two proofs came from a register."""
    proofs = {"birth_record": "register:hospital.birth_record", "marriage": "applicant"}
    begin = timezone.localdate() - timedelta(days=40)
    return past_case(district, "A", begin=begin, took={FIRST: 16}, origins=proofs)


@pytest.fixture
def line(late: Case, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A cited line of the same extent: 32 working days, at least 4 visits, 9 documents."""
    packs = catalogue.packs()
    items = late.items.exclude(status__in=["skipped", "cancelled"]).count()
    before = Figures(workdays=Figure(32), visits=Figure(4, "at_least"), papers=Figure(9))
    found = replace(packs.baselines["newborn"], items=items, before=before)
    monkeypatch.setattr(catalogue, "packs", lambda: replace(packs, baselines={"newborn": found}))
    return found


def test_the_applicant_reads_what_was_saved_with_its_source(
    district: District, late: Case, line: Any
) -> None:
    mother = Caller(district.token("wangfang"))
    found = told(mother.get(f"/cases/{late.number}/savings"))
    assert (found["documents_asked"], found["documents_not_asked"], found["zero_material"]) == (
        1,
        1,
        0.5,
    )
    assert found["comparison"]["items"] == found["items"] == line.items
    assert found["comparison"]["source"]["zh"] == line.cite.title.zh
    saved = {one["measure"]: one for one in found["saved"]}
    assert (saved["papers"]["saved"], saved["visits"]["bound"]) == (8, "at_least")
    days = saved["workdays"]
    assert days["saved"] == 32 - found["workdays"]
    assert days["percent"] == round(100 * days["saved"] / 32, 1)


def test_without_a_line_of_the_same_extent_nothing_is_claimed(
    district: District, late: Case, line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = catalogue.packs()
    larger = replace(line, items=line.items + 1)
    monkeypatch.setattr(catalogue, "packs", lambda: replace(packs, baselines={"newborn": larger}))
    found = told(Caller(district.token("wangfang")).get(f"/cases/{late.number}/savings"))
    assert found["saved"] == [] and found["comparison"]["items"] == line.items + 1
    assert found["zero_material"] == 0.5


def test_late_days_have_their_places_and_add_up(district: District, late: Case) -> None:
    mother, leader = Caller(district.token("wangfang")), Caller(district.token("zhoujing"))
    found = told(mother.get(f"/cases/{late.number}/lateness"))
    days = len(cases.delay(late.number, on=timezone.localdate()).found.late)
    assert found["late_days"] == days == sum(one["days"] for one in found["places"]) > 0
    assert [one["step"] for one in found["places"]] == ["over"] and found["is_over"]
    same = told(leader.get(f"/indicators/cases/{late.number}"))
    assert same["places"] == found["places"]
    assert sum(day["is_late"] for day in same["days"]) == days
    assert same["saved"]["case"] == late.number


def test_a_running_case_has_saved_nothing_yet(district: District) -> None:
    running = past_case(district, "B", begin=timezone.localdate() - timedelta(days=5), until=FIRST)
    mother, leader = Caller(district.token("wangfang")), Caller(district.token("zhoujing"))
    problem(mother.get(f"/cases/{running.number}/savings"), 409, "savings.not_yet")
    assert told(leader.get(f"/indicators/cases/{running.number}"))["saved"] is None


def test_a_stranger_learns_nothing_and_a_leader_nothing_of_a_protected_case(
    district: District, late: Case
) -> None:
    for who in ("liqiang", "sunwei"):
        stranger = Caller(district.token(who))
        for path in (f"/cases/{late.number}/savings", f"/cases/{late.number}/lateness"):
            problem(stranger.get(path), 404, "no_such_case")
        problem(stranger.get(f"/indicators/cases/{late.number}"), 403, "leaders_only")
    Case.objects.filter(pk=late.pk).update(protected=True)
    leader = Caller(district.token("zhoujing"))
    problem(leader.get(f"/indicators/cases/{late.number}"), 404, "no_such_case")


@pytest.mark.parametrize("days", [1, 7, 30, 90])
def test_the_days_of_an_address_are_read_as_a_number(district: District, days: int):
    found = told(Caller(district.token("zhoujing")).get(f"/indicators/figures?days={days}"))
    since, until = (date.fromisoformat(found[key]) for key in ("since", "until"))
    assert (until - since).days == days - 1
