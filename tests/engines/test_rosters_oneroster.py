"""A register as OneRoster's zip of files: read whole, all that is wrong at once, and back again."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engines.rosters import (
    ClassRow,
    CourseRow,
    EnrollmentRow,
    GuardianRow,
    Known,
    OrgRow,
    Problem,
    Roster,
    SessionRow,
    UserRow,
    changes,
    check,
    read_zip,
    shown,
    size_of,
    write_zip,
)

DAY = date(2026, 9, 1)
NOTHING = Known(Roster())
NAMES = st.sampled_from(["林小禾", "欧阳修文", "买买提·艾力", "王喆", "Anna Berg", "李", "张,三", "Li-Na O'Neill"])  # fmt: skip


def register(pupils: int = 3) -> Roster:
    keys = [f"p{n}" for n in range(1, pupils + 1)]
    return Roster(
        orgs=(
            OrgRow(sourced_id="d", kind="district", name="演示区"),
            OrgRow(sourced_id="g", kind="group", name="演示集团", parent="d", stage="primary"),
            OrgRow(sourced_id="s", kind="school", name="演示小学", parent="g", stage="primary", area="a.b", name_en="School"),
            OrgRow(sourced_id="c", kind="campus", name="东校区", parent="s"),
        ),
        sessions=(SessionRow(sourced_id="2026", title="2026 学年", kind="schoolYear", starts=DAY, ends=date(2027, 8, 31)),),
        courses=(CourseRow(sourced_id="m", title="数学", grade=4, org="s", subject="mathematics-4"),),
        classes=(ClassRow(sourced_id="4-1", title="四年级（1）班", grade=4, school="s", session="2026", course="m"),),
        users=(
            UserRow(sourced_id="t", role="teacher", org="s", username="tanmei"),
            *(UserRow(sourced_id=key, role="student", org="s", number=f"N{key.upper()}", name="林小禾") for key in keys),
        ),
        enrollments=(
            EnrollmentRow(sourced_id="et", school_class="4-1", user="t", role="teacher", since=DAY, is_primary=True),
            *(EnrollmentRow(sourced_id=f"e{key}", school_class="4-1", user=key, role="student", since=DAY, seat=at) for at, key in enumerate(keys, 1)),
        ),
        guardians=tuple(GuardianRow(pupil=key, number="G1", name="林霞", relation="mother") for key in keys),
    )  # fmt: skip


def zipped(files: dict[str, str], **manifest: str) -> bytes:
    out = io.BytesIO()
    said = {"manifest.version": "1.0", "oneroster.version": "1.2"}
    said |= {f"file.{name}": "bulk" for name in files} | {f"file.{k}": v for k, v in manifest.items()}  # fmt: skip
    with zipfile.ZipFile(out, "w") as packed:
        lines = "\n".join(f"{key},{value}" for key, value in said.items())
        packed.writestr("export/manifest.csv", f"propertyName,value\n{lines}\n")
        for name, text in files.items():
            packed.writestr(f"export/{name}.csv", text.encode("utf-8-sig"))
    return out.getvalue()


def altered(content: bytes, name: str, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as made:
        for one in packed.namelist():
            text = packed.read(one).decode()
            made.writestr(one, text.replace(old, new) if one == f"{name}.csv" else text)
    return out.getvalue()


def said(problems: tuple[Problem, ...]) -> list[tuple[str, int, str]]:
    return [(one.place.file, one.place.line, one.column) for one in problems]


def test_a_register_comes_back_from_its_zip_as_it_went_in() -> None:
    read = read_zip(write_zip(register()), on=DAY)
    assert read.problems == ()
    assert read.left_out == 0
    assert read.roster == register()
    assert check(read, NOTHING) == ()


@settings(max_examples=30)
@given(st.lists(NAMES, min_size=1, max_size=6), st.data())
def test_whatever_stands_in_a_register_comes_back_from_its_zip(
    names: list[str], data: st.DataObject
) -> None:
    whole = register(len(names))
    keys = st.from_regex(r"[a班1][a/._班1-]{0,5}", fullmatch=True)
    new = dict(zip(("s", "4-1", "m"), data.draw(st.lists(keys, min_size=3, max_size=3, unique=True)), strict=True))  # fmt: skip
    roster = replace(
        whole,
        users=(
            whole.users[0],
            *(replace(row, name=name) for row, name in zip(whole.users[1:], names, strict=True)),
        ),
        classes=(replace(whole.classes[0], sourced_id=new["4-1"], title=names[0]),),
        enrollments=tuple(replace(row, school_class=new["4-1"]) for row in whole.enrollments),
        guardians=tuple(replace(row, relation=data.draw(st.sampled_from(["mother", "father", "grandparent", "other"]))) for row in whole.guardians),
    )  # fmt: skip
    back = read_zip(write_zip(roster), on=DAY)
    assert back.problems == ()
    assert changes(roster, back.roster).is_empty()
    assert back.roster == roster


def test_a_register_is_written_the_same_every_time() -> None:
    assert write_zip(register()) == write_zip(register())


def test_no_citizen_number_stands_in_a_key_of_the_zip() -> None:
    with zipfile.ZipFile(io.BytesIO(write_zip(register()))) as packed:
        users = packed.read("users.csv").decode().splitlines()
        assert sum("G1" in line for line in users) == 1
        assert "G1" not in packed.read("roles.csv").decode()


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "what"),
    [
        ("enrollments", ",2026-09-01,,3", ",gestern,,3", ("enrollments.csv", 5, "从哪天 beginDate"), "不是日期"),
        ("enrollments", "ep3,,,4-1,s,p3", "ep3,,,4-9,s,p3", ("enrollments.csv", 5, "班级 classSourcedId"), "“4-9”在班级里没有"),
        ("enrollments", ",2026-09-01,,3", ",2026-09-01,,2", ("enrollments.csv", 5, "座号 seat"), "第 4 行已经有人"),
        ("enrollments", "p3,student", "p3,teacher", ("enrollments.csv", 5, "身份 role"), "和这个人的身份不一样"),
        ("users", ",NP3,", ",NP2,", ("users.csv", 5, "公民身份号码 identifier"), "第 4 行已经有了"),
        ("users", "p3,,,true", "p2,,,true", ("users.csv", 5, "编号 sourcedId"), "第 4 行是同一个编号"),
        ("users", "guardian-1", "guardian-9", ("users.csv", 3, "agentSourcedIds"), "没有“guardian-9”这个人"),
        ("users", "林,,NP3", ",,NP3", ("users.csv", 5, "姓名 name"), "空着"),
        ("classes", "homeroom", "house", ("classes.csv", 2, "种类 classType"), "不认识“house”"),
        ("classes", ",04,", ",14,", ("classes.csv", 2, "年级 grades"), "不是这里能写的数"),
        ("orgs", "演示小学", "=1+1", ("orgs.csv", 4, "名称 name"), "不能用“=”开头"),
        ("academicSessions", "2027-08-31", "2026-08-31", ("academicSessions.csv", 2, "最后一天 endDate"), "不在第一天后面"),
    ],
)  # fmt: skip
def test_what_is_wrong_says_where_and_how_to_mend_it(
    file: str, old: str, new: str, where: tuple[str, int, str], what: str
) -> None:
    content = write_zip(register())
    if file == "users" and old.startswith("林"):
        new, old = ",,,Np3", "小禾,林,,NP3"
    if old == "guardian-1":
        old, new = "林,,NP1,,,,guardian-1", "林,,NP1,,,,guardian-9"
    read = read_zip(altered(content, file, old, new), on=DAY)
    problems = (*read.problems, *check(read, NOTHING))
    found = [one for one in problems if (one.place.file, one.place.line, one.column) == where]
    assert found, said(problems)
    assert what in found[0].what.zh
    assert found[0].mend.zh
    assert found[0].mend.en


def test_a_row_that_is_named_by_others_and_wrong_itself_is_one_problem() -> None:
    read = read_zip(altered(write_zip(register()), "classes", "homeroom", "house"), on=DAY)
    assert said((*read.problems, *check(read, NOTHING))) == [("classes.csv", 2, "种类 classType")]


def test_everything_wrong_is_found_at_once() -> None:
    wrong = altered(altered(write_zip(register()), "classes", "homeroom", "house"), "orgs", "school,", "palace,")  # fmt: skip
    wrong = altered(wrong, "orgs", ",school", ",palace")
    assert {one.place.file for one in read_zip(wrong, on=DAY).problems} >= {"classes.csv", "orgs.csv"}  # fmt: skip


def test_whoever_left_or_is_neither_pupil_nor_staff_is_counted_and_not_taken_in() -> None:
    head = "sourcedId,status,dateLastModified"
    read = read_zip(
        zipped(
            {
                "users": f"{head},enabledUser,username,givenName,familyName,identifier\n"
                "aide,,,true,a,安,包,1\np,,,true,p,小禾,林,2\nq,tobedeleted,,true,q,一,吴,3\n",
                "roles": f"{head},userSourcedId,roleType,role,beginDate,endDate,orgSourcedId\n"
                "r1,,,aide,primary,aide,,,s\nr2,,,p,primary,student,,,s\n",
                "enrollments": f"{head},classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
                "e1,,,c,s,p,student,,2026-09-01,2027-08-31\ne0,,,b,s,p,student,,2025-09-01,2026-08-31\n",
            }
        ),
        on=DAY,
    )  # fmt: skip
    assert [row.sourced_id for row in read.roster.users] == ["p"]
    assert [row.sourced_id for row in read.roster.enrollments] == ["e1"]
    assert read.left_out == 3


def test_a_place_without_a_first_day_begins_with_its_session() -> None:
    read = read_zip(altered(write_zip(register()), "enrollments", ",2026-09-01,,3", ",,,3"), on=DAY)
    assert {row.since for row in read.roster.enrollments} == {DAY}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK not a zip", "打不开"),
        (zipped({}, users="delta"), "只有变化的部分"),
        (zipped({}, users="bulk"), "zip 里没有"),
        (zipped({"users": "name\n林小禾\n"}), "第一行没有 sourcedId"),
    ],
)
def test_a_zip_that_cannot_be_read_says_why(content: bytes, what: str) -> None:
    read = read_zip(content, on=DAY)
    assert any(what in one.what.zh for one in read.problems)


@given(st.binary(max_size=300))
def test_no_file_makes_the_reader_fall_over(content: bytes) -> None:
    assert read_zip(content, on=DAY).problems


def test_spreadsheets_that_still_write_gb_18030_are_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(write_zip(register()))) as packed, zipfile.ZipFile(out, "w") as made:  # fmt: skip
        for one in packed.namelist():
            made.writestr(one, packed.read(one).decode().encode("gb18030"))
    assert read_zip(out.getvalue(), on=DAY).roster == register()


def test_a_single_small_group_takes_another_out_of_sight_with_it() -> None:
    assert shown([45, 4, 42]) == (45, None, None)
    assert shown([45, 4, 3]) == (45, None, None)
    assert shown([45, 0, 42]) == (45, 0, 42)
    assert shown([4]) == (None,)


@given(st.lists(st.integers(0, 70), max_size=8))
def test_what_is_hidden_cannot_be_told_from_the_sum(counts: list[int]) -> None:
    hidden = [count for count, one in zip(counts, shown(counts), strict=True) if one is None]
    assert not hidden or len(hidden) > 1 or sum(1 for one in counts if one) == 1


def test_classes_are_measured_against_the_norm_of_their_stage() -> None:
    said = [size_of(n, norm=45, big=56, very_big=66) for n in (45, 46, 56, 66)]
    assert said == ["fits", "above", "big", "very_big"]
    assert size_of(30, norm=0, big=56, very_big=66) == ""
