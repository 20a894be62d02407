"""Why an officer opens sensitive records, kept for a while in their session."""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.cases import reads
from minsheng.portal.doors import SignedIn


def stated(request: SignedIn, item_id: int) -> str:
    """Return why this officer opens the item: stated a while ago, or the work itself; else ""."""
    if not reads.needs_purpose(item_id, account=request.user):
        return "case"
    kept = request.session.get("purpose")
    if isinstance(kept, dict) and kept.get("until", 0) > timezone.now().timestamp():
        return str(kept.get("key", ""))
    return ""
