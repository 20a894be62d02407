"""An act that is sent twice under one Idempotency-Key happens once and is answered the same."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections
from django.http import HttpResponse
from tests.api.api_caller import Caller, problem, told
from tests.factories import District, newborn

from minsheng.apps.cases import reads as cases
from minsheng.apps.outbox.models import Answered
from minsheng.cli.demo import cast

Call = Callable[..., Caller]
KEY = {"Idempotency_Key": "7c1f-1"}


def test_a_decision_sent_again_gets_the_first_answer(district: District, call: Call) -> None:
    story = newborn(district, until="submitted")
    at, lin = f"/items/{story.item_id('birth_certificate')}/decision", call("linlan")
    first = lin.post(at, {"decision": "approve", "purpose": "case"}, **KEY)
    again = lin.post(at, {"decision": "approve", "purpose": "case"}, **KEY)
    assert (again.status_code, again.content) == (200, first.content)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (
        lin.post(at, {"decision": "approve", "purpose": "case"}).status_code == 409
    )  # without the key: too late


def test_the_same_key_with_another_body_or_path_is_refused(district: District, call: Call) -> None:
    story = newborn(district, until="submitted")
    item, lin = story.item_id("birth_certificate"), call("linlan")
    told(lin.post(f"/items/{item}/decision", {"decision": "approve", "purpose": "case"}, **KEY))
    other_body = {"decision": "approve", "message": "好"}
    refused = lin.post(f"/items/{item}/decision", other_body, **KEY)
    assert problem(refused, 409, "outbox.answered_other")["field"] == "Idempotency-Key"
    refused = lin.post(f"/items/{item}/reversal", {"reason": "record_corrected"}, **KEY)
    problem(refused, 409, "outbox.answered_other")


def test_the_order_of_fields_makes_no_other_body(district: District, call: Call) -> None:
    story = newborn(district, until="submitted")
    at, lin = f"/items/{story.item_id('birth_certificate')}/decision", call("linlan")
    told(lin.post(at, b'{"decision": "approve", "purpose": "case", "message": ""}', **KEY))
    again = lin.post(at, b'{"message":"","purpose":"case","decision":"approve"}', **KEY)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_key_belongs_to_its_account(district: District, call: Call) -> None:
    told(call("wangfang").post("/applications", {"service": "newborn"}, **KEY), 201)
    others = call("chenli").post("/applications", {"service": "newborn"}, **KEY)
    assert "Idempotency-Replayed" not in others.headers
    assert told(others, 201)["id"]


def test_an_application_started_twice_is_one_also_after_it_was_submitted(
    district: District, call: Call
) -> None:
    wang = call("wangfang")
    first = told(wang.post("/applications", {"service": "newborn"}, **KEY), 201)
    newborn(district, until="submitted")
    again = told(wang.post("/applications", {"service": "newborn"}, **KEY), 201)
    assert again == first
    assert cases.drafts_of(district.account("wangfang")) == []


def test_a_refused_act_may_be_mended_under_its_key(district: District, call: Call) -> None:
    story = newborn(district, until="submitted")
    at, lin = f"/items/{story.item_id('birth_certificate')}/decision", call("linlan")
    problem(
        lin.post(at, {"decision": "refuse", "reason": "appraisal", "purpose": "case"}, **KEY),
        422,
        "casework.reason",
    )
    told(lin.post(at, {"decision": "approve", "purpose": "case"}, **KEY))


def test_what_is_kept_of_an_answer_is_nothing_personal(district: District, call: Call) -> None:
    wang = call("wangfang")
    started = told(wang.post("/applications", {"service": "newborn"}, **KEY), 201)
    story = newborn(district, until="answered")
    at = f"/applications/{started['id']}/submission"
    told(wang.post(at, Idempotency_Key="7c1f-2"), 201)
    assert story.draft
    kept = "".join(row.body + row.fingerprint for row in Answered.objects.all())
    assert Answered.objects.count() == 2
    for word in ("王芳", "陈予珺", "13800001234", "YS-DEMO-0001", cast.WANG_FANG.number):
        assert word not in kept


@pytest.mark.parametrize("key", ["x" * 121, "has space", "引号"])
def test_a_malformed_key_is_refused(key: str, call: Call) -> None:
    headers = {"Idempotency_Key": key.encode().decode("latin-1")}
    refused = call("wangfang").post("/applications", {"service": "newborn"}, **headers)
    assert problem(refused, 422, "mistakes")["field"] == "Idempotency-Key"


@pytest.mark.django_db(transaction=True)
def test_of_two_submissions_at_once_both_get_the_same_case(district: District, call: Call) -> None:
    story = newborn(district, until="answered")
    at = f"/applications/{story.draft}/submission"
    callers = [call("wangfang"), call("wangfang")]
    answers: list[HttpResponse] = []
    ready = threading.Barrier(2)

    def submit(caller: Caller) -> None:
        try:
            ready.wait(10)
            answers.append(caller.post(at, **KEY))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=submit, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert sorted("Idempotency-Replayed" in answer.headers for answer in answers) == [False, True]
    assert len(cases.cases_of(district.account("wangfang"))) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_decisions_at_once_with_two_keys_one_wins(
    district: District, call: Call
) -> None:
    story = newborn(district, until="submitted")
    at = f"/items/{story.item_id('birth_certificate')}/decision"
    callers = [call("linlan", **{"Idempotency-Key": f"k-{n}"}) for n in range(2)]
    answers: list[HttpResponse] = []
    ready = threading.Barrier(2)

    def decide(caller: Caller) -> None:
        try:
            ready.wait(10)
            answers.append(caller.post(at, {"decision": "approve", "purpose": "case"}))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 409]
