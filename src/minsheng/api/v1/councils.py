"""Three ways and what follows: how a request was sorted, meetings, votes of households, the small fund."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.once import IdempotencyKey, answer_once, answer_secret
from minsheng.api.v1.requests import RequestNumber
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.appeals import actions as appeals
from minsheng.apps.appeals import reads as requests
from minsheng.apps.councils import actions, reads

if TYPE_CHECKING:
    from minsheng.apps.appeals.models import Sorted
    from minsheng.apps.appeals.reads import SortingView
    from minsheng.apps.councils.models import Matter, Payment

router = Router()
MatterId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
VoteId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
PaymentId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
MOST_FEN = 10**9


class SortedAnswer(Shape):
    """One question a request was sorted by, with its answer."""

    ask: Words
    answer: Words


class Sorting(Shape):
    """How a request stands between big, small and private. `may`: judge, send_back or challenge."""

    number: str
    outcome: str
    size: Words
    reason: Words | None
    level: Words
    answers: list[SortedAnswer]
    may: list[str]


class SortingReceipt(Shape):
    """How it stands after an act."""

    number: str
    size: str
    outcome: str
    level: int


class SortingAnswers(Shape):
    """The answers to the questions of the pack, by their keys; yes or no where there are no options."""

    answers: dict[str, str] = Field(max_length=20)


class SortingReason(Shape):
    """Why one doesn't agree, or sends it back."""

    reason: str = Field(min_length=1, max_length=1000)


class HotSpot(Shape):
    """A kind in a place with more requests than usual: `one_in` so many weeks by chance."""

    title: Words
    area: str
    area_title: Words
    count: int
    usual: float
    before: int
    one_in: int
    numbers: list[str]


class HotSpots(Shape):
    """The hot spots of this week, the least likely first."""

    rows: list[HotSpot]


class CouncilLine(Shape):
    """One thing that neighbours settle."""

    id: int
    title: str
    area: Words
    state: str
    said: Words


class CouncilChoice(Shape):
    """One choice. `votes` is null until the vote is closed."""

    key: str
    words: Words
    cost_fen: int
    votes: int | None
    is_chosen: bool


class CouncilVote(Shape):
    """A vote of households. `outcome`: "" until it is closed, then agreed, refused, too_few or divided."""

    id: int
    question: str
    opens_on: date
    closes_on: date
    is_open: bool
    entitled: int
    took_part: int
    quorum_percent: int
    majority_percent: int
    outcome: str
    said: Words
    choices: list[CouncilChoice]


class CouncilMeeting(Shape):
    """A meeting; `came` is null until it was held."""

    at: datetime
    place: str
    invited: int
    came: int | None
    minutes: str


class CouncilShare(Shape):
    """One of the five parties, with the part it takes, or ""."""

    party: str
    title: Words
    words: str


class CouncilPayment(Shape):
    """What the fund pays. Residents see what was paid; the desk sees all, with the payee."""

    id: int
    what: str
    payee: str
    amount_fen: int
    state: str
    paid_on: date | None


class Council(Shape):
    """One thing that neighbours settle, whole. `may` is what this sign-in may do; nobody is named."""

    id: int
    title: str
    words: str
    area: Words
    part: str
    state: str
    said: Words
    end_words: str
    meetings: list[CouncilMeeting]
    votes: list[CouncilVote]
    shares: list[CouncilShare]
    payments: list[CouncilPayment]
    paid_fen: int
    may: list[str]


class OwnCouncils(Shape):
    """My home on the roll, and what is settled where I live. `to_vote`: votes that wait for my household."""

    home: str
    area: Words
    to_vote: list[int]
    rows: list[CouncilLine]


class SmallRequest(Shape):
    """A request sorted as small about which no council was called."""

    number: str
    title: Words
    area: Words


class DeskCouncils(Shape):
    """What waits at the desk: requests to call about, what is in hand, payments to approve."""

    small: list[SmallRequest]
    rows: list[CouncilLine]
    to_approve: list[int]


class CouncilBallot(Shape):
    """The vote of my household: a proposal's key, or "against"."""

    choice: str = Field(min_length=1, max_length=8)


class BallotReceipt(Shape):
    """That the household has voted; what it chose is kept nowhere with it."""

    vote: int
    has_voted: bool


class CouncilCall(Shape):
    """What the council is about, when and where it meets, which of the five parties are asked."""

    number: str = Field(max_length=20)
    title: str = Field(min_length=1, max_length=80)
    words: str = Field(min_length=1, max_length=1000)
    part: str = Field("", max_length=40)
    at: datetime
    place: str = Field(min_length=1, max_length=120)
    parties: list[str] = Field(default_factory=list, max_length=5)


