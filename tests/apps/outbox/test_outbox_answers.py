"""The same call twice under one key: it acts once, and both get the first answer."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from minsheng.apps.audit.actions import News, record
from minsheng.apps.audit.reads import history
from minsheng.apps.outbox import actions, reads
from minsheng.apps.outbox.models import Answered
from minsheng.lib.errors import Conflict, WrongInput

WANG, LI = "account:1", "account:3"


class Act:
    """An act that leaves a trace in the ledger and answers with a number of its own."""

    def __init__(self, trace: str = "one", *, fails: bool = False) -> None:
        self.trace, self.fails = trace, fails

    def __call__(self) -> tuple[int, str]:
        record("test.act", self.trace, News("acted", timezone.now(), WANG))
        if self.fails:
            raise WrongInput("test.wrong", "不对", "wrong")
        return 201, f'{{"act": {len(history("test.act", self.trace))}}}'


def answer(key: str = "k-1", *, who: str = WANG, asks: str = "a1:asked", act: Act | None = None):
    return actions.answer_once(who, key, fingerprints=[asks], act=act or Act())


@pytest.mark.django_db
def test_the_same_call_again_gets_the_first_answer_and_does_nothing() -> None:
    assert answer() == reads.FirstAnswer(201, '{"act": 1}', is_again=False)
    assert answer() == reads.FirstAnswer(201, '{"act": 1}', is_again=True)
    assert len(history("test.act", "one")) == 1


@pytest.mark.django_db
def test_another_call_under_a_used_key_is_refused_and_does_nothing() -> None:
    answer()
    with pytest.raises(Conflict) as refused:
        answer(asks="a1:something else")
    assert refused.value.field == "Idempotency-Key"
    with pytest.raises(Conflict):
        reads.first_answer(WANG, "k-1", fingerprints=["a1:something else"])
    assert len(history("test.act", "one")) == 1


@pytest.mark.django_db
def test_two_accounts_may_choose_the_same_key() -> None:
    assert answer().body == '{"act": 1}'
    assert answer(who=LI).body == '{"act": 2}'


@pytest.mark.django_db
def test_a_refused_call_leaves_no_trace_and_may_be_mended_under_its_key() -> None:
    with pytest.raises(WrongInput):
        answer(act=Act(fails=True))
    assert not history("test.act", "one")
    assert reads.first_answer(WANG, "k-1", fingerprints=["a1:asked"]) is None
    assert answer(asks="a1:mended").is_again is False


@pytest.mark.django_db
def test_a_fingerprint_made_with_an_older_key_still_counts() -> None:
    answer(asks="a1:old")
    again = actions.answer_once(WANG, "k-1", fingerprints=["a1:new", "a1:old"], act=Act())
    assert again.is_again


@pytest.mark.django_db
def test_an_answer_with_a_citizen_number_is_not_kept() -> None:
    with pytest.raises(WrongInput):
        actions.answer_once(
            WANG, "k-1", fingerprints=["a1:x"], act=lambda: (200, '"11010519491231002X"')
        )
    assert not Answered.objects.exists()


@pytest.mark.django_db
def test_answers_are_forgotten_after_a_day() -> None:
    answer("k-old")
    Answered.objects.update(at=timezone.now() - timedelta(hours=25))
    answer("k-new")
    assert actions.forget_answers(now=timezone.now()) == 1
    assert reads.first_answer(WANG, "k-old", fingerprints=["a1:asked"]) is None
    assert reads.first_answer(WANG, "k-new", fingerprints=["a1:asked"]) is not None


@pytest.mark.django_db
def test_the_table_itself_refuses_a_second_row_for_a_key() -> None:
    answer()
    with pytest.raises(IntegrityError), transaction.atomic():
        Answered.objects.create(who=WANG, key="k-1", fingerprint="", at=timezone.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fails", [False, True])
def test_of_two_calls_at_once_one_acts_and_both_are_told_the_same(fails: bool) -> None:
    """The first hangs in the middle of its act until the second has come; where it then fails,
    the second acts in its place."""
    acting, second_came = threading.Event(), threading.Event()
    told: list[reads.FirstAnswer | None] = [None, None]

    def slow() -> tuple[int, str]:
        acting.set()
        second_came.wait(10)
        time.sleep(0.2)  # so that the second call is on its way into the same key
        return Act(fails=fails)()

    def first() -> None:
        try:
            told[0] = actions.answer_once(WANG, "k-1", fingerprints=["a1:asked"], act=slow)
        except WrongInput:
            pass
        finally:
            connections.close_all()

    def second() -> None:
        try:
            second_came.set()
            told[1] = answer()
        finally:
            connections.close_all()

    callers = [threading.Thread(target=first), threading.Thread(target=second)]
    callers[0].start()
    assert acting.wait(10)
    callers[1].start()
    for caller in callers:
        caller.join()
    assert len(history("test.act", "one")) == 1
    assert told[1] == reads.FirstAnswer(201, '{"act": 1}', is_again=not fails)
    assert told[0] == (None if fails else reads.FirstAnswer(201, '{"act": 1}', is_again=False))
