"""What an applicant may put right when an officer has asked: their own answers for that item."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from minsheng.apps.cases import catalogue, facts
from minsheng.apps.cases.facts import ASKED
from minsheng.apps.cases.models import Case, CaseValue
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.engines.casework.spec import FieldSpec
from minsheng.engines.casework.state import Event


def correctable(case: Case, item: str) -> list[tuple[FieldSpec, str]]:
    """Return the applicant's own answers that this item uses, each with its present value."""
    spec = catalogue.pinned_spec(case.pack_id)
    uses = spec.items[item].uses
    rows = CaseValue.objects.filter(case=case, origin=ASKED, field__in=uses).exclude(sealed="")
    by_field = {row.field: row for row in rows}
    found = []
    for key in uses:
        if key in by_field and key in spec.fields:
            declared = spec.fields[key]
            text = people_reads.open_value(case.applicant, by_field[key].sealed, purpose_field=key)
            found.append((declared, str(facts.value_from(declared, text))))
    return found


def correct_values(case_id: int, item: str, corrections: Mapping[str, str]) -> Event | None:
    """Write the answers that differ and return the event, or None when nothing changed.

    The event names the fields, never their values. Raises WrongInput naming the first field that
    can't be used. Call it in the transaction of the step.
    """
    case = Case.objects.select_related("applicant").get(pk=case_id)
    changed = []
    for declared, old in correctable(case, item):
        text = corrections.get(declared.key, "").strip()
        if not text or text == old:
            continue
        value = facts.typed(declared, text, on=timezone.localdate())
        CaseValue.objects.filter(case=case, field=declared.key).update(
            sealed=people.seal_value(
                case.applicant, facts.as_text(value), purpose_field=declared.key
            ),
            at=timezone.now(),
        )
        changed.append(declared.key)
    if not changed:
        return None
    return Event("values.corrected", timezone.now(), item=item, data={"fields": ",".join(changed)})
