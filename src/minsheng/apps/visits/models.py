"""Tables of visits: who is in which plan, each visit with its history, and what was found.

How often, what is asked and what follows stands in the pack of the plan. Where a person is the one
visited, whatever was said and where they live is sealed under that person's key.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

PERSON, HOUSEHOLD, ORGANISATION, PLACE = "person", "household", "organisation", "place"
KINDS = (PERSON, HOUSEHOLD, ORGANISATION, PLACE)
OPEN, DONE, REFUSED, CANCELLED = "", "done", "refused", "cancelled"
OUTCOMES = (DONE, REFUSED, CANCELLED)
ENTRIES = (
    "opened", "planned", "asked_day", "contact", "no_show", "missed", "done", "refused",
    "cancelled", "substitute", "handed_over", "added",
)  # fmt: skip


class Visited(models.Model):
    """Somebody or something in a plan: a person, a household, an organisation or a place.

    `account` is the visitor; without one, whoever fills `post`. `area` is a key of the district's
    areas. `last_on` is the day of the last visit by the rhythm that counted.

    Personal data: whom a plan visits, for which reason (`level`) and by whom; `where_sealed`
    (address and point) under the person's key, a household's under that of `person`.
    """

    plan = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    household = models.ForeignKey(
        "people.Household", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "people.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.CharField(max_length=60, blank=True)
    where_sealed = models.TextField(blank=True)
    post = models.CharField(max_length=80)
    account = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    level = models.CharField(max_length=60)
    protected = models.BooleanField(default=False)
    since = models.DateField()
    last_on = models.DateField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                name="visited_is_somebody",
                condition=Q(kind=PERSON, person__isnull=False)
                | Q(kind=HOUSEHOLD, household__isnull=False, person__isnull=False)
                | Q(kind=ORGANISATION, organisation__isnull=False)
                | (Q(kind=PLACE) & ~Q(area="")),
            ),
            models.CheckConstraint(
                name="visited_ended_says_why",
                condition=Q(ended_on__isnull=True, ended_why="")
                | (Q(ended_on__isnull=False) & ~Q(ended_why="")),
            ),
            *(
                models.UniqueConstraint(
                    fields=["plan", name],
                    condition=Q(ended_on__isnull=True, kind=kind),
                    name=f"visited_once_as_{kind}",
                )
                for name, kind in (
                    ("person", PERSON),
                    ("household", HOUSEHOLD),
                    ("organisation", ORGANISATION),
                    ("area", PLACE),
                )
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["account"], condition=Q(ended_on__isnull=True), name="visited_by_account"
            ),
            models.Index(
                fields=["post"], condition=Q(ended_on__isnull=True), name="visited_by_post"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.pk}"


class Visit(models.Model):
    """One visit that is due, or was settled. `basis` is empty for the rhythm, or what called for it.

    `until` is the last day in order; `day` and `at` are what was agreed. `account` stands in for
    the usual visitor. `revision` grows with every act, so that who saw an older state is told.

    Personal data: what was answered and written, sealed as `Visited` says.
    """

    number = models.CharField(max_length=20, unique=True)
    visited = models.ForeignKey(Visited, on_delete=models.CASCADE, related_name="visits")
    basis = models.CharField(max_length=60, blank=True)
    counted_from = models.DateField()
    due_day = models.DateField()
    due_provisional = models.BooleanField(default=False)
    until = models.DateField()
    day = models.DateField(null=True, blank=True)
    at = models.TimeField(null=True, blank=True)
    account = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    no_shows = models.PositiveSmallIntegerField(default=0)
    missed_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    way = models.CharField(max_length=60, blank=True)
    agreed = models.BooleanField(null=True, blank=True)
    answers_sealed = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["visited", "basis"], condition=Q(outcome=""), name="visit_one_open"
            ),
            models.CheckConstraint(
                name="visit_settled_has_a_day",
                condition=Q(outcome="", settled_on__isnull=True)
                | Q(outcome__in=OUTCOMES, settled_on__isnull=False),
            ),
            models.CheckConstraint(
                name="visit_until_after_due", condition=Q(until__gte=F("due_day"))
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["until"], condition=Q(outcome=""), name="visits_open_by_until"),
            models.Index(fields=["settled_on"], name="visits_settled"),
        ]

    def __str__(self) -> str:
        return self.number


class Entry(models.Model):
    """One line of a visit's history: planned, nobody at home, missed, done, refused …

    Personal data: `sealed`, as `Visited` says.
    """

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=12)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    day = models.DateField(null=True, blank=True)
    sealed = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(kind__in=ENTRIES), name="visit_entry_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.kind}"


class Finding(models.Model):
    """What a visit found, or a voice of a courtyard (no visit), and what follows from it.

    `leads`: a ledger entry, a request or another visit, as the pack declares; `reference` names
    what was made of it. `key` and `client_key` are codes.

    Personal data: `sealed`, as `Visited` says; a voice is sealed under the installation's key.
    """

    plan = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    visit = models.ForeignKey(
        Visit, null=True, blank=True, on_delete=models.CASCADE, related_name="findings"
    )
    area = models.CharField(max_length=60, blank=True)
    leads = models.CharField(max_length=10)
    office = models.CharField(max_length=40, blank=True)
    due_day = models.DateField(null=True, blank=True)
    urgent = models.BooleanField(default=False)
    reference = models.CharField(max_length=60, blank=True)
    sealed = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["visit", "key"], name="finding_once_a_visit"),
            models.CheckConstraint(
                name="finding_is_of_a_visit_or_a_place",
                condition=Q(visit__isnull=False) | ~Q(area=""),
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["area", "-at"], name="voices_by_area")]

    def __str__(self) -> str:
        return f"{self.plan} {self.key}"


class Serial(models.Model):
    """The last number given in a year. Personal data: none."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}-{self.last:06d}"
