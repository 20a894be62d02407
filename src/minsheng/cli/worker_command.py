"""`minsheng worker`: carry out outside effects, fire timers, tell subscribers, seal the ledger."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType
from typing import Any

from minsheng.lib.errors import MinshengError

logger = logging.getLogger(__name__)
FAULTS = (
    OSError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
PAUSE_SECONDS = 0.5
LEASE_SECONDS = 60
TIMERS_EVERY = 60.0
ANNOUNCE_EVERY = 1.0
DAILY = 24 * 3600.0
SEAL_EVERY = 300.0


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("worker", help="后台办理 / carry out what follows a decision")
    parser.add_argument("--once", action="store_true", help="办完现有的就退出 / leave when idle")
    parser.add_argument(
        "--lease",
        type=int,
        default=LEASE_SECONDS,
        metavar="SECONDS",
        help="被杀掉后多久由别人接手 / after how long another one takes over what a killed one held",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Work until told to stop; what is leased when it is killed is taken up again."""
    from minsheng.cli.starting import start_django

    start_django()
    name = f"worker-{os.getpid()}"

    def effects() -> int:
        return work(name, lease_seconds=arguments.lease)

    if arguments.once:
        while effects():
            pass
        fire_timers()
        follow_ratings()
        follow_requests()
        follow_points()
        follow_visits()
        supervise()
        while announce() or effects():
            pass
        return 0
    stop = _Stop()
    duties = [
        _Duty(effects),
        _Duty(announce, ANNOUNCE_EVERY),
        _Duty(fire_timers, TIMERS_EVERY),
        _Duty(follow_ratings, TIMERS_EVERY),
        _Duty(follow_requests, ANNOUNCE_EVERY),
        _Duty(follow_points, TIMERS_EVERY),
        _Duty(follow_visits, TIMERS_EVERY),
        _Duty(supervise, TIMERS_EVERY),
        _Duty(seal, SEAL_EVERY),
        _Duty(tidy, DAILY),
    ]
    while not stop.asked:
        if not sum(duty.attempt() for duty in duties):
            time.sleep(PAUSE_SECONDS)
    return 0


def work(
    name: str,
    *,
    limit: int = 50,
    kinds: Collection[str] = (),
    lease_seconds: int = LEASE_SECONDS,
) -> int:
    """Carry out what is due, of all `kinds` or of those named, and return how much was done."""
    from django.utils import timezone

    from minsheng.apps.outbox import actions as outbox

    return outbox.run_due(
        {kind: handler for kind, handler in handlers().items() if not kinds or kind in kinds},
        now=timezone.now(),
        limit=limit,
        worker=name,
        lease=timedelta(seconds=lease_seconds),
    )


def handlers() -> dict[str, Any]:
    """Return what carries out each kind of effect."""
    from minsheng.apps.appeals import actions as appeals
    from minsheng.apps.assessments import actions as assessments
    from minsheng.apps.cases import actions as cases
    from minsheng.apps.councils import actions as councils
    from minsheng.apps.dual import actions as dual
    from minsheng.apps.notices import actions as notices
    from minsheng.apps.outbox import actions as outbox
    from minsheng.apps.screening import actions as screening
    from minsheng.apps.webhooks import actions as webhooks

    return {
        appeals.FOLLOW: appeals.follow_request,
        appeals.HEARD: appeals.make_of_finding,
        appeals.REPAIR: appeals.tell_of_repair,
        "case.effect": outbox.Outside(cases.call_effect, cases.finish_call),
        "case.rewrite": outbox.Outside(cases.call_rewrite, cases.finish_rewrite),
        "case.follow": cases.follow_case,
        cases.MOVE: cases.carry_move,
        "case.certificate": outbox.Outside(cases.issue_certificate),
        "case.revoke": outbox.Outside(cases.revoke_certificate),
        councils.TELL: councils.tell_of_matter,
        **assessments.HANDLERS,
        **dual.HANDLERS,
        **notices.HANDLERS,
        **screening.HANDLERS,
        **webhooks.HANDLERS,
    }


