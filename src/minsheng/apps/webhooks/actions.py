"""Every write: declare and end a subscriber, tell the news of the ledger, tell some of it again.

News is read from the ledger with a bookmark for each subscriber, so nothing is skipped and nothing
told twice; each call is one effect of the outbox, with its retries, its leases and, where nothing
helps, its place in the list of what waits for a person.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.actions import News, record
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import catalogue
from minsheng.apps.cases import reads as cases
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people import keys
from minsheng.apps.webhooks import signature
from minsheng.apps.webhooks.connect import sender
from minsheng.apps.webhooks.models import Delivery, Subscriber
from minsheng.apps.webhooks.reads import KINDS, subscriber
from minsheng.lib.errors import Conflict, MinshengError, WrongInput

DELIVER = "webhook.deliver"
STREAM = "case"
OVERLAP_HOURS = 24
LONGEST_OVERLAP_HOURS = 24 * 30
TOLD = ("item", "attempt", "status", "due", "provisional")
"""What of an event's own data is told: never a reason, a subject, a result or who acted."""
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def declare(
    key: str,
    *,
    title: str,
    url: str,
    kinds: Sequence[str],
    from_day: date,
    to_day: date | None = None,
    services: Sequence[str] = (),
    by: str,
) -> str:
    """Return the secret of a new subscriber, shown this once; it is told what happens from now on.

    `services` are those it is told of; none: all. Raises WrongInput naming the field, NotAllowed for an address inside, Conflict for a used key.
    """
    _check(key, title, kinds, from_day, to_day)
    _check_services(services)
    sender.checked_url(url)
    secret = signature.new_secret()
    try:
        with transaction.atomic():
            Subscriber.objects.create(
                key=key,
                title=title.strip(),
                url=url,
                secret_sealed=keys.seal_setting(f"webhook.{key}", secret),
                kinds=sorted(set(kinds)),
                services=sorted(set(services)),
                from_day=from_day,
                to_day=to_day,
                cursor=audit.newest(),
                created_at=timezone.now(),
            )
            facts = {"kinds": sorted(set(kinds)), "services": sorted(set(services))}
            _record(key, "webhook.declared", by, facts)
    except IntegrityError as error:
        raise Conflict(
            "webhooks.key_used",
            "已经有一个同名的回调。换一个名字，或者先看看列表。",
            "There is a subscriber of this name already. Choose another, or look at the list.",
            field="key",
        ) from error
    return secret


def rotate(key: str, *, by: str, overlap_hours: int = OVERLAP_HOURS) -> str:
    """Return a new secret of a subscriber, shown this once; the old one signs along for a while.

    Until the overlap is over each call carries both signatures, so that the receiver may change at any
    moment in it. Raises WrongInput for an overlap out of bounds, Conflict while another change runs.
    """
    if not 0 <= overlap_hours <= LONGEST_OVERLAP_HOURS:
        raise WrongInput(
            "webhooks.overlap",
            f"新旧密钥一起用的时间是 0 到 {LONGEST_OVERLAP_HOURS} 小时。密钥泄露了就填 0。",
            f"Both secrets are used for 0 to {LONGEST_OVERLAP_HOURS} hours. Take 0 if it has leaked.",
            field="overlap",
        )
    secret, now = signature.new_secret(), timezone.now()
    with transaction.atomic():
        row = Subscriber.objects.select_for_update().get(pk=subscriber(key).pk)
        is_under_way = row.old_secret_until is not None and row.old_secret_until > now
        if is_under_way and overlap_hours:
            raise Conflict(
                "webhooks.changing",
                "上一次换密钥还没换完，旧密钥还在用。等它到期；要马上作废，时间填 0。",
                "The last change of secrets isn't over and the old one is in use. Wait until it ends, "
                "or take 0 hours to end it at once.",
                field="overlap",
            )
        row.old_secret_sealed = row.secret_sealed if overlap_hours else ""
        row.old_secret_until = now + timedelta(hours=overlap_hours) if overlap_hours else None
        row.secret_sealed = keys.seal_setting(f"webhook.{key}", secret)
        row.save(update_fields=["secret_sealed", "old_secret_sealed", "old_secret_until"])
        _record(key, "webhook.secret_changed", by, {"overlap_hours": overlap_hours})
    return secret


