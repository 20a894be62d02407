"""Sixteen processes work, change, check and open again at random, three killed: the ledger holds."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone
from tests.apps.projects.test_ledger import NEW, WORDS
from tests.factories import District
from tests.marathon import PROCESSES, Chosen, Days, can_fork, run

from minsheng.apps.audit import reads as audit
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.projects import actions
from minsheng.apps.projects.actions import NewMilestone
from minsheng.apps.projects.models import Change, Entry, Evidence
from minsheng.engines.projects.flow import ENDED
from minsheng.lib.texts import Text

pytestmark = [pytest.mark.django_db(transaction=True), can_fork]
KILLS = 3


@pytest.mark.parametrize(
    ("seed", "entries", "acts"),
    [
        pytest.param(1, 3, 10, id="seed1-short"),
        *[
            pytest.param(seed, 6, 80, id=f"seed{seed}", marks=pytest.mark.long)
            for seed in range(2, 8)
        ],
    ],
)
def test_whatever_sixteen_processes_do_an_entry_is_closed_once_and_by_somebody_else(
    district: District, tmp_path: Path, seed: int, entries: int, acts: int
) -> None:
    for number in range(entries):
        actions.open_entry(new(number), by=district.account("fangwei"))
    days = Days(most=60)
    told = run(partial(choose, days), tmp_path, acts=acts, seed=seed, days=days, kills=KILLS)
    assert not told.faults, told.faults[0]
    assert told.acts >= (PROCESSES - KILLS) * acts
    assert told.went.total() and told.refused.total()
    for entry in Entry.objects.all():
        close(district, entry)
        follows_from_its_events(Entry.objects.get(pk=entry.pk))
    decided_once()
    once = Notice.objects.exclude(key="").values_list("account_id", "key")
    assert len(once) == len(set(once))
    assert audit.verify().ok


def new(number: int) -> actions.NewEntry:
    """An entry of the works office: one in hand with a milestone, or watched afterwards, or only listed."""
    today = timezone.localdate()
    step = NewMilestone(title=Text("装好"), due=today + timedelta(days=20))
    made = replace(NEW, due=today + timedelta(days=90), milestones=(step,), helpers=())
    return replace(made, observe_days=3 if number % 3 == 1 else 0)


def account(username: str) -> Account:
    found = people.account_by_username(username)
    assert found is not None
    return found


def choose(days: Days, chance: random.Random, worker: str) -> Chosen:
    """Return one act that somebody may well try now, on one of the few entries."""
    works, checks, leads = account("fangwei"), account("dingrui"), account("zhoujing")
    draw = chance.random()
    if draw < 0.06:
        return "days", lambda: days.go_by(chance.choice((1, 4)))
    if draw < 0.1:
        return "open", lambda: actions.open_entry(new(chance.randrange(3)), by=works)
    entry = chance.choice(list(Entry.objects.order_by("pk")[:6]))
    number = entry.number
    # Others that are decided already as well: somebody's page is always older than the row.
    wishes = list(Change.objects.order_by("-pk").values_list("pk", flat=True)[:4])
    if wishes and draw < 0.3:
        agreed = chance.random() < 0.6
        wish = chance.choice(wishes)
        return "decide", lambda: actions.decide_change(wish, agreed=agreed, answer="看过", by=leads)
    later = (timezone.localdate() + timedelta(days=chance.randrange(30, 200))).isoformat()
    acts = {
        "news": lambda: actions.add_news(number, WORDS, by=works),
        "milestone": lambda: actions.finish_milestone(number, "m1", WORDS, by=works),
        "money": lambda: actions.report_money(number, chance.randrange(10**7), by=works),
        "change due": lambda: actions.ask_change(number, "due", later, reason="雨多", by=works),
        "change money": lambda: actions.ask_change(
            number, "approved_fen", "2000", reason="料贵", by=works
        ),
        "observe": lambda: actions.begin_observation(number, WORDS, by=works),
        "ask": lambda: actions.ask_check(number, WORDS, by=works),
        "pass": lambda: actions.check_entry(number, WORDS, passed=True, by=checks),
        "fail": lambda: actions.check_entry(number, WORDS, passed=False, by=checks),
        "own pass": lambda: actions.check_entry(number, WORDS, passed=True, by=works),
        "reopen": lambda: actions.reopen_entry(number, WORDS, by=leads),
        "drop": lambda: actions.drop_entry(number, WORDS, by=leads),
    }
    fitting = {
        "running": ("news", "milestone", "money", "change due", "change money", "observe", "ask"),
        "observing": ("news", "ask", "ask", "reopen"),
        "checking": ("pass", "fail", "own pass"),
        "closed": ("reopen", "reopen", "news"),
    }
    likely = fitting.get(entry.state, ("news",))
    name = chance.choice(likely if chance.random() < 0.85 else (*acts, "pass"))
    if name == "drop" and chance.random() < 0.8:
        name = "news"
    return name, acts[name]


def close(district: District, entry: Entry) -> None:
    """Whatever state it was left in, people can lead it to its end."""
    works, checks = district.account("fangwei"), district.account("dingrui")
    number = entry.number
    for _ in range(6):
        entry = Entry.objects.get(number=number)
        if entry.state in ENDED:
            return
        if entry.state == "checking":
            actions.check_entry(number, WORDS, passed=True, by=checks)
            return
        if entry.state == "running" and entry.milestones.filter(done_on=None).exists():
            actions.finish_milestone(number, "m1", WORDS, by=works)
        elif entry.state == "running" and entry.observe_days:
            actions.begin_observation(number, WORDS, by=works)
            Entry.objects.filter(pk=entry.pk).update(observe_until=timezone.localdate())
        else:
            Entry.objects.filter(pk=entry.pk).update(observe_until=timezone.localdate())
            actions.ask_check(number, WORDS, by=works)
    raise AssertionError(f"{number} can't be closed: {entry.state}")


def follows_from_its_events(entry: Entry) -> None:
    """The row is what its events say, each thing shown has one event, and who worked never closed."""
    events = audit.history("project", entry.number)
    kinds = Counter(one.kind.removeprefix("entry.") for one in events)
    assert events[-1].data["state"] == entry.state
    assert events[-1].data["round"] == entry.round == kinds["asked"]
    assert kinds["reopened"] == entry.reopened
    assert kinds["milestone"] == entry.milestones.exclude(done_on=None).count()
    closings = kinds["passed"]
    assert closings - (entry.state == "closed") <= kinds["reopened"]
    assert closings + kinds["failed"] <= kinds["asked"]
    shown = [one.data["evidence"] for one in events if "evidence" in one.data]
    assert sorted(shown) == sorted(
        Evidence.objects.filter(entry=entry).values_list("pk", flat=True)
    )
    workers = {one.by for one in events if one.kind == "entry.asked"}
    assert not workers & {one.by for one in events if one.kind == "entry.passed"}
    agreed = [one for one in events if one.kind == "entry.change_agreed"]
    last = (
        Change.objects.filter(entry=entry, state="agreed", what="due").order_by("decided_at").last()
    )
    if last is not None and agreed:
        assert entry.due is not None and entry.due.isoformat() == last.after


def decided_once() -> None:
    events = [
        one.data["change"]
        for entry in Entry.objects.all()
        for one in audit.history("project", entry.number)
        if one.kind in ("entry.change_agreed", "entry.change_refused")
    ]
    decided = Change.objects.exclude(state="asked").values_list("pk", flat=True)
    assert sorted(events) == sorted(decided)
