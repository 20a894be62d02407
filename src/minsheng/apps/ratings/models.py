"""Tables of ratings: of a case or of a visit to a counter, and of what follows a bad one.

Who rated is never shown to who was rated. What a rated office may read stands in `RatedMonth`, which
the database itself keeps free of cells that would give somebody away. Words are sealed under the
rater's own key.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

CASE = "case"
VISIT = "visit"
BAD = 2
"""The two lowest of five levels are bad reviews. Source: 国办发〔2019〕51号."""
HIDDEN_UNDER = 5
MOST_CONTACTS = 3
PORTAL, API, QR, KIOSK, SMS, HOTLINE, PAPER = CHANNELS = (
    "portal", "api", "qr", "kiosk", "sms", "hotline", "paper",
)  # fmt: skip
"""By which way a rating came; app and mini-program call the API. Source: facts of 国办发〔2019〕51号."""
ENTERED = (HOTLINE, PAPER)
"""Ways by which somebody else writes down what the rater said."""
STAGES = ("visit", "verify", "correct", "answer", "confirm", "recheck", "closed")
ACTS = ("contact", "verify", "correct", "answer", "confirm", "recheck")


class Visit(models.Model):
    """One visit to a counter, which may be rated once by whoever holds its code.

    Personal data: none; when which clerk gave out a code. `digest` is the digest of the code, which
    is shown once and kept nowhere.
    """

    digest = models.CharField(max_length=140, unique=True)
    office = models.CharField(max_length=40)
    post = models.CharField(max_length=80)
    given_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateField()

    def __str__(self) -> str:
        return f"visit {self.pk}"


class Rating(models.Model):
    """What one person said of a case or a visit, once. `parts` are the sub-scores, each 1 to 5.

    `office` is whose work it counts for. `is_named`: the rater is known, and is called back after a
    bad review. `entered_by` wrote it down for the rater, where somebody did. `excluded_at`: an appeal found it mistaken; it stays and is not counted.

    Personal data: who rated; `sealed`, the rater's words, under their key. Whoever rates a visit
    without signing in is a person without a name or number.
    """

    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=40)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    office = models.CharField(max_length=40)
    score = models.PositiveSmallIntegerField()
    parts = models.JSONField(default=dict)
    channel = models.CharField(max_length=10)
    entered_by = models.CharField(max_length=100, blank=True)
    is_named = models.BooleanField()
    sealed = models.TextField(blank=True)
    at = models.DateTimeField()
    day = models.DateField()
    excluded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["kind", "key"], name="rated_once"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="rating_score"),
            models.CheckConstraint(condition=Q(kind__in=[CASE, VISIT]), name="rating_kind"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="rating_channel"),
            models.CheckConstraint(
                condition=(Q(channel__in=ENTERED) & ~Q(entered_by=""))
                | (~Q(channel__in=ENTERED) & Q(entered_by="")),
                name="rating_entered_by_somebody",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["office", "day"], name="ratings_of_office"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.score}"

    @property
    def is_bad(self) -> bool:
        """Whether this is a bad review."""
        return self.score <= BAD


class SmsStop(models.Model):
    """A telephone that asked for no more messages about ratings, by its keyed index.

    Personal data: the index of a telephone number; erased by sending START.
    """

    blind = models.CharField(max_length=140, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"stop {self.pk}"


class Supplement(models.Model):
    """What the rater added later (追评), once. Personal data: `sealed`, under the rater's key."""

    rating = models.OneToOneField(Rating, on_delete=models.CASCADE, related_name="supplement")
    sealed = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"supplement to {self.rating_id}"