def forget_deliveries(*, now: datetime) -> int:
    """Return how many lines of the log were deleted: those older than MINSHENG_WEBHOOKS_LOG_DAYS."""
    oldest = now - timedelta(days=settings.MINSHENG_WEBHOOKS_LOG_DAYS)
    return Delivery.objects.filter(at__lt=oldest).delete()[0]


def end(key: str, *, by: str) -> None:
    """Tell a subscriber nothing from now on; what is under way is dropped."""
    with transaction.atomic():
        row = Subscriber.objects.select_for_update().get(pk=subscriber(key).pk)
        if row.ended_at is None:
            row.ended_at = timezone.now()
            row.save(update_fields=["ended_at"])
            _record(key, "webhook.ended", by, {})


def announce(*, limit: int = 500) -> int:
    """Return how many calls were put for what has happened since each subscriber's bookmark."""
    on = timezone.localdate()
    return sum(_announce(row, limit) for row in Subscriber.objects.active(on).order_by("pk"))


def replay(key: str, *, since: datetime, by: str) -> int:
    """Return how many calls were put again: those of a subscriber's kinds since a moment,
    and since it was declared.

    Each carries the id it had, so that a receiver who has it already knows it again.
    """
    row = subscriber(key)
    at = timezone.now()
    with transaction.atomic():
        entries = [
            entry
            for entry in audit.of_stream(STREAM, since=max(since, row.created_at), kinds=row.kinds)
            if entry.pk <= row.cursor and _is_of_service(row, entry)
        ]
        for entry in entries:
            _put(row, entry, again=f":again:{at:%Y%m%d%H%M%S%f}")
        _record(key, "webhook.replayed", by, {"calls": len(entries)})
    return len(entries)


def deliver(job: outbox.Job) -> int:
    """Return the status of one call, or 0 where there is nothing to tell (any more).

    Runs with no transaction open. A protected case is told of to nobody.
    """
    row = Subscriber.objects.filter(pk=job.payload["subscriber"]).first()
    if row is None or not row.is_told(timezone.localdate()):
        return 0
    entry = audit.entry(int(job.payload["entry"]))
    outline = cases.outline(int(entry.key))
    if outline is None or outline.protected:
        return 0
    body = json.dumps(_body(entry, outline), ensure_ascii=False, separators=(",", ":")).encode()
    headers = signature.headers(
        *_secrets(row), message=_message(entry), timestamp=int(time.time()), body=body
    )
    return _logged(row, entry, job.attempt, lambda: sender.send(row.url, body, headers))


HANDLERS: Mapping[str, outbox.Handler] = {DELIVER: outbox.Outside(deliver)}
"""What the worker runs for this app."""


def _secrets(row: Subscriber) -> list[str]:
    """Return what a call is signed with now: the secret, and the old one while it still holds."""
    name, sealed = f"webhook.{row.key}", [row.secret_sealed]
    if row.old_secret_until is not None and row.old_secret_until > timezone.now():
        sealed.append(row.old_secret_sealed)
    return [keys.open_setting(name, one) for one in sealed]


def _logged(row: Subscriber, entry: Entry, attempt: int, call: Callable[[], int]) -> int:
    """Return what a call returned, or raise what it raised; either is written into the log."""
    begun, error, status = time.monotonic(), "", 0
    try:
        status = call()
    except MinshengError as failed:
        error, answered = failed.code, str(failed.facts.get("why", failed.facts.get("status", "")))
        status = int(answered) if answered.isdigit() else 0
        raise
    finally:
        Delivery.objects.create(
            subscriber=row,
            message=_message(entry),
            kind=entry.kind,
            attempt=attempt,
            at=timezone.now(),
            milliseconds=int((time.monotonic() - begun) * 1000),
            status=status,
            error=error,
        )
    return status


