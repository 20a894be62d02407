"""A rated office holds a rating for mistaken; another post decides, with a reason."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.people.models import Account, Person
from minsheng.apps.ratings import access
from minsheng.apps.ratings.actions.following import publish_months
from minsheng.apps.ratings.actions.opening import record, tell_posts
from minsheng.apps.ratings.actions.reviewing import close_excluded, locked
from minsheng.apps.ratings.models import Appeal, Rating, Review
from minsheng.apps.ratings.sealing import sealed
from minsheng.lib.errors import Conflict, NotAllowed, NotFound
from minsheng.lib.texts import Text, day_said


def appeal_review(number: str, *, by: Account, words: str) -> Appeal:
    """Hold the rating behind a review for mistaken, for the rated office; and return the appeal.

    Once for each rating, until the review is closed. The review goes on meanwhile.
    """
    person = _person_of(number)
    token = sealed(
        person, words, field="appeal", needed=Text("为什么说评错了", "why it is mistaken")
    )
    at = timezone.now()
    due = catalogue.calendar().add(timezone.localdate(at), access.rules().appeal_term).day
    try:
        with transaction.atomic():
            review = locked(number)
            if not access.may_see_review(review, by):
                raise access.no_such_review()
            post = access.post_for(by, review.office)
            if not post:
                raise access.not_your_step()
            if review.stage == "closed":
                raise Conflict(
                    "ratings.appeal_late",
                    "这一件已经办结，不能再申诉。",
                    "This one is closed; it can't be appealed any more.",
                )
            appeal = Appeal.objects.create(
                rating_id=review.rating_id,
                sealed=token,
                by=f"account:{by.pk}",
                by_post=post,
                at=at,
                due_day=due,
            )
            record(review, "appealed", by=f"post:{post}/account:{by.pk}")
            tell_posts(
                review,
                access.rules().judge,
                Text("有一条评价被申诉", "A rating was appealed"),
                Text(
                    f"{review.number}，{day_said(due).zh}前定。",
                    f"{review.number}, to be decided by {day_said(due).to('en')}.",
                ),
            )
    except IntegrityError as error:
        raise Conflict(
            "ratings.appealed",
            "这条评价已经申诉过一次，一条只能申诉一次。",
            "This rating was appealed once already; once is all.",
        ) from error
    return appeal


def decide_appeal(number: str, *, by: Account, upheld: bool, words: str) -> Appeal:
    """Decide an appeal with a reason and return it.

    Upheld, the rating is taken out of the count and stays to be seen; its review is closed. Raises
    NotAllowed for whoever appealed, or belongs to the rated office.
    """
    token = sealed(
        _person_of(number), words, field="reason", needed=Text("为什么这样定", "why you decide so")
    )
    with transaction.atomic():
        review = locked(number)
        rating = Rating.objects.select_for_update().get(pk=review.rating_id)
        if not access.is_judge(by):
            seen = access.may_see_review(review, by)
            raise access.not_your_step() if seen else access.no_such_review()
        appeal = Appeal.objects.select_for_update().filter(rating=rating).first()
        if appeal is None:
            raise NotFound(
                "ratings.no_appeal", "这条评价没有申诉。", "This rating wasn't appealed."
            )
        judge = access.rules().judge
        if appeal.by == f"account:{by.pk}" or appeal.by_post == judge:
            raise NotAllowed(
                "ratings.own_appeal",
                "自己岗位提的申诉要由别的岗位定。请转给别的负责人。",
                "An appeal of your own post is decided by another. Pass it on.",
            )
        if appeal.is_upheld is not None:
            raise Conflict(
                "ratings.appeal_decided",
                "这个申诉已经有人定了。刷新看看，您写的没有发出。",
                "Somebody has decided this appeal already. Reload the page; what you wrote was not sent.",
            )
        appeal.is_upheld = upheld
        appeal.decided_by = f"account:{by.pk}"
        appeal.decided_by_post = judge
        appeal.decided_at = timezone.now()
        appeal.reason_sealed = token
        appeal.save()
        by_words = f"post:{judge}/account:{by.pk}"
        record(review, "appeal_upheld" if upheld else "appeal_refused", by=by_words)
        if upheld:
            rating.excluded_at = appeal.decided_at
            rating.save(update_fields=["excluded_at"])
            if review.stage != "closed":
                review.rating = rating
                close_excluded(review, by=by_words)
            publish_months(again=True)
    return appeal


def _person_of(number: str) -> Person:
    review = Review.objects.select_related("rating__person").filter(number=number).first()
    if review is None:
        raise access.no_such_review()
    return review.rating.person
