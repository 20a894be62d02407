"""A private matter: its requester asks for a mediator, who makes an appointment and says what came of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.appeals import access as appeals
from minsheng.apps.appeals.actions.transition import locked as locked_request
from minsheng.apps.appeals.models import Request, Sorted
from minsheng.apps.appeals.sealing import checked as checked_words
from minsheng.apps.councils import access
from minsheng.apps.councils.actions.telling import put_for_mediator
from minsheng.apps.councils.models import OUTCOMES, Appointment
from minsheng.apps.councils.writing import checked, note
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text


def ask_mediator(number: str, *, by: Account, at: datetime | None = None) -> Appointment:
    """Ask for a talk with a mediator about one's private matter; asked twice, it is one."""
    at = at or timezone.now()
    with transaction.atomic():
        request = _own(number, by)
        row = Sorted.objects.filter(request=request).first()
        if row is None or row.size != "private" or request.status == "closed":
            raise Conflict(
                "councils.not_private",
                "分到“私事”、还没办结的，才在这里约调解员。",
                "A mediator is for open requests that were sorted as private.",
            )
        made = Appointment.objects.filter(request=request, is_open=True).first()
        if made is not None:
            return made
        made = Appointment.objects.create(request=request)
        note(request, "private.asked", at, appeals.requester(by))
        put_for_mediator(request, made.pk)
    return made


def cancel_mediation(number: str, *, by: Account, at: datetime | None = None) -> None:
    """Take one's wish for a mediator back."""
    with transaction.atomic():
        request = _own(number, by)
        if Appointment.objects.filter(request=request, is_open=True).update(is_open=False):
            note(request, "private.cancelled", at or timezone.now(), appeals.requester(by))


def make_appointment(
    number: str, when: datetime, place: str, *, by: Account, at: datetime | None = None
) -> Appointment:
    """Say when and where the talk is, as the mediator."""
    at = at or timezone.now()
    with transaction.atomic():
        request, who, made = _asked(number, by)
        if when <= at:
            raise WrongInput(
                "councils.past",
                "这个时间已经过了，请换一个。别的都还在。",
                "That moment is over. Choose another; the rest is still there.",
                field="at",
            )
        made.at = when
        made.place = checked(place, field="place", what=Text("地点", "the place"), most=120)
        made.save()
        note(request, "private.date", at, who, {"on": timezone.localtime(when).isoformat()})
    return made


def record_outcome(
    number: str, outcome: str, words: str, *, by: Account, at: datetime | None = None
) -> Appointment:
    """Say what came of the talk; the words are for the requester alone, sealed."""
    at = at or timezone.now()
    with transaction.atomic():
        request, who, made = _asked(number, by)
        if made.at is None or outcome not in OUTCOMES:
            raise WrongInput(
                "councils.outcome",
                "先约好时间，再选一个结果。您写的都还在。",
                "Make the appointment first, then choose what came of it.",
                field="outcome",
            )
        made.outcome, made.is_open = outcome, False
        made.save()
        said = checked_words(words, name="words", needed=outcome == "agreed")
        note(request, "private.outcome", at, who, {"outcome": outcome}, words=said)
    return made


def _own(number: str, by: Account) -> Request:
    request = locked_request(number)
    if not appeals.is_requester(request, by):
        raise appeals.no_such_request()
    access.rules(request)
    return request


def _asked(number: str, by: Account) -> tuple[Request, str, Appointment]:
    request = locked_request(number)
    who = access.acting(access.rules(request).mediation.post, by)
    made = Appointment.objects.filter(request=request, is_open=True).first()
    if made is None:
        raise Conflict(
            "councils.not_asked",
            "没有人在等这次调解：本人没有约，或者已经有结果了。",
            "Nobody waits for this talk: it wasn't asked for, or it has its outcome.",
        )
    return request, who, made
