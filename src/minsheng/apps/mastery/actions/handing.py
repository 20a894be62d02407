"""Sheets are opened, handed in, typed in for a pupil, and decided where a machine can't."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.mastery import access, folding
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.models import (
    EXCUSED,
    HANDED_IN,
    OPEN,
    WAITING,
    Answer,
    Sheet,
    Work,
)
from minsheng.apps.mastery.sealing import sealed
from minsheng.apps.people.models import Account
from minsheng.engines.items.answers import Checked, check_answer
from minsheng.engines.items.items import Item, Written
from minsheng.lib.errors import Conflict, NotFound, WrongInput

STREAM = "sheet"
Said = str | Sequence[str]


def open_sheet(work_id: int, *, by: Account) -> Sheet:
    """Return the sheet of the pupil that this account is, and note when it was first opened."""
    sheet = access.require_sheet(by, work_id)
    if sheet.opened_at is None and sheet.state == WAITING:
        Sheet.objects.filter(pk=sheet.pk, opened_at__isnull=True).update(opened_at=timezone.now())
    return sheet


def hand_in(work_id: int, answers: Mapping[str, Said], *, by: Account) -> Sheet:
    """Return the pupil's own sheet with its answers checked and folded into where they stand.

    What isn't answered counts as left out. Raises Conflict when it was handed in or collected already.
    """
    sheet = access.require_sheet(by, work_id)
    return _hand_in(sheet.pk, answers, source="phone", by=by)


def type_in(
    work_id: int, pupil_id: int, answers: Mapping[str, Said], *, by: Account, source: str = "typed"
) -> Sheet:
    """Hand in for a pupil what they wrote on paper: by the teacher, also after it was collected."""
    work = access.require_work(by, work_id)
    sheet = Sheet.objects.filter(work=work, pupil=pupil_id).first()
    if sheet is None:
        raise access.no_such_work()
    return _hand_in(sheet.pk, answers, source=source, by=by)


def excuse(work_id: int, pupil_id: int, *, by: Account) -> Sheet:
    """Take a pupil out of a work: absent, or not meant. Nothing is concluded from it."""
    work = access.require_work(by, work_id)
    with transaction.atomic():
        sheet = Sheet.objects.select_for_update().filter(work=work, pupil=pupil_id).first()
        if sheet is None:
            raise access.no_such_work()
        if sheet.state == HANDED_IN:
            raise _handed_in_already()
        if sheet.state == WAITING:
            sheet.state = EXCUSED
            sheet.save(update_fields=["state"])
            _record(sheet, "excused", by, {})
    return sheet


def decide_answer(answer_id: int, score: int, *, by: Account) -> Answer:
    """Give an answer the worth that a teacher sees in it, in thousandths; all is folded anew."""
    found = Answer.objects.filter(pk=answer_id).select_related("sheet__work").first()
    if found is None:
        raise access.no_such_work()
    access.require_work(by, found.sheet.work_id)
    if not 0 <= score <= folding.WHOLE:
        raise WrongInput(
            "mastery.score", "分数在 0 到 100 之间。", "A score lies between 0 and 100.",
            field="score",
        )  # fmt: skip
    with transaction.atomic():
        of = shelf(found.sheet.work.subject)
        folding.held(found.sheet.pupil_id, of.key)
        found.score, found.decided_by = score, by
        found.result = "right" if score == folding.WHOLE else "partly" if score else "wrong"
        found.misconception = found.misconception if found.result == "wrong" else ""
        found.save(update_fields=["score", "decided_by", "result", "misconception"])
        folding.rebuild(of, found.sheet.pupil_id)
        _record(found.sheet, "decided", by, {"item": found.item, "result": found.result})
    return found


def decide_suggested(work_id: int, *, by: Account) -> int:
    """Give every written answer that still waits what is suggested for it, and return how many.

    The teacher has seen them and says so; what nobody can read still waits. Rounded to right, half
    or not right, as a teacher would give it.
    """
    work = access.require_work(by, work_id)
    waiting = Answer.objects.filter(
        sheet__work=work, sheet__state=HANDED_IN, result="suggested", decided_by__isnull=True
    )
    with transaction.atomic():
        found = list(waiting.order_by("pk").values_list("pk", "score"))
        for answer, score in found:
            decide_answer(answer, round(2 * score / folding.WHOLE) * folding.WHOLE // 2, by=by)
    return len(found)


def _hand_in(sheet_id: int, answers: Mapping[str, Said], *, source: str, by: Account) -> Sheet:
    with transaction.atomic():
        sheet = (
            Sheet.objects.select_for_update(of=("self",))
            .select_related("work", "pupil__person")
            .get(pk=sheet_id)
        )
        work = sheet.work
        if sheet.state == HANDED_IN:
            raise _handed_in_already()
        if (work.state != OPEN and source == "phone") or work.state == "cancelled":
            raise _collected(work)
        of = shelf(work.subject)
        unknown = set(answers) - set(work.items)
        if unknown:
            raise NotFound(
                "mastery.not_in_work",
                "有一道题不在这份练习里，没有交上去。请重新打开这一页再交。",
                "One of the items isn't part of this work. Open the page again and hand in.",
            )
        sheet.state, sheet.source, sheet.handed_in_at = HANDED_IN, source, timezone.now()
        sheet.save(update_fields=["state", "source", "handed_in_at"])
        rows = [
            checked_answer(sheet, of.subject.items[key], answers.get(key, ""))
            for key in work.items
            if key in of.subject.items
        ]
        Answer.objects.bulk_create(rows)
        folding.fold_sheet(of, sheet, rows, day=work.day)
        right = sum(row.result == "right" for row in rows)
        _record(sheet, "handed_in", by, {"source": source, "right": right, "items": len(rows)})
    return sheet


def checked_answer(sheet: Sheet, item: Item, said: Said) -> Answer:
    """Return an answer as it is stored: checked, and sealed. Nothing written is left out: wrong."""
    parts = [said] if isinstance(said, str) else list(said)
    if not any(part.strip() for part in parts):
        return Answer(sheet=sheet, item=item.key, result="omitted")
    checked = check_answer(item, said)
    return Answer(
        sheet=sheet,
        item=item.key,
        result=checked.result,
        score=_thousandths(item, checked),
        misconception=checked.misconception,
        given=sealed(sheet.pupil, said if isinstance(said, str) else parts),
    )


def _thousandths(item: Item, checked: Checked) -> int:
    """Return the worth; of a written answer only what is suggested, until a teacher has decided."""
    score = round(checked.score * folding.WHOLE)
    return min(score, folding.WHOLE - 1) if isinstance(item, Written) else score


def _handed_in_already() -> Conflict:
    return Conflict(
        "mastery.handed_in_already",
        "已经交过了，不用再交。可以看看哪里对、哪里不对。",
        "It was handed in already. See what was right and what wasn't.",
    )


def _collected(work: Work) -> Conflict:
    if work.state == "cancelled":
        return Conflict(
            "mastery.cancelled",
            "老师撤回了这份练习，不用交了。",
            "The teacher took this work back; there is nothing to hand in.",
        )
    return Conflict(
        "mastery.collected",
        "老师已经收上去了，没有交成。告诉老师，老师可以补录。",
        "It was collected already. Tell your teacher, who can still enter your answers.",
    )


def _record(sheet: Sheet, kind: str, by: Account, facts: dict[str, str | int | bool]) -> None:
    news = audit.News(f"sheet.{kind}", timezone.now(), f"account:{by.pk}", facts)
    audit.record(STREAM, str(sheet.pk), news)
