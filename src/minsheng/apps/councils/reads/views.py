"""One matter as somebody reads it: meetings, votes, who takes which part, what was paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from minsheng.apps.appeals.reads import area_title
from minsheng.apps.appeals.reads.telling import post_title
from minsheng.apps.councils import access
from minsheng.apps.councils.fund import left_of
from minsheng.apps.councils.models import OPEN, PAID, Matter, Payment, Vote, Voter
from minsheng.apps.councils.writing import STATES
from minsheng.engines.councils import AGAINST, Council
from minsheng.lib.texts import Text

OUTCOMES: Mapping[str, Text] = {
    "agreed": Text("通过了", "Agreed"),
    "refused": Text("多数不同意", "Most are against it"),
    "too_few": Text("参加的户数不够", "Too few took part"),
    "divided": Text("没有一个方案过半", "No proposal has enough votes"),
}
PAYMENTS: Mapping[str, Text] = {
    "proposed": Text("等同意", "waits to be approved"),
    "approved": Text("同意了，还没付", "approved, not paid yet"),
    "refused": Text("没有同意", "refused"),
    "paid": Text("付了", "paid"),
    "released": Text("不付了", "not needed"),
    "reversed": Text("冲正了，钱退回小基金", "reversed: the fund has it again"),
}
NONE_OF_THESE = Text("都不同意", "Against all of them")


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting; `came` is None until it was held."""

    at: datetime
    place: str
    parties: tuple[Text, ...]
    invited: int
    came: int | None
    minutes: str


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One choice of a vote; `votes` is None until it is closed."""

    key: str
    words: Text
    cost_fen: int
    votes: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class VoteView:
    """A vote. `days_left` is 0 on the last day and negative afterwards; `outcome` is "" until it is closed."""

    id: int
    question: str
    opens_on: date
    closes_on: date
    is_open: bool
    has_begun: bool
    days_left: int
    entitled: int
    took_part: int
    quorum_percent: int
    majority_percent: int
    choices: tuple[ChoiceView, ...]
    outcome: str
    said: Text
    lacks_part: int
    lacks_votes: int
    needed_votes: int


@dataclass(frozen=True, slots=True)
class ShareView:
    """One of the five parties: what it usually does, and which part it takes here."""

    party: str
    title: Text
    usually: Text
    words: str


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One payment. `payee` and `file` are for the desk alone."""

    id: int
    what: str
    payee: str
    amount_fen: int
    state: str
    said: Text
    reason: str
    evidence: str
    paid_on: date | None
    has_file: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class MatterView:
    """One matter, whole. `number` is that of its request, for the desk alone."""

    id: int
    number: str
    title: str
    words: str
    area: Text
    part: str
    state: str
    said: Text
    post: Text
    called_at: datetime
    ended_at: datetime | None
    end_words: str
    meetings: tuple[MeetingView, ...]
    votes: tuple[VoteView, ...]
    shares: tuple[ShareView, ...]
    payments: tuple[PaymentView, ...]
    paid_fen: int
    left_fen: int
    rule: Text
    mark: str

    @property
    def is_shared_out(self) -> bool:
        """Whether any of the five parties has taken a part."""
        return any(one.words for one in self.shares)


def matter_of(pk: int) -> Matter:
    """Return a matter with its request; raises NotFound."""
    found = Matter.objects.select_related("request").filter(pk=pk).first()
    if found is None:
        raise access.no_such_matter()
    return found


def view_of(matter: Matter, *, by: int = 0, for_desk: bool = False) -> MatterView:
    """Return a matter as anybody may read it; for the desk with payees and the request's number."""
    council = access.rules(matter.request)
    payments = list(matter.payments.order_by("pk"))
    return MatterView(
        id=matter.pk,
        number=matter.request.number if for_desk else "",
        title=matter.title,
        words=matter.words,
        area=area_title(matter.area),
        part=matter.part,
        state=matter.state,
        said=STATES[matter.state],
        post=post_title(matter.post),
        called_at=matter.called_at,
        ended_at=matter.ended_at,
        end_words=matter.end_words,
        meetings=tuple(_meetings(matter, council)),
        votes=tuple(vote_view(vote) for vote in matter.votes.order_by("-pk")),
        shares=tuple(_shares(matter, council)),
        payments=tuple(
            _payment(one, by=by, for_desk=for_desk)
            for one in payments
            if for_desk or one.state == PAID
        ),
        paid_fen=sum(one.amount_fen for one in payments if one.state == PAID),
        left_fen=left_of(matter) or 0,
        rule=council.vote.cite.title,
        mark=council.vote.cite.mark,
    )


def vote_view(vote: Vote) -> VoteView:
    """Return a vote: how many took part at any time, what for only when it is closed."""
    today, result = timezone.localdate(), vote.result
    counts = result["counts"] if result else {}
    chosen = result["chosen"] if result else ""
    choices = [
        ChoiceView(
            one.key, Text(one.words, one.words), one.cost_fen, counts.get(one.key),
            one.key == chosen,
        )
        for one in vote.choices.order_by("key")
    ]  # fmt: skip
    against = ChoiceView(AGAINST, NONE_OF_THESE, 0, counts.get(AGAINST), False)
    return VoteView(
        id=vote.pk,
        question=vote.question,
        opens_on=vote.opens_on,
        closes_on=vote.closes_on,
        is_open=vote.state == OPEN and vote.opens_on <= today <= vote.closes_on,
        has_begun=vote.opens_on <= today,
        days_left=(vote.closes_on - today).days,
        entitled=vote.entitled,
        took_part=Voter.objects.filter(vote=vote, has_voted=True).count(),
        quorum_percent=vote.quorum_percent,
        majority_percent=vote.majority_percent,
        choices=(*choices, against),
        outcome=result["outcome"] if result else "",
        said=OUTCOMES[result["outcome"]] if result else Text("还没有计票", "not counted yet"),
        lacks_part=result["lacks_part"] if result else 0,
        lacks_votes=result["lacks_votes"] if result else 0,
        needed_votes=result["needed_votes"] if result else 0,
    )


def _meetings(matter: Matter, council: Council) -> list[MeetingView]:
    return [
        MeetingView(
            at=one.at,
            place=one.place,
            parties=tuple(council.parties[k].title for k in one.parties if k in council.parties),
            invited=one.invited_homes,
            came=one.came_homes,
            minutes=one.minutes,
        )
        for one in matter.meetings.order_by("-pk")
    ]


def _shares(matter: Matter, council: Council) -> list[ShareView]:
    said = dict(matter.shares.values_list("party", "words"))
    return [
        ShareView(one.key, one.title, one.part, said.get(one.key, ""))
        for one in council.parties.values()
    ]


def _payment(payment: Payment, *, by: int, for_desk: bool) -> PaymentView:
    return PaymentView(
        id=payment.pk,
        what=payment.what,
        payee=payment.payee if for_desk else "",
        amount_fen=payment.amount_fen,
        state=payment.state,
        said=PAYMENTS[payment.state],
        reason=payment.reason if for_desk else "",
        evidence=payment.evidence if for_desk else "",
        paid_on=payment.paid_on,
        has_file=for_desk and payment.file_id is not None,
        is_own=payment.proposed_by_id == by,
    )