class CouncilMinutes(Shape):
    """How many homes came, and what was said."""

    came: int = Field(ge=0, le=100_000)
    minutes: str = Field(min_length=1, max_length=2000)


class CouncilProposal(Shape):
    """One proposal, with what it costs the fund."""

    words: str = Field(min_length=1, max_length=200)
    cost_fen: int = Field(0, ge=0, le=MOST_FEN)


class CouncilVoteOpened(Shape):
    """A vote as it is opened; both days are included."""

    question: str = Field(min_length=1, max_length=200)
    proposals: list[CouncilProposal] = Field(min_length=1, max_length=5)
    opens_on: date
    closes_on: date


class CouncilSpending(Shape):
    """What is to be paid, to whom."""

    what: str = Field(min_length=1, max_length=120)
    payee: str = Field(min_length=1, max_length=80)
    amount_fen: int = Field(ge=1, le=MOST_FEN)


class CouncilDeed(Shape):
    """What ends it: finish or drop, with words for everybody."""

    act: Literal["finish", "drop"]
    words: str = Field(min_length=1, max_length=1000)


class PaymentDeed(Shape):
    """approve, refuse, pay, release or reverse; `words` are the reason, or the evidence of a payment."""

    act: Literal["approve", "refuse", "pay", "release", "reverse"]
    words: str = Field("", max_length=200)


class CouncilReceipt(Shape):
    """How a thing stands after an act."""

    id: int
    state: str


class PaymentReceipt(Shape):
    """How a payment stands after an act."""

    id: int
    state: str
    amount_fen: int


class FundRow(Shape):
    """The small fund of a community in a year, in fen."""

    area: str
    title: Words
    year: int
    given: int
    held: int
    spent: int
    left: int


class FundGrant(Shape):
    """How much a community's fund has this year, in fen."""

    area: str = Field(min_length=1, max_length=60)
    amount_fen: int = Field(ge=1, le=MOST_FEN)


class FundReceipt(Shape):
    """The fund as it was set."""

    area: str
    year: int
    given: int


class CouncilResults(Shape):
    """What neighbours have settled, newest first, and the funds of the year."""

    rows: list[CouncilLine]
    funds: list[FundRow]


class SortingQuery(Shape):
    """Which year's funds; this year's unless said."""

    year: int = Field(0, ge=0, le=9999)


@router.get("/requests/{request_number}/sorting", response=Sorting)
def read_sorting(request: HttpRequest, request_number: RequestNumber) -> Sorting:
    """Return how my request was sorted: big, small or private, and why."""
    view = requests.own_sorting(request_number, account=resident(request))
    if view is None:
        raise requests.not_sorted()
    return _sorting(view)


