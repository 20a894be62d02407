"""Ending a mandate: at once, by whoever gave it, whoever has it, or because it must."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from minsheng.apps.mandates import access
from minsheng.apps.mandates.actions.noting import record
from minsheng.apps.mandates.models import AGENCY, CLERK, Mandate
from minsheng.apps.people import keys
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person


def end_mandate(mandate_id: int, *, by: Account) -> Mandate:
    """Return a mandate that is over: taken back by the principal, or given up by the agent.

    A counter may end a contract or what a counter began. From this moment every act is refused.
    NotFound for everybody else.
    """
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update().filter(pk=mandate_id).first()
        if mandate is None:
            raise access.no_such_mandate()
        why = _why(mandate, by)
        if not why:
            raise access.no_such_mandate()
        if mandate.ended_at is None:
            _end(mandate, why, f"account:{by.pk}")
    return mandate


def end_all_of(person: Person, *, why: str, by: str, case: str = "", slug: str = "") -> int:
    """Return how many mandates given by a person ended: all, or those that reach one case."""
    count = 0
    with transaction.atomic():
        open_ones = Mandate.objects.select_for_update().filter(
            Q(principal=person), ended_at__isnull=True
        )
        for mandate in open_ones.order_by("pk"):
            if not case or mandate.covers(slug, case):
                _end(mandate, why, by)
                count += 1
    return count


def forget(person: Person, *, by: str) -> None:
    """End whatever an erased person gave or holds, and empty what names them as an agent."""
    number = people.number_of(person)
    with transaction.atomic():
        end_all_of(person, why="erased", by=by)
        named = Q(agent__person=person)
        if number:
            named |= Q(agent_blind__in=keys.blinds_of_number(number))
        for mandate in Mandate.objects.select_for_update(of=("self",)).filter(named):
            if mandate.ended_at is None:
                _end(mandate, "erased", by)
            mandate.agent_blind = mandate.agent_shown = ""
            mandate.save(update_fields=["agent_blind", "agent_shown"])


def _why(mandate: Mandate, by: Account) -> str:
    if by.is_proved and by.person_id == mandate.principal_id and not by.is_staff_member:
        return "taken_back"
    if mandate.agent_id == by.pk or access.is_named(mandate, by):
        return "given_up"
    if mandate.kind in {AGENCY, CLERK} and access.may_register(by):
        return "closed"
    return ""


def _end(mandate: Mandate, why: str, by: str) -> None:
    mandate.ended_at, mandate.ended_why = timezone.now(), why
    mandate.save(update_fields=["ended_at", "ended_why"])
    record(mandate, "ended", by, why=why)
