"""Tables of the ledger: entries, their milestones, evidence and changes.

What an entry went through is in the audit ledger (stream `project`), its words are here.
"""

from __future__ import annotations

from typing import Any, ClassVar, get_args

from django.db import models
from django.db.models import F, Q

from minsheng.engines.projects import Milestone as Step
from minsheng.engines.projects import Money, State
from minsheng.engines.projects.flow import ENDED
from minsheng.lib.texts import Text

KINDS = ("problem", "task", "project")
STATES = get_args(State)
RISKS = ("", "low", "medium", "high")
CHANGED = ("due", "approved_fen", "scope", "owner")


class Entry(models.Model):
    """One entry: of the list of problems, the work ledger, or the list of projects.

    `plan` and `node` name where it stands in a plan of the packs, `parent` what it lies in. An empty
    owner, due day or sum is unknown. `checker` is the post that closes it: neither owner nor helper.
    `person` is whom it is about, where it is about somebody; its words are theirs then and it is never
    public. After the work it is watched for `observe_days`, with `needs_rain` through a spell of rain too
    (`rain_on`: the day it stayed dry). `news_on` is the last day on which anybody worked on it. `round` counts the checks asked for.

    Personal data: `person`, for repairs that somebody reported; no name or number here.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10)
    plan = models.CharField(max_length=60, blank=True)
    node = models.CharField(max_length=60, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=240, blank=True)
    scope = models.TextField(blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    places = models.PositiveIntegerField(null=True)
    owner = models.CharField(max_length=60, blank=True)
    office = models.CharField(max_length=40, blank=True)
    helpers = models.JSONField(default=list)
    checker = models.CharField(max_length=60)
    area = models.CharField(max_length=60, blank=True)
    due = models.DateField(null=True)
    planned_fen = models.BigIntegerField(null=True)
    approved_fen = models.BigIntegerField(null=True)
    spent_fen = models.BigIntegerField(null=True)
    risk = models.CharField(max_length=6, blank=True)
    risk_words = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, default="listed")
    is_public = models.BooleanField(default=False)
    person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_on = models.DateField()
    news_on = models.DateField()
    observe_days = models.PositiveSmallIntegerField(default=0)
    needs_rain = models.BooleanField(default=False)
    observe_until = models.DateField(null=True)
    rain_on = models.DateField(null=True)
    asked_by = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    round = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    closed_on = models.DateField(null=True)
    closed_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="entry_kind"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="entry_state"),
            models.CheckConstraint(condition=Q(risk__in=RISKS), name="entry_risk"),
            models.CheckConstraint(
                condition=Q(state__in=["listed", "dropped"]) | ~Q(owner="") & Q(due__isnull=False),
                name="entry_runs_with_owner_and_day",
            ),
            models.CheckConstraint(
                condition=~Q(checker="") & ~Q(checker=F("owner")), name="entry_checked_by_another"
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(person__isnull=True),
                name="entry_about_somebody_is_internal",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False) & ~Q(closed_by="")
                | ~Q(state="closed") & Q(closed_on__isnull=True, closed_by=""),
                name="entry_closed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["plan", "node"], condition=~Q(node=""), name="entry_once_in_a_plan"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["state", "due"], name="entries_by_state_and_day"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> Text:
        """What it is about, in both languages."""
        return Text(self.title_zh, self.title_en)

    @property
    def is_open(self) -> bool:
        """Whether work is still to be done."""
        return self.state not in ENDED

    @property
    def money(self) -> Money:
        """Planned, approved and spent fen."""
        return Money(self.planned_fen, self.approved_fen, self.spent_fen)

    @property
    def parties(self) -> set[str]:
        """The posts that work on it: its owner and its helpers."""
        return {self.owner, *self.helpers} - {""}


class Milestone(models.Model):
    """One step of an entry: its part of the whole, its day, and the day it was done.

    Personal data: none.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="milestones")
    key = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=240, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    due = models.DateField()
    done_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["due", "id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["entry", "key"], name="milestone_once"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="milestone_has_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.key}"

    @property
    def title(self) -> Text:
        """What is done then, in both languages."""
        return Text(self.title_zh, self.title_en)

    @property
    def step(self) -> Step:
        """It, as the kernel takes it."""
        return Step(self.key, self.weight, self.due, self.done_on)


class Evidence(models.Model):
    """What somebody wrote or handed in: for a milestone, a check, a change of state.

    Personal data: `words` of an entry about somebody are sealed under that person's key, `file` too.
    """

    KINDS: ClassVar[tuple[str, ...]] = (
        "note", "before", "after", "milestone", "finish", "rain", "ask", "passed", "failed",
        "reopened", "dropped",
    )  # fmt: skip

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="evidence")
    milestone = models.ForeignKey(
        Milestone, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence"
    )
    kind = models.CharField(max_length=10)
    words = models.TextField(blank=True)
    file = models.ForeignKey(
        "records.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=~Q(words="") | Q(file__isnull=False), name="evidence_shows_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.kind}"


class Change(models.Model):
    """A wish to change an entry's day, money, scope or owner: asked by one, decided by another.

    Personal data: none.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=12)
    before = models.TextField(blank=True)
    after = models.TextField()
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="asked")
    decided_by = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(what__in=CHANGED), name="change_of_what"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "agreed", "refused"]), name="change_state"
            ),
            models.UniqueConstraint(
                fields=["entry", "what"], condition=Q(state="asked"), name="change_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="change_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.what}"


class Serial(models.Model):
    """The last number given in a year. Personal data: none."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}-{self.last:04d}"
