"""The three separated administrators' acts, and background steps that gave up.

System: offices and posts. Security: sign-ins of staff, their posts and the end of both. Audit: whether
the ledger is whole (its entries and findings are among the safeguards). Nobody does two of these.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions as case_actions
from minsheng.apps.cases import reads as cases
from minsheng.apps.people import access, actions, reads
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account, Assignment, Post

router = Router()
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Key = Annotated[str, Field(max_length=40)]


class PostRow(Shape):
    """One post with its rights, and how many fill it today."""

    key: str
    title: Words
    filled: int
    may_look: bool
    may_vouch: bool
    may_lead: bool
    opens_protected: bool


class OfficeRow(Shape):
    """One office with its posts."""

    key: str
    title: Words
    posts: list[PostRow]


class OfficeRows(Shape):
    """All offices, by key."""

    rows: list[OfficeRow]


class OfficeNamed(Shape):
    """An office, made or renamed."""

    key: Key
    title_zh: str = Field(max_length=100)
    title_en: str = Field("", max_length=200)


class PostNamed(Shape):
    """A post of an office, made or changed. `key` is the part after the office's."""

    key: Key
    title_zh: str = Field(max_length=100)
    title_en: str = Field("", max_length=200)
    may_look: bool = True
    may_vouch: bool = False
    may_lead: bool = False
    opens_protected: bool = False


class Named(Shape):
    """The key of what was named."""

    key: str


class Held(Shape):
    """One assignment of a member of staff, from a day and perhaps until one."""

    assignment: int
    post: str
    since: date
    until: date | None


class StaffRow(Shape):
    """One sign-in of staff. `has_password`: its owner has set the first one."""

    account: int
    username: str
    display: str
    is_open: bool
    has_password: bool
    posts: list[Held]


class StaffRows(Shape):
    """The sign-ins of staff, open ones first."""

    rows: list[StaffRow]


class StaffOpened(Shape):
    """A new sign-in; it has no password until its owner sets one by the link."""

    username: str = Field(max_length=40)
    display: str = Field(max_length=60)


class StaffReceipt(Shape):
    """The sign-in after an act."""

    account: int
    is_open: bool


class PostGiven(Shape):
    """Which post, from which day (today) and perhaps until which."""

    post: str = Field(max_length=80)
    since: date | None = None
    until: date | None = None


class PassLink(Shape):
    """The secret by which the owner sets the first password, once, within three days."""

    secret: str


class LedgerProblem(Shape):
    """One place where the ledger isn't what it was."""

    code: str
    where: str
    text: Words


class LedgerChecked(Shape):
    """Whether the ledger is whole, and what was found where it isn't."""

    is_whole: bool
    entries: int
    found: int
    problems: list[LedgerProblem]


class StuckStep(Shape):
    """One background step that gave up. `may_retry`: it is mine to try again."""

    id: int
    kind: str
    text: Words
    item: Words
    case: str
    error: str
    attempts: int
    stuck_at: datetime | None
    may_retry: bool


class StuckSteps(Shape):
    """The stuck steps that are mine; all for the system and the audit administrator."""

    rows: list[StuckStep]


class Retried(Shape):
    """The step that will be tried again."""

    id: int


# ── the system administrator ────────────────────────────────────────────────────────────────────
@router.get("/offices", response=OfficeRows)
def list_offices(request: HttpRequest) -> OfficeRows:
    """Return offices and posts, for the system administrator."""
    access.require_duty(officer(request), "system")
    return OfficeRows(
        rows=[
            OfficeRow(
                key=line.office.key,
                title=words(line.office.title),
                posts=[_post(one.post, one.filled) for one in line.posts],
            )
            for line in reads.offices()
        ]
    )


