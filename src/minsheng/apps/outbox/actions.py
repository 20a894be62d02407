"""Every write to the outbox: put an effect, run what is due, try a stuck one again, answer once.

A *handler* carries out one kind of effect. There are two forms:

- a plain function `handler(job)`: it runs inside the transaction that marks the effect done, so
  what it writes and the mark stand or fall together. It must not talk to the outside: on SQLite
  every other writer would wait for the network.
- `Outside(call, then)`: `call(job)` runs with no transaction open and may take seconds; it sends
  `job.key` as idempotency key, because after a kill it is made again. `then(job, answer)` runs in
  the transaction that marks the effect done.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from minsheng.apps.audit.actions import News, record
from minsheng.apps.audit.chain import canonical, refuse_citizen_number
from minsheng.apps.outbox import reads
from minsheng.apps.outbox.models import OPEN, Answered, Effect
from minsheng.apps.outbox.reads import FirstAnswer
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound, WrongInput

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
ANSWERS_KEPT = timedelta(hours=24)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Job:
    """One effect in the hands of one worker. `fence` says which lease this is."""

    id: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    attempt: int
    fence: int
    worker: str

    @property
    def headers(self) -> dict[str, str]:
        """The header by which the other side knows a repeated call again."""
        return {"Idempotency-Key": self.key}


def _nothing(job: Job, answer: object) -> None:
    """Write nothing: the mark alone is the effect inside."""


@dataclass(frozen=True, slots=True)
class Outside(Generic[Answer]):
    """A handler in two steps: `call` outside any transaction, `then` inside the closing one."""

    call: Callable[[Job], Answer]
    then: Callable[[Job, Answer], None] = _nothing


Handler = Callable[[Job], None] | Outside[Any]


def put(
    kind: str, key: str, payload: Mapping[str, Any], *, not_before: datetime | None = None
) -> int:
    """Return the id of the effect called `key`, put now or before, in the caller's transaction.

    Without `not_before` it is due at once. `payload` holds ids, nothing personal. Raises Conflict
    when the key is already used for another kind or payload.
    """
    return put_effect(effect_of(kind, key, payload, not_before=not_before))


def effect_of(
    kind: str, key: str, payload: Mapping[str, Any], *, not_before: datetime | None = None
) -> Effect:
    """Return an effect checked and not yet written. Raises WrongInput for something personal."""
    text = canonical(payload)
    refuse_citizen_number(text)
    return Effect(
        kind=kind,
        key=key,
        payload=json.loads(text),
        created_at=timezone.now(),
        not_before=not_before,
    )


def put_effect(effect: Effect) -> int:
    """Write what `effect_of` made, as `put` does, and return its id."""
    Effect.objects.bulk_create([effect], ignore_conflicts=True)
    found = Effect.objects.only("id", "kind", "payload").get(key=effect.key)
    if found.kind != effect.kind or canonical(found.payload) != canonical(effect.payload):
        raise key_reused(effect)
    return found.pk


def put_new(effect: Effect) -> None:
    """Write what `effect_of` made under a key that can't be there yet, in one statement.

    Raises Conflict when it is there all the same: the transaction is lost.
    """
    try:
        effect.save(force_insert=True)
    except IntegrityError as error:
        raise key_reused(effect) from error


def key_reused(effect: Effect) -> Conflict:
    """Return the error of a key that stands for another effect already."""
    return Conflict(
        "outbox.key_reused",
        "同一个编号已经用在另一件事上了，这一步没有做。请把页面上的编号告诉系统管理员。",
        f"The key {effect.key!r} already stands for another effect; nothing was put.",
        facts={"kind": effect.kind, "key": effect.key},
    )


def run_due(
    handlers: Mapping[str, Handler],
    *,
    now: datetime,
    worker: str,
    limit: int = 50,
    lease: timedelta = LEASE,
    max_attempts: int = MAX_ATTEMPTS,
) -> int:
    """Return how many effects were completed, of at most `limit` that were due and taken.

    Each is leased, carried out and marked done on its own; call it outside any transaction. One
    that fails waits longer each time and after `max_attempts` is stuck: a work item for a person.
    A refusal that waiting can't mend (wrong, not allowed, not found) is stuck at once. A kind
    without a handler stays where it is. `now` is when the run begins; the run keeps the time that
    passes, so that a lease taken late in a long run is not short.
    """
    begun = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - begun)

    done = 0
    for _ in range(limit):
        job = _take(handlers, at=clock(), worker=worker, lease=lease, max_attempts=max_attempts)
        if job is None:
            break
        done += _carry_out(handlers[job.kind], job, clock=clock, max_attempts=max_attempts)
    return done


def retry(effect_id: int, by: str) -> None:
    """Let a stuck effect be tried again from the beginning, because `by` says so.

    Raises NotFound, or Conflict when it isn't stuck (any more).
    """
    with transaction.atomic():
        effect = Effect.objects.select_for_update().filter(pk=effect_id).first()
        if effect is None:
            raise NotFound(
                "outbox.no_such_effect",
                "没有这个后台步骤。请刷新列表再看。",
                "There is no such background step. Reload the list.",
                facts={"effect": effect_id},
            )
        if effect.state != Effect.State.STUCK:
            raise Conflict(
                "outbox.not_stuck",
                "这一步已经不用人管了：可能刚有人再试过。请刷新列表。",
                "This step needs nobody any more: somebody may just have tried it again. Reload the list.",
                facts={"effect": effect_id, "state": effect.state},
            )
        record(
            "outbox",
            str(effect.pk),
            News(
                "outbox.retried",
                timezone.now(),
                by,
                {"kind": effect.kind, "error": effect.last_error_code, "tries": effect.attempts},
            ),
        )
        effect.state = Effect.State.WAITING
        effect.attempts = 0
        effect.not_before = None
        effect.stuck_at = None
        effect.save(update_fields=["state", "attempts", "not_before", "stuck_at"])


def answer_once(
    who: str, key: str, *, fingerprints: Sequence[str], act: Callable[[], tuple[int, str]]
) -> FirstAnswer:
    """Return the answer to the first call of `who` under `key`; `act` runs for that one only.

    `act` returns status and body, and runs inside the transaction that keeps them: of two calls at
    once the second waits and gets the first one's answer. What raises leaves no trace, so that a
    refused call may be mended and sent again under its key. `fingerprints` say what is asked, the
    current one first; others still count (keys rotate). Raises Conflict when the key was used for
    something else. `body` holds nothing personal.
    """
    with transaction.atomic():
        # The row comes first: the second of two calls waits here, before it acts.
        Answered.objects.bulk_create(
            [Answered(who=who, key=key, fingerprint=fingerprints[0], at=timezone.now())],
            ignore_conflicts=True,
        )
        row = Answered.objects.select_for_update().get(who=who, key=key)
        if row.status:
            return reads.checked_answer(row, fingerprints)
        row.status, row.body = act()
        refuse_citizen_number(row.body)
        row.save(update_fields=["status", "body"])
        return FirstAnswer(row.status, row.body, is_again=False)


def forget_answers(*, now: datetime) -> int:
    """Return how many answers older than a day were deleted; their keys may be used anew."""
    return Answered.objects.filter(at__lt=now - ANSWERS_KEPT).delete()[0]


def forget_answers_of(who: str) -> int:
    """Return how many answers kept for one caller were deleted: what they said may not be said again."""
    return Answered.objects.filter(who=who).delete()[0]


class _StaleLease(Exception):
    """Another worker holds the effect now, or has finished it."""


def _due(kinds: Iterable[str], at: datetime) -> Q:
    waiting = Q(state=Effect.State.WAITING) & (Q(not_before=None) | Q(not_before__lte=at))
    left_behind = Q(state=Effect.State.LEASED, lease_until__lte=at)
    # Said once more as the partial index says it, so that the database may use it.
    return Q(state__in=OPEN) & Q(kind__in=sorted(kinds)) & (waiting | left_behind)


def _take(
    kinds: Iterable[str], *, at: datetime, worker: str, lease: timedelta, max_attempts: int
) -> Job | None:
    """Return the oldest due effect, leased to `worker`, or None.

    An effect that was left behind `max_attempts` times kills its workers: it goes to a person.
    """
    due = Effect.objects.filter(_due(kinds, at))
    # Looking first costs a read, but leaves SQLite's only writer alone while nothing is due.
    while due.exists():
        with transaction.atomic(durable=True):
            effect = due.select_for_update(skip_locked=True).order_by("pk").first()
            if effect is None:
                return None
            if effect.attempts >= max_attempts:
                effect.state = Effect.State.STUCK
                effect.stuck_at = at
                effect.lease_until = None
                effect.last_error_code = effect.last_error_code or "outbox.worker_lost"
                effect.save()
                continue
            effect.state = Effect.State.LEASED
            effect.worker = worker
            effect.lease_until = at + lease
            effect.fence += 1
            effect.attempts += 1
            effect.save()
            return Job(
                id=effect.pk,
                kind=effect.kind,
                key=effect.key,
                payload=effect.payload,
                attempt=effect.attempts,
                fence=effect.fence,
                worker=worker,
            )
    return None


def _carry_out(
    handler: Handler, job: Job, *, clock: Callable[[], datetime], max_attempts: int
) -> bool:
    """Return whether the effect was carried out and marked done, both in one transaction."""
    try:
        if isinstance(handler, Outside):
            finish = partial(handler.then, job, handler.call(job))
        else:
            finish = partial(handler, job)
        with transaction.atomic(durable=True):
            _hold(job)
            finish()
            _held(job).update(
                state=Effect.State.DONE, done_at=clock(), lease_until=None, last_error_code=""
            )
    except _StaleLease:
        logger.warning("outbox: %s came back too late for %s", job.worker, job.key)
        return False
    except Exception as error:
        # Whatever a handler raises, the effect must be put off and the others must go on.
        logger.exception("outbox: %s failed, attempt %d", job.key, job.attempt)
        _put_off(job, error, at=clock(), max_attempts=max_attempts)
        return False
    return True


def _held(job: Job) -> QuerySet[Effect]:
    return Effect.objects.filter(pk=job.id, state=Effect.State.LEASED, fence=job.fence)


def _hold(job: Job) -> None:
    """Lock the effect until the transaction ends; raise when the lease is no longer this one."""
    if not _held(job).select_for_update().values_list("pk", flat=True).first():
        raise _StaleLease(job.key)


def _put_off(job: Job, error: Exception, *, at: datetime, max_attempts: int) -> None:
    """Let the effect wait before the next attempt, or hand it to a person."""
    code = error.code if isinstance(error, MinshengError) else type(error).__name__
    hopeless = isinstance(error, WrongInput | NotAllowed | NotFound)
    if hopeless or job.attempt >= max_attempts:
        _held(job).update(
            state=Effect.State.STUCK, stuck_at=at, lease_until=None, last_error_code=code[:100]
        )
        return
    pause = min(FIRST_PAUSE * 2 ** (job.attempt - 1), LONGEST_PAUSE)
    _held(job).update(
        state=Effect.State.WAITING,
        not_before=at + pause,
        lease_until=None,
        last_error_code=code[:100],
    )
