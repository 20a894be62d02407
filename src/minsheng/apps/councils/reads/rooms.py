"""What waits for whom: the desk's matters and payments, a resident's votes, what everybody may read, the fund."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum
from django.utils import timezone

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.appeals import access as appeals
from minsheng.apps.appeals import sealing
from minsheng.apps.appeals.catalogue import area_path
from minsheng.apps.appeals.levels import sorting_of
from minsheng.apps.appeals.models import Request, Sorted
from minsheng.apps.appeals.reads import area_title
from minsheng.apps.councils import access
from minsheng.apps.councils.fund import holder_of, unit_of
from minsheng.apps.councils.homes import homes_of
from minsheng.apps.councils.models import OPEN, PAID, PROPOSED, Home, Matter, Payment, Vote, Voter
from minsheng.apps.councils.reads.views import (
    MatterView,
    VoteView,
    matter_of,
    view_of,
    vote_view,
)
from minsheng.apps.councils.writing import STATES
from minsheng.apps.people import access as people_access
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.records.models import StoredFile
from minsheng.apps.records.reads import Opened, opened
from minsheng.engines.councils import ENDED, allowed
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Moment, moment_after

MOST = 200


@dataclass(frozen=True, slots=True)
class MatterLine:
    """One matter in a list. `waits`: something waits for whoever reads it."""

    id: int
    title: str
    area: Text
    state: str
    said: Text
    waits: bool


@dataclass(frozen=True, slots=True)
class SmallLine:
    """A request sorted as small about which no council was called yet, and by when it is to be."""

    number: str
    title: Text
    area: Text
    due: Moment | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A payment that waits to be approved."""

    id: int
    matter: int
    what: str
    amount_fen: int
    area: Text


@dataclass(frozen=True, slots=True)
class FundView:
    """The fund of a community in a year, in fen: what was given, set aside, used, and what is left."""

    area: str
    title: Text
    year: int
    given: int
    held: int
    spent: int
    left: int


@dataclass(frozen=True, slots=True)
class DeskRoom:
    """What the desk has to do about matters of neighbours."""

    small: tuple[SmallLine, ...]
    matters: tuple[MatterLine, ...]
    to_approve: tuple[PaymentLine, ...]
    may_grant: bool


@dataclass(frozen=True, slots=True)
class ToCall:
    """A small request as whoever calls the council reads it. `homes`: how many would be invited."""

    number: str
    title: Text
    area: Text
    words: str
    reason: Text
    homes: int
    parties: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class DeskMatter:
    """A matter at the desk with the acts that are open to this account."""

    view: MatterView
    may: frozenset[str]
    homes: int
    least_days: int
    most_days: int
    most_fen: int
    parties: tuple[tuple[str, Text], ...]

    @property
    def acts_here(self) -> bool:
        """Whether anything but a payment can be dealt with now."""
        return bool(self.may - {"pay", "approve", "reverse"})


@dataclass(frozen=True, slots=True)
class OwnVote:
    """An open vote as somebody of its roll sees it."""

    matter: int
    title: str
    vote: VoteView
    has_voted: bool


@dataclass(frozen=True, slots=True)
class OwnMatter:
    """A matter as a neighbour sees it. `ballot` is the open vote, where their household may vote."""

    view: MatterView
    ballot: OwnVote | None


@dataclass(frozen=True, slots=True)
class OwnRoom:
    """What a resident finds: their home, votes that wait for it, the matters of their place."""

    home: str
    area: Text
    asked: str
    votes: tuple[OwnVote, ...]
    matters: tuple[MatterLine, ...]


def desk_room(account: Account) -> DeskRoom:
    """Return what waits for this account; raises NotAllowed for who has no part in it."""
    if not access.convenes(account):
        raise access.not_yours()
    held = appeals.posts_of(account)
    councils = installed.packs().councils
    approves = {slug for slug, one in councils.items() if one.fund.approve in held}
    grants = {slug for slug, one in councils.items() if one.fund.grant in held}
    rows = Matter.objects.filter(Q(post__in=held) | Q(request__slug__in=approves | grants))
    to_approve = Payment.objects.filter(
        state=PROPOSED, matter__request__slug__in=approves
    ).select_related("matter")
    return DeskRoom(
        small=tuple(_small(held)),
        matters=tuple(_line(row, held) for row in rows.order_by("ended_at", "-pk")[:MOST]),
        to_approve=tuple(
            PaymentLine(p.pk, p.matter_id, p.what, p.amount_fen, area_title(p.matter.area))
            for p in to_approve.order_by("pk")[:MOST]
        ),
        may_grant=bool(grants),
    )


