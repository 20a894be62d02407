"""五学课堂 over the API: a teacher's whole story, and what others are told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.apps.lessons.conftest import lesson, plan, school
from tests.apps.lessons.test_lessons import NAMES, sheet
from tests.apps.lessons.test_rehearsing import answered
from tests.apps.mastery.conftest import answers
from tests.factories import District

from minsheng.apps.lessons import reads
from minsheng.apps.lessons.models import Lesson, LessonPlan, Observation, Rehearsal
from minsheng.apps.mastery import actions as mastery
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.schools import reads as schools
from minsheng.apps.schools.models import SchoolClass
from minsheng.cli.demo.schools import SUBJECT

__all__ = ["answered", "lesson", "plan", "school"]
BODY: dict[str, Any] = {
    "title": "乘法分配律",
    "aim": "会正着用、反着用",
    "skills": ["distributive-law"],
    "steps": {
        "situation": {"minutes": 5, "teacher": "买校服"},
        "question": {"minutes": 10, "teacher": "两种算法", "questions": ["哪种算得快？"]},
        "activity": {
            "minutes": 13,
            "pupils": "摆一摆",
            "materials": [{"title": "方格纸"}],
            "skills": ["distributive-law"],
            "practice": 4,
        },
        "assessment": {"minutes": 7, "teacher": "出门条", "practice": 3},
        "digital": {"minutes": 5, "pupils": "下一题"},
    },
}


class Asks:
    """Calls the API as somebody of the demonstration."""

    def __init__(self, district: District) -> None:
        self.district = district

    def get(self, name: str, path: str) -> tuple[int, Any]:
        return self._sent(name, "get", path, {})

    def post(self, name: str, path: str, body: Any = None, *, key: str = "") -> tuple[int, Any]:
        more = {"data": body or {}, "content_type": "application/json"}
        return self._sent(name, "post", path, more, key)

    def _sent(
        self, name: str, method: str, path: str, more: dict[str, Any], key: str = ""
    ) -> tuple[int, Any]:
        head = {"Authorization": f"Bearer {self.district.token(name)}"}
        if key:
            head["Idempotency-Key"] = key
        answer = getattr(Client(), method)(f"/api/v1{path}", headers=head, **more)
        return answer.status_code, answer.json()


@pytest.fixture
def ask(district: District) -> Asks:
    return Asks(district)


def test_a_plan_is_kept_once_revised_compared_shared_and_copied(
    ask: Asks, school: SchoolClass
) -> None:
    wanted = {"subject": SUBJECT, "plan": BODY}
    status, made = ask.post("tanmei", "/lessons/plans", wanted, key="one")
    assert (status, made["version"]) == (200, 1)
    assert ask.post("tanmei", "/lessons/plans", wanted, key="one")[1] == made
    first = made["id"]
    shown = ask.get("tanmei", f"/lessons/plans/{first}")[1]
    given = shown["body"]["steps"]["activity"]
    assert (given["practice"], given["materials"][0]["title"]) == (4, "方格纸")
    again = {"plan": shown["body"]}
    assert ask.post("tanmei", f"/lessons/plans/{first}/versions", again)[1]["id"] == first
    better = {"plan": {**BODY, "aim": "会正着用、反着用，说得出为什么"}, "why": "说理不够"}
    second = ask.post("tanmei", f"/lessons/plans/{first}/versions", better)[1]["id"]
    assert ask.post("tanmei", f"/lessons/plans/{first}/versions", better)[0] == 409
    found = ask.get("tanmei", f"/lessons/plans/{second}/differences/{first}")[1]
    (change,) = found["changes"]
    assert (found["before"], found["after"], change["part"]) == (first, second, "aim")
    assert {"mark": "+", "text": "，说得出为什么"} in change["pieces"]
    assert ask.get("kelan", f"/lessons/plans/{second}")[0] == 404
    at = f"/lessons/plans/{second}/sharing"
    assert ask.post("tanmei", at, {"shared": "school"})[1]["shared"] == "school"
    assert ask.post("kelan", at, {"shared": ""})[0] == 403
    (row,) = ask.get("kelan", "/lessons/plans?of=shared&words=分配")[1]["rows"]
    assert row["id"] == second
    copied = ask.post("kelan", f"/lessons/plans/{second}/copies", key="two")[1]
    assert [one["id"] for one in ask.get("kelan", "/lessons/plans")[1]["rows"]] == [copied["id"]]


def test_plans_come_by_pages_the_newest_first(ask: Asks, school: SchoolClass) -> None:
    made = [
        ask.post("tanmei", "/lessons/plans", {"subject": SUBJECT, "plan": BODY})[1]["id"]
        for _ in range(3)
    ]
    one = ask.get("tanmei", "/lessons/plans?limit=2")[1]
    two = ask.get("tanmei", f"/lessons/plans?limit=2&cursor={one['next']}")[1]
    assert [row["id"] for row in one["rows"] + two["rows"]] == made[::-1]
    assert two["next"] is None


def test_a_plan_that_cannot_be_taught_names_every_field(ask: Asks, school: SchoolClass) -> None:
    steps = {**BODY["steps"], "digital": {"minutes": 6, "pupils": "下一题"}}
    wrong = {"subject": SUBJECT, "plan": {**BODY, "title": " ", "steps": steps}}
    status, said = ask.post("tanmei", "/lessons/plans", wrong)
    assert (status, {one["field"] for one in said["errors"]}) == (422, {"title", "minutes"})
    steps = {**BODY["steps"], "sixth": {"minutes": 0}}
    unknown = {"subject": SUBJECT, "plan": {**BODY, "steps": steps}}
    assert ask.post("tanmei", "/lessons/plans", unknown)[1]["code"] == "lessons.step"
    assert not LessonPlan.objects.exists()


def test_a_lesson_from_setting_to_agreement(
    ask: Asks, district: District, plan: LessonPlan, school: SchoolClass
) -> None:
    hour = {"school_class": school.pk, "day": district.today.isoformat(), "starts": "09:00"}
    at = f"/lessons/plans/{plan.pk}/lessons"
    status, made = ask.post("tanmei", at, hour, key="set")
    assert (status, made["state"]) == (200, "planned")
    assert ask.post("tanmei", at, hour, key="set")[1] == made
    assert ask.post("tanmei", at, hour)[0] == 409
    lesson = f"/lessons/{made['id']}"
    assert ask.post("tanmei", f"{lesson}/acts", {"act": "end"})[0] == 409
    colleagues = {one["id"] for one in ask.get("tanmei", f"{lesson}/colleagues")[1]["rows"]}
    for observer in (district.account("kelan").pk, district.account("shaoqing").pk):
        assert observer in colleagues
        assert ask.post("tanmei", f"{lesson}/observers", {"observer": observer})[0] == 200
    assert ask.post("tanmei", f"{lesson}/acts", {"act": "begin"})[1]["step"] == "situation"
    step = {"act": "step", "step": "question"}
    assert ask.post("tanmei", f"{lesson}/acts", step)[1]["step"] == "question"
    items = [one.key for one in shelf(SUBJECT).subject.by_skill["distributive-law"][:3]]
    assert ask.post("tanmei", f"{lesson}/ticket", {"items": items})[1]["ticket"]
    running = ask.get("tanmei", lesson)[1]
    assert [one["is_now"] for one in running["steps"]] == [False, True, False, False, False]
    assert ask.post("tanmei", f"{lesson}/acts", {"act": "end"})[1]["state"] == "taught"
    assert ask.post("tanmei", f"{lesson}/acts", {"act": "call_off"})[0] == 409
    ask.post("tanmei", f"{lesson}/acts", {"act": "reflect", "words": "第二步太快"}, key="think")
    assert ask.get("tanmei", lesson)[1]["reflection"] == "第二步太快"
    assert "太快" not in Lesson.objects.get().reflection

    form = f"/observations/{made['id']}"
    (asked,) = ask.get("kelan", "/observations")[1]["rows"]
    assert (asked["lesson"]["id"], asked["state"]) == (made["id"], "invited")
    assert [one["name"] for one in ask.get("kelan", form)[1]["questions"]] == NAMES
    scores = {name: place % 3 + 1 for place, name in enumerate(NAMES)}
    status, wrong = ask.post("kelan", form, {"scores": sheet(2, question_time=0)})
    assert (status, wrong["field"]) == (422, "question.time.seen")
    assert ask.post("kelan", form, {"scores": scores, "advice": "留点时间想"})[0] == 200
    assert ask.get("shaoqing", f"{lesson}/agreement")[1]["agreed"] is None
    other = {"scores": {**scores, "activity.talk": 4}, "evidence": {"activity.talk": "人人都说"}}
    assert ask.post("shaoqing", form, other)[1]["state"] == "submitted"
    for name in ("tanmei", "kelan"):
        agreed = ask.get(name, f"{lesson}/agreement")[1]["agreed"]
        assert 0.6 < agreed["kappa"]["value"] < 1
        assert [one["question"]["name"] for one in agreed["apart"]] == ["activity.talk"]
    first, _ = ask.get("tanmei", f"{lesson}/sheets")[1]["rows"]
    assert first["observer"] == district.account("kelan").display
    assert first["advice"] == "留点时间想"
    assert ask.get("kelan", f"{lesson}/sheets")[0] == 403


def test_an_observer_who_declines_sees_the_lesson_no_more(
    ask: Asks, district: District, lesson: Lesson
) -> None:
    adviser = district.account("shaoqing")
    asked = {"observer": adviser.pk}
    ask.post("tanmei", f"/lessons/{lesson.pk}/observers", asked)
    assert ask.get("shaoqing", f"/lessons/{lesson.pk}")[1]["observers"] == []
    assert ask.post("shaoqing", f"/observations/{lesson.pk}/declination")[1]["state"] == "declined"
    assert ask.get("shaoqing", f"/lessons/{lesson.pk}")[0] == 404
    seen = ask.get("tanmei", f"/lessons/{lesson.pk}")[1]["observers"]
    assert [(one["name"], one["state"]) for one in seen] == [(adviser.display, "declined")]


def test_versions_are_rehearsed_and_the_prediction_stands_beside_what_happened(
    ask: Asks, district: District, answered: Lesson
) -> None:
    at = f"/lessons/{answered.pk}"
    steps = {**BODY["steps"], "assessment": {"minutes": 7, "teacher": "出门条"}}
    fewer = ask.post(
        "tanmei", f"/lessons/plans/{answered.plan_id}/versions", {"plan": {**BODY, "steps": steps}}
    )[1]["id"]
    wanted = {"against": fewer, "seed": 7}
    status, made = ask.post("tanmei", f"{at}/rehearsals", wanted, key="one")
    assert (status, made["seed"]) == (200, 7)
    assert ask.post("tanmei", f"{at}/rehearsals", wanted, key="one")[1] == made
    (row,) = ask.get("tanmei", f"{at}/rehearsals")[1]["rows"]
    assert [one["step"] for one in row["steps"]] == ["activity", "assessment"]
    assert row["versions"]["difference"] > 0
    (view,) = reads.rehearsals_of(answered.pk, account=district.account("tanmei"))
    assert row["steps"][0]["right"] == view.steps[0].share
    assert ask.get("tanmei", f"{at}/outcome")[1] == {"outcome": None}
    ask.post("tanmei", f"{at}/acts", {"act": "begin"})
    items = [
        one.key for one in shelf(SUBJECT).subject.by_skill["multiplication-laws"]
        if one.kind in {"choice", "judge", "number"}
    ][:3]  # fmt: skip
    ask.post("tanmei", f"{at}/ticket", {"items": items})
    answered.refresh_from_db()
    assert answered.ticket is not None
    teacher = district.account("tanmei")
    pupils = schools.pupil_ids(answered.school_class)
    for pupil in pupils:
        said = answers(answered.ticket, [False] * len(items))
        mastery.type_in(answered.ticket.pk, pupil, said, by=teacher)
    found = ask.get("tanmei", f"{at}/outcome")[1]["outcome"]
    assert (found["answers"], found["happened"]) == (len(items) * len(pupils), 0)
    assert found["foreseen"] > 0
    assert 0 <= found["twin"] <= 1


def test_nobody_else_runs_a_lesson_or_reads_what_is_the_teachers(ask: Asks, lesson: Lesson) -> None:
    """李强, a mother of the class, a teacher elsewhere, a teacher of the school; the head looks."""
    at = f"/lessons/{lesson.pk}"
    refused = {"liqiang": 403, "linxia": 403, "qiaoyu": 404, "kelan": 404, "kongrui": 403}
    for name, status in refused.items():
        for path in ("colleagues", "sheets", "rehearsals", "outcome"):
            assert ask.get(name, f"{at}/{path}")[0] == status
        for path, body in (
            ("acts", {"act": "begin"}),
            ("ticket", {"items": ["an-001"]}),
            ("observers", {"observer": 1}),
            ("rehearsals", {"seed": 1}),
        ):
            assert ask.post(name, f"{at}/{path}", body)[0] == status
        assert ask.post(name, f"/observations/{lesson.pk}", {"scores": sheet(2)})[0] == status
        if name != "kongrui":
            assert ask.get(name, at)[0] == status
    seen, shown = ask.get("kongrui", at)
    assert (seen, shown["observers"], shown["reflection"]) == (200, [], "")
    assert Lesson.objects.get().state == "planned"
    assert not Rehearsal.objects.exists()
    assert not Observation.objects.exists()


def test_a_plan_of_ones_own_is_not_there_for_others(ask: Asks, plan: LessonPlan) -> None:
    at = f"/lessons/plans/{plan.pk}"
    for name, status in {"liqiang": 403, "linxia": 403, "qiaoyu": 404, "kongrui": 404}.items():
        for path in (at, f"{at}/differences/{plan.pk}"):
            assert ask.get(name, path)[0] == status
        for path, body in (
            ("versions", {"plan": BODY}),
            ("copies", {}),
            ("sharing", {"shared": "district"}),
            ("lessons", {"school_class": 1, "day": "2030-01-01", "starts": "09:00"}),
        ):
            assert ask.post(name, f"{at}/{path}", body)[0] == status
    assert LessonPlan.objects.count() == 1
