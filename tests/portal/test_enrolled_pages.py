"""Who is visited: let in by the head, paused and gone on with by the visitor; on pages and by the API."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.api.api_caller import Caller, told
from tests.apps.appeals.courtyards import family
from tests.apps.cases.conftest import clock
from tests.apps.visits.visiting import child, firm, first_visit
from tests.factories import District

from minsheng.apps.people import reads as people
from minsheng.apps.visits import actions, reads
from minsheng.apps.visits.models import Visit, Visited
from minsheng.cli.demo import cast

__all__ = ["clock"]
AT = "/desk/rounds/people"
LATER = date(2026, 4, 10)


@pytest.fixture
def on(clock: object, district: District) -> District:
    return district


def test_the_head_lets_a_firm_in_and_the_first_visit_is_planned(on: District) -> None:
    code, head = firm().credit_code, on.client("fanhua")
    assert "加一户到" not in head.get(AT).content.decode()
    sent = {"plan": "firm-steward", "number": code, "area": "park.kechuang", "level": "monthly"}
    wrong = head.post(AT, {**sent, "number": code[:-1]})
    assert (wrong.status_code, code[:-1] in wrong.content.decode()) == (422, True)
    made = head.post(AT, sent)
    row = Visited.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"{AT}/{row.pk}")
    assert first_visit(row).due_day == date(2026, 3, 31)
    again = head.post(AT, sent)
    assert again.status_code == 409
    assert "已经在这种走访里了" in again.content.decode()


def test_a_household_is_found_by_the_number_of_any_member(on: District) -> None:
    father = cast.known_person("zhouyan")
    made = actions.enrol(
        "courtyard", father.number, area="courtyard.01", address="老槐树旁",
        by=on.account("zhoujing"),
    )  # fmt: skip
    assert made.household is not None
    shown = on.client("zhoujing").get(f"{AT}/{made.pk}").content.decode()
    assert "周岩" not in shown  # masked: nobody opened a visit
    assert father.number not in shown


def test_only_the_head_learns_whether_a_number_is_known(on: District) -> None:
    known, unknown = cast.known_person("zhouyan").number, cast.known_person("liqiang").number
    for who in ("shizhu", "aiming", "sunwei", "wutong"):
        answers = [
            on.client(who).post(AT, {"plan": "courtyard", "number": number}).status_code
            for number in (known, unknown, "1")
        ]
        assert answers == [403, 403, 403], who
    assert on.client("liqiang").get(AT).status_code == 403


def test_the_visitor_pauses_and_goes_on(on: District) -> None:
    visit = family(on)
    at, helper = f"{AT}/{visit.visited_id}", on.client("shizhu")
    assert f'href="{at}"' in helper.get(f"/desk/rounds/{visit.number}").content.decode()
    wrong = helper.post(at, {"act": "pause", "until": "下周"})
    assert (wrong.status_code, "下周" in wrong.content.decode()) == (422, True)
    helper.post(at, {"act": "pause", "until": LATER.isoformat()})
    assert "可以接着去了" in helper.get(at).content.decode()
    assert [one.state for one in reads.my_round(on.account("shizhu")).paused] == ["paused"]
    helper.post(at, {"act": "resume"})
    assert Visited.objects.get().paused_until is None
    assert helper.post(at, {"act": "end", "why": "moved"}).status_code == 404
    on.client("zhoujing").post(at, {"act": "end", "why": "moved"})
    assert Visited.objects.get().ended_why == "moved"
    assert not Visit.objects.filter(outcome="").exists()


def test_strangers_find_nobody_and_change_nothing(on: District) -> None:
    at = f"{AT}/{family(on).visited_id}"
    for who in ("aiming", "sunwei", "fanhua", "yuelan"):
        assert on.client(who).get(at).status_code == 404, who
        sent = {"act": "pause", "until": LATER.isoformat()}
        assert on.client(who).post(at, sent).status_code == 404
        assert reads.enrolled(on.account(who)) == []
    assert Visited.objects.get().paused_until is None


def test_a_head_sees_of_a_protected_child_that_it_is_visited_and_no_name(on: District) -> None:
    row = child(on)
    head = people.accounts_of(reads.plan_of("left-behind").post)
    assert head
    (line,) = reads.enrolled(on.account("zhoujing"))
    assert line.id == row.pk
    assert row.person is not None
    assert line.who.zh != row.person.name_masked


def test_the_api_does_the_same(on: District) -> None:
    code, head = firm().credit_code, Caller(on.token("fanhua"))
    sent = {"plan": "firm-steward", "number": code, "level": "monthly"}
    made = told(head.post("/visits/enrolled", sent, Idempotency_Key="one"))
    assert told(head.post("/visits/enrolled", sent, Idempotency_Key="one")) == made
    at, until = f"/visits/enrolled/{made['id']}", (on.today + timedelta(9)).isoformat()
    assert told(head.post(f"{at}/pause", {"until": until}))["paused_until"] == until
    assert told(head.post(f"{at}/resume"))["paused_until"] is None
    assert [row["id"] for row in told(head.get("/visits/enrolled"))["rows"]] == [made["id"]]
    stranger = Caller(on.token("aiming"))
    told(stranger.post(f"{at}/pause", {"until": until}), 404)
    told(stranger.post("/visits/enrolled", sent), 403)
