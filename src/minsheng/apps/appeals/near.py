"""Which requests concern whoever is near: what neighbours may know of, and no more."""

from __future__ import annotations

from minsheng.apps.appeals import access, catalogue
from minsheng.apps.appeals.models import Request, Sorted
from minsheng.apps.people.models import Account
from minsheng.lib.errors import NotAllowed, NotFound


def is_near(request: Request) -> bool:
    """Whether neighbours may see that this was reported: shared by the pack, and not somebody's own."""
    spec = access.spec_of(request)
    if spec.protected or spec.hides_requester or request.organisation_id or not request.area:
        return False
    if not spec.is_shared(request.category) or request.outcome in ("not_accepted", "withdrawn"):
        return False
    row: Sorted | None = getattr(request, "sorted", None)
    return row is None or row.size != "private"


def community_of(area: str) -> str:
    """Return the community, village or street that an area lies in: a place is said no more exactly."""
    path = catalogue.area_path(area)
    return path[min(1, len(path) - 1)] if path else area


def require_resident(account: Account) -> None:
    """Raise NotAllowed for whoever isn't a resident who has confirmed who they are."""
    if account.is_staff_member or not account.is_proved:
        raise NotAllowed(
            "appeals.near_residents",
            "附近的诉求给核实过身份的居民看。",
            "Requests near you are for residents who have confirmed who they are.",
        )


def no_such_neighbour() -> NotFound:
    """Return the one answer about a request that isn't for neighbours, or isn't there."""
    return NotFound(
        "appeals.not_near",
        "没有这件，或者它只和提的人有关。请回“附近的诉求”看看。",
        "There is no such request, or it concerns only whoever made it. See those near you.",
    )
