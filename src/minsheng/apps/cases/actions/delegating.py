"""Letting somebody act: the scope is checked against the services and cases that there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from minsheng.apps.cases import access, catalogue
from minsheng.apps.mandates import actions as mandates
from minsheng.apps.mandates.models import Mandate
from minsheng.apps.people.models import Account


def let_act(
    by: Account, *, number: str, services: Sequence[str] = (), case: str = "", last_day: date
) -> Mandate:
    """Return a family mandate that waits for acceptance: for services, or for one case of one's own.

    An assessment of the packs is named like a service. Raises NotFound for a service or case there
    isn't, or a case that is protected.
    """
    _require_services([one for one in services if one not in catalogue.packs().gradings])
    if case:
        found = access.case_by_number(case)
        if not access.is_applicant(found, by) or found.protected:
            raise access.no_such_case()
    return mandates.grant_family(
        by, number=number, services=[] if case else services, case=case, last_day=last_day
    )


def act_at_counter(by: Account, *, service: str, **seen: object) -> Mandate:
    """Return today's mandate of a clerk for one service; see `mandates.begin_at_counter`."""
    _require_services([service])
    return mandates.begin_at_counter(by, service=service, **seen)  # type: ignore[arg-type]


def keep_contract(by: Account, *, services: Sequence[str], **terms: object) -> Mandate:
    """Return the mandate of an agency clerk; see `mandates.open_contract`."""
    _require_services(services)
    return mandates.open_contract(by, services=services, **terms)  # type: ignore[arg-type]


def _require_services(services: Sequence[str]) -> None:
    for slug in services:
        if slug:
            catalogue.service_on(slug, timezone.localdate())
