"""错题本: what went wrong, why, and when to look at it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.folding import stand_of
from minsheng.apps.mastery.models import HANDED_IN, TO_DECIDE, Answer
from minsheng.apps.mastery.reads.works import AskedItem, asked
from minsheng.apps.schools.models import SchoolUser
from minsheng.engines.items.skills import Misconception
from minsheng.engines.learning import spacing
from minsheng.lib.texts import Text

ENOUGH = 2
"""Right so often in a row since it went wrong, and it leaves the book."""


@dataclass(frozen=True, slots=True)
class WrongLine:
    """An item that went wrong: how often, when last, the misconception, when it comes again."""

    shown: AskedItem
    skill: Text
    times: int
    last: date
    right_since: int
    mistake: Misconception | None
    due: date

    def is_due(self, on: date) -> bool:
        """Whether it should be looked at again by a day."""
        return self.due <= on


def wrong_book(pupil: SchoolUser, subject: str, *, on: date | None = None) -> list[WrongLine]:
    """Return a pupil's items that went wrong and weren't right twice since; what is due first."""
    of, day = shelf(subject), on or timezone.localdate()
    rows = (
        Answer.objects.filter(
            sheet__pupil=pupil, sheet__work__subject=subject, sheet__state=HANDED_IN
        )
        .exclude(result__in=TO_DECIDE)
        .select_related("sheet__work")
        .order_by("sheet__work__day", "sheet__handed_in_at", "pk")
    )
    stand = stand_of(of, [pupil.pk])
    times: dict[str, int] = {}
    since: dict[str, int] = {}
    last: dict[str, Answer] = {}
    for one in rows:
        if one.item not in of.subject.items:
            continue
        if one.result == "right":
            since[one.item] = since.get(one.item, 0) + 1
            continue
        times[one.item], since[one.item], last[one.item] = times.get(one.item, 0) + 1, 0, one
    found = []
    for number, (key, answer) in enumerate(last.items(), 1):
        if since[key] >= ENOUGH:
            continue
        skill = of.subject.items[key].skills[0]
        column = of.skill_number[skill]
        half_life = float(stand.half_life[0, column])
        seen = date.fromordinal(int(stand.last[0, column])) if half_life else answer.sheet.work.day
        due = spacing.next_day(half_life, last=seen) if half_life else day
        found.append(
            WrongLine(
                asked(of, key, number, answer, pupil),
                of.subject.skills.skills[skill].title,
                times[key],
                answer.sheet.work.day,
                since[key],
                of.subject.misconceptions.get(answer.misconception),
                due,
            )
        )
    return sorted(found, key=lambda one: (one.due, one.last, one.shown.key))
