"""Values put right: by the applicant when an officer asks, by an officer on a certificate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from minsheng.apps.cases import facts, store
from minsheng.apps.cases.facts import ASKED, Fact
from minsheng.apps.cases.models import Case, CaseValue
from minsheng.apps.people import actions as people
from minsheng.apps.people.typed import typed
from minsheng.engines.casework.spec import FieldSpec, ServiceSpec
from minsheng.engines.casework.state import Event
from minsheng.lib.errors import WrongInput

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


def printed(
    spec: ServiceSpec, known: Mapping[str, Fact], item: str
) -> tuple[tuple[FieldSpec, str], ...]:
    """Return what the certificate of an item prints and may be put right, each with its present value.

    What the item's own register gave is its to change: only what it is sent is put right here.
    """
    declared = spec.items[item]
    fields = spec.certificates[declared.gives].fields if declared.gives else ()
    if declared.effect:
        fields = tuple(key for key in fields if key in declared.uses)
    return tuple(
        (spec.fields[key], str(facts.as_plain(known[key].value)))
        for key in fields
        if key in known and known[key].is_known
    )


def correct_printed(
    case: Case, spec: ServiceSpec, item: str, values: Mapping[str, str], *, at: datetime
) -> list[Event]:
    """Write what an officer puts right on a certificate; raises WrongInput when nothing differs."""
    changed = _write(case, printed(spec, facts.values_of(case), item), values, at=at)
    if not changed:
        raise WrongInput(
            "nothing_corrected",
            "还没有改动。请把印错的那一项改成对的，再确认。",
            "Nothing has changed yet. Put right what is printed wrongly, then confirm.",
            field="values",
        )
    return [Event(CORRECTED, at, item=item, data={"fields": ",".join(changed)})]


def correct_values(
    case: Case, spec: ServiceSpec, item: str, corrections: Mapping[str, str], *, at: datetime
) -> list[Event]:
    """Write the answers that differ and return the event that names the fields, not their values.

    The case is locked. Raises WrongInput naming the first field that can't be used.
    """
    if not corrections:
        return []
    changed = _write(case, correctable(spec, facts.values_of(case), item), corrections, at=at)
    if not changed:
        return []
    return [Event(CORRECTED, at, item=item, data={"fields": ",".join(changed)})]


def _write(
    case: Case,
    offered: tuple[tuple[FieldSpec, str], ...],
    values: Mapping[str, str],
    *,
    at: datetime,
) -> list[str]:
    """Write the values that differ from those offered and return their fields."""
    changed = []
    for declared, old in offered:
        text = values.get(declared.key, "").strip()
        if not text or text == old:
            continue
        value = facts.as_text(typed(declared, text, on=store.local_day(at)))
        CaseValue.objects.filter(case=case, field=declared.key).update(
            sealed=people.seal_value(case.applicant, value, purpose_field=declared.key), at=at
        )
        changed.append(declared.key)
    return changed
