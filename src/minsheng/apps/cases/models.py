"""Tables of joint services at run time.

A case row carries the head of its event chain; locking it is the first step of every transition.
Personal values live only in `Draft`, `CaseValue` and `CaseNote`, sealed under a person's own key,
and in files that are sealed the same way.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar, get_args

from django.db import models
from django.db.models import F, Q

from minsheng.engines.casework.state import CaseStatus, ItemStatus

RUNNING = "running"
CASE_STATES: tuple[str, ...] = get_args(CaseStatus)
ITEM_STATES: tuple[str, ...] = get_args(ItemStatus)
IN_INBOX = ("open", "returned", "external", "held", "objected")
DECIDED = ("done", "refused", "cancelled")
FORM_STATES = ("proposed", "published", "withdrawn")
MOVE_STATES = ("asked", "agreed", "withdrawn")
CLOCK_RUNS = ("open", "external", "objected")


def case_number(pk: int, submitted_day: date) -> str:
    """Return the number a person quotes: year of submission and serial."""
    return f"{submitted_day.year}-{pk:06d}"


class PackVersion(models.Model):
    """One published form of a service, kept for the cases pinned to it. Personal data: none."""

    hash = models.CharField(max_length=80, primary_key=True)
    slug = models.CharField(max_length=80, db_index=True)
    normalised = models.TextField()
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.slug} {self.hash[:12]}"


class Publication(models.Model):
    """A later form of a service: proposed by one person, published by another.

    It comes into force on `effective_from`, a day that was still to come when it was published.
    Personal data: which members of staff proposed, published or withdrew it.
    """

    slug = models.CharField(max_length=80)
    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="+")
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)
    status = models.CharField(max_length=20)
    proposed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    published_by = models.ForeignKey(
        "people.Account", null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["slug", "effective_from"],
                condition=~Q(status="withdrawn"),
                name="one_form_for_each_first_day",
            ),
            models.CheckConstraint(condition=Q(status__in=FORM_STATES), name="publication_status"),
            models.CheckConstraint(
                condition=~Q(status="published")
                | Q(published_by__isnull=False, published_at__isnull=False),
                name="published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("proposed_by")),
                name="two_pairs_of_eyes",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="form_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.effective_from} {self.status}"


class Move(models.Model):
    """Running cases of a service are to go over to a form: asked by one person, agreed by another.

    Personal data: which members of staff asked and agreed.
    """

    slug = models.CharField(max_length=80)
    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20)
    asked_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(
        "people.Account", null=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["slug"], condition=Q(status="asked"), name="one_move_asked_for_each_service"
            ),
            models.CheckConstraint(condition=Q(status__in=MOVE_STATES), name="move_status"),
            models.CheckConstraint(
                condition=~Q(status="agreed") | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="move_agreed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("asked_by")),
                name="move_two_pairs_of_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.asked_at:%Y-%m-%d} {self.status}"


class Draft(models.Model):
    """An application that isn't submitted yet.

    `event` is a keyed hash of the register's number of the real-world event, empty while none is
    chosen; the number itself, like everything typed or found, is in `sealed`. `changed` holds the
    labels of what a newer version of the service has changed since the applicant last saw it.
    `successor_of` is the ended case that it takes up again. `warned_at`: when its owner was told that
    it will be deleted; empty again once it is saved.

    Personal data: `sealed`, under the applicant's key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey("people.Account", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    slug = models.CharField(max_length=80)
    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="+")
    mandate = models.ForeignKey(
        "mandates.Mandate", null=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.CharField(max_length=140, blank=True)
    sealed = models.TextField()
    changed = models.JSONField(default=list)
    asked_registers_on = models.DateField(null=True)
    successor_of = models.ForeignKey(
        "cases.Case", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["account", "person", "slug", "event"], name="one_draft_per_event"
            )
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.id}"


class DraftFile(models.Model):
    """A file, or (without one) a promise, for one material of a draft.

    Personal data: the stored file's.
    """

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    material = models.CharField(max_length=80)
    file = models.ForeignKey("records.StoredFile", null=True, on_delete=models.CASCADE)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["draft", "material"], name="one_file_per_material")
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.material}"