def desk_matter(pk: int, *, account: Account) -> DeskMatter:
    """Return a matter for a post that has to do with it."""
    matter = matter_of(pk)
    if not account.is_staff_member or not access.may_see(matter, account):
        raise access.no_such_matter()
    council, held = access.rules(matter.request), appeals.posts_of(account)
    may: set[str] = set()
    if matter.post in held:
        may.update(act for act in allowed(matter.state) if act not in ("agree", "fail"))  # type: ignore[arg-type]
        may |= {"propose"} if matter.state == "decided" else set()
        may |= {"pay"} | ({"share"} if matter.state not in ENDED else set())
        may |= {"paper"} if matter.state == "voting" else set()
    if council.fund.approve in held:
        may |= {"approve", "reverse"}
    return DeskMatter(
        view=view_of(matter, by=account.pk, for_desk=True),
        may=frozenset(may),
        homes=len(homes_of(matter.area, matter.part)),
        least_days=council.vote.least_days,
        most_days=council.vote.most_days,
        most_fen=council.fund.most_yuan * 100,
        parties=tuple((one.key, one.title) for one in council.parties.values()),
    )


def matter_of_request(number: str, *, account: Account) -> MatterView | None:
    """Return what became of one's own small request, or None; the desk's go by `desk_matter`."""
    request = Request.objects.filter(number=number).first()
    if request is None or not appeals.is_requester(request, account):
        raise appeals.no_such_request()
    matter = Matter.objects.select_related("request").filter(request=request).first()
    return view_of(matter) if matter else None


def matter_id(number: str) -> int:
    """Return the id of the matter that a request became, or 0."""
    return Matter.objects.filter(request__number=number).values_list("pk", flat=True).first() or 0


def to_call(number: str, *, account: Account) -> ToCall:
    """Return a small request for the post that calls the council about it, after writing down the look."""
    request = Request.objects.select_related("person").filter(number=number).first()
    council = access.council_of(request.slug) if request else None
    if request is None or council is None:
        raise access.no_such_matter()
    row, post = Sorted.objects.filter(request=request).first(), access.convener(request)
    if post not in appeals.posts_of(account) or row is None or row.size != "small":
        raise access.no_such_matter()
    spec, triage = appeals.spec_of(request), sorting_of(request)
    if not request.person.is_erased:
        people_actions.record_look(
            request.person_id, by=account, purpose="case", what="values",
            case=request.number, post_key=post, is_protected=spec.protected,
        )  # fmt: skip
    return ToCall(
        number=number,
        title=spec.title_of(request.category),
        area=area_title(request.area),
        words=sealing.opened(request.person, request.words, field=sealing.WORDS),
        reason=triage.ways[row.way].reason if triage and row.way in triage.ways else Text(""),
        homes=len(homes_of(request.area)),
        parties=tuple((one.key, one.title) for one in council.parties.values()),
    )


def kind_for(account: Account) -> str:
    """Return the kind of request under whose council rules an account works, or ""."""
    held = appeals.posts_of(account)
    for slug, one in installed.packs().councils.items():
        named = {one.convene.post, *one.convene.in_area.values(), one.fund.grant, one.fund.approve}
        if held & named:
            return slug
    return ""


def own_room(account: Account) -> OwnRoom:
    """Return the votes that wait for a resident's household, and the matters of their place."""
    home = access.home_of(account)
    if home is None:
        return OwnRoom("", Text(""), asked_home(account), (), ())
    voters = Voter.objects.filter(home=home, vote__state=OPEN).select_related("vote__matter")
    path = area_path(home.area)
    rows = Matter.objects.filter(area__in=path).order_by("ended_at", "-pk")[:MOST]
    return OwnRoom(
        home=home.label,
        area=area_title(home.area),
        asked="",
        votes=tuple(_own_vote(one) for one in voters.order_by("vote__closes_on")),
        matters=tuple(_line(row, frozenset()) for row in rows if home.label.startswith(row.part)),
    )


def home_area(account: Account) -> str:
    """Return the area of a resident's home, or ""."""
    home = access.home_of(account)
    return home.area if home else ""


def own_matter(pk: int, *, account: Account) -> OwnMatter:
    """Return a matter for a neighbour of its place or whoever began it; NotFound for anybody else."""
    matter = matter_of(pk)
    home = access.home_of(account)
    is_neighbour = home is not None and any(
        home.pk == one.pk for one in homes_of(matter.area, matter.part)
    )
    if not is_neighbour and not appeals.is_requester(matter.request, account):
        raise access.no_such_matter()
    voter = None
    if home is not None:
        open_ones = Voter.objects.filter(home=home, vote__matter=matter, vote__state=OPEN)
        voter = open_ones.select_related("vote__matter").first()
    return OwnMatter(view_of(matter), _own_vote(voter) if voter else None)


def local_matters(area: str, kind: str, *, account: Account) -> list[MatterLine]:
    """Return what neighbours of a place settle now, all or what they vote on, for who looks after it."""
    rows = Matter.objects.filter(area__in=people_access.within_place(account, area))
    rows = rows.filter(state="voting") if kind == "voting" else rows.exclude(state__in=ENDED)
    return [_line(row, appeals.posts_of(account)) for row in rows.order_by("-pk")[:MOST]]


def public_matters() -> list[MatterLine]:
    """Return the matters that everybody may read: those that have ended, newest first."""
    rows = Matter.objects.filter(state__in=ENDED).order_by("-ended_at")[:MOST]
    return [_line(row, frozenset()) for row in rows]


