"""Rooms of heads and the bureau; a register handed in, looked at, written, by one or by two."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from openpyxl import load_workbook
from tests.factories import District

from minsheng.apps.audit import reads as audit
from minsheng.apps.schools import actions, figures, reads, registers, sheets
from minsheng.apps.schools.models import Org, RosterImport, SchoolClass
from minsheng.cli.demo import cast, schools
from minsheng.engines import population
from minsheng.engines.rosters import Roster


@pytest.fixture
def school(district: District) -> SchoolClass:
    """青槐小学 with two classes of twelve, 明德小学 with two more."""
    schools.begin(population.District(cast.households(), ()), on=district.today, seed=1, most=12)
    found = reads.school_class("qinghuai-4-2")
    assert found is not None
    return found


def hand_in(district: District, roster: Roster, who: str = "kongrui") -> HttpResponse:
    file = SimpleUploadedFile("名册.xlsx", sheets.workbook(roster))
    answer: HttpResponse = district.client(who).post(
        "/school/register", {"file": file}, follow=True
    )
    return answer


def without_pupils(whole: Roster, many: int) -> Roster:
    gone = {row.sourced_id for row in whole.users if row.role == "student"}
    gone = set(sorted(gone - {"qinghuai-4-2-17", "qinghuai-4-1-08"})[:many])
    return replace(
        whole,
        users=tuple(row for row in whole.users if row.sourced_id not in gone),
        enrollments=tuple(row for row in whole.enrollments if row.user not in gone),
        guardians=tuple(row for row in whole.guardians if row.pupil not in gone),
    )


def seen(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]


def test_a_register_is_handed_in_looked_at_and_written(
    school: SchoolClass, district: District
) -> None:
    whole = registers.register_of(["qinghuai"])
    pupil = next(row for row in whole.users if row.sourced_id == "qinghuai-4-2-01")
    moved = tuple(
        replace(row, seat=40) if row.sourced_id == "qinghuai-4-2-01" else row
        for row in whole.enrollments
    )
    answer = hand_in(district, replace(whole, enrollments=moved))
    page = answer.content.decode()
    assert "会变 1 行" in page
    assert "座号 1 → 40" in page
    assert not [row.number for row in whole.users if row.number and row.number in page]
    at = answer.request["PATH_INFO"]
    head = district.client("kongrui")
    assert "名册写入了" in head.post(at, {"act": "write", "seen": seen(page)}, follow=True).content.decode()  # fmt: skip
    assert pupil.name in {line.name for line in reads.pupils_in(school) if line.seat == 40}
    again = hand_in(district, replace(whole, enrollments=moved)).content.decode()
    assert "没有变化" in again
    assert "写入名册" not in again


def test_everything_wrong_is_shown_with_a_list_to_download(
    school: SchoolClass, district: District
) -> None:
    whole = registers.register_of(["qinghuai"])
    wrong = [row for row in whole.enrollments if row.school_class == "qinghuai-4-2"]
    rows = tuple(
        replace(row, school_class="nowhere") if row in wrong else row for row in whole.enrollments
    )
    answer = hand_in(district, replace(whole, enrollments=rows))
    page = answer.content.decode()
    assert f"{len(wrong)} 处不对" in page
    assert "写入名册" not in page
    at = answer.request["PATH_INFO"]
    listed = district.client("kongrui").get(f"{at}/problems")
    assert load_workbook(io.BytesIO(listed.content)).worksheets[0].max_row == len(wrong) + 1
    refused = district.client("kongrui").post(at, {"act": "write", "seen": ""})
    assert refused.status_code == 422


def test_what_takes_much_away_is_written_by_a_second_person_with_a_reason(
    school: SchoolClass, district: District
) -> None:
    answer = hand_in(district, without_pupils(registers.register_of(["qinghuai"]), 8))
    at, mine = answer.request["PATH_INFO"], answer.content.decode()
    assert "要请别人确认" in mine
    assert 'value="write"' not in mine
    head = district.client("kongrui")
    assert head.post(at, {"act": "write", "seen": seen(mine), "reason": "moved"}).status_code == 403
    bureau = district.client("shaoqing")
    assert at in bureau.get("/school").content.decode()
    theirs = bureau.get(at).content.decode()
    assert bureau.post(at, {"act": "write", "seen": seen(theirs)}).status_code == 422
    done = bureau.post(at, {"act": "write", "seen": seen(theirs), "reason": "moved"}, follow=True)
    assert "名册写入了" in done.content.decode()
    for stranger in ("tanmei", "liqiang", "sunwei", "zhoujing"):
        assert district.client(stranger).get(at).status_code in (403, 404)


def test_no_file_and_a_file_of_something_else_say_what_to_do(
    school: SchoolClass, district: District
) -> None:
    head = district.client("kongrui")
    assert head.post("/school/register").status_code == 422
    file = SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff")
    page = head.post("/school/register", {"file": file}, follow=True).content.decode()
    assert "打不开" in page


def test_a_register_may_be_thrown_away(school: SchoolClass, district: District) -> None:
    answer = hand_in(district, registers.register_of(["qinghuai"]))
    at = answer.request["PATH_INFO"]
    district.client("kongrui").post(at, {"act": "drop"})
    assert "作废了" in district.client("kongrui").get(at).content.decode()
    assert RosterImport.objects.get().content == ""


def test_a_head_sees_classes_against_the_norm_with_its_source_and_opens_them(
    school: SchoolClass, district: District
) -> None:
    page = district.client("kongrui").get(f"/school/schools/{school.school_id}").content.decode()
    assert "合标准" in page
    assert "教督〔2017〕6号" in page
    assert f"/school/classes/{school.pk}" in page
    assert "25 个学生" in page
    assert "谭梅" in page


def test_the_bureau_sees_groups_by_figures_and_no_names(
    school: SchoolClass, district: District
) -> None:
    bureau = district.client("wenqing")
    page = bureau.get("/school").content.decode()
    assert [title in page for title in ("5 个集团", "7 个集团", "8 个集团")] == [True] * 3
    assert "青槐小学" in page
    one = bureau.get(f"/school/schools/{school.school_id}").content.decode()
    assert "谭梅" not in one
    assert "林小禾" not in one
    assert bureau.get(f"/school/classes/{school.pk}").status_code == 404
    assert bureau.get("/school/register").status_code == 403
    assert district.client("liqiang").get(f"/school/schools/{school.school_id}").status_code == 403
    for stranger in ("tanmei", "sunwei"):
        assert district.client(stranger).get(f"/school/schools/{school.school_id}").status_code == 404  # fmt: skip


def test_counts_under_ten_are_hidden_with_what_would_give_them_away(
    school: SchoolClass, district: District
) -> None:
    gone = registers.register_of(["qinghuai"])
    small = [row.sourced_id for row in gone.enrollments if row.school_class == "qinghuai-4-1" and row.role == "student"]  # fmt: skip
    fewer = replace(gone, enrollments=tuple(row for row in gone.enrollments if row.sourced_id not in small[:8]))  # fmt: skip
    actions.write_roster(fewer, old=gone, by="test")
    bureau = figures.of_school(district.account("wenqing"), school.school_id)
    assert [one.pupils for one in bureau.classes] == [None, None]
    assert bureau.pupils == 17
    head = figures.of_school(district.account("kongrui"), school.school_id)
    assert [one.pupils for one in head.classes] == [4 + (0 if len(small) == 12 else 1), 13]


def test_a_group_of_few_is_hidden_with_its_schools(school: SchoolClass, district: District) -> None:
    Org.objects.filter(sourced_id="mingde").update(parent=Org.objects.get(sourced_id="ps.luxi").parent)  # fmt: skip
    whole = registers.register_of(["mingde"])
    few = tuple(row for row in whole.enrollments if row.role == "teacher" or row.seat == 1)
    actions.write_roster(replace(whole, enrollments=few), old=whole, by="test")
    stage = next(one for one in figures.of_district(district.account("duping")) if str(one.title) == "小学")  # fmt: skip
    shown = {one.key: one.pupils for group in stage.groups for one in group.schools}
    assert shown["mingde"] is None
    assert shown["qinghuai"] is None  # the only other one, or it could be told from the sum
    assert shown["ps.luxi"] == 0


def test_opening_the_list_of_a_class_is_written_down_once_a_day_and_families_read_it(
    school: SchoolClass, district: District
) -> None:
    for who in ("tanmei", "tanmei", "kongrui"):
        district.client(who).get(f"/school/classes/{school.pk}")
    district.client("liqiang").get(f"/school/classes/{school.pk}")
    looks = audit.history("roster.look", str(school.pk))
    assert [one.data for one in looks] == [{"as": "teacher"}, {"as": "head"}]
    page = district.client("linxia").get("/mine/data").content.decode()
    assert "打开过班级名单" in page
    assert "任课老师" in page
    assert "打开过班级名单" not in district.client("liqiang").get("/mine/data").content.decode()


@pytest.mark.parametrize("form", ["", "?form=oneroster"])
def test_a_register_is_handed_out_to_who_keeps_it_and_each_time_is_written_down(
    school: SchoolClass, district: District, form: str
) -> None:
    at = f"/school/schools/{school.school_id}/register{form}"
    answer = district.client("kongrui").get(at)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert actions.hand_in(answer.content, by=district.account("kongrui")).schools == ["qinghuai"]
    assert audit.history("roster.import", f"org:{school.school_id}")[-1].kind == "register.handed_out"  # fmt: skip
    for stranger in ("tanmei", "wenqing", "sunwei", "liqiang"):
        assert district.client(stranger).get(at).status_code in (403, 404)
