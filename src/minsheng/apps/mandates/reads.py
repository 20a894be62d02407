"""What is known of mandates: by the person, by the agent, by the counter that keeps contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from minsheng.apps.audit import reads as audit
from minsheng.apps.mandates import access
from minsheng.apps.mandates.actions.noting import STREAM
from minsheng.apps.mandates.models import AGENCY, Mandate
from minsheng.apps.people import keys
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that an agent did: a code, when, in which case."""

    act: str
    at: datetime
    case: str


@dataclass(frozen=True, slots=True)
class Given:
    """One mandate as its principal sees it, with everything done by it."""

    mandate: Mandate
    status: str
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """One mandate as its agent sees it: whom for, what, until when; nothing else of the person."""

    mandate: Mandate
    status: str
    who: str


def status_of(mandate: Mandate, account: Account | None = None) -> str:
    """Return "waits", "holds", "ended" or "over" (the last day has passed, or the agent left)."""
    if mandate.ended_at is not None:
        return "ended"
    if mandate.accepted_at is None:
        return "waits"
    agent = account or mandate.agent
    return "holds" if agent is not None and access.holds(mandate, agent) else "over"


def given_by(person: Person) -> list[Given]:
    """Return the mandates that a person gave, newest first, with what was done by each."""
    rows = Mandate.objects.filter(principal=person).select_related(
        "agent", "organisation", "principal"
    )
    return [Given(row, status_of(row), _acts(row)) for row in rows.order_by("-pk")]  # fmt: skip


def held_by(account: Account) -> list[Held]:
    """Return the mandates of an agent, and those that wait for them to accept, newest first."""
    wanted = Q(agent=account)
    if account.is_proved and account.person is not None and not account.is_staff_member:
        number = people.number_of(account.person)
        if number:
            waits = Q(
                agent=None, ended_at__isnull=True, agent_blind__in=keys.blinds_of_number(number)
            )
            wanted |= waits
    rows = Mandate.objects.filter(wanted).select_related("principal", "organisation")
    return [_held(row, account) for row in rows.order_by("-pk")[:200]]  # fmt: skip


def contracts(account: Account, limit: int = 500) -> list[Held]:
    """Return the register of contracts, newest first, for a counter; empty for everybody else."""
    if not access.may_register(account):
        return []
    rows = Mandate.objects.filter(kind=AGENCY).select_related("principal", "organisation", "agent")
    return [_held(row, row.agent) for row in rows.order_by("-pk")[:limit]]


def _held(row: Mandate, account: Account | None) -> Held:
    who = row.organisation.name if row.organisation else row.principal.name_masked
    return Held(row, status_of(row, account), who)


def _acts(mandate: Mandate) -> tuple[Act, ...]:
    entries = audit.history(STREAM, str(mandate.pk))
    return tuple(
        Act(str(e.data.get("act", "")), e.at, str(e.data.get("case", "")))
        for e in reversed(entries)
        if e.kind == "acted"
    )
