"""The events of a request in words: what happened, who, when, and what was said with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from minsheng.apps.appeals import sealing, store
from minsheng.apps.appeals.models import Request, RequestNote
from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.people import installed
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.spec import Way
from minsheng.engines.appeals.state import Event, Item, Result
from minsheng.engines.appeals.words import CLOCKS, OUTCOMES, RESULTS
from minsheng.lib.texts import Text

TITLES: Mapping[str, Text] = {
    "received": Text("收到诉求", "Received"),
    "classified": Text("改了类别", "Classified anew"),
    "dispatched": Text("派单", "Dispatched"),
    "signed": Text("签收", "Signed for"),
    "returned": Text("退单", "Sent back"),
    "back": Text("回到派单岗", "With the dispatcher again"),
    "disputed": Text("提出职责争议", "Duty disputed"),
    "stays": Text("裁定：还由原部门办", "Decided: it stays"),
    "moved": Text("裁定：改由别的部门办", "Decided: it goes elsewhere"),
    "relieved": Text("不用再办", "Relieved"),
    "extension_asked": Text("申请延期", "More time asked for"),
    "extended": Text("同意延期", "More time given"),
    "extension_refused": Text("没有同意延期", "More time refused"),
    "hold_asked": Text("申请挂账", "Asked to go on hold"),
    "held": Text("挂账", "On hold"),
    "hold_refused": Text("没有同意挂账", "Hold refused"),
    "hold_ended": Text("挂账结束，接着办", "Hold ended"),
    "due_known": Text(
        "放假安排公布了，到期时间确定了", "The year's holidays are known: the due time is certain"
    ),
    "desk_due_known": Text(
        "放假安排公布了，到期时间确定了", "The year's holidays are known: the due time is certain"
    ),
    "answered": Text("反馈", "Answered"),
    "to_visit": Text("等回访", "To be called back"),
    "redone": Text("没解决，交上一级重办", "Not solved: done again one level up"),
    "urged": Text("本人催办", "Urged by the requester"),
    "taken_up": Text("接着提了一件新的", "Taken up again"),
    "request.follows": Text("接着上一件提的", "Goes on from an earlier one"),
    "request.found": Text("走访或院坝里说的，记成诉求", "Noted at a visit or in a courtyard"),
    "request.to_repair": Text("立了维修台账", "A repair was opened in the ledger"),
    "repair.planned": Text("维修定了方案", "The repair is planned"),
    "repair.observed": Text("修好了，开始观察", "Repaired; the observation begins"),
    "repair.reopened": Text("又坏了，接着修", "It came back and is repaired again"),
    "repair.asked": Text("观察完了，等别人来复查", "Observed; somebody else looks at it"),
    "repair.failed": Text("复查没有通过，接着修", "The check failed; the repair goes on"),
    "repair.passed": Text("复查通过", "Checked by somebody else"),
    "repair.dropped": Text("维修不做了", "The repair won't be done"),
    "repair.archived": Text("维修归档", "The repair is in the archive"),
    "request.joined": Text(
        "和别人说的同一件事，合在一起办", "Joined to others about the same thing"
    ),
    "request.parted": Text("不再合在一起，单独办", "Stands by itself again"),
    "triage.judged": Text("分好了：大事、小事还是私事", "Sorted: big, small or private"),
    "triage.challenged": Text(
        "本人不同意分法，请上一级看", "The requester challenged how it was sorted"
    ),
    "triage.sent_back": Text("上一级退回，请重新看", "Sent back to be judged again"),
    "council.called": Text("请邻居一起商量", "The neighbours are called together"),
    "council.held": Text("议事会开过了", "The council has met"),
    "council.vote": Text("开始表决，一户一票", "A vote has begun, one for each household"),
    "council.result": Text("表决有结果了", "The vote has its result"),
    "council.shared": Text("五社分了工", "Who of the five parties does what"),
    "council.proposed": Text("提出用小基金", "Money of the small fund was asked for"),
    "council.approved": Text("同意用小基金", "Money of the small fund was approved"),
    "council.refused": Text("没有同意用小基金", "Money of the small fund was refused"),
    "council.released": Text("这笔小基金不用了", "Money of the small fund isn't needed"),
    "council.paid": Text("小基金付了一笔", "The small fund paid"),
    "council.reversed": Text("一笔小基金冲正了", "A payment of the small fund was reversed"),
    "council.done": Text("大家商量的事办好了", "What the neighbours agreed on is done"),
    "council.dropped": Text("大家商量的事没有办成", "The neighbours' matter came to nothing"),
    "private.asked": Text("想约调解员", "A mediator was asked for"),
    "private.cancelled": Text("不约调解了", "The mediator isn't needed"),
    "private.date": Text("约好了调解的时间", "There is an appointment with the mediator"),
    "private.outcome": Text("调解有结果了", "The mediation has its outcome"),
}
WAYS: Mapping[Way, Text] = {
    "visit": Text("上门报到", "Came in person"),
    "call": Text("电话联系", "Called"),
    "portal": Text("网上联系", "Wrote"),
}
INTERNAL = frozenset(
    {
        "late",
        "back",
        "classified",
        "relieved",
        "hold_asked",
        "extension_asked",
        "due_known",
        "desk_due_known",
    }
)
"""What the requester's own timeline leaves out: it is between offices."""
GOOD = frozenset(
    {"answered", "closed", "council.done", "council.paid", "repair.passed", "repair.archived"}
)
WAITS = frozenset(
    {"to_visit", "held", "disputed", "redone", "late", "repair.reopened", "repair.failed"}
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a timeline. `tone` is "", "hold" (something waits) or "done"."""

    kind: str
    at: datetime
    title: Text
    who: Text
    words: str
    tone: str
    is_shown: bool


def happenings(request: Request, spec: Appeal, items: Mapping[str, Item]) -> list[Happening]:
    """Return what happened to a request, newest first, with the words that were said."""
    entries = audit_reads.history(store.CHAIN, str(request.pk))
    notes = {(note.at, note.by): note for note in request.notes.all()}
    said: set[int] = set()
    found = []
    for event in store.events_in(entries):
        note = notes.get((event.at, event.by))
        words = ""
        if note is not None and note.pk not in said and note.kind == event.kind:
            said.add(note.pk)
            words = sealing.opened(request.person, note.sealed, field=sealing.NOTE)
        found.append(_told(event, spec, items, words, note))
    return found[::-1]


def who_of(by: str) -> Text:
    """Return who acted: a post with its office, the requester, or time itself."""
    head, _, _ = by.partition("/")
    if head.startswith("post:"):
        return post_title(head.removeprefix("post:"))
    return Text("提诉求的人", "The requester") if head == "requester" else Text("到点", "Time")


def post_title(key: str) -> Text:
    """Return a post with its office: "城市管理局道路和照明岗"."""
    district = installed.packs().district
    post = district.posts.get(key)
    if post is None:
        return Text(key)
    office = district.office(post.department)
    return Text(f"{office.zh}{post.title.zh}", f"{office.to('en')}, {post.title.to('en').lower()}")


def _told(
    event: Event, spec: Appeal, items: Mapping[str, Item], words: str, note: RequestNote | None
) -> Happening:
    title = _title(event, spec, items)
    tone = "hold" if event.kind in WAITS else "done" if event.kind in GOOD else ""
    shown = note is not None and note.is_shown
    is_helpers = event.item in items and not items[event.item].is_lead
    return Happening(
        kind=event.kind,
        at=event.at,
        title=title,
        who=who_of(event.by),
        words=words,
        tone=tone,
        is_shown=(shown and not is_helpers) or not words,
    )


def _title(event: Event, spec: Appeal, items: Mapping[str, Item]) -> Text:
    data, item = event.data, items.get(event.item)
    match event.kind:
        case "dispatched":
            post = post_title(str(data["post"]))
            if data.get("lead"):
                return Text(f"派给{post.zh}牵头", f"Dispatched; lead: {post.to('en')}")
            return Text(f"请{post.zh}协办", f"Helper: {post.to('en')}")
        case "contacted":
            way = WAYS[data["way"]]  # type: ignore[index]
            if data.get("reached"):
                return way
            return Text(f"{way.zh}，没联系上", f"{way.to('en')}: nobody reached")
        case "answered":
            result: Result = str(data.get("result", ""))  # type: ignore[assignment]
            said = RESULTS[result]
            return Text(f"反馈：{said.zh}", f"Answered: {said.to('en')}")
        case "visited" if not data.get("reached"):
            return Text("回访没联系上", "Called back, nobody reached")
        case "visited":
            is_solved = bool(data.get("solved"))
            return (
                Text("说解决了", "Said: solved")
                if is_solved
                else Text("说没解决", "Said: not solved")
            )
        case "closed":
            outcome = OUTCOMES[str(data["outcome"])]  # type: ignore[index]
            return Text(f"办结：{outcome.zh}", f"Closed: {outcome.to('en')}")
        case "late":
            clock = CLOCKS[str(data["clock"])]  # type: ignore[index]
            return Text(f"超时：{clock.zh}", f"Late: {clock.to('en')}")
    return _with_reason(TITLES.get(event.kind, Text(event.kind)), event, spec, item)


def _with_reason(title: Text, event: Event, spec: Appeal, item: Item | None) -> Text:
    """Return the title of an event with its entry of the ledger, its reason, or whose part it is."""
    data = event.data
    if entry := data.get("entry"):
        return Text(f"{title.zh}（{entry}）", f"{title.to('en')} ({entry})")
    reason = spec.reasons.get(str(data.get("reason", "")))
    if reason is not None:
        return Text(f"{title.zh}：{reason.title.zh}", f"{title.to('en')}: {reason.title.to('en')}")
    if item is not None and not item.is_lead:
        post = post_title(item.post)
        return Text(f"{title.zh}（{post.zh}）", f"{title.to('en')} ({post.to('en')})")
    return title
