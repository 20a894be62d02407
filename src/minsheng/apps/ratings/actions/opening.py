"""A bad rating opens a review: its number, its days, and who is told."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.cases import catalogue
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.ratings.access import rules
from minsheng.apps.ratings.models import Rating, Review, Serial
from minsheng.lib.texts import Text, day_said

STREAM = "review"


def open_review(rating: Rating) -> Review:
    """Return the review that follows a bad rating; in the caller's transaction.

    Somebody who is known is called back first; without a name it is verified at once.
    """
    on = max(rating.day, timezone.localdate())
    due = catalogue.calendar().add(on, rules().within)
    stage = "visit" if rating.is_named else "verify"
    review = Review.objects.create(
        number=next_number(on),
        rating=rating,
        stage=stage,
        office=rating.office,
        opened_on=on,
        due_day=due.day,
        due_provisional=due.provisional,
        stage_since=on,
        stage_due=stage_due(stage, on),
    )
    record(review, "opened", by="", stage=stage)
    tell_posts(
        review,
        rules().desk,
        Text("有一条差评要处理", "A bad review is waiting"),
        Text(
            f"{review.number}：{day_said(review.stage_due).zh}前走完第一步。",
            f"{review.number}: the first step by {day_said(review.stage_due).to('en')}.",
        ),
    )
    if rating.is_named:
        tell_rater(
            review,
            Text("您的评价收到了", "We have your rating"),
            Text(
                f"{day_said(review.stage_due).zh}前会有人回访您，"
                f"{day_said(review.due_day).zh}前给您结果。",
                f"Somebody calls you back by {day_said(review.stage_due).to('en')}; "
                f"you have a result by {day_said(review.due_day).to('en')}.",
            ),
        )
    return review


def stage_due(stage: str, on: date) -> date:
    """Return the last day of a stage that begins on a day."""
    return catalogue.calendar().add(on, rules().term_of(stage)).day


def next_number(on: date) -> str:
    """Return the next number of the year: 2026-0001."""
    Serial.objects.get_or_create(year=on.year)
    serial = Serial.objects.select_for_update().get(year=on.year)
    serial.last += 1
    serial.save(update_fields=["last"])
    return f"{on.year}-{serial.last:04d}"


def record(review: Review, kind: str, *, by: str, **data: str | int | bool) -> None:
    """Write down in the ledger that something happened to a review."""
    news = audit.News(
        kind=f"review.{kind}", at=timezone.now(), by=by, data={"review": review.number, **data}
    )
    audit.record(STREAM, review.number, news)


def tell_posts(review: Review, post: str, title: Text, body: Text) -> None:
    """Tell whoever fills a post today, once for each stage and round."""
    for account in people.accounts_of(post) if post else ():
        _tell(account, review, title, body, link=f"/desk/reviews/{review.number}")


def tell_office(review: Review, title: Text, body: Text) -> None:
    """Tell the head of the rated office; while nobody holds that post, everybody who works there."""
    district = catalogue.packs().district
    head = district.head_of(review.office)
    posts = [key for key, post in district.posts.items() if post.department == review.office]
    for post in [head] if people.accounts_of(head) else posts:
        tell_posts(review, post, title, body)


def tell_rater(review: Review, title: Text, body: Text) -> None:
    """Tell the rater, where they can be told."""
    account = people.account_of_person(review.rating.person)
    if account is not None:
        _tell(account, review, title, body, link=f"/mine/ratings/{review.rating_id}")


def _tell(account: Account, review: Review, title: Text, body: Text, *, link: str) -> None:
    notices.notify(
        account,
        kind="review",
        title=title,
        body=body,
        link=link,
        key=f"review:{review.pk}:{review.stage}:{review.round}:{account.pk}",
    )
