"""An assessment is asked for, called off, or a result objected to."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.assessments import access, sealing
from minsheng.apps.assessments.actions.telling import (
    closed,
    locked,
    record,
    tell_arrangers,
    tell_assessors,
    tell_family,
)
from minsheng.apps.assessments.models import (
    AGAIN,
    APPOINTED,
    ASKED,
    CANCELLED,
    FIRST,
    OPEN,
    REVIEW,
    Assessment,
    Result,
)
from minsheng.apps.mandates.actions.noting import acting, note_act
from minsheng.apps.mandates.models import Mandate
from minsheng.apps.people import access as people_access
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import numbers
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.lib.errors import Conflict, NotAllowed, NotFound
from minsheng.lib.texts import Text


def ask(key: str, *, by: Account, person_id: UUID | None = None, words: str = "") -> Assessment:
    """Return the assessment that an elder asks for, or a family agent for `person_id`.

    The open one where there is one already. Raises NotAllowed without proof of who asks, NotFound
    for a person by whom no mandate was given.
    """
    access.grading(key)
    person, mandate = _whose(key, by, person_id)
    text = sealing.checked_words(words, name="words")
    who = acting(mandate, by) if mandate else f"account:{by.pk}"
    return _begin(key, person, by=by, who=who, words=text, mandate=mandate)


def ask_for(key: str, number: str, *, by: Account, words: str = "") -> Assessment:
    """Return the assessment that whoever arranges them writes down for an elder who came or called.

    Raises NotAllowed for everybody else, WrongInput for a number that can't be, NotFound for one
    that nobody here has.
    """
    if not access.arranges(by, key):
        raise access.not_yours()
    parsed = numbers.parse_number(number)
    person = people.person_by_number(parsed)
    if person is None:
        raise NotFound(
            "assessments.nobody",
            "登记库里没有这个号码。核对一遍；没有登记的，先到综合窗口登记。",
            "Nobody here has this number. Check it; whoever isn't registered goes to the counter first.",
        )
    text = sealing.checked_words(words, name="words")
    post = access.grading(key).spec.arranging.post
    return _begin(key, person, by=by, who=f"post:{post}/account:{by.pk}", words=text)


def cancel(assessment_id: int, *, by: Account) -> Assessment:
    """Call an assessment off before both sheets are in, as family or as who arranges; once is enough."""
    with transaction.atomic():
        row = locked(assessment_id)
        who = _canceller(row, by)
        if row.state == CANCELLED:
            return row
        if row.state not in (ASKED, APPOINTED):
            raise closed()
        row.state = CANCELLED
        row.save(update_fields=["state"])
        record(row, "cancelled", who)
        title = Text("能力评估取消了", "An assessment was called off")
        body = Text(
            "还需要的，随时可以再申请。", "If it is needed after all, it can be asked for again."
        )
        tell_family(row, title, body, "cancelled")
        tell_assessors(row, title, Text("不用去了。", "You needn't go."), "cancelled")
    return row


def object_to(assessment_id: int, words: str, *, by: Account) -> Assessment:
    """Return the review that the family asks for within its days: two others assess once more.

    The one there is where it was asked for before. Raises Conflict after the last day, or where a
    later result has taken its place.
    """
    text = sealing.checked_words(words, name="words", required=True)
    with transaction.atomic():
        row = locked(assessment_id)
        if not access.is_family(by, row):
            raise access.none_such()
        result = Result.objects.filter(assessment=row).first()
        if result is None:
            raise access.none_such()
        there = Assessment.objects.filter(review_of=result).exclude(state=CANCELLED).first()
        if there is not None:
            return there
        _check_may_object(row, result)
        mandate = _mandate(row, by)
        who = acting(mandate, by) if mandate else f"account:{by.pk}"
        return _begin(
            row.grading, row.person, by=by, who=who, words=text, mandate=mandate, review=result
        )


def last_day_to_object(result: Result) -> date:
    """Return the last day on which a review of a result may be asked for."""
    days = access.grading(result.grading).spec.arranging.review_days.value
    return timezone.localdate(result.signed_at) + timedelta(days=days)


def _check_may_object(row: Assessment, result: Result) -> None:
    if Assessment.objects.filter(
        person=row.person, grading=row.grading, state__in=OPEN
    ).exists():  # fmt: skip
        raise Conflict(
            "assessments.under_way",
            "已经在安排再评一次。等那一次的结果；还不同意，再提复核。",
            "Another assessment is under way. Wait for its result, then object to that one.",
        )
    if Result.objects.filter(replaces=result).exists():
        raise Conflict(
            "assessments.replaced",
            "后来又评过，现在算的是新的结果。对新的结果不同意，请在那一次上提。",
            "A later assessment counts now. Object to that one instead.",
        )
    last = last_day_to_object(result)
    if timezone.localdate() > last:
        raise Conflict(
            "assessments.too_late",
            f"要求复核的日子到 {last} 为止。情况变了，可以申请再评一次。",
            f"Another look could be asked for until {last}. If things changed, ask for an assessment.",
        )


def _begin(
    key: str,
    person: Person,
    *,
    by: Account,
    who: str,
    words: str,
    mandate: Mandate | None = None,
    review: Result | None = None,
) -> Assessment:
    try:
        with transaction.atomic():
            held = people_actions.held(person)
            there = Assessment.objects.filter(person=held, grading=key, state__in=OPEN).first()
            if there is not None:
                return there
            before = Result.objects.filter(person=held, grading=key).exists()
            made = Assessment.objects.create(
                grading=key,
                person=held,
                reason=REVIEW if review else AGAIN if before else FIRST,
                review_of=review,
                words=sealing.sealed(held, words, field=sealing.WORDS),
                asked_by=by,
                mandate=mandate,
            )
            record(made, "asked", who, {"reason": made.reason})
            if mandate:
                note_act(mandate, f"assessed:{key}", by=by)
            tell_arrangers(
                made,
                Text("有人申请能力评估", "An assessment was asked for"),
                Text("请安排两名评估员和上门的日子。", "Name two assessors and a day."),
                "asked",
            )
    except IntegrityError:
        return Assessment.objects.get(person=person, grading=key, state__in=OPEN)
    return made


def _whose(key: str, by: Account, person_id: UUID | None) -> tuple[Person, Mandate | None]:
    if by.is_staff_member or not by.is_proved or by.person is None:
        raise NotAllowed(
            "assessments.not_proved",
            "先核实身份，再申请。在“我的”里点“核实身份”。",
            "Confirm who you are first, under “Mine”.",
        )
    if person_id is None or person_id == by.person.pk:
        return by.person, None
    person = people.person(person_id)
    mandate = access.mandate_of(by, person, key)
    if mandate is None:
        raise access.none_such()
    return person, mandate


def _mandate(row: Assessment, by: Account) -> Mandate | None:
    if people_access.is_self(by, row.person):
        return None
    return access.mandate_of(by, row.person, row.grading)


def _canceller(row: Assessment, by: Account) -> str:
    if access.is_family(by, row):
        mandate = _mandate(row, by)
        return acting(mandate, by) if mandate else f"account:{by.pk}"
    if access.arranges(by, row.grading):
        post = access.grading(row.grading).spec.arranging.post
        return f"post:{post}/account:{by.pk}"
    raise access.none_such()
