"""What is watched over: anything with a due day, an owner and somebody it is about.

Items of cases and bad reviews are here; `kinds` puts all of them together. A kind is deleted by
deleting its functions and its line there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from minsheng.apps.cases import catalogue, store
from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.actions.transition import locked as locked_case
from minsheng.apps.cases.models import CLOCK_RUNS, Item
from minsheng.apps.people.models import Person
from minsheng.apps.projects.models import Entry as Project
from minsheng.apps.ratings.access import rules, whose_turn
from minsheng.apps.ratings.models import Review
from minsheng.apps.ratings.scales import STAGES
from minsheng.apps.supervision.access import PROTECTED
from minsheng.apps.supervision.models import Escalation
from minsheng.apps.visits import reads as visits
from minsheng.engines.casework.clocks import due_of
from minsheng.engines.supervision import ClockFace, Ladder, steps_due, warning_of
from minsheng.lib.texts import Text

MOST_DIGITS = 19
CHUNK = 2000
NOBODY_S_TURN = ("confirm", "closed")
NUMBER = re.compile(r"[0-9]{4}-[0-9]{4,12}")


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that is watched. `clock` is None where none runs; `version` changes with its due day.

    `person` is None where it is about nobody. `title` and `number` say nothing of a protected case. `path` leads whoever owns it there,
    `person`: under whose key the words of an order are sealed; None where nobody is meant, and no
    order can be written.

    `title` and `number` say nothing of a protected case. `path` leads whoever owns it there,
    and with `heads_open` the head of the office too.
    """

    kind: str
    key: str
    number: str
    title: Text
    office: str
    post: str
    person: Person | None
    clock: ClockFace | None
    version: str
    path: str
    is_open: bool
    heads_open: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind is found: those that may be due, and one of them with its row locked.

    `is_ordered`: written orders may be about it.
    """

    candidates: Callable[[Ladder, date], Iterator[str]]
    locked: Callable[[str, date], Subject | None]
    title: Text
    is_ordered: bool = True


def _item_candidates(ladder: Ladder, on: date) -> Iterator[str]:
    """Yield the items for which a warning or a step may be due that hasn't acted.

    Read from the rows alone: without its stops a clock looks further than it is, never less far, so
    none is missed; the exact reading follows for these few.
    """
    rows = Item.objects.filter(status__in=CLOCK_RUNS, is_stopped=False, started__lte=on)
    columns = ("pk", "attempt", "started", "due_day", "due_provisional")
    near = []
    for pk, attempt, started, due, provisional in rows.order_by("pk").values_list(*columns):
        if started and due:
            rules = rules_at_most(ladder, started, due, on, provisional=provisional)
            if rules:
                near.append((str(pk), f"{attempt}:{due.isoformat()}", rules))
    yield from not_acted("item", near)


def not_acted(kind: str, near: Sequence[tuple[str, str, set[str]]]) -> Iterator[str]:
    """Yield the keys, of (key, version, rules), for which some rule hasn't acted yet."""
    for first in range(0, len(near), CHUNK):
        some = near[first : first + CHUNK]
        fired = Escalation.objects.filter(kind=kind, key__in=[key for key, _, _ in some])
        acted = set(fired.values_list("key", "version", "rule"))
        for key, version, due in some:
            if {(key, version, rule) for rule in due} - acted:
                yield key


def rules_at_most(
    ladder: Ladder, started: date, due: date, on: date, *, provisional: bool
) -> set[str]:
    """Return the rules that hold if the clock was never stopped, in working days or in days."""
    calendar = catalogue.calendar()
    left = calendar.workdays_between(on, due)
    faces = (
        ClockFace(due, calendar.workdays_between(started, on), left, True, provisional),
        ClockFace(due, (on - started).days, (due - on).days, True, provisional),
    )
    found = {step.key for step in steps_due(ladder, faces[0], calendar=calendar, on=on)}
    warnings = (warning_of(ladder, face) for face in faces)
    return found | {warning.key for warning in warnings if warning is not None}


def _item_locked(key: str, on: date) -> Subject | None:
    is_id = key.isascii() and key.isdigit() and len(key) < MOST_DIGITS
    row = Item.objects.filter(pk=int(key)).first() if is_id else None
    if row is None:
        return None
    case = locked_case(row.case_id)
    row.refresh_from_db()
    spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
    running = row.status in CLOCK_RUNS and row.started is not None
    clock = None
    version = f"{row.attempt}:"
    if running:
        reading = due_of(spec, state, row.key, calendar=catalogue.calendar(), on=on)
        clock = ClockFace(
            due=reading.due.day,
            used=reading.used,
            left=reading.left,
            running=reading.running and not row.is_stopped,
            provisional=reading.due.provisional,
        )
        version = f"{row.attempt}:{reading.due.day.isoformat()}"
    return Subject(
        kind="item",
        key=key,
        number="" if case.protected else case.number,
        title=PROTECTED if case.protected else spec.items[row.key].title,
        office=row.office,
        post=row.post,
        person=case.applicant,
        clock=clock,
        version=version,
        path=f"/desk/items/{row.pk}",
        is_open=row.status not in {"done", "refused", "cancelled", "skipped"},
    )


def _review_candidates(ladder: Ladder, on: date) -> Iterator[str]:
    rows = Review.objects.exclude(stage="closed").order_by("due_day", "pk")
    yield from rows.values_list("number", flat=True)


