"""The watch over due days, in the worker: warnings before, steps after; each acts once.

Fired at least once: a worker may be killed, or two may run at the same moment. With the subject's
row locked it looks again whether what it says is still so, and one row for each rule and due day
lets it act once.
"""

from __future__ import annotations

import logging
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.cases import catalogue
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.supervision.actions import orders
from minsheng.apps.supervision.kinds import KINDS
from minsheng.apps.supervision.models import Escalation
from minsheng.apps.supervision.sealing import sealed
from minsheng.apps.supervision.subjects import Subject
from minsheng.engines.supervision import Ladder, Step, Warning, steps_due, warning_of
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text

logger = logging.getLogger(__name__)
STREAM = "supervision"


def watch(on: date | None = None) -> int:
    """Let every warning and step act whose day has come, once, and return how many acted.

    A fault of one subject doesn't stop the others.
    """
    on = on or timezone.localdate()
    supervision, acted = catalogue.packs().district.supervision, 0
    if not catalogue.calendar().is_workday(on):
        return 0
    for kind, found in KINDS.items():
        ladder = supervision.ladder(kind)
        if not ladder.warn and not ladder.steps:
            continue
        for key in list(found.candidates(ladder, on)):
            try:
                acted += _look_at(kind, key, ladder, on)
            except MinshengError as error:
                logger.error("supervision: %s %s: %s", kind, key, error.en)
    return acted + orders.mark_late_replies()


def _look_at(kind: str, key: str, ladder: Ladder, on: date) -> int:
    """Let what is due for one subject act, in one transaction for each rule."""
    acted = 0
    for rule in _due(kind, key, ladder, on):
        try:
            with transaction.atomic():
                subject = KINDS[kind].locked(key, on)
                if subject is None or rule not in _rules(subject, ladder, on):
                    continue  # it has moved since
                acted += _act(subject, rule)
        except IntegrityError:
            continue  # another worker did it a moment ago
    return acted


def _due(kind: str, key: str, ladder: Ladder, on: date) -> list[Warning | Step]:
    with transaction.atomic():
        subject = KINDS[kind].locked(key, on)
        if subject is None:
            return []
        done = set(
            Escalation.objects.filter(kind=kind, key=key, version=subject.version).values_list(
                "rule", flat=True
            )
        )
        return [rule for rule in _rules(subject, ladder, on) if rule.key not in done]


def _rules(subject: Subject, ladder: Ladder, on: date) -> list[Warning | Step]:
    """Return the warning and the steps that hold for a subject on a day."""
    if subject.clock is None or not subject.is_open:
        return []
    warning = warning_of(ladder, subject.clock)
    steps = steps_due(ladder, subject.clock, calendar=catalogue.calendar(), on=on)
    return [*([warning] if warning else []), *steps]


def _act(subject: Subject, rule: Warning | Step) -> int:
    if isinstance(rule, Warning):
        to, told = subject.post, people.accounts_of(subject.post) if subject.post else []
    else:
        to, told = _recipients(subject, rule)
    Escalation.objects.create(
        kind=subject.kind,
        key=subject.key,
        rule=rule.key,
        version=subject.version,
        office=subject.office,
        light=rule.light if isinstance(rule, Warning) else "",
        to_post=to,
        told=[account.pk for account in told],
        at=timezone.now(),
    )
    _record(subject, rule, to)
    if isinstance(rule, Step) and rule.order:
        if not orders.has_open_order(subject.kind, subject.key):
            words = sealed(subject.person, rule.title.zh, field="", needed=rule.title)
            orders.write_order(subject, by="ladder", words=words, reply=rule.reply, rule=rule.key)
        return 1
    # On the due day itself the timers of cases speak; a light that day needs no second notice.
    if isinstance(rule, Step) or (subject.clock is not None and subject.clock.left > 0):
        for account in told:
            _tell(account, subject, rule)
    return 1


def _recipients(subject: Subject, step: Step) -> tuple[str, list[Account]]:
    district = catalogue.packs().district
    leader = district.supervision.leader
    if step.to == "leader":
        return leader, people.accounts_of(leader) if leader else []
    head = district.head_of(subject.office)
    return head, orders.tell_heads(head, subject.office)


def _tell(account: Account, subject: Subject, rule: Warning | Step) -> None:
    left = subject.clock.left if subject.clock is not None else 0
    if isinstance(rule, Warning):
        title = Text(
            f"时限用了 {rule.percent}% 以上，还剩 {left} 个工作日",
            f"More than {rule.percent}% of the time is used; working days left: {left}",
        )
    else:
        title = rule.title
    named = f"{subject.number}：" if subject.number else ""
    notices.notify(
        account,
        kind=f"supervision.{rule.key}"[:40],
        title=title,
        body=Text(f"{named}{subject.title.zh}", f"{named}{subject.title.to('en')}"),
        link=subject.path
        if isinstance(rule, Warning) or subject.heads_open
        else "/desk/supervision",
        key=f"watch:{subject.kind}:{subject.key}:{rule.key}:{subject.version}:{account.pk}",
    )


def _record(subject: Subject, rule: Warning | Step, to: str) -> None:
    """Write down in the ledger which step was taken, and to which post it went."""
    kind = "warned" if isinstance(rule, Warning) else "escalated"
    data = {"rule": rule.key, "to": to, "version": subject.version}
    news = audit.News(kind=f"supervision.{kind}", at=timezone.now(), by="", data=data)
    audit.record(STREAM, f"{subject.kind}:{subject.key}", news)
