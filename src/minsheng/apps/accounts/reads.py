"""What accounts tell: a balance, a statement, what ends when, and whether everything adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet, Sum

from minsheng.apps.accounts.models import HELD, PURSE, SYSTEM, Account, Line, Lot, Posting
from minsheng.engines import accounts as engine
from minsheng.lib.errors import NotFound


@dataclass(frozen=True, slots=True)
class Balance:
    """What a holder has of a unit: to use, set aside, and what ends first."""

    usable: int = 0
    held: int = 0
    ends_on: date | None = None
    ending: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a statement with its posting."""

    row: engine.Row
    posting: Posting


@dataclass(frozen=True, slots=True)
class Report:
    """Whether what is stored adds up. `wrong` names each account, lot or posting that doesn't."""

    accounts: int
    postings: int
    lines: int
    total: int
    wrong: tuple[str, ...] = field(default_factory=tuple)

    @property
    def is_whole(self) -> bool:
        """Whether all balances sum to zero and follow from their lines."""
        return not self.wrong and self.total == 0


def balance(unit: str, holder: str, *, on: date) -> Balance:
    """Return what a holder can use on a day, what is set aside, and the lot that ends first."""
    lots = list(
        Lot.objects.filter(
            account__unit=unit, account__holder=holder, account__role=PURSE, left__gt=0
        ).order_by("expires_on", "pk")
    )
    usable = [lot for lot in lots if lot.expires_on is None or on <= lot.expires_on]
    ending = min((lot.expires_on for lot in usable if lot.expires_on), default=None)
    held = Account.objects.filter(unit=unit, holder=holder, role=HELD).first()
    return Balance(
        usable=sum(lot.left for lot in usable),
        held=held.balance if held else 0,
        ends_on=ending,
        ending=sum(lot.left for lot in usable if ending and lot.expires_on == ending),
    )


def statement(unit: str, holder: str, *, limit: int = 500) -> list[Entry]:
    """Return what came and went in a holder's purse, newest first, with the balance after each."""
    purse = Account.objects.filter(unit=unit, holder=holder, role=PURSE).first()
    if purse is None:
        return []
    lines = Line.objects.filter(source=purse) | Line.objects.filter(target=purse)
    newest = list(lines.select_related("posting").order_by("-posting_id", "-pk")[:limit])
    shown = sum(_change(line, purse) for line in newest)
    rows = engine.statement(
        (
            (line.posting_id, line.posting.day, line.posting.kind, _change(line, purse))
            for line in reversed(newest)
        ),
        opening=purse.balance - shown,
    )
    postings = {line.posting_id: line.posting for line in newest}
    return [Entry(row, postings[row.posting]) for row in reversed(rows)]


def posting(pk: int) -> Posting:
    """Return one posting; NotFound for an unknown number."""
    found = Posting.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound(
            "accounts.no_posting", "没有这一笔。请刷新页面。", "There is no such posting. Reload."
        )
    return found


def posting_by_key(key: str) -> Posting | None:
    """Return the posting that was made under a key, or None."""
    return Posting.objects.filter(key=key).first()


def is_posted(key: str) -> bool:
    """Whether something was posted under a key."""
    return Posting.objects.filter(key=key).exists()


def lines_of(posting: Posting) -> tuple[engine.Line, ...]:
    """Return the lines of a posting in their order."""
    rows = Line.objects.filter(posting=posting).order_by("pk")
    return tuple(engine.Line(row.source_id, row.target_id, row.amount, row.lot_id) for row in rows)


def has_ended(unit: str, holder: str, *, on: date) -> bool:
    """Whether a holder has units that can't be used any more on a day."""
    return _ended(unit, on).filter(account__holder=holder).exists()


def holders_with_ended(unit: str, *, on: date) -> list[str]:
    """Return who has units of a unit that can't be used any more on a day."""
    return sorted(set(_ended(unit, on).values_list("account__holder", flat=True)))


def totals(unit: str) -> Mapping[str, int]:
    """Return the sum of balances of a unit by role: issued is negative, the others are not."""
    rows = Account.objects.filter(unit=unit).values("role").annotate(sum=Sum("balance"))
    return {row["role"]: row["sum"] for row in rows}


def units() -> list[str]:
    """Return every unit that has accounts, by name."""
    return sorted(set(Account.objects.values_list("unit", flat=True)))


def verify(unit: str = "") -> Report:
    """Return whether every balance and lot of a unit (or of all) follows from the lines."""
    accounts = {
        row.pk: row
        for row in (Account.objects.filter(unit=unit) if unit else Account.objects.all())
    }
    lots = {row.pk: row for row in Lot.objects.filter(account__in=accounts)}
    postings = Posting.objects.filter(unit=unit) if unit else Posting.objects.all()
    owners = {pk: lot.account_id for pk, lot in lots.items()}
    rows = list(Line.objects.filter(posting__in=postings).order_by("pk"))
    book = engine.apply(
        engine.Book(),
        (engine.Line(row.source_id, row.target_id, row.amount, row.lot_id) for row in rows),
        lot_accounts=owners,
    )
    wrong = [
        f"account {pk}: {row.balance} is stored, the lines make {book.balances.get(pk, 0)}"
        for pk, row in accounts.items()
        if row.balance != book.balances.get(pk, 0)
    ]
    wrong += [
        f"lot {pk}: {row.left} is stored, the lines make {book.lots.get(pk, 0)}"
        for pk, row in lots.items()
        if row.left != book.lots.get(pk, 0)
    ]
    wrong += [
        f"account {pk}: its lots hold {held}, not {row.balance}"
        for pk, row in accounts.items()
        if row.role == PURSE
        and row.balance != (held := sum(one.left for one in lots.values() if owners[one.pk] == pk))
    ]
    wrong += [
        f"line {row.pk}: between two units"
        for row in rows
        if row.source_id not in accounts
        or row.target_id not in accounts
        or accounts[row.source_id].unit != accounts[row.target_id].unit
    ]
    empty = postings.filter(lines=None).values_list("pk", flat=True)
    wrong += [f"posting {pk}: no lines" for pk in empty]
    return Report(
        accounts=len(accounts),
        postings=postings.count(),
        lines=len(rows),
        total=sum(row.balance for row in accounts.values()),
        wrong=tuple(wrong),
    )


def _change(line: Line, account: Account) -> int:
    return engine.Line(line.source_id, line.target_id, line.amount).change(account.pk)


def _ended(unit: str, on: date) -> QuerySet[Lot]:
    return Lot.objects.filter(
        account__unit=unit, account__role=PURSE, left__gt=0, expires_on__lt=on
    ).exclude(account__holder=SYSTEM)
