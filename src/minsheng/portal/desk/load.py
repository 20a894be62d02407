"""The load of the offices: what is open, late and due with each post, what was finished by week."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minsheng.apps.cases import reads
from minsheng.apps.people import access
from minsheng.portal.doors import SignedIn, staff_only


@require_safe
@staff_only
def load(request: SignedIn) -> HttpResponse:
    """Return the load of my offices' posts; of all posts for a leader."""
    on = timezone.localdate()
    posts = reads.load_of(request.user, on=on)
    return render(
        request,
        "portal/desk/load.html",
        {
            "posts": posts,
            "weeks": reads.weeks_until(on),
            "late": sum(post.late for post in posts),
            "open": sum(post.open for post in posts),
            "worst": posts[0] if posts and posts[0].late else None,
            "unfilled": [post for post in posts if post.open and not post.is_filled],
            "is_leader": access.is_leader(request.user),
        },
    )
