"""Erasing a person here: what only they could read is gone, and the chains still verify."""

from __future__ import annotations

from django.db import transaction

from minsheng.apps.cases.models import RUNNING, Case, CaseSubject, Draft, LookUp
from minsheng.apps.mandates import actions as mandates
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account, Person
from minsheng.lib.errors import Conflict


def forget_person(person: Person, *, by: str, reason: str) -> Person:
    """Return the person, erased, with drafts, look-ups and notices deleted.

    Values, notes and files of closed cases stay as sealed rows that nobody can open any more.
    Raises Conflict while a case of theirs is running. `reason` is a code.
    """
    with transaction.atomic():
        # Accounts first, then the person: the order in which a proof locks them.
        accounts = list(Account.objects.select_for_update().filter(person=person))
        locked = Person.objects.select_for_update().get(pk=person.pk)
        running = Case.objects.filter(applicant=locked, status=RUNNING).first()
        if running is not None:
            raise Conflict(
                "case_running",
                f"案卷 {running.number} 还在办，办完或撤回以后才能删除信息。",
                f"Case {running.number} is running. Data can be erased once it is finished or "
                "withdrawn.",
                facts={"case": running.number},
            )
        for account in accounts:
            notices.forget(account)
        mandates.forget(locked, by=by)
        Draft.objects.filter(person=locked).delete()
        LookUp.objects.filter(person=locked).delete()
        CaseSubject.objects.filter(person=locked).update(number_blind="")
        return people.erase_person(locked, by=by, reason=reason)
