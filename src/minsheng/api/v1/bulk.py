"""Many items of one kind at once, and the load of the offices: the same acts as at the desk."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_after
from minsheng.api.v1.shapes import LARGEST_ID, LONGEST_TEXT, Shape, Words, words
from minsheng.apps.cases import actions, reads

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

router = Router()


class BulkEvidence(Shape):
    """How the unknown checks of one item were settled."""

    item: int = Field(ge=1, le=LARGEST_ID)
    text: str = Field(max_length=LONGEST_TEXT)


class BulkDecision(Shape):
    """Which items, all of one kind, and what to do. `return` wants a reason and a message.

    `purpose` (case, review, audit) must be said where one of them holds sensitive data.
    """

    items: list[int] = Field(min_length=1, max_length=50)
    act: Literal["approve", "return"]
    reason: str = Field("", max_length=80)
    message: str = Field("", max_length=LONGEST_TEXT)
    evidence: list[BulkEvidence] = Field(default_factory=list, max_length=50)
    purpose: Literal["", "case", "review", "audit"] = ""

    @property
    def told(self) -> dict[int, str]:
        """The evidence by item."""
        return {one.item: one.text for one in self.evidence}


class BulkForeseen(Shape):
    """One item before the act: whether it goes along, what follows, or why not."""

    id: int
    case: str
    goes: bool
    wants_evidence: bool
    text: Words
    follows: list[Words]


class BulkPreview(Shape):
    """What would happen to each item."""

    items: list[BulkForeseen]


class BulkOutcome(Shape):
    """One item after the act."""

    id: int
    case: str
    done: bool
    may_undo: bool
    text: Words


class BulkOutcomes(Shape):
    """How each item went."""

    results: list[BulkOutcome]


class OfficerFinished(Shape):
    """What one officer finished in each week."""

    name: str
    done: list[int]


class PostWork(Shape):
    """What lies with one post, and what it finished in each week."""

    post: str
    title: Words
    office: Words
    open: int
    late: int
    due_this_week: int
    stopped: int
    unclaimed: int
    is_filled: bool
    done: list[int]
    officers: list[OfficerFinished]


class Workload(Shape):
    """The load of the posts of my offices, of all for a leader. `weeks` are Mondays, oldest first."""

    weeks: list[date]
    posts: list[PostWork]


@router.post("/bulk/preview", response=BulkPreview)
def preview_bulk(
    request: HttpRequest, payload: BulkDecision, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Return what a bulk act would do to each item. Nothing is decided; that I looked is recorded."""
    account = officer(request)

    def act() -> BulkPreview:
        lines = actions.preview_bulk(
            payload.items,
            by=account,
            act=payload.act,
            reason=payload.reason,
            evidence=payload.told,
            purpose=_purpose(payload, account),
        )
        return BulkPreview(
            items=[
                BulkForeseen(
                    id=line.id,
                    case=line.number,
                    goes=line.goes,
                    wants_evidence=line.wants_evidence,
                    text=words(line.words),
                    follows=[words(one) for one in line.follows],
                )
                for line in lines
            ]
        )

    return answer_after(request, idempotency_key, act)


@router.post("/bulk/decisions", response=BulkOutcomes)
def decide_bulk(
    request: HttpRequest, payload: BulkDecision, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Decide many items of one kind, one transaction each; those that can't go along are explained."""
    account = officer(request)

    def act() -> BulkOutcomes:
        _purpose(payload, account)
        results = actions.decide_bulk(
            payload.items,
            by=account,
            act=payload.act,
            reason=payload.reason,
            message=payload.message,
            evidence=payload.told,
        )
        return BulkOutcomes(
            results=[
                BulkOutcome(
                    id=one.id,
                    case=one.number,
                    done=one.done,
                    may_undo=one.may_undo,
                    text=words(one.words),
                )
                for one in results
            ]
        )

    return answer_after(request, idempotency_key, act)


@router.get("/load", response=Workload)
def read_load(request: HttpRequest) -> Workload:
    """Return the load of the posts of my offices; of all posts for a leader."""
    on = timezone.localdate()
    return Workload(
        weeks=list(reads.weeks_until(on)),
        posts=[
            PostWork(
                post=post.key,
                title=words(post.title),
                office=words(post.office),
                open=post.open,
                late=post.late,
                due_this_week=post.this_week,
                stopped=post.stopped,
                unclaimed=post.unclaimed,
                is_filled=post.is_filled,
                done=list(post.done),
                officers=[
                    OfficerFinished(name=one.name, done=list(one.done)) for one in post.officers
                ],
            )
            for post in reads.load_of(officer(request), on=on)
        ],
    )


def _purpose(payload: BulkDecision, account: Account) -> str:
    """Return why these items are opened; raises NotAllowed where that must be said and isn't."""
    if not payload.purpose and reads.any_needs_purpose(payload.items, account=account):
        raise reads.no_purpose()
    return payload.purpose or "case"
