"""Made-up calls to every operation, from its own description: no fault, no undeclared answer.

The calls are the same each time (derandomised). First everything in them is made up, then the
paths lead to what is 王芳's, so that the bodies come to the acts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.factories import District, newborn, siblings

from minsheng.apps.cases import reads as case_reads

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

AT_DESK = {"list_inbox", "read_item", "decide", "reverse_item"}
KEYS = {"save_answers": "child", "give_material": "marriage", "supply": "birth_certificate"}


@pytest.fixture
def schema(district: District) -> Iterator[Any]:
    """The described API, called within this test's transaction."""
    # A server drops its connection after each call; here it holds the transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_no_call_breaks_the_api_or_gets_an_undeclared_answer(
    district: District, schema: Any, subtests: pytest.Subtests
) -> None:
    first, second = siblings(district, 2)
    story = newborn(district, until="birth_certificate", event=first)
    wang = district.account("wangfang")
    licence = case_reads.case_view(story.number, account=wang).items[0].licence
    assert licence is not None
    real = {
        "slug": "newborn",
        "number": story.number,
        "item": story.item_id("household"),
    }
    count = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        name = operation.definition.raw["operationId"]
        values = {**real, "key": KEYS.get(name, "")}
        if "certificate" in operation.path or "verify" in operation.path:
            values["number"] = licence.number
        if "{application}" in operation.path:  # each its own: one of them throws it away
            values["application"] = str(newborn(district, until="draft", event=second).draft)
        # A token of its own too: one of the operations ends it.
        token = district.token("sunwei" if name in AT_DESK else "wangfang")
        headers = {"Authorization": f"Bearer {token}"}
        with subtests.test(operation.label):
            call_made_up(operation, headers, {}, examples=2)
            call_made_up(operation, headers, values, examples=6)
        count += 1
    assert count > 20


def call_made_up(
    operation: APIOperation, headers: Mapping[str, str], real: Mapping[str, Any], *, examples: int
) -> None:
    """Call one operation with made-up values; those in `real` take the place of made-up ones."""

    @given(case=operation.as_strategy())
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(case: schemathesis.Case) -> None:
        for name in real.keys() & (case.path_parameters or {}).keys():
            case.path_parameters[name] = real[name]
        case.call_and_validate(headers=dict(headers), checks=CHECKS)

    call()
