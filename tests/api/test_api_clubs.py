"""Clubs over the API: the same acts as in pages, the same refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.api.test_api_sittings import ask
from tests.apps.clubs.clubs_of import begun, choose, offer, opened, published, pupil
from tests.apps.clubs.clubs_of import school_class as class_of
from tests.factories import District

from minsheng.apps.clubs import actions
from minsheng.apps.clubs.models import Choice, Round, Slot


@pytest.fixture
def district(schooled: District) -> District:
    return schooled


def test_a_round_from_the_first_choice_to_the_public_record(district: District) -> None:
    body: dict[str, Any] = {
        "school": "qinghuai", "catalogue": "after-school", "title": "社团",
        "closes": (timezone.now() + timedelta(days=2)).isoformat(),
        "changes_until": (district.today + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    assert ask(district, "tanmei", "post", "/school/rounds", body)[0] == 404
    status, made = ask(district, "kongrui", "post", "/school/rounds", body)
    assert (status, made["status"], len(made["commitment"])) == (200, "open", 64)
    child = pupil("linxiaohe").pk
    at = f"/learn/clubs/{made['id']}/choices"
    wishes = {"pupil": child, "clubs": ["qinghuai.go", "qinghuai.choir"]}
    for who, refused in (("liqiang", 404), ("wumei", 404), ("tanmei", 403)):
        assert ask(district, who, "post", at, wishes)[0] == refused
    assert ask(district, "linxia", "post", at, wishes)[0] == 200
    acts = f"/school/rounds/{made['id']}/acts"
    assert ask(district, "kongrui", "post", acts, {"act": "close"})[0] == 409
    Round.objects.update(closes=timezone.now() - timedelta(minutes=1))
    for act in ("close", "draw", "publish"):
        sent = {"act": act, "words": "3 1 6"}
        assert ask(district, "liqiang", "post", acts, sent)[0] == 403
        assert ask(district, "shaoqing", "post", acts, sent)[0] == 404
        assert ask(district, "kongrui", "post", acts, sent)[0] == 200
    record = ask(district, "", "get", f"/clubs/rounds/{made['id']}/record")[1]
    assert (len(record["entries"]), record["words"]) == (1, "3 1 6")
    assert record["commitment"] == made["commitment"]
    verdict = ask(district, "shaoqing", "get", f"/school/rounds/{made['id']}/verdict")[1]
    assert (verdict["is_good"], verdict["places"]) == (True, 1)
    (mine,) = ask(district, "linxia", "get", "/learn/clubs")[1]["rows"]
    assert [one["state"] for one in mine["choices"]] == ["placed", "out"]
    assert "最多 1 个" in mine["choices"][1]["reason"]["zh"]
    choice = mine["choices"][0]["id"]
    assert ask(district, "wumei", "post", f"/learn/choices/{choice}/leaving")[0] == 404
    assert ask(district, "linxia", "post", f"/learn/choices/{choice}/leaving")[0] == 200
    free = mine["offers"][0]["id"]
    assert (
        ask(district, "liqiang", "post", f"/learn/offers/{free}/places", {"pupil": child})[0] == 404
    )
    assert (
        ask(district, "linxia", "post", f"/learn/offers/{free}/places", {"pupil": child})[0] == 200
    )


def test_a_list_is_the_leaders_and_nobody_elses(district: District) -> None:
    made = opened(district)
    choose(district, made, "linxia", "go")
    published(district, made)
    Round.objects.update(published_at=timezone.now() - timedelta(days=30))
    head = district.account("kongrui")
    actions.name_leader("qinghuai.go", district.account("tanmei"), by=head, since=district.today)
    at = f"/school/clubs/{offer(made, 'go').pk}"
    found = ask(district, "tanmei", "get", at)[1]
    assert [one["name"] for one in found["members"]] == ["林小禾"]
    marks = {"day": found["day"], "marks": {str(Choice.objects.get().pk): "came"}}
    for who in ("liqiang", "linxia", "kelan", "shaoqing"):
        assert ask(district, who, "get", at)[0] in (403, 404)
        assert ask(district, who, "post", f"{at}/presences", marks)[0] in (403, 404)
    assert ask(district, "kongrui", "post", f"{at}/presences", marks)[0] == 403
    assert ask(district, "tanmei", "post", f"{at}/presences", marks)[1] == {"kept": 1}


def test_lessons_are_offered_booked_and_kept(district: District) -> None:
    body = {
        "kind": "lab", "catalogue": "after-school", "host": "physics", "title": "电路",
        "day": (district.today + timedelta(days=7)).isoformat(), "starts": "14:00",
        "ends": "15:00", "grades": [4], "seats": 40,
    }  # fmt: skip
    assert ask(district, "tanmei", "post", "/school/lessons", body)[0] == 403
    made = ask(district, "shaoqing", "post", "/school/lessons", body)[1]["id"]
    (row,) = ask(district, "tanmei", "get", "/school/lessons")[1]["rows"]
    assert row["classes"] == [class_of().pk]
    at, asked = f"/school/lessons/{made}/bookings", {"school_class": class_of().pk}
    assert ask(district, "kelan", "post", at, asked)[0] == 404
    booked = ask(district, "tanmei", "post", at, asked)[1]
    assert booked["status"] == "confirmed"
    acts = f"/school/bookings/{booked['id']}/acts"
    begun(Slot.objects.get())
    kept = {"act": "came", "words": "好"}
    assert ask(district, "kelan", "post", acts, kept)[0] == 404
    assert ask(district, "tanmei", "post", acts, kept)[1]["status"] == "came"
    assert (
        ask(district, "shaoqing", "post", f"/school/lessons/{made}/cancellation", {"why": "x"})[0]
        == 409
    )
