"""Putting effects, running them, putting them off, and handing stuck ones to a person."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit.actions import News, record
from minsheng.apps.audit.reads import history
from minsheng.apps.outbox import actions, reads
from minsheng.apps.outbox.actions import Job, Outside, put, retry, run_due
from minsheng.apps.outbox.models import Effect
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, Unavailable, WrongInput

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)


def down(job: Job) -> None:
    raise Unavailable("register.down", "登记系统没有回答。", "The register does not answer.")


class Calls:
    """A handler that remembers the jobs it was given."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def __call__(self, job: Job) -> None:
        self.jobs.append(job)


class GivesUp(Exception):
    """What a caller's transaction is rolled back with."""


def test_an_effect_is_carried_out_once() -> None:
    effect_id = put("card", "card:1", {"case": 7, "attempt": 1})
    calls = Calls()
    assert run_due({"card": calls}, now=NOW, worker="w1") == 1
    assert run_due({"card": calls}, now=NOW + timedelta(days=1), worker="w1") == 0
    assert calls.jobs == [
        Job(effect_id, "card", "card:1", {"case": 7, "attempt": 1}, 1, 1, "w1"),
    ]
    assert calls.jobs[0].headers == {"Idempotency-Key": "card:1"}
    effect = Effect.objects.get()
    assert (effect.state, effect.lease_until, effect.last_error_code) == ("done", None, "")
    assert effect.done_at is not None


def test_putting_the_same_effect_again_changes_nothing() -> None:
    first = put("card", "card:1", {"b": 1, "a": 2})
    assert put("card", "card:1", {"a": 2, "b": 1}) == first
    run_due({"card": Calls()}, now=NOW, worker="w1")
    assert put("card", "card:1", {"a": 2, "b": 1}) == first
    assert Effect.objects.get().state == "done"


@pytest.mark.parametrize(("kind", "payload"), [("other", {"a": 1}), ("card", {"a": 2})])
def test_a_key_can_not_stand_for_two_things(kind: str, payload: dict[str, int]) -> None:
    put("card", "card:1", {"a": 1})
    with pytest.raises(Conflict) as conflict:
        put(kind, "card:1", payload)
    assert conflict.value.code == "outbox.key_reused"


def test_a_payload_holds_nothing_personal_and_nothing_ambiguous() -> None:
    with pytest.raises(WrongInput):
        put("card", "card:1", {"number": "500999199001010017"})
    with pytest.raises(ValueError):
        put("card", "card:1", {"at": NOW})
    assert not Effect.objects.exists()


def test_an_effect_goes_with_the_transaction_it_was_put_in() -> None:
    with pytest.raises(GivesUp), transaction.atomic():
        put("card", "card:1", {})
        raise GivesUp
    calls = Calls()
    assert run_due({"card": calls}, now=NOW, worker="w1") == 0
    assert calls.jobs == []


def test_an_effect_waits_for_its_day() -> None:
    put("letter", "letter:1", {}, not_before=NOW + timedelta(hours=1))
    calls = Calls()
    assert run_due({"letter": calls}, now=NOW, worker="w1") == 0
    assert run_due({"letter": calls}, now=NOW + timedelta(hours=1), worker="w1") == 1


def test_effects_are_taken_oldest_first_and_no_more_than_the_limit() -> None:
    for n in range(4):
        put("card", f"card:{n}", {})
    calls = Calls()
    assert run_due({"card": calls}, now=NOW, worker="w1", limit=3) == 3
    assert [job.key for job in calls.jobs] == ["card:0", "card:1", "card:2"]
    assert reads.counts() == {"waiting": 1, "leased": 0, "stuck": 0}


def test_a_kind_that_nobody_here_handles_stays_where_it_is() -> None:
    put("card", "card:1", {})
    assert run_due({"letter": Calls()}, now=NOW, worker="w1") == 0
    assert run_due({}, now=NOW, worker="w1") == 0
    assert Effect.objects.get().attempts == 0


def test_what_a_failing_handler_wrote_is_gone(caplog: pytest.LogCaptureFixture) -> None:
    def writes_and_fails(job: Job) -> None:
        record("test.effect", job.key, News("happened", NOW))
        raise GivesUp("half way")

    put("card", "card:1", {})
    put("card", "card:2", {})
    with caplog.at_level(logging.ERROR):
        assert run_due({"card": writes_and_fails}, now=NOW, worker="w1") == 0
    assert history("test.effect", "card:1") == []
    assert [effect.last_error_code for effect in Effect.objects.all()] == ["GivesUp", "GivesUp"]
    assert "half way" in caplog.text  # the cause is not lost


def test_an_outside_call_gives_its_answer_to_the_closing_step() -> None:
    open_transactions: list[bool] = []

    def call(job: Job) -> str:
        open_transactions.append(Effect.objects.filter(state="done").exists())
        return f"receipt of {job.key}"

    def then(job: Job, answer: str) -> None:
        record("test.effect", job.key, News("happened", NOW, "", {"answer": answer}))

    put("card", "card:1", {})
    assert run_due({"card": Outside(call, then)}, now=NOW, worker="w1") == 1
    assert history("test.effect", "card:1")[0].data == {"answer": "receipt of card:1"}
    assert open_transactions == [False]


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_during_an_outside_call_and_one_is_in_the_closing_step() -> None:
    seen: list[bool] = []

    def note(job: Job, answer: None = None) -> None:
        seen.append(transaction.get_connection().in_atomic_block)

    put("card", "card:1", {})
    run_due({"card": Outside(note, note)}, now=NOW, worker="w1")
    put("plain", "plain:1", {})
    run_due({"plain": note}, now=NOW, worker="w1")
    assert seen == [False, True, True]


