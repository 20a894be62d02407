"""Where the pupils of a class stand, with the teacher's word over what was worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from minsheng.apps.mastery.bank import Shelf
from minsheng.apps.mastery.folding import Stand, stand_of
from minsheng.apps.mastery.models import MASTERED, NOT_MASTERED, Ruling
from minsheng.engines.learning import mastery, spacing
from minsheng.engines.learning.mastery import Portrait
from minsheng.engines.learning.mastery import Standing as Level
from minsheng.lib.texts import Text

LEVELS = {
    Level.MASTERED: Text("会了", "mastered"),
    Level.GROWING: Text("正在学会", "growing"),
    Level.AT_RISK: Text("还没会", "at risk"),
    Level.UNKNOWN: Text("还不知道", "not known yet"),
}
KEYS = {
    Level.MASTERED: "mastered",
    Level.GROWING: "growing",
    Level.AT_RISK: "at_risk",
    Level.UNKNOWN: "unknown",
}


def level_words() -> dict[str, Text]:
    """Return the words of each level by its key."""
    return {KEYS[level]: said for level, said in LEVELS.items()}


@dataclass(frozen=True, slots=True)
class Seen:
    """Pupils by row, skills by column: the kernel's portrait, what is remembered, who ruled what.

    level: as `mastery.Standing`, after the teacher's word. known: the chance of knowing, likewise.
    recall: the chance to remember today, NaN without an answer.
    """

    pupils: tuple[int, ...]
    stand: Stand
    portrait: Portrait
    level: NDArray[np.int8]
    known: NDArray[np.float64]
    recall: NDArray[np.float64]
    rulings: tuple[Ruling, ...]

    def row(self, pupil_id: int) -> int:
        """Return the row of a pupil."""
        return self.pupils.index(pupil_id)


def seen(of: Shelf, pupils: Sequence[int], *, on: date) -> Seen:
    """Return where these pupils stand on a day."""
    stand = stand_of(of, pupils)
    portrait = mastery.portrait(stand.evidence)
    level, known = portrait.standing.copy(), portrait.known.astype(np.float64)
    day = max(on.toordinal(), int(stand.last.max(initial=0)))
    recall, _ = spacing.due(stand.half_life, stand.last, on=day)
    rulings = tuple(
        Ruling.objects.filter(
            pupil__in=pupils, subject=of.key, ended_at__isnull=True, until__gte=on
        ).select_related("by")
    )
    place = {pupil: row for row, pupil in enumerate(pupils)}
    for one in rulings:
        column = of.skill_number.get(one.target)
        if column is None or one.kind not in (MASTERED, NOT_MASTERED):
            continue
        at = (place[one.pupil_id], column)
        is_mastered = one.kind == MASTERED
        level[at] = Level.MASTERED if is_mastered else Level.AT_RISK
        known[at] = max(known[at], 0.97) if is_mastered else min(known[at], 0.3)
    return Seen(tuple(pupils), stand, portrait, level, known, recall, rulings)
