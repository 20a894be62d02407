"""What a work has shown, at once: items, misconceptions, who is stuck where, groups, tomorrow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from minsheng.apps.mastery import access
from minsheng.apps.mastery.bank import Shelf, shelf
from minsheng.apps.mastery.models import EXCUSED, HANDED_IN, TO_DECIDE, Answer, Work
from minsheng.apps.mastery.reads.classroom import ClassSkill, skill_line
from minsheng.apps.mastery.reads.standing import Seen, seen
from minsheng.apps.mastery.reads.works import KINDS, AskedItem, asked
from minsheng.apps.people.models import Account
from minsheng.apps.schools import reads as school_reads
from minsheng.engines.items.items import Item
from minsheng.engines.items.skills import Misconception, Skill
from minsheng.engines.learning.groups import FREE, groups_for
from minsheng.engines.learning.mastery import Standing as Level
from minsheng.lib.texts import Text

LEAST, MOST = 3, 6
MANY = 0.3
"""From this share of wrong answers on, an item is talked over with everybody."""


@dataclass(frozen=True, slots=True)
class ItemResult:
    """How one item went: right of how many, and the misconceptions that answers betray."""

    number: int
    item: Item
    right: int
    of: int
    betrayed: tuple[tuple[Misconception, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class ToDecide:
    """An answer that only a teacher can settle: whose, what was written, what is suggested."""

    id: int
    name: str
    shown: AskedItem
    suggested: int


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A small group for tomorrow: the skill it works on (None: what each likes), who is in it."""

    skill: Skill | None
    names: tuple[str, ...]
    needing: int


@dataclass(frozen=True, slots=True)
class Tomorrow:
    """One thing to do tomorrow: for all or for some, and why."""

    what: Text
    why: Text
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkResult:
    """A work and everything it has shown by now. `waiting` are those who haven't handed it in."""

    work: Work
    kind: Text
    handed_in: int
    of: int
    waiting: tuple[tuple[int, str], ...]
    excused: tuple[str, ...]
    items: tuple[ItemResult, ...]
    skills: tuple[ClassSkill, ...]
    to_decide: tuple[ToDecide, ...]
    groups: tuple[GroupLine, ...]
    tomorrow: tuple[Tomorrow, ...]


def result_of(work_id: int, *, account: Account) -> WorkResult:
    """Return what a work has shown by now; for who teaches the class."""
    work = access.require_work(account, work_id)
    of = shelf(work.subject)
    sheets = list(work.sheets.select_related("pupil__person").order_by("pk"))
    lines = {one.id: one for one in school_reads.pupils_in(work.school_class, on=work.day)}
    names = {one.pupil_id: lines[one.pupil_id].name for one in sheets if one.pupil_id in lines}
    answers = list(
        Answer.objects.filter(sheet__work=work, sheet__state=HANDED_IN).select_related(
            "sheet__pupil__person"
        )
    )
    pupils = list(names)
    found = seen(of, pupils, on=work.day)
    shown = dict.fromkeys(
        skill for key in work.items if key in of.subject.items
        for skill in of.subject.items[key].skills
    )  # fmt: skip
    columns = [of.skill_number[key] for key in shown]
    by_row = [names[pupil] for pupil in pupils]
    items = tuple(_items(of, work, answers, names))
    handed = [one for one in sheets if one.state == HANDED_IN]
    groups = _groups(of, found, columns, names) if handed else ()
    return WorkResult(
        work,
        KINDS[work.kind],
        len(handed),
        len(sheets),
        tuple((one.pupil_id, names.get(one.pupil_id, "")) for one in sheets if one.state == "waiting"),
        tuple(names.get(one.pupil_id, "") for one in sheets if one.state == EXCUSED),
        items,
        tuple(skill_line(of, found, column, by_row) for column in columns),
        tuple(_to_decide(of, answers, names)),
        groups,
        tuple(_tomorrow(of, items, found, columns, by_row)) if handed else (),
    )  # fmt: skip


