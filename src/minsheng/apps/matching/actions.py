"""Traces follow the requests. None of this is a business act: the request writes the event."""

from __future__ import annotations

from datetime import datetime

from minsheng.apps.matching.models import Trace
from minsheng.apps.matching.sketching import middle_of, sketch_of
from minsheng.apps.people.models import Person
from minsheng.engines.matching import cell_of, packed
from minsheng.lib.areas import Point


def note(
    subject: str, text: str, *, told: datetime, kind: str, at: Point | None, owner: Person | None
) -> Trace:
    """Keep the trace of a request that has come in. The text itself isn't kept here."""
    return Trace.objects.create(
        subject=subject,
        owner=owner,
        told=told,
        kind=kind,
        middle=middle_of(kind),
        cell=cell_of(at),
        east=at[0] if at else None,
        north=at[1] if at else None,
        sketch=packed(sketch_of(text)),
    )


def decide(subject: str, kind: str) -> None:
    """Note that a person has said which class a request is; from now on it is learned from."""
    Trace.objects.filter(subject=subject).update(kind=kind, middle=middle_of(kind), is_decided=True)


def join(subject: str) -> None:
    """Note that a request follows another from now on: only the one it follows is found."""
    Trace.objects.filter(subject=subject).update(leads=False)


def part(subject: str) -> None:
    """Note that a request stands by itself again."""
    Trace.objects.filter(subject=subject).update(leads=True)


def forget(owner: Person) -> None:
    """Delete the traces of somebody who is erased."""
    Trace.objects.filter(owner=owner).delete()
