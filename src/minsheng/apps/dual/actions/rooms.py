"""The room between classrooms: asked for through the outbox, opened by short-lived links.

A room that can't be had never stops a lesson: its state says so, and a phone number or another link
typed by a teacher stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from minsheng.apps.dual import access
from minsheng.apps.dual.actions import telling
from minsheng.apps.dual.connect import meetings
from minsheng.apps.dual.connect.endpoint import MOST_ENDPOINTS, Endpoint
from minsheng.apps.dual.models import (
    ASKED,
    CANCELLED,
    CLOSED,
    FAILED,
    NONE,
    READY,
    TAUGHT,
    DualLesson,
)
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.lib.errors import Conflict, MinshengError, NotFound, Unavailable, WrongInput

ROOM, ROOM_END = "dual.room", "dual.room_end"
FAILS_AT = 3
"""From the third try in vain on the page says that the room isn't there; tries go on."""


def open_room(dual_id: int, *, by: Account) -> DualLesson:
    """Ask the meeting system for the room of a lesson; once it is there this changes nothing.

    Raises Conflict where no meeting system is connected: the sentence says what to set.
    """
    found = access.require_dual(by, dual_id)
    if not access.teaches_in(by, found):
        access.require_running_it(by, dual_id)
    if not meetings.is_connected():
        raise meetings.not_connected()
    with transaction.atomic():
        dual = DualLesson.objects.select_for_update(of=("self",)).get(pk=dual_id)
        if dual.state in (TAUGHT, CANCELLED):
            raise Conflict(
                "dual.over",
                "这节课已经结束了，不用开房间。",
                "This lesson is over; it needs no room.",
            )
        if dual.room_state in (ASKED, READY):
            return dual
        # Each asking has its own key: one that failed isn't taken for the new one.
        dual.room_state, dual.room_error, dual.room_tries = ASKED, "", dual.room_tries + 1
        dual.save(update_fields=["room_state", "room_error", "room_tries"])
        payload = {"lesson": dual.pk, "room": dual.room}
        outbox.put(ROOM, f"{ROOM}:{dual.pk}:{dual.room_tries}", payload)
        telling.record(
            telling.LESSON, dual.pk, "room_asked", f"account:{by.pk}", {"try": dual.room_tries}
        )
    return dual


def say_other_way(dual_id: int, words: str, *, by: Account) -> DualLesson:
    """Keep a phone number or another link by which the classrooms meet; "" takes it away."""
    found = access.require_dual(by, dual_id)
    if not access.teaches_in(by, found):
        access.require_running_it(by, dual_id)
    said = words.strip()
    if len(said) > 300 or "\n" in said:
        raise WrongInput(
            "dual.other_way", "写一行，300 字以内：电话，或者链接。",
            "One line of at most 300 characters: a phone number or a link.", field="other_way",
        )  # fmt: skip
    with transaction.atomic():
        dual = DualLesson.objects.select_for_update(of=("self",)).get(pk=dual_id)
        dual.other_way = said
        dual.save(update_fields=["other_way"])
        telling.record(telling.LESSON, dual.pk, "other_way", f"account:{by.pk}", {"is": bool(said)})
    return dual


def room_link(dual_id: int, part_id: int, *, by: Account) -> str:
    """Return where this account opens the room now: as a classroom, as the lead, or looking on.

    `part_id` 0: the lead (who leads it) or the one observer (a head, the bureau). A link is good for
    ten minutes, and holds the name of a class or a duty, never of a person.
    """
    dual = access.require_dual(by, dual_id)
    endpoint = _endpoint(dual, part_id, by)
    if dual.room_state != READY:
        raise Conflict(
            "dual.no_room", "房间还没有开好。先用电话或别的链接，不耽误上课。",
            "The room isn't open yet. Use the phone or another link meanwhile.",
        )  # fmt: skip
    link = meetings.link(dual.room, endpoint)
    with transaction.atomic():
        telling.record(
            telling.LESSON, dual.pk, "room_link", f"account:{by.pk}", {"endpoint": endpoint.key}
        )
    return link


def close_room(dual: DualLesson) -> None:
    """End the room of a lesson that is over; in the caller's transaction."""
    end_later(dual)


def end_later(dual: DualLesson) -> None:
    """Put the end of a room that was asked for into the outbox; in the caller's transaction."""
    if dual.room_state in (ASKED, READY):
        outbox.put(ROOM_END, f"{ROOM_END}:{dual.pk}", {"lesson": dual.pk, "room": dual.room})


def endpoints_of(dual: DualLesson) -> int:
    """Return how many screens a room may hold: classrooms, the lead, one who looks on."""
    return min(MOST_ENDPOINTS, dual.parts.count() + 2)


def _endpoint(dual: DualLesson, part_id: int, by: Account) -> Endpoint:
    if part_id:
        part = access.require_part(by, part_id)
        if part.dual_id != dual.pk:
            raise access.no_such_lesson()
        found = part.lesson.school_class
        return Endpoint(f"class-{found.pk}", f"{found.school.name} {found.title}")
    if by.pk in (dual.teacher_id, dual.pairing.lead_teacher_id):
        return Endpoint("lead", "主讲", is_lead=True)
    if access.sides_led(by, dual.pairing) or schools.is_bureau(by):
        return Endpoint("observer", "听课", is_observer=True)
    raise access.no_such_lesson()


def _make(job: outbox.Job) -> str:
    """Make the room; a refusal is an answer, silence is tried again."""
    try:
        meetings.create(str(job.payload["room"]))
    except Unavailable as error:
        if job.attempt >= FAILS_AT:
            _failed(job, error.code)
        raise
    except MinshengError as error:
        return error.code
    return ""


def _made(job: outbox.Job, answer: str) -> None:
    state = FAILED if answer else READY
    rows = DualLesson.objects.filter(pk=job.payload["lesson"])
    if rows.filter(state__in=(TAUGHT, CANCELLED)).exists():
        state = CLOSED
    rows.update(room_state=state, room_error=answer[:60])


def _failed(job: outbox.Job, code: str) -> None:
    DualLesson.objects.filter(pk=job.payload["lesson"], room_state__in=(NONE, ASKED)).update(
        room_state=FAILED, room_error=code[:60]
    )


def _end(job: outbox.Job) -> None:
    try:
        meetings.end(str(job.payload["room"]))
    except (WrongInput, NotFound, Conflict):
        return  # An empty room ends by itself after half an hour.


def _ended(job: outbox.Job, answer: object) -> None:
    DualLesson.objects.filter(pk=job.payload["lesson"]).update(room_state=CLOSED)


HANDLERS: Mapping[str, outbox.Handler] = {
    ROOM: outbox.Outside(_make, _made),
    ROOM_END: outbox.Outside(_end, _ended),
}
