"""What I have been told."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router

from minsheng.api.callers import caller
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.paging import Cursor, Limit, page
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.shapes import Shape, Words, words
from minsheng.apps.notices import actions, reads

router = Router()
MOST_NOTICES = 1000


class NoticeLine(Shape):
    """One notice. `link` is a path of the portal."""

    id: uuid.UUID
    kind: str
    title: Words
    body: Words
    link: str
    at: datetime
    is_read: bool


class NoticePage(Shape):
    """Notices, newest first. `unread` counts all of them."""

    rows: list[NoticeLine]
    next: str | None
    unread: int


class Read(Shape):
    """How many notices were unread until now."""

    read: int


@router.get("/notices", response=NoticePage)
def list_notices(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> NoticePage:
    """Return my notices, newest first; at most the last thousand."""
    account = caller(request)
    rows, following = page(
        reads.notices_of(account, limit=MOST_NOTICES),
        place=lambda notice: (-round(notice.created_at.timestamp() * 1e6), str(notice.pk)),
        cursor=cursor,
        limit=limit,
    )
    return NoticePage(
        rows=[
            NoticeLine(
                id=notice.pk,
                kind=notice.kind,
                title=words(notice.title),
                body=words(notice.body),
                link=notice.link,
                at=notice.created_at,
                is_read=notice.read_at is not None,
            )
            for notice in rows
        ],
        next=following,
        unread=reads.unread_count(account),
    )


@router.post("/notices/read", response=Read)
def mark_notices_read(request: HttpRequest, idempotency_key: IdempotencyKey = "") -> HttpResponse:
    """Mark all my notices as read."""
    refuse_body(request)
    account = caller(request)
    return answer_once(request, idempotency_key, lambda: Read(read=actions.mark_all_read(account)))
