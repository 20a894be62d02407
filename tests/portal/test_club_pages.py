"""Clubs in pages: a family chooses, the head draws, anybody checks, the leader keeps who came; lessons."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.apps.clubs.clubs_of import (
    begun,
    choose,
    clubs,
    offer,
    opened,
    published,
    pupil,
    school_class,
    slot,
)

from minsheng.apps.clubs import actions
from minsheng.apps.clubs.models import Booking, Choice, Entry, Presence, Round, Slot
from minsheng.engines.allocation import Draw, entry_hash, lottery_faults


@pytest.fixture
def district(schooled):
    return schooled


def text(client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:300]
    return answer.content.decode()


def test_round_draw_check_and_attendance_from_page_to_page(district):
    head, mother, leader = (district.client(one) for one in ("kongrui", "linxia", "tanmei"))
    today = district.today
    sent = head.post(
        "/school/clubs",
        {"school": "qinghuai", "title": "秋季社团", "most": "2",
         "closes": f"{today + timedelta(days=3)}", "changes_until": f"{today + timedelta(days=30)}"},
    )  # fmt: skip
    made = Round.objects.get()
    at = f"/school/clubs/rounds/{made.pk}"
    assert sent.url == at
    assert "说好" in text(head, at)
    page = text(mother, "/learn/clubs")
    assert "第 1 想去" in page and "围棋" in page
    child = pupil("linxiaohe").pk
    form = {"act": "save", "pupil": child, "round": made.pk}
    mother.post("/learn/clubs", {**form, "club-1": "qinghuai.go", "club-2": "qinghuai.robots"})
    page = text(district.client("linxiaohe"), "/learn/clubs")
    assert '<option value="qinghuai.go" selected>' in page
    assert text(district.client(), f"/clubs/rounds/{made.pk}").count(made.commitment) == 1

    Round.objects.update(closes=timezone.now() - timedelta(minutes=1))
    head.post(at, {"act": "close"})
    assert "试抽" in head.post(at, {"act": "trial"}).content.decode()
    empty = head.post(at, {"act": "draw", "words": " "})
    assert empty.status_code == 422 and 'href="#words"' in empty.content.decode()
    head.post(at, {"act": "draw", "words": "3 1 6"})
    assert "抽签号" not in text(mother, "/learn/clubs")
    head.post(at, {"act": "publish"})
    page = text(mother, "/learn/clubs")
    assert "进了 2 个社团" in page and "没有排满" in page
    assert "一模一样" in head.post(at, {"act": "verify"}).content.decode()

    record = json.loads(text(district.client(), f"/clubs/rounds/{made.pk}/record"))
    (one,) = record["entries"]
    found = Entry.objects.get()
    salt = re.search(r"<code>([0-9a-f]{32})</code>", page)[1]
    assert (
        entry_hash(one["ticket"], salt, [("qinghuai.go", 3), ("qinghuai.robots", 3)]) == one["hash"]
    )
    draw = Draw(
        key=record["round"], commitment=record["commitment"], digest=record["digest"],
        seed=record["seed"], words=record["words"], entries={one["ticket"]: one["hash"]},
        numbers={one["ticket"]: one["number"]},
    )  # fmt: skip
    assert lottery_faults(draw) == ()
    public = text(district.client(), f"/clubs/rounds/{made.pk}")
    assert found.ticket in public and found.salt not in public and "林" not in public

    club = f"/school/clubs/{offer(made, 'go').pk}"
    teacher = str(district.account("tanmei").pk)
    head.post(club, {"act": "leader", "account": teacher})
    Round.objects.update(published_at=timezone.now() - timedelta(days=30))
    page = text(leader, club)
    assert "林小禾" in page
    day = re.search(r'name="day" value="([^"]+)"', page)[1]
    choice = Choice.objects.get(offer__club="qinghuai.go")
    leader.post(club, {"act": "marks", "day": day, f"mark-{choice.pk}": "came"})
    assert Presence.objects.get().status == "came"
    assert "来了 1 次" in text(mother, "/learn/clubs")
    assert "1 个人来了 1 个" in text(leader, club)
    mother.post("/learn/clubs", {"act": "leave", "choice": choice.pk})
    assert Choice.objects.get(pk=choice.pk).status == "left"
    assert "还没有名单" in text(leader, club)
    mother.post("/learn/clubs", {"act": "take", "offer": offer(made, "go").pk, "pupil": child})
    assert Choice.objects.get(pk=choice.pk).status == "placed"


def test_wrong_choices_keep_what_was_typed_and_lead_to_the_field(district):
    made = opened(district)
    child = pupil("linxiaohe").pk
    answer = district.client("linxia").post(
        "/learn/clubs",
        {"act": "save", "pupil": child, "round": made.pk, "club-1": "qinghuai.go",
         "club-2": "qinghuai.go"},
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#wish-{child}-{made.pk}-1"' in page
    assert page.count('<option value="qinghuai.go" selected>') == 2
    assert not Entry.objects.exists()


def test_a_stranger_and_another_parent_see_nothing_of_a_child_and_change_nothing(district):
    made = opened(district)
    choose(district, made, "linxia", "go")
    published(district, made)
    choice = Choice.objects.get()
    for who in ("liqiang", "wumei"):
        client = district.client(who)
        assert "林小禾" not in text(client, "/learn/clubs")
        client.post("/learn/clubs", {"act": "leave", "choice": choice.pk})
        taken = client.post(
            "/learn/clubs",
            {"act": "take", "offer": offer(made, "choir").pk, "pupil": pupil("linxiaohe").pk},
        )
        assert taken.status_code == 404
    club = f"/school/clubs/{offer(made, 'go').pk}"
    for who, status in (("kelan", 404), ("liqiang", 403), ("shaoqing", 404)):
        assert district.client(who).get(club).status_code == status
        assert district.client(who).get(f"/school/clubs/rounds/{made.pk}").status_code == status
    choice.refresh_from_db()
    assert choice.status == "placed"


def test_a_waiting_family_reads_why_and_may_stop_waiting(district):
    made = opened(district, {"go": 1})
    choose(district, made, "linxia", "go")
    choose(district, made, "wumei", "go")
    published(district, made)
    waiting = Choice.objects.get(status="asked")
    who = "linxia" if waiting.entry.pupil_id == pupil("linxiaohe").pk else "wumei"
    page = text(district.client(who), "/learn/clubs")
    assert "抽签号 2 在第 1 名之后" in page
    assert "前面还有 0 人在等" in page
    district.client(who).post("/learn/clubs", {"act": "leave", "choice": waiting.pk})
    waiting.refresh_from_db()
    assert waiting.status == "left"


def test_the_bureau_reads_figures_with_their_sources_and_the_catalogue_is_public(district):
    page = text(district.client("shaoqing"), "/school/clubs")
    assert "目录里 63，公开材料写 63" in page and "目录里 224，公开材料写 220" in page
    page = text(district.client(), "/clubs")
    assert "63 个社团，224 门科创课" in page and "公开材料写 10000" in page


def test_lessons_are_offered_booked_confirmed_and_kept_in_pages(district):
    adviser, teacher = district.client("shaoqing"), district.client("tanmei")
    at = "/school/bookings"
    form = {
        "act": "offer", "kind": "professor", "host": "tech", "title": "桥为什么不倒",
        "day": f"{district.today + timedelta(days=7)}", "starts": "14:00", "ends": "15:00",
        "grades": "3，4", "seats": "60", "classes": "1",
    }  # fmt: skip
    wrong = adviser.post(at, {**form, "day": "明天"})
    assert wrong.status_code == 422 and 'value="桥为什么不倒"' in wrong.content.decode()
    assert teacher.post(at, form).status_code == 403
    adviser.post(at, form)
    made = Slot.objects.get()
    assert made.grades == [3, 4]
    assert "桥为什么不倒" in text(district.client(), "/clubs")
    teacher.post(at, {"act": "book", "slot": made.pk, "class": school_class().pk})
    booking = Booking.objects.get()
    adviser.post(at, {"act": "confirm", "booking": booking.pk})
    empty = teacher.post(at, {"act": "cancel", "booking": booking.pk, "why": ""})
    assert empty.status_code == 422
    assert f'href="#why-booking-{booking.pk}"' in empty.content.decode()
    begun(made)
    teacher.post(at, {"act": "came", "booking": booking.pk, "words": "孩子们问了很多。"})
    assert "孩子们问了很多。" in text(teacher, at)
    assert "孩子们问了很多。" not in text(district.client("kelan"), at)
    assert "约了" in text(adviser, at)


def test_a_slot_is_called_off_with_a_reason_that_teachers_read(district):
    made = slot(district)
    actions.book_slot(made.pk, school_class().pk, by=district.account("tanmei"))
    district.client("shaoqing").post(
        "/school/bookings", {"act": "call_off", "slot": made.pk, "why": "教授出差"}
    )
    assert "教授出差" in text(district.client("tanmei"), "/school/bookings")


def test_nothing_chosen_is_nothing_lost(district):
    made = opened(district)
    choose(district, made, "linxia", "go")
    for path, who in (("/learn/clubs", "linxia"), ("/school/bookings", "tanmei"),
                      (f"/school/clubs/rounds/{made.pk}", "kongrui")):  # fmt: skip
        assert district.client(who).post(path, {"act": "nonsense"}).status_code == 422
    assert clubs("go") == list(Choice.objects.values_list("offer__club", flat=True))


def test_the_head_puts_a_pupil_in_from_the_clubs_page_and_undoes_it(district):
    made, head = opened(district), district.client("kongrui")
    choose(district, made, "wumei", "choir")
    published(district, made)
    club = f"/school/clubs/{offer(made, 'go').pk}"
    assert f"{club}/enrol" in text(head, club)
    form = {"act": "enrol", "class": str(school_class().pk), "name": "林小禾"}
    wrong = head.post(f"{club}/enrol", {**form, "name": "张三"})
    page = wrong.content.decode()
    assert wrong.status_code == 422 and 'href="#name"' in page and 'value="张三"' in page
    sent = head.post(f"{club}/enrol", form)
    page = text(head, sent.url)
    assert "林小禾进了围棋" in page and "撤销" in page
    choice = Choice.objects.get(offer__club="qinghuai.go")
    sent = head.post(f"{club}/enrol", {"act": "out", "choice": choice.pk})
    assert "放回去" in text(head, sent.url)
    sent = head.post(f"{club}/enrol", {"act": "back", "choice": choice.pk})
    assert "林小禾进了围棋" in text(head, sent.url)
    assert "学校给孩子报的" in text(district.client("linxia"), "/learn/clubs")
    for who in ("liqiang", "tanmei", "kelan"):
        assert district.client(who).get(f"{club}/enrol").status_code in (403, 404)


def test_a_teacher_types_in_a_paper_form_and_the_mother_reads_who_did(district):
    made, teacher = opened(district), district.client("tanmei")
    at, child = f"/school/classes/{school_class().pk}/clubs", pupil("linxiaohe").pk
    assert at in text(teacher, f"/school/classes/{school_class().pk}")
    assert f"{at}/{child}" in text(teacher, at)
    empty = teacher.post(f"{at}/{child}", {})
    assert empty.status_code == 422 and 'href="#club-1"' in empty.content.decode()
    assert teacher.post(f"{at}/{child}", {"club-1": "qinghuai.go"}).url == at
    assert '<option value="qinghuai.go" selected>' in text(teacher, f"{at}/{child}")
    name = district.account("tanmei").display
    assert f"这是{name}" in text(district.client("linxia"), "/learn/clubs")
    for who, status in (("kongrui", 403), ("kelan", 404), ("liqiang", 403), ("shaoqing", 404)):
        assert district.client(who).get(f"{at}/{child}").status_code == status
    assert Entry.objects.get(round=made).is_paper


def test_the_head_ends_a_term_on_the_clubs_page(district):
    made, head = opened(district), district.client("kongrui")
    published(district, made)
    club = f"/school/clubs/{offer(made, 'go').pk}"
    head.post(club, {"act": "leader", "account": district.account("tanmei").pk})
    term = re.search(r'name="term" value="(\d+)"', text(head, club))[1]
    new = district.account("kelan").pk
    head.post(club, {"act": "end", "term": term, "successor": new})
    assert "带完了" in text(head, club)
    assert district.client("tanmei").get(club).status_code == 404
    assert district.client("kelan").get(club).status_code == 200
