"""The description of the API: complete, and changed only on purpose."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from minsheng.api.problems import DECLARED
from minsheng.api.v1 import api
from minsheng.api.v1.shapes import Shape

SNAPSHOT = Path(__file__).with_name("openapi.json")
RENEW = "MINSHENG_RENEW_OPENAPI=1 .venv/bin/pytest tests/api/test_api_openapi.py"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return json.loads(json.dumps(api.get_openapi_schema()))


def test_the_description_changes_only_on_purpose(described: dict[str, Any]) -> None:
    """Look at the difference: a field that goes away or changes its kind breaks clients."""
    text = json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("MINSHENG_RENEW_OPENAPI"):
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert SNAPSHOT.read_text(encoding="utf-8") == text, f"the API has changed; renew: {RENEW}"


def test_every_operation_declares_every_error_as_a_problem(described: dict[str, Any]) -> None:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for status in DECLARED:
                declared = operation["responses"][str(status)]
                assert declared == {"$ref": f"#/components/responses/Problem{status}"}, (
                    f"{method} {path}"
                )
    for response in described["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


def test_every_operation_says_who_may_call_it_and_what_it_does(described: dict[str, Any]) -> None:
    names = Counter[str]()
    for methods in described["paths"].values():
        for operation in methods.values():
            names[operation["operationId"]] += 1
            assert operation["description"]
            if "security" in operation:
                assert operation["security"] == [{"Bearer": []}, {"SessionCookie": []}]
    assert max(names.values()) == 1
    assert set(described["components"]["securitySchemes"]) == {"Bearer", "SessionCookie"}


SECRETS = {
    "export_my_data",
    "erase_me",
    "sign_in",
    "give_code",
    "rate_visit",
    "search_cases",
    "first_password_link",
    "add_webhook",
    "rotate_webhook",
    "give_my_talent_code",
    "check_talent_code",
}
"""What they answer or are sent is a secret that is never kept; a code is good for one call."""
SIGNED = {"take_text"}
"""Signed with an id and a time of their own."""


def test_every_act_takes_an_idempotency_key(described: dict[str, Any]) -> None:
    for methods in described["paths"].values():
        post = methods.get("post")
        if post and post["operationId"] not in SECRETS | SIGNED:
            assert "Idempotency-Key" in {one["name"] for one in post["parameters"]}


def test_no_two_shapes_share_a_name() -> None:
    """The description has one name space: the second would silently replace the first."""
    seen = Counter(shape.__name__ for shape in _all(Shape))
    assert [name for name, count in seen.items() if count > 1] == []


def test_shapes_refuse_fields_they_do_not_know(described: dict[str, Any]) -> None:
    for name, schema in described["components"]["schemas"].items():
        assert schema.get("additionalProperties") is False or "enum" in schema, name


def test_the_description_can_be_read_by_everybody() -> None:
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response.json()["openapi"].startswith("3.1")


def test_there_is_no_page_that_asks_another_host() -> None:
    assert Client().get("/api/v1/docs").status_code == 404


def _all(shape: type[Shape]) -> list[type[Shape]]:
    return [one for sub in shape.__subclasses__() for one in (sub, *_all(sub))]
