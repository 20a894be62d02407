"""What a pack `vouchers/<slug>/voucher.yaml` says, and how much a contract brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from minsheng.lib.cites import Cite
from minsheng.lib.periods import add_months
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckRules:
    """How many per cent of the paid vouchers are checked again, how long a firm has, and who does what.

    `checker`, `decider` and `reviewer` are posts, three different ones.
    """

    percent: int
    answer_workdays: int
    objection_workdays: int
    checker: str
    decider: str
    reviewer: str
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherScheme:
    """One kind of voucher. Money in fen; `share` of a contract is the most a voucher pays.

    `issuer` and `redeemer` are posts: one issues, the other pays; never the same person for a voucher.
    """

    voucher: str
    title: Text
    lede: Text
    effective_from: date
    pool_fen: int
    cap_fen: int
    share: Fraction
    months: int
    issuer: str
    redeemer: str
    recheck: RecheckRules
    uses: Mapping[str, Text]
    cites: tuple[Cite, ...]

    def unit(self, year: int) -> str:
        """Return the unit in which the pool of a year is counted."""
        return f"fen:vouchers.{self.voucher}.{year}"

    def last_day(self, issued: date) -> date:
        """Return the last day on which a voucher issued on a day can be used."""
        return add_months(issued, self.months)


def payable(scheme: VoucherScheme, *, amount_fen: int, contract_fen: int) -> int:
    """Return what a voucher of `amount_fen` pays of a contract: its share in whole fen, never more than it holds."""
    return min(amount_fen, int(scheme.share * contract_fen))
