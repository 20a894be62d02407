"""A register is handed in, looked at and written: whole or not at all, and never blindly."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from openpyxl import load_workbook
from tests.apps.schools.registers_of import edited, exported, line_of, put, register, without
from tests.factories import District

from minsheng.apps.audit.models import Entry
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.schools import actions, previews, reads, registers, sheets
from minsheng.apps.schools.models import (
    Enrollment,
    Guardianship,
    Org,
    RosterImport,
    SchoolClass,
    SchoolUser,
)
from minsheng.cli.demo import cast
from minsheng.engines.population.households import DEMO_PREFIX
from minsheng.engines.rosters import read_zip, write_zip
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.identifiers import citizen_number

SEAT_1 = "qinghuai-4-2-01"


def new_number(order: int) -> str:
    return citizen_number(DEMO_PREFIX, timezone.localdate().replace(year=2016), order)


def hand(district: District, content: bytes, username: str = "kongrui") -> actions.Preview:
    by = district.account(username)
    return actions.preview(actions.hand_in(content, by=by).pk, account=by)


def write(
    district: District, shown: actions.Preview, by: str = "kongrui", reason: str = ""
) -> None:
    actions.write_import(shown.row.pk, seen=shown.seen, by=district.account(by), reason=reason)


def said(shown: actions.Preview) -> list[str]:
    return [
        f"{one.place.file}:{one.place.line} {one.column}：{one.what.zh}" for one in shown.problems
    ]


@pytest.mark.parametrize("form", ["excel", "oneroster"])
def test_what_was_handed_out_comes_back_without_a_change(
    school: SchoolClass, district: District, form: str
) -> None:
    content = actions.hand_out("qinghuai", form=form, by=district.account("kongrui"))
    shown = hand(district, content)
    assert shown.problems == ()
    assert shown.row.form == form
    assert shown.found.is_empty()
    assert shown.row.schools == ["qinghuai"]
    assert sum(shown.found.same.values()) > 30


def test_workbook_and_zip_say_the_same(school: SchoolClass, district: District) -> None:
    roster = register("qinghuai", "mingde")
    assert sheets.read_workbook(sheets.workbook(roster)).roster == roster
    assert read_zip(write_zip(roster), on=district.today).roster == roster


def test_a_new_pupil_and_a_new_seat_are_seen_first_and_then_written(
    school: SchoolClass, district: District
) -> None:
    content = put(exported(), "名单", line_of(exported(), "名单", SEAT_1), "座号", 9)
    number = new_number(7)

    def add(page: object) -> None:
        page.append(["qinghuai-4-2-50", "学生", "qinghuai", "喆玥", number])  # type: ignore[attr-defined]

    content = edited(content, "人员", add)
    content = edited(
        content,
        "名单",
        lambda page: page.append(["qinghuai-4-2-50", "qinghuai-4-2", "qinghuai-4-2-50", "学生", "2026-09-01", None, 1]),
    )  # fmt: skip
    shown = hand(district, content)
    assert said(shown) == []
    assert {str(one.table): (one.added, one.changed, one.gone) for one in previews.counts(shown.found)} == {"人员": (1, 0, 0), "名单": (1, 1, 0)}  # fmt: skip
    told = previews.lines(shown.found)
    assert "座号 1 → 9" in told[0].what
    assert number not in str(told)
    assert not SchoolUser.objects.filter(sourced_id="qinghuai-4-2-50").exists()
    write(district, shown)
    assert {line.seat: line.name for line in reads.pupils_in(school)}[1] == "喆玥"
    assert people.name_of(people.person_by_number(number)) == "喆玥"  # type: ignore[arg-type]
    assert hand(district, content).found.is_empty()


def test_two_pupils_may_change_seats(school: SchoolClass, district: District) -> None:
    content = exported()
    for key, seat in ((SEAT_1, 2), ("qinghuai-4-2-02", 1)):
        content = put(content, "名单", line_of(content, "名单", key), "座号", seat)
    write(district, hand(district, content))
    assert Enrollment.objects.get(sourced_id=SEAT_1).seat == 2


def test_everything_wrong_is_listed_at_once_and_nothing_is_written(
    school: SchoolClass, district: District
) -> None:
    content = exported()
    line = line_of(content, "人员", SEAT_1)
    content = put(content, "人员", line, "公民身份号码", "500999201601010011")
    content = put(content, "人员", line + 1, "身份", "保安")
    content = put(content, "名单", 2, "从哪天", "九月")
    content = put(content, "班级", 2, "学校", "nowhere")
    content = put(content, "监护人", 2, "关系", "邻居")
    before = Entry.objects.count()
    shown = hand(district, content)
    where = {(one.place.file, one.column.split()[0]) for one in shown.problems}
    assert where >= {
        ("人员", "公民身份号码"), ("人员", "身份"), ("名单", "从哪天"), ("班级", "学校"), ("监护人", "关系"),
    }  # fmt: skip
    assert "500999201601010011" not in str(shown.problems)
    listed = load_workbook(io.BytesIO(sheets.problem_list(shown.problems)))
    assert listed.worksheets[0].max_row == len(shown.problems) + 1
    with pytest.raises(WrongInput):
        write(district, shown)
    assert Entry.objects.count() == before + 1  # that it was handed in, and nothing else


@pytest.mark.parametrize(
    ("sheet", "key", "column", "value", "what"),
    [
        ("人员", SEAT_1, "姓名", "王小明", "姓名和这个号码对不上"),
        ("人员", SEAT_1, "编号", "qinghuai-4-2-99", "这个学生在这里的编号是"),
        ("人员", SEAT_1, "学校", "mingde2", "“mingde2”在机构里没有"),
        ("人员", "tanmei@qinghuai", "登录名", "nobody", "没有“nobody”这个工作人员账号"),
        ("人员", "tanmei@qinghuai", "登录名", "wangfang", "没有“wangfang”这个工作人员账号"),
        ("机构", "qinghuai", "名称", "青槐一小", "和登记的不一样"),
        ("名单", SEAT_1, "班级", "mingde-4-1", "不在一所学校"),
    ],
)  # fmt: skip
def test_what_cannot_be_says_why(
    school: SchoolClass, district: District, sheet: str, key: str, column: str, value: str, what: str
) -> None:  # fmt: skip
    content = exported()
    content = put(content, sheet, line_of(content, sheet, key), column, value)
    shown = hand(district, content)
    assert any(what in one for one in said(shown)), said(shown)


def test_who_goes_is_named_by_no_row_that_stays(school: SchoolClass, district: District) -> None:
    content = without(exported(), "人员", line_of(exported(), "人员", SEAT_1))
    problems = said(hand(district, content))
    assert any(f"“{SEAT_1}”在人员里没有" in one and one.startswith("名单") for one in problems)
    assert any(f"“{SEAT_1}”在人员里没有" in one and one.startswith("监护人") for one in problems)


def test_a_number_that_excel_has_cut_off_says_so(school: SchoolClass, district: District) -> None:
    content = exported()
    content = put(
        content, "人员", line_of(content, "人员", SEAT_1), "公民身份号码", 500999201601010000
    )
    assert any("后几位已经丢了" in one for one in said(hand(district, content)))


def test_a_key_is_never_given_to_another_child(school: SchoolClass, district: District) -> None:
    content = exported()
    line = line_of(content, "人员", SEAT_1)
    content = put(content, "人员", line, "公民身份号码", new_number(9))
    assert any("这个编号是另一个人的" in one for one in said(hand(district, content)))


def test_a_schools_file_touches_no_other_school(school: SchoolClass, district: District) -> None:
    """And the stranger: a head's file names a pupil, a key and a class of a school that isn't theirs."""
    Org.objects.filter(sourced_id="mingde").update(parent=None)
    SchoolUser.objects.filter(sourced_id="kongrui@mingde").update(status="tobedeleted")
    theirs = register("mingde")
    content = sheets.workbook(theirs)
    problems = said(hand(district, content))
    assert any("不是您管的学校" in one for one in problems)
    assert any("别的学校已经用了这个编号" in one for one in problems)
    mine = exported()
    there = theirs.users[-1]
    taken = put(mine, "人员", line_of(mine, "人员", SEAT_1), "编号", there.sourced_id)
    assert any("别的学校已经用了" in one for one in said(hand(district, taken)))
    copied = edited(mine, "人员", lambda page: page.append(["new-1", "学生", "qinghuai", there.name, there.number]))  # fmt: skip
    assert any("还在另一所学校的名册里" in one for one in said(hand(district, copied)))
    tied = edited(mine, "监护人", lambda page: page.append([there.sourced_id, "林夏", cast.known_person("linxia").number, "母亲"]))  # fmt: skip
    assert any("不是您学校的学生" in one for one in said(hand(district, tied)))
    before = SchoolUser.objects.filter(org__sourced_id="mingde", status="active").count()
    one_gone = without(mine, "名单", line_of(mine, "名单", SEAT_1))
    one_gone = without(one_gone, "监护人", line_of(mine, "监护人", SEAT_1), 2)
    write(district, hand(district, without(one_gone, "人员", line_of(mine, "人员", SEAT_1))))
    assert SchoolUser.objects.get(sourced_id=SEAT_1).status == "tobedeleted"
    assert SchoolUser.objects.filter(org__sourced_id="mingde", status="active").count() == before


def test_a_file_with_pupils_alone_ends_no_teacher_and_no_head(
    school: SchoolClass, district: District
) -> None:
    content = without(exported(), "人员", line_of(exported(), "人员", "kongrui@qinghuai"))
    shown = hand(district, content)
    assert shown.found.is_empty()
    by_bureau = hand(district, content, "shaoqing")
    assert by_bureau.found.is_empty()


def test_a_head_makes_no_head(school: SchoolClass, district: District) -> None:
    content = edited(exported(), "人员", lambda page: page.append(["h2", "校长", "qinghuai", None, None, "kelan"]))  # fmt: skip
    assert any("校长由教育局登记" in one for one in said(hand(district, content)))
    assert said(hand(district, content, "shaoqing")) == []


def gone(many: int) -> bytes:
    """Return the register of the school without its last pupils."""
    content = exported()
    for sheet in ("人员", "名单"):
        page = load_workbook(io.BytesIO(content))[sheet]
        content = without(content, sheet, page.max_row - many + 1, many)
    drop = {row.sourced_id for row in register().users[-many:]}

    def ties(page: object) -> None:
        lines = [line for line, row in enumerate(page.values, 1) if row[0] in drop]  # type: ignore[attr-defined]
        for line in reversed(lines):
            page.delete_rows(line)  # type: ignore[attr-defined]

    return edited(content, "监护人", ties)


def test_what_takes_away_many_waits_for_a_second_person(
    school: SchoolClass, district: District
) -> None:
    shown = hand(district, gone(6))
    assert said(shown) == []
    assert shown.stops == ("users", "enrollments")
    with pytest.raises(NotAllowed, match="second person"):
        write(district, shown, reason="graduated")
    with pytest.raises(NotFound):
        write(district, shown, by="tanmei", reason="graduated")
    for stranger in ("tanmei", "liqiang", "linxia", "sunwei", "zhoujing"):
        with pytest.raises(NotFound):
            actions.preview(shown.row.pk, account=district.account(stranger))
    seen = actions.preview(shown.row.pk, account=district.account("shaoqing"))
    with pytest.raises(WrongInput):
        write(district, seen, by="shaoqing")
    write(district, seen, by="shaoqing", reason="graduated")
    row = RosterImport.objects.get()
    assert (row.state, row.reason, row.written_by, row.content) == ("written", "graduated", district.account("shaoqing"), "")  # fmt: skip
    assert SchoolUser.objects.filter(org__sourced_id="qinghuai", status="tobedeleted").count() == 6


def test_the_database_too_wants_a_second_person(school: SchoolClass, district: District) -> None:
    row = hand(district, gone(6)).row
    with pytest.raises(IntegrityError), transaction.atomic():
        RosterImport.objects.filter(pk=row.pk).update(
            state="written", content="", is_stopped=True, written_by=row.by, reason="moved"
        )


def test_who_takes_much_away_twice_in_small_steps_is_seen_by_what_is_stored(
    school: SchoolClass, district: District
) -> None:
    first = hand(district, exported())
    write(district, first)
    with pytest.raises(Conflict):
        write(district, first)


def test_what_changed_since_it_was_seen_is_looked_at_again(
    school: SchoolClass, district: District
) -> None:
    content = put(exported(), "名单", line_of(exported(), "名单", SEAT_1), "座号", 9)
    shown = hand(district, content)
    other = put(exported(), "名单", line_of(exported(), "名单", SEAT_1), "座号", 30)
    write(district, hand(district, other))
    with pytest.raises(Conflict, match="seen_changed"):
        write(district, shown)
    assert Enrollment.objects.get(sourced_id=SEAT_1).seat == 30


def test_a_file_is_sealed_and_gone_after_a_day(school: SchoolClass, district: District) -> None:
    shown = hand(district, exported())
    child = register().users[-1]
    assert child.number not in shown.row.content
    RosterImport.objects.update(expires=timezone.now() - timedelta(seconds=1))
    late = actions.preview(shown.row.pk, account=district.account("kongrui"))
    assert late.row.state == "expired"
    with pytest.raises(Conflict):
        write(district, shown)
    assert actions.drop_expired(now=timezone.now()) == 1
    assert RosterImport.objects.get().content == ""
    again = hand(district, exported())
    actions.drop_import(again.row.pk, by=district.account("kongrui"))
    assert RosterImport.objects.get(pk=again.row.pk).content == ""


@pytest.mark.parametrize("username", ["tanmei", "liqiang", "linxia", "sunwei", "zhoujing"])
def test_who_keeps_no_register_hands_none_in_and_out(
    school: SchoolClass, district: District, username: str
) -> None:
    with pytest.raises(NotAllowed):
        actions.hand_in(exported(), by=district.account(username))
    with pytest.raises(NotFound):
        actions.hand_out("qinghuai", form="excel", by=district.account(username))


def test_no_event_of_an_import_holds_anything_personal(
    school: SchoolClass, district: District
) -> None:
    write(district, hand(district, put(exported(), "名单", line_of(exported(), "名单", SEAT_1), "座号", 9)))  # fmt: skip
    texts = " ".join(Entry.objects.filter(stream__startswith="roster").values_list("text", flat=True))  # fmt: skip
    for row in register().users:
        assert not row.number or row.number not in texts
        assert not row.name or row.name not in texts


def test_a_guardian_who_is_no_longer_named_no_longer_sees_the_child(
    school: SchoolClass, district: District
) -> None:
    tie = Guardianship.objects.get(pupil__sourced_id="qinghuai-4-2-17")
    content = without(exported(), "监护人", line_of(exported(), "监护人", "qinghuai-4-2-17"))
    write(district, hand(district, content))
    tie.refresh_from_db()
    assert tie.until == district.today


def test_a_child_is_not_enrolled_while_being_erased(
    school: SchoolClass, district: District
) -> None:
    person = people_actions.create_person(new_number(11), "喆玥", demo=True)
    people_actions.erase_person(person, by="test", reason="own_wish")
    content = edited(exported(), "人员", lambda page: page.append(["new-1", "学生", "qinghuai", "喆玥", new_number(11)]))  # fmt: skip
    write(district, hand(district, content))
    found = SchoolUser.objects.get(sourced_id="new-1").person
    assert found is not None
    assert found.pk != person.pk
    assert registers.register_of(["qinghuai"]).users[-1].name == "喆玥"
