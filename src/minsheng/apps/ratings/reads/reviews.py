"""A review as its rater, the desk, the judge or the rated office may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import Case
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people.models import Account
from minsheng.apps.ratings import access
from minsheng.apps.ratings.access import Standing
from minsheng.apps.ratings.contact import phone_of
from minsheng.apps.ratings.models import CASE, Rating, Review, ReviewAct
from minsheng.apps.ratings.scales import KINDS
from minsheng.apps.ratings.sealing import opened
from minsheng.lib.texts import Text

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Act:
    """One step that was done. `by` names a post, never a person; `due` is until when it was due."""

    kind: str
    round: int
    number: int
    outcome: str
    words: str
    for_office: str
    by: Text
    due: date | None
    at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class AppealView:
    """An appeal against the rating. `is_upheld` is None until it is decided."""

    words: str
    at: datetime
    due: date
    is_upheld: bool | None
    reason: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review, cut to what its reader may know.

    `reader`: rater, desk, judge or office. Only the desk and the judge see score, words, who (masked),
    telephone and the case; the office sees the case where the rater agreed, and never when it was
    rated. `owner` is whose turn it is, `act` what this reader may do now.
    """

    number: str
    reader: str
    stage: str
    round: int
    office: Text
    owner: Text
    stage_due: date
    due: date | None
    due_provisional: bool
    opened_on: date | None
    score: int | None
    words: str
    supplement: str
    who: str
    phone: str
    case: str
    title: Text
    task: str
    contacts: int
    most_contacts: int
    acts: tuple[Act, ...]
    appeal: AppealView | None
    act: str
    may_appeal: bool
    may_decide_appeal: bool
    is_excluded: bool
    is_solved: bool | None


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One review in a list."""

    number: str
    stage: str
    office: Text
    stage_due: date
    left: int
    is_mine: bool
    is_appealed: bool


@dataclass(frozen=True, slots=True)
class MyRating:
    """One of one's own ratings, with what follows."""

    id: int
    kind: str
    case: str
    title: Text
    score: int
    parts: dict[str, int]
    words: str
    supplement: str
    at: datetime
    is_named: bool
    is_excluded: bool
    review: ReviewView | None


def my_ratings(account: Account) -> list[MyRating]:
    """Return this person's ratings, newest first."""
    if not account.is_proved or account.person is None:
        return []
    rows = _with_all(Rating.objects.filter(person=account.person))
    return [_mine(row, account) for row in rows.order_by("-at", "-pk")[:100]]


def my_rating(rating_id: int, *, account: Account) -> MyRating:
    """Return one of this person's ratings; NotFound for a stranger."""
    row = _with_all(Rating.objects.filter(pk=rating_id)).first()
    if row is None:
        raise access.no_such_rating()
    access.require_rater(row, account)
    return _mine(row, account)


def rating_of_case(case_id: int, *, account: Account) -> int | None:
    """Return the id of this person's rating of a case, or None."""
    row = Rating.objects.filter(kind=CASE, key=str(case_id)).only("pk", "person_id").first()
    return row.pk if row is not None and access.is_rater(row, account) else None


def reviews(account: Account, *, closed: bool = False) -> list[ReviewLine]:
    """Return the reviews this account may see, whose turn is soonest first."""
    rows = Review.objects.select_related("rating__appeal", "rating__person")
    rows = rows.filter(stage="closed") if closed else rows.exclude(stage="closed")
    holds = access.standing(account)
    if not (holds.is_desk or holds.is_judge):
        rows = rows.filter(office__in=holds.offices(), is_founded=True).exclude(
            stage__in=["visit", "verify"]
        )
    on, calendar = timezone.localdate(), catalogue.calendar()
    rows = rows.order_by("-closed_at", "-pk") if closed else rows.order_by("stage_due", "pk")
    return [
        ReviewLine(
            number=row.number,
            stage=row.stage,
            office=catalogue.packs().district.office(row.office),
            stage_due=row.stage_due,
            left=calendar.workdays_between(on, row.stage_due),
            is_mine=bool(_act(row, account, holds)) or _may_decide(row, account, holds),
            is_appealed=_is_appealed(row),
        )
        for row in rows[:MOST_ROWS]
    ]


def review(number: str, *, account: Account) -> ReviewView:
    """Return a review as this member of staff may see it; NotFound for others.

    Opening what the rater said and who they are is written down for them.
    """
    row = _reviews().filter(number=number).first()
    if row is None or not access.may_see_review(row, account):
        raise access.no_such_review()
    holds = access.standing(account)
    inner = holds.is_desk or holds.is_judge
    reader = "desk" if holds.is_desk else "judge" if inner else "office"
    if inner and row.rating.is_named and not row.rating.person.is_erased:
        case = _case_of(row.rating)
        people_actions.record_look(
            row.rating.person_id,
            by=account,
            purpose="review",
            what="values",
            case=case.number if case else "",
            post_key=access.rules().desk if reader == "desk" else access.rules().judge,
            is_protected=bool(case and case.protected),
        )
    return _view(row, account, reader)


def open_count(account: Account) -> int:
    """Return how many reviews wait for this account."""
    return sum(line.is_mine for line in reviews(account))


def _reviews() -> QuerySet[Review]:
    return Review.objects.select_related("rating__person", "rating__supplement", "rating__appeal")


def _with_all(rows: QuerySet[Rating]) -> QuerySet[Rating]:
    return rows.select_related("person", "supplement", "appeal", "review")


