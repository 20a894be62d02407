"""What every act shares: lock the round, the audit ledger, who is told."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.contests import access
from minsheng.apps.contests.models import Round
from minsheng.apps.notices import actions as notices
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text

STREAM = "contest"


def locked(round_id: int) -> Round:
    """Return a round with its row locked until the transaction ends; raises NotFound."""
    found = Round.objects.select_for_update().filter(pk=round_id).first()
    if found is None:
        raise access.no_such()
    return found


def require_state(one: Round, *states: str) -> None:
    """Raise Conflict unless the round is at one of these points."""
    if one.state not in states:
        raise Conflict(
            "contests.not_now",
            "这一轮已经走到别的步骤，这件事现在办不了。请刷新看看。",
            "The round is at another step; this can't be done now. Reload to see.",
        )


def record(one: Round, kind: str, by: Account | None, **facts: str | int | bool) -> None:
    """Write a step of a round into the ledger: ids and codes alone."""
    who = f"account:{by.pk}" if by is not None else "system"
    audit.record(STREAM, str(one.pk), audit.News(f"contest.{kind}", timezone.now(), who, {**facts}))


def tell(accounts: Iterable[Account], title: Text, body: Text, *, link: str, key: str) -> None:
    """Tell each of these people something, once."""
    for account in accounts:
        notices.notify(
            account, kind="contest", title=title, body=body, link=link,
            key=f"contest:{key}:{account.pk}",
        )  # fmt: skip
