"""The ledger: entries with owner, day and closing check; plans as trees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.paging import Cursor, Limit, page
from minsheng.api.v1.ratings import Serial
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Source, Words, source, words
from minsheng.apps.projects import actions, reads
from minsheng.apps.projects.actions import NewEntry, NewMilestone, Shown
from minsheng.apps.projects.words import said
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.apps.projects.models import Entry

router = Router()
Given = TypeVar("Given")
MOST_FEN = 10**15 - 1
LONGEST = 1000
PostKey = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9_.\-]*$")]
ChangeId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Fen = Annotated[int, Field(ge=0, le=MOST_FEN)]
ListName = Literal["problem", "task", "project"]
Filter = Annotated[str, Query("", max_length=60)]


class EntryMilestone(Shape):
    """One milestone: its part of the whole, its day, the day it was done."""

    key: str
    title: Words
    weight: int
    due: date
    done_on: date | None


class EntryRow(Shape):
    """One entry in a list. Shares are hundredths of the whole, null where unknown; money is fen."""

    number: str
    kind: ListName
    plan: str
    title: Words
    owner: Words
    state: str
    due: date | None
    done_percent: int | None
    planned_percent: int | None
    light: Literal["", "yellow", "red"]
    warnings: list[Words]
    planned_fen: int | None
    approved_fen: int | None
    spent_fen: int | None
    area: str
    is_public: bool


class EntryPage(Shape):
    """The entries I may see, the soonest due first."""

    rows: list[EntryRow]
    next: str | None


class EntryHappened(Shape):
    """One line of an entry's history."""

    kind: str
    at: datetime
    by: Words
    words: str


class EntryChange(Shape):
    """A wish to change something of an entry."""

    id: int
    what: str
    before: str
    after: str
    reason: str
    state: str


class EntryWhole(EntryRow):
    """One entry with its milestones, changes and history."""

    scope: str
    helpers: list[Words]
    checker: Words
    observe_until: date | None
    reopened: int
    milestones: list[EntryMilestone]
    changes: list[EntryChange]
    history: list[EntryHappened]


class MilestoneGiven(Shape):
    """A milestone of a new entry."""

    title: str = Field(min_length=1, max_length=120)
    due: date
    weight: int = Field(1, ge=1, le=100)


class EntryGiven(Shape):
    """A new entry. Without an owner or a day it is only listed."""

    title: str = Field(min_length=1, max_length=120)
    kind: ListName = "task"
    scope: str = Field("", max_length=LONGEST)
    owner: PostKey = ""
    helpers: list[PostKey] = Field(default_factory=list, max_length=10)
    checker: PostKey = ""
    due: date | None = None
    area: PostKey = ""
    planned_fen: Fen | None = None
    approved_fen: Fen | None = None
    is_public: bool = False
    milestones: list[MilestoneGiven] = Field(default_factory=list, max_length=40)


class EntryAct(Shape):
    """One act on an entry. `words` show something; `milestone`, `spent_fen` and `rain_on` belong to theirs."""

    act: Literal[
        "news", "milestone", "money", "finish", "rain", "ask", "pass", "fail", "reopen", "drop"
    ]
    words: str = Field("", max_length=LONGEST)
    milestone: str = Field("", max_length=60)
    spent_fen: Fen | None = None
    rain_on: date | None = None


class EntryAssigned(Shape):
    """Who has an entry from now on, and until when."""

    owner: PostKey
    due: date


class ChangeGiven(Shape):
    """What is to change, into what, and why. A day as 2026-05-31, a sum in yuan, words, or a post."""

    what: Literal["due", "approved_fen", "scope", "owner"]
    after: str = Field(min_length=1, max_length=LONGEST)
    reason: str = Field(min_length=1, max_length=500)


class ChangeDecided(Shape):
    """Whether a change is agreed to, and why."""

    agreed: bool
    answer: str = Field(min_length=1, max_length=500)


class EntryReceipt(Shape):
    """An entry after an act."""

    number: str
    state: str
    round: int


