"""Sixteen processes act at random on the same cases; nothing is lost, doubled or left open for ever.

`seed` is in the name of each run: `-k seed7` walks the same courses again (how they interleave is
up to the machine).
"""

from __future__ import annotations

import logging
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone
from tests.apps.cases import marathon
from tests.factories import District, newborn, siblings
from tests.marathon import NOW, PROCESSES, Days, Told, can_fork, run

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions, catalogue, reads, store
from minsheng.apps.cases.models import Case, FiredTimer, Item
from minsheng.apps.notices.models import Notice
from minsheng.apps.outbox.models import Effect
from minsheng.apps.people import actions as accounts
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.records.actions import licences
from minsheng.apps.records.models import Licence
from minsheng.cli.worker_command import work
from minsheng.engines.casework.rarer import CLAIMABLE
from minsheng.engines.casework.state import ItemState, person_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    can_fork,
]
logger = logging.getLogger(__name__)
MOST_STEPS = 200
SHEET = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
EVENTS = {
    "approve": "approved",
    "refuse": "refused",
    "return": "returned",
    "supply": "supplied",
    "pause": "paused",
    "reverse": "reversed",
    "withdraw": "withdrawn",
    "extend": "extension_asked",
    "transfer": "transferred",
    "correct": "corrected",
    "object": "objected",
}
# Acts that may end in one of two ways, and such as change nothing when they are repeated.
EITHER = {
    "answer": ("extended", "extension_refused"),
    "decide": ("upheld", "objection_rejected"),
}
HARMLESS = {"claim": "claimed", "unclaim": "unclaimed", "accept": "accepted"}


