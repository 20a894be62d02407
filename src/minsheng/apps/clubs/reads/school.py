"""What who works at a school sees: clubs they lead, rounds they run, fill rates; figures of the bureau."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from minsheng.apps.clubs import access, market
from minsheng.apps.clubs.models import Choice, Leader, Offer, Presence, Round
from minsheng.apps.clubs.models.rounds import ENDED, LEFT, PLACED, PUBLISHED
from minsheng.apps.clubs.reads.public import OfferRow, RoundLine, offer_row, said_of_round
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools_access
from minsheng.apps.schools import reads as schools
from minsheng.apps.schools.models import ACTIVE, TEACHER, Org, SchoolClass, SchoolUser, now
from minsheng.content.clubs import Goal
from minsheng.engines.allocation.words import SMALLEST
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A pupil in a club: name and class, how often they came, and how they are marked on the day."""

    choice: int
    name: str
    school_class: str
    came: int
    mark: str


@dataclass(frozen=True, slots=True)
class ClubList:
    """A club's list on one day. `may_mark`: this account leads it and the day can be kept."""

    offer: OfferRow
    round: RoundLine
    members: tuple[MemberLine, ...]
    waiting: int
    day: date | None
    days: tuple[date, ...]
    may_mark: bool


@dataclass(frozen=True, slots=True)
class LeaderLine:
    """One term of a club's leader; `until` is the first day that is no longer theirs."""

    id: int
    account: int
    name: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class EnrolRoom:
    """The page on which the school puts one pupil into a club or takes one out.

    `classes`: those of the school whose grade the club is for. `out`: whom the school took out and may
    put back. `free`: places that are free now; `waiting`: who waits for one. `is_running`: lists change.
    """

    offer: OfferRow
    round: RoundLine
    classes: tuple[SchoolClass, ...]
    members: tuple[MemberLine, ...]
    out: tuple[MemberLine, ...]
    free: int
    waiting: int
    is_running: bool


