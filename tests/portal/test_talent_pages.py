"""A talent's page: points and what they never touch, a code that a desk checks, numbers found wrong."""

from __future__ import annotations

import re

from tests.apps.scores.talents_of import NUMBERS, PAPER, confirmed, number, talent

from minsheng.apps.scores.models import TalentNumber
from minsheng.cli.demo import firms


def test_from_nothing_to_points_line_by_line(district):
    owner = district.client("huangyi")
    page = owner.get("/mine/talent").content.decode()
    assert "0 到 100 分" in page and "积分从来不管基本权利" in page and "救助" in page
    typed = {**NUMBERS, "paper": PAPER, "as_of": district.today.isoformat()}
    wrong = owner.post("/mine/talent/numbers", typed | {"degree": "博士"})
    assert wrong.status_code == 422 and 'href="#degree"' in wrong.content.decode()
    assert 'value="32,000"' in wrong.content.decode()
    assert owner.post("/mine/talent/numbers", typed).url == "/mine/talent"
    page = owner.get("/mine/talent").content.decode()
    assert "人才积分：47 分" in page and "等核对" in page and "怎样多得分" in page
    assert "还差 40 分" in page  # nothing is checked yet


def test_the_code_holds_nothing_personal_and_the_desk_sees_no_more_than_it_asks(district):
    person = confirmed(district, "degree", "grade")
    shown = district.client("huangyi").post("/mine/talent", {"act": "code"}).content.decode()
    code = re.findall(r'class="num">([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})<', shown)[0]
    assert "<svg" in shown and "用一次就作废" in shown
    desk = district.client("yuelan")
    asked = desk.get(f"/desk/talent?code={code}").content.decode()
    assert f'value="{code}"' in asked
    found = desk.post("/desk/talent", {"code": code, "use": "venue"}).content.decode()
    assert "可以：场馆和活动先约" in found and person.name_masked in found
    assert PAPER not in found and "24 分" not in found
    again = desk.post("/desk/talent", {"code": code, "use": "venue"})
    assert again.status_code == 404 and 'href="#code"' in again.content.decode()


def test_a_number_is_refused_objected_to_and_decided_by_another(district):
    person = talent(district, degree="2")
    pk, owner = str(number("degree")), district.client("huangyi")
    at, desk = f"/desk/talent/{person.pk}", district.client("yuelan")
    assert str(person.pk) in desk.get("/desk/talent").content.decode()
    assert PAPER in desk.get(at).content.decode()
    empty = desk.post(at, {"act": "refuse", "number": pk, "why": ""})
    assert empty.status_code == 422 and f'href="#why-{pk}"' in empty.content.decode()
    assert desk.post(at, {"act": "refuse", "number": pk, "why": "没有原件。"}).status_code == 302
    assert "没有原件。" in owner.get("/mine/talent").content.decode()
    assert owner.post("/mine/talent", {"number": pk, "words": " "}).status_code == 422
    assert owner.post("/mine/talent", {"number": pk, "words": "已带来。"}).status_code == 302
    head = district.client("fanhua")
    assert "已带来。" in head.get(at).content.decode()
    head.post(at, {"act": "confirm", "number": pk})
    assert TalentNumber.objects.get().state == "confirmed"
    assert "人才积分" in owner.get("/mine/looks").content.decode()


def test_strangers_see_no_talent(district):
    person = talent(district)
    for name in ("sunwei", "liqiang"):
        client = district.client(name)
        assert client.get("/desk/talent").status_code == 403
        assert client.get(f"/desk/talent/{person.pk}").status_code == 403
    assert "32,000" not in district.client("liqiang").get("/mine/talent").content.decode()
    assert district.client("sunwei").get("/mine/talent").status_code == 403


def test_the_demonstration_has_a_talent_with_some_numbers_still_to_check(district):
    firms.begin(district.today)
    page = district.client("huangyi").get("/mine/talent").content.decode()
    assert "人才积分：57 分" in page and "只按核对过的数算，是 34 到 84 分" in page
    assert "还差 6 分" in page  # the steward, from 40 points on; flats are open from 30 on
    assert "3 个新填的" in district.client("yuelan").get("/desk/talent").content.decode()
    owner = district.client("huangyi")
    owner.get("/language?to=en&next=/mine/talent")
    page = owner.get("/mine/talent").content.decode()
    assert "6 points are missing" in page and "Points never touch basic rights" in page
