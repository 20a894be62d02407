"""What the desk sees: what to dispatch, what to do, whom to call, what to agree to, and one request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from minsheng.apps.appeals import access, catalogue, sealing, store
from minsheng.apps.appeals.models import ITEM_OPEN, Request, RequestItem
from minsheng.apps.appeals.reads.mine import area_title, status_said, whole_number
from minsheng.apps.appeals.reads.telling import Happening, happenings, post_title
from minsheng.apps.cases.reads import require_stated
from minsheng.apps.people import actions as people
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.apps.repairs import actions as repair_actions
from minsheng.apps.repairs import reads as repairs
from minsheng.apps.repairs.reads import RepairState
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.decide import may_send_back, was_answered
from minsheng.engines.appeals.spec import Way
from minsheng.engines.appeals.state import Item
from minsheng.engines.appeals.state import Request as State
from minsheng.engines.appeals.words import ITEM_STATUS
from minsheng.engines.casework.spec import FieldSpec
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Moment

MOST = 200


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One request in a list of the desk. `left_hours` until it is due; negative when late."""

    number: str
    item: str
    kind: Text
    title: Text
    area: Text
    post: Text
    said: Text
    status: str
    due: datetime | None
    left_hours: int | None
    is_lead: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that may be given a request, by office."""

    post: str
    title: Text


@dataclass(frozen=True, slots=True)
class ItemView:
    """One office's part. `may`: the acts that this account may take on it now."""

    key: str
    post: Text
    is_lead: bool
    status: str
    said: Text
    is_wrong: bool
    contact_due: Moment | None
    finish_due: Moment
    contacted: datetime | None
    tries: int
    hold_until: object
    reason: Text
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class DeskView:
    """One request as the desk sees it. `contact` is empty where the requester is hidden.

    `ways`: in which this account may speak to the requester.
    """

    number: str
    spec: Appeal
    title: Text
    category: str
    grade_key: str
    grade: Text
    area: Text
    area_key: str
    words: str
    contact: tuple[tuple[Text, Text], ...]
    firm: str
    received: datetime
    status: str
    said: Text
    dispatch_due: Moment | None
    visit_due: Moment | None
    round: int
    visits: int
    items: tuple[ItemView, ...]
    happenings: tuple[Happening, ...]
    may: frozenset[str]
    proposed: str
    proposed_helpers: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    ways: tuple[Way, ...]
    before: str
    after: str
    repair: RepairState | None
    visit: str


def dispatch_list(account: Account) -> list[DeskLine]:
    """Return the requests that wait for this account to dispatch them, the most urgent first."""
    rows = Request.objects.filter(desk_post__in=access.posts_of(account), status="received")
    return [_request_line(row) for row in _visible(rows, account)]


def calls_to_make(account: Account) -> list[DeskLine]:
    """Return the requests that wait for this account to call back, the most urgent first."""
    rows = Request.objects.filter(desk_post__in=access.posts_of(account), status="visiting")
    return [_request_line(row) for row in _visible(rows, account)]


def items_of_posts(account: Account) -> list[DeskLine]:
    """Return the open items of this account's posts, by due moment."""
    rows = RequestItem.objects.filter(
        post__in=access.posts_of(account), status__in=ITEM_OPEN
    ).select_related("request")
    return _item_lines(rows.order_by("finish_due", "pk"), account)


def wishes_to_answer(account: Account) -> list[DeskLine]:
    """Return the items about which this account must decide: duty, holds, more time."""
    rows = RequestItem.objects.filter(asks_post__in=access.posts_of(account)).exclude(asks_post="")
    return _item_lines(rows.select_related("request").order_by("pk"), account)


def request_needs_purpose(number: str, *, account: Account) -> bool:
    """Whether this account may open a request, and must say first why: it is protected."""
    request = whole_number(number)
    spec = access.spec_of(request)
    is_seen = access.may_see(spec, store.state_of(request), access.held_by(account))
    return spec.protected and is_seen


