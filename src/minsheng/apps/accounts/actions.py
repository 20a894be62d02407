"""Every write to accounts: give, spend, reserve, settle, release, expire, reverse.

Each is one posting in one transaction: the accounts are locked in the order of their ids, then
read, the lines are worked out (pure), written, and an event is appended. The same key again gives
the same posting again. Nothing is ever edited; a mistake is reversed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from minsheng.apps.accounts import reads
from minsheng.apps.accounts.models import (
    EXPIRED,
    HELD,
    ISSUED,
    PURSE,
    SYSTEM,
    USED,
    Account,
    Line,
    Lot,
    Posting,
)
from minsheng.apps.audit import actions as audit
from minsheng.engines import accounts as engine
from minsheng.lib.errors import Conflict, NotFound

STREAM = "account"
MOST_UNITS = 10**12


@dataclass(frozen=True, slots=True)
class Why:
    """What makes a posting happen once (`key`), what it is for, on which day, and who did it."""

    key: str
    cause: str
    day: date
    by: str


@dataclass(frozen=True, slots=True)
class _Book:
    """The locked accounts of one posting with the lots of its purse."""

    source: Account
    target: Account
    lots: tuple[engine.Lot, ...]


def open_account(unit: str, holder: str) -> Account:
    """Return the purse of a holder in a unit, opened now or before."""
    return _account(unit, holder, PURSE)


def give(
    unit: str, holder: str, amount: int, why: Why, *, expires_on: date | None = None
) -> Posting:
    """Return the posting that gives new units to a holder, usable until a day or for ever."""
    _require_units(amount)

    def lines(book: _Book) -> Iterable[engine.Line]:
        lot = Lot.objects.create(account=book.target, expires_on=expires_on)
        return engine.give(book.source.pk, book.target.pk, amount, lot=lot.pk)

    return _post("give", unit, (SYSTEM, ISSUED), (holder, PURSE), lines, why)


def spend(unit: str, holder: str, amount: int, why: Why) -> Posting:
    """Return the posting that uses units of a holder at once; raises NotEnough."""
    _require_units(amount)

    def lines(book: _Book) -> Iterable[engine.Line]:
        return engine.spend(book.source.pk, book.target.pk, amount, lots=book.lots, on=why.day)

    return _post("spend", unit, (holder, PURSE), (SYSTEM, USED), lines, why)


def reserve(unit: str, holder: str, amount: int, why: Why) -> Posting:
    """Return the posting that sets units aside until it is settled or released; raises NotEnough."""
    _require_units(amount)

    def lines(book: _Book) -> Iterable[engine.Line]:
        return engine.reserve(book.source.pk, book.target.pk, amount, lots=book.lots, on=why.day)

    return _post("reserve", unit, (holder, PURSE), (holder, HELD), lines, why)


def settle(reserved: Posting, why: Why) -> Posting:
    """Return the posting that uses what was reserved; raises Conflict when it was answered before."""
    _require_kind(reserved, "reserve")
    used = _account(reserved.unit, SYSTEM, USED)
    return _answer("settle", reserved, why, lambda lines, _: engine.settle(lines, used.pk), used)


def release(reserved: Posting, why: Why) -> Posting:
    """Return the posting that gives back what was reserved; Conflict when it was answered before."""
    _require_kind(reserved, "reserve")
    return _answer("release", reserved, why, lambda lines, _: engine.release(lines))


def reverse(posting: Posting, why: Why) -> Posting:
    """Return the posting that undoes another; raises AlreadySpent, and Conflict the second time.

    What was given, used, settled or has ended can be reversed. A reservation is released instead,
    and what was reversed is done anew.
    """
    _require_kind(posting, "give", "spend", "settle", "expire")
    return _answer("reverse", posting, why, lambda lines, lots: engine.reverse(lines, lots=lots))


def expire(unit: str, holder: str, why: Why) -> Posting | None:
    """Return the posting that takes away what has ended before `why.day`, or None for nothing."""
    if not reads.has_ended(unit, holder, on=why.day):
        return None

    def lines(book: _Book) -> Iterable[engine.Line]:
        return engine.expire(book.source.pk, book.target.pk, lots=book.lots, on=why.day)

    try:
        return _post("expire", unit, (holder, PURSE), (SYSTEM, EXPIRED), lines, why)
    except _Nothing:
        return None


class _Nothing(Exception):
    """There is nothing to move; the transaction leaves no trace."""


def _post(
    kind: str,
    unit: str,
    source: tuple[str, str],
    target: tuple[str, str],
    lines: Callable[[_Book], Iterable[engine.Line]],
    why: Why,
) -> Posting:
    with transaction.atomic():
        ids = [_account(unit, *source).pk, _account(unit, *target).pk]
        accounts = _locked(ids)
        again = _again(kind, unit, why)
        if again is not None:
            return again
        book = _Book(accounts[ids[0]], accounts[ids[1]], _lots([ids[0]]))
        return _write(kind, unit, lines(book), why, accounts)


def _answer(
    kind: str,
    posting: Posting,
    why: Why,
    answer: Callable[[Sequence[engine.Line], Collection[engine.Lot]], Iterable[engine.Line]],
    *others: Account,
) -> Posting:
    """Return the posting that answers another; of two at once exactly one does."""
    with transaction.atomic():
        done = reads.lines_of(posting)
        rows = {line.lot for line in done if line.lot is not None}
        owners = Lot.objects.filter(pk__in=rows).values_list("account_id", flat=True)
        touched = {account for line in done for account in (line.source, line.target)}
        accounts = _locked({*touched, *owners, *(one.pk for one in others)})
        again = _again(kind, posting.unit, why)
        if again is not None:
            return again
        if Posting.objects.filter(answers=posting).exists():
            raise answered()
        lots = _lots(accounts, among=rows)
        return _write(kind, posting.unit, answer(done, lots), why, accounts, answers=posting)


def _write(
    kind: str,
    unit: str,
    lines: Iterable[engine.Line],
    why: Why,
    accounts: dict[int, Account],
    *,
    answers: Posting | None = None,
) -> Posting:
    """Return the posting, written with its lines, the balances and lots they change, and an event."""
    lines = list(lines)
    if not lines:
        raise _Nothing
    at = timezone.now()
    try:
        with transaction.atomic():
            posting = Posting.objects.create(
                key=why.key,
                unit=unit,
                kind=kind,
                cause=why.cause,
                day=why.day,
                at=at,
                by=why.by,
                answers=answers,
            )
    except IntegrityError as error:  # the same key under other accounts, or an answer in between
        raise answered() from error
    Line.objects.bulk_create(
        Line(
            posting=posting,
            source_id=line.source,
            target_id=line.target,
            amount=line.amount,
            lot_id=line.lot,
        )
        for line in lines
    )
    for pk in sorted({account for line in lines for account in (line.source, line.target)}):
        change = sum(line.change(pk) for line in lines)
        Account.objects.filter(pk=pk).update(balance=F("balance") + change)
    owners = dict(
        Lot.objects.filter(pk__in={line.lot for line in lines}).values_list("pk", "account_id")
    )
    for lot, owner in owners.items():
        change = sum(line.change(owner) for line in lines if line.lot == lot)
        if change:
            Lot.objects.filter(pk=lot).update(left=F("left") + change)
    _record(posting, lines, accounts)
    return posting


def _record(posting: Posting, lines: Sequence[engine.Line], accounts: dict[int, Account]) -> None:
    ids = {pk for line in lines for pk in (line.source, line.target)}
    # One chain for each holder: who spends never waits for somebody else's event.
    holder = next((pk for pk in sorted(ids) if accounts[pk].holder != SYSTEM), min(ids))
    news = audit.News(
        kind=posting.kind,
        at=posting.at,
        by=posting.by,
        data={
            "posting": posting.pk,
            "cause": posting.cause,
            "amount": sum(line.amount for line in lines),
            "answers": posting.answers_id,
        },
    )
    audit.record(STREAM, f"{posting.unit}:{accounts[holder].holder}"[:100], news)


def _account(unit: str, holder: str, role: str) -> Account:
    found = Account.objects.filter(unit=unit, holder=holder, role=role).first()
    if found is None:
        Account.objects.bulk_create(
            [Account(unit=unit, holder=holder, role=role)], ignore_conflicts=True
        )
        found = Account.objects.get(unit=unit, holder=holder, role=role)
    return found


def _locked(ids: Iterable[int]) -> dict[int, Account]:
    """Return the accounts, locked in the order of their ids, whoever asks."""
    rows = Account.objects.select_for_update().filter(pk__in=set(ids)).order_by("pk")
    return {row.pk: row for row in rows}


def _lots(accounts: Iterable[int], among: Collection[int] = ()) -> tuple[engine.Lot, ...]:
    """Return the lots of locked accounts that hold something, and those `among`."""
    rows = Lot.objects.filter(account__in=accounts)
    rows = rows.filter(left__gt=0) | rows.filter(pk__in=among)
    return tuple(engine.Lot(row.pk, row.account_id, row.left, row.expires_on) for row in rows)


def _again(kind: str, unit: str, why: Why) -> Posting | None:
    """Return the posting that was made under this key; raises Conflict for a different one."""
    found = Posting.objects.filter(key=why.key).first()
    if found is None:
        return None
    if (found.kind, found.unit, found.cause) != (kind, unit, why.cause):
        raise Conflict(
            "accounts.key_reused",
            "同一个编号已经用在另一笔上了，这一笔没有记。请刷新页面再来。",
            f"The key {why.key!r} stands for another posting; nothing was posted. Reload the page.",
        )
    return found


def answered() -> Conflict:
    """Return the error of a posting that somebody else has settled, released or reversed."""
    return Conflict(
        "accounts.answered",
        "这一笔刚才已经办过了，没有再记一次。请刷新页面，看看现在怎样。",
        "This has been dealt with already; nothing was posted twice. Reload the page and look.",
    )


def _require_units(amount: int) -> None:
    if not 0 < amount <= MOST_UNITS:
        raise ValueError(f"a posting moves between 1 and {MOST_UNITS} units, not {amount}")


def _require_kind(posting: Posting, *kinds: str) -> None:
    if posting.kind not in kinds:
        raise NotFound(
            "accounts.wrong_kind",
            "这一笔不能这样办。请回到账户页再选。",
            f"A posting of kind {posting.kind} can't be dealt with like this. Go back and choose.",
        )
