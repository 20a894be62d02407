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
    "objected": Text("复核中", "objection being looked at"),
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


def accepted_already(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal of a question, or of a second acceptance, once the item is accepted."""
    title, since = spec.items[item.key].title, item.accepted or item.started
    zh, en = _day_words(since)
    return Conflict(
        "casework.accepted",
        f"“{title.zh}”{zh}起算受理了，不能再让申请人补正。请按现有材料决定，或向登记库核实。",
        f'"{title.to("en")}" counts as accepted{en.replace(" on ", " since ")}, so the applicant '
        "can't be asked any more. Decide on what is there, or check with the register.",
        facts={"item": item.key, "since": since.isoformat() if since else ""},
    )


def claimed(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal of an act on an item that a colleague is on today."""
    title = spec.items[item.key].title
    return Conflict(
        "casework.claimed",
        f"“{title.zh}”今天有同事在办。要接过来，请先点“接手”，对方会看到。",
        f'A colleague is on "{title.to("en")}" today. To go on yourself, take it over first; '
        "they will see it.",
        facts={"item": item.key, "claimed_by": item.claimed_by},
    )


def notice_stands(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal to end a public notice before its days are over."""
    zh, en = _day_words(item.stop_until)
    title = spec.items[item.key].title
    return Conflict(
        "casework.notice_stands",
        f"“{title.zh}”公示到{zh}为止，到期自动接着计时，不能提前结束。",
        f'"{title.to("en")}" is posted until{en.removeprefix(" on")}; the clock then runs again by '
        "itself. It can't be ended earlier.",
        facts={"item": item.key, "until": item.stop_until.isoformat() if item.stop_until else ""},
    )


def still_stopped(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal of a decision while experts or the public are still to be heard."""
    title = spec.items[item.key].title
    return Conflict(
        "casework.still_stopped",
        f"“{title.zh}”还在等专家评审或公示的结果，现在不能决定。先等它结束，再决定。",
        f'"{title.to("en")}" still waits for the experts or for the public notice. '
        "Decide once that has ended.",
        facts={"item": item.key, "reason": item.reason},
    )


def no_outcome() -> WrongInput:
    """Return the refusal to end an expert review without saying what was found."""
    return WrongInput(
        "casework.no_outcome",
        "请选专家怎么看：通过、不通过，还是说不准。您写的话都还在。",
        "Choose what the experts found: passed, not passed or unclear. What you wrote is kept.",
        field="outcome",
    )


def not_extendable(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal to extend an item that declares no extension."""
    title = spec.items[item.key].title
    return Conflict(
        "casework.not_extendable",
        f"“{title.zh}”的时限不能延长。办不完，请找分管负责人商量派人帮忙。",
        f"The term of \"{title.to('en')}\" can't be extended. If it can't be kept, "
        "ask the leader in charge for help.",
        facts={"item": item.key},
    )


def extended_once(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal of a second request for more time."""
    title = spec.items[item.key].title
    return Conflict(
        "casework.extended_once",
        f"“{title.zh}”已经申请过一次延长，不能再申请。请按现在的日子办。",
        f'More time was already asked for "{title.to("en")}", once. Keep to the day as it stands.',
        facts={"item": item.key, "extension": item.extension},
    )


def too_late_to_extend(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal of an extension once the term is over, or while the clock stands."""
    title = spec.items[item.key].title
    return Conflict(
        "casework.too_late_to_extend",
        f"“{title.zh}”现在不能延长：要在到期以前、计时的时候。请尽快办。",
        f'"{title.to("en")}" can\'t be extended now: only before its day, and while its clock runs. '
        "Please see to it soon.",
        facts={"item": item.key},
    )


def own_request(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal to agree to one's own request for more time."""
    title = spec.items[item.key].title
    return Conflict(
        "casework.own_request",
        f"“{title.zh}”的延长是您自己申请的，要由别人来批。",
        f'You asked for more time for "{title.to("en")}" yourself; somebody else must agree.',
        facts={"item": item.key},
    )


def own_refusal(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal to let who refused decide again."""
    title = spec.items[item.key].title
    return Conflict(
        "casework.own_refusal",
        f"“{title.zh}”上次是您没有同意，这次要换人办。请转给同事，或找分管负责人派人。",
        f'You refused "{title.to("en")}" before, so somebody else decides now. Pass it to a '
        "colleague, or ask the leader in charge.",
        facts={"item": item.key},
    )


def no_such_post(spec: ServiceSpec, item: ItemState) -> WrongInput:
    """Return the refusal to pass an item to a post that it may not go to."""
    return WrongInput(
        "casework.no_such_post",
        "请从列出的岗位里选一个。您写的话都还在。",
        "Choose one of the listed posts. What you wrote is kept.",
        field="to",
        facts={"item": item.key},
    )


def not_correctable(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal to reword what has no certificate."""
    title = spec.items[item.key].title
    return Conflict(
        "casework.not_correctable",
        f"“{title.zh}”没有证可换。办错了，请用“撤回重办”。",
        f'"{title.to("en")}" has no certificate to replace. If it was done wrongly, take it back and do it again.',
        facts={"item": item.key},
    )


def no_objection(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal of an objection that isn't offered, or of a second one."""
    title = spec.items[item.key].title
    return Conflict(
        "casework.no_objection",
        f"“{title.zh}”不能在这里再提异议。还可以申请行政复议或到法院起诉，怎么办打 12345 问。",
        f'You can\'t object to the decision on "{title.to("en")}" here any more. Reconsideration or '
        "court is still open; 12345 tells you how.",
        facts={"item": item.key},
    )


def too_late_to_object(spec: ServiceSpec, item: ItemState) -> Conflict:
    """Return the refusal of an objection after its term."""
    zh, en = _day_words(item.object_by)
    title = spec.items[item.key].title
    return Conflict(
        "casework.too_late_to_object",
        f"“{title.zh}”提异议的日子到{zh}为止，已经过了。可以重新交一张表，或打 12345 问。",
        f'Objections to "{title.to("en")}" were possible until{en.removeprefix(" on")}. You may file '
        "a new form, or call 12345.",
        facts={"item": item.key},
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
