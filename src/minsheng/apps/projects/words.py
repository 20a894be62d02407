"""The ledger's words: lists, states, risks and signs, each said in one place."""

from __future__ import annotations

from collections.abc import Mapping

from minsheng.engines.projects import Signal, State
from minsheng.engines.projects.signals import Kind
from minsheng.lib.texts import Text

LISTS: Mapping[str, Text] = {
    "problem": Text("问题清单", "List of problems"),
    "task": Text("工作台账", "Work ledger"),
    "project": Text("项目清单", "List of projects"),
}
STATES: Mapping[State, Text] = {
    "listed": Text("没有安排", "Not yet assigned"),
    "running": Text("在办", "In hand"),
    "observing": Text("观察期", "Under observation"),
    "checking": Text("等核对", "Waiting for the check"),
    "closed": Text("销号", "Closed"),
    "dropped": Text("不办了", "Dropped"),
}
RISKS: Mapping[str, Text] = {
    "": Text("没有评", "not judged"),
    "low": Text("低", "low"),
    "medium": Text("中", "medium"),
    "high": Text("高", "high"),
}
FIELDS: Mapping[str, Text] = {
    "due": Text("完成日期", "due day"),
    "approved_fen": Text("批准的钱", "approved money"),
    "scope": Text("范围", "scope"),
    "owner": Text("责任岗位", "owner"),
}
_SIGNS: Mapping[Kind, Text] = {
    "late": Text("超期 {n} 天", "{n} days late"),
    "over_money": Text("花的比批的多 {n} 元", "{n} yuan more spent than approved"),
    "milestone_late": Text("节点晚了 {n} 天", "a milestone {n} days late"),
    "behind": Text("比计划慢 {n} 个百分点", "{n} points behind plan"),
    "money_ahead": Text("钱比进度快 {n} 个百分点", "money {n} points ahead of progress"),
    "silent": Text("{n} 天没有消息", "no news for {n} days"),
    "soon": Text("还有 {n} 天到期", "due in {n} days"),
}


def said(signal: Signal) -> Text:
    """Return a sign in words."""
    amount = f"{signal.amount / 100:,.2f}" if signal.kind == "over_money" else str(signal.amount)
    words = _SIGNS[signal.kind]
    return Text(words.zh.replace("{n}", amount), words.en.replace("{n}", amount))
