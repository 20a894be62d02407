"""Three ways and what follows, for programs: sorted, called, voted on once and in secret, paid by two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.api.api_caller import Caller, problem, told
from tests.apps.councils.matters_of import AREA, COMMUNITY, OWN, SHARED, lamp, settle_homes

from minsheng.apps.appeals import actions as appeals
from minsheng.apps.councils import actions
from minsheng.apps.councils.models import Ballot, Vote
from minsheng.apps.outbox.models import Answered

pytestmark = pytest.mark.django_db
Call = Callable[..., Caller]
KEY = {"Idempotency_Key": "ballot-1"}


def test_a_small_matter_from_sorting_to_payment(district, call: Call) -> None:
    settle_homes(district)
    made = appeals.Told(
        category="other.matter.unsure", words="灯不亮", area=AREA,
        contact={"contact_name": "王芳", "phone": "13800001234"},
    )  # fmt: skip
    number = appeals.file_request("hotline", made, by=district.account("wangfang")).number
    mother, desk, street = call("wangfang"), call("fanxue"), call("shenya")
    problem(mother.get(f"/requests/{number}/sorting"), 404, "triage.not_sorted")
    told(desk.post(f"/desk/requests/{number}/sorting", {"answers": SHARED}))
    assert told(desk.get(f"/desk/requests/{number}/sorting"))["outcome"] == "judged"
    assert told(mother.get(f"/requests/{number}/sorting"))["may"] == ["challenge"]
    assert told(desk.get("/desk/hotspots"))["rows"] == []
    assert told(street.get("/desk/councils"))["small"][0]["number"] == number
    called = told(
        street.post(
            "/desk/councils",
            {
                "number": number, "title": "灯", "words": "换不换", "part": "3 栋",
                "at": (timezone.now() + timedelta(days=2)).isoformat(), "place": "楼下",
                "parties": ["community"],
            },
        )
    )  # fmt: skip
    at = f"/desk/councils/{called['id']}"
    told(street.post(f"{at}/minutes", {"came": 3, "minutes": "都说好"}))
    today = timezone.localdate()
    told(
        street.post(
            f"{at}/votes",
            {
                "question": "换？", "proposals": [{"words": "换", "cost_fen": 50000}],
                "opens_on": today.isoformat(), "closes_on": (today + timedelta(days=3)).isoformat(),
            },
        )
    )  # fmt: skip
    vote = Vote.objects.get()
    assert told(mother.get("/councils"))["to_vote"] == [vote.pk]
    shown = told(mother.get(f"/councils/{called['id']}"))
    assert shown["may"] == ["vote"]
    ballot = f"/councils/votes/{vote.pk}/ballot"
    told(mother.post(ballot, {"choice": "1"}, **KEY))
    again = mother.post(ballot, {"choice": "against"}, **KEY)
    assert again.headers["Idempotency-Replayed"] == "true"
    problem(mother.post(ballot, {"choice": "1"}), 409, "councils.voted")
    problem(call("liqiang").post(ballot, {"choice": "1"}), 404, "councils.no_such_vote")
    assert list(Ballot.objects.values_list("choice", flat=True)) == ["1"]
    # What is kept for the key says nothing of the choice: another one has the same prints.
    kept = Answered.objects.filter(key="ballot-1").get()
    assert "against" not in kept.body and '"choice"' not in kept.body
    told(call("zhouyan").post(ballot, {"choice": "1"}))
    actions.close_due_votes(timezone.now() + timedelta(days=5))
    actions.grant_budget("hotline", COMMUNITY, 60000, by=district.account("zhoujing"), on=today)
    money = {"what": "灯", "payee": "演示电工", "amount_fen": 40000}
    paid = told(street.post(f"{at}/payments", money))
    deed = f"/desk/payments/{paid['id']}"
    problem(street.post(deed, {"act": "approve"}), 403, "councils.not_yours")
    told(call("tangping").post(deed, {"act": "approve"}))
    told(street.post(deed, {"act": "pay", "words": "收据 01"}))
    told(street.post(f"{at}/end", {"act": "finish", "words": "都亮了"}))
    results = told(Caller("").get("/councils/results"))
    assert results["rows"][0]["title"] == "灯"
    assert results["funds"][0]["left"] == 20000
    assert told(mother.get(f"/councils/{called['id']}"))["payments"][0]["payee"] == ""


def test_a_challenge_goes_on_by_the_api(district, call: Call) -> None:
    story = lamp(district, "sorted")
    done = call("wangfang").post(
        f"/requests/{story.number}/sorting/challenge", {"reason": "该开发商修"}
    )
    assert told(done)["outcome"] == "open"


def test_a_mediator_is_wished_for_once_and_no_longer_by_whose_matter_it_is(
    district, call: Call
) -> None:
    story = lamp(district, "sorted", answers=OWN)
    mother, stranger, officer = call("wangfang"), call("liqiang"), call("yangqun")
    at = f"/requests/{story.number}/mediator"
    assert stranger.post(at).status_code == 404
    problem(officer.post(at), 403, "residents_only")
    assert (
        told(mother.post(at)) == told(mother.post(at)) == {"number": story.number, "wished": True}
    )
    assert stranger.post(f"{at}/cancellation").status_code == 404
    assert told(mother.post(f"{at}/cancellation"))["wished"] is False


def test_a_mediator_is_for_private_matters_alone(district, call: Call) -> None:
    story = lamp(district, "sorted")
    at = f"/requests/{story.number}/mediator"
    problem(call("wangfang").post(at), 409, "councils.not_private")
