"""The sentences of a case that can't do what was asked: who did what, when, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import CaseState, CaseStatus, ItemState, ItemStatus
from minsheng.lib.errors import Conflict, NotFound, WrongInput
from minsheng.lib.texts import Text, day_said

STATUS: Mapping[ItemStatus, Text] = {
    "waiting": Text("未开始", "not started"),
    "open": Text("办理中", "in progress"),
    "returned": Text("停表，等申请人", "clock stopped, waiting for the applicant"),
    "external": Text("已同意，等登记库", "approved, waiting for the register"),
    "done": Text("已办好", "done"),
    "refused": Text("没办成", "refused"),
    "held": Text("停下核对", "on hold"),
    "cancelled": Text("不办了", "not going ahead"),
    "skipped": Text("不用办", "not needed"),
}
CASE_STATUS: Mapping[CaseStatus, Text] = {
    "running": Text("办理中", "in progress"),
    "done": Text("全部办好", "all done"),
    "partly_done": Text("部分办好", "partly done"),
    "refused": Text("没办成", "refused"),
    "withdrawn": Text("已撤回", "withdrawn"),
}


def item_conflict(spec: ServiceSpec, state: CaseState, item: ItemState) -> Conflict:
    """Return the refusal of a command that comes too late or too early for this item."""
    zh, en = _item_sentence(spec, state, item)
    day = _day_of(item)
    return Conflict(
        "casework.not_possible_now",
        zh,
        en,
        facts={
            "item": item.key,
            "status": item.status,
            "decided_by": item.decided_by,
            "on": day.isoformat() if day else "",
            "attempt": item.attempt,
        },
    )


def _item_sentence(spec: ServiceSpec, state: CaseState, item: ItemState) -> tuple[str, str]:
    title, status = spec.items[item.key].title, STATUS[item.status]
    zh_title, en_title = f"“{title.zh}”", f'"{title.to("en")}"'
    if item.status == "waiting":
        first = _waits_for(spec, state, item)
        return (
            f"{zh_title}还没开始：先要{'、'.join(t.zh for t in first)}。办好了会自动开始。",
            f"{en_title} has not started. First: {', '.join(t.to('en') for t in first)}. "
            "Then it starts by itself.",
        )
    if item.status == "open":
        return (
            f"{zh_title}正在办，现在没有这一步。请刷新页面看最新情况。",
            f"{en_title} is in progress; this step is not possible now. "
            "Reload the page to see how things stand.",
        )
    zh_day, en_day = _day_words(_day_of(item))
    if item.status in ("external", "done", "refused", "returned"):
        return (
            f"{zh_title}{zh_day}已经由同岗位的人办过，现在是：{status.zh}。请刷新页面，您不用再办。",
            f"{en_title} was handled by someone else of this post{en_day} and is now: {status.en}. "
            "Reload the page; there is nothing left for you to do.",
        )
    since = en_day.replace(" on ", " since ")
    return (
        f"{zh_title}{zh_day}起是：{status.zh}。现在没有这一步，请刷新页面看最新情况。",
        f"{en_title}: {status.en}{since}. This step is not possible now. "
        "Reload the page to see how things stand.",
    )


def _waits_for(spec: ServiceSpec, state: CaseState, item: ItemState) -> list[Text]:
    needs = [
        Text(f"办好“{spec.items[n].title.zh}”", f'finish "{spec.items[n].title.to("en")}"')
        for n in spec.items[item.key].needs
        if state.items[n].status not in ("done", "skipped")
    ]
    consents = [
        Text(f"{spec.subjects[s].title.zh}同意", f"{spec.subjects[s].title.to('en')} must agree")
        for s in spec.items[item.key].consent_of
        if s in state.wanted - state.consents
    ]
    return needs + consents


def _day_of(item: ItemState) -> date | None:
    return item.finished if item.status == "done" else item.changed


def _day_words(day: date | None) -> tuple[str, str]:
    if day is None:
        return "", ""
    said = day_said(day)
    return said.zh, f" on {said.en}"


def case_closed(state: CaseState) -> Conflict:
    """Return the refusal of a command that needs a running case."""
    status = CASE_STATUS[state.status]
    return Conflict(
        "casework.case_closed",
        f"这个案卷已经办完：{status.zh}。要改，请打 12345 或到窗口。",
        f"This case is closed: {status.en}. To change it, call 12345 or come to a counter.",
        facts={"case_status": state.status},
    )


def asked_once(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal of a second question to the applicant (一次告知)."""
    title = spec.items[item.key].title
    return Conflict(
        "casework.asked_once",
        f"“{title.zh}”已经问过申请人一次，不能再问。请按现有材料决定，或向登记库核实。",
        f'The applicant was already asked once about "{title.to("en")}" and can\'t be asked again. '
        "Decide on what is there, or check with the register.",
        facts={"item": item.key, "decided_by": item.decided_by, "attempt": item.attempt},
    )


def stale_attempt(item: ItemState, attempt: int) -> Conflict:
    """Return the refusal of a register's answer to another attempt of the item."""
    return Conflict(
        "casework.stale_attempt",
        f"登记库回答的是第 {attempt} 次办理，现在是第 {item.attempt} 次。请人工核对登记结果。",
        f"This answer belongs to attempt {attempt}; the item is at attempt {item.attempt}. "
        "Compare with the register by hand.",
        facts={"item": item.key, "attempt": attempt, "current": item.attempt},
    )


def answered_differently(item: ItemState) -> Conflict:
    """Return the alarm that a register has answered the same attempt in two ways."""
    return Conflict(
        "casework.answered_differently",
        "登记库对同一次办理给了两个不同的结果。先前的结果没有动，请人工核对。",
        "The register gave two different answers for one attempt. The first stands; check by hand.",
        facts={"item": item.key, "attempt": item.attempt},
    )


def register_pending(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal to redo an item whose register has not answered yet."""
    title = spec.items[item.key].title
    return Conflict(
        "casework.register_pending",
        f"“{title.zh}”已送登记库，还没有回答。等登记库回答了再重办，免得登记两次。",
        f'The register has not answered for "{title.to("en")}" yet. '
        "Wait for its answer before doing it again, so that nothing is registered twice.",
        facts={"item": item.key, "attempt": item.attempt},
    )


def bad_reason(reason: str) -> WrongInput:
    """Return the refusal of a reason the service has not declared for this act."""
    return WrongInput(
        "casework.reason",
        "请从列出的理由里选一条。您写的话都还在。",
        "Choose one of the listed reasons. What you wrote is kept.",
        field="reason",
        facts={"reason": reason},
    )


def no_item(item: str) -> NotFound:
    """Return the answer for an item the service does not have."""
    return NotFound(
        "casework.no_item",
        "这个案卷里没有这一件。请回到案卷页重新选。",
        "This case has no such item. Go back to the case and choose again.",
        facts={"item": item},
    )


def refusal(code: str, zh: str, en: str, **facts: object) -> Conflict:
    """Return a refusal with its own sentence."""
    return Conflict(f"casework.{code}", zh, en, facts=facts)
