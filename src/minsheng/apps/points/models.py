"""Tables of points: who takes part, what is proposed, published and objected to, shop and honours.

What somebody has is in `apps.accounts`; here is how it came about. Scheme, circle, item and good are
keys of the pack `points/<scheme>/points.yaml`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

PROPOSED, PUBLISHED, POSTED, DROPPED = "proposed", "published", "posted", "dropped"
OPEN, HANDED, CANCELLED, LAPSED = "open", "handed", "cancelled", "lapsed"
OFFERED, ACCEPTED, DECLINED = "offered", "accepted", "declined"
UPHELD, DISMISSED = "upheld", "dismissed"


class Participant(models.Model):
    """Who takes part in a circle, of their own wish: a household or a person, under a number.

    `holder` is the holder of the account; `person` is who joined and is told. Leaving keeps what
    was earned until it ends.

    Personal data: that somebody takes part. Names are read from the person where they are shown.
    """

    scheme = models.CharField(max_length=40)
    circle = models.CharField(max_length=40)
    holder = models.CharField(max_length=60)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["scheme", "circle", "number"], name="participant_number_in_circle"
            ),
            models.UniqueConstraint(
                fields=["scheme", "holder"],
                condition=Q(left_on__isnull=True),
                name="participant_in_one_circle_of_a_scheme",
            ),
            models.CheckConstraint(
                name="participant_leaves_after_joining",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}.{self.circle} {self.number}"


class PublicList(models.Model):
    """A list of proposals that is public from a day to a last day, for objections.

    Personal data: none beside the officer who published it.
    """

    scheme = models.CharField(max_length=40)
    circle = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    published_on = models.DateField()
    last_day = models.DateField()
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["scheme", "circle", "number"], name="public_list_number_in_circle"
            ),
            models.CheckConstraint(
                name="public_list_has_days", condition=Q(last_day__gt=F("published_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}.{self.circle} {self.number}"


class Proposal(models.Model):
    """That somebody did an item on a day; public first, then posted.

    `points` is signed and follows from the rules; an upheld objection changes `times` and `points`.

    Personal data: who did it; `note` is sealed under that person's key.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="proposals")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=40)
    day = models.DateField()
    times = models.PositiveIntegerField()
    points = models.IntegerField()
    note = models.TextField(blank=True)
    state = models.CharField(max_length=10, default=PROPOSED)
    proposed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    public_list = models.ForeignKey(
        PublicList, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    was_corrected = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                name="proposal_state",
                condition=Q(state__in=[PROPOSED, PUBLISHED, POSTED, DROPPED]),
            ),
            models.CheckConstraint(
                name="proposal_is_public_before_it_is_posted",
                condition=Q(public_list__isnull=False) | Q(state__in=[PROPOSED, DROPPED]),
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["participant", "item", "day"], name="proposals_of_participant"),
            models.Index(fields=["state", "id"], name="proposals_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.item} {self.day}"


class Objection(models.Model):
    """What a participant says against a published proposal; decided by somebody else, once.

    Personal data: who objects; `words` are sealed under the objector's key.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="objections")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True)
    decided_by = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["proposal", "by"], name="objection_once_of_somebody"),
            models.CheckConstraint(
                name="objection_decided_by_somebody_else",
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | (
                    Q(outcome__in=[UPHELD, DISMISSED], decided_at__isnull=False)
                    & ~Q(decided_by=F("by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.outcome or 'open'}"


class Stock(models.Model):
    """How many of a good a shop has to order. Personal data: none."""

    scheme = models.CharField(max_length=40)
    circle = models.CharField(max_length=40)
    good = models.CharField(max_length=40)
    left = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["scheme", "circle", "good"], name="stock_one_for_a_good"
            ),
            models.CheckConstraint(name="stock_is_never_below_zero", condition=Q(left__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}.{self.circle} {self.good} {self.left}"


class Exchange(models.Model):
    """One order: points are set aside, the good is kept until a day, handed over by its code.

    Personal data: who ordered what.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="exchanges")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    good = models.CharField(max_length=40)
    price = models.PositiveIntegerField()
    code = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=10, default=OPEN)
    ordered_on = models.DateField()
    ready_until = models.DateField()
    handed_by = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                name="exchange_state",
                condition=Q(state__in=[OPEN, HANDED, CANCELLED, LAPSED]),
            ),
            models.CheckConstraint(
                name="exchange_handed_by_somebody",
                condition=Q(state=HANDED, handed_by__isnull=False)
                | (~Q(state=HANDED) & Q(handed_by=None)),
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["state", "ready_until"], name="exchanges_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class Honour(models.Model):
    """A public thank-you that was offered; shown to nobody until the person agrees.

    Personal data: that somebody is to be thanked. The consent itself is in `people`.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="honours")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    honour = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=10, default=OFFERED)
    offered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["participant", "honour", "since"], name="honour_once_a_period"
            ),
            models.CheckConstraint(
                name="honour_state", condition=Q(state__in=[OFFERED, ACCEPTED, DECLINED])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.honour} {self.state}"


class Bar(models.Model):
    """That a participant can't be honoured until a day, because of a veto of the pack.

    Personal data: that somebody did what the veto names.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="bars")
    veto = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField()
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(name="bar_has_days", condition=Q(until__gt=F("since"))),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.veto} {self.until}"
