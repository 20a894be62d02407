"""What an account has been told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minsheng.apps.notices.models import Notice

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


def notices_of(account: Account, *, limit: int = 100) -> list[Notice]:
    """Return the notices of an account, newest first."""
    return list(Notice.objects.filter(account=account)[:limit])


def unread_of(account: Account, *, limit: int = 100) -> list[Notice]:
    """Return the unread notices of an account, newest first."""
    return list(Notice.objects.filter(account=account, read_at__isnull=True)[:limit])


def was_told(account: Account, key: str) -> bool:
    """Whether an account was told the news with this key."""
    return Notice.objects.filter(account=account, key=key).exists()


def unread_count(account: Account) -> int:
    """Return how many notices of an account are unread."""
    return Notice.objects.filter(account=account, read_at__isnull=True).count()
