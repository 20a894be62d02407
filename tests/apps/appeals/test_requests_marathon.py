"""Sixteen processes act at random on the same requests, three of them killed: see what is left."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from tests.apps.appeals import marathon
from tests.apps.appeals.requests_of import whistle
from tests.apps.appeals.test_rates import assert_rates_agree
from tests.factories import District
from tests.marathon import PROCESSES, Days, Told, can_fork, run

from minsheng.apps.appeals import actions, catalogue, reads, sealing, store
from minsheng.apps.appeals.models import OPEN, Request
from minsheng.apps.audit import reads as audit
from minsheng.apps.notices.models import Notice
from minsheng.apps.outbox.models import Effect
from minsheng.cli.worker_command import work
from minsheng.engines.appeals.clocks import acts_at, running
from minsheng.engines.appeals.state import ENDED

pytestmark = [pytest.mark.django_db(transaction=True), can_fork]
logger = logging.getLogger(__name__)
KILLS = 3
LONGEST = 400
ONCE = ("signed", "answered", "returned", "moved", "relieved")


@pytest.mark.parametrize(
    ("seed", "requests", "acts"),
    [
        pytest.param(1, 3, 10, id="seed1-short"),
        *[
            pytest.param(seed, 8, 80, id=f"seed{seed}", marks=pytest.mark.long)
            for seed in range(2, 10)
        ],
    ],
)
def test_whatever_sixteen_processes_do_every_request_ends_and_nothing_happens_twice(
    district: District, tmp_path: Path, seed: int, requests: int, acts: int
) -> None:
    made = [whistle(district).number]
    made += [file(district, f"begin{n}") for n in range(requests)]
    days = Days(most=90)
    choose = partial(marathon.choose, days)
    told = run(choose, tmp_path, acts=acts, seed=seed, days=days, kills=KILLS)
    logger.info("seed %s: went %s, refused %s", seed, dict(told.went), dict(told.refused))
    assert not told.faults, told.faults[0]
    assert told.acts >= (PROCESSES - KILLS) * acts
    nobody_waits_without_a_day()
    nothing_is_filed_twice(len(made), told)
    settle()
    for row in Request.objects.all():
        ended_well(row)
    everybody_was_told_once()
    for kind in ("whistle", "hotline"):
        spec = catalogue.appeal_on(kind, district.today).spec
        assert_rates_agree(spec, date(2000, 1, 1), date(2100, 1, 1))
    assert audit.verify(heads=reads.heads()).ok


def file(district: District, key: str) -> str:
    by = district.account("wangfang")
    return actions.file_request("hotline", marathon.told(key), by=by).number


def nobody_waits_without_a_day() -> None:
    """An open request has a clock that runs, or rests until a day; the worker looks at each."""
    for row in Request.objects.filter(status__in=OPEN):
        state = store.state_of(row)
        rests = [one for one in state.open_items if one.status == "held" and one.hold_until]
        clocks = list(running(state))
        assert clocks or rests, row.number
        is_provisional = any(one.due.provisional for one in clocks)  # makes nobody late
        assert acts_at(state) is not None or state.noted or is_provisional, row.number
        assert row.acts_at == acts_at(state)


def nothing_is_filed_twice(before: int, told: Told) -> None:
    """Each key gave one request, however many sent it at once; each closed one has one successor."""
    rows = Request.objects.select_related("person").filter(predecessor=None)
    words = Counter(sealing.opened(row.person, row.words, field=sealing.WORDS) for row in rows)
    assert set(words.values()) == {1}
    assert before <= len(rows) <= before + marathon.KEYS
    if told.went["file"]:
        assert len(rows) > before
    for row in Request.objects.exclude(predecessor=None).select_related("predecessor"):
        assert row.predecessor is not None
        assert store.state_of(row.predecessor).successor == row.number


def settle() -> None:
    """Let everybody do what waits for them, until each request has ended."""
    for _ in range(LONGEST):
        Effect.objects.filter(state="leased").update(state="waiting", lease_until=None)
        while work("settling", kinds=marathon.KINDS):
            pass
        row = Request.objects.filter(status__in=OPEN).order_by("pk").first()
        if row is None:
            return
        marathon.next_act(row)
    raise AssertionError(f"open for ever: {list(Request.objects.values_list('number', 'status'))}")


def ended_well(row: Request) -> None:
    """Its rows are what its events say; no item ended twice, nobody led beside another."""
    assert reads.check_request(row).is_good, row.number
    state = store.state_of(row)
    assert all(item.status in ENDED for item in state.items.values())
    events = store.events_in(audit.history(store.CHAIN, str(row.pk)))
    assert [event.kind for event in events].count("closed") == 1
    for kind in ONCE:
        ended = Counter(event.item for event in events if event.kind == kind)
        assert set(ended.values()) <= {1}, (row.number, kind)
    late = [(event.data["version"], event.item) for event in events if event.kind == "late"]
    assert len(late) == len(set(late)), "a clock that has run out is written down once"


def everybody_was_told_once() -> None:
    assert not Effect.objects.filter(kind__in=marathon.KINDS).exclude(state="done").exists()
    told = Notice.objects.exclude(key="").values_list("account_id", "key")
    assert len(told) == len(set(told))
    for row in Request.objects.exclude(account=None).filter(organisation=None):
        key = f"request:{row.pk}:1:{row.account_id}"
        assert Notice.objects.filter(key=key).count() == 1, row.number
