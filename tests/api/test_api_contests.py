"""Contests over the API: the same acts, the same refusals, nothing that tells whose a work is."""

from __future__ import annotations

from typing import Any

from django.test import Client
from tests.apps.contests.rounds_of import JUDGES, RUNNER, open_papers, schools, story
from tests.factories import District

from minsheng.apps.contests.models import Round


def ask(district: District, name: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    head = {"Authorization": f"Bearer {district.token(name)}"} if name else {}
    send = getattr(Client(), method)
    if method == "post":
        answer = send(f"/api/v1{path}", body or {}, "application/json", headers=head)
    else:
        answer = send(f"/api/v1{path}", headers=head)
    return answer.status_code, answer.json()


def test_from_the_judges_to_the_chair(district: District) -> None:
    made = story(district, "recommended")
    acts = f"/contests/{made.round.pk}/acts"
    assert ask(district, "tanmei", "post", acts, {"act": "begin"})[0] == 403
    assert ask(district, RUNNER, "post", acts, {"act": "judges", "judges": list(JUDGES)})[0] == 200
    assert ask(district, RUNNER, "post", acts, {"act": "begin"})[1]["state"] == "judging"
    for judge in JUDGES:
        rows = ask(district, judge, "get", "/contest-sheets")[1]
        assert not any(word in repr(rows) for word in ("谭梅", "孙伟", "松林", "tanmei"))
        for row in rows["rows"]:
            filled = {"grades": dict.fromkeys(row["criteria"], 9), "comment": "好"}
            at = f"/contest-sheets/{row['id']}"
            assert ask(district, "kelan", "post", at, filled)[0] == 404
            assert (
                ask(district, judge, "post", at, {"grades": {"question": 3}, "comment": "好"})[0]
                == 422
            )
            if row["number"] == made.works["sunwei"].number:
                filled["grades"]["evidence"] = 5
            assert ask(district, judge, "post", at, filled)[1]["state"] == "scored"
    assert ask(district, RUNNER, "post", acts, {"act": "close"})[1]["state"] == "review"
    shown = ask(district, "duping", "get", f"/contests/{made.round.pk}")[1]
    assert [one["place"] for one in shown["ranks"]] == ["in", "out"]
    assert "谭梅" not in repr(shown)
    confirm = {"act": "confirm", "seen": shown["seen"]}
    assert ask(district, RUNNER, "post", acts, confirm)[0] == 403
    assert ask(district, "duping", "post", acts, confirm)[1]["state"] == "public"
    mine = ask(district, "tanmei", "get", "/contest-works")[1]["rows"][0]
    assert [one["comment"] for one in mine["scores"]] == ["好", "好"]
    assert ask(district, "tanmei", "get", f"/contests/{made.round.pk}")[0] == 404


def test_a_work_and_a_record_of_ones_own(district: District) -> None:
    schools(district)
    one = open_papers(district)
    wanted = {"kind": "paper", "subject": "数学", "grade": 4, "knot": "面积", "title": "面积"}
    work = ask(district, "tanmei", "post", f"/contests/{one.pk}/works", wanted)[1]["id"]
    status, refused = ask(
        district, "tanmei", "post", f"/contest-works/{work}/acts", {"act": "send"}
    )
    assert (status, refused["code"]) == (422, "contests.missing")
    assert ask(district, "kelan", "post", f"/contest-works/{work}/acts", {"act": "send"})[0] == 404
    line = {"platform": "study", "title": "读书", "day": district.today.isoformat(), "hours": 2}
    made = ask(district, "tanmei", "post", "/growth", line)[1]["id"]
    assert ask(district, "kelan", "post", f"/growth/{made}/acts", {"act": "right"})[0] == 404
    assert ask(district, "kongrui", "post", f"/growth/{made}/acts", {"act": "right"})[0] == 200
    assert ask(district, "tanmei", "get", "/growth")[1]["hours"] == 2
    assert ask(district, "kelan", "get", "/growth")[1]["rows"] == []
    assert ask(district, "", "get", "/awards")[1] == {"rows": []}
    assert Round.objects.count() == 1