class PlanLine(Shape):
    """One plan added up. Progress lies between two hundredths: `unlisted` places may be anywhere."""

    plan: str
    title: Words
    source: Source
    entries: int
    closed: int
    late: int
    unlisted: int
    least_percent: int
    most_percent: int
    planned_fen: int | None


class PlanList(Shape):
    """The plans I may see."""

    rows: list[PlanLine]


class HelpersGiven(Shape):
    """All posts that help with an entry."""

    helpers: list[str] = Field(max_length=40)


class MilestoneAdded(Shape):
    """One more milestone of an entry."""

    title: str = Field(max_length=120)
    due: date
    weight: int = Field(1, ge=1, le=1000)


class Visibility(Shape):
    """Whether everybody may read an entry."""

    is_public: bool


@router.get("/projects", response=EntryPage)
def list_projects(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 20,
    plan: Filter = "",
    state: Filter = "",
    light: Filter = "",
) -> EntryPage:
    """Return the entries of the ledger I may see; `light` "any" is every one with a warning."""
    wanted = reads.Filters(plan=plan, state=state, light=light)
    rows, following = page(
        reads.entries(officer(request), wanted),
        place=lambda row: (row.due.isoformat() if row.due else "9", row.number),
        cursor=cursor,
        limit=limit,
    )
    return EntryPage(rows=[EntryRow(**_row(row)) for row in rows], next=following)


@router.post("/projects", response=EntryReceipt)
def open_project(
    request: HttpRequest, payload: EntryGiven, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Put an entry into the ledger; with an owner and a day it is in hand at once."""
    account = officer(request)
    new = NewEntry(
        title=Text(payload.title),
        kind=payload.kind,
        scope=payload.scope,
        owner=payload.owner,
        helpers=tuple(payload.helpers),
        checker=payload.checker,
        due=payload.due,
        area=payload.area,
        planned_fen=payload.planned_fen,
        approved_fen=payload.approved_fen,
        is_public=payload.is_public,
        milestones=[
            NewMilestone(title=Text(one.title), due=one.due, weight=one.weight)
            for one in payload.milestones
        ],
    )
    return answer_once(
        request, idempotency_key, lambda: _receipt(actions.open_entry(new, by=account))
    )


@router.get("/projects/{number}", response=EntryWhole)
def read_project(request: HttpRequest, number: Serial) -> EntryWhole:
    """Return one entry with its milestones, changes and history."""
    view = reads.entry(number, account=officer(request))
    return EntryWhole(
        **_row(view.row),
        scope=view.scope,
        helpers=[words(one) for one in view.helpers],
        checker=words(view.checker),
        observe_until=view.observe_until,
        reopened=view.reopened,
        milestones=[
            EntryMilestone(
                key=one.key,
                title=words(one.title),
                weight=one.weight,
                due=one.due,
                done_on=one.done_on,
            )
            for one in view.row.milestones
        ],
        changes=[
            EntryChange(
                id=one.id,
                what=one.what,
                before=one.before,
                after=one.after,
                reason=one.reason,
                state=one.state,
            )
            for one in view.changes
        ],
        history=[
            EntryHappened(kind=one.kind, at=one.at, by=words(one.who), words=one.words)
            for one in view.history
        ],
    )


@router.post("/projects/{number}/acts", response=EntryReceipt)
def act_on_project(
    request: HttpRequest, number: Serial, payload: EntryAct, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Do one thing to an entry: report, finish a milestone, ask for the check, check it."""
    account = officer(request)
    return answer_once(request, idempotency_key, lambda: _receipt(_acted(number, payload, account)))


@router.post("/projects/{number}/assignment", response=EntryReceipt)
def assign_project(
    request: HttpRequest,
    number: Serial,
    payload: EntryAssigned,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Give a listed entry its owner and its day, as the leader or the plan's steward."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            actions.assign_entry(number, by=account, owner=payload.owner, due=payload.due)
        ),
    )


@router.post("/projects/{number}/helpers", response=EntryReceipt)
def set_project_helpers(
    request: HttpRequest,
    number: Serial,
    payload: HelpersGiven,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Name all posts that help with an entry; an empty list: none."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.set_helpers(number, payload.helpers, by=account)),
    )


