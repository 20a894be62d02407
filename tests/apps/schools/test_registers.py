"""Registers of schools: written once, changed, ended; who sees whom."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.factories import District

from minsheng.apps.audit import reads as audit
from minsheng.apps.schools import access, reads
from minsheng.apps.schools.actions import write_roster
from minsheng.apps.schools.models import Enrollment, Org, SchoolClass, SchoolUser
from minsheng.engines.rosters import EnrollmentRow, OrgRow, Roster, UserRow
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

ORG = OrgRow(sourced_id="s1", kind="school", name="演示小学", stage="primary")


def test_groups_hold_their_schools_and_a_class_its_pupils(school: SchoolClass) -> None:
    groups = Org.objects.filter(kind="group")
    assert {s: groups.filter(stage=s).count() for s in ("kindergarten", "primary", "junior")} == {
        "kindergarten": 5, "primary": 7, "junior": 8,
    }  # fmt: skip
    seats = [line.seat for line in reads.pupils_in(school)]
    assert seats == [1, 2, 3, 4, 17]


def test_pupils_names_are_sealed_and_shown_to_who_teaches_them(school: SchoolClass) -> None:
    line = reads.pupils_in(school)[-1]
    assert line.name == "林小禾"
    assert line.name not in line.person.name_masked
    assert line.name not in line.person.name_sealed


@pytest.mark.parametrize(
    ("username", "sees"),
    [
        ("tanmei", True), ("linxia", True), ("linxiaohe", True), ("kelan", False),
        ("wumei", False), ("wuyitong", False), ("liqiang", False), ("kongrui", False),
        ("shaoqing", False), ("zhoujing", False),
    ],
)  # fmt: skip
def test_a_pupil_is_seen_by_their_teachers_family_and_self_alone(
    school: SchoolClass, district: District, username: str, sees: bool
) -> None:
    pupil = SchoolUser.objects.get(sourced_id="qinghuai-4-2-17")
    assert access.may_see_pupil(district.account(username), pupil) is sees
    if not sees:
        with pytest.raises(NotFound):
            access.require_pupil(district.account(username), pupil.pk)


def test_a_head_looks_at_a_class_and_only_its_teachers_act(
    school: SchoolClass, district: District
) -> None:
    head = district.account("kongrui")
    assert access.require_class(head, school.pk) == school
    with pytest.raises(NotAllowed):
        access.require_teacher(head, school.pk)
    with pytest.raises(NotFound):
        access.require_class(district.account("liqiang"), school.pk)


def test_whoever_no_longer_teaches_a_class_no_longer_sees_it(
    school: SchoolClass, district: District
) -> None:
    teacher = district.account("tanmei")
    Enrollment.objects.filter(school_class=school, role="teacher").update(until=district.today)
    assert not access.teaches(teacher, school)
    assert access.teaches(teacher, school, on=district.today - timedelta(days=1))


def test_parents_have_their_own_children_and_no_others(
    school: SchoolClass, district: District
) -> None:
    assert [one.name for one in reads.children_of(district.account("linxia"))] == ["林小禾"]
    assert reads.children_of(district.account("liqiang")) == []
    mine = reads.own_pupil(district.account("linxiaohe"))
    assert mine is not None
    assert mine.school_class == school


def test_the_same_register_twice_writes_nothing_new(district: District) -> None:
    roster = Roster(orgs=(ORG,))
    assert not write_roster(roster, by="system").is_empty()
    assert write_roster(roster, old=roster, by="system").is_empty()
    assert Org.objects.filter(sourced_id="s1").count() == 1
    assert audit.history("roster", "district")[-1].data["orgs"] == 0


def test_who_is_no_longer_in_a_register_is_ended_and_not_deleted(district: District) -> None:
    old = Roster(orgs=(ORG, replace(ORG, sourced_id="s2")))
    write_roster(old, by="system")
    write_roster(Roster(orgs=(ORG,)), old=old, by="system")
    assert Org.objects.get(sourced_id="s2").status == "tobedeleted"


def test_a_seat_is_one_pupils_and_nothing_of_a_wrong_register_is_written(
    school: SchoolClass, district: District
) -> None:
    row = EnrollmentRow(
        sourced_id="x", school_class="qinghuai-4-2", user="qinghuai-4-1-01", role="student",
        since=district.today, seat=17,
    )  # fmt: skip
    with pytest.raises(Conflict):
        write_roster(Roster(orgs=(ORG,), enrollments=(row,)), by="system")
    assert not Org.objects.filter(sourced_id="s1").exists()


def test_a_row_that_names_nobody_says_which(district: District) -> None:
    teacher = UserRow(sourced_id="t", role="teacher", org="nowhere", username="tanmei")
    with pytest.raises(WrongInput, match="nowhere"):
        write_roster(Roster(users=(teacher,)), by="system")
    unknown = UserRow(sourced_id="t", role="teacher", org="s1", username="nobody")
    with pytest.raises(WrongInput, match="nobody"):
        write_roster(Roster(orgs=(ORG,), users=(unknown,)), by="system")
