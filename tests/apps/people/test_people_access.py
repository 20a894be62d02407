"""Who may see whom; every look is written down and shown to whom it concerns."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from tests.apps.people.people_cast import CHEN, CHILD, proved
from tests.apps.people.people_cast import person as make_person

from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.people import access, actions, reads
from minsheng.apps.people.models import Account, Person
from minsheng.lib.errors import NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

BORN = date(2024, 5, 6)


@pytest.fixture
def child(wang: Account) -> Person:
    made = make_person("陈小满", CHILD)
    actions.create_household(
        [(wang.person, "spouse", True), (made, "child", False)], since=BORN, demo=True
    )
    return made


def test_a_person_sees_their_own_record_and_a_stranger_does_not(wang: Account, li: Account):
    assert access.may_see_person(wang, wang.person)
    assert not access.may_see_person(li, wang.person)
    assert not access.may_see_person(li, wang.person, purpose="case")


def test_a_guardian_sees_the_child_and_a_stranger_does_not(
    wang: Account, li: Account, child: Person
):
    assert access.may_see_person(wang, child)
    assert not access.may_see_person(li, child)


def test_a_guardian_sees_a_child_until_the_fourteenth_birthday(wang: Account, child: Person):
    assert access.is_guardian(wang, child, on=date(2038, 5, 5))
    assert not access.is_guardian(wang, child, on=date(2038, 5, 6))


def test_who_lives_there_without_being_guardian_does_not_see_the_child(child: Person):
    household = reads.household_members(child)[0].household
    chen = proved("chenli", "陈立", CHEN)
    actions.join_household(household, chen.person, role="other", since=BORN)
    assert not access.may_see_person(chen, child)


def test_a_guardian_who_has_moved_out_no_longer_sees_the_child(wang: Account, child: Person):
    today = timezone.localdate()
    actions.leave_household(wang.person, on=today)
    assert not access.may_see_person(wang, child)
    assert reads.children_of(wang.person) == []


def test_a_guardian_does_not_see_the_other_adult(wang: Account, child: Person):
    household = reads.household_members(child)[0].household
    chen = make_person("陈立", CHEN)
    actions.join_household(household, chen, role="head", since=BORN, is_guardian=True)
    assert not access.may_see_person(wang, chen)
    assert reads.children_of(chen) == [child]


def test_staff_need_a_post_and_a_declared_purpose(wang: Account, zhao: Account, he: Account):
    assert access.may_see_person(zhao, wang.person, purpose="case")
    assert not access.may_see_person(zhao, wang.person)
    assert not access.may_see_person(zhao, wang.person, purpose="curious")
    assert not access.may_see_person(he, wang.person, purpose="audit")
    actions.end_assignment(reads.assignments_of(zhao)[0], on=timezone.localdate())
    assert not access.may_see_person(zhao, wang.person, purpose="case")


def test_a_closed_account_sees_nobody(wang: Account, zhao: Account):
    wang.is_active = zhao.is_active = False
    assert not access.may_see_person(wang, wang.person)
    assert not access.may_see_person(zhao, wang.person, purpose="case")


def test_nobody_sees_an_erased_person(wang: Account, zhao: Account):
    gone = actions.erase_person(wang.person, by="account:9", reason="request")
    assert not access.may_see_person(zhao, gone, purpose="case")


def test_a_look_is_shown_to_the_resident_by_office_and_post_never_by_name(
    wang: Account, zhao: Account
):
    looked = actions.record_look(
        wang.person_id, by=zhao, purpose="case", what="values", case="2026-000031"
    )
    assert looked == wang.person
    (look,) = reads.looks_at(wang.person)
    assert look.who.zh == "政务服务中心 综合窗口"
    assert look.who.en == "Service centre, Window"
    assert look.purpose.zh == "办理您的事"
    assert look.part.en == "what was filled in"
    assert look.case == "2026-000031"
    assert "zhaomin" not in repr(look)


def test_an_officer_with_two_posts_looks_in_the_one_of_the_case(wang: Account, zhao: Account):
    health = actions.set_department("health", Text("区妇幼保健院", "Maternity hospital"))
    birth = actions.set_post("hospital.birth", health, title=Text("出生证岗", "Birth desk"))
    actions.assign(zhao, birth, since=BORN)
    for post_key in ("hospital.birth", "hall.window"):
        actions.record_look(wang.person_id, by=zhao, purpose="case", what="case", post_key=post_key)
    assert [look.who.zh for look in reads.looks_at(wang.person)] == [
        "政务服务中心 综合窗口",
        "区妇幼保健院 出生证岗",
    ]
    with pytest.raises(NotAllowed):
        actions.record_look(
            wang.person_id, by=zhao, purpose="case", what="case", post_key="police.household"
        )


def test_one_s_own_look_is_not_written_down(wang: Account):
    actions.record_look(wang.person_id, by=wang, purpose="", what="profile")
    assert reads.looks_at(wang.person) == []


def test_a_guardian_s_look_is_shown_as_a_guardian_s(wang: Account, child: Person):
    actions.record_look(child.pk, by=wang, purpose="anything", what="profile")
    (look,) = reads.looks_at(child)
    assert (look.who.zh, look.purpose.zh) == ("家里的监护人", "监护人查看孩子的信息")


def test_a_refused_look_is_refused_and_written_down(wang: Account, li: Account, he: Account):
    for by, purpose in ((li, "case"), (he, "audit"), (li, "张三 500107")):
        with pytest.raises(NotAllowed):
            actions.record_look(wang.person_id, by=by, purpose=purpose, what="profile")
    entries = list(audit_reads.history("look", str(wang.person_id)))
    assert [entry.kind for entry in entries] == ["look_refused"] * 3
    assert entries[2].data["purpose"] == "undeclared"
    assert reads.looks_at(wang.person) == []


def test_a_look_in_a_protected_case_is_hidden_from_guardian_and_person(
    wang: Account, zhao: Account, child: Person
):
    actions.record_look(child.pk, by=zhao, purpose="case", what="case", is_protected=True)
    assert reads.looks_at(child) == []
    assert len(list(audit_reads.history("look.protected", str(child.pk)))) == 1
    with pytest.raises(NotAllowed):
        actions.record_look(child.pk, by=wang, purpose="case", what="case", is_protected=True)


def test_the_newest_look_comes_first(wang: Account, zhao: Account):
    for part in ("profile", "file"):
        actions.record_look(wang.person_id, by=zhao, purpose="window", what=part)
    assert [look.part.en for look in reads.looks_at(wang.person)] == [
        "an uploaded file",
        "basic details",
    ]


def test_a_look_names_a_declared_part_of_an_existing_person(zhao: Account, wang: Account):
    with pytest.raises(WrongInput):
        actions.record_look(wang.person_id, by=zhao, purpose="case", what="王芳的电话")
    with pytest.raises(NotFound):
        actions.record_look("no-such", by=zhao, purpose="case", what="case")


def test_only_the_person_or_a_guardian_reads_who_looked(
    wang: Account, li: Account, zhao: Account, child: Person
):
    assert access.may_see_looks(wang, wang.person)
    assert access.may_see_looks(wang, child)
    assert not access.may_see_looks(li, child)
    assert not access.may_see_looks(zhao, child)


def test_a_leader_is_whoever_fills_a_leading_post_today(li: Account):
    zhou = actions.open_account("zhoujing", "minsheng-demo", kind=Account.STAFF, demo=True)
    office = actions.set_department("office", Text("管委会办公室", "Office"))
    leading = actions.set_post("office.leader", office, title=Text("分管负责人"), may_lead=True)
    assert not access.is_leader(zhou)
    today = timezone.localdate()
    held = actions.assign(zhou, leading, since=today)
    assert access.is_leader(zhou)
    assert not access.is_leader(li)
    actions.end_assignment(held, on=today)
    assert not access.is_leader(zhou)
