"""The plans of the packs: which hold on a day, and whose duty they are."""

from __future__ import annotations

from minsheng.apps.people.installed import packs
from minsheng.content.visits import VisitSpec
from minsheng.lib.errors import NotFound


def plan(key: str) -> VisitSpec:
    """Return a plan; NotFound for one that no pack declares."""
    found = packs().visits.get(key)
    if found is None:
        raise NotFound(
            "visits.no_such_plan",
            "没有这种走访。请从列出的里面选。",
            "There is no such plan of visits. Choose one of those listed.",
        )
    return found


def office_of(post: str) -> str:
    """Return which office a post belongs to, or "" for a post nobody declares any more."""
    found = packs().district.posts.get(post)
    return found.department if found else ""


def head_of(post: str) -> str:
    """Return the post that answers for the visits of a post."""
    return packs().district.head_of(office_of(post))
