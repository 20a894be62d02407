"""Cases are found by who may see them: own ones, and those of one's post. A stranger finds nothing."""

from __future__ import annotations

from tests.apps.cases.cases_cast import case, item
from tests.factories import District, newborn

from minsheng.apps.cases import reads
from minsheng.apps.cases.models import Case
from minsheng.apps.people import reads as people


def found(district: District, who: str, typed: str) -> list[str]:
    return [one.number for one in reads.find_cases(typed, account=district.account(who))]


def test_who_finds_which_case_by_what(district: District):
    story = newborn(district, household="father")
    number = people.number_of(case(story).applicant)
    serial = str(story.case_id)
    mine, his = [story.number], [story.number]
    for typed in (story.number, serial, "新生儿", "出生户口", "newborn"):
        assert found(district, "wangfang", typed) == mine, typed
        assert found(district, "chenli", typed) == his, "he is asked to agree"
        assert found(district, "liqiang", typed) == [], typed
    for typed in (
        story.number,
        serial,
        "出生医学证明",
        "新生儿",
        "王",
        "王芳",
        "王＊",
        "王*",
        number,
        number.lower(),
    ):
        assert found(district, "linlan", typed) == mine, typed
        for stranger in ("sunwei", "wutong", "zhoujing", "hejun", "zhaomin", "liqiang"):
            assert found(district, stranger, typed) == [], (stranger, typed)
    for typed in (
        "",
        " ",
        "李",
        "李强",
        "2025-" + serial,
        "999999",
        "陈予珺",
        "13800001234",
        "芳",
        "%",
        "_",
        "＊",
    ):
        assert found(district, "linlan", typed) == [], typed
    assert found(district, "wangfang", number) == []


def test_a_number_that_was_looked_up_is_noted_and_a_protected_case_is_never_found(
    district: District,
):
    story = newborn(district)
    wang = case(story).applicant
    number = people.number_of(wang)
    before = len(people.looks_at(wang))
    assert found(district, "linlan", "王") == [story.number]
    assert len(people.looks_at(wang)) == before, "a masked name is no look at anybody"
    (one,) = reads.find_cases(number, account=district.account("linlan"))
    assert (one.item_id, one.who) == (item(story, "birth_certificate").pk, wang.name_masked)
    assert len(people.looks_at(wang)) == before + 1
    Case.objects.update(protected=True)
    for who in ("linlan", "wangfang"):
        assert found(district, who, story.number) == []
        assert found(district, who, number) == []
