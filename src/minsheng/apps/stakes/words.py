"""States and acts of a stake in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from minsheng.lib.texts import Text

SAID: Mapping[str, Text] = MappingProxyType(
    {
        "applied": Text("等创新中心初审", "Waits for the first check"),
        "declined": Text("初审没有通过", "Not passed at the first check"),
        "checked": Text("专家在评", "Before the experts"),
        "recommended": Text("专家同意，等科创局批准", "Experts agree; waits for the bureau"),
        "refused": Text("没有批准", "Not approved"),
        "approved": Text("批准了，等签合同", "Approved; waits for the contract"),
        "running": Text("项目在做", "The project runs"),
        "reviewed": Text("中期检查通过", "Mid-term check passed"),
        "audited": Text("审计完了", "Audited"),
        "triggered": Text("可以转股了", "May turn into shares"),
        "converting": Text("转股等确认", "Conversion waits to be confirmed"),
        "held": Text("转成股权，由国资公司持有", "Turned into shares, held"),
        "exiting": Text("退出等确认", "Sale waits to be confirmed"),
        "exited": Text("退出了", "Sold"),
        "written_off": Text("核销了，不追究", "Written off without blame"),
        "withdrawn": Text("企业撤回了", "Withdrawn by the firm"),
    }
)
ACTS: Mapping[str, Text] = MappingProxyType(
    {
        "apply": Text("企业申请", "The firm applied"),
        "check": Text("初审通过，请专家评", "Passed: ask the experts"),
        "decline": Text("初审不通过", "Don't pass"),
        "opinion": Text("专家意见", "An expert's opinion"),
        "ask": Text("请专家看能不能核销", "Ask the experts about writing it off"),
        "conclude": Text("汇总专家意见", "Sum up the experts' opinions"),
        "turn_down": Text("多数专家不同意", "Most experts are against"),
        "approve": Text("批准", "Approve"),
        "refuse": Text("不批准", "Refuse"),
        "contract": Text("签好合同", "Contract made"),
        "order": Text("下单付一笔", "A payment was ordered"),
        "pay": Text("付了一笔", "A part was paid"),
        "stop": Text("撤了付款单", "A payment was stopped"),
        "pass_review": Text("中期检查通过", "Mid-term check passed"),
        "audit": Text("专项审计完了", "Audit finished"),
        "trigger": Text("记下融资、成立或作价", "Write down financing, founding or capital"),
        "propose": Text("按约定提出转股", "Propose the conversion"),
        "return": Text("退回，再核", "Return it"),
        "confirm": Text("核对无误，确认转股", "Checked: confirm the conversion"),
        "offer": Text("提出退出", "Propose a sale"),
        "take_back": Text("撤回，不卖了", "Take the proposal back"),
        "sell": Text("核对无误，确认退出", "Checked: confirm the sale"),
        "write_off": Text("核销，不追究", "Write off without blame"),
        "withdraw": Text("撤回申请", "Withdraw"),
    }
)
SIDES: Mapping[str, Text] = MappingProxyType(
    {
        "firm": Text("企业", "the firm"),
        "centre": Text("创新服务中心", "the innovation centre"),
        "bureau": Text("科技创新局", "the science bureau"),
        "holding": Text("国资持股公司", "the holding company"),
        "expert": Text("专家", "an expert"),
    }
)
ASKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "approve": ("amount",),
        "trigger": ("event", "pre_money", "new_money", "investor", "holdings"),
        "offer": ("way", "buyer", "value"),
    }
)
"""What an act asks for beside its reason."""