@router.post("/offices", response=Named)
def name_office(
    request: HttpRequest, payload: OfficeNamed, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Make or rename an office: the system administrator."""
    by, title = officer(request), Text(payload.title_zh.strip(), payload.title_en.strip())
    return answer_once(
        request,
        idempotency_key,
        lambda: Named(key=actions.name_office(by, key=payload.key, title=title).key),
    )


@router.post("/offices/{office}/posts", response=Named)
def name_post(
    request: HttpRequest,
    office: Annotated[str, Path(max_length=40)],
    payload: PostNamed,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Make or change a post of an office: the system administrator."""
    by, title = officer(request), Text(payload.title_zh.strip(), payload.title_en.strip())

    def act() -> Named:
        post = actions.name_post(
            by,
            office=office,
            key=payload.key,
            title=title,
            may_look=payload.may_look,
            may_vouch=payload.may_vouch,
            may_lead=payload.may_lead,
            opens_protected=payload.opens_protected,
        )
        return Named(key=post.key)

    return answer_once(request, idempotency_key, act)


# ── the security administrator ──────────────────────────────────────────────────────────────────
@router.get("/staff", response=StaffRows)
def list_staff(
    request: HttpRequest, text: Annotated[str, Query("", max_length=40)] = ""
) -> StaffRows:
    """Return the sign-ins of staff with their posts, for the security administrator."""
    access.require_duty(officer(request), "security")
    return StaffRows(
        rows=[
            StaffRow(
                account=line.account.pk,
                username=line.account.username,
                display=line.account.display,
                is_open=line.account.is_active,
                has_password=line.has_password,
                posts=[_held(row) for row in line.assignments],
            )
            for line in reads.staff_accounts(text)
        ]
    )


@router.post("/staff", response=StaffReceipt)
def open_staff_account(
    request: HttpRequest, payload: StaffOpened, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Open a sign-in for a member of staff: the security administrator."""
    by = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _staff(
            actions.open_staff_account(by, payload.username, display=payload.display, demo=by.demo)
        ),
    )


@router.post("/staff/{account}/password-link", response=PassLink)
def first_password_link(request: HttpRequest, account: RowId) -> PassLink:
    """Return the secret for the first password, to hand to its owner: the security administrator."""
    refuse_body(request)
    by = officer(request)
    access.require_duty(by, "security")
    return PassLink(secret=actions.first_password_secret(by, reads.account(account)))


@router.post("/staff/{account}/posts", response=Held)
def give_post(
    request: HttpRequest, account: RowId, payload: PostGiven, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Give somebody a post, never oneself: the security administrator."""
    by = officer(request)
    access.require_duty(by, "security")
    since = payload.since or timezone.localdate()

    def act() -> Held:
        found, post = reads.account(account), reads.post(payload.post)
        return _held(actions.give_post(by, found, post, since=since, until=payload.until))

    return answer_once(request, idempotency_key, act)


@router.post("/assignments/{assignment}/end", response=Held)
def take_post(
    request: HttpRequest, assignment: RowId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take a post from somebody today, never from oneself: the security administrator."""
    refuse_body(request)
    by = officer(request)
    access.require_duty(by, "security")

    def act() -> Held:
        row = reads.assignment(assignment)
        return _held(actions.take_post(by, row, on=max(timezone.localdate(), row.since)))

    return answer_once(request, idempotency_key, act)


@router.post("/staff/{account}/close", response=StaffReceipt)
def close_staff_account(
    request: HttpRequest, account: RowId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Close a sign-in of staff for good, never one's own: the security administrator."""
    refuse_body(request)
    by = officer(request)
    access.require_duty(by, "security")

    def act() -> StaffReceipt:
        found = reads.account(account)
        actions.close_staff_account(by, found)
        return _staff(reads.account(found.pk))

    return answer_once(request, idempotency_key, act)


# ── the audit administrator ─────────────────────────────────────────────────────────────────────
@router.get("/audit/ledger", response=LedgerChecked)
def check_ledger(request: HttpRequest) -> LedgerChecked:
    """Return whether the ledger is whole, for the audit administrator; it takes a while."""
    access.require_duty(officer(request), "audit")
    folder = settings.MINSHENG_SEALS
    report = audit.verify(folder if folder.exists() else None, heads=cases.claims())
    return LedgerChecked(
        is_whole=report.ok,
        entries=report.entries,
        found=report.found,
        problems=[
            LedgerProblem(code=one.code, where=one.where, text=words(one.text))
            for one in report.problems
        ],
    )


# ── background steps that gave up ───────────────────────────────────────────────────────────────
@router.get("/stuck", response=StuckSteps)
def list_stuck(request: HttpRequest) -> StuckSteps:
    """Return the background steps that gave up and are mine to look after."""
    return StuckSteps(
        rows=[
            StuckStep(
                id=line.effect.id,
                kind=line.effect.kind,
                text=words(line.words),
                item=words(line.title),
                case=line.case,
                error=line.effect.last_error_code,
                attempts=line.effect.attempts,
                stuck_at=line.effect.stuck_at,
                may_retry=line.may_retry,
            )
            for line in cases.stuck_for(officer(request))
        ]
    )


@router.post("/stuck/{step}/retry", response=Retried)
def retry_stuck(
    request: HttpRequest, step: RowId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Try one again: the system administrator, or the post whose item it follows."""
    refuse_body(request)
    by = officer(request)

    def act() -> Retried:
        case_actions.retry_stuck(step, by=by)
        return Retried(id=step)

    return answer_once(request, idempotency_key, act)


def _post(post: Post, filled: int) -> PostRow:
    return PostRow(
        key=post.key,
        title=words(post.title),
        filled=filled,
        may_look=post.may_look,
        may_vouch=post.may_vouch,
        may_lead=post.may_lead,
        opens_protected=post.opens_protected,
    )


def _held(row: Assignment) -> Held:
    return Held(assignment=row.pk, post=row.post.key, since=row.since, until=row.until)


def _staff(account: Account) -> StaffReceipt:
    return StaffReceipt(account=account.pk, is_open=account.is_active)
