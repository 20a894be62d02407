"""One transition = one transaction: lock the case, read, decide, write, append, put the effect.

A one-statement "close if nothing is open" leaves cases open for ever when the last two items
finish together; locking the case row first does not. One outbox row stands for everything that
follows: the worker reads the events from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit.actions import Head
from minsheng.apps.cases import access, catalogue, statements, store
from minsheng.apps.cases.models import RUNNING, Case, CaseNote
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.outbox.models import Effect
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Person
from minsheng.engines.casework.advance import advanced, apply
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import CaseState, Command, Event
from minsheng.lib import suites
from minsheng.lib.errors import Conflict, WrongInput

FOLLOW = "case.follow"
NOTE = "note"
MESSAGE_LENGTH = 500
Guard = Callable[[Case, ServiceSpec, CaseState], None]
Also = Callable[[Case, ServiceSpec, datetime], list[Event]]


@dataclass(frozen=True, slots=True)
class SealedNote:
    """Words for a case, sealed before the transaction begins."""

    kind: str
    sealed: str

    @property
    def digest(self) -> str:
        """The digest of the sealed words: it proves which they were and tells nobody what."""
        return suites.digest(suites.DEFAULT, self.sealed.encode())


def take_step(
    case_id: int,
    command: Command,
    *,
    notes: Sequence[SealedNote] = (),
    guard: Guard | None = None,
    also: Also | None = None,
    at: datetime | None = None,
) -> Case:
    """Run one command on one case in one transaction and return the case.

    `guard` may refuse once the case is locked. `also` may write along and return events of this
    app, whose kinds have a dot. Nothing is written for a harmless repetition.
    """
    at = at or timezone.now()
    with transaction.atomic():
        case = locked(case_id)
        step_locked(case, command, notes=notes, guard=guard, also=also, at=at)
    return case


def step_locked(
    case: Case,
    command: Command,
    *,
    at: datetime,
    notes: Sequence[SealedNote] = (),
    guard: Guard | None = None,
    also: Also | None = None,
) -> None:
    """Run one command on a case whose lock is held, as `take_step` does."""
    spec = catalogue.pinned_spec(case.pack_id)
    old = store.state_of(case)
    if guard is not None:
        guard(case, spec, old)
    new, events = advanced(spec, old, command, at=at, calendar=catalogue.calendar())
    if events:
        more = also(case, spec, at) if also is not None else []
        words = _notes(case, command, notes, at)
        after = None if more else new
        write_events(case, spec, old, [*more, *events], at=at, notes=words, new=after)


def write_events(
    case: Case,
    spec: ServiceSpec,
    old: CaseState,
    events: Sequence[Event],
    *,
    at: datetime,
    notes: Sequence[CaseNote] = (),
    new: CaseState | None = None,
) -> None:
    """Append events to a case whose lock is held, write what they change, and put what follows.

    `new` is the state after the events, where it is known already.
    """
    before = case.seq
    if new is None:
        new = old
        for event in events:
            new = apply(spec, new, event)
    if old.status != RUNNING and new.status == RUNNING:
        _refuse_beside_another(case)
    links = store.links_of(case, events)
    head = Head(links[-1].seq, links[-1].hash)
    store.set_case(case, new, head, on=store.local_day(at))
    items = store.changed_items(spec, case, old, new)
    effect = follow_effect(case, len(events))
    statements.write(case, statements.Writing(links, items, notes, effect), before=before)


def _refuse_beside_another(case: Case) -> None:
    """Raise Conflict when an ended case would run again beside another one for the same event."""
    running = Case.objects.filter(slug=case.slug, event=case.event, status=RUNNING)
    other = running.exclude(pk=case.pk).first()
    if other is not None:
        raise Conflict(
            "taken_up_again",
            f"这件事已经有新的案卷 {other.number} 在办，旧的不能再打开。请到新的案卷里看。",
            f"The same is in progress in case {other.number}, so this one can't be opened again. See "
            "the new case.",
            facts={"case": other.number},
        )


def put_follow(case: Case, count: int) -> None:
    """Put what follows from the last `count` events of a case: one row in the outbox."""
    outbox.put_new(follow_effect(case, count))


def follow_effect(case: Case, count: int) -> Effect:
    """Return the effect that lets the worker follow the last `count` events of a case."""
    first = case.seq - count + 1
    payload = {"case": case.pk, "from": first, "to": case.seq}
    return outbox.effect_of(FOLLOW, f"case:{case.pk}:{first}", payload)


def locked(case_id: int) -> Case:
    """Return a case with its row locked until the transaction ends."""
    try:
        return Case.objects.select_for_update().get(pk=case_id)
    except Case.DoesNotExist as error:
        raise access.no_such_case() from error


def sealed_notes(applicant: Person | None, **words: str) -> list[SealedNote]:
    """Return words sealed under the applicant's key, by kind; empty ones are left out.

    Raises WrongInput, naming the kind, for words that are too long.
    """
    notes = []
    for kind, text in words.items():
        text = text.strip()
        if len(text) > MESSAGE_LENGTH:
            raise WrongInput(
                "message_too_long",
                f"最多 {MESSAGE_LENGTH} 个字，现在是 {len(text)} 个。请缩短一些，您写的都还在。",
                f"At most {MESSAGE_LENGTH} characters; you wrote {len(text)}. Shorten it a little; "
                "what you wrote is still here.",
                field=kind,
            )
        if text and applicant is not None:
            sealed = people.seal_value(applicant, text, purpose_field=NOTE)
            notes.append(SealedNote(kind, sealed))
    return notes


def _notes(
    case: Case, command: Command, notes: Sequence[SealedNote], at: datetime
) -> list[CaseNote]:
    return [
        CaseNote(
            case=case,
            item=getattr(command, "item", ""),
            kind=note.kind,
            sealed=note.sealed,
            by=str(getattr(command, "by", "")),
            at=at,
        )
        for note in notes
    ]