def _is_of_service(row: Subscriber, entry: Entry) -> bool:
    """Whether a subscriber asked for the service of this event's case."""
    if not row.services:
        return True
    outline = cases.outline(int(entry.key))
    return outline is not None and outline.slug in row.services


def _announce(row: Subscriber, limit: int) -> int:
    # Reading waits for nobody's lock: the bookmark is moved only where it still is.
    entries = audit.since(row.cursor, limit)
    if not entries:
        return 0
    with transaction.atomic():
        locked = Subscriber.objects.select_for_update().filter(pk=row.pk, cursor=row.cursor).first()
        if locked is None:
            return 0
        told = [
            entry
            for entry in entries
            if entry.stream == STREAM
            and entry.kind in locked.kinds
            and _is_of_service(locked, entry)
        ]
        for entry in told:
            _put(locked, entry)
        locked.cursor = entries[-1].pk
        locked.save(update_fields=["cursor"])
    return len(told)


def _put(row: Subscriber, entry: Entry, *, again: str = "") -> None:
    outbox.put(
        DELIVER,
        f"{DELIVER}:{row.key}:{_message(entry)}{again}",
        {"subscriber": row.pk, "entry": entry.pk},
    )


def _message(entry: Entry) -> str:
    """Return the id of a message: the same for every try, and for every subscriber."""
    return f"evt_{entry.hash.partition(':')[2][:32]}"


def _body(entry: Entry, outline: cases.Outline) -> dict[str, object]:
    """Return what is told: ids, kinds and days, nothing about a person."""
    return {
        "type": f"{STREAM}.{entry.kind}",
        "timestamp": entry.at.isoformat(),
        "data": {
            "case": outline.number,
            "service": outline.slug,
            "number": entry.seq,
            **{name: entry.data[name] for name in TOLD if name in entry.data},
        },
    }


def _check(key: str, title: str, kinds: Sequence[str], from_day: date, to_day: date | None) -> None:
    if not _KEY.fullmatch(key):
        raise WrongInput(
            "webhooks.key",
            "名字用小写字母、数字和短横线，最多 40 个。",
            "The name takes small letters, digits and hyphens, 40 at most.",
            field="key",
        )
    if not title.strip() or len(title) > 80:
        raise WrongInput(
            "webhooks.title",
            "写明这个地址是谁的，最多 80 个字。",
            "Say whose address this is, in 80 characters at most.",
            field="title",
        )
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown or not kinds:
        raise WrongInput(
            "webhooks.kinds",
            f"只能选这几种：{'、'.join(KINDS)}。请至少选一种。",
            f"Choose at least one of: {', '.join(KINDS)}.",
            field="kinds",
            facts={"unknown": unknown},
        )
    if to_day is not None and to_day < from_day:
        raise WrongInput(
            "webhooks.days",
            "停用的日子在启用之前。请改一个日期。",
            "It would end before it begins. Change one of the days.",
            field="to",
        )


def _check_services(services: Sequence[str]) -> None:
    known = catalogue.packs().services
    unknown = sorted(set(services) - known.keys())
    if unknown:
        raise WrongInput(
            "webhooks.services",
            f"没有这些服务：{'、'.join(unknown)}。能选的有：{'、'.join(sorted(known))}；都不选就是全部。",
            f"There are no such services: {', '.join(unknown)}. Choose of {', '.join(sorted(known))}, or "
            "none for all.",
            field="services",
            facts={"unknown": unknown},
        )


def bad_day() -> WrongInput:
    """Return the refusal of a day that can't be read."""
    return WrongInput(
        "webhooks.day",
        "这不是日期。写成 2026-12-31 的样子，或者不填。",
        "This is no date. Write it like 2026-12-31, or leave it empty.",
        field="to",
    )


def _record(key: str, kind: str, by: str, data: Mapping[str, object]) -> None:
    record("webhooks", key, News(kind, timezone.now(), by, data))