@dataclass(frozen=True, slots=True)
class RunRow:
    """How one club of a round is filled, for the head: counts, never names."""

    offer: OfferRow
    asked: int
    first: int
    taken: int
    waiting: int


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round for the head. `may`: which step is open now."""

    line: RoundLine
    rows: tuple[RunRow, ...]
    entries: int
    placed: int
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class Room:
    """The page of whoever works at a school: clubs led, rounds run, schools without a round."""

    led: tuple[OfferRow, ...]
    rounds: tuple[RoundLine, ...]
    schools: tuple[Org, ...]
    is_bureau: bool


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """One school in figures; None where fewer than ten would be counted."""

    school: Text
    clubs: int
    seats: int
    entries: int | None
    placed: int | None
    round: RoundLine | None


def room(account: Account) -> Room:
    """Return what waits for whoever works at a school after lessons."""
    today = timezone.localdate()
    clubs = Leader.objects.filter(now(today), account=account).values("club")
    offers = Offer.objects.filter(club__in=clubs).exclude(round__status=ENDED)
    led = offers.select_related("round__school").order_by("-round", "day", "club")
    run = schools.schools_led(account)
    rounds = Round.objects.filter(school__in=run).select_related("school").order_by("-pk")
    busy = {one.school_id for one in rounds if one.status in ("open", "closed", "drawn")}
    have = {
        club.school for pack in installed.packs().clubs.values() for club in pack.clubs.values()
    }
    return Room(
        led=tuple(offer_row(one, one.round, None) for one in led),
        rounds=tuple(said_of_round(one) for one in rounds[:50]),
        schools=tuple(one for one in run if one.pk not in busy and one.sourced_id in have),
        is_bureau=schools_access.is_bureau(account),
    )


def round_view(round_id: int, *, account: Account) -> RoundView:
    """Return a round for the head: how it is filled, what can be done; NotFound for anybody else."""
    found = Round.objects.select_related("school__parent").filter(pk=round_id).first()
    if found is None:
        raise access.no_such_round()
    access.require_run(account, found)
    board = market.board_of(found)
    firsts = dict(
        Choice.objects.filter(entry__round=found, rank=1, is_late=False)
        .values_list("offer")
        .annotate(n=Count("pk"))
    )
    offers = found.offers.order_by("day", "starts", "club")
    rows = tuple(
        RunRow(
            offer_row(one, found, board),
            board.applied.get(one.pk, 0),
            firsts.get(one.pk, 0),
            board.taken.get(one.pk, 0),
            len(board.waiting.get(one.pk, ())) if found.status == PUBLISHED else 0,
        )
        for one in offers
    )
    may = {"open": "close", "closed": "draw", "drawn": "publish", "published": "end"}
    step = may.get(found.status, "")
    if step == "close" and timezone.now() < found.closes:
        step = ""
    return RoundView(
        line=said_of_round(found),
        rows=rows,
        entries=found.entries.filter(choices__isnull=False).distinct().count(),
        placed=found.entries.filter(choices__status=PLACED).distinct().count(),
        may=frozenset({step} - {""}),
    )


def club_list(offer_id: int, *, account: Account, day: date | None = None) -> ClubList:
    """Return who is in a club, for its leader and the head; NotFound for anybody else.

    `day`: on which attendance is shown; the last day on which it met unless said otherwise.
    """
    offer = access.require_list(account, offer_id)
    found = offer.round
    days = _days(offer)
    shown = day if day in days else next(iter(days), None)
    is_public = found.status in (PUBLISHED, ENDED)
    rows = Choice.objects.filter(offer=offer, status=PLACED) if is_public else Choice.objects.none()
    came = Count("presences", filter=Q(presences__status="came"))
    choices = list(rows.select_related("entry__pupil__person").annotate(times=came))
    marks: Mapping[int, str] = dict(
        Presence.objects.filter(choice__in=choices, day=shown).values_list("choice_id", "status")
        if shown
        else ()
    )
    members = [_member(one, marks) for one in choices]
    board = market.board_of(found) if is_public else None
    return ClubList(
        offer=offer_row(offer, found, board),
        round=said_of_round(found),
        members=_by_class(members),
        waiting=len(board.waiting.get(offer.pk, ())) if board else 0,
        day=shown,
        days=tuple(days),
        may_mark=found.status == PUBLISHED and access.leads(account, offer.club) and bool(days),
    )


def enrol_room(offer_id: int, *, account: Account) -> EnrolRoom:
    """Return what the leader or the head needs to put a pupil in; NotFound for anybody else."""
    offer = access.require_list(account, offer_id)
    found = offer.round
    is_running = found.status == PUBLISHED
    board = market.board_of(found)
    rows = Choice.objects.filter(offer=offer).select_related("entry__pupil__person")
    there = rows.filter(status=PLACED) if is_running else rows.none()
    out = rows.filter(status=LEFT, by_school=True) if is_running else rows.none()
    return EnrolRoom(
        offer=offer_row(offer, found, board),
        round=said_of_round(found),
        classes=tuple(one for one in schools.classes_at(found.school) if one.grade in offer.grades),
        members=_by_class([_member(one, {}) for one in there]),
        out=_by_class([_member(one, {}) for one in out]),
        free=offer.seats - board.taken.get(offer.pk, 0),
        waiting=len(board.waiting.get(offer.pk, ())),
        is_running=is_running,
    )


def terms(offer_id: int, *, account: Account) -> list[LeaderLine]:
    """Return who leads a club and who did, the newest first, for the head of its school; else nothing."""
    offer = access.require_list(account, offer_id)
    if not access.runs(account, offer.round.school):
        return []
    rows = Leader.objects.filter(club=offer.club).select_related("account")
    return [
        LeaderLine(one.pk, one.account_id, one.account.display, one.since, one.until)
        for one in rows.order_by("-since", "-pk")
    ]


def possible_leaders(offer_id: int, *, account: Account) -> list[tuple[int, str, bool]]:
    """Return the teachers of the school and who of them leads the club, for its head; else nothing."""
    offer = access.require_list(account, offer_id)
    if not access.runs(account, offer.round.school):
        return []
    users = SchoolUser.objects.filter(org=offer.round.school, role=TEACHER, status=ACTIVE)
    rows = [one.account for one in users.select_related("account") if one.account is not None]
    return [(one.pk, one.display, access.leads(one, offer.club)) for one in rows]


def district(account: Account) -> tuple[list[DistrictRow], tuple[tuple[Goal, int | None], ...]]:
    """Return the figures of all schools and those that sources name, for the education bureau.

    Raises NotFound for anybody else.
    """
    if not schools_access.is_bureau(account):
        raise access.no_such_round()
    found, goals = [], list[tuple[Goal, int | None]]()
    for pack in installed.packs().clubs.values():
        rows: dict[str, list[int]] = {}
        for club in pack.clubs.values():
            rows.setdefault(club.school, []).append(club.seats)
        for key, seats in rows.items():
            found.append(_district_row(key, seats))
        counted = {
            "clubs": len(pack.clubs), "courses": len(pack.courses), "labs": len(pack.labs),
        }  # fmt: skip
        goals += [(one, counted.get(key)) for key, one in pack.goals.items()]
    return found, tuple(goals)


def _district_row(key: str, seats: list[int]) -> DistrictRow:
    org = schools.org(key)
    last = (
        Round.objects.filter(school=org).select_related("school").order_by("-pk").first()
        if org
        else None
    )
    entries = last.entries.count() if last else None
    placed = (
        last.entries.filter(choices__status=PLACED).distinct().count()
        if last and last.status in (PUBLISHED, ENDED)
        else None
    )
    return DistrictRow(
        school=org.title if org else Text(key),
        clubs=len(seats),
        seats=sum(seats),
        entries=entries if entries is not None and entries >= SMALLEST else None,
        placed=placed if placed is not None and placed >= SMALLEST else None,
        round=said_of_round(last) if last else None,
    )


def _days(offer: Offer) -> list[date]:
    """Return the last days on which the club met since it was published, the newest first."""
    published = offer.round.published_at
    if published is None:
        return []
    today, first = timezone.localdate(), timezone.localdate(published)
    last = today - timedelta(days=(today.weekday() - offer.day) % 7)
    return [
        last - timedelta(days=7 * back)
        for back in range(2)
        if last - timedelta(days=7 * back) >= first
    ]


def _by_class(members: list[MemberLine]) -> tuple[MemberLine, ...]:
    return tuple(sorted(members, key=lambda one: (one.school_class, one.name)))


def _member(one: Choice, marks: Mapping[int, str]) -> MemberLine:
    pupil = one.entry.pupil
    there = schools.class_of(pupil)
    return MemberLine(
        choice=one.pk,
        name=people.name_of(pupil.person) if pupil.person else "",
        school_class=there.title if there else "",
        came=getattr(one, "times", 0),
        mark=marks.get(one.pk, ""),
    )
