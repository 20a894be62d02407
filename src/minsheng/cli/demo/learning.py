"""Ten weeks of answers for the demonstration's classes (演示): invented, from a model of their own.

A pupil has an ability, a skill a difficulty, and both the weeks and practice make things easier
(Rasch with growth). It isn't the model that the portraits are worked out with, so that these have
something to find out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.utils import timezone

from minsheng.apps.mastery import actions
from minsheng.apps.mastery import reads as mastery
from minsheng.apps.mastery.bank import Shelf, shelf
from minsheng.apps.people import reads as people
from minsheng.apps.schools import reads
from minsheng.cli.demo.schools import SUBJECT, written
from minsheng.engines.items.items import Item, right_answer

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.apps.schools.models import SchoolClass

WEEKS = 10
LAST = "distributive-law"
"""The skill that the classes have come to; what was learnt before it are the weeks before."""
SKILLS = 22
TICKET, HOMEWORK = 3, 4
HOMEWORK_SECONDS = 15 * 60
CLASS_OF_CAST = "qinghuai-4-2"
EARLY = 5
"""One in so many has brought the homework the same day."""
STUCK = 0.9
"""How much harder the last skill is than the others: it is new."""


@dataclass(frozen=True, slots=True)
class _Pupils:
    ids: Sequence[int]
    ability: np.ndarray[tuple[int], np.dtype[np.float64]]


def begin(on: date, *, seed: int, weeks: int = WEEKS) -> Mapping[str, int]:
    """Write ten weeks of answers for each class, and let the cast give, answer and disagree today."""
    of = shelf(SUBJECT)
    random = np.random.default_rng(seed)
    works: list[actions.PastWork] = []
    for one in written().classes:
        found = reads.school_class(one.key)
        teacher = people.account_by_username(one.teachers[0])
        if found is not None and teacher is not None:
            works += _weeks(of, found, teacher, on, weeks, random)
    days = [on - timedelta(days=7 * back) for back in range(weeks, -1, -1)]
    answers = actions.import_works(SUBJECT, works, snapshots=days)
    _today(of, on, random)
    return {"works": len(works), "answers": answers}


def _weeks(
    of: Shelf, of_class: SchoolClass, teacher: Account, on: date, weeks: int,
    random: np.random.Generator,
) -> Iterator[actions.PastWork]:  # fmt: skip
    ids = reads.pupil_ids(of_class)
    pupils = _Pupils(ids, random.normal(0.9, 0.9, len(ids)))
    learnt = _learnt(of)
    per_week = max(1, round(len(learnt) / weeks))
    for week in range(weeks):
        new = learnt[week * per_week : (week + 1) * per_week] or learnt[-per_week:]
        before = learnt[max(0, week - 2) * per_week : week * per_week]
        monday = on - timedelta(days=7 * (weeks - week) + on.weekday())
        plan = (
            ("ticket", 2, new, TICKET, mastery.TICKET_SECONDS, f"第 {week + 1} 周出门条"),
            ("homework", 4, [*new, *before], HOMEWORK, HOMEWORK_SECONDS, f"第 {week + 1} 周作业"),
        )
        for kind, weekday, skills, count, seconds, title in plan:
            its = _items(of, skills, count, seconds, random)
            if not its:
                continue
            at = _at(monday + timedelta(days=weekday), 16)
            yield actions.PastWork(
                school_class=of_class.pk, kind=kind, title=title,
                items=tuple(one.key for one in its), at=at, given_by=teacher,
                sheets=tuple(_sheets(of, pupils, its, week, random)),
            )  # fmt: skip


def _sheets(
    of: Shelf, pupils: _Pupils, items: Sequence[Item], week: int, random: np.random.Generator
) -> Iterator[actions.PastSheet]:
    chance = _chance(of, pupils.ability, items, week)
    draws = random.random(chance.shape)
    for row, pupil in enumerate(pupils.ids):
        said = {
            item.key: _said(item, bool(draws[row, column] < chance[row, column]), random)
            for column, item in enumerate(items)
        }
        yield actions.PastSheet(pupil, said)


def _chance(
    of: Shelf, ability: np.ndarray[tuple[int], np.dtype[np.float64]], items: Sequence[Item], week: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:  # fmt: skip
    """Return the chance of a right answer (pupils, items): ability + growth − difficulty."""
    learnt = _learnt(of)
    hard = np.array([
        0.45 * (item.level - 1)
        + (STUCK if item.skills[0] == LAST else 0.25 * (learnt.index(item.skills[0]) % 4))
        for item in items
    ])  # fmt: skip
    practised = np.array([max(0, week - learnt.index(item.skills[0]) // 2) for item in items])
    logit = ability[:, None] + 0.05 * week + 0.18 * practised[None, :] - hard[None, :]
    chance: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = 0.08 + 0.9 / (
        1 + np.exp(-1.3 * logit)
    )
    return chance


def _learnt(of: Shelf) -> list[str]:
    """Return the skills that the classes have come to, in the order in which they are taught."""
    order = [
        key for unit in of.subject.spec.units
        for key, skill in of.subject.skills.skills.items() if skill.unit == unit
    ]  # fmt: skip
    return order[: order.index(LAST) + 1][-SKILLS:]


def _items(
    of: Shelf, skills: Sequence[str], count: int, seconds: int, random: np.random.Generator
) -> list[Item]:
    """Return items spread over the skills, as a teacher would draw them; each skill's own.

    None takes more than its share of what is left of the seconds.
    """
    found: list[Item] = []
    left = seconds
    for at in range(count):
        skill = skills[at % len(skills)]
        its = [
            item for item in of.subject.by_skill.get(skill, ())
            if item.kind != "text" and item.skills[0] == skill and item not in found
            and all(key in _learnt(of) for key in item.skills)
            and item.seconds <= left / (count - at)
        ]  # fmt: skip
        if its:
            found.append(its[int(random.integers(len(its)))])
            left -= found[-1].seconds
    return found


def _said(item: Item, is_right: bool, random: np.random.Generator) -> str | tuple[str, ...]:
    """Return an answer as a pupil writes it; a wrong one often shows a known mistake."""
    truth = right_answer(item)
    if is_right:
        return truth if isinstance(truth, str) else tuple(part.split("|")[0] for part in truth)
    if item.wrong and random.random() < 0.7:
        return list(item.wrong)[int(random.integers(len(item.wrong)))]
    match item.kind:
        case "choice":
            return next(letter for letter in item.options if letter != truth)
        case "judge":
            return "false" if truth == "true" else "true"
        case "choices" | "order":
            return "".join(truth)[::-1] if item.kind == "order" else truth[0]
        case "blanks":
            return tuple("0" for _ in truth)
    return str(int(random.integers(2, 90)))


def _today(of: Shelf, on: date, random: np.random.Generator) -> None:
    """Let 谭梅 give a ticket and homework, most of her class answer, and a family disagree."""
    of_class, teacher = reads.school_class(CLASS_OF_CAST), people.account_by_username("tanmei")
    if of_class is None or teacher is None:
        return
    items = [one.key for one in mastery.suggested_ticket(SUBJECT, [LAST], classes=[of_class.pk])]
    ticket = actions.give_ticket(
        of_class.pk,
        actions.Given(subject=SUBJECT, title="乘法分配律", items=tuple(items), day=on),
        by=teacher,
    )
    ids = reads.pupil_ids(of_class)
    pupils = _Pupils(ids, random.normal(0.5, 1.0, len(ids)))
    xiaohe = people.account_by_username("linxiaohe")
    own = reads.own_pupil(xiaohe) if xiaohe else None
    its = [of.item(key) for key in items]
    for at, sheet in enumerate(_sheets(of, pupils, its, WEEKS, random)):
        if at % 4 == 3 or (own is not None and sheet.pupil == own.id):
            continue
        actions.type_in(ticket.pk, sheet.pupil, sheet.answers, by=teacher)
    _homework(of, of_class, pupils, on, random, without=items, but=own.id if own else 0, by=teacher)
    mother = people.account_by_username("linxia")
    if own is not None and mother is not None:
        actions.object_to(
            own.id, SUBJECT, "multiplication-laws",
            "她在家讲给妹妹听过，讲得很清楚，是不是那天没看清题？", by=mother,
        )  # fmt: skip
        actions.add_note(own.id, "interest", "out", "喜欢下围棋，周末在社区棋室", by=mother)
        actions.add_note(own.id, "help", "in", "午间和同桌一起看了两次错题", by=teacher)


def _homework(
    of: Shelf, of_class: SchoolClass, pupils: _Pupils, on: date, random: np.random.Generator,
    *, without: Sequence[str], but: int, by: Account,
) -> None:  # fmt: skip
    """Let the teacher set homework with one answer in words; a few have brought it to her already."""
    found = mastery.suggested_items(
        SUBJECT, ["multiplication-laws", LAST], count=5, seconds=480, without=without
    )
    explained = [one for one in of.subject.by_skill[LAST] if one.kind == "text"][:1]
    work = actions.give_homework(
        of_class.pk,
        actions.Given(
            subject=SUBJECT, title="运算律练习", day=on, due=_at(on + timedelta(days=1), 8),
            items=tuple(one.key for one in (*found, *explained)),
        ),
        by=by,
    )  # fmt: skip
    for at, sheet in enumerate(_sheets(of, pupils, found, WEEKS, random)):
        if at % EARLY or sheet.pupil == but:
            continue
        words = "先把两个数加起来再乘，和分别乘再相加，结果一样。" if at % 2 else "不知道"
        said = {**sheet.answers, **{one.key: words for one in explained}}
        actions.type_in(work.pk, sheet.pupil, said, by=by)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), timezone.get_current_timezone())
