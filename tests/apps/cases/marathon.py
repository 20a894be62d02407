"""Officers, applicants, registers and workers who act at random on the same cases, as processes.

Each is forked from the test, with a connection of its own and a random generator of its own seed.
What they were told is written to a file; anything but a plain refusal is a fault. The days go by
for all of them together, so that timers come due between their acts.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connections
from django.utils import timezone

from minsheng.apps.cases import actions, catalogue
from minsheng.apps.cases.models import Case, Item
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.cli.worker_command import work
from minsheng.engines.casework.spec import ReasonSpec
from minsheng.lib.errors import MinshengError

NOW = timezone.now
KINDS = ("case.follow", "case.effect", "case.rewrite", "case.revoke", "case.certificate")
A_SEASON = 95  # longer than a question may wait for its answer


@dataclass
class Told:
    """What all processes were told: how many acts of each kind went through, which were refused."""

    went: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def acts(self) -> int:
        """How many acts were tried."""
        return self.went.total() + self.refused.total()


class Days:
    """Days that go by for every process at once."""

    def __init__(self, most: int) -> None:
        self._passed, self._most = multiprocessing.Value("i", 0), most

    def now(self) -> Any:
        """Return the time, moved by the days that have passed."""
        return NOW() + timedelta(days=self._passed.value)

    def go_by(self, days: int = 1) -> None:
        """Let some days pass."""
        with self._passed.get_lock():
            self._passed.value = min(self._passed.value + days, self._most)


def run(
    cases: Sequence[int], folder: Path, *, processes: int, acts: int, seed: int, days: Days
) -> Told:
    """Let `processes` processes act `acts` times each on the cases, and return what they were told."""
    context = multiprocessing.get_context("fork")
    connections.close_all()  # a connection belongs to one process
    timezone.now = days.now
    try:
        actors = [
            context.Process(
                target=_act_all, args=(cases, folder / f"{n}.json", acts, seed * 1000 + n, days)
            )
            for n in range(processes)
        ]
        for actor in actors:
            actor.start()
        for actor in actors:
            actor.join()
    finally:
        timezone.now = NOW
    told = Told(faults=[f"process {a.name} ended with {a.exitcode}" for a in actors if a.exitcode])
    for n in range(processes):
        _read(folder / f"{n}.json", told)
    return told


def _act_all(cases: Sequence[int], path: Path, acts: int, seed: int, days: Days) -> None:
    """Act at random, and write down how each act ended. The whole life of one process."""
    chance = random.Random(seed)
    told = Told()
    for _ in range(acts):
        name, act = _choose(chance, cases, days, f"worker-{seed}")
        try:
            act()
        except MinshengError as error:
            told.refused[f"{name} {error.code}"] += 1
        except Exception:  # noqa: BLE001  whatever else is raised is what this looks for
            told.faults.append(f"seed {seed}, {name}:\n{traceback.format_exc()}")
        else:
            told.went[name] += 1
    path.write_text(
        json.dumps(
            {
                "went": told.went,
                "refused": told.refused,
                "faults": told.faults,
            }
        )
    )
    connections.close_all()


Chosen = tuple[str, Callable[[], object]]


def _choose(chance: random.Random, cases: Sequence[int], days: Days, worker: str) -> Chosen:
    """Return one act that somebody may well try now."""
    draw = chance.random()
    if draw < 0.16:
        return "work", lambda: work(worker, limit=5, kinds=KINDS)
    if draw < 0.19:
        return "timers", actions.fire_timers
    if draw < 0.218:
        return "a day", days.go_by
    if draw < 0.22:
        return "a season", lambda: days.go_by(A_SEASON)
    case = Case.objects.select_related("filed_by").get(pk=chance.choice(list(cases)))
    if draw < 0.23:
        return "withdraw", lambda: actions.withdraw_case(case.pk, by=case.filed_by)
    if draw < 0.29:
        return "consent", lambda: _consent(case, given=chance.random() < 0.9)
    row = chance.choice(list(case.items.exclude(status="skipped").order_by("pk")))
    return _on_item(chance, case, row)


def _on_item(chance: random.Random, case: Case, row: Item) -> Chosen:
    """Return an act on one item: what fits its state twice out of three, else anything."""
    officer = chance.choice(people.accounts_of(row.post))
    if row.status == "returned" and chance.random() < 0.6:
        supply = lambda: actions.supply_item(case.pk, row.key, by=case.filed_by, answer="补了")  # noqa: E731
        return "supply", supply
    if row.status == "refused" and chance.random() < 0.6:
        words = "我不同意"
        return "object", lambda: actions.object_item(
            case.pk, row.key, by=case.filed_by, words=words
        )
    if row.asks_post and chance.random() < 0.5:
        return "answer", lambda: _answer(chance, row)
    fitting = {
        "open": (
            *["approve"] * 5,
            "refuse",
            "return",
            "pause",
            "claim",
            "accept",
            "extend",
            "transfer",
        ),
        "external": ("pause", "resume"),
        "returned": ("refuse", "resume", "transfer"),
        "done": ("reverse", "correct"),
        "held": ("keep", "redo", "claim", "transfer"),
        "objected": ("decide", "decide", "claim"),
    }
    likely = ("resume", *fitting.get(row.status, ())) if row.is_stopped else fitting.get(row.status)
    anything = (*_ACTS, "approve", "approve")
    name = chance.choice(likely if likely and chance.random() < 0.7 else anything)
    return name, lambda: _ACTS[name](chance, case, row, officer)


def _reason(chance: random.Random, case: Case, row: Item, act: str) -> str:
    declared = catalogue.pinned_spec(case.pack_id).reasons.values()
    # A public notice ends by its days alone: nobody can be told that they ended it.
    fit: list[ReasonSpec] = [
        one
        for one in declared
        if one.act == act and one.fits(row.key) and one.kind != "public_notice"
    ]
    return chance.choice(fit).key if fit else "none"


def _consent(case: Case, *, given: bool) -> object:
    father = people.account_by_username("chenli")
    assert father is not None
    return actions.consent_case(case.pk, by=father, given=given)


def _answer(chance: random.Random, row: Item) -> object:
    leader = chance.choice(people.accounts_of(row.asks_post))
    return actions.answer_extension(row.pk, by=leader, granted=chance.random() < 0.7)


POSTS = ("hospital.birth", "police.household", "hall.window", "hr.card")
NAMES = ("陈予珺", "陈予君", "陈雨珺", "陈昱珺")
Act = Callable[[random.Random, Case, Item, Account], object]
_ACTS: dict[str, Act] = {
    "approve": lambda r, c, i, by: actions.approve_item(i.pk, by=by, evidence="看过"),
    "refuse": lambda r, c, i, by: actions.refuse_item(
        i.pk, by=by, reason=_reason(r, c, i, "refuse")
    ),
    "return": lambda r, c, i, by: actions.return_item(
        i.pk, by=by, reason=_reason(r, c, i, "return"), message="请补"
    ),
    "pause": lambda r, c, i, by: actions.pause_item(i.pk, by=by, reason=_reason(r, c, i, "stop")),
    "resume": lambda r, c, i, by: actions.resume_item(
        i.pk, by=by, outcome="unclear", finding="看过"
    ),
    "reverse": lambda r, c, i, by: actions.reverse_item(
        i.pk, by=by, reason=_reason(r, c, i, "reverse")
    ),
    "claim": lambda r, c, i, by: actions.claim_item(i.pk, by=by, take_over=r.random() < 0.5),
    "unclaim": lambda r, c, i, by: actions.unclaim_item(i.pk, by=by),
    "accept": lambda r, c, i, by: actions.accept_item(i.pk, by=by),
    "extend": lambda r, c, i, by: actions.ask_extension(
        i.pk, by=by, reason=_reason(r, c, i, "extend")
    ),
    "transfer": lambda r, c, i, by: actions.transfer_item(
        i.pk, by=by, to=r.choice(POSTS), handover="请接着办"
    ),
    "correct": lambda r, c, i, by: actions.correct_item(
        i.pk,
        by=by,
        reason=_reason(r, c, i, "correct"),
        values={"child_name": r.choice(NAMES)},
    ),
    "decide": lambda r, c, i, by: actions.decide_objection(
        i.pk, by=by, upheld=r.random() < 0.6, reason="refusal_right"
    ),
    "keep": lambda r, c, i, by: actions.release_item(i.pk, by=by, redo=False),
    "redo": lambda r, c, i, by: actions.release_item(i.pk, by=by, redo=True),
}


def _read(path: Path, told: Told) -> None:
    if not path.exists():
        told.faults.append(f"{path.name}: nothing was told")
        return
    found = json.loads(path.read_text())
    told.went.update(found["went"])
    told.refused.update(found["refused"])
    told.faults += found["faults"]
