"""Paid vouchers that are checked again, as the firm and officers see them; draws that can be drawn again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from minsheng.apps.accounts import reads as books
from minsheng.apps.people.models import Account
from minsheng.apps.steps.access import is_applicant
from minsheng.apps.steps.reads import OpenStep, Taken, taken
from minsheng.apps.vouchers import access
from minsheng.apps.vouchers.models import Draw, Recheck, Voucher
from minsheng.engines import vouchers as engine
from minsheng.lib.texts import Text

WITH_AMOUNT = ("doubt", "uphold")
QUIET = ("drop", "overturn", "object", "doubt")
_ALL = Recheck.objects.select_related("voucher__provider", "organisation", "account")


@dataclass(frozen=True, slots=True)
class DrawLine:
    """A draw: how many of how many, and that the seed draws the same again."""

    id: int
    on: date
    candidates: int
    drawn: int
    seed: str
    digest: str
    is_repeatable: bool


@dataclass(frozen=True, slots=True)
class RecheckView:
    """One voucher that is checked again, with what whoever looks may do. Money in fen."""

    voucher: int
    firm: str
    provider: str
    use: Text
    paid_fen: int
    owed_fen: int
    state: str
    said: Text
    day: date | None
    blames_provider: bool
    steps: tuple[Taken, ...]
    may: tuple[OpenStep, ...]


@dataclass(frozen=True, slots=True)
class RecheckDesk:
    """What waits where vouchers are checked again. `undrawn`: paid ones that took part in no draw."""

    scheme: engine.VoucherScheme
    may_draw: bool
    undrawn: int
    waiting: tuple[RecheckView, ...]
    others: tuple[RecheckView, ...]
    draws: tuple[DrawLine, ...]


def has_part(account: Account) -> bool:
    """Whether this account has anything to do with checking vouchers again."""
    kinds = [one.scheme.voucher for one in access.kinds()]
    return any(access.duties_of_recheck(slug, account) for slug in kinds)


def desk(account: Account) -> list[RecheckDesk]:
    """Return a desk for each kind of voucher; raises NotAllowed for who has no part."""
    found = []
    for loaded in access.kinds():
        slug = loaded.scheme.voucher
        duties = access.duties_of_recheck(slug, account)
        if not duties:
            continue
        rows = [
            _view(row, account) for row in _ALL.filter(voucher__scheme=slug).order_by("-pk")[:200]
        ]
        paid = Voucher.objects.filter(scheme=slug, state="redeemed", considered_in=None)
        draws = Draw.objects.filter(scheme=slug).order_by("-pk")[:20]
        found.append(
            RecheckDesk(
                scheme=loaded.scheme,
                may_draw="checker" in duties,
                undrawn=paid.count(),
                waiting=tuple(one for one in rows if one.may),
                others=tuple(one for one in rows if not one.may),
                draws=tuple(_drawn(one) for one in draws),
            )
        )
    if not found:
        raise access.not_yours()
    return found


def recheck_of(voucher_id: int, account: Account) -> RecheckView:
    """Return one voucher that is checked again; NotFound for a stranger."""
    row = _ALL.filter(pk=voucher_id).first()
    if row is None or not access.recheck_sides(row, account):
        raise access.no_such_voucher()
    return _view(row, account)


def own_recheck(voucher_id: int, account: Account) -> RecheckView | None:
    """Return the check of a voucher of my firm, once the firm is concerned, or None."""
    row = _ALL.filter(pk=voucher_id).first()
    if row is None or not access.recheck_sides(row, account):
        return None
    return _view(row, account)


def verify() -> list[str]:
    """Return what doesn't add up, in words for a log: draws that don't repeat, money that isn't posted."""
    wrong = [f"draw {one.pk} doesn't repeat" for one in Draw.objects.all() if not _repeats(one)]
    for row in Recheck.objects.filter(state="returned"):
        posted = books.posting_by_key(f"recheck:{row.pk}:returned")
        moved = sum(line.amount for line in books.lines_of(posted)) if posted else 0
        if moved != row.owed_fen:
            wrong.append(f"voucher {row.pk}: {moved} fen came back, not {row.owed_fen}")
    return wrong


def _repeats(row: Draw) -> bool:
    keys = [str(one) for one in row.candidates]
    drawn = engine.sample(keys, seed=row.seed, percent=row.percent)
    return sorted(map(int, drawn)) == row.drawn and engine.keys_digest(keys) == row.digest


def _drawn(row: Draw) -> DrawLine:
    return DrawLine(
        id=row.pk,
        on=timezone.localtime(row.at).date(),
        candidates=len(row.candidates),
        drawn=len(row.drawn),
        seed=row.seed,
        digest=row.digest,
        is_repeatable=_repeats(row),
    )


def _view(row: Recheck, account: Account) -> RecheckView:
    voucher, scheme = row.voucher, access.loaded(row.voucher.scheme).scheme
    return RecheckView(
        voucher=row.pk,
        firm=row.organisation.name,
        provider=voucher.provider.name if voucher.provider else "",
        use=scheme.uses.get(voucher.use, Text(voucher.use)),
        paid_fen=voucher.amount_fen,
        owed_fen=row.owed_fen,
        state=row.state,
        said=engine.RECHECK_SAID[row.state],
        day=row.day,
        blames_provider=row.blames_provider,
        steps=taken(row.steps.all(), engine.RECHECK_ACTS, engine.RECHECK_SIDES),
        may=tuple(_open(row, account)),
    )


def _open(row: Recheck, account: Account) -> Iterable[OpenStep]:
    if account.is_staff_member and is_applicant(row.organisation, row.account, account):
        return
    passed = access.day_passed(row)
    for side in access.recheck_sides(row, account):
        for act in engine.recheck_allowed(row.state, side, day_passed=passed):  # type: ignore[arg-type]
            step = engine.recheck_step(row.state, act, day_passed=passed)  # type: ignore[arg-type]
            asks = (
                *(("amount", "blames") if act in WITH_AMOUNT else ()),
                *(("reason",) if step is not None and step.says_why else ()),
            )
            yield OpenStep(act, engine.RECHECK_ACTS[act], asks, act in QUIET)
