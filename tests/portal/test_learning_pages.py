"""精准教学 in pages: a ticket from the teacher's press to the results, the portrait, the item bank."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from tests.apps.mastery.conftest import SUBJECT, answers, school, ticket, type_all, xiaohe
from tests.factories import District

from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.models import Answer, Note, Objection, Ruling, Sheet, Work
from minsheng.apps.schools import reads
from minsheng.apps.schools.models import SchoolClass, SchoolUser
from minsheng.apps.schools.reads import PupilLine
from minsheng.engines.items.items import Written

__all__ = ["school", "ticket", "xiaohe"]
Give = Callable[..., Work]


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_a_teacher_gives_a_ticket_in_two_presses(district: District, school: SchoolClass):
    teacher = district.client("tanmei")
    at = f"/school/classes/{school.pk}/give"
    form = page(teacher, f"{at}?kind=ticket&skill=distributive-law")
    items = re.findall(r'name="item" value="([^"]+)"', form)
    assert 2 <= len(items) <= 5
    assert 'name="title" value="乘法分配律"' in form
    today = re.findall(r'name="day" value="([^"]+)"', form)[0]
    sent = teacher.post(
        at,
        {"kind": "ticket", "skill": "distributive-law", "item": items, "title": "乘法分配律",
         "day": today, "act": "give"},
    )  # fmt: skip
    work = Work.objects.get()
    assert sent.headers["Location"] == f"/school/works/{work.pk}"
    assert work.items == items
    assert "还没有人交" in page(teacher, f"/school/works/{work.pk}")
    assert f"/learn/works/{work.pk}" in page(district.client("linxiaohe"), "/learn")
    for other in ("kelan", "linlan"):
        assert district.client(other).get(at).status_code == 404


def test_items_are_swapped_and_left_out_and_all_that_was_typed_stays(
    district: District, school: SchoolClass
):
    teacher, at = district.client("tanmei"), f"/school/classes/{school.pk}/give"
    items = re.findall(
        r'name="item" value="([^"]+)"', page(teacher, f"{at}?skill=distributive-law")
    )
    typed = {"kind": "ticket", "skill": "distributive-law", "item": items, "title": "写好的名字"}
    swapped = teacher.post(at, {**typed, "act": f"swap:{items[0]}"}).content.decode()
    found = re.findall(r'name="item" value="([^"]+)"', swapped)
    assert found[0] != items[0]
    assert found[1:] == items[1:]
    assert "写好的名字" in swapped
    dropped = teacher.post(at, {**typed, "act": f"drop:{items[0]}"}).content.decode()
    assert re.findall(r'name="item" value="([^"]+)"', dropped) == items[1:]
    wrong = teacher.post(at, {**typed, "day": "明天", "act": "give"})
    assert wrong.status_code == 422
    assert "写好的名字" in wrong.content.decode()
    assert re.findall(r'name="item" value="([^"]+)"', wrong.content.decode()) == items
    assert not Work.objects.exists()


def test_homework_shows_the_minutes_that_are_left_and_the_rule(
    district: District, school: SchoolClass
):
    form = page(district.client("tanmei"), f"/school/classes/{school.pk}/give?kind=homework")
    assert "还剩 60 分钟" in form
    assert "双减" in form


def test_a_pupil_mends_what_cannot_be_read_before_it_counts(
    district: District, school: SchoolClass, ticket: Give, xiaohe: SchoolUser
):
    work, pupil = ticket(), district.client("linxiaohe")
    at = f"/learn/works/{work.pk}"
    said = answers(work, [True] * len(work.items))
    form = {f"a-{key}": one for key, one in said.items()}
    first = work.items[0]
    asked = page(pupil, at)
    assert "交上去" in asked
    assert '<math alttext="' in asked or "$" not in asked
    stopped = pupil.post(at, {**form, f"a-{first}": ""})
    assert stopped.status_code == 422
    assert "还没有写" in stopped.content.decode()
    assert not Answer.objects.exists()
    done = pupil.post(at, form)
    assert done.headers["Location"] == at
    shown = page(pupil, at)
    assert "题都对了" in shown
    assert shelf(SUBJECT).item(first).why[:6] in shown
    again = pupil.post(at, form)
    assert again.status_code == 409
    for stranger in ("liqiang", "wumei", "linxia", "wuyitong"):
        assert district.client(stranger).get(at).status_code == 404
        assert district.client(stranger).post(at, form).status_code == 404


def test_a_pupil_may_hand_in_as_it_is(
    district: District, school: SchoolClass, ticket: Give, xiaohe: SchoolUser
):
    work = ticket()
    district.client("linxiaohe").post(f"/learn/works/{work.pk}", {"act": "as-it-is"})
    sheet = Sheet.objects.get(work=work, pupil=xiaohe)
    assert sheet.state == "handed_in"
    assert {one.result for one in sheet.answers.all()} == {"omitted"}


def test_results_stand_at_once_with_mistakes_and_what_to_do(
    district: District, school: SchoolClass, ticket: Give
):
    work = ticket()
    rows = [[False] * 3, [True] * 3, [False] * 3, [False, True, True], [True] * 3, [False] * 3, [True] * 3]  # fmt: skip
    type_all(work, rows, district)
    teacher = district.client("tanmei")
    shown = page(teacher, f"/school/works/{work.pk}")
    assert f"交了 {len(rows)}，共 {len(rows)} 人" in shown
    assert "明天做什么" in shown
    assert f'hx-get="/school/works/{work.pk}/arrivals"' in shown
    fragment = page(teacher, f"/school/works/{work.pk}/arrivals")
    assert "<html" not in fragment
    assert f"交了 {len(rows)}" in fragment
    teacher.post(f"/school/works/{work.pk}", {"act": "close"})
    closed = page(teacher, f"/school/works/{work.pk}")
    assert "hx-get" not in closed
    assert district.client("kelan").get(f"/school/works/{work.pk}").status_code == 404
    assert district.client("kelan").post(f"/school/works/{work.pk}", {"act": "close"}).status_code == 404  # fmt: skip


def test_typing_from_paper_goes_on_to_the_next_pupil(
    district: District, school: SchoolClass, ticket: Give, xiaohe: SchoolUser
):
    work, teacher = ticket(), district.client("tanmei")
    said = answers(work, [True] * len(work.items))
    at = f"/school/works/{work.pk}/pupils/{xiaohe.pk}"
    assert "照林小禾纸上写的录" in page(teacher, at)
    sent = teacher.post(at, {f"a-{key}": one for key, one in said.items()})
    assert re.fullmatch(rf"/school/works/{work.pk}/pupils/\d+", sent.headers["Location"])
    assert Sheet.objects.get(work=work, pupil=xiaohe).source == "paper"
    other = Sheet.objects.filter(work=work, state="waiting").first()
    assert other is not None
    teacher.post(f"/school/works/{work.pk}", {"act": "excuse", "pupil": str(other.pupil_id)})
    other.refresh_from_db()
    assert other.state == "excused"


def test_written_answers_wait_and_are_settled_one_by_one_or_as_suggested(
    district: District, school: SchoolClass, xiaohe: SchoolUser
):
    key = next(one.key for one in shelf(SUBJECT).subject.items.values() if isinstance(one, Written))
    teacher, at = district.client("tanmei"), f"/school/classes/{school.pk}/give"
    teacher.post(
        at,
        {"kind": "ticket", "item": key, "title": "写一写", "day": district.today.isoformat(),
         "act": "give"},
    )  # fmt: skip
    work = Work.objects.get()
    district.client("linxiaohe").post(f"/learn/works/{work.pk}", {f"a-{key}": "我觉得一样"})
    waiting = page(teacher, f"/school/works/{work.pk}")
    assert "1 个回答等您看" in waiting
    assert "我觉得一样" in waiting
    empty = teacher.post(f"/school/works/{work.pk}", {"act": "decide", "answer": "1"})
    assert empty.status_code == 422
    teacher.post(f"/school/works/{work.pk}", {"act": "accept"})
    answer = Answer.objects.get()
    assert answer.decided_by == district.account("tanmei")
    assert answer.result != "suggested"
    found = district.client("kelan").post(
        f"/school/works/{work.pk}", {"act": "decide", "answer": str(answer.pk), "score": "0"}
    )
    assert found.status_code == 404


def test_the_class_page_says_the_finding_and_never_ranks(
    district: District, school: SchoolClass, ticket: Give
):
    assert "还没有作答" in page(district.client("tanmei"), f"/school/classes/{school.pk}")
    for _ in range(2):
        work = ticket()
        type_all(work, [[False] * 3] * 4 + [[True] * 3] * 3, district)
        district.client("tanmei").post(f"/school/works/{work.pk}", {"act": "close"})
    shown = page(district.client("tanmei"), f"/school/classes/{school.pk}")
    assert re.search(r"<h1>7 人：乘法分配律 \d 人还没会</h1>", shown)
    head = page(district.client("kongrui"), f"/school/classes/{school.pk}")
    assert "/school/pupils/" not in head
    assert "发一张出门条" not in head


def test_a_portrait_is_the_same_for_teacher_family_and_pupil_and_for_nobody_else(
    district: District, school: SchoolClass, ticket: Give, xiaohe: SchoolUser
):
    work = ticket()
    type_all(work, [[True] * 3] * 7, district)
    desk, home = f"/school/pupils/{xiaohe.pk}", f"/learn/pupils/{xiaohe.pk}"
    assert "乘法分配律" in page(district.client("tanmei"), desk)
    page(district.client("tanmei"), desk)
    for family in ("linxia", "linxiaohe"):
        seen = page(district.client(family), home)
        assert "乘法分配律" in seen or "我会" in seen
        assert seen.count("青槐小学 班主任") == 1  # one look a day is written down
    assert page(district.client("linxia"), f"{home}/sheet").count("林小禾") >= 1
    names = [one.name for one in _others(school, xiaohe)]
    for path, who in ((home, "linxia"), (f"{home}/sheet", "linxia"), (f"{desk}/sheet", "tanmei")):
        assert not [name for name in names if name in page(district.client(who), path)]
    for stranger in ("liqiang", "wumei", "wuyitong"):
        for path in (home, f"{home}/sheet"):
            assert district.client(stranger).get(path).status_code == 404
            assert district.client(stranger).post(path, {"act": "note"}).status_code in {404, 405}
    for other in ("kelan", "kongrui"):
        for path in (desk, f"{desk}/sheet"):
            assert district.client(other).get(path).status_code == 404


def test_a_family_disagrees_and_the_teacher_answers(
    district: District, school: SchoolClass, ticket: Give, xiaohe: SchoolUser
):
    work = ticket()
    type_all(work, [[False] * 3] * 7, district)
    mother, teacher = district.client("linxia"), district.client("tanmei")
    home, desk = f"/learn/pupils/{xiaohe.pk}", f"/school/pupils/{xiaohe.pk}"
    empty = mother.post(home, {"act": "object", "skill": "distributive-law", "words": " "})
    assert empty.status_code == 422
    mother.post(home, {"act": "object", "skill": "distributive-law", "words": "她会的"})
    made = Objection.objects.get()
    assert "1 条判断有人说不对" in page(teacher, f"/school/classes/{school.pk}")
    assert "她会的" in page(teacher, desk)
    typed = {"act": "answer", "objection": str(made.pk), "answer": "看过了，改过来"}
    assert teacher.post(desk, typed).status_code == 422
    refused = district.client("kelan").post(desk, {**typed, "outcome": "mastered"})
    assert refused.status_code == 404
    teacher.post(desk, {**typed, "outcome": "mastered"})
    assert "看过了，改过来" in page(mother, home)
    assert Ruling.objects.get().kind == "mastered"
    teacher.post(desk, {"act": "undo", "ruling": str(Ruling.objects.get().pk)})
    assert Ruling.objects.get().ended_at is not None


def test_notes_are_written_by_either_side_and_taken_away_by_the_family(
    district: District, school: SchoolClass, xiaohe: SchoolUser
):
    mother, home = district.client("linxia"), f"/learn/pupils/{xiaohe.pk}"
    note = {"act": "note", "kind": "help", "domain": "in", "words": "午间看了错题"}
    district.client("tanmei").post(f"/school/pupils/{xiaohe.pk}", note)
    assert "午间看了错题" in page(mother, home)
    mother.post(home, {"act": "end-note", "note": str(Note.objects.get().pk)})
    assert "午间看了错题" not in page(mother, home)


def test_a_pupil_practises_what_comes_next_and_what_went_wrong(
    district: District, school: SchoolClass, ticket: Give, xiaohe: SchoolUser
):
    work = ticket()
    type_all(work, [[False] * 3] * 7, district)
    pupil = district.client("linxiaohe")
    assert "错题本" in page(pupil, "/learn")
    assert "再练一次" in page(pupil, "/learn/wrong")
    begun = pupil.post("/learn/practice", {"about": "wrong"})
    assert "交上去" in page(pupil, begun.headers["Location"])
    assert pupil.post("/learn/practice").headers["Location"] == begun.headers["Location"]
    for stranger in ("liqiang", "linxia"):
        assert district.client(stranger).post("/learn/practice").status_code == 404
        assert district.client(stranger).get("/learn/wrong").status_code == 404


def test_the_bank_is_for_teachers_and_tells_a_share_only_with_enough_answers(
    district: District, school: SchoolClass, ticket: Give
):
    teacher = district.client("tanmei")
    found = page(teacher, "/school/items?unit=angles&kind=choice&level=1")
    assert "an-001" in found
    assert "没有这样的题" in page(teacher, "/school/items?q=zzz")
    work = ticket()
    type_all(work, [[True] * 3] * 7, district)
    at = f"/school/items/{SUBJECT}/{work.items[0]}"
    assert "才 7 人次做过" in page(teacher, at)
    assert district.client("linlan").get(at).status_code == 403
    assert district.client("linxiaohe").get(at).status_code == 403
    assert teacher.get(f"/school/items/{SUBJECT}/nothing").status_code == 404


@pytest.mark.parametrize("path", ["/school/items?level=x&page=99&unit=zz", "/school/works/999999"])
def test_odd_addresses_are_answered(district: District, school: SchoolClass, path: str):
    assert district.client("tanmei").get(path).status_code in {200, 404}


def _others(school: SchoolClass, pupil: SchoolUser) -> list[PupilLine]:
    return [one for one in reads.pupils_in(school) if one.id != pupil.pk]
