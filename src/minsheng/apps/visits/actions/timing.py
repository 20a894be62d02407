"""What time does to visits, in the worker: missed ones are told of once, nobody is left without a visitor."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.installed import calendar
from minsheng.apps.visits import access
from minsheng.apps.visits.actions.enrolling import record, share_out
from minsheng.apps.visits.actions.recording import note, saved
from minsheng.apps.visits.models import OPEN, Visit, Visited
from minsheng.apps.visits.plans import head_of, plan
from minsheng.engines.visits import Facts, is_missed
from minsheng.lib.texts import Text


def follow_time(on: date | None = None) -> int:
    """Return how much was done: days derived anew, visits found missed, people handed over."""
    on = on or timezone.localdate()
    return derive_again(on) + mark_missed(on) + hand_over(on)


def mark_missed(on: date) -> int:
    """Return how many visits were found missed today; each is written down and told of once."""
    waiting = Visit.objects.filter(
        outcome=OPEN, missed_on__isnull=True, due_provisional=False, until__lt=on
    )
    waiting = waiting.filter(Q(visited__paused_until=None) | Q(visited__paused_until__lt=on))
    return sum(_miss(pk, on) for pk in list(waiting.values_list("pk", "visited_id")))


def derive_again(on: date) -> int:
    """Return how many due days moved because a year's notice has come since they were derived."""
    moved = 0
    rows = Visit.objects.filter(outcome=OPEN, due_provisional=True, basis="", day=None)
    for pk, visited_id in list(rows.values_list("pk", "visited_id")):
        with transaction.atomic():
            visit = _locked(pk, visited_id)
            visited = visit.visited
            settled = visited.last_on == visit.counted_from
            due = plan(visited.plan).plan.next_due(
                visited.level, visit.counted_from, visited=settled, calendar=calendar()
            )
            if due is None or due.provisional:
                continue
            until = calendar().add(due.day, plan(visited.plan).plan.grace("", visited.level))
            if until.provisional:
                continue
            visit.due_day, visit.until, visit.due_provisional = due.day, until.day, False
            saved(visit, "due_day", "until", "due_provisional")
            moved += 1
    return moved


def hand_over(on: date) -> int:
    """Return how many were given another visitor because theirs fills the post no more.

    Shared evenly among those who stay, the same area first; where nobody fills the post they wait
    there, and the head of the office is told. Nobody falls out of a plan.
    """
    moved = 0
    posts = Visited.objects.filter(ended_on__isnull=True).values_list("post", flat=True)
    for post in sorted(set(posts)):
        staff = access.visitors_of(post)
        ids = [one.pk for one in staff]
        left = Visited.objects.filter(post=post, ended_on__isnull=True).exclude(account__in=ids)
        if not staff:
            left = left.exclude(account=None)
        if left.exists():
            moved += _share(post, on)
    return moved


def _share(post: str, on: date) -> int:
    with transaction.atomic():
        staff = access.visitors_of(post)
        ids = [one.pk for one in staff]
        rows = list(
            Visited.objects.select_for_update()
            .filter(post=post, ended_on__isnull=True)
            .exclude(account__in=ids)
            .order_by("pk")
        )
        heirs = share_out(post, rows, staff)
        for row in rows:
            row.account_id = heirs.get(row.pk)
            row.save(update_fields=["account"])
            record(row, "handed_over", None, to=f"account:{heirs.get(row.pk) or ''}")
        Visit.objects.filter(visited__post=post, outcome=OPEN).exclude(account=None).exclude(
            account__in=ids
        ).update(account=None)
        _tell_head(post, len(rows), on, is_filled=bool(staff))
    return len(rows)


def _miss(found: tuple[int, int], on: date) -> int:
    with transaction.atomic():
        visit = _locked(*found)
        facts = Facts(
            due=visit.due_day,
            until=visit.until,
            provisional=visit.due_provisional,
            outcome=visit.outcome,  # type: ignore[arg-type]
            paused_until=visit.visited.paused_until,
        )
        if visit.missed_on is not None or not is_missed(facts, on=on):
            return 0
        visit.missed_on = on
        saved(visit, "missed_on")
        note(visit, "missed", by="", day=on)
        account = visit.account or visit.visited.account
        for told in [account] if account else access.visitors_of(visit.visited.post):
            notices.notify(
                told,
                kind="visit.missed",
                title=Text(
                    "有一次走访过期了，请尽快去", "A visit is overdue: go as soon as you can"
                ),
                body=Text(f"走访 {visit.number}", f"Visit {visit.number}"),
                link="/desk/rounds",
                key=f"visit.missed:{visit.pk}",
            )
    return 1


def _locked(pk: int, visited_id: int) -> Visit:
    visited = Visited.objects.select_for_update().get(pk=visited_id)
    visit = Visit.objects.select_for_update().get(pk=pk)
    visit.visited = visited
    return visit


def _tell_head(post: str, count: int, on: date, *, is_filled: bool) -> None:
    title = (
        Text(f"{count} 户换了走访的人", f"{count} were given another visitor")
        if is_filled
        else Text(f"{count} 户没有人走访：岗位空着", f"{count} have no visitor: the post is empty")
    )
    for account in people.accounts_of(head_of(post)):
        notices.notify(
            account,
            kind="visit.handed_over",
            title=title,
            body=Text("请到走访总览看。", "See the overview of visits."),
            link="/desk/rounds/coverage",
            key=f"visit.handed_over:{post}:{on}:{count}",
        )
