"""精准教学 over the API: the same acts, the same refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from tests.apps.mastery.conftest import SUBJECT, answers, school, ticket, type_all, xiaohe
from tests.factories import District

from minsheng.apps.mastery.models import Work
from minsheng.apps.schools.models import SchoolClass, SchoolUser

__all__ = ["school", "ticket", "xiaohe"]


def ask(
    district: District, name: str, method: str, path: str, body: Any = None, *, key: str = ""
) -> tuple[int, Any]:
    head = {"Authorization": f"Bearer {district.token(name)}"}
    if key:
        head["Idempotency-Key"] = key
    send = getattr(Client(), method)
    if method == "post":
        answer = send(f"/api/v1/learning{path}", body or {}, "application/json", headers=head)
    else:
        answer = send(f"/api/v1/learning{path}", headers=head)
    return answer.status_code, answer.json()


def test_a_ticket_from_giving_to_results(
    district: District, school: SchoolClass, xiaohe: SchoolUser
) -> None:
    plan = {"kind": "ticket", "subject": SUBJECT, "title": "角", "items": ["an-001", "an-004"]}
    at = f"/classes/{school.pk}/line-items"
    for stranger, status in (("kelan", 404), ("liqiang", 403), ("kongrui", 403)):
        assert ask(district, stranger, "post", at, plan)[0] == status
    status, made = ask(district, "tanmei", "post", at, plan, key="one")
    assert (status, made["result_value_max"]) == (200, 2)
    assert ask(district, "tanmei", "post", at, plan, key="one")[1] == made
    work = made["id"]
    own = f"/own/sheets/{work}"
    assert [one["id"] for one in ask(district, "linxiaohe", "get", "/own/sheets")[1]["rows"]] == [
        work
    ]
    before = ask(district, "linxiaohe", "get", own)[1]
    assert before["score_status"] == "not submitted"
    assert {one["right"] for one in before["items"]} == {""}
    given = {"answers": {"an-001": "D", "an-004": "false"}}
    for stranger in ("wuyitong", "linxia", "liqiang"):
        assert ask(district, stranger, "get", own)[0] == 404
        assert ask(district, stranger, "post", f"{own}/answers", given)[0] == 404
    assert ask(district, "linxiaohe", "post", f"{own}/answers", given, key="two")[0] == 200
    assert ask(district, "linxiaohe", "post", f"{own}/answers", given, key="two")[0] == 200
    assert ask(district, "linxiaohe", "post", f"{own}/answers", given)[0] == 409
    assert ask(district, "linxiaohe", "get", own)[1]["score"] == 2
    shown = ask(district, "tanmei", "get", f"/line-items/{work}/results")[1]
    assert (shown["handed_in"], shown["items"][0]["right"]) == (1, 1)
    assert ask(district, "kelan", "get", f"/line-items/{work}/results")[0] == 404
    assert ask(district, "tanmei", "post", f"/line-items/{work}/cancellation")[0] == 409
    assert ask(district, "tanmei", "post", f"/line-items/{work}/closing")[1]["state"] == "closed"


def test_a_portrait_is_settled_disagreed_with_and_hidden_from_strangers(
    district: District, school: SchoolClass, xiaohe: SchoolUser, ticket: Callable[..., Work]
) -> None:
    type_all(work := ticket(), [[False] * 3] * 7, district)
    assert answers(work, [True] * 3)
    at = f"/pupils/{xiaohe.pk}"
    for who in ("tanmei", "linxia", "linxiaohe"):
        found = ask(district, who, "get", f"{at}/portrait")[1]
        assert "distributive-law" in {one["skill"] for one in found["findings"]}
    for who in ("kelan", "wumei", "liqiang", "kongrui"):
        for path in ("portrait", "next"):
            assert ask(district, who, "get", f"{at}/{path}")[0] == 404
    said = {"subject": SUBJECT, "skill": "distributive-law", "words": "她会的"}
    assert ask(district, "tanmei", "post", f"{at}/objections", said)[0] == 403
    made = ask(district, "linxia", "post", f"{at}/objections", said)[1]["id"]
    answer = {"answer": "改过来", "changes": True}
    assert ask(district, "kelan", "post", f"/objections/{made}/answer", answer)[0] == 404
    assert ask(district, "tanmei", "post", f"/objections/{made}/answer", answer)[0] == 200
    found = ask(district, "linxia", "get", f"{at}/portrait")[1]
    levels = {one["skill"]: one["level"] for one in found["findings"]}
    assert levels["distributive-law"] == "mastered"
    ruling = found["rulings"][0]["id"]
    assert ask(district, "linxia", "post", f"/rulings/{ruling}/end")[0] == 403
    assert ask(district, "tanmei", "post", f"/rulings/{ruling}/end")[0] == 200
    note = {"kind": "interest", "domain": "out", "words": "围棋"}
    note_id = ask(district, "linxia", "post", f"{at}/notes", note)[1]["id"]
    assert ask(district, "wumei", "post", f"/notes/{note_id}/end")[0] == 404
    assert ask(district, "linxiaohe", "post", f"/notes/{note_id}/end")[0] == 200
    skills = ask(district, "kongrui", "get", f"/classes/{school.pk}/skills")[1]["rows"]
    assert sum(skills[0][level] for level in ("mastered", "growing", "at_risk", "unknown")) == 7
