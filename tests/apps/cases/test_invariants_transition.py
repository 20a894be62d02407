"""Invariants 1 and 2: one transition is one transaction; the log is the truth and replays."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.cases.cases_cast import case, follow, item, statuses
from tests.factories import OFFICERS, District, Newborn, newborn, siblings

from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import actions, reads, statements, store
from minsheng.apps.cases.actions import transition
from minsheng.apps.cases.models import Case, CaseNote, CaseValue, Draft, Item
from minsheng.apps.outbox.models import Effect
from minsheng.engines.casework.state import Approve
from minsheng.lib.errors import MinshengError


def rows() -> tuple[int, ...]:
    """Return how many rows there are of all that a step writes."""
    return tuple(
        model.objects.count() for model in (Case, Item, CaseValue, CaseNote, Entry, Effect, Draft)
    )


class Broken(RuntimeError):
    """The machine fails in the middle of a step."""


def broken(*arguments: object, **named: object) -> Any:
    raise Broken


def written_and_broken(*arguments: Any, **named: Any) -> Any:
    """Write all of a step, and then the machine fails."""
    WRITE(*arguments, **named)
    raise Broken


WRITE = statements.write
PLACES = (
    "audit.insert",
    "store.write_items",
    "CaseNote.objects.bulk_create",
    "outbox.put_effect",
    "write",
    "written",
)


@pytest.mark.parametrize("place", PLACES)
def test_a_step_that_fails_anywhere_leaves_nothing_behind(
    district: District, monkeypatch: pytest.MonkeyPatch, place: str
):
    story = newborn(district, until="answered")
    actions.submit_draft(story.draft, by=district.account("wangfang"))
    row = Item.objects.get(key="birth_certificate")
    before = (rows(), Case.objects.values().get(), Item.objects.values().get(pk=row.pk))
    if place == "written":
        monkeypatch.setattr(statements, "write", written_and_broken)
    elif place == "write" or connection.vendor == "sqlite":  # elsewhere it is one statement
        monkeypatch.setattr(f"minsheng.apps.cases.statements.{place}", broken)
    else:
        pytest.skip("one statement writes all of it or nothing")
    with pytest.raises(Broken):
        actions.approve_item(row.pk, by=district.account("linlan"), message="好")
    after = (rows(), Case.objects.values().get(), Item.objects.values().get(pk=row.pk))
    assert after == before


@pytest.mark.parametrize(
    "place",
    ["store.links_of", "filing.write", "link_to_predecessor", "drop_files"],
)
def test_a_submission_that_fails_anywhere_leaves_the_draft_and_nothing_else(
    district: District, monkeypatch: pytest.MonkeyPatch, place: str
):
    story = newborn(district, until="answered")
    wang, before = district.account("wangfang"), rows()
    with monkeypatch.context() as patch:
        patch.setattr(f"minsheng.apps.cases.actions.submission.{place}", broken)
        with pytest.raises(Broken):
            actions.submit_draft(story.draft, by=wang)
    assert rows() == before
    assert actions.submit_draft(story.draft, by=wang).status == "running"


def test_a_step_locks_the_case_before_it_reads_or_writes_anything_else(district: District):
    story = newborn(district)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        transition.take_step(story.case_id, Approve("birth_certificate", "post:x/account:1"))
    statements = [one["sql"] for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert statements[0].startswith("SELECT")
    assert '"cases_case"' in statements[0]
    if connection.vendor == "postgresql":
        assert "FOR UPDATE" in statements[0]


@pytest.mark.django_db(transaction=True)
def test_an_approval_is_five_statements_from_begin_to_commit(district: District, tmp_path: Path):
    """Lock, values, write: with BEGIN and COMMIT five round trips, counted on the wire."""
    story = newborn(district)
    row, lin = item(story, "birth_certificate").pk, district.account("linlan")
    if connection.vendor == "postgresql":
        actions.approve_item(row, by=lin)  # statements are prepared at their first use
        row, sun = item(story, "household").pk, district.account("sunwei")
        with (tmp_path / "wire").open("wb") as wire:
            connection.connection.pgconn.trace(wire.fileno())
            actions.approve_item(row, by=sun)
            connection.connection.pgconn.untrace()
        seen = (tmp_path / "wire").read_text()
        assert seen.count("ReadyForQuery") == 5, seen
        return
    with CaptureQueriesContext(connection) as queries:
        actions.approve_item(row, by=lin)
    # The ORM needs one for each table: lock, values, events, items, case, two for the outbox row.
    assert len(queries) == 9, [one["sql"][:80] for one in queries]
    assert statuses(story)["household"] == "open"  # two items were written by one statement


@pytest.mark.django_db(transaction=True)
def test_a_submission_is_five_statements_from_begin_to_commit(district: District, tmp_path: Path):
    """Lock, what stands, write: with BEGIN and COMMIT five round trips, counted on the wire."""
    first, second = siblings(district, 2)
    newborn(district, event=first)  # statements are prepared at their first use
    story = newborn(district, event=second, until="answered")
    wang = district.account("wangfang")
    if connection.vendor == "postgresql":
        with (tmp_path / "wire").open("wb") as wire:
            connection.connection.pgconn.trace(wire.fileno())
            case = actions.submit_draft(story.draft, by=wang)
            connection.connection.pgconn.untrace()
        seen = (tmp_path / "wire").read_text()
        assert seen.count("ReadyForQuery") == 5, seen
    else:
        with CaptureQueriesContext(connection) as queries:
            case = actions.submit_draft(story.draft, by=wang)
        # The ORM needs one for each table, and more where it looks for what hangs on the draft.
        assert len(queries) == 17, [one["sql"][:80] for one in queries]
    assert case.items.count() == 7
    assert case.values.count() > 10


def test_the_heads_that_cases_keep_are_claims_that_the_ledger_is_held_to(district: District):
    newborn(district)
    assert audit.verify(heads=reads.claims()).ok
    Case.objects.update(seq=3)
    assert not audit.verify(heads=reads.claims()).ok


# ── random courses ──────────────────────────────────────────────────────────────────────────────


def any_act(story: Newborn, random: Random) -> None:
    """Let somebody of the cast do something that may or may not be possible now."""
    of, wang = story.district.account, story.district.account("wangfang")
    rows = Item.objects.filter(case_id=story.case_id, key__in=OFFICERS)
    row = random.choice(list(rows))
    officer = of(OFFICERS[row.key])
    acts = [
        lambda: actions.approve_item(row.pk, by=officer, evidence="看过原件"),
        lambda: actions.approve_item(row.pk, by=officer, evidence="看过原件"),
        lambda: actions.refuse_item(row.pk, by=officer, reason="already_registered"),
        lambda: actions.return_item(row.pk, by=officer, reason="name_unclear", message="哪个字"),
        lambda: actions.supply_item(
            story.case_id, row.key, by=wang, answer="好", corrections={"child_name": "陈予昇"}
        ),
        lambda: actions.pause_item(row.pk, by=officer, reason="appraisal"),
        lambda: actions.resume_item(row.pk, by=officer),
        lambda: actions.reverse_item(row.pk, by=officer, reason="record_corrected"),
        lambda: actions.release_item(row.pk, by=officer, redo=random.random() < 0.5),
        lambda: actions.consent_case(story.case_id, by=of("chenli"), given=random.random() < 0.8),
        lambda: actions.rate_case(story.case_id, by=wang, score=random.randint(1, 5)),
        follow,
        follow,
    ]
    if random.random() < 0.02:
        acts = [lambda: actions.withdraw_case(story.case_id, by=wang)]
    random.choice(acts)()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_events_replay_to_the_state_and_the_rows(
    district: District, seed: int
):
    random = Random(seed)
    story = newborn(district, household=random.choice(["mother", "father"]))
    done = 0
    for _ in range(90):
        try:
            any_act(story, random)
            done += 1
        except MinshengError:
            pass
        now = case(story)
        state = store.state_of(now)
        assert store.replayed(now) == state
        assert (now.seq, now.status, now.score) == (state.seq, state.status, state.score)
        for row in Item.objects.filter(case=now):
            held = state.items[row.key]
            assert (row.status, row.attempt, row.result, row.started, row.is_stopped) == (
                held.status, held.attempt, held.result, held.started, held.is_stopped,
            )  # fmt: skip
    assert done > 5
    assert audit.verify(heads=reads.claims()).ok
