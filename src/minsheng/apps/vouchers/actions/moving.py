"""What every act on a voucher shares: the locked row, its money, its event, who is told."""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.accounts import reads as books
from minsheng.apps.accounts.actions import Why
from minsheng.apps.audit import actions as audit
from minsheng.apps.notices import actions as notices
from minsheng.apps.vouchers import access
from minsheng.apps.vouchers.models import Voucher
from minsheng.engines.vouchers import STATES, VoucherScheme
from minsheng.lib.texts import Text

STREAM = "voucher"
POOL = "pool:vouchers"
"""The holder of a year's money: what is in its purse is free, what it holds is promised."""


def locked(voucher_id: int) -> Voucher:
    """Return a voucher with its row locked until the transaction ends; raises NotFound."""
    found = Voucher.objects.select_for_update().filter(pk=voucher_id).first()
    if found is None:
        raise access.no_such_voucher()
    return found


def scheme_of(row: Voucher) -> VoucherScheme:
    """Return the kind of a voucher."""
    return access.loaded(row.scheme).scheme


def set_aside(row: Voucher, amount_fen: int, step: str, who: str) -> None:
    """Set money of the pool aside for a voucher; raises NotEnough where the pool has less."""
    key = f"voucher:{row.pk}:{step}"
    why = Why(key, f"voucher:{row.pk}", timezone.localdate(), who)
    accounts.reserve(scheme_of(row).unit(row.year), POOL, amount_fen, why)
    row.step, row.amount_fen = key, amount_fen


def give_back(row: Voucher, step: str, who: str) -> None:
    """Give the money of a voucher back to the pool."""
    held = books.posting_by_key(row.step)
    assert held is not None, "an open voucher has its money"
    key = f"voucher:{row.pk}:{step}"
    accounts.release(held, Why(key, f"voucher:{row.pk}", timezone.localdate(), who))
    row.step = ""


def pay(row: Voucher, who: str) -> None:
    """Use the money of a voucher."""
    held = books.posting_by_key(row.step)
    assert held is not None, "an open voucher has its money"
    key = f"voucher:{row.pk}:paid"
    accounts.settle(held, Why(key, f"voucher:{row.pk}", timezone.localdate(), who))
    row.step = ""


def record(row: Voucher, kind: str, by: str) -> None:
    """Write a step of a voucher into the ledger: ids and codes alone."""
    news = audit.News(f"voucher.{kind}", timezone.now(), by, {"state": row.state})
    audit.record(STREAM, str(row.pk), news)


def tell_firm(row: Voucher, why: str = "") -> None:
    """Tell whoever speaks today for the firm what has become of its voucher."""
    said = STATES[row.state]  # type: ignore[index]
    notices.notify_speakers(
        row.organisation_id,
        kind="voucher",
        title=Text(f"创新券：{said.zh}", f"Innovation voucher: {said.to('en')}"),
        body=Text(why, why),
        link=f"/firm/vouchers/{row.pk}",
        key=f"voucher:{row.pk}:{row.state}:{row.step}",
    )
