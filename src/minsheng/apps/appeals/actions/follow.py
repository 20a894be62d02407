"""What follows a step: whoever has the next one is told, and the requester where it concerns them."""

from __future__ import annotations

from collections.abc import Iterable

from minsheng.apps.appeals import access, near, store
from minsheng.apps.appeals.actions.transition import FOLLOW
from minsheng.apps.appeals.models import Request
from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.notices import actions as notices
from minsheng.apps.outbox.actions import Job
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.state import Event
from minsheng.engines.appeals.state import Request as State
from minsheng.lib.texts import Text

__all__ = ["FOLLOW", "follow_request"]

TO_REQUESTER = {
    "received": Text("收到了您的诉求", "We have your request"),
    "dispatched": Text("您的诉求有部门接了", "An office has your request"),
    "contacted": Text("部门联系过您了", "The office has been in touch"),
    "held": Text("您的诉求先挂账，到复查日再办", "Your request is on hold until its review date"),
    "extended": Text("您的诉求要多用一些时间", "Your request needs more time"),
    "to_visit": Text("办完了，请说一句解决了没有", "Done: please say whether it is solved"),
    "redone": Text("您说没解决，已经交上一级重办", "Not solved: it is done again one level up"),
    "closed": Text("您的诉求办结了", "Your request is closed"),
    "triage.judged": Text("您的诉求分好了，看看为什么这样分", "Your request was sorted; see why"),
    "council.called": Text("您提的事，请邻居一起商量", "Your neighbours are called together"),
    "council.result": Text("您提的事，表决有结果了", "The vote on your request has its result"),
    "council.paid": Text("您提的事，小基金付了一笔", "The small fund paid for your request"),
    "council.done": Text("您提的事，大家办好了", "What your neighbours agreed on is done"),
    "council.dropped": Text("您提的事没有办成，看看为什么", "Nothing came of it; see why"),
    "private.date": Text("约好了调解的时间", "There is an appointment with the mediator"),
    "private.outcome": Text("调解有结果了", "The mediation has its outcome"),
    "request.to_repair": Text("您的诉求立了维修台账", "A repair was opened for your request"),
    "repair.observed": Text("修好了，开始观察", "Repaired; the observation begins"),
    "repair.archived": Text("维修复查过、归档了", "The repair was checked and archived"),
    "request.joined": Text(
        "您的诉求和同一件事的合在一起办", "Joined to others about the same thing"
    ),
}
TO_NEIGHBOURS = {
    "dispatched": Text("您关注的一件，有部门接了", "An office has what you follow"),
    "held": Text(
        "您关注的一件先挂账，到复查日再办", "What you follow is on hold until its review date"
    ),
    "council.called": Text(
        "您关注的一件，请邻居一起商量", "Neighbours are called about what you follow"
    ),
    "council.done": Text("您关注的一件，大家办好了", "Neighbours have done what you follow"),
    "closed": Text("您关注的一件办结了", "What you follow is closed"),
}
TO_POST = {
    "received": Text("有新的诉求要派单", "A new request to dispatch"),
    "back": Text("有一件退单，要重新派", "A request was sent back"),
    "redone": Text("有一件没解决，要重办", "A request wasn't solved: dispatch it again"),
    "dispatched": Text("派来一单，请签收", "An item for you to sign for"),
    "disputed": Text("有一单职责有争议，请裁定", "Whose duty is it? Please decide"),
    "hold_asked": Text("有一单申请挂账", "Somebody asks to put an item on hold"),
    "extension_asked": Text("有一单申请延期", "Somebody asks for more time"),
    "to_visit": Text("有一件要回访", "A request to call back about"),
    "stays": Text("裁定了：还由您办", "Decided: it stays with you"),
    "relieved": Text("这一单不用您办了", "You needn't go on with an item"),
    "returned": Text("协办退单了，看看还要请谁", "A helper sent its item back"),
    "answered": Text("协办反馈了", "A helper has answered"),
    "hold_ended": Text("挂账到期，接着办", "The hold is over: go on"),
    "urged": Text("本人来催了", "The requester asks where it stands"),
    "late": Text("有一步超时了", "A step is late"),
    "repair.archived": Text(
        "维修归档了，请反馈给本人", "The repair is archived: answer its requester"
    ),
    "repair.dropped": Text(
        "维修不做了，请向本人说明", "The repair was dropped: tell its requester"
    ),
    "triage.challenged": Text(
        "有一件不同意分法，请您判断", "A challenge of how a request was sorted"
    ),
    "triage.sent_back": Text("退回来一件，请重新分", "A request was sent back to be sorted again"),
}


