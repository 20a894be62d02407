"""Two assessors, a day and a place; an assessor who is tied to the elder steps aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db import transaction
from django.utils import timezone

from minsheng.apps.assessments import access, sealing
from minsheng.apps.assessments.actions.telling import (
    as_assessor,
    closed,
    locked,
    own_sheet,
    record,
    tell_arrangers,
    tell_assessors,
    tell_family,
)
from minsheng.apps.assessments.models import APPOINTED, ASKED, REVIEW, Assessment, Sheet
from minsheng.apps.people.models import Account
from minsheng.engines.grading.grade import Assessor, lacking
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text, day_said

AHEAD = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """When, where, and by whom somebody is assessed; `assessors` are ids of accounts."""

    day: date
    starts: time
    place: str
    assessors: Sequence[int]


def appoint(assessment_id: int, wanted: Appointment, *, by: Account) -> Assessment:
    """Set or change the appointment, as who arranges, until somebody has answered something.

    Raises WrongInput with the field, Conflict once it is begun.
    """
    with transaction.atomic():
        row = locked(assessment_id)
        if not access.arranges(by, row.grading):
            raise access.none_such()
        if row.state not in (ASKED, APPOINTED):
            raise closed()
        chosen = _chosen(row, wanted)
        place = sealing.checked_words(wanted.place, name="place", required=True)
        _check_day(wanted.day)
        kept = {sheet.assessor_id: sheet for sheet in Sheet.objects.filter(assessment=row)}
        gone = [sheet for pk, sheet in kept.items() if pk not in {one.pk for one, _ in chosen}]
        if any(sheet.answers for sheet in gone):
            raise Conflict(
                "assessments.begun",
                "这名评估员已经填了，不能换掉。请和评估员商量；要重来，先取消这一次。",
                "This assessor has begun to fill in the form and can't be replaced. "
                "Talk to them; to start anew, call this one off.",
            )
        Sheet.objects.filter(pk__in=[sheet.pk for sheet in gone]).delete()
        for account, certified in chosen:
            if account.pk not in kept:
                Sheet.objects.create(assessment=row, assessor=account, is_certified=certified)
        row.state, row.day, row.starts = APPOINTED, wanted.day, wanted.starts
        row.place = sealing.sealed(row.person, place, field=sealing.PLACE)
        row.save(update_fields=["state", "day", "starts", "place"])
        post = access.grading(row.grading).spec.arranging.post
        record(
            row, "appointed", f"post:{post}/account:{by.pk}",
            {"day": wanted.day.isoformat(), **{f"assessor_{n}": a.pk for n, (a, _) in enumerate(chosen, 1)}},
        )  # fmt: skip
        _tell(row)
    return row


def step_aside(assessment_id: int, *, by: Account) -> Assessment:
    """Give an assessment back because one is tied to the elder; who arranges names somebody else."""
    with transaction.atomic():
        row = locked(assessment_id)
        sheet = own_sheet(row, by)
        if sheet.handed_in_at or row.state != APPOINTED:
            raise closed()
        who = as_assessor(row, by)
        sheet.delete()
        row.state = ASKED
        row.save(update_fields=["state"])
        record(row, "stepped_aside", who)
        tell_arrangers(
            row,
            Text("一名评估员回避，请另安排", "An assessor stepped aside: name another"),
            Text("日子和地方都还在，只换人。", "Day and place are kept; only the person changes."),
            f"aside:{by.pk}:{timezone.now().timestamp()}",
        )
    return row


def _chosen(row: Assessment, wanted: Appointment) -> list[tuple[Account, bool]]:
    """Return the assessors named, each fit to assess this elder; raises WrongInput."""
    there = {
        account.pk: (account, certified) for account, certified in access.assessors(row.grading)
    }
    named = list(dict.fromkeys(wanted.assessors))
    chosen = [there[pk] for pk in named if pk in there]
    grading = access.grading(row.grading).grading
    lacks = lacking(grading, [Assessor(name=str(a.pk), is_certified=c) for a, c in chosen], "-")
    if len(chosen) != len(named) or len(chosen) != grading.assessors:
        raise _unfit(
            Text(f"请选 {grading.assessors} 名评估员。", f"Choose {grading.assessors} assessors.")
        )
    if lacks:
        raise _unfit(lacks[0])
    before = _before(row)
    for account, _ in chosen:
        tied = access.tie(account, row.person)
        if tied is not None:
            raise _unfit(
                Text(
                    f"{account.display}{tied.zh}，不能评估。请换一名。",
                    f"{account.display} {tied.to('en')} and can't assess. Choose another.",
                )
            )
        if account.pk in before:
            raise _unfit(
                Text(
                    f"{account.display}评过上一次，复核要换人。",
                    f"{account.display} assessed the result under review: others must look again.",
                )
            )
    return chosen


def _before(row: Assessment) -> set[int]:
    """Return who may not look again: both who signed the result that is objected to."""
    if row.reason != REVIEW or row.review_of is None:
        return set()
    return {row.review_of.first_id, row.review_of.second_id}


def _unfit(said: Text) -> WrongInput:
    return WrongInput(
        "assessments.assessors",
        f"{said.zh.rstrip('。')}。别的都还在。",
        f"{said.to('en').rstrip('.')}. The rest is kept.",
        field="assessors",
    )


def _check_day(day: date) -> None:
    today = timezone.localdate()
    if not today <= day <= today + AHEAD:
        raise WrongInput(
            "assessments.day",
            f"日子从今天起，{AHEAD.days} 天以内。别的都还在。",
            f"From today, within {AHEAD.days} days. The rest is kept.",
            field="day",
        )


def _tell(row: Assessment) -> None:
    assert row.day is not None
    assert row.starts is not None
    at = f"{row.starts:%H:%M}"
    when = day_said(row.day)
    what = f"appointed:{timezone.now().timestamp()}"
    tell_family(
        row,
        Text("能力评估的日子定了", "The day of the assessment is set"),
        Text(
            f"{when.zh} {at}，两名评估员上门，不要钱。请让熟悉老人的人在家。",
            f"{when.to('en')} {at}: two assessors come, free of charge. "
            "Somebody who knows the elder well should be there.",
        ),
        what,
    )
    tell_assessors(
        row,
        Text("请您上门评估", "You are asked to assess somebody"),
        Text(f"{when.zh} {at}。和老人有关系的，请回避。", f"{when.to('en')} {at}. If you are tied to the elder, step aside."),
        what,
    )  # fmt: skip
