"""Each assessor fills in a sheet by themselves; nothing of the other's is seen before both are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from minsheng.apps.assessments import access, sealing
from minsheng.apps.assessments.actions.telling import (
    as_assessor,
    locked,
    own_sheet,
    record,
    tell_assessors,
)
from minsheng.apps.assessments.models import BOTH_IN, Assessment, Sheet
from minsheng.apps.people.models import Account
from minsheng.engines.grading.sheets import Answers, answered, keys_of, unanswered
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: an item or a fact, its value (None: only the note), and a note or None for as it was."""

    key: str
    value: object = None
    note: str | None = None


def save_answers(assessment_id: int, answers: Sequence[Answer], *, by: Account) -> Sheet:
    """Keep what an assessor answered so far; later words take the place of earlier ones.

    Sent twice it is kept once. No event for each answer: handing in is the act. Raises Conflict
    once handed in or before the day, WrongInput with the item.
    """
    with transaction.atomic():
        row = locked(assessment_id)
        sheet = own_sheet(row, by)
        if sheet.handed_in_at is not None:
            raise _in_already()
        _check_begun(row)
        grading = access.grading(row.grading).grading
        known = sealing.open_answers(row.person, sheet.answers)
        for one in answers:
            if one.key not in keys_of(grading):
                raise access.none_such()
            if one.value is not None:
                known = answered(grading, known, one.key, one.value)
            if one.note is not None:
                known = _noted(known, one.key, one.note)
        sheet.answers = sealing.seal_answers(row.person, known)
        sheet.save(update_fields=["answers"])
    return sheet


def hand_in(assessment_id: int, *, by: Account) -> Assessment:
    """Hand a complete sheet in; with the second one both are shown beside one another.

    Handing in twice changes nothing. Raises WrongInput naming the first item that is open.
    """
    with transaction.atomic():
        row = locked(assessment_id)
        sheet = own_sheet(row, by)
        if sheet.handed_in_at is not None:
            return row
        _check_begun(row)
        grading = access.grading(row.grading).grading
        answers = sealing.open_answers(row.person, sheet.answers)
        left = unanswered(grading, answers, on=timezone.localdate())
        if left:
            raise _open_items(_titles(row), left)
        sheet.handed_in_at = timezone.now()
        sheet.save(update_fields=["handed_in_at"])
        waiting = Sheet.objects.filter(assessment=row, handed_in_at=None).exists()
        if not waiting:
            row.state = BOTH_IN
            row.save(update_fields=["state"])
        record(row, "handed_in", as_assessor(row, by), {"both": not waiting})
        if not waiting:
            tell_assessors(
                row,
                Text("两份评估表都交了", "Both sheets are in"),
                Text("请一起看不一样的项，商定以后签字。", "Settle together what differs, then sign."),
                "both_in",
            )  # fmt: skip
    return row


def _noted(known: Answers, key: str, note: str) -> Answers:
    text = sealing.checked_words(note, name=f"note-{key}")
    notes = {**known.notes, key: text}
    return replace(known, notes={k: v for k, v in notes.items() if v})


def _titles(row: Assessment) -> Mapping[str, Text]:
    grading = access.grading(row.grading).grading
    return {
        **{one.key: one.title for one in grading.items()},
        **{key: kind.label for key, kind in grading.schema.fields.items()},
    }


def _check_begun(row: Assessment) -> None:
    if row.day is not None and row.day > timezone.localdate():
        raise Conflict(
            "assessments.early",
            f"约在 {row.day}，到了那天再填。",
            f"It is arranged for {row.day}; fill in the form on that day.",
        )


def _open_items(titles: Mapping[str, Text], left: Sequence[str]) -> WrongInput:
    first = titles[left[0]]
    return WrongInput(
        "assessments.open",
        f"还有 {len(left)} 项没答，第一项是“{first.zh}”。答过的都在。",
        f"{len(left)} still to answer, the first is “{first.to('en')}”. What you answered is kept.",
        field=left[0],
    )


def _in_already() -> Conflict:
    return Conflict(
        "assessments.in_already",
        "您的表已经交了，不能再改。有不同看法，在一起商定的时候说。",
        "Your sheet is in and can't be changed. If you see it differently now, say so when you settle.",
    )