class Review(models.Model):
    """What follows one bad review, until it is closed.

    `stage` says whose turn it is, since `stage_since`, until `stage_due`. `round` counts how often it
    was put right. `may_tell`: the rater has let us tell the office which case it is about.

    Personal data: none beside the rating's.
    """

    number = models.CharField(max_length=20, unique=True)
    rating = models.OneToOneField(Rating, on_delete=models.CASCADE, related_name="review")
    stage = models.CharField(max_length=10)
    round = models.PositiveSmallIntegerField(default=1)
    office = models.CharField(max_length=40)
    opened_on = models.DateField()
    due_day = models.DateField()
    due_provisional = models.BooleanField(default=False)
    stage_since = models.DateField()
    stage_due = models.DateField()
    is_reached = models.BooleanField(null=True)
    is_founded = models.BooleanField(null=True)
    is_solved = models.BooleanField(null=True)
    may_tell = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(stage__in=STAGES), name="review_stage"),
            models.CheckConstraint(
                condition=(Q(stage="closed") & Q(closed_at__isnull=False))
                | (~Q(stage="closed") & Q(closed_at__isnull=True)),
                name="review_closed_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(due_day__gte=F("opened_on")), name="review_due_after_opening"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["due_day"], condition=~Q(stage="closed"), name="open_reviews_by_day"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReviewAct(models.Model):
    """One step of a review that was done: who, when, by which day, and in which words.

    `outcome` is a declared word: reached, not_reached, founded, unfounded, solved, not_solved, passed,
    again. `for_office` are words for the rated office, which name nobody.

    Personal data: `sealed`, words to and from the rater, and `for_office`, under the rater's key.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=10)
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=20, blank=True)
    sealed = models.TextField(blank=True)
    for_office = models.TextField(blank=True)
    by = models.CharField(max_length=100)
    due_day = models.DateField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["review", "kind", "round", "number"], name="review_step_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=ACTS), name="review_act"),
            models.CheckConstraint(
                condition=Q(number__gte=1)
                & (Q(kind="contact", number__lte=MOST_CONTACTS) | Q(number=1)),
                name="three_contacts_at_most",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.kind} {self.round}.{self.number}"


class Appeal(models.Model):
    """A rated office holds a rating for mistaken; another post decides, with a reason.

    Personal data: `sealed` and `reason_sealed`, words about the case, under the rater's key.
    """

    rating = models.OneToOneField(Rating, on_delete=models.CASCADE, related_name="appeal")
    sealed = models.TextField()
    by = models.CharField(max_length=100)
    by_post = models.CharField(max_length=80)
    at = models.DateTimeField()
    due_day = models.DateField()
    is_upheld = models.BooleanField(null=True)
    decided_by = models.CharField(max_length=100, blank=True)
    decided_by_post = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason_sealed = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(
                    is_upheld__isnull=True,
                    decided_at__isnull=True,
                    decided_by="",
                    decided_by_post="",
                    reason_sealed="",
                )
                | (
                    Q(is_upheld__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by="")
                    & ~Q(decided_by_post="")
                    & ~Q(reason_sealed="")
                ),
                name="appeal_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by_post=F("by_post")), name="appeal_decided_by_another_post"
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("by")), name="appeal_decided_by_another_person"
            ),
        ]

    def __str__(self) -> str:
        return f"appeal against {self.rating_id}"


class RatedMonth(models.Model):
    """All that a rated office may read of one finished month: counts, and never a small cell.

    Made once the month is over, so that nobody learns a score by looking before and after.

    Personal data: none; the database refuses a month of fewer than five raters.
    """

    office = models.CharField(max_length=40)
    month = models.DateField()
    count = models.PositiveIntegerField()
    satisfied = models.PositiveIntegerField()
    scores = models.JSONField()
    parts = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["office", "month"], name="one_row_per_office_month"),
            models.CheckConstraint(condition=Q(count__gte=HIDDEN_UNDER), name="no_small_cell"),
            models.CheckConstraint(condition=Q(satisfied__lte=F("count")), name="satisfied_of_all"),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.month:%Y-%m}"


class Bookmark(models.Model):
    """Up to which day the months were made. One row. Personal data: none."""

    name = models.CharField(max_length=20, primary_key=True)
    entry = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.entry}"


class Serial(models.Model):
    """The last number given in a year. Personal data: none."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}-{self.last:04d}"