def desk_view(number: str, *, account: Account, purpose: str = "") -> DeskView:
    """Return a request for one of the posts it has to do with, after writing down the look.

    `purpose`: one of `people.purposes.ASKED_PURPOSES`, needed for a protected one; NotAllowed for
    none, WrongInput for any other.
    """
    request = whole_number(number)
    spec, state, held = access.spec_of(request), store.state_of(request), access.held_by(account)
    if not access.may_see(spec, state, held):
        raise access.no_such_request()
    posts = held.in_kind(spec)
    duty = sorted(access.posts_on(spec, state) & posts)[0]
    if spec.protected:
        require_stated(purpose)
    if not request.person.is_erased:
        people.record_look(
            request.person_id, by=account, purpose=purpose or "case", what="values",
            case=request.number, post_key=duty, is_protected=spec.protected,
        )  # fmt: skip
    duty_now = spec.duty_of(state.category, catalogue.area_path(state.area), timezone.localdate())
    # A helper who has answered in this round isn't asked again because the lead sent it back.
    heard = {
        item.post
        for item in state.items.values()
        if item.status == "answered" and item.round == state.round
    }
    return DeskView(
        number=request.number,
        spec=spec,
        title=spec.title_of(state.category),
        category=state.category,
        grade_key=state.grade,
        grade=spec.grades[state.grade].title,
        area=area_title(state.area),
        area_key=state.area,
        words=sealing.opened(request.person, request.words, field=sealing.WORDS),
        contact=_contact(request, spec, held),
        firm=_firm(request, spec, held),
        received=request.received_at,
        status=state.status,
        said=status_said(state),
        dispatch_due=state.dispatch_due,
        visit_due=state.visit_due,
        round=state.round,
        visits=state.visits,
        items=tuple(_item_view(item, request, spec, state, posts) for item in state.items.values()),
        happenings=tuple(happenings(request, spec, state.items)),
        may=frozenset([*_acts(spec, state, posts), *_repairs(request, spec, state, account)]),
        proposed=duty_now.post,
        proposed_helpers=tuple(post for post in duty_now.helpers if post not in heard),
        candidates=_candidates(spec, state),
        ways=_ways(request, spec, state, posts),
        before=request.predecessor.number if request.predecessor else "",
        after=state.successor,
        repair=repairs.state_of_request(request.number),
        visit=request.finding.visit.number if request.finding and request.finding.visit else "",
    )


def _visible(rows: QuerySet[Request], account: Account) -> list[Request]:
    held = access.held_by(account)
    found = rows.order_by("due_at", "pk")[:MOST]
    return [row for row in found if access.may_see(access.spec_of(row), store.state_of(row), held)]


def _item_lines(rows: QuerySet[RequestItem], account: Account) -> list[DeskLine]:
    """Return the items of requests that this account may see."""
    held = access.held_by(account)
    return [
        _item_line(row)
        for row in rows[:MOST]
        if access.may_see(access.spec_of(row.request), store.state_of(row.request), held)
    ]


def _firm(request: Request, spec: Appeal, held: access.Held) -> str:
    known = request.organisation and access.knows_requester(spec, held)
    return request.organisation.name if request.organisation and known else ""


def _ways(request: Request, spec: Appeal, state: State, held: frozenset[str]) -> tuple[Way, ...]:
    """Return the ways in which somebody with these posts may speak to the requester now."""
    post = state.lead.post if state.lead else ""
    return tuple(way for way in spec.ways if access.contact_post(request, spec, post, way) in held)


def _contact(request: Request, spec: Appeal, held: access.Held) -> tuple[tuple[Text, Text], ...]:
    if not access.knows_requester(spec, held):
        return ()
    answers = sealing.opened_contact(request.person, request.contact)
    return tuple(
        (one.label, _in_words(one, answers[key]))
        for key, one in spec.fields.items()
        if answers.get(key)
    )


def _in_words(asked: FieldSpec, answer: str) -> Text:
    """Return an answer as it was chosen from the list, or as it was typed."""
    return next((one.label for one in asked.options if one.key == answer), Text(answer))


def _candidates(spec: Appeal, state: State) -> tuple[Candidate, ...]:
    """Return every post that the catalogue names, by office and title."""
    named = {spec.backstop_of(state.category)}
    for category in spec.catalogue.values():
        named |= {post for duty in category.duties for post in (duty.post, *duty.helpers)}
        named |= {category.backstop}
    known = installed.packs().district.posts
    return tuple(Candidate(post, post_title(post)) for post in known if post in named)


