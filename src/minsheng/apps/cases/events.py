"""Which real-world event an application is about: one open case for each.

The register's own number is the key (the hospital's birth record: twins are two, the same child is
one, whoever files). It is stored as a keyed hash. An application whose event no register could
name stands for the person alone, so that nobody opens a second case while a register is down.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from minsheng.apps.cases.models import RUNNING, Case, Draft
from minsheng.apps.people import keys
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.lib.errors import Conflict

KIND = "case-event"


@dataclass(frozen=True, slots=True)
class Other:
    """A case of the same service: for the same event, or a running one of the same applicant."""

    number: str
    applicant: uuid.UUID
    is_running: bool
    is_event_known: bool
    is_same_event: bool
    is_hidden: bool


def event_id(spec: ServiceSpec, record: Mapping[str, object]) -> str:
    """Return the register's own number of an event, or "" where the record has none."""
    raw = record.get(spec.event_key.part or "record_id")
    return str(raw).strip() if raw is not None else ""


def blind(slug: str, event: str) -> str:
    """Return what is stored for an event: nobody can read the register's number from it."""
    return keys.blind(KIND, f"{slug}\n{event}") if event else ""


def blind_of_draft(draft: Draft, event: str) -> str:
    """Return what a case of this draft is filed under."""
    return blind(draft.slug, event or f"person:{draft.person_id}")


def blinds_of_draft(draft: Draft, event: str) -> list[str]:
    """Return every index under which a case for the event of a draft may be stored."""
    return keys.blinds(KIND, f"{draft.slug}\n{event}") if event else []


def open_events(slug: str, events: list[str]) -> frozenset[str]:
    """Return those of `events` that have an open case, under any key still valid.

    Not those that are hidden from who applied: of these nobody is told that they are there.
    """
    stored = {blind: event for event in events for blind in keys.blinds(KIND, f"{slug}\n{event}")}
    found = Case.objects.filter(
        slug=slug, event__in=stored, status=RUNNING, hidden_from_applicant=False
    )
    return frozenset(stored[event] for event in found.values_list("event", flat=True))


def same_event(slug: str, stored: str, events: Iterable[str]) -> str:
    """Return the one of `events` that a case was filed under, or "" where none is."""
    found = (e for e in events if stored in keys.blinds(KIND, f"{slug}\n{e}"))
    return next(found, "")


def refuse_second(draft: Draft, event: str, others: Sequence[Other]) -> None:
    """Raise Conflict when the event of a draft has a case that is open, or done, or may have one.

    `others` were read when the applicant's row was locked, so that two drafts of one person are
    judged one after the other.
    """
    own = [case for case in others if case.is_running and case.applicant == draft.person_id]
    if event:
        same = [case for case in others if case.is_same_event]
        for case in same:
            if case.is_running:
                raise (
                    at_counter() if case.is_hidden else already_open(case if case in own else None)
                )
        for case in same:
            raise at_counter() if case.is_hidden else already_done()
        own = [case for case in own if not case.is_event_known]
    for case in own:
        raise at_counter() if case.is_hidden else not_told_apart(case)


def at_counter() -> Conflict:
    """Return the error of an application beside a hidden case: it says nothing of that case."""
    return Conflict(
        "at_counter",
        "这一件网上交不了，要到窗口当面办。填的都留着，带上身份证来，或者先打 12345 问。",
        "This can't be submitted here; it is done in person at a counter. What you typed is kept: "
        "bring your identity card, or call 12345 first.",
    )


def already_open(own: Other | None = None) -> Conflict:
    """Return the error of a second case for one real-world event."""
    if own is not None:
        return Conflict(
            "already_open",
            f"这件事您已经交过，案卷 {own.number} 在办，不用再提交。到“我的”里看进度。",
            f"You have submitted this already: case {own.number} is in progress. See how it stands "
            "under “Mine”.",
            facts={"case": own.number},
        )
    return Conflict(
        "already_open",
        "这件事已经有一个案卷在办，不用再提交。想看办到哪里，打开这张表，请求加入；不是您家里人交的，"
        "请打 12345。",
        "There is a case in progress for this already; you needn't submit again. Open this form and "
        "ask to join it, to see how it stands; call 12345 if nobody in your family submitted it.",
    )


def already_done() -> Conflict:
    """Return the error of a new case for what was done in full: a mistake is corrected there."""
    return Conflict(
        "already_done",
        "这件事已经全部办好了，不用再办。到“我的”里看证；办错了，请打 12345 更正。",
        "All of this is done already; there is no need to do it again. See your certificates under "
        "“Mine”, or call 12345 if something is wrong.",
    )


def not_told_apart(case: Other) -> Conflict:
    """Return the error of a case that can't be told from one the applicant has open."""
    return Conflict(
        "event_unclear",
        f"登记库没有查到这一次的记录，分不清和您在办的案卷 {case.number} 是不是同一件事。"
        "填的都留着，等登记库查到了再交，或者到窗口办。",
        f"The registers have no record of it, so it can't be told from your case {case.number}, "
        "which is in progress. What you typed is kept: submit once a register has it, or come to "
        "a counter.",
        facts={"case": case.number},
    )
