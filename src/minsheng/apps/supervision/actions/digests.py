"""The daily digest: one notice each working morning for everybody who holds a post with work."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import IN_INBOX, Item
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.supervision.models import WAITING, Digest, Order
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term

SOON = Term(3, "wd")
PARTS: tuple[tuple[str, str, str], ...] = (
    ("late", "超期 {} 件", "{} late"),
    ("today", "今天到期 {} 件", "{} due today"),
    ("soon", "三个工作日内 {} 件", "{} within three working days"),
    ("stopped", "停表 {} 件", "{} with the clock stopped"),
    ("orders", "督办单等回复 {} 张", "{} orders wait for a reply"),
)


def send_digests(at: datetime | None = None) -> int:
    """Send the digest of the day, once, and return how many people were told.

    From the declared hour of a working day on. Cut short, it is sent again, and whoever was told is
    not told twice: the notice has a key for day and account.
    """
    at = at or timezone.now()
    local = timezone.localtime(at)
    on = local.date()
    hour = catalogue.packs().district.supervision.digest_hour
    if local.hour < hour or not catalogue.calendar().is_workday(on):
        return 0
    if Digest.objects.filter(day=on).exists():
        return 0
    counts = _counts_by_account(on=on)
    told = sum(_tell(account, counted, str(on)) for account, counted in counts.values())
    try:
        with transaction.atomic():
            Digest.objects.create(day=on, at=at, count=told)
    except IntegrityError:
        return 0  # another worker sent it at the same moment
    return told


def _counts_by_account(*, on: date) -> dict[int, tuple[Account, Counter[str]]]:
    """Return for each account with work what its posts have to do."""
    by_post: dict[str, Counter[str]] = {}
    horizon = catalogue.calendar().add(on, SOON).day
    rows = Item.objects.filter(status__in=IN_INBOX).values_list(
        "post", "status", "is_stopped", "due_day", "due_provisional"
    )
    for post, status, is_stopped, due, provisional in rows.iterator(chunk_size=2000):
        part = _part(status, is_stopped, due, provisional, on=on, horizon=horizon)
        if part:
            by_post.setdefault(post, Counter())[part] += 1
    for order in Order.objects.filter(status=WAITING).only("post", "head_post"):
        for post in {order.post, order.head_post} - {""}:
            by_post.setdefault(post, Counter())["orders"] += 1
    found: dict[int, tuple[Account, Counter[str]]] = {}
    for post in sorted(by_post):
        for account in people.accounts_of(post, on):
            found.setdefault(account.pk, (account, Counter()))[1].update(by_post[post])
    return found


def _part(
    status: str,
    is_stopped: bool,
    due: date | None,
    provisional: bool,
    *,
    on: date,
    horizon: date,
) -> str:
    if status in {"returned", "held"} or is_stopped:
        return "stopped"
    if due is None:
        return ""
    if due < on:
        return "" if provisional else "late"
    if due == on:
        return "today"
    return "soon" if due <= horizon else ""


def _tell(account: Account, counted: Counter[str], day: str) -> int:
    said = [(zh, en, counted[key]) for key, zh, en in PARTS if counted[key]]
    if not said:
        return 0
    notices.notify(
        account,
        kind="supervision.digest",
        title=Text("今天的待办", "Your work today"),
        body=Text(
            "，".join(zh.format(n) for zh, _, n in said) + "。",
            ", ".join(en.format(n) for _, en, n in said) + ".",
        ),
        link="/desk",
        key=f"digest:{day}",
    )
    return 1
