"""Every write to loans: a firm applies, somebody takes the next step, the risk fund is filled."""

from minsheng.apps.loans.actions.applying import Wanted, apply_for_loan
from minsheng.apps.loans.actions.funding import fill_fund
from minsheng.apps.loans.actions.stepping import Said, take_step

__all__ = ["Said", "Wanted", "apply_for_loan", "fill_fund", "take_step"]