def _items(
    of: Shelf, work: Work, answers: Sequence[Answer], names: Mapping[int, str]
) -> list[ItemResult]:
    found = []
    for number, key in enumerate(work.items, 1):
        if key not in of.subject.items:
            continue
        its = [one for one in answers if one.item == key and one.result not in TO_DECIDE]
        wrong: dict[str, list[str]] = {}
        for one in its:
            if one.misconception:
                wrong.setdefault(one.misconception, []).append(names.get(one.sheet.pupil_id, ""))
        betrayed = sorted(wrong.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        found.append(
            ItemResult(
                number,
                of.subject.items[key],
                sum(one.result == "right" for one in its),
                len(its),
                tuple(
                    (of.subject.misconceptions[code], tuple(who))
                    for code, who in betrayed
                    if code in of.subject.misconceptions
                ),
            )
        )
    return found


def _to_decide(of: Shelf, answers: Sequence[Answer], names: Mapping[int, str]) -> list[ToDecide]:
    return [
        ToDecide(
            one.pk,
            names.get(one.sheet.pupil_id, ""),
            asked(of, one.item, 0, one, one.sheet.pupil),
            one.score,
        )
        for one in answers
        if one.result in TO_DECIDE and one.item in of.subject.items
    ]


def _groups(
    of: Shelf, found: Seen, columns: Sequence[int], names: Mapping[int, str]
) -> tuple[GroupLine, ...]:
    """Return groups by what was asked and what it rests on; a class too small for groups has none."""
    below = np.flatnonzero(of.needs[list(columns)].any(0)).tolist() if columns else []
    about = [*columns, *(column for column in below if column not in columns)]
    if len(found.pupils) < LEAST or not about:
        return ()
    level = found.level[:, about]
    lacks = (level == Level.AT_RISK) | ((level == Level.GROWING) & (found.known[:, about] < 0.7))
    needs = np.where(lacks, np.clip(1 - found.known[:, about], 0, 1), 0)
    codes = [f"{pupil:012d}" for pupil in found.pupils]
    try:
        made = groups_for(codes, needs, least=LEAST, most=MOST)
    except ValueError:  # so few that they are one group
        return ()
    return tuple(
        GroupLine(
            None if one.skill == FREE else of.subject.skills.skills[of.skills[about[one.skill]]],
            tuple(names[int(code)] for code in one.members),
            len(one.needing),
        )
        for one in made
    )


def _tomorrow(
    of: Shelf,
    items: Sequence[ItemResult],
    found: Seen,
    columns: Sequence[int],
    names: Sequence[str],
) -> list[Tomorrow]:
    """Return at most four things to do, the ones that help the most pupils first."""
    steps: list[tuple[int, Tomorrow]] = []
    betrayed: Counter[str] = Counter()
    who: dict[str, list[str]] = {}
    for line in items:
        for mistake, pupils in line.betrayed:
            betrayed[mistake.key] += len(pupils)
            who.setdefault(mistake.key, []).extend(pupils)
    for code, count in betrayed.most_common(3):
        mistake = of.subject.misconceptions[code]
        some = tuple(dict.fromkeys(who[code]))
        why = Text(
            f"{len(some)} 人这样错：{mistake.title.zh}",
            f"{len(some)} made this mistake: {mistake.title.to('en')}",
        )
        steps.append((count, Tomorrow(mistake.remedy, why, some)))
    for line in items:
        wrong = line.of - line.right
        if line.of and wrong / line.of >= MANY and not line.betrayed:
            what = Text(
                f"明天和大家一起再做一遍第 {line.number} 题",
                f"Go over item {line.number} with everybody tomorrow",
            )
            why = Text(f"{line.of} 人里 {wrong} 人没做对", f"{wrong} of {line.of} got it wrong")
            steps.append((wrong, Tomorrow(what, why)))
    for column in columns:
        stuck = np.flatnonzero(found.level[:, column] == Level.AT_RISK).tolist()
        weak = [
            need
            for need in np.flatnonzero(of.needs[column]).tolist()
            if len(stuck) and (found.known[stuck, need] < 0.7).mean() >= 0.5
        ]
        for need in weak[:1]:
            skill, below = (of.subject.skills.skills[of.skills[at]] for at in (column, need))
            what = Text(f"先补“{below.title.zh}”", f"First go back to “{below.title.to('en')}”")
            why = Text(
                f"“{skill.title.zh}”没会的 {len(stuck)} 人，多半卡在它下面这一步",
                f"Most of the {len(stuck)} who lack “{skill.title.to('en')}” are stuck one step below",
            )
            steps.append((len(stuck), Tomorrow(what, why, tuple(names[row] for row in stuck))))
    steps.sort(key=lambda pair: -pair[0])
    return [step for _, step in steps[:4]]
