"""Who may do what: a family for its child, the club's leader, the head of the school, the bureau."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from minsheng.apps.clubs.models import Entry, Leader, Offer, Round
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.apps.schools.models import Org, SchoolUser, now
from minsheng.content.clubs import OTHER, Catalogue, Club, Titled
from minsheng.lib.errors import NotAllowed, NotFound
from minsheng.lib.texts import Text


def catalogue(key: str) -> Catalogue:
    """Return one catalogue; raises NotFound."""
    found = installed.packs().clubs.get(key)
    if found is None:
        raise NotFound(
            "clubs.no_catalogue",
            "没有这份课后服务目录。请回课后服务首页看看。",
            "There is no such catalogue. See the page about clubs.",
        )
    return found


def club_title(key: str, club: str) -> Text:
    """Return what a club is called; one that the pack no longer holds keeps its key."""
    found = installed.packs().clubs.get(key)
    known = found.clubs.get(club) if found else None
    return known.title if known else Text(club)


def club_of(offer: Offer) -> Club | None:
    """Return the club of an offer as the pack holds it now, or None."""
    found = installed.packs().clubs.get(offer.round.catalogue)
    return found.clubs.get(offer.club) if found else None


def class_title(key: str, kind: str) -> Text:
    """Return the name of a class of applicants."""
    found = installed.packs().clubs.get(key)
    known: Titled | None = (found.classes.get(kind) or found.classes.get(OTHER)) if found else None
    return known.title if known else Text(kind)


def is_family(account: Account, pupil: SchoolUser) -> bool:
    """Whether this account is the pupil, or somebody who looks after them."""
    return schools.is_pupil(account, pupil) or schools.is_guardian(account, pupil)


def require_family(account: Account, pupil_id: int) -> SchoolUser:
    """Return a pupil for whom this account may choose; raises NotFound for anybody else."""
    found = (
        SchoolUser.objects.select_related("person", "org")
        .filter(pk=pupil_id, role="student")
        .first()
    )
    if found is None or not is_family(account, found):
        raise schools.no_such_pupil()
    return found


def require_taught(account: Account, pupil_id: int) -> SchoolUser:
    """Return a pupil whom this account teaches; raises NotFound for anybody else."""
    pupil = schools.require_pupil(account, pupil_id)
    if not schools.teaches_pupil(account, pupil):
        raise schools.no_such_pupil()
    return pupil


def require_own(account: Account, entry_id: int) -> Entry:
    """Return an entry of this account's own child; raises NotFound for anybody else."""
    found = (
        Entry.objects.select_related("pupil__person", "round__school").filter(pk=entry_id).first()
    )
    if found is None or not is_family(account, found.pupil):
        raise no_such_round()
    return found


def runs(account: Account, school: Org) -> bool:
    """Whether this account opens, closes and draws the rounds of a school: its head."""
    return schools.heads(account, school)


def require_run(account: Account, found: Round) -> Round:
    """Return a round that this account runs; raises NotFound for anybody else."""
    if not runs(account, found.school):
        raise no_such_round()
    return found


def leads(account: Account, club: str, *, on: date | None = None) -> bool:
    """Whether this account leads this club today."""
    day = on or timezone.localdate()
    return (
        account.is_active and Leader.objects.filter(now(day), club=club, account=account).exists()
    )


def may_see_list(account: Account, offer: Offer) -> bool:
    """Whether this account may read who is in a club: its leader, and the head of the school."""
    return leads(account, offer.club) or runs(account, offer.round.school)


def require_list(account: Account, offer_id: int) -> Offer:
    """Return an offer whose list this account may read; raises NotFound for anybody else."""
    found = Offer.objects.select_related("round__school__parent").filter(pk=offer_id).first()
    if found is None or not may_see_list(account, found):
        raise no_such_club()
    return found


def require_leader(account: Account, offer_id: int) -> Offer:
    """Return an offer that this account leads; NotFound for strangers, NotAllowed for the head."""
    found = require_list(account, offer_id)
    if not leads(account, found.club):
        raise NotAllowed(
            "clubs.leaders_act",
            "点名由带社团的老师来做，您可以看，不能代做。请联系老师。",
            "Who came is kept by the club's leader. You may look; ask them.",
        )
    return found


def may_verify(account: Account, found: Round) -> bool:
    """Whether this account may replay a round with all choices: the head, and the bureau."""
    return runs(account, found.school) or schools.is_bureau(account)


def no_such_round() -> NotFound:
    """Return the answer to who asks for a round or entry that isn't there, or isn't theirs."""
    return NotFound(
        "clubs.no_round",
        "没有这一轮，或者不是您孩子、您学校的。请从课后服务进来。",
        "There is no such round, or it isn't your child's or school's. Begin at clubs.",
    )


def no_such_club() -> NotFound:
    """Return the answer to who asks for a club that isn't there, or that they don't lead."""
    return NotFound(
        "clubs.no_club",
        "没有这个社团，或者不是您带的。请从课后服务里选。",
        "There is no such club, or you don't lead it. Choose one of yours.",
    )
