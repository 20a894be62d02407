"""What vouchers tell: a firm its own, the desk what waits, everybody the pool and the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum
from django.utils import timezone

from minsheng.apps.accounts import reads as books
from minsheng.apps.people.models import Account
from minsheng.apps.vouchers import access, sealing
from minsheng.apps.vouchers.actions.moving import POOL
from minsheng.apps.vouchers.models import Ownership, Provider, Recheck, Voucher
from minsheng.engines.vouchers import STATES, VoucherScheme, may
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class Pool:
    """The money of a year in fen: all of it, what is free, promised and paid."""

    scheme: VoucherScheme
    year: int
    is_open: bool
    total_fen: int
    free_fen: int
    held_fen: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """One voucher as its firm and the desk see it. `may`: the acts open to who looks."""

    id: int
    firm: str
    scheme: VoucherScheme
    use_key: str
    use: Text
    state: str
    said: Text
    amount_fen: int
    contract_fen: int | None
    provider: str
    until: date | None
    words: str
    contract: str
    proof: str
    why: str
    asked_on: date
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """A provider on the list. `findings`: how often checking again found it to blame."""

    id: int
    name: str
    credit_code: str
    uses: tuple[Text, ...]
    suspended_on: date | None
    why: str
    findings: int


def pool(slug: str, year: int) -> Pool:
    """Return how the money of a year stands."""
    scheme = access.loaded(slug).scheme
    unit = scheme.unit(year)
    sums = books.totals(unit)
    back = returned_fen(slug, year)
    own = books.balance(unit, POOL, on=timezone.localdate())
    return Pool(
        scheme=scheme,
        year=year,
        is_open=bool(sums),
        total_fen=-sums.get("issued", 0) - back,
        free_fen=own.usable,
        held_fen=own.held,
        paid_fen=sums.get("used", 0) - back,
    )


def returned_fen(slug: str, year: int) -> int:
    """Return how much of the vouchers of a year was paid back after it was checked again."""
    rows = Recheck.objects.filter(
        voucher__scheme=slug, voucher__year=year, state="returned"
    ).aggregate(sum=Sum("owed_fen"))
    return int(rows["sum"] or 0)


def pools(on: date) -> list[Pool]:
    """Return the pool of the year of each kind of voucher."""
    return [pool(one.scheme.voucher, on.year) for one in access.kinds()]


def own_vouchers(account: Account, *, code: str = "") -> list[VoucherLine]:
    """Return the vouchers of the firm that this account speaks for, newest first."""
    firm = access.own_firm(account, code)
    rows = Voucher.objects.filter(organisation=firm).order_by("-pk")[:100]
    return [_line(row, who="firm") for row in _joined(rows)]


def own_voucher(voucher_id: int, *, account: Account) -> VoucherLine:
    """Return one voucher of a firm that this account speaks for; raises NotFound."""
    rows = _joined(Voucher.objects.filter(pk=voucher_id))
    if not rows:
        raise access.no_such_voucher()
    access.require_own(rows[0], account)
    return _line(rows[0], who="firm")


def desk(account: Account) -> list[VoucherLine]:
    """Return the vouchers that wait for this account, the oldest first; raises NotAllowed."""
    if not access.may_serve(account):
        raise access.not_yours()
    rows = _joined(Voucher.objects.filter(state__in=("asked", "used")).order_by("pk"))
    found = []
    for row in rows:
        acts = frozenset[str]()
        for duty in access.duties(row.scheme, account):
            acts |= may(row.state, who=duty)  # type: ignore[arg-type]
        if row.issued_by_id == account.pk:
            acts -= {"redeem"}
        found.append(_line(row, acts=acts))
    return [one for one in found if one.may]


def providers(use: str = "") -> list[Provider]:
    """Return the listed providers, by name; those of one use where one is given."""
    rows = Provider.objects.filter(ended_on__isnull=True, suspended_on__isnull=True)
    return [row for row in rows.order_by("name") if use in ("", *row.uses)]


def provider_lines() -> list[ProviderLine]:
    """Return the list as its keepers see it, suspended ones too, with what checking again has found."""
    uses = {key: use for one in access.kinds() for key, use in one.scheme.uses.items()}
    wrong = Counter(
        Recheck.objects.filter(blames_provider=True, state__in=("owed", "returned")).values_list(
            "voucher__provider_id", flat=True
        )
    )
    return [
        ProviderLine(
            id=row.pk,
            name=row.name,
            credit_code=row.credit_code,
            uses=tuple(uses.get(key, Text(key)) for key in row.uses),
            suspended_on=row.suspended_on,
            why=sealing.opened(row.why),
            findings=wrong[row.pk],
        )
        for row in Provider.objects.filter(ended_on__isnull=True).order_by("name")
    ]


def has_ownership(account: Account, *, code: str = "") -> bool:
    """Whether the firm has said who leads and owns it."""
    firm = access.own_firm(account, code)
    return Ownership.objects.filter(organisation=firm).exists()


def desk_duties(account: Account, slug: str) -> frozenset[str]:
    """Return which of "issuer" and "redeemer" this account is for a kind of voucher."""
    return access.duties(slug, account)


def may_serve(account: Account) -> bool:
    """Whether this account has a desk of vouchers."""
    return access.may_serve(account)


def _joined(rows: Iterable[Voucher]) -> list[Voucher]:
    return list(rows.select_related("organisation", "provider"))  # type: ignore[attr-defined]


def _line(row: Voucher, *, who: str = "", acts: frozenset[str] = frozenset()) -> VoucherLine:
    scheme = access.loaded(row.scheme).scheme
    return VoucherLine(
        id=row.pk,
        firm=row.organisation.name,
        scheme=scheme,
        use_key=row.use,
        use=scheme.uses.get(row.use, Text(row.use)),
        state=row.state,
        said=STATES[row.state],  # type: ignore[index]
        amount_fen=row.amount_fen,
        contract_fen=row.contract_fen,
        provider=row.provider.name if row.provider else "",
        until=row.until,
        words=sealing.opened(row.words),
        contract=sealing.opened(row.contract),
        proof=sealing.opened(row.proof),
        why=sealing.opened(row.why),
        asked_on=timezone.localtime(row.at).date(),
        may=acts or frozenset(may(row.state, who="firm") if who else ()),  # type: ignore[arg-type]
    )