@router.post("/projects/{number}/milestones", response=EntryReceipt)
def add_project_milestone(
    request: HttpRequest,
    number: Serial,
    payload: MilestoneAdded,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Add a milestone; it counts in the progress of the entry from now on."""
    account = officer(request)
    new = NewMilestone(title=Text(payload.title), due=payload.due, weight=payload.weight)
    return answer_once(
        request, idempotency_key, lambda: _receipt(actions.add_milestone(number, new, by=account))
    )


@router.post("/projects/{number}/visibility", response=EntryReceipt)
def set_project_visibility(
    request: HttpRequest, number: Serial, payload: Visibility, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Let everybody read an entry, or only the offices that take part."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.set_public(number, payload.is_public, by=account)),
    )


@router.post("/projects/{number}/changes", response=EntryReceipt)
def ask_project_change(
    request: HttpRequest, number: Serial, payload: ChangeGiven, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Ask for a later day, other money, another scope or owner; somebody else decides."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            actions.ask_change(
                number, payload.what, payload.after, reason=payload.reason, by=account
            ).entry
        ),
    )


@router.post("/projects/{number}/changes/{change}", response=EntryReceipt)
def decide_project_change(
    request: HttpRequest,
    number: Serial,
    change: ChangeId,
    payload: ChangeDecided,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Agree to a change or refuse it, as the head of the office or the leader."""
    account = officer(request)
    reads.entry(number, account=account)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            actions.decide_change(
                change, agreed=payload.agreed, answer=payload.answer, by=account
            ).entry
        ),
    )


@router.get("/plans", response=PlanList)
def list_plans(request: HttpRequest) -> PlanList:
    """Return the plans I may see, each added up."""
    return PlanList(
        rows=[
            PlanLine(
                plan=tree.plan.plan,
                title=words(tree.plan.title),
                source=source(tree.plan.cite),
                entries=tree.total.entries,
                closed=tree.total.closed,
                late=tree.total.late,
                unlisted=tree.total.unlisted,
                least_percent=tree.total.percents[0],
                most_percent=tree.total.percents[1],
                planned_fen=tree.total.planned.whole,
            )
            for tree in reads.plan_trees(officer(request))
        ]
    )


def _acted(number: str, payload: EntryAct, by: Account) -> Entry:
    shown = Shown(payload.words)
    acts: Mapping[str, Callable[[], Entry]] = {
        "news": lambda: actions.add_news(number, shown, by=by),
        "milestone": lambda: actions.finish_milestone(number, payload.milestone, shown, by=by),
        "money": lambda: actions.report_money(
            number, _given(payload.spent_fen, "spent_fen"), by=by
        ),
        "finish": lambda: actions.begin_observation(number, shown, by=by),
        "rain": lambda: actions.record_rain(
            number, shown, on=_given(payload.rain_on, "rain_on"), by=by
        ),
        "ask": lambda: actions.ask_check(number, shown, by=by),
        "pass": lambda: actions.check_entry(number, shown, passed=True, by=by),
        "fail": lambda: actions.check_entry(number, shown, passed=False, by=by),
        "reopen": lambda: actions.reopen_entry(number, shown, by=by),
        "drop": lambda: actions.drop_entry(number, shown, by=by),
    }
    return acts[payload.act]()


def _given(value: Given | None, field: str) -> Given:
    if value is None:
        raise WrongInput(
            "projects.value_missing",
            "这一步还少一个数。请补上再发。",
            "This act needs one more value. Add it and send again.",
            field=field,
        )
    return value


def _row(row: reads.Row) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "plan": row.plan,
        "title": words(row.title),
        "owner": words(row.owner),
        "state": row.state,
        "due": row.due,
        "done_percent": None if row.progress is None else int(row.progress * 100),
        "planned_percent": None if row.expected is None else int(row.expected * 100),
        "light": row.light,
        "warnings": [words(said(one)) for one in row.signals],
        "planned_fen": row.planned_fen,
        "approved_fen": row.approved_fen,
        "spent_fen": row.spent_fen,
        "area": row.area,
        "is_public": row.is_public,
    }


def _receipt(entry: Entry) -> EntryReceipt:
    return EntryReceipt(number=entry.number, state=entry.state, round=entry.round)
