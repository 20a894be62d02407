"""What an applicant may put right when an officer has asked: their own answers for that item."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from minsheng.apps.cases import facts, store
from minsheng.apps.cases.facts import ASKED, Fact
from minsheng.apps.cases.models import Case, CaseValue
from minsheng.apps.cases.typed import typed
from minsheng.apps.people import actions as people
from minsheng.engines.casework.spec import FieldSpec, ServiceSpec
from minsheng.engines.casework.state import Event

CORRECTED = "values.corrected"


def correctable(
    spec: ServiceSpec, known: Mapping[str, Fact], item: str
) -> tuple[tuple[FieldSpec, str], ...]:
    """Return the applicant's own answers that this item uses, each with its present value."""
    return tuple(
        (spec.fields[key], str(facts.as_plain(known[key].value)))
        for key in spec.items[item].uses
        if key in known and known[key].is_known and known[key].origin == ASKED
    )


def correct_values(
    case: Case, spec: ServiceSpec, item: str, corrections: Mapping[str, str], *, at: datetime
) -> list[Event]:
    """Write the answers that differ and return the event that names the fields, not their values.

    The case is locked. Raises WrongInput naming the first field that can't be used.
    """
    changed = []
    for declared, old in correctable(spec, facts.values_of(case), item) if corrections else ():
        text = corrections.get(declared.key, "").strip()
        if not text or text == old:
            continue
        value = facts.as_text(typed(declared, text, on=store.local_day(at)))
        CaseValue.objects.filter(case=case, field=declared.key).update(
            sealed=people.seal_value(case.applicant, value, purpose_field=declared.key), at=at
        )
        changed.append(declared.key)
    if not changed:
        return []
    return [Event(CORRECTED, at, item=item, data={"fields": ",".join(changed)})]
