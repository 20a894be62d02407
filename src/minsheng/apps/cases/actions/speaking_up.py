"""Speaking up against what is posted: once for each person, read before the item is decided."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from minsheng.apps.cases import access, catalogue, store
from minsheng.apps.cases.actions.steps import require_words
from minsheng.apps.cases.actions.transition import locked, sealed_notes, write_events
from minsheng.apps.cases.models import NoticeObjection, PublicNotice
from minsheng.apps.people.models import Account, Person
from minsheng.engines.casework.state import Event, Json
from minsheng.lib.errors import Conflict

SPOKEN = "notice.objected"


def object_to_notice(number: str, *, by: Account, words: str) -> NoticeObjection:
    """Return what somebody says against a notice, kept in their own name for the item's post.

    Raises NotAllowed for who isn't proved, NotFound for a notice that there isn't or of a protected
    case, WrongInput without words, Conflict once it is over, for the applicant, and a second time.
    """
    person = _person(by)
    case_id = access.posted_notice(number).item.case_id
    require_words(
        words,
        "objection",
        "请写下您知道的情况，为什么不该这样办。",
        "Write down what you know, and why it shouldn't be done.",
    )
    (note,) = sealed_notes(person, objection=words)
    at = timezone.now()
    with transaction.atomic():
        case = locked(case_id)
        # Anew: it may have ended, or the case become protected, while we waited for the lock.
        notice = _open_to(person, number, store.local_day(at))
        spoken = NoticeObjection.objects.create(
            notice=notice, person=person, account=by, words_sealed=note.sealed, at=at
        )
        data: dict[str, Json] = {
            "item": notice.item.key,
            "objection": spoken.pk,
            "digest": note.digest,
        }
        event = Event(SPOKEN, at, f"account:{by.pk}", data=data)
        spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
        write_events(case, spec, state, [event], at=at)
    return spoken


def posted_notice_for(number: str, *, by: Account) -> PublicNotice:
    """Return a notice against which this account may still speak up; raises as the act does."""
    return _open_to(_person(by), number, timezone.localdate())


def _open_to(person: Person, number: str, on: date) -> PublicNotice:
    notice = access.posted_notice(number)
    if not notice.stands_on(on):
        raise _over()
    if notice.item.case.applicant_id == person.pk:
        raise _own()
    if notice.spoken.filter(person=person).exists():
        raise _once()
    return notice


def _person(by: Account) -> Person:
    """Return in whose name this account speaks; raises NotAllowed for who isn't proved."""
    access.require_proved(by)
    if by.person is None:
        raise access.no_such_case()
    return by.person


def _over() -> Conflict:
    return Conflict(
        "notice_over",
        "公示已经结束，不能再提。有情况要反映，打 12345。",
        "This notice is over. If there is something to tell, call 12345.",
    )


def _own() -> Conflict:
    return Conflict(
        "notice_own",
        "这是您自己的事。不想办了，到案卷里撤回。",
        "This is your own case. If you no longer want it, withdraw it there.",
    )


def _once() -> Conflict:
    return Conflict(
        "notice_objected",
        "您已经提过，经办人会看。要补充，打 12345，说出公示编号。",
        "You have spoken up already; the officer reads it. To add something, call 12345 with the "
        "number of the notice.",
    )
