"""What a judge sees: a number, the lesson and the papers; never a teacher or a school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minsheng.apps.contests import access, sealing, words
from minsheng.apps.contests.models import JUDGING, LIVE, Sheet
from minsheng.apps.contests.reads.mine import MaterialLine, material_lines
from minsheng.apps.people.models import Account
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class JudgedSheet:
    """A sheet of mine. `criteria`: key, title, weight, my grade or None; grades from `lowest` to `highest`."""

    id: int
    contest: Text
    number: str
    kind: Text
    subject: str
    grade: int
    knot: str
    title: str
    video: str
    materials: tuple[MaterialLine, ...]
    criteria: tuple[tuple[str, Text, int, int | None], ...]
    lowest: int
    highest: int
    comment: str
    state: str
    said: Text
    judge_by: date


def own_sheets(account: Account) -> list[JudgedSheet]:
    """Return what I judge now, the empty ones first."""
    rows = Sheet.objects.filter(judge__account=account, state__in=LIVE, work__round__state=JUDGING)
    found = rows.select_related("work__round").order_by("work__round__judge_by", "work__number")
    return sorted((_sheet(row) for row in found), key=lambda one: one.state != "waiting")


def judged_sheet(sheet_id: int, *, account: Account) -> JudgedSheet:
    """Return one sheet of mine; raises NotFound for anybody else's."""
    found = access.require_sheet(sheet_id, account)
    if found.work.round.state != JUDGING:
        raise access.no_such()
    return _sheet(found)


def _sheet(row: Sheet) -> JudgedSheet:
    work, spec = row.work, access.contest(row.work.round.contest)
    return JudgedSheet(
        id=row.pk, contest=spec.title, number=work.number, kind=spec.classes[work.kind].title,
        subject=work.subject, grade=work.grade, knot=work.knot, title=work.title,
        video=sealing.opened(work.video),
        materials=tuple(one for one in material_lines(work, spec) if one.file),
        criteria=tuple(
            (key, one.title, one.weight, row.grades.get(key)) for key, one in spec.criteria.items()
        ),
        lowest=spec.scale.lowest, highest=spec.scale.highest, comment=sealing.opened(row.comment),
        state=row.state, said=words.SHEET_STATES[row.state], judge_by=work.round.judge_by,
    )  # fmt: skip
