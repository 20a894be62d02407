"""Whether the service answers."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest
from ninja import Router

from minsheng.api.v1.shapes import Shape

router = Router()


class Health(Shape):
    """The service answers, and so does its database."""

    ok: bool


@router.get("/health", auth=None, response=Health)
def health(request: HttpRequest) -> Health:
    """Return that everything answers; 503 when the database doesn't."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Health(ok=True)
