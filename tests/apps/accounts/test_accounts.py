"""Accounts in the database: each act once, whole, refused by the tables themselves where it must be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.accounts import actions, reads
from minsheng.apps.accounts.actions import Why
from minsheng.apps.accounts.models import Account, Line, Posting
from minsheng.apps.audit import reads as audit
from minsheng.engines.accounts import AlreadySpent, NotEnough
from minsheng.lib.errors import Conflict

pytestmark = pytest.mark.django_db
UNIT, WANG = "points:village.dongpo", "household:wang"
DAY = date(2026, 4, 1)


def why(key: str, *, day: date = DAY) -> Why:
    return Why(key, f"test:{key}", day, "account:1")


def test_the_same_key_again_gives_the_same_posting_and_moves_nothing() -> None:
    first = actions.give(UNIT, WANG, 20, why("a"))
    assert actions.give(UNIT, WANG, 20, why("a")) == first
    assert reads.balance(UNIT, WANG, on=DAY).usable == 20
    with pytest.raises(Conflict, match="key_reused"):
        actions.give("fen:vouchers", WANG, 20, why("a"))


def test_a_reservation_is_used_or_given_back_and_only_once() -> None:
    actions.give(UNIT, WANG, 20, why("a"))
    reserved = actions.reserve(UNIT, WANG, 15, why("r"))
    assert reads.balance(UNIT, WANG, on=DAY) == reads.Balance(usable=5, held=15)
    with pytest.raises(NotEnough):
        actions.spend(UNIT, WANG, 6, why("s"))
    actions.settle(reserved, why("t"))
    with pytest.raises(Conflict, match="answered"):
        actions.release(reserved, why("u"))
    assert reads.balance(UNIT, WANG, on=DAY) == reads.Balance(usable=5)
    assert reads.totals(UNIT) == {"issued": -20, "purse": 5, "held": 0, "used": 15}
    assert reads.verify(UNIT).is_whole


def test_what_was_wrong_is_reversed_once_and_the_first_entry_stays() -> None:
    given = actions.give(UNIT, WANG, 20, why("a"))
    actions.reverse(given, why("b"))
    assert [entry.row.amount for entry in reads.statement(UNIT, WANG)] == [-20, 20]
    with pytest.raises(Conflict, match="answered"):
        actions.reverse(given, why("c"))
    used = actions.give(UNIT, WANG, 10, why("d"))
    actions.spend(UNIT, WANG, 3, why("e"))
    with pytest.raises(AlreadySpent):
        actions.reverse(used, why("f"))
    assert reads.verify().is_whole


def test_points_end_after_their_last_day_but_not_while_they_are_set_aside() -> None:
    last = DAY + timedelta(30)
    actions.give(UNIT, WANG, 20, why("a"), expires_on=last)
    actions.give(UNIT, WANG, 7, why("b"))
    reserved = actions.reserve(UNIT, WANG, 5, why("r"))
    assert actions.expire(UNIT, WANG, why("x", day=last)) is None
    after = last + timedelta(1)
    assert reads.holders_with_ended(UNIT, on=after) == [WANG]
    assert actions.expire(UNIT, WANG, why("x", day=after)) is not None
    assert reads.balance(UNIT, WANG, on=after) == reads.Balance(usable=7, held=5)
    actions.settle(reserved, why("t", day=after))
    assert reads.totals(UNIT)["expired"] == 15
    assert reads.verify(UNIT).is_whole


def test_every_posting_leaves_an_event_that_names_nobody() -> None:
    posting = actions.give(UNIT, WANG, 20, why("a"))
    (event,) = audit.history(actions.STREAM, f"{UNIT}:{WANG}")
    assert (event.kind, event.data["posting"]) == ("give", posting.pk)


def test_the_database_refuses_to_change_an_entry_or_to_go_below_zero() -> None:
    posting = actions.give(UNIT, WANG, 20, why("a"))
    purse = actions.open_account(UNIT, WANG)
    for change in (
        lambda: Line.objects.update(amount=21),
        lambda: Line.objects.all().delete(),
        lambda: Posting.objects.filter(pk=posting.pk).update(cause="other"),
        lambda: Account.objects.filter(pk=purse.pk).update(balance=-1),
        lambda: Line.objects.create(posting=posting, source=purse, target=purse, amount=1),
    ):
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            change()


def test_a_balance_changed_behind_the_lines_is_found() -> None:
    actions.give(UNIT, WANG, 20, why("a"))
    Account.objects.filter(unit=UNIT, holder=WANG).update(balance=21)
    report = reads.verify(UNIT)
    assert not report.is_whole
    assert any("21 is stored, the lines make 20" in line for line in report.wrong)


def test_a_posting_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **named: object) -> None:
        raise RuntimeError("pulled out")

    monkeypatch.setattr("minsheng.apps.accounts.actions.audit.record", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.give(UNIT, WANG, 20, why("a"))
    assert not Posting.objects.exists()
    assert reads.balance(UNIT, WANG, on=timezone.localdate()).usable == 0
