"""Between stored cases and the engine's questions about another form: may it move, what if."""

from __future__ import annotations

from datetime import datetime

from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.cases import catalogue, facts, store
from minsheng.apps.cases.models import Case
from minsheng.content import LoadedService
from minsheng.engines.casework.moving import Assessment, assess
from minsheng.engines.casework.obstacles import Moving
from minsheng.engines.casework.state import CaseState
from minsheng.engines.casework.trial import Stored, TrialChange, trial


def assessed(case: Case, to: LoadedService, *, by: str, at: datetime) -> Assessment:
    """Return whether a running case may go over to `to`, what stands in the way or changes."""
    old, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
    moving = Moving(old, to.spec, state, _known(case, state), _at_hand(case))
    data = {"from": case.pack_id, "to": to.hash}
    return assess(moving, at=at, by=by, calendar=catalogue.calendar(), data=data)


def tried(case: Case, to: LoadedService) -> tuple[TrialChange, ...]:
    """Return how a stored case would have differed under `to`; nothing is written."""
    state = store.state_of(case)
    events = store.events_in(audit_reads.history(store.CHAIN, str(case.pk)))
    stored = Stored(state, _known(case, state), _at_hand(case), events)
    old = catalogue.pinned_spec(case.pack_id)
    return trial(old, to.spec, stored, calendar=catalogue.calendar())


def _known(case: Case, state: CaseState) -> dict[str, object]:
    spec = catalogue.pinned_spec(case.pack_id)
    return facts.for_rules(facts.values_of(case), selected=facts.chosen(spec, state))


def _at_hand(case: Case) -> frozenset[str]:
    rows = case.materials.exclude(state="missing")
    return frozenset(rows.values_list("key", flat=True))
