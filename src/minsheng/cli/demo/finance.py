"""An invented loan that is being repaid, and a project whose shares can be worked out, of the firm of the cast."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from minsheng.apps.loans import actions as loans
from minsheng.apps.people import reads as people
from minsheng.apps.stakes import actions as stakes
from minsheng.apps.stakes import reads as stake_reads

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

FIRM, CENTRE, BANK, GUARANTOR = "huangyi", "xuhang", "mingzhu", "renjing"
BUREAU, HOLDING, EXPERTS = "gaowen", "kangning", ("heming", "fuxiao", "yanshi")
RISK_FUND, POOL = "luoan", "shimin"
ROUND = stakes.Said(
    reason="A 轮协议看过原件。（演示）", event="financing", investor="星河创投（演示）",
    pre_money_fen=3_800_000_000, new_money_fen=1_000_000_000,
    holdings={"创始团队": 700_000, "员工持股": 300_000},
)  # fmt: skip


def begin(on: date) -> int:
    """Fill fund and pool, lead one loan and one project of the cast on, and return how many there are."""
    by = {
        name: _account(name) for name in (FIRM, CENTRE, BANK, GUARANTOR, BUREAU, HOLDING, *EXPERTS)
    }
    loans.fill_fund("ladder", by=_account(RISK_FUND))
    stakes.fill_pool("seed", by=_account(POOL))
    wanted = loans.Wanted(
        scheme="ladder", rung="tech", bank="bank.qinghuai", amount_fen=120_000_000, months=12,
        purpose="给新订单备料。（演示）",
    )  # fmt: skip
    loan = loans.apply_for_loan(wanted, by=by[FIRM])
    for act, who, reason in (
        ("recommend", CENTRE, ""), ("agree", BANK, "订单真实，现金流够。（演示）"), ("guarantee", GUARANTOR, ""),
        ("contract", BANK, ""), ("pay_out", BANK, ""),
    ):  # fmt: skip
        loans.take_step(loan.pk, act, loans.Said(reason=reason), by=by[who])
    _project(by)
    return 2


def _project(by: dict[str, Account]) -> None:
    wanted = stakes.Wanted(
        scheme="seed", title="五轴机床误差补偿（演示）", purpose="样机、测试和两名博士的工资。", amount_fen=200_000_000
    )  # fmt: skip
    stake = stakes.apply_for_grant(wanted, by=by[FIRM])
    stakes.take_step(stake.pk, "check", stakes.Said(), by=by[CENTRE])
    for name in EXPERTS:
        word = stakes.Word(agrees=True, has_interest=False, words="技术路线清楚。（演示）")
        stakes.give_opinion(stake.pk, word, by=by[name])
    for act, who in (("conclude", CENTRE), ("approve", BUREAU), ("contract", BUREAU)):
        stakes.take_step(stake.pk, act, stakes.Said(), by=by[who])
    first = stake_reads.stake_view(stake.pk, by[BUREAU]).parts[0]
    stakes.order_payment(first.id, by=by[BUREAU])
    stakes.confirm_payment(first.id, by=by[HOLDING])
    stakes.take_step(stake.pk, "trigger", ROUND, by=by[HOLDING])


def _account(name: str) -> Account:
    found = people.account_by_username(name)
    assert found is not None, name
    return found
