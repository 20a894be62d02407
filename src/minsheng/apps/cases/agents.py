"""Acting for somebody else in an application or a case: by a mandate that holds at this very moment.

A mandate for services reaches the cases that this agent filed by it, no older ones; a mandate for one
case reaches that case. A protected case has no agents.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from minsheng.apps.cases import access
from minsheng.apps.cases.models import Case, Draft
from minsheng.apps.mandates import access as mandates
from minsheng.apps.mandates import actions as mandate_actions
from minsheng.apps.mandates.actions.noting import acting
from minsheng.apps.mandates.models import Mandate
from minsheng.apps.people.models import Account, Person


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts in a case: the applicant, or an agent by a mandate. `by` is what events hold."""

    by: str
    mandate: Mandate | None = None

    def applicant(self, account: Account) -> Person | None:
        """Return whose case it is: under their key everything said in it is sealed."""
        return self.mandate.principal if self.mandate else account.person

    def note(self, act: str, account: Account, case: Case) -> None:
        """Write the act down for the principal to read, where an agent did it."""
        if self.mandate is not None:
            mandate_actions.note_act(self.mandate, act, by=account, case=case.number)


def mandate_in(case: Case, account: Account) -> Mandate | None:
    """Return the mandate by which this account acts in a case today, or None."""
    if case.protected:
        return None
    mandate = mandates.mandate_for(account, case.applicant, case.slug, case=case.number)
    if mandate is None or mandate.case or case.filed_by_id == account.pk:
        return mandate
    return None


def mandate_to_take_up(case: Case, account: Account) -> Mandate | None:
    """Return the mandate by which this account may take an ended case up again today, or None.

    The new case is another one: a mandate for the old case alone doesn't reach it.
    """
    if mandate_in(case, account) is None:
        return None
    return mandates.mandate_for(account, case.applicant, case.slug)


def actor_in(case_id: int, account: Account) -> Actor:
    """Return as whom this account may act in a case; NotFound for whom it is none of."""
    case = Case.objects.select_related("applicant").filter(pk=case_id).first()
    if case is not None and access.is_applicant(case, account):
        return Actor(f"account:{account.pk}")
    mandate = mandate_in(case, account) if case is not None else None
    if mandate is None:
        raise access.no_such_case()
    return Actor(acting(mandate, account), mandate)


def require_still(actor: Actor, account: Account, case: Case) -> None:
    """Raise NotFound when a mandate ended a moment ago; its row is locked until the act is done."""
    if actor.mandate is None:
        return
    Mandate.objects.select_for_update().get(pk=actor.mandate.pk)
    if mandate_in(case, account) is None:
        raise access.no_such_case()


def by_of_draft(draft: Draft, account: Account) -> str:
    """Return how events name who submits a draft; its mandate is locked and looked at again."""
    if draft.mandate_id is None:
        return f"account:{account.pk}"
    mandate = Mandate.objects.select_for_update(of=("self",)).get(pk=draft.mandate_id)
    if not access.is_owner(draft, account):
        raise mandates.ended()
    return acting(mandate, account)


def cases_in_hand(account: Account) -> list[Case]:
    """Return the cases in which this account acts for somebody today, newest first."""
    held = [
        mandate
        for mandate in Mandate.objects.filter(agent=account, ended_at__isnull=True).select_related(
            "principal"
        )
        if mandates.holds(mandate, account)
    ]
    if not held:
        return []
    wanted = Q()
    for mandate in held:
        whose = Q(applicant_id=mandate.principal_id)
        scope = (
            Q(pk__in=_serial(mandate.case))
            if mandate.case
            else Q(slug__in=mandate.services, filed_by=account)
        )
        wanted |= whose & scope
    rows = Case.objects.filter(wanted, protected=False).select_related("applicant")
    return list(rows.order_by("-pk").prefetch_related("items")[:500])  # fmt: skip


def _serial(number: str) -> list[int]:
    serial = number.partition("-")[2]
    return [int(serial)] if serial.isdigit() else []
