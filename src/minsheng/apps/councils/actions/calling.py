"""Calling the council, holding it, sharing out the work, and the end of a matter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.appeals.actions.transition import locked as locked_request
from minsheng.apps.appeals.models import Request, Sorted
from minsheng.apps.councils import access
from minsheng.apps.councils.homes import homes_of
from minsheng.apps.councils.models import APPROVED, PROPOSED, Matter, Meeting, Share
from minsheng.apps.councils.writing import checked, locked, move, note, tell
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text

PLACE = Text("地点", "the place")
WHY = Text("为什么", "why")


@dataclass(frozen=True, slots=True)
class Invitation:
    """When and where the council meets, and which of the five parties are asked to come."""

    at: datetime
    place: str
    parties: Collection[str] = ()


def call_council(
    number: str,
    *,
    title: str,
    words: str,
    invitation: Invitation,
    by: Account,
    part: str = "",
    at: datetime | None = None,
) -> Matter:
    """Return the matter that a request sorted as small becomes, with its first meeting called.

    Called twice, the first one comes back.
    """
    at = at or timezone.now()
    with transaction.atomic():
        request = locked_request(number)
        council, post = access.rules(request), access.convener(request)
        who = access.acting(post, by)
        made = Matter.objects.filter(request=request).first()
        if made is not None:
            return made
        _require_small(request)
        matter = Matter(
            request=request,
            area=request.area,
            part=checked(part, field="part", what=Text("范围", "the part"), most=40, needed=False),
            post=post,
            title=checked(title, field="title", what=Text("议题", "the subject"), most=80),
            words=checked(
                words, field="words", what=Text("是什么事", "what it is about"), most=1000
            ),
            state="called",
            called_at=at,
        )
        if not homes_of(matter.area, matter.part):
            raise _no_homes()
        matter.save()
        _invite(matter, invitation, council.parties, at)
        note(request, "council.called", at, who, {"matter": matter.pk})
        tell(matter, "called", str(matter.meetings.count()))
    return matter


def call_again(
    matter_id: int, invitation: Invitation, *, by: Account, at: datetime | None = None
) -> Matter:
    """Call the neighbours together again, after a vote that settled nothing or for another day."""
    at = at or timezone.now()
    with transaction.atomic():
        matter, request = locked(matter_id)
        who = access.acting(matter.post, by)
        move(matter, "call_again")
        matter.meetings.filter(held_at=None).delete()
        _invite(matter, invitation, access.rules(request).parties, at)
        matter.save()
        note(request, "council.called", at, who, {"matter": matter.pk})
        tell(matter, "called", str(at.timestamp()))
    return matter


def hold_meeting(
    matter_id: int, *, came: int, minutes: str, by: Account, at: datetime | None = None
) -> Meeting:
    """Write down the minutes of the meeting that was called: how many homes came, what was said."""
    at = at or timezone.now()
    with transaction.atomic():
        matter, request = locked(matter_id)
        who = access.acting(matter.post, by)
        move(matter, "hold")
        meeting = matter.meetings.get(held_at=None)
        if not 0 <= came <= meeting.invited_homes:
            raise WrongInput(
                "councils.came",
                f"来了几户：写 0 到 {meeting.invited_homes}。别的都还在。",
                f"How many homes came: between 0 and {meeting.invited_homes}.",
                field="came",
            )
        meeting.minutes = checked(
            minutes, field="minutes", what=Text("会上说了什么", "what was said"), most=2000
        )
        meeting.came_homes, meeting.held_at = came, at
        meeting.save()
        matter.save()
        note(request, "council.held", at, who, {"matter": matter.pk, "came": came})
    return meeting


def share_out(matter_id: int, party: str, words: str, *, by: Account) -> Share | None:
    """Say which part one of the five parties takes; no words: none."""
    with transaction.atomic():
        matter, request = locked(matter_id)
        who = access.acting(matter.post, by)
        if matter.state in ("done", "dropped") or party not in access.rules(request).parties:
            raise _no_party()
        said = checked(words, field=f"share-{party}", what=Text("做哪一份", "which part"), most=200,
                       needed=False)  # fmt: skip
        before = Share.objects.filter(matter=matter, party=party).first()
        if (before.words if before else "") == said:
            return before
        if not said:
            Share.objects.filter(matter=matter, party=party).delete()
            share = None
        else:
            share, _ = Share.objects.update_or_create(
                matter=matter, party=party, defaults={"words": said}
            )
        note(request, "council.shared", timezone.now(), who, {"party": party})
    return share


def finish_matter(matter_id: int, words: str, *, by: Account, at: datetime | None = None) -> Matter:
    """Say that it is done, in words everybody may read; no payment may be open."""
    return _end(matter_id, "finish", words, Text("办成了什么", "what was done"), by, at)


def drop_matter(matter_id: int, words: str, *, by: Account, at: datetime | None = None) -> Matter:
    """Say why nothing comes of it; no payment may be open."""
    return _end(matter_id, "drop", words, WHY, by, at)


def _end(
    matter_id: int, act: str, words: str, what: Text, by: Account, at: datetime | None
) -> Matter:
    at = at or timezone.now()
    with transaction.atomic():
        matter, request = locked(matter_id)
        who = access.acting(matter.post, by)
        move(matter, "finish" if act == "finish" else "drop")
        if matter.payments.filter(state__in=[PROPOSED, APPROVED]).exists():
            raise Conflict(
                "councils.payment_open",
                "还有一笔钱没有付，也没有撤。先把它办完。",
                "A payment is neither made nor released. Deal with it first.",
            )
        matter.end_words = checked(words, field="words", what=what, most=1000)
        matter.ended_at = at
        matter.save()
        kind = "council.done" if act == "finish" else "council.dropped"
        note(request, kind, at, who, {"matter": matter.pk})
        tell(matter, "ended", "1")
    return matter


def _invite(
    matter: Matter, invitation: Invitation, parties: Collection[str], at: datetime
) -> Meeting:
    if not set(invitation.parties) <= set(parties):
        raise _no_party()
    if invitation.at <= at:
        raise WrongInput(
            "councils.past",
            "开会的时间已经过了，请换一个。别的都还在。",
            "The meeting would be in the past. Choose another time; the rest is still there.",
            field="at",
        )
    return Meeting.objects.create(
        matter=matter,
        at=invitation.at,
        place=checked(invitation.place, field="place", what=PLACE, most=120),
        parties=sorted(invitation.parties),
        invited_homes=len(homes_of(matter.area, matter.part)),
    )


def _require_small(request: Request) -> None:
    row = Sorted.objects.filter(request=request).first()
    if row is None or row.size != "small" or row.outcome == "open" or request.status == "closed":
        raise Conflict(
            "councils.not_small",
            "只有分到“小事”、还没办结的诉求才召集议事。先到“三事分流”看看。",
            "Only an open request that was sorted as small is brought before the council. See how it was sorted.",
        )


def _no_homes() -> Conflict:
    return Conflict(
        "councils.no_homes",
        "这个地方还没有登记住户，没有人可以请。先在“住户名册”里登记，再来召集。您写的都还在。",
        "No home is written down for this place, so nobody can be invited. Write the homes down first.",
    )


def _no_party() -> WrongInput:
    return WrongInput(
        "councils.party",
        "请从五社里选。您写的都还在。",
        "Choose one of the five parties. What you wrote is still here.",
        field="parties",
    )
