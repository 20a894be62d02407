"""The load of the offices: what is open, late, unclaimed and due with each post, and what was finished."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, cast, get_args

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from minsheng.apps.cases import reads
from minsheng.apps.cases.reads import LoadRow, Portion
from minsheng.apps.cases.reads.load import NOBODY, Kind
from minsheng.apps.people import access
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

PAGE = 50
KINDS = {
    "open": Text("手上 {n} 件", "{n} open"),
    "late": Text("超期 {n} 件", "{n} late"),
    "this_week": Text("本周到期 {n} 件", "{n} due this week"),
    "stopped": Text("停表 {n} 件", "{n} with a stopped clock"),
    "unclaimed": Text("没人认领 {n} 件", "{n} unclaimed"),
    "done": Text("办完 {n} 件", "{n} finished"),
}


class _Rows(Sequence[LoadRow]):
    """The list behind a number, read page by page."""

    def __init__(self, which: Portion, account: Account) -> None:
        self.which, self.account = which, account
        self.length = reads.load_list_count(which, account=account)

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, at: object) -> list[LoadRow]:  # type: ignore[override]
        if not isinstance(at, slice):
            raise TypeError("read a stretch of it")
        start = at.start or 0
        count = (at.stop or self.length) - start
        return reads.load_list(self.which, account=self.account, start=start, count=count)


@require_safe
@staff_only
def load(request: SignedIn) -> HttpResponse:
    """Return the load of my offices' posts; of all posts for a leader."""
    on = timezone.localdate()
    posts = reads.load_of(request.user, on=on)
    weeks = reads.weeks_until(on)
    return render(
        request,
        "portal/desk/load.html",
        {
            "posts": [
                {
                    "is": post,
                    "done": list(zip(weeks, post.done, strict=True)),
                    "officers": [
                        {"is": one, "done": list(zip(weeks, one.done, strict=True))}
                        for one in post.officers
                    ],
                }
                for post in posts
            ],
            "weeks": weeks,
            "late": sum(post.late for post in posts),
            "open": sum(post.open for post in posts),
            "worst": posts[0] if posts and posts[0].late else None,
            "unfilled": [post for post in posts if post.open and not post.is_filled],
            "is_leader": access.is_leader(request.user),
        },
    )


@require_safe
@staff_only
def load_list(request: SignedIn) -> HttpResponse:
    """Return the items behind one number of the load; without a post, lead back to the load."""
    asked = request.GET.get("post", "")
    if not asked:
        return HttpResponseRedirect(reverse("desk-load"))
    kind = request.GET.get("kind", "open")
    kind = kind if kind in get_args(Kind) else "open"
    on, officer = timezone.localdate(), request.GET.get("officer", "")
    post = reads.post_shown(request.user, asked[:80], on=on)
    which = Portion(
        post=post.key,
        kind=cast(Kind, kind),
        on=on,
        week=_week(request.GET.get("week", "")),
        officer=officer if officer == NOBODY or _is_id(officer) else "",
    )
    pages = Paginator(_Rows(which, request.user), PAGE).get_page(request.GET.get("page"))
    title, count = KINDS[kind], pages.paginator.count
    return render(
        request,
        "portal/desk/load_list.html",
        {
            "title": Text(title.zh.format(n=count), title.en.format(n=count)),
            "post": post,
            "week": which.week if kind == "done" else None,
            "rows": list(pages.object_list),
            "pages": pages,
            "is_done": kind == "done",
            "is_leader": access.is_leader(request.user),
        },
    )


def _week(text: str) -> date | None:
    try:
        return reads.monday_of(date.fromisoformat(text))
    except ValueError:
        return None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
