"""What loans are called, and the row of one while it changes."""

from __future__ import annotations

from minsheng.apps.loans import access
from minsheng.apps.loans.models import Loan, LoanStep
from minsheng.apps.steps import actions as steps
from minsheng.lib.texts import Text

LOAN = steps.Kind(
    name="loan",
    area="loans",
    steps=LoanStep,
    news=Text("您企业的贷款有新进展", "News about your firm's loan"),
    fund=Text("风险资金", "the risk fund"),
)


def locked(loan_id: int) -> Loan:
    """Return a loan with its row locked until the transaction ends; raises NotFound."""
    return steps.locked(Loan, loan_id, access.no_such_loan)
