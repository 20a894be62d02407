"""Sixteen processes visit, call, leave and come back at random, three of them killed: nobody falls out of a plan."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone
from tests.apps.visits.visiting import ELDER, FIRM, elder, firm
from tests.factories import District
from tests.marathon import PROCESSES, Chosen, Days, can_fork, run

from minsheng.apps.audit import reads as audit
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Assignment
from minsheng.apps.visits import access, actions
from minsheng.apps.visits.actions import Note, Whom
from minsheng.apps.visits.models import CANCELLED, OPEN, Entry, Finding, Visit, Visited

pytestmark = [pytest.mark.django_db(transaction=True), can_fork]
KILLS = 3
POST = "enterprise.steward"
STEWARDS = ("yuelan", "caobin")
SETTLES = {"done", "refused", "cancelled"}


@pytest.mark.parametrize(
    ("seed", "firms", "acts"),
    [
        pytest.param(1, 4, 10, id="seed1-short"),
        *[
            pytest.param(seed, 9, 80, id=f"seed{seed}", marks=pytest.mark.long)
            for seed in range(2, 8)
        ],
    ],
)
def test_whatever_sixteen_processes_do_nobody_falls_out_of_a_plan(
    district: District, tmp_path: Path, seed: int, firms: int, acts: int
) -> None:
    for number in range(firms):
        actions.add_visited("firm-steward", Whom(organisation=firm(number)), by=None)
    elder(district)
    days = Days(most=200)
    told = run(partial(choose, days), tmp_path, acts=acts, seed=seed, days=days, kills=KILLS)
    assert not told.faults, told.faults[0]
    assert told.acts >= (PROCESSES - KILLS) * acts
    assert told.went["note"] and told.refused.total()
    actions.follow_time()
    everybody_is_still_in_with_one_visit_to_come()
    everybody_has_a_visitor_who_fills_the_post()
    for visit in Visit.objects.all():
        settled_once(visit)
    told_once = Notice.objects.exclude(key="").values_list("account_id", "key")
    assert len(told_once) == len(set(told_once))
    assert audit.verify().ok


def account(username: str) -> Account:
    found = people.account_by_username(username)
    assert found is not None
    return found


def choose(days: Days, chance: random.Random, worker: str) -> Chosen:
    """Return one act that somebody may well try now; everybody looks at the same few visits."""
    draw = chance.random()
    if draw < 0.08:
        return "follow", actions.follow_time
    if draw < 0.14:
        return "days", lambda: days.go_by(chance.choice((1, 3, 12)))
    if draw < 0.22:
        return "leave or come back", lambda: leave_or_come_back(chance.choice(STEWARDS))
    if draw < 0.26:
        new = Whom(organisation=firm(chance.randrange(12)))
        return "join", lambda: actions.add_visited("firm-steward", new, by=None)
    some = Visit.objects.order_by("pk")
    seen = some.filter(outcome=OPEN)[:3] if chance.random() < 0.7 else some.exclude(outcome=OPEN)
    return on_visit(chance, chance.choice(list(seen) or list(some)))


def leave_or_come_back(username: str) -> None:
    """A steward who fills the post leaves it; one who doesn't comes back."""
    who, today = account(username), timezone.localdate()
    held = Assignment.objects.filter(account=who, post__key=POST, until=None).first()
    if held is not None:
        people_actions.end_assignment(held, on=today)
    else:
        people_actions.assign(who, people.post(POST), since=today)


def on_visit(chance: random.Random, visit: Visit) -> Chosen:
    row = Visited.objects.get(pk=visit.visited_id)
    is_elder = row.plan == "elder-visit"
    by = account("aiming") if is_elder else account(chance.choice(STEWARDS))
    number, today = visit.number, timezone.localdate()
    draw = chance.random()
    if draw < 0.5:  # several send the same note: one wins
        way, answers = ("home", ELDER) if is_elder else ("onsite", FIRM)
        written = Note(way=way, agreed=True, answers=answers, revision=visit.revision)
        return "note", lambda: actions.note_visit(number, written, by=by)
    if draw < 0.6:
        return "no show", lambda: actions.note_no_show(number, by=by, revision=visit.revision)
    if draw < 0.68:
        return "refusal", lambda: actions.note_refusal(number, by=by)
    if draw < 0.76:
        day = today + timedelta(days=chance.randrange(9))
        return "plan", lambda: actions.plan_visit(number, day=day, by=by)
    if draw < 0.82:
        head = account("fanhua")
        return "cancel", lambda: actions.cancel_visit(number, why="away", by=head)
    if draw < 0.9:
        trigger = "bell" if is_elder else "whistle"
        return "call", lambda: actions.call_for_visit(row.pk, trigger, by=by)
    other = account(chance.choice(STEWARDS))
    return "substitute", lambda: actions.substitute(number, visitor=other, by=by)


def everybody_is_still_in_with_one_visit_to_come() -> None:
    for row in Visited.objects.all():
        assert row.ended_on is None, "nobody left a plan by themselves"
        coming = Visit.objects.filter(visited=row, basis="", outcome=OPEN)
        assert coming.count() == 1, (row.plan, row.pk)
        assert coming.get().until >= coming.get().due_day


def everybody_has_a_visitor_who_fills_the_post() -> None:
    """Where nobody fills the post they wait there, and the head was told."""
    for row in Visited.objects.select_related("account"):
        staff = access.visitors_of(row.post)
        assert row.account in staff if staff else row.account is None


def settled_once(visit: Visit) -> None:
    kinds = Counter(Entry.objects.filter(visit=visit).values_list("kind", flat=True))
    ends = sum(kinds[kind] for kind in SETTLES)
    assert ends == (visit.outcome != OPEN), visit.number
    assert kinds["opened"] == 1 and kinds["missed"] <= 1
    assert kinds["no_show"] == visit.no_shows
    events = Counter(
        one.kind.removeprefix("visit.") for one in audit.history("visit", visit.number)
    )
    assert {kind: events[kind] for kind in kinds} == dict(kinds), "each line has its event"
    if visit.outcome == CANCELLED:
        assert kinds["done"] == 0
    assert Finding.objects.filter(visit=visit).count() <= 1
