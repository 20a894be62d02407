"""States and acts of a loan in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from minsheng.lib.texts import Text

SAID: Mapping[str, Text] = MappingProxyType(
    {
        "applied": Text("等创新中心推荐", "Waits for the centre's recommendation"),
        "declined": Text("没有推荐", "Not recommended"),
        "recommended": Text("等银行决定", "Waits for the bank"),
        "refused": Text("银行没有同意", "The bank refused"),
        "agreed": Text("银行同意，等担保", "The bank agreed; waits for the guarantee"),
        "unguaranteed": Text("没有担保", "Not guaranteed"),
        "guaranteed": Text("担保好了，等签合同", "Guaranteed; waits for the contract"),
        "contracted": Text("合同签了，等放款", "Contract made; waits for the money"),
        "paid": Text("放款了，按时还", "Paid out; being repaid"),
        "repaid": Text("还清了", "Repaid"),
        "overdue": Text("逾期", "Overdue"),
        "claimed": Text("银行报了损失，等核", "Loss claimed; waits to be checked"),
        "shared": Text("代偿了，继续追", "Loss shared; being recovered"),
        "recovering": Text("追回了一些，等核", "Something came back; waits to be checked"),
        "closed": Text("结了", "Closed"),
        "withdrawn": Text("企业撤回了", "Withdrawn by the firm"),
    }
)
ACTS: Mapping[str, Text] = MappingProxyType(
    {
        "apply": Text("企业申请", "The firm applied"),
        "recommend": Text("推荐给银行", "Recommend to the bank"),
        "decline": Text("不推荐", "Don't recommend"),
        "agree": Text("同意贷款", "Agree to the loan"),
        "refuse": Text("不同意贷款", "Refuse the loan"),
        "guarantee": Text("担保", "Guarantee"),
        "reject": Text("不担保", "Don't guarantee"),
        "contract": Text("签好合同", "Contract made"),
        "pay_out": Text("放款", "Paid out"),
        "repay": Text("收到还款", "Repayment received"),
        "finish": Text("还清了", "Repaid in full"),
        "call_overdue": Text("记为逾期", "Call overdue"),
        "claim": Text("报损失", "Claim the loss"),
        "return_claim": Text("退回，再核", "Return the claim"),
        "share": Text("核对无误，按比例代偿", "Checked: share the loss"),
        "report": Text("报追回的钱", "Report what came back"),
        "return_report": Text("退回，再核", "Return the report"),
        "recover": Text("核对无误，按比例分回", "Checked: share what came back"),
        "close": Text("不再追，结案", "Close"),
        "withdraw": Text("撤回申请", "Withdraw"),
    }
)
SIDES: Mapping[str, Text] = MappingProxyType(
    {
        "firm": Text("企业", "the firm"),
        "centre": Text("创新服务中心", "the innovation centre"),
        "bank": Text("银行", "the bank"),
        "guarantor": Text("担保公司", "the guarantee body"),
    }
)
WITH_AMOUNT = frozenset({"agree", "repay", "report"})
"""Acts that ask for an amount; a claim does where interest is shared."""