@router.post("/requests/{request_number}/sorting/challenge", response=SortingReceipt)
def challenge_sorting(
    request: HttpRequest,
    request_number: RequestNumber,
    payload: SortingReason,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Say that I don't agree with how my request was sorted; the next level judges."""
    account = resident(request)

    def act() -> SortingReceipt:
        row = appeals.challenge_sorting(request_number, payload.reason, by=account)
        return _sorted(request_number, row)

    return answer_once(request, idempotency_key, act)


@router.get("/desk/requests/{request_number}/sorting", response=Sorting)
def read_desk_sorting(request: HttpRequest, request_number: RequestNumber) -> Sorting:
    """Return how a request stands between big, small and private; that I looked is written down."""
    return _sorting(requests.desk_sorting(request_number, account=officer(request)))


@router.post("/desk/requests/{request_number}/sorting", response=SortingReceipt)
def sort_request(
    request: HttpRequest,
    request_number: RequestNumber,
    payload: SortingAnswers,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Sort a request by the table of the pack, as the level whose turn it is."""
    account = officer(request)

    def act() -> SortingReceipt:
        row = appeals.sort_request(request_number, payload.answers, by=account)
        return _sorted(request_number, row)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/requests/{request_number}/sorting/return", response=SortingReceipt)
def return_sorting(
    request: HttpRequest,
    request_number: RequestNumber,
    payload: SortingReason,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Give it back to the level below to be judged again, once, with a reason."""
    account = officer(request)

    def act() -> SortingReceipt:
        row = appeals.send_back_sorting(request_number, payload.reason, by=account)
        return _sorted(request_number, row)

    return answer_once(request, idempotency_key, act)


@router.get("/desk/hotspots", response=HotSpots)
def list_hotspots(request: HttpRequest) -> HotSpots:
    """Return where more requests come than usual, for whoever dispatches or leads."""
    return HotSpots(
        rows=[
            HotSpot(
                title=words(one.title),
                area=one.area,
                area_title=words(one.area_title),
                count=one.count,
                usual=one.usual,
                before=one.before,
                one_in=one.one_in,
                numbers=list(one.numbers),
            )
            for one in requests.spots(officer(request))
        ]
    )


@router.get("/councils", response=OwnCouncils)
def list_own_councils(request: HttpRequest) -> OwnCouncils:
    """Return my home on the roll, the votes that wait for it, and what is settled where I live."""
    room = reads.own_room(resident(request))
    return OwnCouncils(
        home=room.home,
        area=words(room.area),
        to_vote=[one.vote.id for one in room.votes if one.vote.is_open and not one.has_voted],
        rows=[_line(one) for one in room.matters],
    )


@router.get("/councils/results", response=CouncilResults, auth=None)
def list_council_results(request: HttpRequest, query: Query[SortingQuery]) -> CouncilResults:
    """Return what neighbours have settled and what the small funds have; for everybody, naming nobody."""
    return CouncilResults(
        rows=[_line(one) for one in reads.public_matters()],
        funds=[
            FundRow(
                area=one.area,
                title=words(one.title),
                year=one.year,
                given=one.given,
                held=one.held,
                spent=one.spent,
                left=one.left,
            )
            for one in reads.funds(query.year or timezone.localdate().year)
        ],
    )


@router.get("/councils/{matter_id}", response=Council)
def read_council(request: HttpRequest, matter_id: MatterId) -> Council:
    """Return one thing that neighbours settle where I live."""
    found = reads.own_matter(matter_id, account=resident(request))
    ballot = found.ballot
    may = ["vote"] if ballot and ballot.vote.is_open and not ballot.has_voted else []
    return _council(found.view, may)


@router.post("/councils/votes/{vote_id}/ballot", response=BallotReceipt)
def cast_ballot(
    request: HttpRequest,
    vote_id: VoteId,
    payload: CouncilBallot,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Cast the vote of my household: once, in secret, and it stands.

    The same key gets the first answer again, whatever was chosen: what was sent isn't kept.
    """
    account = resident(request)

    def act() -> BallotReceipt:
        vote = actions.cast_vote(vote_id, payload.choice, by=account)
        return BallotReceipt(vote=vote.pk, has_voted=True)

    return answer_secret(request, idempotency_key, act)


@router.get("/desk/councils", response=DeskCouncils)
def list_desk_councils(request: HttpRequest) -> DeskCouncils:
    """Return what waits for my posts: to call about, in hand, payments to approve."""
    room = reads.desk_room(officer(request))
    return DeskCouncils(
        small=[
            SmallRequest(number=one.number, title=words(one.title), area=words(one.area))
            for one in room.small
        ],
        rows=[_line(one) for one in room.matters],
        to_approve=[one.id for one in room.to_approve],
    )


@router.post("/desk/councils", response=CouncilReceipt)
def call_council(
    request: HttpRequest, payload: CouncilCall, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Call the neighbours together about a request that was sorted as small."""
    account = officer(request)

    def act() -> CouncilReceipt:
        at = payload.at if payload.at.tzinfo else timezone.make_aware(payload.at)
        return _receipt(
            actions.call_council(
                payload.number,
                title=payload.title,
                words=payload.words,
                part=payload.part,
                invitation=actions.Invitation(at, payload.place, tuple(payload.parties)),
                by=account,
            )
        )

    return answer_once(request, idempotency_key, act)


@router.get("/desk/councils/{matter_id}", response=Council)
def read_desk_council(request: HttpRequest, matter_id: MatterId) -> Council:
    """Return one thing that neighbours settle, as the desk sees it."""
    found = reads.desk_matter(matter_id, account=officer(request))
    return _council(found.view, sorted(found.may))


@router.post("/desk/councils/{matter_id}/minutes", response=CouncilReceipt)
def keep_minutes(
    request: HttpRequest,
    matter_id: MatterId,
    payload: CouncilMinutes,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Write down what the meeting said, and how many homes came."""
    account = officer(request)

    def act() -> CouncilReceipt:
        held = actions.hold_meeting(
            matter_id, came=payload.came, minutes=payload.minutes, by=account
        )
        return _receipt(held.matter)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/councils/{matter_id}/votes", response=CouncilReceipt)
def open_council_vote(
    request: HttpRequest,
    matter_id: MatterId,
    payload: CouncilVoteOpened,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Open a vote of households over one to five proposals."""
    account = officer(request)

    def act() -> CouncilReceipt:
        vote = actions.open_vote(
            matter_id,
            question=payload.question,
            proposals=[(one.words, one.cost_fen) for one in payload.proposals],
            opens_on=payload.opens_on,
            closes_on=payload.closes_on,
            by=account,
        )
        return _receipt(vote.matter)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/councils/{matter_id}/end", response=CouncilReceipt)
def end_council(
    request: HttpRequest,
    matter_id: MatterId,
    payload: CouncilDeed,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Say that it is done, or why nothing comes of it; everybody reads the words."""
    account = officer(request)
    end = actions.finish_matter if payload.act == "finish" else actions.drop_matter
    return answer_once(
        request, idempotency_key, lambda: _receipt(end(matter_id, payload.words, by=account))
    )


@router.post("/desk/funds", response=FundReceipt)
def set_fund(
    request: HttpRequest, payload: FundGrant, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Set the small fund of a community for this year, once."""
    account = officer(request)

    def act() -> FundReceipt:
        on = timezone.localdate()
        kind = reads.kind_for(account)
        actions.grant_budget(kind, payload.area, payload.amount_fen, by=account, on=on)
        return FundReceipt(area=payload.area, year=on.year, given=payload.amount_fen)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/councils/{matter_id}/payments", response=PaymentReceipt)
def propose_payment(
    request: HttpRequest,
    matter_id: MatterId,
    payload: CouncilSpending,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Ask the small fund to pay for what a vote agreed on; somebody else approves."""
    account = officer(request)

    def act() -> PaymentReceipt:
        return _paid(
            actions.propose_payment(
                matter_id,
                what=payload.what,
                payee=payload.payee,
                amount_fen=payload.amount_fen,
                by=account,
            )
        )

    return answer_once(request, idempotency_key, act)


@router.post("/desk/payments/{payment_id}", response=PaymentReceipt)
def act_on_payment(
    request: HttpRequest,
    payment_id: PaymentId,
    payload: PaymentDeed,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Approve or refuse a payment, say that it was made, release it, or reverse it."""
    account, said = officer(request), payload.words

    def act() -> PaymentReceipt:
        match payload.act:
            case "pay":
                made = actions.pay(payment_id, actions.Proof(said), by=account)
            case "release":
                made = actions.release_payment(payment_id, said, by=account)
            case "reverse":
                made = actions.reverse_payment(payment_id, said, by=account)
            case answer:
                made = actions.decide_payment(
                    payment_id, agrees=answer == "approve", reason=said, by=account
                )
        return _paid(made)

    return answer_once(request, idempotency_key, act)


def _sorting(view: SortingView) -> Sorting:
    return Sorting(
        number=view.number,
        outcome=view.outcome,
        size=words(view.size),
        reason=words(view.way.reason) if view.way else None,
        level=words(view.level),
        answers=[SortedAnswer(ask=words(a.ask), answer=words(a.answer)) for a in view.answers],
        may=sorted(view.may),
    )


def _sorted(number: str, row: Sorted) -> SortingReceipt:
    return SortingReceipt(number=number, size=row.size, outcome=row.outcome, level=row.level)


def _line(one: reads.MatterLine) -> CouncilLine:
    return CouncilLine(
        id=one.id, title=one.title, area=words(one.area), state=one.state, said=words(one.said)
    )


def _council(view: reads.MatterView, may: list[str]) -> Council:
    return Council(
        id=view.id,
        title=view.title,
        words=view.words,
        area=words(view.area),
        part=view.part,
        state=view.state,
        said=words(view.said),
        end_words=view.end_words,
        meetings=[
            CouncilMeeting(
                at=one.at,
                place=one.place,
                invited=one.invited,
                came=one.came,
                minutes=one.minutes,
            )
            for one in view.meetings
        ],
        votes=[_vote(one) for one in view.votes],
        shares=[
            CouncilShare(party=one.party, title=words(one.title), words=one.words)
            for one in view.shares
        ],
        payments=[
            CouncilPayment(
                id=one.id,
                what=one.what,
                payee=one.payee,
                amount_fen=one.amount_fen,
                state=one.state,
                paid_on=one.paid_on,
            )
            for one in view.payments
        ],
        paid_fen=view.paid_fen,
        may=may,
    )


def _vote(one: reads.VoteView) -> CouncilVote:
    return CouncilVote(
        id=one.id,
        question=one.question,
        opens_on=one.opens_on,
        closes_on=one.closes_on,
        is_open=one.is_open,
        entitled=one.entitled,
        took_part=one.took_part,
        quorum_percent=one.quorum_percent,
        majority_percent=one.majority_percent,
        outcome=one.outcome,
        said=words(one.said),
        choices=[
            CouncilChoice(
                key=c.key,
                words=words(c.words),
                cost_fen=c.cost_fen,
                votes=c.votes,
                is_chosen=c.is_chosen,
            )
            for c in one.choices
        ],
    )


def _receipt(matter: Matter) -> CouncilReceipt:
    return CouncilReceipt(id=matter.pk, state=matter.state)


def _paid(payment: Payment) -> PaymentReceipt:
    return PaymentReceipt(id=payment.pk, state=payment.state, amount_fen=payment.amount_fen)