def _acts(spec: Appeal, state: State, held: frozenset[str]) -> list[str]:
    acts = []
    if state.status == "received" and access.dispatcher(spec, state) in held:
        acts += ["dispatch", "classify"]
        if not was_answered(state):
            acts.append("refuse")
    if state.status == "handling":
        leads = {i.post for i in state.open_items if i.is_lead}
        if held & ({spec.dispatcher, spec.redo} | leads):
            acts.append("add_helper")
    if state.status == "visiting" and spec.visit.post in held:
        acts.append("visit")
    return acts


def may_open(number: str, account: Account) -> bool:
    """Whether this member of staff may open a request at the desk, so that a page may lead there."""
    found = Request.objects.filter(number=number).first() if number else None
    if found is None:
        return False
    return access.may_see(access.spec_of(found), store.state_of(found), access.held_by(account))


def _repairs(request: Request, spec: Appeal, state: State, account: Account) -> list[str]:
    """Return "repair" where this account may open one of this request now."""
    held = access.posts_of(account)
    in_hand = any(item.post in held and item.status == "open" for item in state.open_items)
    if not in_hand or not spec.parts_of(state.category) or not repair_actions.may_report(account):
        return []
    return [] if repairs.repair_of_request(request.number) else ["repair"]


def _item_acts(
    item: Item, request: Request, spec: Appeal, state: State, held: frozenset[str]
) -> list[str]:
    grade, acts = spec.grades[state.grade], list[str]()
    if not item.is_open:
        return acts
    if item.status == "open" and item.is_lead and _ways(request, spec, state, held):
        acts.append("contact")
    if item.post in held:
        acts += {"waiting": ["sign"], "open": ["answer"], "held": ["end_hold"]}.get(item.status, [])
        if item.status in ("waiting", "open"):
            is_backstop = item.post == spec.backstop_of(state.category)
            acts += ["send_back"] if may_send_back(spec, state, item) else []
            acts += [] if item.was_disputed or is_backstop else ["dispute"]
        if item.status == "open":
            acts += ["extend"] if grade.extend and not item.extension else []
            acts += ["hold"] if item.hold != "asked" else []
    if item.status == "disputed" and spec.dispute.decide in held:
        acts.append("decide_dispute")
    if item.status == "open" and item.hold == "asked" and spec.hold.approver in held:
        acts.append("answer_hold")
    if item.extension == "asked" and grade.extend and grade.extend.approver in held:
        acts.append("answer_extension")
    if not item.is_lead and held & {spec.dispatcher, spec.redo}:
        acts.append("relieve")
    return acts


def _item_view(
    item: Item, request: Request, spec: Appeal, state: State, held: frozenset[str]
) -> ItemView:
    reason = spec.reasons.get(item.reason)
    return ItemView(
        key=item.key,
        post=post_title(item.post),
        is_lead=item.is_lead,
        status=item.status,
        said=ITEM_STATUS[item.status],
        is_wrong=item.is_wrong,
        contact_due=item.contact_due,
        finish_due=item.finish_due,
        contacted=item.contacted,
        tries=item.tries,
        hold_until=item.hold_until,
        reason=reason.title if reason else Text(""),
        may=frozenset(_item_acts(item, request, spec, state, held)),
    )


def _request_line(row: Request) -> DeskLine:
    spec, state = access.spec_of(row), store.state_of(row)
    return DeskLine(
        number=row.number,
        item="",
        kind=spec.title,
        title=spec.title_of(row.category),
        area=area_title(row.area),
        post=post_title(row.desk_post),
        said=status_said(state),
        status=row.status,
        due=row.due_at,
        left_hours=_hours_left(row.due_at),
        is_lead=True,
    )


def _item_line(row: RequestItem) -> DeskLine:
    request = row.request
    spec, state = access.spec_of(request), store.state_of(request)
    item = state.items[row.key]
    is_stopped = item.stopped is not None
    due = None if is_stopped else item.finish_due.at
    if not is_stopped and item.contacted is None and item.contact_due is not None:
        due = min(item.contact_due.at, item.finish_due.at)
    return DeskLine(
        number=request.number,
        item=row.key,
        kind=spec.title,
        title=spec.title_of(request.category),
        area=area_title(request.area),
        post=post_title(row.post),
        said=ITEM_STATUS[item.status],
        status=item.status,
        due=due,
        left_hours=_hours_left(due),
        is_lead=row.is_lead,
    )


def _hours_left(due: datetime | None) -> int | None:
    return None if due is None else int((due - timezone.now()).total_seconds() // 3600)
