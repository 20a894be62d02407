"""What is written down of a mandate: ids and codes, on a chain of its own."""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.mandates.models import Mandate
from minsheng.apps.people.models import Account

STREAM = "mandate"


def acting(mandate: Mandate, by: Account) -> str:
    """Return how events name who acts: the agent, by which mandate, for which person."""
    return f"account:{by.pk}/mandate:{mandate.pk}/for:{mandate.principal_id}"


def note_act(mandate: Mandate, act: str, *, by: Account, case: str = "") -> None:
    """Write down what an agent did; the principal reads it. `act` is a code."""
    record(mandate, "acted", acting(mandate, by), act=act, case=case)


def record(mandate: Mandate, kind: str, by: str, /, **facts: str) -> None:
    """Append to the chain of a mandate."""
    news = audit.News(kind=kind, at=timezone.now(), by=by, data=dict(facts))
    audit.record(STREAM, str(mandate.pk), news)
