"""题库: items found by unit, skill, kind and words; how often each was given and how it went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from minsheng.apps.mastery.bank import Shelf
from minsheng.apps.mastery.models import HANDED_IN, TO_DECIDE, Answer, Work
from minsheng.apps.mastery.reads.works import AskedItem, asked_new
from minsheng.engines.items.items import KINDS, Item
from minsheng.engines.items.skills import Misconception
from minsheng.lib.texts import Text

FEWEST = 10
"""With fewer answers the share right says nothing and isn't shown."""
ITEM_KINDS = {
    "choice": Text("单选", "One option"),
    "choices": Text("多选", "Several options"),
    "judge": Text("判断", "True or false"),
    "number": Text("填数", "A number"),
    "blanks": Text("填空", "Blanks"),
    "expression": Text("列式", "An expression"),
    "order": Text("排序", "An order"),
    "text": Text("写一写", "In words"),
}
LEVELS = {1: Text("基础", "Basic"), 2: Text("标准", "Standard"), 3: Text("拓展", "Stretch")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; empty means any."""

    unit: str = ""
    skill: str = ""
    kind: str = ""
    level: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class BankLine:
    """An item in the list: its skill and unit, its kind and level in words."""

    item: Item
    skill: Text
    unit: Text
    kind: Text
    level: Text


@dataclass(frozen=True, slots=True)
class BankItem:
    """One item whole. `right` of `of` answers; `share` in per cent, None with too few answers."""

    line: BankLine
    shown: AskedItem
    skills: tuple[Text, ...]
    mistakes: tuple[tuple[str, Misconception], ...]
    given: int
    right: int
    of: int
    share: int | None


def bank_lines(of: Shelf, wanted: Wanted) -> list[BankLine]:
    """Return the items that fit, in the order of the bank."""
    words = wanted.words.strip().lower()
    return [
        _line(of, item)
        for item in of.subject.items.values()
        if (not wanted.unit or _unit(of, item) == wanted.unit)
        and (not wanted.skill or wanted.skill in item.skills)
        and (not wanted.kind or item.kind == wanted.kind)
        and (not wanted.level or item.level == wanted.level)
        and (not words or words in item.ask.lower() or words == item.key)
    ]


def bank_item(of: Shelf, key: str) -> BankItem:
    """Return one item with its solution and how it went; raises NotFound."""
    item = of.item(key)
    counted = (
        Answer.objects.filter(item=key, sheet__work__subject=of.key, sheet__state=HANDED_IN)
        .exclude(result__in=TO_DECIDE)
        .aggregate(of=Count("pk"), right=Count("pk", filter=Q(result="right")))
    )
    skills = of.subject.skills.skills
    return BankItem(
        _line(of, item),
        asked_new(of, [key])[0],
        tuple(skills[one].title for one in item.skills),
        tuple(
            (wrong, of.subject.misconceptions[code])
            for wrong, code in item.wrong.items()
            if code in of.subject.misconceptions
        ),
        times_given(of.key)[key],
        counted["right"],
        counted["of"],
        round(100 * counted["right"] / counted["of"]) if counted["of"] >= FEWEST else None,
    )


def times_given(subject: str) -> Counter[str]:
    """Return how often each item was given to a class; pupils' own practice isn't counted."""
    given: Sequence[list[str]] = list(
        Work.objects.filter(subject=subject)
        .exclude(kind="practice")
        .exclude(state="cancelled")
        .values_list("items", flat=True)
    )
    return Counter(key for keys in given for key in keys)


def kinds() -> list[tuple[str, Text]]:
    """Return the kinds of items with their names."""
    return [(key, ITEM_KINDS[key]) for key in KINDS]


def levels() -> list[tuple[int, Text]]:
    """Return the levels of items with their names."""
    return list(LEVELS.items())


def _unit(of: Shelf, item: Item) -> str:
    return of.subject.skills.skills[item.skills[0]].unit


def _line(of: Shelf, item: Item) -> BankLine:
    skill = of.subject.skills.skills[item.skills[0]]
    return BankLine(
        item,
        skill.title,
        of.subject.spec.units[skill.unit].title,
        ITEM_KINDS[item.kind],
        LEVELS[item.level],
    )
