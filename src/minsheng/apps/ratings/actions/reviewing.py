"""What follows a bad review, step by step: call back, verify, put right, answer, check again.

Each step locks the review's row first, looks whose turn it is, writes the step and the event, and
tells whoever comes next. A step that somebody else has done already is a Conflict.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from minsheng.apps.people.models import Account
from minsheng.apps.ratings import access
from minsheng.apps.ratings.actions.opening import (
    record,
    stage_due,
    tell_office,
    tell_posts,
    tell_rater,
)
from minsheng.apps.ratings.models import Rating, Review, ReviewAct
from minsheng.apps.ratings.scales import STAGES
from minsheng.apps.ratings.sealing import NOTHING, sealed
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text, day_said


@dataclass(frozen=True, slots=True)
class _Turn:
    """A review whose row is locked, and who acts."""

    review: Review
    rating: Rating
    by: str

    def write(
        self, kind: str, words: str, *, outcome: str = "", number: int = 1, for_office: str = ""
    ) -> ReviewAct:
        """Write down a step that was done."""
        review = self.review
        made = ReviewAct.objects.create(
            review=review,
            kind=kind,
            round=review.round,
            number=number,
            outcome=outcome,
            sealed=words,
            for_office=for_office,
            by=self.by,
            due_day=review.stage_due,
            at=timezone.now(),
        )
        record(review, kind, by=self.by, outcome=outcome, round=review.round, number=number)
        return made

    def go_to(self, stage: str) -> Review:
        """Let the next stage begin today, and tell whose turn it is."""
        review, on = self.review, timezone.localdate()
        review.stage, review.stage_since = stage, on
        if stage == "closed":
            review.closed_at = timezone.now()
        else:
            # The last stage is due within its own term, and never after the whole.
            review.stage_due = stage_due("recheck" if stage == "confirm" else stage, on)
        review.save()
        _tell_next(review)
        return review


def record_contact(
    number: str, *, by: Account, reached: bool, words: str, may_tell: bool = False
) -> Review:
    """Write down one attempt to call the rater back and return the review.

    Reached, or after the last attempt without an answer, it goes on to be verified. `may_tell`: the
    rater lets us tell the office which case it is about.
    """

    def act(turn: _Turn) -> Review:
        review = turn.review
        count = review.acts.filter(kind="contact", round=review.round).count() + 1
        outcome = "reached" if reached else "not_reached"
        turn.write("contact", said, outcome=outcome, number=count)
        if reached or count >= access.rules().contacts:
            review.is_reached, review.may_tell = reached, reached and may_tell
            return turn.go_to("verify")
        return review

    said = _words(number, words, Text("怎么联系的，说了什么", "how you tried, and what was said"))
    return _step(number, by, ("visit",), act)


def verify_review(
    number: str, *, by: Account, founded: bool, words: str, for_office: str = ""
) -> Review:
    """Say what was found, and return the review: a founded one goes to the office to be put right.

    `words` are for the rater; `for_office` says what to put right, without who or when.
    """
    said = _words(number, words, Text("核实的结果", "what you found"))
    task = ""
    if founded:
        task = _words(
            number,
            for_office,
            Text(
                "要部门改什么，不写是谁、哪一天",
                "what the office is to put right, without who or when",
            ),
            field="for_office",
        )

    def act(turn: _Turn) -> Review:
        outcome = "founded" if founded else "unfounded"
        turn.write("verify", said, outcome=outcome, for_office=task)
        turn.review.is_founded = founded
        return turn.go_to("correct" if founded else "answer")

    return _step(number, by, ("verify",), act)


def correct_review(number: str, *, by: Account, words: str) -> Review:
    """Say, for the rated office, what was put right; and return the review."""
    said = _words(number, words, Text("改了什么", "what was put right"))

    def act(turn: _Turn) -> Review:
        turn.write("correct", said)
        return turn.go_to("answer")

    return _step(number, by, ("correct",), act)


def answer_review(number: str, *, by: Account, words: str) -> Review:
    """Answer the rater and return the review; the rater says whether it is solved.

    The office answers what was founded, the desk what wasn't. Nobody to be asked: checked at once.
    """
    said = _words(number, words, Text("给评价人的答复", "your answer to the rater"))

    def act(turn: _Turn) -> Review:
        turn.write("answer", said)
        return turn.go_to("confirm" if turn.rating.is_named else "recheck")

    return _step(number, by, ("answer",), act)


def confirm_review(number: str, *, by: Account, solved: bool, words: str = "") -> Review:
    """Say, as the rater, whether it is solved; and return the review."""
    said = _words(number, words)

    def act(turn: _Turn) -> Review:
        turn.write("confirm", said, outcome="solved" if solved else "not_solved")
        turn.review.is_solved = solved
        return turn.go_to("recheck")

    return _step(number, by, ("confirm",), act)


def recheck_review(number: str, *, by: Account, passed: bool, words: str) -> Review:
    """Check again and return the review: closed with a finding, or sent back to be put right."""
    said = _words(number, words, Text("复核的结果", "what you found"))

    def act(turn: _Turn) -> Review:
        turn.write("recheck", said, outcome="passed" if passed else "again")
        if passed:
            return turn.go_to("closed")
        turn.review.round += 1
        turn.review.is_founded = True
        return turn.go_to("correct")

    return _step(number, by, ("recheck",), act)


def move_silent() -> int:
    """Let reviews whose rater hasn't answered in time go on to the last check; return how many."""
    on = timezone.localdate()
    late = Review.objects.filter(stage="confirm", stage_due__lt=on).values_list("pk", flat=True)
    moved = 0
    for pk in list(late):
        with transaction.atomic():
            review = Review.objects.select_for_update().get(pk=pk)
            if review.stage == "confirm" and review.stage_due < on:
                record(review, "no_answer", by="", round=review.round)
                _Turn(review, review.rating, "").go_to("recheck")
                moved += 1
    return moved