def public_matter(pk: int) -> MatterView:
    """Return a matter that has ended, with nobody's name; NotFound before."""
    matter = matter_of(pk)
    if matter.state not in ENDED:
        raise access.no_such_matter()
    return view_of(matter)


def funds(year: int = 0) -> list[FundView]:
    """Return the funds of a year (this one, unless said) that were given, by community."""
    year = year or timezone.localdate().year
    return [fund_of(area, year) for area in _fund_areas() if _given(area, year)]


def fund_of(area: str, year: int) -> FundView:
    """Return the fund of one community in a year."""
    unit, holder = unit_of(year), holder_of(area)
    there = accounts.balance(unit, holder, on=_day_in(year))
    given = _given(area, year)
    spent = Payment.objects.filter(unit=unit, holder=holder, state=PAID)
    return FundView(
        area=area,
        title=area_title(area),
        year=year,
        given=given,
        held=there.held,
        spent=spent.aggregate(sum=Sum("amount_fen"))["sum"] or 0,
        left=there.usable,
    )


def homes_waiting(account: Account) -> list[Home]:
    """Return the homes that residents say are theirs, for whoever confirms it."""
    held = appeals.posts_of(account)
    rows = Home.objects.filter(asked_by__isnull=False).order_by("area", "label")[:MOST]
    return [row for row in rows if _confirms(row, held)]


@dataclass(frozen=True, slots=True)
class HomeLine:
    """One home on a roll: free, asked for, or with a household that votes for it."""

    id: int
    label: str
    state: str


def roll(area: str, *, account: Account) -> list[HomeLine]:
    """Return the homes written down for a place, for whoever calls the council there."""
    if not access.convenes(account):
        raise access.not_yours()
    held = appeals.posts_of(account)
    if not area or not any(
        one.convene.at(area_path(area)) in held for one in installed.packs().councils.values()
    ):
        return []
    rows = Home.objects.filter(area=area).order_by("label")[:1000]
    return [HomeLine(row.pk, row.label, _home_state(row)) for row in rows]


def free_homes(area: str) -> list[Home]:
    """Return the homes of an area for which nobody is written down yet."""
    return list(
        Home.objects.filter(area=area, household=None, asked_by=None).order_by("label")[:500]
    )


def asked_home(account: Account) -> str:
    """Return the label of the home that a household has asked for, or ""."""
    if account.person is None:
        return ""
    members = people.household_members(account.person)
    if not members:
        return ""
    asked = Home.objects.filter(asked_by=members[0].household_id)
    return asked.values_list("label", flat=True).first() or ""


def payment_file(payment_id: int, *, account: Account) -> Opened:
    """Return the evidence of a payment, for a post that has to do with its matter."""
    payment = (
        Payment.objects.select_related("matter__request", "file").filter(pk=payment_id).first()
    )
    if payment is None or payment.file is None or not access.may_see(payment.matter, account):
        raise NotFound("councils.no_file", "没有这个文件。", "There is no such file.")
    stored: StoredFile = payment.file
    return opened(stored)


def _small(held: frozenset[str]) -> list[SmallLine]:
    rows = Sorted.objects.filter(size="small", outcome__in=["judged", "final"])
    rows = rows.exclude(request__status="closed").filter(request__matter=None)
    found = []
    for row in rows.select_related("request").order_by("pk")[:MOST]:
        request = row.request
        if access.council_of(request.slug) and access.convener(request) in held:
            title = appeals.spec_of(request).title_of(request.category)
            due = _call_by(row)
            is_late = due is not None and not due.provisional and due.at < timezone.now()
            line = SmallLine(request.number, title, area_title(request.area), due, is_late)
            found.append(line)
    return found


def _call_by(row: Sorted) -> Moment | None:
    """Return by when neighbours are to be called; None where nobody knows when it was judged."""
    if row.judged_at is None:
        return None
    within = access.rules(row.request).meeting.within
    return moment_after(installed.calendar(), row.judged_at, within)


def _line(row: Matter, held: frozenset[str]) -> MatterLine:
    waits = row.post in held and row.state in ("called", "met", "decided", "failed")
    return MatterLine(row.pk, row.title, area_title(row.area), row.state, STATES[row.state], waits)


def _own_vote(voter: Voter) -> OwnVote:
    vote: Vote = voter.vote
    return OwnVote(vote.matter_id, vote.matter.title, vote_view(vote), voter.has_voted)


def _home_state(row: Home) -> str:
    if row.household_id is not None:
        return "settled"
    return "asked" if row.asked_by_id is not None else "free"


def _confirms(home: Home, held: Sequence[str] | frozenset[str]) -> bool:
    path = area_path(home.area)
    return any(one.convene.at(path) in held for one in installed.packs().councils.values())


def _fund_areas() -> list[str]:
    areas = installed.packs().district.areas
    return [
        one.key for one in areas.values() if access.fund_area(one.key) == one.key and one.parent
    ]


def _given(area: str, year: int) -> int:
    posted = accounts.posting_by_key(f"council:grant:{area}:{year}")
    return sum(line.amount for line in accounts.lines_of(posted)) if posted else 0


def _day_in(year: int) -> date:
    return min(timezone.localdate(), date(year, 12, 31))
