"""Moving running cases to the form in force: what it would do to each, who asked, who may agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from minsheng.apps.cases import access, catalogue
from minsheng.apps.cases.actions.moves import MOVE, MoveReport, assess_cases
from minsheng.apps.cases.models import RUNNING, Case, Move
from minsheng.apps.outbox import reads as outbox
from minsheng.apps.people.models import Account
from minsheng.lib.errors import NotAllowed, NotFound
from minsheng.lib.texts import Text

MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveAsked:
    """That running cases go over, as one person asked and perhaps another agreed.

    `under_way` is how many cases the worker hasn't come to yet.
    """

    id: int
    status: str
    asked_by: str
    asked_at: datetime
    agreed_by: str
    agreed_at: datetime | None
    under_way: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    """What moving would do to the running cases of a service, and what this account may do."""

    slug: str
    title: Text
    begins: date
    report: MoveReport
    asked: MoveAsked | None
    before: tuple[MoveAsked, ...]
    may_ask: bool
    may_agree: bool
    may_withdraw: bool
    is_own: bool


def left_behind(slug: str) -> int:
    """Return how many running cases of a service are in an earlier form than that in force."""
    try:
        to = catalogue.service_on(slug, timezone.localdate())
    except NotFound:
        return 0
    return Case.objects.filter(slug=slug, status=RUNNING).exclude(pack=to.hash).count()


def move_view(slug: str, *, account: Account, limit: int = MOST) -> MoveView:
    """Return the report about the oldest `limit` cases; nothing is written.

    Raises NotFound for an unknown service, NotAllowed for who neither works on it nor leads.
    """
    to = catalogue.service_on(slug, timezone.localdate())
    if not access.may_propose(to.spec, account):
        raise NotAllowed(
            "not_your_service",
            "这个服务不归您的岗位，看不了它在办的案卷。请找牵头的部门。",
            "This service isn't your post's, so you can't see its running cases. Ask the office in "
            "the lead.",
        )
    report = assess_cases(slug, limit=limit)
    rows = Move.objects.filter(slug=slug).exclude(status="withdrawn")
    lines = [_asked(row) for row in rows.select_related("asked_by", "agreed_by").order_by("-pk")]
    asked = next((line for line in lines if line.status == "asked"), None)
    current = rows.filter(status="asked").first()
    is_own = current is not None and current.asked_by_id == account.pk
    leads, holds = access.may_publish(account), current is None or current.pack_id == to.hash
    under_way = any(line.under_way for line in lines)
    return MoveView(
        slug=slug,
        title=to.spec.title,
        begins=to.spec.effective_from,
        report=report,
        asked=asked,
        before=tuple(line for line in lines if line.status == "agreed"),
        may_ask=asked is None and not under_way and bool(report.counts["can_move"]),
        may_agree=asked is not None and leads and not is_own and holds,
        may_withdraw=asked is not None and (is_own or leads),
        is_own=is_own,
    )


def _asked(row: Move) -> MoveAsked:
    return MoveAsked(
        id=row.pk,
        status=row.status,
        asked_by=row.asked_by.display or row.asked_by.username,
        asked_at=row.asked_at,
        agreed_by=(row.agreed_by.display or row.agreed_by.username) if row.agreed_by else "",
        agreed_at=row.agreed_at,
        under_way=outbox.unfinished_of([MOVE], move=row.pk),
    )
