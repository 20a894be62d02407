"""Visits beside the rhythm, appointments, another visitor, another day, and cancelling."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.db import transaction
from django.utils import timezone

from minsheng.apps.notices import actions as notices
from minsheng.apps.people.installed import calendar
from minsheng.apps.people.models import Account
from minsheng.apps.visits import access
from minsheng.apps.visits.actions.recording import (
    locked,
    named,
    note,
    open_next,
    open_visit,
    saved,
)
from minsheng.apps.visits.models import CANCELLED, OPEN, Visit, Visited
from minsheng.apps.visits.plans import plan
from minsheng.apps.visits.sealing import checked
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

WISH_DAYS = 60
CANCEL_REASONS = ("mistake", "away", "storm", "other")


def call_for(visited: Visited, trigger: str, *, by: Account | None) -> Visit:
    """Return the visit that something calls for, opened now or standing already."""
    spec, today = plan(visited.plan), timezone.localdate()
    if trigger not in spec.triggers:
        raise WrongInput(
            "visits.no_trigger",
            "没有这种情况，请从列出的里面选。",
            "There is no such occasion. Choose one of those listed.",
            field="trigger",
        )
    with transaction.atomic():
        row = Visited.objects.select_for_update().get(pk=visited.pk)
        if row.ended_on is not None:
            raise access.no_such_visit()
        standing = Visit.objects.filter(visited=row, basis=trigger, outcome=OPEN).first()
        if standing is not None:
            return standing
        due = spec.plan.called_due(trigger, today, calendar=calendar())
        visit = open_visit(row, basis=trigger, since=today, due=due)
    return visit


def call_for_visit(visited_id: int, trigger: str, *, by: Account) -> Visit:
    """Return the same as `call_for`, as the visitor or the head: a pupil was absent, a bell rang."""
    row = Visited.objects.filter(pk=visited_id).first()
    if row is None:
        raise access.no_such_visit()
    if not access.is_usual_visitor(row, by) and not access.is_head(row, by):
        raise access.no_such_visit()
    return call_for(row, trigger, by=by)


def plan_visit(number: str, *, day: date, at: time | None = None, by: Account) -> Visit:
    """Return a visit with the day, and the hour where one was agreed. WrongInput for a day too late."""
    today = timezone.localdate()
    with transaction.atomic():
        visit = locked(number)
        access.require_open(visit, by)
        last = max(visit.until, today + timedelta(7))
        if not today <= day <= last:
            raise WrongInput(
                "visits.day",
                f"要在今天到 {last} 之间选一天。确实去不了，请负责人换人去。",
                f"Choose a day from today to {last}. If you can't, ask for a substitute.",
                field="day",
            )
        visit.day, visit.at = day, at
        saved(visit, "day", "at")
        note(visit, "planned", by=named(by), day=day)
    return visit


def ask_other_day(number: str, *, day: date, by: Account, words: str = "") -> Visit:
    """Return a visit put off to the day that the visited person wishes; nobody is late by it."""
    today = timezone.localdate()
    with transaction.atomic():
        visit = locked(number)
        if not access.is_own(visit.visited, by):
            raise access.no_such_visit()
        if not today < day <= today + timedelta(WISH_DAYS):
            raise WrongInput(
                "visits.wish",
                f"请选明天到 {WISH_DAYS} 天以内的一天。",
                f"Choose a day from tomorrow on, within {WISH_DAYS} days.",
                field="day",
            )
        grace = plan(visit.visited.plan).plan.grace(visit.basis, visit.visited.level)
        until = calendar().add(day, grace)
        visit.day, visit.at = day, None
        visit.due_day = max(visit.due_day, day)
        visit.until = max(visit.until, until.day, day)
        visit.due_provisional = visit.due_provisional or until.provisional
        saved(visit, "day", "at", "due_day", "until", "due_provisional")
        words = checked(words, field="words")
        note(visit, "asked_day", by=named(by), day=day, words=words)
        _tell_visitor(visit, day)
    return visit


def substitute(number: str, *, visitor: Account, by: Account) -> Visit:
    """Return a visit that another account of the post makes this once."""
    with transaction.atomic():
        visit = locked(number)
        access.require_open(visit, by)
        if visitor not in access.visitors_of(visit.visited.post):
            raise WrongInput(
                "visits.no_visitor",
                "这个人今天不在这个岗位上，请换一个人。",
                "This account doesn't fill the post today. Choose another.",
                field="visitor",
            )
        visit.account = visitor
        saved(visit, "account")
        note(visit, "substitute", by=named(by), to=f"account:{visitor.pk}")
        notices.notify(
            visitor,
            kind="visit.substitute",
            title=Text("请您替一次走访", "You are asked to make a visit"),
            body=Text(f"走访 {visit.number}", f"Visit {visit.number}"),
            link="/desk/rounds",
            key=f"visit.substitute:{visit.pk}:{visit.revision}",
        )
    return visit


def cancel_visit(number: str, *, why: str, by: Account) -> Visit:
    """Return a visit that the head has cancelled for a declared reason; the rhythm goes on."""
    if why not in CANCEL_REASONS:
        raise WrongInput(
            "visits.cancel_why", "请选为什么取消。", "Say why it is cancelled.", field="why"
        )
    today = timezone.localdate()
    with transaction.atomic():
        visit = locked(number)
        access.require_head(visit.visited, by)
        visit.outcome, visit.settled_on, visit.settled_by = CANCELLED, today, by
        saved(visit, "outcome", "settled_on", "settled_by")
        note(visit, "cancelled", by=named(by), day=today, why=why)
        if not visit.basis and visit.visited.ended_on is None:
            open_next(visit.visited, since=max(today, visit.due_day), settled=True)
    return visit


def _tell_visitor(visit: Visit, day: date) -> None:
    account = visit.account or visit.visited.account
    for told in [account] if account else access.visitors_of(visit.visited.post):
        notices.notify(
            told,
            kind="visit.asked_day",
            title=Text(f"请您改到 {day} 去", f"You are asked to come on {day}"),
            body=Text(f"走访 {visit.number}", f"Visit {visit.number}"),
            link="/desk/rounds",
            key=f"visit.asked_day:{visit.pk}:{visit.revision}",
        )
