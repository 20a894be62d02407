"""Tables of requests. The events in the ledger are the truth; a row is what they come to now."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

RECEIVED, HANDLING, VISITING, CLOSED = STATUSES = ("received", "handling", "visiting", "closed")
OPEN = (RECEIVED, HANDLING, VISITING)
ITEM_OPEN = ("waiting", "open", "disputed", "held")


class Form(models.Model):
    """A kind of request as its pack was, kept for the requests pinned to it. Personal data: none."""

    hash = models.CharField(max_length=80, primary_key=True)
    slug = models.CharField(max_length=60)
    normalised = models.TextField()
    stored_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.slug} {self.hash}"


class Request(models.Model):
    """One request. `state` is the engine's state after event `seq`, whose hash is `head`.

    `acts_at` is when the calendar acts next. `desk_post` is whose turn it is while no office has it:
    who dispatches, or who calls back. `predecessor` is the request that this one takes up again;
    `finding` is what a visit found, or a courtyard said, and this was made of.

    Personal data: who made it; `words` and `contact`, sealed under their key. A caller without a
    sign-in is a person without a number. Where it is, is an area and not an address.
    """

    number = models.CharField(max_length=20, unique=True)
    slug = models.CharField(max_length=60)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    channel = models.CharField(max_length=12)
    category = models.CharField(max_length=60)
    grade = models.CharField(max_length=60)
    area = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=10)
    outcome = models.CharField(max_length=14, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    score = models.PositiveSmallIntegerField(null=True)
    received_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    desk_post = models.CharField(max_length=80, blank=True)
    due_at = models.DateTimeField(null=True)
    due_provisional = models.BooleanField(default=False)
    acts_at = models.DateTimeField(null=True)
    words = models.TextField()
    contact = models.TextField(blank=True)
    state = models.JSONField()
    seq = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=140, blank=True)
    predecessor = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="successor"
    )

    finding = models.OneToOneField(
        "visits.Finding", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="request_status"),
            models.CheckConstraint(
                condition=Q(status=CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(status=CLOSED) & Q(closed_at__isnull=True, outcome=""),
                name="request_closed_with_an_outcome",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["desk_post", "due_at"],
                condition=~Q(desk_post=""),
                name="requests_at_a_desk",
            ),
            models.Index(
                fields=["acts_at"], condition=Q(acts_at__isnull=False), name="requests_acts_at"
            ),
            models.Index(fields=["account", "-id"], name="requests_of_account"),
            models.Index(fields=["organisation", "-id"], name="requests_of_organisation"),
            models.Index(fields=["slug", "received_at"], name="requests_by_day"),
            models.Index(fields=["area", "-id"], condition=~Q(area=""), name="requests_near"),
        ]

    def __str__(self) -> str:
        return self.number


class RequestItem(models.Model):
    """What one office has to do about a request, as the state says. Personal data: none."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=6)
    post = models.CharField(max_length=80)
    office = models.CharField(max_length=40)
    is_lead = models.BooleanField()
    round = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10)
    result = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    is_wrong = models.BooleanField(default=False)
    dispatched_at = models.DateTimeField()
    contact_due = models.DateTimeField(null=True)
    contact_provisional = models.BooleanField(default=False)
    finish_due = models.DateTimeField()
    is_provisional = models.BooleanField(default=False)
    contacted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    asks_post = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["request", "key"], name="request_item_once"),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(is_lead=True, status__in=ITEM_OPEN),
                name="request_one_lead",
            ),
            models.UniqueConstraint(
                fields=["request", "post"],
                condition=Q(status__in=ITEM_OPEN),
                name="request_post_once",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["post", "finish_due"],
                condition=Q(status__in=ITEM_OPEN),
                name="request_items_open",
            ),
            models.Index(
                fields=["asks_post"], condition=~Q(asks_post=""), name="request_items_asking"
            ),
            models.Index(fields=["office", "dispatched_at"], name="request_items_of_office"),
            models.Index(
                fields=["contact_due"],
                condition=Q(is_lead=True, is_wrong=False),
                name="request_items_to_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.key}"


class RequestSaid(models.Model):
    """What the requester said of the answer of one round, for the post that led. Personal data: none.

    It repeats what the state of the request holds, so that the database can add up the rates.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="said")
    round = models.PositiveSmallIntegerField()
    post = models.CharField(max_length=80)
    at = models.DateTimeField()
    solved = models.BooleanField()
    score = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["request", "round"], name="request_said_once_a_round"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["at"], name="request_said_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.round}"


class RequestNote(models.Model):
    """Words with one step of a request. `is_shown`: the requester reads them too.

    Personal data: `sealed`, under the key of the request's person.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="notes")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    item = models.CharField(max_length=6, blank=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    is_shown = models.BooleanField()
    sealed = models.TextField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["request", "seq"], name="request_note_once"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind}"


class Joined(models.Model):
    """A request that is about the same thing as another, which leads. Personal data: none.

    Both stay requests of their own, with their own clocks and call-backs; they are dispatched to the
    same office, and one answer goes to all.
    """

    request = models.OneToOneField(Request, on_delete=models.CASCADE, related_name="joined")
    head = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="followers")
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=~Q(request=models.F("head")), name="joined_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} → {self.head_id}"


class Sorted(models.Model):
    """How a request was sorted into big, small and private, and how far that has been challenged.

    `answers` are choices of the pack's questions; the reasons of a challenge or of sending back are
    sealed notes of the request. Personal data: none.
    """

    request = models.OneToOneField(Request, on_delete=models.CASCADE, related_name="sorted")
    answers = models.JSONField(default=dict)
    way = models.CharField(max_length=60, blank=True)
    size = models.CharField(max_length=10, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10)
    sent_back = models.JSONField(default=list)
    judged = models.PositiveSmallIntegerField(default=0)
    judged_at = models.DateTimeField(null=True)
    waits_for = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(outcome__in=["open", "judged", "final"]), name="sorted_outcome"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["waits_for"], condition=~Q(waits_for=""), name="sorted_waits_for"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.size or self.outcome}"


class Subscription(models.Model):
    """That somebody near a request follows it, without one of their own.

    Personal data: who follows what.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="subscriptions")
    account = models.ForeignKey(
        "people.Account", on_delete=models.CASCADE, related_name="subscriptions"
    )
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["request", "account"], name="subscribed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.account_id}"


class Serial(models.Model):
    """The last number given in a year. Personal data: none."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year} {self.last}"