def _mine(row: Rating, account: Account) -> MyRating:
    case = _case_of(row)
    own = getattr(row, "review", None)
    if own is not None:
        own.rating = row
    return MyRating(
        id=row.pk,
        kind=row.kind,
        case=case.number if case else "",
        title=catalogue.pinned_spec(case.pack_id).title if case else KINDS[row.kind],
        score=row.score,
        parts=dict(row.parts),
        words=opened(row.person, row.sealed),
        supplement=_supplement(row),
        at=row.at,
        is_named=row.is_named,
        is_excluded=row.excluded_at is not None,
        review=_view(own, account, "rater") if own is not None else None,
    )


def _view(row: Review, account: Account, reader: str) -> ReviewView:
    rating, office, holds = row.rating, reader == "office", access.standing(account)
    case = _case_of(rating)
    hidden = bool(case and case.protected)
    shows_case = case is not None and (not office or (row.may_tell and not hidden))
    inner = reader in {"desk", "judge"}
    verified = row.acts.filter(kind="verify").order_by("-round").first()
    return ReviewView(
        number=row.number,
        reader=reader,
        stage=row.stage,
        round=row.round,
        office=catalogue.packs().district.office(row.office),
        owner=_owner(row),
        stage_due=row.stage_due,
        due=None if office else row.due_day,
        due_provisional=row.due_provisional,
        opened_on=None if office else row.opened_on,
        score=None if office else rating.score,
        words="" if office else opened(rating.person, rating.sealed),
        supplement="" if office else _supplement(rating),
        who=rating.person.name_masked if inner and rating.is_named else "",
        phone=phone_of(case) if inner and case and rating.is_named and not hidden else "",
        case=case.number if shows_case and case else "",
        title=catalogue.pinned_spec(case.pack_id).title
        if case and (shows_case or not office)
        else KINDS[rating.kind],
        task=opened(rating.person, verified.for_office) if verified else "",
        contacts=row.acts.filter(kind="contact").count(),
        most_contacts=access.rules().contacts,
        acts=tuple(_acts(row, office=office)),
        appeal=_appeal(rating, office=office, rater=reader == "rater"),
        act=_act(row, account, holds),
        may_appeal=office and row.stage != "closed" and not hasattr(rating, "appeal"),
        may_decide_appeal=_may_decide(row, account, holds),
        is_excluded=rating.excluded_at is not None,
        is_solved=row.is_solved,
    )


def _acts(row: Review, *, office: bool) -> list[Act]:
    """Return the steps, newest first; the office sees what it was asked, what it did and came of it."""
    rows = row.acts.order_by("-at", "-pk")
    if office:
        rows = rows.filter(kind__in=["correct", "answer", "recheck"])
    person = row.rating.person
    return [
        Act(
            kind=one.kind,
            round=one.round,
            number=one.number,
            outcome=one.outcome,
            words=opened(person, one.sealed),
            for_office=opened(person, one.for_office),
            by=_post_title(one),
            due=one.due_day,
            at=one.at,
            late=one.due_day is not None and timezone.localdate(one.at) > one.due_day,
        )
        for one in rows
    ]


def _appeal(rating: Rating, *, office: bool, rater: bool) -> AppealView | None:
    """Return the appeal; the rater sees it once it is decided."""
    found = getattr(rating, "appeal", None)
    if found is None or (rater and not found.is_upheld):
        return None
    return AppealView(
        words="" if rater else opened(rating.person, found.sealed),
        at=found.at,
        due=found.due_day,
        is_upheld=found.is_upheld,
        reason=opened(rating.person, found.reason_sealed),
        decided_at=found.decided_at,
    )


def _act(row: Review, account: Account, holds: Standing) -> str:
    """Return the step this account may do now, or ""."""
    if row.stage == "confirm":
        return "confirm" if access.is_rater(row.rating, account) else ""
    if row.stage == "closed":
        return ""
    desk = row.stage in access.BY_DESK or not row.is_founded
    may = holds.is_desk if desk else bool(holds.post_for(row.office))
    return row.stage if may else ""


def _may_decide(row: Review, account: Account, holds: Standing) -> bool:
    appeal = getattr(row.rating, "appeal", None)
    return (
        appeal is not None
        and appeal.is_upheld is None
        and holds.is_judge
        and appeal.by != f"account:{account.pk}"
    )


def _is_appealed(row: Review) -> bool:
    appeal = getattr(row.rating, "appeal", None)
    return appeal is not None and appeal.is_upheld is None


def _owner(row: Review) -> Text:
    district = catalogue.packs().district
    if row.stage in {"confirm", "closed"}:
        return Text("评价人", "the rater") if row.stage == "confirm" else Text("")
    post = district.posts.get(access.whose_turn(row).post)
    if post is None:
        return district.office(row.office)
    office = district.office(post.department)
    return Text(f"{office.zh} {post.title.zh}", f"{office.to('en')}, {post.title.to('en')}")


def _post_title(one: ReviewAct) -> Text:
    if not one.by.startswith("post:"):
        return Text("评价人", "the rater")
    key = one.by.removeprefix("post:").partition("/")[0]
    district = catalogue.packs().district
    post = district.posts.get(key)
    if post is None:
        return Text(key)
    office = district.office(post.department)
    return Text(f"{office.zh} {post.title.zh}", f"{office.to('en')}, {post.title.to('en')}")


def _supplement(row: Rating) -> str:
    found = getattr(row, "supplement", None)
    return opened(row.person, found.sealed) if found is not None else ""


def _case_of(row: Rating) -> Case | None:
    return Case.objects.filter(pk=int(row.key)).first() if row.kind == CASE else None