def close_excluded(review: Review, *, by: str) -> None:
    """Close a review whose rating was found mistaken; its row is locked by the caller."""
    record(review, "excluded", by=by)
    _Turn(review, review.rating, by).go_to("closed")


def locked(number: str) -> Review:
    """Return a review with its row locked until the transaction ends; NotFound without one."""
    review = Review.objects.select_for_update().filter(number=number).first()
    if review is None:
        raise access.no_such_review()
    return review


def _step(
    number: str, by: Account, stages: tuple[str, ...], act: Callable[[_Turn], Review]
) -> Review:
    with transaction.atomic():
        review = locked(number)
        rating = Rating.objects.select_related("person").get(pk=review.rating_id)
        if stages == ("confirm",):
            access.require_rater(rating, by)
            acts_as = f"account:{by.pk}"
        else:
            acts_as = f"post:{_post(review, by, stages[0])}/account:{by.pk}"
        if review.stage not in stages:
            raise _done_already(review)
        return act(_Turn(review, rating, acts_as))


def _post(review: Review, by: Account, stage: str) -> str:
    """Return in which post this account does a step; NotFound or NotAllowed for others."""
    if not access.may_see_review(review, by):
        raise access.no_such_review()
    rules = access.rules()
    desk = stage in access.BY_DESK or (stage == "answer" and not review.is_founded)
    if desk:
        if access.is_desk(by):
            return rules.desk
    elif post := access.post_for(by, review.office):
        return post
    raise access.not_your_step()


def _words(number: str, text: str, needed: Text = NOTHING, *, field: str = "words") -> str:
    """Return words sealed under the rater's key, before the transaction begins."""
    review = Review.objects.select_related("rating__person").filter(number=number).first()
    if review is None:
        raise access.no_such_review()
    return sealed(review.rating.person, text, field=field, needed=needed)


def _done_already(review: Review) -> Conflict:
    stage = STAGES[review.stage]
    return Conflict(
        "ratings.step_done",
        f"这一步已经有人办过了，现在是：{stage.zh}。刷新看看，您写的没有发出。",
        f"Somebody has done this step already; it is now at: {stage.to('en')}. Reload the page; "
        "what you wrote was not sent.",
        facts={"stage": review.stage, "review": review.number},
    )


def _tell_next(review: Review) -> None:
    day = day_said(review.stage_due)
    if review.stage == "closed":
        tell_rater(
            review,
            Text("您的评价有结果了", "Your rating has a result"),
            Text("每一步办了什么，都写在里面。", "What was done at each step is written there."),
        )
        return
    if review.stage == "confirm":
        tell_rater(
            review,
            Text("解决了吗？", "Is it solved?"),
            Text(
                f"部门答复了。{day.zh}前说一声解决没有，没解决会再办。",
                f"The office has answered. Say by {day.to('en')} whether it is solved; if not, it goes on.",
            ),
        )
        return
    desk = review.stage in access.BY_DESK or not review.is_founded
    stage = STAGES[review.stage]
    title = Text(f"差评整改：{stage.zh}", f"Bad review: {stage.to('en')}")
    body = Text(f"{review.number}，{day.zh}前办。", f"{review.number}, by {day.to('en')}.")
    if desk:
        tell_posts(review, access.rules().desk, title, body)
    else:
        tell_office(review, title, body)
