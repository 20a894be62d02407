"""Taking over cases that ran before this installation, or elsewhere: their events as they were.

Rows, snapshot and chain are written as if the case had run here, so it is found, counted, verified and
(while it runs) decided like every other. What has followed outside isn't repeated: no effect is
put, nobody is told again.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from django.db import transaction

from minsheng.apps.cases import catalogue, events, filing, store
from minsheng.apps.cases.actions.submission import (
    blinds_of,
    numbers_of_others,
    require_numbers,
    sealed_values,
    subject_rows,
)
from minsheng.apps.cases.actions.transition import NOTE
from minsheng.apps.cases.facts import Fact
from minsheng.apps.cases.models import Case, CaseMaterial, CaseNote, CaseSubject, CaseValue
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account, Person
from minsheng.content import LoadedService
from minsheng.engines.casework import snapshot
from minsheng.engines.casework.fold import replay
from minsheng.engines.casework.state import Event
from minsheng.lib.errors import WrongInput

STATES = {"item": "coming", "register": "found", "licence": "found", "applicant": "provided"}


@dataclass(frozen=True, slots=True)
class PastWords:
    """Words in a case that is taken over. `kind`: "message" to the applicant, "answer" by them."""

    kind: Literal["message", "answer"]
    item: str
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """One case with its whole history. `event` is the register's number of the real-world event.

    values: what was known, by field. origins: material → where it came from, "register:…",
    "item:…", "licence:…" or "applicant". words: what was written to and by the applicant.
    """

    service: LoadedService
    applicant: Person
    filed_by: Account
    event: str
    events: Sequence[Event]
    values: Mapping[str, Fact] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    words: Sequence[PastWords] = ()


def take_over_case(past: PastCase) -> Case:
    """Return the case, stored with its history. Raises WrongInput for one that can't have been."""
    spec, calendar = past.service.spec, catalogue.calendar()
    if not past.events:
        raise WrongInput(
            "no_history",
            "这个案卷没有经过，接不过来。请从提交那一刻起导出，再来一次。",
            "This case has no history, so it can't be taken over. Export it from its submission on.",
        )
    state = replay(spec, past.events)
    first = past.events[0]
    promised = state.promised
    if promised is None:
        raise ValueError("a submitted case has a promised day")
    on = store.local_day(first.at)
    closings = [event.at for event in past.events if event.kind == "closed"]
    ended = store.local_day(closings[-1] if closings else first.at)
    version = catalogue.pin(past.service)
    pinned = replace(first, data={**first.data, "pack": version.hash})
    numbers = numbers_of_others(spec, past.values)
    wanted = state.wanted & _named(past)
    require_numbers(spec, numbers, wanted)
    with transaction.atomic():
        persons = filing.persons_by(blinds_of(numbers))
        case = Case.objects.create(
            slug=spec.slug,
            pack=version,
            applicant=past.applicant,
            filed_by=past.filed_by,
            event=events.blind(spec.slug, past.event),
            is_event_known=True,
            draft=uuid.uuid5(uuid.NAMESPACE_OID, f"{spec.slug}\n{past.event}"),
            status=state.status,
            submitted_at=first.at,
            submitted_day=on,
            promised_day=promised.day,
            promised_provisional=promised.provisional,
            promised_workdays=calendar.workdays_between(on, promised.day),
            calendar=calendar.version,
            closed_day=None if state.status == "running" else ended,
            state=snapshot.dump(state),
            protected=spec.protected,
        )
        head = store.append(case, [pinned, *past.events[1:]])
        store.insert_items(spec, case, state)
        store.write_case(case, state, head, on=ended)
        filing.insert(case, CaseValue, sealed_values(past.applicant, past.values, first.at))
        filing.insert(case, CaseSubject, subject_rows(numbers, wanted, persons))
        CaseMaterial.objects.bulk_create(
            CaseMaterial(
                case=case,
                key=key,
                state=STATES[origin.partition(":")[0]],
                origin=origin,
                at=first.at,
            )
            for key, origin in past.origins.items()
        )
        CaseNote.objects.bulk_create(
            CaseNote(
                case=case,
                item=word.item,
                kind=word.kind,
                sealed=people.seal_value(past.applicant, word.text, purpose_field=NOTE),
                by=word.by,
                at=word.at,
            )
            for word in past.words
        )
    return case


def _named(past: PastCase) -> frozenset[str]:
    """Return the subjects whose citizen numbers came along; who has none can't be let in."""
    fields = past.service.spec.fields
    return frozenset(
        fields[key].subject
        for key, fact in past.values.items()
        if fields[key].type == "citizen_number" and fact.is_known
    )
