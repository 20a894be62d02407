"""Giving a rating: of a closed case, or of a visit to a counter; and adding to it later."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import Case
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account, Person
from minsheng.apps.ratings import access
from minsheng.apps.ratings.actions.opening import open_review
from minsheng.apps.ratings.models import CASE, PORTAL, VISIT, Rating, Supplement, Visit
from minsheng.apps.ratings.scales import LEVELS, PARTS
from minsheng.apps.ratings.sealing import sealed
from minsheng.lib import suites
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

STREAM = "rating"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 12
LONGEST_WAIT_DAYS = 366


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says: the whole score, sub-scores, words, and whether they may be called."""

    score: int
    parts: Mapping[str, int]
    comment: str = ""
    is_named: bool = True
    channel: str = PORTAL
    entered_by: str = ""


def rate_case(case_id: int, given: Given, *, by: Account, office: str = "") -> Rating:
    """Rate a closed case of one's own, once, and return the rating.

    It counts for the leading office of the service, or for `office`, one that has an item in the
    case. The case keeps the score; the rest is kept here. A bad one opens a review.
    """
    parts = checked_parts(CASE, given.parts)
    with transaction.atomic():
        case = cases.rate_case(case_id, by=by, score=given.score)
        return keep(
            CASE,
            str(case.pk),
            given,
            parts=parts,
            person=case.applicant,
            office=office_of(case, office),
        )


def give_code(*, by: Account, at: datetime | None = None) -> tuple[Visit, str]:
    """Return a new visit to this clerk's counter, and the code by which it is rated once.

    The code is kept nowhere: only its digest. Raises NotAllowed for who holds no counter post.
    """
    post = next((post for post in people_reads.posts_of(by) if post.may_vouch), None)
    if post is None:
        raise NotAllowed(
            "ratings.not_a_counter",
            "评价码由窗口岗位给来人。您今天不在窗口岗位。",
            "Codes are given to visitors at a counter. You hold no counter post today.",
        )
    at = at or timezone.now()
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    until = catalogue.calendar().add(timezone.localdate(at), access.rules().code_term).day
    with transaction.atomic():
        visit = Visit.objects.create(
            digest=suites.digest(suites.DEFAULT, code.encode()),
            office=post.department.key,
            post=post.key,
            given_by=by,
            at=at,
            until=until,
        )
        by_words = f"post:{post.key}/account:{by.pk}"
        _record(f"visit:{visit.pk}", "visit.code_given", at, by_words)
    return visit, code


def rate_visit(
    code: str, given: Given, *, by: Account | None = None, at: datetime | None = None
) -> Rating:
    """Rate the visit that a code stands for, once, and return the rating.

    Who is signed in and proved may be named and is then called back after a bad review; everybody
    else is a person without name and number. Raises NotFound for a code that is unknown or used up.
    """
    if by is not None and by.is_staff_member:
        raise NotAllowed(
            "ratings.staff",
            "评价留给来办事的人。请退出工作账号再评。",
            "Ratings are for visitors. Sign out of your staff account first.",
        )
    known = by is not None and by.is_proved and given.is_named
    return keep_visit(code, given, person=by.person if known and by is not None else None, at=at)


def keep_visit(
    code: str, given: Given, *, person: Person | None, at: datetime | None = None
) -> Rating:
    """Keep the rating of a visit, once; without a person it has no name. Returns the rating."""
    visit = find_visit(code, on=timezone.localdate(at) if at else None)
    parts = checked_parts(VISIT, given.parts)
    with transaction.atomic():
        visit = (
            Visit.objects.select_for_update(of=("self",))
            .select_related("given_by")
            .get(pk=visit.pk)
        )
        rating = keep(
            VISIT,
            str(visit.pk),
            replace(given, is_named=person is not None),
            parts=parts,
            person=person
            or people.create_person(None, "来访者", demo=visit.given_by.demo, by="system"),
            office=visit.office,
            at=at,
        )
        _record(f"visit:{visit.pk}", "visit.rated", rating.at, "", score=rating.score)
    return rating


