"""Consent: given for one purpose and scope, taken back as easily."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import access
from minsheng.apps.people.models import Account, Consent, Person
from minsheng.lib.errors import NotAllowed, WrongInput

_CODE = re.compile(r"[a-z0-9_.:\-]{1,60}")


def give_consent(person: Person, purpose: str, *, by: Account, scope: str = "") -> Consent:
    """Return the consent, given now, or the one that stands already.

    Under 14 a guardian gives it, from 14 only the person, proved. Purpose and scope are codes.
    """
    _check(person, purpose, scope, by)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        consent, made = Consent.objects.get_or_create(
            person=person,
            purpose=purpose,
            scope=scope,
            withdrawn_at=None,
            defaults={"given_by": by},
        )
        if made:
            _record(consent, "consent_given", by)
    return consent


def withdraw_consent(person: Person, purpose: str, *, by: Account, scope: str = "") -> int:
    """Return how many consents were taken back: 1, or 0 when none stood.

    Nothing is asked and no reason is needed; what was lawful before stays lawful.
    """
    _check(person, purpose, scope, by)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        standing = list(
            Consent.objects.select_for_update().filter(
                person=person, purpose=purpose, scope=scope, withdrawn_at__isnull=True
            )
        )
        for consent in standing:
            consent.withdrawn_at = max(timezone.now(), consent.given_at)
            consent.save(update_fields=["withdrawn_at"])
            _record(consent, "consent_withdrawn", by)
    return len(standing)


def _check(person: Person, purpose: str, scope: str, by: Account) -> None:
    if not _CODE.fullmatch(purpose) or (scope and not _CODE.fullmatch(scope)):
        raise WrongInput(
            "people.consent_purpose",
            "没有这一项同意。请刷新页面再选。",
            "There is no such consent. Reload the page and choose again.",
            field="purpose",
        )
    if not access.may_consent_for(by, person):
        raise NotAllowed(
            "people.consent_not_yours",
            "这件事要本人同意，不满 14 岁的由监护人同意。先核实身份，再来一次。",
            "Only the person may decide this, or a guardian while the child is under 14. "
            "Confirm who you are, then try again.",
        )


def _record(consent: Consent, kind: str, by: Account) -> None:
    news = audit.News(
        kind=kind,
        at=timezone.now(),
        by=f"account:{by.pk}",
        data={"consent": consent.pk, "purpose": consent.purpose, "scope": consent.scope},
    )
    audit.record("consent", str(consent.person_id), news)
