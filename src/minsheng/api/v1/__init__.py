"""Version 1. A change that breaks a client makes version 2; a new field or endpoint doesn't."""

from __future__ import annotations

from minsheng.api.callers import SIGNED_IN
from minsheng.api.openapi import Api
from minsheng.api.v1 import (
    applications,
    cases,
    certificates,
    desk,
    health,
    notices,
    services,
    sessions,
)

api = Api(
    title="Minsheng 民生",
    version="1",
    description=(
        "一件事一次办的接口：和网页做同样的事。错误是 problem+json，中英文都有。\n\n"
        "The same acts as the portal. Errors are problem+json in both languages; send an "
        "Idempotency-Key with every act that you may have to send again."
    ),
    urls_namespace="api-v1",
    docs_url=None,
    auth=SIGNED_IN,
)
for prefix, domain in (
    ("", sessions),
    ("", services),
    ("applications", applications),
    ("cases", cases),
    ("", desk),
    ("", certificates),
    ("", notices),
    ("", health),
):
    api.add_router(prefix, domain.router, tags=[domain.__name__.rpartition(".")[2]])