class Case(models.Model):
    """One application of one person for one real-world event.

    `state` is the engine's snapshot, rewritten with each transition; the events are the truth.
    `is_event_known` says that a register named the event; otherwise `event` stands for the person
    alone. `successor_of` is the ended case that this one takes up again. `promised_day` is the promise of the day of submission, on the calendar `calendar`.
    `hidden_from_applicant`: the danger comes from who applied. `review_on`: until that day somebody
    looks whether the protection is still needed; it never ends by itself.

    Personal data: who applied (`applicant`); `event` is a keyed hash, not the register's number.
    """

    slug = models.CharField(max_length=80)
    # Columns of these have an index below that holds no more rows than are looked for by it.
    pack = models.ForeignKey(
        PackVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    applicant = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    filed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    mandate = models.ForeignKey(
        "mandates.Mandate", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    event = models.CharField(max_length=140)
    is_event_known = models.BooleanField()
    draft = models.UUIDField(unique=True)
    successor_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="successors", db_index=False
    )
    status = models.CharField(max_length=20)
    submitted_at = models.DateTimeField()
    submitted_day = models.DateField()
    promised_day = models.DateField()
    promised_provisional = models.BooleanField(default=False)
    promised_workdays = models.PositiveIntegerField(default=0)
    calendar = models.CharField(max_length=40)
    closed_day = models.DateField(null=True)
    state = models.JSONField()
    score = models.PositiveSmallIntegerField(null=True)
    call_back = models.BooleanField(default=False)
    protected = models.BooleanField(default=False)
    hidden_from_applicant = models.BooleanField(default=False)
    review_on = models.DateField(null=True)
    seq = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=140, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["slug", "event"],
                condition=Q(status=RUNNING),
                name="one_open_case_per_event",
            ),
            models.CheckConstraint(condition=Q(status__in=CASE_STATES), name="case_status"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=1, score__lte=10), name="score_range"
            ),
            models.CheckConstraint(
                condition=Q(status=RUNNING, closed_day__isnull=True)
                | (~Q(status=RUNNING) & Q(closed_day__isnull=False)),
                name="closed_case_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(protected=True)
                | Q(hidden_from_applicant=False, review_on__isnull=True),
                name="hidden_case_is_protected",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["applicant", "-id"], name="cases_of_person"),
            models.Index(
                fields=["calendar"], condition=Q(status=RUNNING), name="running_cases_by_calendar"
            ),
            models.Index(
                fields=["pack"], condition=Q(status=RUNNING), name="running_cases_by_form"
            ),
            models.Index(
                fields=["slug", "event"], condition=Q(status="done"), name="done_cases_by_event"
            ),
            models.Index(
                fields=["mandate"], condition=Q(mandate__isnull=False), name="cases_by_mandate"
            ),
            models.Index(
                fields=["successor_of"],
                condition=Q(successor_of__isnull=False),
                name="cases_taken_up_again",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number a person quotes: year of submission and serial."""
        return case_number(self.pk, self.submitted_day)


class CaseSubject(models.Model):
    """Another person whom a case is about. Only who `is_asked` to agree is let in.

    `number_blind` finds a person who wasn't known here when the case was submitted.

    Personal data: the link to the person; the keyed index of their citizen number.
    """

    case = models.ForeignKey(  # its index is that of the constraint
        Case, on_delete=models.CASCADE, related_name="subjects", db_index=False
    )
    key = models.CharField(max_length=40)
    person = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    number_blind = models.CharField(max_length=140, blank=True)
    is_asked = models.BooleanField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["case", "key"], name="one_person_per_subject")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["number_blind"], name="subjects_by_number"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key}"


class Item(models.Model):
    """One matter of one office in a case: the row by which it is found. Personal data: none.

    Written from the case's state in the same transaction, never read back into it. `result` is a
    keyed hash of what a register answered; the answer itself is a `CaseValue`. `claimed_by` is who
    is on it on the day `claimed_on`; `asks_post` is asked for more time; on `acts_on` the calendar
    acts by itself (`clocks.acts_on`).
    """

    case = models.ForeignKey(  # its index is that of the constraint
        Case, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    key = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    office = models.CharField(max_length=40)
    post = models.CharField(max_length=80)
    status = models.CharField(max_length=20)
    started = models.DateField(null=True)
    due_day = models.DateField(null=True)
    due_provisional = models.BooleanField(default=False)
    is_stopped = models.BooleanField(default=False)
    finished = models.DateField(null=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    result = models.CharField(max_length=140, blank=True)
    reason = models.CharField(max_length=80, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    claimed_by = models.CharField(max_length=80, blank=True)
    claimed_on = models.DateField(null=True)
    asks_post = models.CharField(max_length=80, blank=True)
    acts_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["case", "key"], name="one_item_per_key"),
            models.CheckConstraint(condition=Q(status__in=ITEM_STATES), name="item_status"),
            models.CheckConstraint(
                condition=~Q(status__in=["open", "returned", "external", "objected"])
                | Q(started__isnull=False, due_day__isnull=False),
                name="open_item_has_a_clock",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["post", "due_day", "id"],
                condition=Q(status__in=IN_INBOX),
                name="inbox",
            ),
            models.Index(
                fields=["post", "-finished", "-id"],
                condition=Q(status__in=DECIDED, started__isnull=False),
                name="decided",
            ),
            models.Index(
                fields=["due_day"], condition=Q(status__in=CLOCK_RUNS), name="running_clocks"
            ),
            models.Index(
                fields=["acts_on"], condition=Q(acts_on__isnull=False), name="days_that_act"
            ),
            models.Index(fields=["asks_post"], condition=~Q(asks_post=""), name="asks_for_time"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key}"


class CaseValue(models.Model):
    """One personal value of a case, sealed under the applicant's key, with where it came from.

    Personal data: `sealed`. An unknown value has a `reason` instead.
    """

    case = models.ForeignKey(  # its index is that of the constraint
        Case, on_delete=models.CASCADE, related_name="values", db_index=False
    )
    field = models.CharField(max_length=80)
    sealed = models.TextField(blank=True)
    origin = models.CharField(max_length=80)
    reason = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["case", "field"], name="one_value_per_field"),
            models.CheckConstraint(
                condition=(Q(sealed="") & ~Q(reason="")) | (~Q(sealed="") & Q(reason="")),
                name="value_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.field}"


class CaseMaterial(models.Model):
    """One proof of a case and where it came from. Personal data: the linked file or licence.

    `due_day` is the deadline of a promise.
    """

    case = models.ForeignKey(  # its index is that of the constraint
        Case, on_delete=models.CASCADE, related_name="materials", db_index=False
    )
    key = models.CharField(max_length=80)
    state = models.CharField(max_length=20)
    origin = models.CharField(max_length=80)
    due_day = models.DateField(null=True)
    file = models.ForeignKey("records.StoredFile", null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["case", "key"], name="one_row_per_material"),
            models.CheckConstraint(
                condition=~Q(state="promised") | Q(due_day__isnull=False),
                name="promise_has_a_day",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_day"], condition=Q(state="promised"), name="promises_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key}"


class CaseNote(models.Model):
    """Words of an officer to the applicant, of the applicant to an officer, or of evidence.

    Personal data: `sealed`, under the applicant's key. The event of a decision carries the digest
    of the sealed text of its evidence, so that one can't be put in place of the other. `file` came
    along with the words of an objection.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    item = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=20)
    sealed = models.TextField()
    file = models.ForeignKey(
        "records.StoredFile", null=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id} {self.item} {self.kind}"