@pytest.mark.django_db(transaction=True)
def test_run_due_inside_a_transaction_is_refused() -> None:
    put("card", "card:1", {})
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        run_due({"card": Calls()}, now=NOW, worker="w1")


def test_a_failing_effect_waits_longer_each_time_and_then_waits_for_a_person() -> None:
    put("card", "card:1", {})
    pauses, now = [], NOW
    for _ in range(4):
        assert run_due({"card": down}, now=now, worker="w1", max_attempts=5) == 0
        effect = Effect.objects.get()
        assert (effect.state, effect.last_error_code) == ("waiting", "register.down")
        assert effect.not_before is not None
        pauses.append(round((effect.not_before - now).total_seconds()))
        assert run_due({"card": down}, now=now, worker="w1", max_attempts=5) == 0
        assert Effect.objects.get().attempts == effect.attempts  # not before its time
        now = effect.not_before
    assert pauses == [5, 10, 20, 40]
    assert reads.stuck() == []
    run_due({"card": down}, now=now, worker="w1", max_attempts=5)
    (line,) = reads.stuck()
    assert (line.key, line.state, line.attempts) == ("card:1", "stuck", 5)
    assert line.last_error_code == "register.down"
    calls = Calls()
    assert run_due({"card": calls}, now=now + timedelta(days=30), worker="w1") == 0
    assert calls.jobs == []


def test_the_longest_pause_is_an_hour() -> None:
    put("card", "card:1", {})
    Effect.objects.update(attempts=20)
    run_due({"card": down}, now=NOW, worker="w1", max_attempts=50)
    not_before = Effect.objects.get().not_before
    assert not_before is not None
    assert round((not_before - NOW).total_seconds()) == 3600


@pytest.mark.parametrize("error", [WrongInput, NotAllowed, NotFound])
def test_a_refusal_that_waiting_can_not_mend_goes_to_a_person_at_once(
    error: type[WrongInput],
) -> None:
    def refused(job: Job) -> None:
        raise error("register.refused", "登记系统不收。", "The register refuses.")

    put("card", "card:1", {})
    run_due({"card": refused}, now=NOW, worker="w1")
    assert [line.last_error_code for line in reads.stuck()] == ["register.refused"]


def test_one_failing_effect_does_not_hold_up_the_others() -> None:
    def odd_ones_fail(job: Job) -> None:
        if job.payload["n"] % 2:
            raise ZeroDivisionError

    for n in range(4):
        put("card", f"card:{n}", {"n": n})
    assert run_due({"card": odd_ones_fail}, now=NOW, worker="w1") == 2
    assert reads.counts() == {"waiting": 2, "leased": 0, "stuck": 0}


def test_a_person_lets_a_stuck_effect_be_tried_again_and_that_is_recorded() -> None:
    effect_id = put("card", "card:1", {})
    run_due({"card": down}, now=NOW, worker="w1", max_attempts=1)
    retry(effect_id, "hejun")
    assert reads.stuck() == []
    (entry,) = history("outbox", str(effect_id))
    assert (entry.kind, entry.by) == ("outbox.retried", "hejun")
    assert entry.data == {"kind": "card", "error": "register.down", "tries": 1}
    calls = Calls()
    assert run_due({"card": calls}, now=NOW, worker="w1") == 1
    assert (calls.jobs[0].attempt, calls.jobs[0].fence) == (1, 2)
    assert calls.jobs[0].key == "card:1"  # the other side knows it again


def test_retrying_twice_or_what_is_not_stuck_is_refused_with_a_sentence() -> None:
    effect_id = put("card", "card:1", {})
    with pytest.raises(Conflict) as conflict:
        retry(effect_id, "hejun")
    assert conflict.value.code == "outbox.not_stuck"
    with pytest.raises(NotFound):
        retry(effect_id + 1, "hejun")
    assert history("outbox", str(effect_id)) == []


def test_an_effect_that_kills_its_workers_goes_to_a_person() -> None:
    put("card", "card:1", {})
    now = NOW
    for _ in range(3):  # as if the process died: leased, and never heard of again
        assert actions._take(
            {"card": down}, at=now, worker="doomed", lease=timedelta(minutes=1), max_attempts=3
        )
        now += timedelta(minutes=2)
    calls = Calls()
    assert run_due({"card": calls}, now=now, worker="w1", max_attempts=3) == 0
    assert calls.jobs == []
    assert [line.last_error_code for line in reads.stuck()] == ["outbox.worker_lost"]


def test_a_page_can_show_what_is_still_pending_outside() -> None:
    put("card", "card:1", {})
    put("card", "card:2", {})
    run_due({"card": Calls()}, now=NOW, worker="w1", limit=1)
    pending = reads.unfinished(["card:1", "card:2", "card:3"])
    assert {key: line.state for key, line in pending.items()} == {"card:2": "waiting"}
    assert pending["card:2"].created_at <= timezone.now()