@pytest.fixture
def quick_print(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every certificate be this one sheet: printing and signing are looked at elsewhere."""
    monkeypatch.setattr(licences, "_signed", lambda issue: SHEET)


@pytest.mark.parametrize(
    ("seed", "cases", "acts"),
    [
        pytest.param(1, 4, 12, id="seed1-short"),
        *[
            pytest.param(seed, 6, 80, id=f"seed{seed}", marks=pytest.mark.long)
            for seed in range(2, 10)
        ],
    ],
)
def test_whatever_sixteen_processes_do_every_case_ends_and_nothing_happens_twice(
    district: District, quick_print: None, tmp_path: Path, seed: int, cases: int, acts: int
) -> None:
    events = siblings(district, cases)
    stories = [
        newborn(district, event=event, household="father" if n == 0 else "mother")
        for n, event in enumerate(events)
    ]
    numbers = [story.case_id for story in stories]
    two_in_each_post(district)
    days = Days(most=130)
    choose = partial(marathon.choose, numbers, days)
    told = run(choose, tmp_path, acts=acts, seed=seed, days=days)
    logger.info("seed %s: went %s, refused %s", seed, dict(told.went), told.refused.total())
    assert not told.faults, told.faults[0]
    assert told.acts == PROCESSES * acts
    check_told(numbers, told)
    settle(numbers, days)
    for case in Case.objects.filter(pk__in=numbers):
        check_case(case)
    check_effects(district, numbers)
    assert audit.verify(heads=reads.claims()).ok


def two_in_each_post(district: District) -> None:
    """Let 高梅 fill each post too: an upheld objection is done again by somebody else."""
    accounts.open_account("gaomei", None, kind="staff", display="高梅（演示）", demo=True)
    gao = district.account("gaomei")
    for post in (*marathon.POSTS, "office.leader"):
        accounts.assign(gao, people.post(post), since=district.today)


def settle(numbers: list[int], days: Days) -> None:
    """Let everybody do what waits for them, until every case has ended. Nobody withdraws."""
    for _ in range(MOST_STEPS):
        while work("settling", kinds=marathon.KINDS):
            pass
        Effect.objects.filter(state="waiting").update(not_before=None)
        running = Case.objects.filter(pk__in=numbers, status="running").order_by("pk").first()
        if running is None and not Effect.objects.filter(
            kind__in=marathon.KINDS, state__in=["waiting", "leased"]
        ):
            return
        if running is not None:
            do_what_waits(running)
    raise AssertionError(f"open for ever: {list(Case.objects.values_list('pk', 'status'))}")


def do_what_waits(case: Case) -> None:
    """Do the next thing that somebody can do; a case in which nobody can is stuck for ever."""
    state = store.state_of(case)
    if state.wanted - state.consents - state.declined:
        father = people.account_by_username("chenli")
        assert father is not None
        actions.consent_case(case.pk, by=father, given=True)
        return
    for row in case.items.order_by("position"):
        officer = who_may(row, state.items[row.key])
        if row.claimed_by and row.status in CLAIMABLE:
            actions.claim_item(row.pk, by=officer, take_over=True)
        if row.status == "objected":
            actions.decide_objection(row.pk, by=officer, upheld=True)
            return
        if row.status == "returned":
            actions.supply_item(case.pk, row.key, by=case.filed_by, answer="补了")
            return
        if row.status == "held":
            actions.release_item(row.pk, by=officer, redo=False)
            return
        if row.status == "open" and row.is_stopped:
            actions.resume_item(row.pk, by=officer, outcome="unclear", finding="看过")
            return
        if row.status == "open":
            actions.approve_item(row.pk, by=officer, evidence="看过")
            return
    waiting = Effect.objects.filter(kind="case.effect", state__in=["waiting", "leased"])
    assert waiting.exists(), f"nobody can do anything: {state}"


def who_may(row: Item, now: ItemState) -> Account:
    """Return who of an item's post may decide it: not who refused it before."""
    refuser = person_of(now.decided_by) if now.status == "objected" else now.not_by
    return next(one for one in people.accounts_of(row.post) if f"account:{one.pk}" != refuser)


def check_told(numbers: list[int], told: Told) -> None:
    """Whoever was told that an act went through did it, once; whoever was refused did nothing."""
    happened = Counter(
        entry.kind for pk in numbers for entry in audit.history(store.CHAIN, str(pk))
    )
    assert {kind: happened[kind] for kind in EVENTS.values()} == {
        kind: told.went[act] for act, kind in EVENTS.items()
    }
    for act, ways in EITHER.items():
        assert sum(happened[kind] for kind in ways) == told.went[act], act
    by_hand = by_officers(numbers)
    for act, kind in HARMLESS.items():
        assert by_hand[kind] <= told.went[act], act
    assert sum(told.went[act] for act in EVENTS) > 0
    assert told.refused.total() > 0


def by_officers(numbers: list[int]) -> Counter[str]:
    """Return how often officers did each thing; what passed days brought about is left out."""
    return Counter(
        entry.kind
        for pk in numbers
        for entry in audit.history(store.CHAIN, str(pk))
        if entry.by.startswith("post:")
    )


def check_case(case: Case) -> None:
    """The case has ended, is what its events say, and each attempt was decided by one alone."""
    assert case.status != "running"
    assert store.replayed(case) == store.state_of(case)
    now = store.state_of(case)
    assert {row.key: (row.status, row.attempt) for row in case.items.all()} == {
        key: (item.status, item.attempt) for key, item in now.items.items()
    }
    entries = audit.history(store.CHAIN, str(case.pk))
    assert [entry.seq for entry in entries] == list(range(1, case.seq + 1))
    decided = Counter(
        (str(e.data["item"]), int(e.data["attempt"]))
        for e in entries
        if e.kind in {"approved", "refused"}
    )
    assert set(decided.values()) <= {1}
    for kind in (
        "opened",
        "returned",
        "extension_asked",
        "extended",
        "corrected",
        "objected",
        "expired",
    ):
        again = Counter(
            (str(e.data["item"]), int(e.data["attempt"])) for e in entries if e.kind == kind
        )
        assert set(again.values()) <= {1}, kind


def check_effects(district: District, numbers: list[int]) -> None:
    """Each effect once: register entries, certificates, timers, notices."""
    assert not Effect.objects.filter(kind__in=marathon.KINDS).exclude(state="done").exists()
    registered = Counter()
    printed = Counter()
    for case in Case.objects.filter(pk__in=numbers):
        spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
        for entry in audit.history(store.CHAIN, str(case.pk)):
            key = str(entry.data.get("item", ""))
            if entry.kind == "approved" and spec.items[key].effect:
                registered[spec.items[key].effect] += 1
            if entry.kind == "register.corrected":
                registered[spec.items[key].effect] += 1
        for key, item in state.items.items():
            if item.status == "done" and spec.items[key].gives:
                printed[(case.number, key, item.attempt)] += 1
    for register, times in registered.items():
        assert len(district.store.written(register)) == times, register
    valid = Licence.objects.filter(status="valid").exclude(origin_item="")
    assert Counter(valid.values_list("origin_case", "origin_item", "origin_attempt")) == printed
    completed = Counter(
        Licence.objects.filter(status="valid", origin_item="").values_list("origin_case")
    )
    assert set(completed.values()) <= {1}
    fired = FiredTimer.objects.values_list("item_id", "rule", "due_version")
    assert len(fired) == len(set(fired))
    told = Notice.objects.exclude(key="").values_list("account_id", "key")
    assert len(told) == len(set(told))
    assert timezone.now is NOW
