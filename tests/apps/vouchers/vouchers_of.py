"""Vouchers led to a point of their story, for the tests of the app, of pages and endpoints."""

from __future__ import annotations

from tests.factories import District

from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Organisation
from minsheng.apps.vouchers import actions
from minsheng.apps.vouchers.models import Provider, Voucher

HEAD, OWNER = "11010119850914003X", "110101197001010017"
LAB = "91500000MA0DEMLAB1"
WORDS = "委托做传感器的疲劳试验。"


def firm(district: District) -> Organisation:
    """The firm for which 黄毅 speaks."""
    (found,) = people.organisations_of(district.account("huangyi"))
    return found


def opened(district: District) -> None:
    """The year's pool, opened by 范华, with one listed provider."""
    actions.open_pool("innovation", district.today.year, by=district.account("fanhua"))
    provider(district)


def provider(district: District, **changes: object) -> Provider:
    """A listed provider without ties to anybody."""
    wanted = {
        "credit_code": LAB, "name": "云桥检测（演示）", "uses": ["research", "patent"],
        "head": "110101196503030015", "owners": "",
    }  # fmt: skip
    return actions.list_provider(
        "innovation",
        actions.NewProvider(**{**wanted, **changes}),
        by=district.account("yuelan"),  # type: ignore[arg-type]
    )


def asked(district: District, amount_fen: int = 5_000_000) -> Voucher:
    """A voucher that 黄毅 asked for."""
    return actions.ask(
        "innovation", code=firm(district).credit_code, use="research", amount_fen=amount_fen,
        words=WORDS, by=district.account("huangyi"),
    )  # fmt: skip


def issued(district: District, amount_fen: int = 5_000_000) -> Voucher:
    """A voucher that 岳岚 issued, of a firm that said who owns it."""
    row = asked(district, amount_fen)
    code, by = firm(district).credit_code, district.account("huangyi")
    actions.declare_ownership(code, HEAD, OWNER, by=by)
    return actions.issue(row.pk, by=district.account("yuelan"))


def reserved(district: District, contract_fen: int = 8_000_000) -> Voucher:
    """A voucher that is reserved for a contract."""
    return actions.reserve_for(
        issued(district).pk, provider=LAB, contract_fen=contract_fen, contract="试验合同 3 号",
        by=district.account("huangyi"),
    )  # fmt: skip


def used(district: District) -> Voucher:
    """A voucher with its proof."""
    row = reserved(district)
    return actions.prove(row.pk, "试验报告、发票各一份", by=district.account("huangyi"))
