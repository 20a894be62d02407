"""The sentences of a request that can't do what was asked: what stands, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping

from minsheng.engines.appeals.state import (
    ClockName,
    Item,
    ItemStatus,
    Outcome,
    Request,
    RequestStatus,
    Result,
    day_of,
)
from minsheng.lib.errors import Conflict, NotFound, WrongInput
from minsheng.lib.texts import Text, day_said

STATUS: Mapping[RequestStatus, Text] = {
    "received": Text("等派单", "waiting to be dispatched"),
    "handling": Text("办理中", "being handled"),
    "visiting": Text("等回访", "waiting for a call back"),
    "closed": Text("办结", "closed"),
}
ITEM_STATUS: Mapping[ItemStatus, Text] = {
    "waiting": Text("等签收", "waiting to be signed for"),
    "open": Text("办理中", "being handled"),
    "disputed": Text("职责有争议，等裁定", "duty in dispute"),
    "held": Text("挂账", "on hold"),
    "answered": Text("已反馈", "answered"),
    "returned": Text("已退单", "sent back"),
    "moved": Text("改派给别处", "given to another post"),
    "relieved": Text("不用办了", "no longer needed"),
}
OUTCOMES: Mapping[Outcome, Text] = {
    "": Text("还没有结果", "no outcome yet"),
    "solved": Text("解决了", "solved"),
    "explained": Text("没解决，说清楚了", "not solved, but explained"),
    "unreached": Text("三次没联系上", "nobody was reached"),
    "not_accepted": Text("不受理", "not accepted"),
    "withdrawn": Text("撤回了", "withdrawn"),
}
RESULTS: Mapping[Result, Text] = {
    "": Text("还没有反馈", "no answer yet"),
    "done": Text("办成了", "done"),
    "partly": Text("办成一部分", "partly done"),
    "explained": Text("办不了，已说明", "can't be done; explained"),
}
CLOCKS: Mapping[ClockName, Text] = {
    "dispatch": Text("派单", "dispatch"),
    "dispute": Text("裁定职责", "deciding whose duty it is"),
    "contact": Text("联系", "first contact"),
    "finish": Text("办完", "finish"),
    "visit": Text("回访", "call back"),
}


def request_conflict(state: Request) -> Conflict:
    """Return the refusal of a step that the request as a whole doesn't allow now."""
    if state.status == "closed":
        said, outcome = day_said(day_of(state.closed or state.received)), OUTCOMES[state.outcome]
        return Conflict(
            "appeals.closed",
            f"这件诉求{said.zh}已经办结：{outcome.zh}。还没解决，可以再提一次，会连着这一件。",
            f"This request was closed on {said.en}: {outcome.en}. If it isn't solved, take it up "
            "again; the new one is linked to this one.",
            facts={"status": state.status, "outcome": state.outcome, "by": state.closed_by},
        )
    status = STATUS[state.status]
    return Conflict(
        "appeals.not_possible_now",
        f"这件诉求现在是：{status.zh}，没有这一步。请刷新页面，看看刚才谁办了什么。",
        f"This request is now {status.en}; this step is not possible. Reload the page to see who "
        "did what.",
        facts={"status": state.status, "round": state.round},
    )


def item_conflict(item: Item) -> Conflict:
    """Return the refusal of a step that comes too late or too early for an item."""
    status = ITEM_STATUS[item.status]
    return Conflict(
        "appeals.not_possible_now",
        f"这一单现在是：{status.zh}，没有这一步。请刷新页面，看看刚才谁办了什么。",
        f"This item is now {status.en}; this step is not possible. Reload the page to see who did "
        "what.",
        facts={"item": item.key, "status": item.status, "by": item.by},
    )


def no_item(item: str) -> NotFound:
    """Return the answer for an item that the request doesn't have."""
    return NotFound(
        "appeals.no_item",
        "这件诉求里没有这一单。请回到诉求页重新选。",
        "This request has no such item. Go back to it and choose again.",
        facts={"item": item},
    )


def refusal(code: str, zh: str, en: str, **facts: object) -> Conflict:
    """Return a refusal with its own sentence."""
    return Conflict(f"appeals.{code}", zh, en, facts=facts)


def wrong(code: str, zh: str, en: str, *, field: str) -> WrongInput:
    """Return what is wrong with what was typed; nothing is lost."""
    return WrongInput(
        f"appeals.{code}", f"{zh}您写的都还在。", f"{en} Nothing is lost.", field=field
    )


def bad_reason() -> WrongInput:
    """Return the refusal of a reason that isn't declared for this act."""
    return wrong("reason", "请从列出的理由里选一条。", "Choose one of the reasons.", field="reason")


def own_wish() -> Conflict:
    """Return the refusal to agree to one's own wish."""
    return refusal(
        "own_wish",
        "这是您自己申请的，要由别人来批。请找批准岗位的同事。",
        "You asked for this yourself; somebody else must agree. Ask a colleague of that post.",
    )
