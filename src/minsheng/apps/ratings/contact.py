"""By which telephone a rater can be reached: the one they gave for the case they rated."""

from __future__ import annotations

from minsheng.apps.cases import catalogue, facts
from minsheng.apps.cases.models import Case, CaseValue


def phone_of(case: Case) -> str:
    """Return the applicant's telephone, or "". Who shows it has recorded the look."""
    if case.applicant.is_erased:
        return ""
    spec = catalogue.pinned_spec(case.pack_id)
    own = {"", spec.applicant.key}
    keys = [
        key for key, field in spec.fields.items() if field.type == "phone" and field.subject in own
    ]
    values = CaseValue.objects.filter(case=case, field__in=keys)
    found = facts.facts_in(case, values)
    return next((str(found[key].value) for key in keys if key in found and found[key].is_known), "")