class LookUp(models.Model):
    """One question to an outside register and how it ended: never what was asked or answered.

    `withheld`: it belongs to a case that is hidden from the person.

    Personal data: whom it was about, and for which service.
    """

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    register = models.CharField(max_length=80)
    slug = models.CharField(max_length=80)
    is_own = models.BooleanField()
    withheld = models.BooleanField(default=False)
    outcome = models.CharField(max_length=20)
    milliseconds = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["person", "-at"], name="lookups_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.outcome}"


class FiredTimer(models.Model):
    """A timer that has acted: at least once fired, once acted. Personal data: none."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=40)
    due_version = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["item", "rule", "due_version"], name="timer_acts_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.rule}"


class BrokenGlass(models.Model):
    """That an officer without the post opened a case in an emergency, and what audit found.

    Personal data: `reason_sealed` and `words_sealed`, under the applicant's key.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="glass")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=80)
    reason_sealed = models.TextField()
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    review_by = models.DateField()
    finding = models.CharField(max_length=20, blank=True)
    words_sealed = models.TextField(blank=True)
    found_at = models.DateTimeField(null=True)
    found_by = models.ForeignKey(
        "people.Account", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                name="glass_found_by_another",
                condition=Q(found_by__isnull=True) | ~Q(found_by=models.F("account")),
            ),
            models.CheckConstraint(
                name="glass_finding_whole",
                condition=Q(finding="", found_by__isnull=True, found_at__isnull=True)
                | (~Q(finding="") & Q(found_by__isnull=False, found_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.opened_at}"


class CorrectionRequest(models.Model):
    """What a person says is wrong about them, and what the office that keeps it answered.

    `what` names the register, or the case, that holds it. Personal data: `wish_sealed` and
    `answer_sealed`, under the person's key.
    """

    WAITS, DONE, DECLINED = "waits", "done", "declined"

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=80)
    office = models.CharField(max_length=40, db_index=True)
    wish_sealed = models.TextField()
    asked_at = models.DateTimeField()
    due_day = models.DateField()
    status = models.CharField(
        max_length=10,
        choices=[(WAITS, "等答复"), (DONE, "已更正"), (DECLINED, "没有改")],
        default=WAITS,
    )
    answer_sealed = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                name="correction_answered_whole",
                condition=Q(status="waits", answered_at__isnull=True)
                | (~Q(status="waits") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.status}"


class PublicNotice(models.Model):
    """An item that is posted for everybody to see before it is decided.

    `number` can't be guessed from another one, nor the case from it. It stands while the item's
    clock stands still for it, on the days from `posted_on` to `until`; what it shows is opened from
    the case's values, masked, so that it goes with them. Personal data: none here.
    """

    number = models.CharField(max_length=19, unique=True)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="notices")
    attempt = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=80)
    posted_on = models.DateField()
    until = models.DateField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(until__gte=models.F("posted_on")), name="notice_ends_after_it_begins"
            )
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["-until"], name="notices_by_day")]

    def __str__(self) -> str:
        return self.number

    def stands_on(self, day: date) -> bool:
        """Whether the item's clock stands still for this very notice, and its days aren't over."""
        item = self.item
        is_current = item.attempt == self.attempt and item.reason == self.reason
        return item.is_stopped and is_current and day <= self.until