def fire_timers() -> int:
    """Fire what is due and return how many timers acted."""
    from django.utils import timezone

    from minsheng.apps.appeals import actions as appeals
    from minsheng.apps.assessments import actions as assessments
    from minsheng.apps.cases import actions as cases
    from minsheng.apps.clubs import actions as clubs
    from minsheng.apps.contests import actions as contests
    from minsheng.apps.councils import actions as councils
    from minsheng.apps.mastery import actions as mastery
    from minsheng.apps.schools import actions as schools
    from minsheng.apps.sittings import actions as sittings
    from minsheng.apps.stakes import actions as stakes

    return (
        cases.fire_timers()
        + appeals.fire_timers()
        + councils.close_due_votes()
        + sittings.remind()
        + stakes.remind()
        + assessments.remind()
        + clubs.remind()
        + clubs.close_due_rounds()
        + contests.remind()
        + schools.drop_expired(now=timezone.now())
        + mastery.close_due_works()
        + mastery.drop_expired_scans(now=timezone.now())
    )


def follow_ratings() -> int:
    """Read the ledger for ratings, and make the months that have ended; return how much was done."""
    from minsheng.apps.ratings import actions as ratings

    return ratings.follow_ledger() + ratings.publish_months() + ratings.move_silent()


def follow_requests() -> int:
    """Make requests of what visits found, and tell requests of their repairs; return how many."""
    from minsheng.apps.appeals import actions as appeals

    return appeals.follow_ledger()


def follow_points() -> int:
    """Post what was public long enough, give back what nobody came for; return how much that was."""
    from minsheng.apps.points import actions as points

    return points.post_due() + points.lapse_due()


def follow_visits() -> int:
    """Find visits that were missed, and give another visitor to whoever has none; return how many."""
    from minsheng.apps.visits import actions as visits

    return visits.follow_time()


def supervise() -> int:
    """Warn of what runs late, escalate what is late, and send the day's digests."""
    from minsheng.apps.supervision import actions as supervision

    return supervision.watch() + supervision.send_digests()


def announce() -> int:
    """Put a call for each subscriber and event since last time, and return how many."""
    from minsheng.apps.webhooks import actions as webhooks

    return webhooks.announce()


def tidy() -> int:
    """Forget what need not be kept (answers, files in no row, old calls), tell of items where nobody is.

    Points: give what everybody gets in a period, take away what has ended. Vouchers: let those end
    whose day has passed. Scores of firms: keep those of the year. Awards: work out this month. Learning: fit how skills are learnt, keep how
    each pupil stands.

    Returns how much that was.
    """
    from django.utils import timezone

    from minsheng.apps.cases import actions as cases
    from minsheng.apps.grants import actions as grants
    from minsheng.apps.mastery import actions as mastery
    from minsheng.apps.outbox import actions as outbox
    from minsheng.apps.points import actions as points
    from minsheng.apps.records import actions as records
    from minsheng.apps.scores import actions as scores
    from minsheng.apps.vouchers import actions as vouchers
    from minsheng.apps.webhooks import actions as webhooks

    forgotten = outbox.forget_answers(now=timezone.now()) + records.sweep_files()
    forgotten += webhooks.forget_deliveries(now=timezone.now())
    kept = mastery.close_day() + vouchers.expire()
    kept += grants.compute_due() + scores.keep_due()
    return forgotten + kept + cases.report_orphans() + points.give_base() + points.expire_due()


def seal() -> int:
    """Take a root of the new events, write it outside, and return how many events it covers."""
    from django.conf import settings
    from django.utils import timezone

    from minsheng.apps.audit import actions as audit

    made = audit.seal(timezone.now(), settings.MINSHENG_SEALS)
    return made.count if made else 0


@dataclass
class _Duty:
    """One thing the worker does again and again; a fault of one doesn't stop the others."""

    act: Callable[[], int]
    every_seconds: float = 0.0
    next_at: float = 0.0

    def attempt(self) -> int:
        """Do it when it is due and return how much was done."""
        from django.db import DatabaseError, close_old_connections

        now = time.monotonic()
        if now < self.next_at:
            return 0
        self.next_at = now + self.every_seconds
        try:
            return self.act()
        except MinshengError as error:
            logger.error("worker: %s / %s", error.zh, error.en)
        except DatabaseError:
            # The database may be starting again: drop the broken connection and come back.
            logger.exception("worker: the database refused")
            close_old_connections()
        except FAULTS:
            # A full disk, an outside file that can't be read, a fault of ours: the others go on.
            logger.exception("worker: a duty failed")
        self.next_at = now + max(self.every_seconds, PAUSE_SECONDS)
        return 0


class _Stop:
    """Whether somebody asked this process to end."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
