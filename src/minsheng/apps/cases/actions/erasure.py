"""What goes here with a person who is erased; what stays is sealed and can't be opened any more."""

from __future__ import annotations

from minsheng.apps.cases.actions.joining import forget_joins
from minsheng.apps.cases.models import (
    CaseSubject,
    CorrectionRequest,
    Draft,
    LookUp,
    NoticeObjection,
)
from minsheng.apps.people.models import Person


def forget(person: Person) -> None:
    """Delete drafts, look-ups, wishes and joins of somebody who is erased, in the caller's transaction."""
    Draft.objects.filter(person=person).delete()
    CorrectionRequest.objects.filter(person=person).delete()
    LookUp.objects.filter(person=person).delete()
    forget_joins(person)
    NoticeObjection.objects.filter(person=person).delete()
    CaseSubject.objects.filter(person=person).update(number_blind="")
