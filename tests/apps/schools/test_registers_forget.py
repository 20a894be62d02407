"""What stands in a register when somebody wishes to be erased, and what "my data" says of it."""

from __future__ import annotations

import pytest
from tests.factories import District

from minsheng.apps.erasure.actions import erase_person
from minsheng.apps.erasure.held import held_elsewhere
from minsheng.apps.erasure.reads import obstacles
from minsheng.apps.people.models import Person
from minsheng.apps.schools import registers
from minsheng.apps.schools.actions import write_roster
from minsheng.apps.schools.models import Enrollment, Guardianship, SchoolClass, SchoolUser
from minsheng.lib.errors import Conflict


def person(district: District, who: str) -> Person:
    found = district.account(who).person
    assert found is not None
    return found


def test_a_pupil_and_a_guardian_of_a_pupil_stand_against_erasing(
    school: SchoolClass, district: District
) -> None:
    for who, code in (("linxiaohe", "school_pupil"), ("linxia", "school_guardian")):
        assert [one.code for one in obstacles(person(district, who))] == [code]
        with pytest.raises(Conflict, match=code):
            erase_person(person(district, who), by="test", reason="own_wish")
    assert obstacles(person(district, "liqiang")) == []


def test_who_has_left_the_register_is_forgotten_and_the_places_belong_to_nobody(
    school: SchoolClass, district: District
) -> None:
    old = registers.register_of(["qinghuai"])
    key = "qinghuai-4-2-17"
    write_roster(
        type(old)(
            orgs=old.orgs, sessions=old.sessions, courses=old.courses, classes=old.classes,
            users=tuple(row for row in old.users if row.sourced_id != key),
            enrollments=tuple(row for row in old.enrollments if row.user != key),
            guardians=tuple(row for row in old.guardians if row.pupil != key),
        ),
        old=old,
        by="test",
    )  # fmt: skip
    child, mother = person(district, "linxiaohe"), person(district, "linxia")
    assert obstacles(child) == obstacles(mother) == []
    erase_person(child, by="test", reason="own_wish")
    erase_person(mother, by="test", reason="own_wish")
    assert not Guardianship.objects.filter(pupil__sourced_id=key).exists()
    assert Enrollment.objects.filter(user__sourced_id=key).exists()
    row = SchoolUser.objects.get(sourced_id=key)
    assert row.person is not None
    assert row.person.is_erased
    assert key not in {one.sourced_id for one in registers.register_of(["qinghuai"]).users}


def test_my_data_says_school_and_class_and_nobody_elses(
    school: SchoolClass, district: District
) -> None:
    def told(who: str) -> list[str]:
        sections = held_elsewhere(district.account(who))
        return [row.plain[0] for one in sections if one.key == "schools" for row in one.rows]

    assert told("linxiaohe") == ["青槐小学（演示），四年级（2）班", "林夏"]
    assert told("linxia") == ["林小禾，青槐小学（演示），四年级（2）班"]
    assert told("liqiang") == []
