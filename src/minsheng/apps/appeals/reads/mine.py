"""What whoever made a request sees of it: where it stands, who has it, by when, what was said."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from minsheng.apps.appeals import access, catalogue, sealing, store
from minsheng.apps.appeals.models import Request
from minsheng.apps.appeals.reads.telling import INTERNAL, Happening, happenings, post_title
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.repairs import reads as repairs
from minsheng.apps.repairs.reads import RepairState
from minsheng.content.appeals import Appeal, LoadedAppeal
from minsheng.engines.appeals.spec import Requester
from minsheng.engines.appeals.state import Item
from minsheng.engines.appeals.state import Request as State
from minsheng.engines.appeals.words import ITEM_STATUS, OUTCOMES, RESULTS, STATUS
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Moment

QUIET = Text("一件诉求", "A request")
"""How a protected request is called in one's own list: somebody may look over one's shoulder."""
NUMBER = r"S[0-9]{2}-[0-9]{6,12}"


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One of my requests in a list. `waits`: I am asked whether it is solved."""

    number: str
    title: Text
    status: str
    said: Text
    received: datetime
    waits: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Office:
    """One office that has a part in my request."""

    title: Text
    is_lead: bool
    said: Text
    due: Moment | None


@dataclass(frozen=True, slots=True)
class OwnView:
    """One of my requests, whole. `may`: the acts that are open to me now."""

    number: str
    slug: str
    category: str
    received: datetime
    kind: Text
    title: Text
    spec: Appeal
    grade: Text
    area: Text
    words: str
    status: str
    said: Text
    due: Moment | None
    offices: tuple[Office, ...]
    happenings: tuple[Happening, ...]
    answer: str
    may: frozenset[str]
    where: Text
    score: int | None
    solved: bool | None
    before: str
    after: str
    urged: int
    repair: RepairState | None
    visit: str


def kinds_for(requester: Requester) -> list[LoadedAppeal]:
    """Return the kinds of request that a resident, or a firm, may make today."""
    today = timezone.localdate()
    found = (one for one in catalogue.appeals_on(today) if one.spec.requester == requester)
    return [one for one in found if not one.spec.from_visits]


def own_requests(account: Account) -> list[OwnLine]:
    """Return the requests this resident made for themselves, newest first."""
    rows = Request.objects.filter(account=account, organisation=None)
    return _lines(rows)


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a finding: the number of its request, and how that stands."""

    number: str
    status: str
    said: Text


def became(findings: Collection[int], *, by: Account) -> dict[int, Became]:
    """Return what became of those findings that this account may follow, by their ids."""
    found = Request.objects.filter(finding__in=findings).select_related("finding")
    rows = [row for row in found if access.may_follow(row, by)]
    return {
        row.finding_id: Became(row.number, row.status, status_said(store.state_of(row)))
        for row in rows
        if row.finding_id is not None
    }


def standing(findings: Collection[int]) -> dict[int, Text]:
    """Return how the requests that some findings became stand, for everybody: no number, no words."""
    rows = Request.objects.filter(finding__in=findings)
    return {row.finding_id or 0: status_said(store.state_of(row)) for row in rows}


def firm_requests(account: Account) -> list[OwnLine]:
    """Return the requests of the firms for which this account speaks today, newest first."""
    firms = [firm.pk for firm in people.organisations_of(account)]
    return _lines(Request.objects.filter(organisation__in=firms))


def whole_number(number: str) -> Request:
    """Return a request by its number; raises NotFound."""
    found = (
        Request.objects.select_related("person", "predecessor", "finding__visit")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise access.no_such_request()
    return found


def own_view(number: str, *, account: Account) -> OwnView:
    """Return one's own request, or one that this account noted; NotFound for anybody else's.

    Who noted it reads what became of it, which is written down as a look, and does nothing.
    """
    request = whole_number(number)
    if not access.may_follow(request, account):
        raise access.no_such_request()
    if account.is_staff_member and not request.person.is_erased:
        people_actions.record_look(
            request.person_id, by=account, purpose="visit", what="values", case=request.number
        )
    speaks = bool(access.speaker(request, account))
    spec, state = access.spec_of(request), store.state_of(request)
    told = happenings(request, spec, state.items)
    lead = state.lead
    due = None
    if lead is not None and lead.is_open:
        due = lead.finish_due
    elif state.status == "received":
        due = state.dispatch_due
    reason = spec.reasons.get(state.reason)
    return OwnView(
        number=request.number,
        slug=request.slug,
        category=state.category,
        received=request.received_at,
        kind=spec.title,
        title=spec.title_of(state.category),
        spec=spec,
        grade=spec.grades[state.grade].title,
        area=area_title(state.area),
        words=sealing.opened(request.person, request.words, field=sealing.WORDS),
        status=state.status,
        said=status_said(state),
        due=due,
        offices=tuple(_office(item) for item in state.items.values() if not item.is_wrong),
        happenings=tuple(one for one in told if one.kind not in INTERNAL and one.is_shown),
        answer=next((one.words for one in told if one.kind == "answered" and one.is_shown), ""),
        may=frozenset(_acts(request, spec, state) if speaks else ()),
        where=reason.where if reason is not None and state.outcome == "not_accepted" else Text(""),
        score=state.score,
        solved=state.solved,
        before=request.predecessor.number if request.predecessor else "",
        after=state.successor,
        urged=state.urged,
        repair=repairs.state_of_request(request.number),
        visit=request.finding.visit.number if request.finding and request.finding.visit else "",
    )


def status_said(state: State) -> Text:
    """Return how a request stands, in a few words."""
    if state.status == "closed":
        return OUTCOMES[state.outcome]
    if state.status == "handling" and state.lead is not None:
        return ITEM_STATUS[state.lead.status]
    return STATUS[state.status]


def area_title(key: str) -> Text:
    """Return a place with what it lies in: "金湖街道科创社区"; nothing where none is said."""
    path = installed.packs().district.areas.path(key)
    return Text(
        "".join(area.title.zh for area in path),
        ", ".join(area.title.to("en") for area in reversed(path)),
    )


def _acts(request: Request, spec: Appeal, state: State) -> list[str]:
    if state.status == "closed":
        return [] if state.successor else ["again"]
    acts = ["withdraw", "urge"]
    return [*acts, "answer"] if state.status == "visiting" else acts


def _office(item: Item) -> Office:
    said = RESULTS[item.result] if item.status == "answered" else ITEM_STATUS[item.status]
    due = item.finish_due if item.is_open and item.stopped is None else None
    return Office(post_title(item.post), item.is_lead, said, due)


def _lines(rows: QuerySet[Request]) -> list[OwnLine]:
    return [_line(row) for row in rows.order_by("-id")[:500]]


def _line(row: Request) -> OwnLine:
    state, spec = store.state_of(row), access.spec_of(row)
    is_late = bool(row.due_at and row.due_at < timezone.now() and not row.due_provisional)
    return OwnLine(
        number=row.number,
        title=QUIET if spec.protected else spec.title_of(row.category),
        status=row.status,
        said=status_said(state),
        received=row.received_at,
        waits=row.status == "visiting",
        is_late=is_late and row.status == "handling",
    )
