"""Registers for programs: OneRoster's names, only what the caller may see, written as it was seen."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.api.api_caller import Caller, problem, told
from tests.factories import District

from minsheng.apps.schools import reads, registers
from minsheng.apps.schools.models import SchoolClass
from minsheng.cli.demo import cast, schools
from minsheng.engines import population
from minsheng.engines.rosters import Roster, write_zip

pytestmark = pytest.mark.django_db
Call = Callable[..., Caller]


@pytest.fixture
def school(district: District) -> SchoolClass:
    schools.begin(population.District(cast.households(), ()), on=district.today, seed=1, most=12)
    found = reads.school_class("qinghuai-4-2")
    assert found is not None
    return found


def given(roster: Roster) -> dict[str, str]:
    return {"content": base64.b64encode(write_zip(roster)).decode()}


def test_a_teacher_reads_their_classes_and_the_pupils_in_them(
    school: SchoolClass, call: Call
) -> None:
    teacher = call("tanmei")
    (row,) = told(teacher.get("/schools/classes"))["classes"]
    assert row["sourcedId"] == "qinghuai-4-2"
    assert row["school"] == {"sourcedId": "qinghuai"}
    pupils = told(teacher.get(f"/schools/classes/{row['id']}/students"))["users"]
    assert {"sourcedId": "qinghuai-4-2-17", "familyName": "林", "givenName": "小禾", "seat": 17} in pupils  # fmt: skip
    assert told(teacher.get("/schools/orgs"))["orgs"] == []
    for stranger in ("liqiang", "linxia", "sunwei", "kelan", "shaoqing"):
        assert call(stranger).get(f"/schools/classes/{row['id']}/students").status_code in (403, 404)  # fmt: skip


def test_the_bureau_reads_figures_and_a_head_their_schools(school: SchoolClass, call: Call) -> None:
    by_bureau = told(call("wenqing").get("/schools/orgs"))["orgs"]
    assert len(by_bureau) > 15
    led = told(call("kongrui").get("/schools/orgs"))["orgs"]
    assert {one["sourcedId"] for one in led} == {"qinghuai", "mingde"}
    assert next(one for one in led if one["sourcedId"] == "qinghuai")["pupils"] == 25
    assert told(call("wenqing").get("/schools/classes"))["classes"] == []


def test_a_register_is_handed_in_seen_and_written(school: SchoolClass, call: Call) -> None:
    whole = registers.register_of(["qinghuai"])
    moved = tuple(replace(row, seat=row.seat + 20 if row.seat else 0) for row in whole.enrollments)
    head = call("kongrui")
    shown = told(head.post("/schools/imports", given(replace(whole, enrollments=moved))))
    assert shown["counts"] == [{"table": "enrollments", "added": 0, "changed": 25, "gone": 0}]
    at = f"/schools/imports/{shown['id']}"
    problem(head.post(f"{at}/acts", {"act": "write", "seen": "guess"}), 409, "schools.seen_changed")
    assert told(head.post(f"{at}/acts", {"act": "write", "seen": shown["seen"]}))["state"] == "written"  # fmt: skip
    assert told(head.get(at))["state"] == "written"
    problem(call("tanmei").get(at), 404, "schools.no_import")
    assert told(head.post("/schools/imports", given(replace(whole, enrollments=moved))))["counts"] == []  # fmt: skip


def test_everything_wrong_is_told_and_second_persons_are_asked_for(
    school: SchoolClass, call: Call
) -> None:
    whole, head = registers.register_of(["qinghuai"]), call("kongrui")
    wrong = tuple(replace(row, org="nowhere") for row in whole.users if row.role == "teacher")
    shown = told(head.post("/schools/imports", given(replace(whole, users=wrong))))
    assert {one["file"] for one in shown["problems"]} >= {"users.csv"}
    left = [row for row in whole.users if row.role == "student"][:8]
    keys = {row.sourced_id for row in left}
    fewer = replace(
        whole,
        users=tuple(row for row in whole.users if row.sourced_id not in keys),
        enrollments=tuple(row for row in whole.enrollments if row.user not in keys),
        guardians=tuple(row for row in whole.guardians if row.pupil not in keys),
    )
    shown = told(head.post("/schools/imports", given(fewer)))
    assert shown["stops"] == ["users", "enrollments"]
    at, act = f"/schools/imports/{shown['id']}", {"act": "write", "seen": shown["seen"]}
    problem(head.post(f"{at}/acts", act), 403, "schools.second_person")
    second = call("duping")
    problem(second.post(f"{at}/acts", act), 422, "schools.why_gone")
    assert told(second.post(f"{at}/acts", {**act, "reason": "graduated"}))["state"] == "written"
    problem(head.post("/schools/imports", {"content": "***?"}), 422, "schools.not_base64")
    problem(call("tanmei").post("/schools/imports", given(whole)), 403, "schools.not_a_keeper")
