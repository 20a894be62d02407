"""A firm's room: points line by line, what would raise them, its numbers, an objection."""

from __future__ import annotations

from tests.apps.loans.loans_of import led_to as loan_at
from tests.apps.scores.firms_of import NUMBERS, PAPER, declared, firm, noted
from tests.apps.stakes.stakes_of import led_to as stake_at
from tests.product_packs import PACKS

from minsheng.apps.loans import reads as loans
from minsheng.apps.scores.models import Declared, Objection, WeightSet
from minsheng.apps.visits import actions as visits
from minsheng.apps.visits import reads as visit_reads
from minsheng.apps.visits.actions import Whom


def test_from_the_empty_room_to_points_and_what_raises_them(district):
    owner = district.client("huangyi")
    page = owner.get("/firm/room").content.decode()
    assert "0 到 100 分，还不能定" in page and "先补这些数" in page
    typed = {**NUMBERS, "paper": PAPER, "as_of": district.today.isoformat()}
    wrong = owner.post("/firm/room/numbers", typed | {"staff": "八十"})
    assert wrong.status_code == 422 and 'href="#staff"' in wrong.content.decode()
    assert 'value="42,600,000"' in wrong.content.decode()
    assert owner.post("/firm/room/numbers", typed).url == "/firm/room"
    page = owner.get("/firm/room").content.decode()
    assert "科技型中小企业评价：40 分，还没有达标" in page
    assert "19.76%" in page and "满 15%" in page  # 17 of 86
    assert "科技人员增加 1 人，到 18 人" in page
    assert "最少改几项就达标" in page
    assert "86 人" in page and PAPER in page


def test_an_objection_from_the_page(district):
    noted(district, staff="120")
    owner, row = district.client("huangyi"), Declared.objects.get()
    empty = owner.post("/firm/room", {"number": str(row.pk), "words": " "})
    assert empty.status_code == 422
    sent = owner.post("/firm/room", {"number": str(row.pk), "words": "年报里是 86 人。"})
    assert sent.status_code == 302 and Objection.objects.count() == 1
    assert "提了异议，等答复" in owner.get("/firm/room").content.decode()


def test_loans_and_projects_stand_in_the_room_with_how_far_they_are(district):
    owner = district.client("huangyi")
    assert "再申请一笔" not in owner.get("/firm/room").content.decode()
    loan, stake = loan_at(district, "apply"), stake_at(district, "apply")
    page = owner.get("/firm/room").content.decode()
    assert f'href="/firm/loans/{loan.pk}"' in page and "3,000,000" in page
    assert f'href="/firm/stakes/{stake.pk}"' in page and stake.title in page
    assert loans.own_loans(district.account("huangyi"), code="91500000MA0DEMLAB1") == []
    assert "再申请一笔" not in district.client("liqiang").get("/firm/room").content.decode()


def test_strangers_see_an_empty_room_and_can_do_nothing(district):
    declared(district)
    stranger = district.client("liqiang")
    page = stranger.get("/firm/room").content.decode()
    assert "还没有登记您代表哪家企业" in page and "86 人" not in page
    assert stranger.post("/firm/room/numbers", NUMBERS).status_code == 200
    assert Declared.objects.filter(by__contains=str(district.account("liqiang").pk)).count() == 0


def test_a_score_without_weights_shows_bands_and_adds_nothing_up(district):
    declared(district)
    page = district.client("huangyi").get("/firm/room").content.decode()
    assert "权重还没有设置，不能算总分" in page and "看 18 项各在哪一档" in page


def test_an_objection_is_answered_at_the_desk_by_another_person(district):
    noted(district, staff="120")
    owner, row = district.client("huangyi"), Declared.objects.get()
    owner.post("/firm/room", {"number": str(row.pk), "words": "年报里是 86 人。"})
    pk = str(Objection.objects.get().pk)
    assert "由确认的岗位答复" in district.client("yuelan").get("/desk/scores").content.decode()
    head = district.client("fanhua")
    assert "年报里是 86 人。" in head.get("/desk/scores").content.decode()
    empty = head.post("/desk/scores", {"act": "settle", "id": pk, "answer": ""})
    assert empty.status_code == 422 and f'href="#answer-{pk}"' in empty.content.decode()
    head.post("/desk/scores", {"act": "settle", "id": pk, "number": "86", "answer": "查过年报。"})
    assert "查过年报。" in owner.get("/firm/room").content.decode()


def test_an_officer_notes_a_number_and_mistakes_stand_at_their_field(district):
    desk = district.client("yuelan")
    code = firm(district).credit_code
    typed = {"act": "note", "code": code, "fact": "staff", "value": "九十", "paper": "社保",
             "as_of": district.today.isoformat()}  # fmt: skip
    wrong = desk.post("/desk/scores", typed)
    assert wrong.status_code == 422 and 'href="#value"' in wrong.content.decode()
    assert desk.post("/desk/scores", typed | {"value": "90"}).status_code == 302
    assert "90 人" in district.client("huangyi").get("/firm/room").content.decode()


def test_weights_are_entered_by_one_and_confirmed_by_another(district):
    declared(district)
    score = PACKS.scores["innovation"].score
    parts = list(score.parts)
    even = dict.fromkeys(parts, "5.5") | {parts[0]: "6.5"}  # 17 × 5.5 + 6.5
    typed = {f"{stage}.{part}": text for stage in score.stages for part, text in even.items()}
    typed |= {"starts": district.today.isoformat(), "source": "某文〔2026〕1 号"}
    desk, at = district.client("yuelan"), "/desk/scores/innovation/weights"
    short = desk.post(at, typed | {f"start.{parts[0]}": "6"})
    assert short.status_code == 422 and "加起来是 99.5" in short.content.decode()
    assert desk.post(at, typed).status_code == 302
    page = district.client("huangyi").get("/firm/room").content.decode()
    assert "权重还没有设置" in page
    pk = str(WeightSet.objects.get().pk)
    assert desk.post("/desk/scores", {"act": "confirm", "id": pk}).status_code == 403
    assert (
        district.client("fanhua").post("/desk/scores", {"act": "confirm", "id": pk}).status_code
        == 302
    )
    page = district.client("huangyi").get("/firm/room").content.decode()
    # Whatever its age: with these sales it is in the stage of growth.
    assert "权重还没有设置" not in page and "成长期" in page
    assert "1.3/6.5 分" in page  # 1.62 million yuan of research: the lowest band, 20 of 100


def test_the_room_says_who_comes_and_when(district):
    assert "上门服务的人" not in district.client("huangyi").get("/firm/room").content.decode()
    visits.add_visited("firm-steward", Whom(organisation=firm(district)), by=None)
    page = district.client("huangyi").get("/firm/room").content.decode()
    assert "上门服务的人" in page and "下次" in page
    assert visit_reads.firm_visits(district.account("liqiang"), firm(district).credit_code) == []
