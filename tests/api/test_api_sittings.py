"""The enterprise house over the API: the same acts, the same refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from tests.apps.sittings.sittings_of import CONTACT, WORDS, begin
from tests.factories import District

from minsheng.apps.sittings.models import Sitting


def ask(district: District, name: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    head = {"Authorization": f"Bearer {district.token(name)}"} if name else {}
    send = getattr(Client(), method)
    if method == "post":
        answer = send(f"/api/v1{path}", body or {}, "application/json", headers=head)
    else:
        answer = send(f"/api/v1{path}", headers=head)
    return answer.status_code, answer.json()


def test_a_seat_from_the_public_list_to_the_firms_word(district: District) -> None:
    day = (district.today + timedelta(days=7)).isoformat()
    plan = {
        "house": "enterprise-house", "day": day, "starts": "14:30", "ends": "16:30",
        "place": "house", "topic": "energy", "seats": 2,
    }  # fmt: skip
    assert ask(district, "pengbo", "post", "/desk/sittings", plan)[0] == 403
    status, made = ask(district, "yuelan", "post", "/desk/sittings", plan)
    assert status == 200
    row = ask(district, "", "get", "/sittings")[1]["rows"][0]
    assert (row["id"], row["left"]) == (made["id"], 2)
    asked = {"words": WORDS, "contact": CONTACT}
    at = f"/sittings/{made['id']}/seats"
    assert ask(district, "liqiang", "post", at, asked)[0] == 403
    seat = ask(district, "huangyi", "post", at, asked)[1]["id"]
    assert ask(district, "liqiang", "post", f"/firm/seats/{seat}/cancellation")[0] == 404
    begin(Sitting.objects.get())
    table = ask(district, "pengbo", "get", f"/desk/sittings/{made['id']}")[1]
    assert table["seats"][0]["words"] == WORDS
    assert ask(district, "tianye", "get", f"/desk/sittings/{made['id']}")[0] == 404
    act = f"/desk/seats/{seat}/acts"
    assert ask(district, "pengbo", "post", act, {"act": "came"})[1]["status"] == "came"
    assert ask(district, "pengbo", "post", act, {"act": "answer", "words": "收下了。"})[0] == 200
    done = ask(district, "huangyi", "post", f"/firm/seats/{seat}/word", {"solved": False})[1]
    assert done["outcome"] == "whistle"
    assert done["request"].startswith("S")
    mine = ask(district, "huangyi", "get", "/firm/seats")[1]["rows"][0]
    assert (mine["request"], mine["answer"]) == (done["request"], "收下了。")
