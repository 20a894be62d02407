"""Tables of what neighbours settle together: homes, matters, meetings, votes, the fund; and appointments.

What somebody voted is nowhere: a voter's row says only that the home has voted, and a ballot says only
what was chosen. Nothing ties the two together, not even an order or a moment.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from minsheng.engines.councils import STATES

OPEN, CLOSED = "open", "closed"
PROPOSED, APPROVED, REFUSED, PAID, RELEASED, REVERSED = PAYMENTS = (
    "proposed", "approved", "refused", "paid", "released", "reversed",
)  # fmt: skip
SPENDING = (PROPOSED, APPROVED, PAID)
AGREED, NOT_AGREED, NOT_COME = OUTCOMES = ("agreed", "not_agreed", "not_come")


class Home(models.Model):
    """One home of an area, by its label ("3 栋 2-1"), with the household that votes for it, where known.

    Personal data: where a household lives, from and until which day.
    """

    area = models.CharField(max_length=60)
    label = models.CharField(max_length=40)
    household = models.ForeignKey(
        "people.Household", null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by = models.ForeignKey(
        "people.Household", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["area", "label"], name="home_once"),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(household__isnull=False),
                name="household_has_one_home",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.label}"


class Matter(models.Model):
    """What neighbours settle together; it began with a request that was sorted as small.

    `title` and `words` are public and name nobody. `part` narrows the homes of the area to those
    whose label begins with it. `post` calls the council.

    Personal data: the request it began with.
    """

    request = models.OneToOneField(
        "appeals.Request", on_delete=models.PROTECT, related_name="matter"
    )
    area = models.CharField(max_length=60)
    part = models.CharField(max_length=40, blank=True)
    post = models.CharField(max_length=80)
    title = models.CharField(max_length=80)
    words = models.TextField()
    state = models.CharField(max_length=10)
    called_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_words = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="matter_state"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["area", "-id"], name="matters_of_area"),
            models.Index(fields=["post", "state"], name="matters_of_post"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Meeting(models.Model):
    """A meeting of neighbours: when, where, who was asked to come, and what was said, naming nobody.

    Personal data: none.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="meetings")
    at = models.DateTimeField()
    place = models.CharField(max_length=120)
    parties = models.JSONField(default=list)
    invited_homes = models.PositiveIntegerField()
    came_homes = models.PositiveIntegerField(null=True)
    minutes = models.TextField(blank=True)
    held_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(held_at__isnull=True) | ~Q(minutes="") & Q(came_homes__isnull=False),
                name="meeting_held_has_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.at}"


class Vote(models.Model):
    """One vote of households, open from `opens_on` to `closes_on`, both included.

    The numbers of the pack are kept as they were when it was opened; `result` is None until it is closed.

    Personal data: none.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="votes")
    question = models.CharField(max_length=200)
    opens_on = models.DateField()
    closes_on = models.DateField()
    entitled = models.PositiveIntegerField()
    quorum_percent = models.PositiveSmallIntegerField()
    majority_percent = models.PositiveSmallIntegerField()
    least_age = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=6, default=OPEN)
    result = models.JSONField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(state=OPEN, result__isnull=True, closed_at__isnull=True)
                | Q(state=CLOSED, result__isnull=False, closed_at__isnull=False),
                name="vote_result_when_closed",
            ),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="vote_days"),
            models.UniqueConstraint(
                fields=["matter"], condition=Q(state=OPEN), name="vote_one_open"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["closes_on"], condition=Q(state=OPEN), name="votes_open"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.state}"


class Choice(models.Model):
    """One proposal of a vote, with what the fund would pay for it. Personal data: none."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="choices")
    key = models.CharField(max_length=4)
    words = models.CharField(max_length=200)
    cost_fen = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["vote", "key"], name="choice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.vote_id} {self.key}"


class Voter(models.Model):
    """A home that may vote, set when the vote opens, and whether it has; not what.

    Personal data: that a home has voted.
    """

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="voters")
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="+")
    has_voted = models.BooleanField(default=False)
    on_paper = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["vote", "home"], name="voter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.vote_id} {self.home_id}"


class Ballot(models.Model):
    """What was chosen, by nobody in particular: a random id, no moment. Personal data: none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="ballots")
    choice = models.CharField(max_length=8)

    def __str__(self) -> str:
        return str(self.vote_id)


class Share(models.Model):
    """Which of the five parties takes which part. Personal data: none."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="shares")
    party = models.CharField(max_length=40)
    words = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["matter", "party"], name="share_once"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.party}"


class Payment(models.Model):
    """Money of the small fund for a matter: proposed, approved by somebody else, paid with evidence.

    `held` is the posting that set the money aside, `spent` the one that used it; a mistake is reversed.

    Personal data: `payee` may name a tradesman; it isn't public.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="payments")
    what = models.CharField(max_length=120)
    payee = models.CharField(max_length=80)
    amount_fen = models.PositiveBigIntegerField()
    unit = models.CharField(max_length=80)
    holder = models.CharField(max_length=60)
    state = models.CharField(max_length=10, default=PROPOSED)
    proposed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        "people.Account", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)
    held = models.OneToOneField(
        "accounts.Posting", null=True, on_delete=models.PROTECT, related_name="+"
    )
    spent = models.OneToOneField(
        "accounts.Posting", null=True, on_delete=models.PROTECT, related_name="+"
    )
    paid_on = models.DateField(null=True)
    evidence = models.CharField(max_length=200, blank=True)
    file = models.ForeignKey(
        "records.StoredFile", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=PAYMENTS), name="payment_state"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_of_something"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="payment_decided_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=~Q(state=PAID)
                | Q(held__isnull=False, spent__isnull=False, paid_on__isnull=False)
                & ~Q(evidence=""),
                name="payment_paid_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.state}"


class Appointment(models.Model):
    """A talk with a mediator about a private matter, and what came of it.

    Personal data: that somebody asked for it; what was agreed is a sealed note of the request.
    """

    request = models.ForeignKey(
        "appeals.Request", on_delete=models.PROTECT, related_name="appointments"
    )
    at = models.DateTimeField(null=True)
    place = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(is_open=True), name="appointment_one_open"
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, outcome="") | Q(is_open=False), name="appointment_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.outcome or 'open'}"
