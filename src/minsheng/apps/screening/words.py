"""Words for states, reasons and changes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from minsheng.lib.texts import Text

STATES: Mapping[str, Text] = MappingProxyType(
    {
        "running": Text("正在找", "under way"),
        "ready": Text("找完了，等人批", "done, waits for approval"),
        "approved": Text("批了", "approved"),
        "declined": Text("没有批", "declined"),
        "stopped": Text("停了", "stopped"),
    }
)
REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "register_wrong": Text("登记的信息不对", "a register is wrong"),
        "changed": Text("情况变了", "things have changed"),
        "has_it": Text("已经在领", "already gets it"),
        "rule_wrong": Text("条件写得不对", "the condition is wrong"),
        "other": Text("别的原因", "another reason"),
    }
)
CHANGES: Mapping[str, Text] = MappingProxyType(
    {
        "gained": Text("新符合", "newly qualify"),
        "lost": Text("不再符合", "no longer qualify"),
        "became_unknown": Text("变成定不了", "can't be told any more"),
        "became_known": Text("定下来了，不符合", "settled: not"),
        "amount_changed": Text("金额变了", "another amount"),
    }
)