def add_words(rating_id: int, words: str, *, by: Account) -> Supplement:
    """Add to one's rating later, once (追评), and return what was added. The score stays."""
    rating = Rating.objects.select_related("person").filter(pk=rating_id).first()
    if rating is None:
        raise access.no_such_rating()
    access.require_rater(rating, by)
    token = sealed(rating.person, words, needed=Text("想补充的话", "what you want to add"))
    at = timezone.now()
    try:
        with transaction.atomic():
            made = Supplement.objects.create(rating=rating, sealed=token, at=at)
            _record(f"{rating.kind}:{rating.key}", "supplemented", at, f"account:{by.pk}")
    except IntegrityError as error:
        raise Conflict(
            "ratings.supplemented",
            "您已经追评过一次，都存着。",
            "You have added to it once; both are kept.",
        ) from error
    return made


def carry_over(case: Case, *, score: int, words: str, at: datetime) -> Rating | None:
    """Return the rating of a case that was rated elsewhere, or None where it is here already."""
    if Rating.objects.filter(kind=CASE, key=str(case.pk)).exists():
        return None
    given = Given(score, {}, words)
    office = office_of(case, "")
    with transaction.atomic():
        return keep(
            CASE, str(case.pk), given, parts={}, person=case.applicant, office=office, at=at
        )


def find_visit(code: str, *, on: date | None = None) -> Visit:
    """Return the visit that a code stands for; NotFound when it is unknown, used up or too old."""
    on = on or timezone.localdate()
    plain = "".join(code.upper().split()).replace("-", "")
    digests = [suites.digest(suite, plain.encode()) for suite in suites.SUITES]
    visit = Visit.objects.filter(digest__in=digests).first()
    used = visit is not None and Rating.objects.filter(kind=VISIT, key=str(visit.pk)).exists()
    if visit is None or used or visit.until < on:
        raise NotFound(
            "ratings.no_such_code",
            "这个评价码不能用：可能评过了，也可能过期了。要说的话，可以打 12345。",
            "This code can't be used: it was used already, or it is too old. "
            "You can still tell us by calling 12345.",
        )
    return visit


def checked_parts(kind: str, parts: Mapping[str, int]) -> dict[str, int]:
    """Return the sub-scores that were given; raises WrongInput for one that isn't 1 to 5."""
    known = PARTS[kind]
    for key, score in parts.items():
        if key not in known or isinstance(score, bool) or score not in LEVELS:
            raise WrongInput(
                "ratings.part",
                "细项选 1 到 5 分，不想选就空着。",
                "Give each detail 1 to 5, or leave it empty.",
                field=key if key in known else "parts",
            )
    return dict(parts)


def keep(
    kind: str,
    key: str,
    given: Given,
    *,
    parts: dict[str, int],
    person: Person,
    office: str,
    at: datetime | None = None,
) -> Rating:
    """Keep one rating in the caller's transaction, open a review where it is bad, and return it.

    Raises Conflict where the case or visit has one already, by whichever way that came.
    """
    if isinstance(given.score, bool) or given.score not in LEVELS:
        raise WrongInput(
            "casework.score",
            "请选 1 到 5 分。",
            "Choose a score from 1 to 5.",
            field="score",
        )
    at = at or timezone.now()
    token = sealed(person, given.comment) if not person.is_erased else ""
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                kind=kind,
                key=key,
                person=person,
                office=office,
                score=given.score,
                parts=parts,
                channel=given.channel,
                entered_by=given.entered_by,
                is_named=given.is_named and not person.is_erased,
                sealed=token,
                at=at,
                day=timezone.localdate(at),
            )
    except IntegrityError as error:
        raise Conflict(
            "rated", "您已经评过了，谢谢。", "You have already rated it. Thank you."
        ) from error
    if rating.is_bad and _may_open(rating.day):
        open_review(rating)
    return rating


def _may_open(day: date) -> bool:
    """Whether a bad rating of a day is still followed up: an old one, taken over later, is counted only."""
    on = timezone.localdate()
    if (on - day).days > LONGEST_WAIT_DAYS:
        return False
    return catalogue.calendar().add(day, access.rules().within).day >= on


def office_of(case: Case, office: str) -> str:
    """Return whose work a rating of a case counts for: the lead, or an office that had a part in it."""
    if not office:
        return catalogue.pinned_spec(case.pack_id).lead
    if office not in set(case.items.exclude(status="skipped").values_list("office", flat=True)):
        raise WrongInput(
            "ratings.office",
            "这个部门没有办您的这件事，请重新选。",
            "That office had no part in your case. Choose again.",
            field="office",
        )
    return office


def _record(key: str, kind: str, at: datetime, by: str, **data: int) -> None:
    audit.record(STREAM, key, audit.News(kind=kind, at=at, by=by, data=data))