class NoticeObjection(models.Model):
    """What somebody says against an item that is posted: once for each person, in their own name.

    `seen_at` is when an officer of the item's post first had it before them. Personal data: who spoke
    up, and `words_sealed` under their own key. The applicant is told that there was one, never whose.
    """

    notice = models.ForeignKey(PublicNotice, on_delete=models.CASCADE, related_name="spoken")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    words_sealed = models.TextField()
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["notice", "person"], name="one_objection_per_person_and_notice"
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.at}"


class Joiner(models.Model):
    """A second person who asks to see, or sees, how a case for the same real-world event stands.

    `subject` is as whom a register names them in the case, or "". Without a `case` the wish leads
    nowhere: nobody is asked, and nobody can agree. `answered_by` is who ended the waiting, as events
    hold it; `basis` why an officer agreed. Personal data: who wants to join which case.
    """

    ASKED, AGREED, DECLINED = "asked", "agreed", "declined"
    LEFT, ENDED, LAPSED = "left", "ended", "lapsed"
    STATES = (ASKED, AGREED, DECLINED, LEFT, ENDED, LAPSED)

    slug = models.CharField(max_length=80)
    event = models.CharField(max_length=140, blank=True)
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="joiners")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=10, default=ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True)
    basis = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(status__in=("asked", "agreed", "declined", "left", "ended", "lapsed")),
                name="joiner_status",
            ),
            models.CheckConstraint(
                condition=Q(status="asked", answered_at__isnull=True)
                | (~Q(status="asked") & Q(answered_at__isnull=False)),
                name="joiner_answered_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status="agreed") | Q(case__isnull=False),
                name="joiner_agreed_in_a_case",
            ),
            models.UniqueConstraint(
                fields=["person", "slug", "event"],
                condition=Q(status__in=("asked", "agreed")),
                name="one_wish_to_join_per_event",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["case", "status"], name="joiners_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.status}"