def follow_request(job: Job) -> None:
    """Tell whoever must know of the events that a step has brought."""
    request = Request.objects.select_related("person", "account", "finding").get(
        pk=job.payload["request"]
    )
    spec, state = access.spec_of(request), store.state_of(request)
    after, to = int(job.payload["from"]) - 1, int(job.payload["to"])
    entries = audit_reads.history(store.CHAIN, str(request.pk), after=after)
    for seq, event in enumerate(store.events_in(entries[: to - after]), after + 1):
        _tell(request, spec, state, event, seq)


def _tell(request: Request, spec: Appeal, state: State, event: Event, seq: int) -> None:
    said = TO_REQUESTER.get(event.kind)
    is_helper = event.kind == "dispatched" and not event.data.get("lead")
    if said is not None and not is_helper:
        _notify(_requesters(request), request, said, seq, _own_path(request), quiet=spec.protected)
    near_said = TO_NEIGHBOURS.get(event.kind)
    if near_said is not None and not is_helper and near.is_near(request):
        rows = request.subscriptions.select_related("account").order_by("pk")
        accounts = [row.account for row in rows if row.account.is_active]
        path = f"/appeals/near/{request.number}"
        title = spec.title_of(spec.middle_of(request.category))
        _notify(accounts, request, near_said, seq, path, quiet=False, title=title)
    told = TO_POST.get(event.kind)
    if told is not None:
        for post in _posts(spec, state, event):
            path = f"/desk/requests/{request.number}"
            path += "/sorting" if event.kind.startswith("triage.") else ""
            _notify(people.accounts_of(post), request, told, seq, path, quiet=spec.protected)


def _posts(spec: Appeal, state: State, event: Event) -> list[str]:
    """Return the posts that an event concerns."""
    item = state.items.get(event.item)
    extend = spec.grades[state.grade].extend
    match event.kind:
        case "received" | "back" | "redone":
            return [access.dispatcher(spec, state)]
        case "disputed":
            return [spec.dispute.decide]
        case "hold_asked":
            return [spec.hold.approver]
        case "extension_asked":
            return [extend.approver] if extend else []
        case "to_visit":
            return [spec.visit.post]
        case "triage.challenged" | "triage.sent_back":
            return [str(event.data["post"])]
        case "urged" | "repair.archived" | "repair.dropped":
            return [one.post for one in state.open_items]
        case "returned" | "answered":  # a helper's; what a lead does goes to others anyway
            lead = state.lead
            is_helpers = item is not None and not item.is_lead
            return [lead.post] if is_helpers and lead is not None and lead.is_open else []
        case "late":
            return [item.post] if item else [access.dispatcher(spec, state)]
    return [item.post] if item else []


def _requesters(request: Request) -> list[Account]:
    """Return who made it, or whoever speaks today for the firm or courtyard that did."""
    if post := access.helper_post(request):
        return people.accounts_of(post)
    if request.organisation_id is None:
        return [request.account] if request.account else []
    return [
        row.account
        for row in people.representatives()
        if row.organisation_id == request.organisation_id
    ]


def _own_path(request: Request) -> str:
    if access.helper_post(request):
        return f"/desk/voices/{request.number}"
    room = "firm" if request.organisation_id else "appeals"
    return f"/{room}/{request.number}"


def _notify(
    accounts: Iterable[Account],
    request: Request,
    said: Text,
    seq: int,
    path: str,
    *,
    quiet: bool,
    title: Text | None = None,
) -> None:
    title = title or access.spec_of(request).title_of(request.category)
    body = Text(f"{request.number}：{title.zh}", f"{request.number}: {title.to('en')}")
    if quiet:
        body = Text(request.number, request.number)
    for account in accounts:
        notices.notify(
            account,
            kind="request",
            title=said,
            body=body,
            link=path,
            key=f"request:{request.pk}:{seq}:{account.pk}",
            is_quiet=quiet,
        )
