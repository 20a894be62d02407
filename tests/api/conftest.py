"""Callers of the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.api.api_caller import Caller
from tests.factories import District


@pytest.fixture
def call(district: District) -> Callable[..., Caller]:
    """`call("wangfang")` is a program with 王芳's token; `call()` has none."""

    def caller(username: str = "", **headers: str) -> Caller:
        return Caller(district.token(username) if username else "", **headers)

    return caller