def _review_locked(key: str, on: date) -> Subject | None:
    """Return a whole review with its term; it lies with whose turn it is.

    So an order about one that isn't verified yet goes to the desk: the rated office mustn't learn
    of it before.
    """
    row = _locked_review(key)
    if row is None:
        return None
    turn = whose_turn(row)
    return Subject(
        kind="review",
        key=key,
        number=row.number,
        title=Text("差评整改", "Settling a bad review"),
        office=turn.office,
        post=turn.post,
        person=row.rating.person,
        clock=None
        if row.stage == "closed"
        else face_of(row.opened_on, row.due_day, on, provisional=row.due_provisional),
        version=row.due_day.isoformat(),
        path=f"/desk/reviews/{row.number}",
        is_open=row.stage != "closed",
    )


def _step_candidates(ladder: Ladder, on: date) -> Iterator[str]:
    """Yield the reviews in which a member of staff has the turn; a rater is never late."""
    rows = Review.objects.exclude(stage__in=NOBODY_S_TURN).order_by("stage_due", "pk")
    yield from rows.values_list("number", flat=True)


def _step_locked(key: str, on: date) -> Subject | None:
    """Return the step at which a review stands, with the term of that step alone."""
    row = _locked_review(key)
    if row is None:
        return None
    turn, title = whose_turn(row), STAGES[row.stage]
    runs = row.stage not in NOBODY_S_TURN
    return Subject(
        kind="review_step",
        key=key,
        number=row.number,
        title=Text(f"差评整改的一步：{title.zh}", f"A step of a bad review: {title.to('en')}"),
        office=turn.office,
        post=turn.post,
        person=row.rating.person,
        clock=face_of(row.stage_since, row.stage_due, on, provisional=_is_provisional(row))
        if runs
        else None,
        version=f"{row.stage}:{row.round}:{row.stage_due.isoformat()}",
        path=f"/desk/reviews/{row.number}",
        is_open=runs,
        heads_open=True,
    )


def _project_candidates(ladder: Ladder, on: date) -> Iterator[str]:
    """Yield the open entries of the ledger that have an owner and a day."""
    rows = Project.objects.filter(state__in=("running", "checking")).order_by("due", "pk")
    yield from rows.values_list("number", flat=True)


def _project_locked(key: str, on: date) -> Subject | None:
    """Return an entry of the ledger with its term; one that waits for its check lies with the checker."""
    if not NUMBER.fullmatch(key):
        return None
    row = Project.objects.select_for_update().filter(number=key).first()
    if row is None or row.due is None:
        return None
    post = row.checker if row.state == "checking" else row.owner
    declared = catalogue.packs().district.posts.get(post)
    return Subject(
        kind="project",
        key=key,
        number=row.number,
        title=row.title if row.person is None else Text("台账的一条", "An entry of the ledger"),
        office=declared.department if declared else row.office,
        post=post,
        person=row.person,
        clock=face_of(row.opened_on, row.due, on, provisional=False)
        if row.state in {"running", "checking"}
        else None,
        version=f"{row.round}:{row.due.isoformat()}",
        path=f"/desk/projects/{row.number}",
        is_open=row.is_open,
        heads_open=True,
    )


def _locked_review(key: str) -> Review | None:
    if not NUMBER.fullmatch(key):
        return None
    return Review.objects.select_for_update().filter(number=key).first()


def face_of(since: date, due: date, on: date, *, provisional: bool) -> ClockFace:
    """Return a clock in working days between two days, as it is read on a day."""
    calendar = catalogue.calendar()
    return ClockFace(
        due=due,
        used=max(0, calendar.workdays_between(since, on)),
        left=calendar.workdays_between(on, due),
        running=True,
        provisional=provisional,
    )


def _is_provisional(row: Review) -> bool:
    """Whether the days of a step rest on a year without a notice: a term is counted from its first."""
    return catalogue.calendar().add(row.stage_since, rules().term_of(row.stage)).provisional


def _visit_candidates(ladder: Ladder, on: date) -> Iterator[str]:
    """Yield the open visits whose last day in order has come near or has passed."""
    yield from visits.watched(on)


def _visit_locked(key: str, on: date) -> Subject | None:
    """Return a visit with the days from when it was counted to its last day in order.

    Of a protected one neither number nor title is said.
    """
    found = visits.locked_for_watch(key, on) if NUMBER.fullmatch(key) else None
    if found is None:
        return None
    return Subject(
        kind="visit",
        key=key,
        number="" if found.is_protected else key,
        title=PROTECTED if found.is_protected else found.title,
        office=found.office,
        post=found.post,
        person=None,
        clock=face_of(found.since, found.until, on, provisional=found.provisional)
        if found.runs
        else None,
        version=found.until.isoformat(),
        path=f"/desk/rounds/{key}",
        is_open=found.is_open,
        heads_open=True,
    )


FIRST_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "item": Kind(_item_candidates, _item_locked, Text("事项", "Item of a case")),
        "project": Kind(
            _project_candidates, _project_locked, Text("台账的一条", "Entry of the ledger")
        ),
        "review": Kind(_review_candidates, _review_locked, Text("差评整改", "Bad review")),
        "review_step": Kind(
            _step_candidates,
            _step_locked,
            Text("差评整改的一步", "Step of a bad review"),
            is_ordered=False,
        ),
        "visit": Kind(_visit_candidates, _visit_locked, Text("走访", "Visit"), is_ordered=False),
    }
)


def items_of_case(number: str) -> list[Item]:
    """Return the items of a case that an order may be about; none of a protected one."""
    case = cases.find_case(number)
    if case.protected:
        return []
    rows = case.items.exclude(status__in=["skipped", "cancelled", "done", "refused"])
    return list(rows.order_by("position"))
