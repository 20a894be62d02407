"""The exit ticket (出门小题): three to six items of a lesson's skills, two minutes at most.

The same bank, day and seed give the same ticket; another seed another one. Every skill that can be
asked within the time is asked: that part is exact (a table over sets of skills), the rest is the best
of many draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import Generator

from minsheng.engines.items.items import Item, Written
from minsheng.engines.items.lifecycle import NEVER, Exposure, Limits, may_be_asked
from minsheng.lib.errors import Conflict, WrongInput

FEWEST, MOST = 3, 6
MOST_SECONDS = 120
MOST_SKILLS = 8
DRAWS = 120


@dataclass(frozen=True, slots=True)
class Ticket:
    """The chosen items, easier ones first. `lacking` are the skills for which none was left."""

    items: tuple[Item, ...]
    lacking: tuple[str, ...]

    @property
    def seconds(self) -> int:
        """The time it takes as a whole."""
        return sum(item.seconds for item in self.items)


def choose_ticket(
    items: Iterable[Item],
    skills: Sequence[str],
    *,
    on: date,
    seed: int,
    seen: Mapping[str, Exposure] | None = None,
    known: frozenset[str] | None = None,
    limits: Limits | None = None,
    most_seconds: int = MOST_SECONDS,
) -> Ticket:
    """Return an exit ticket about `skills`.

    `items` are those in use. `seen` is how often each was used and when in this class. `known` are the
    skills that were taught before; an item that needs another one is left out (None: all are known).
    Raises WrongInput for no skill or more than 8, Conflict when three items can't be found in the time.
    """
    wanted = tuple(dict.fromkeys(skills))
    if not 1 <= len(wanted) <= MOST_SKILLS:
        raise WrongInput(
            "ticket_skills",
            f"选 1 到 {MOST_SKILLS} 个能力点。",
            f"Choose 1 to {MOST_SKILLS} skills.",
            field="skills",
        )
    exposures = seen or {}
    usable = sorted(
        (
            item
            for item in items
            if set(item.skills) & set(wanted)
            and (known is None or set(item.skills) <= {*wanted, *known})
            and not isinstance(item, Written)
            and may_be_asked(exposures.get(item.key, NEVER), limits or Limits(), on=on)
        ),
        key=lambda item: item.key,
    )
    best = _draws(usable, wanted, exposures, np.random.default_rng(seed), most_seconds)
    if best is None or len(_covered(best, wanted)) < len(wanted):
        whole = _covering(usable, wanted, most_seconds)
        if best is None or len(_covered(whole, wanted)) > len(_covered(best, wanted)):
            best = whole or None
    if best is None:
        raise Conflict(
            "ticket_too_few",
            f"{most_seconds} 秒里凑不出 {FEWEST} 道题：有的刚给这个班用过，有的太长。"
            f"多选一个能力点，或者过几天再出。",
            f"No {FEWEST} items are left for {most_seconds} seconds. Choose another skill as well, or"
            f" wait some days.",
            facts={"usable": len(usable)},
        )
    asked = _covered(best, wanted)
    chosen = tuple(sorted(best, key=lambda item: (item.level, item.seconds, item.key)))
    return Ticket(chosen, tuple(skill for skill in wanted if skill not in asked))


def _covered(items: Iterable[Item], wanted: Sequence[str]) -> set[str]:
    return {skill for item in items for skill in item.skills} & set(wanted)


def _draws(
    usable: Sequence[Item],
    wanted: Sequence[str],
    seen: Mapping[str, Exposure],
    random: Generator,
    most_seconds: int,
) -> list[Item] | None:
    """Return the best of many draws, or None when no draw reaches three items."""
    best: list[Item] | None = None
    worth: tuple[float, ...] = ()
    for _ in range(DRAWS):
        drawn = _draw([usable[at] for at in random.permutation(len(usable))], wanted, most_seconds)
        if len(drawn) >= FEWEST:
            found = _worth(drawn, wanted, seen)
            if found > worth:
                best, worth = drawn, found
    return best


def _draw(shuffled: Sequence[Item], wanted: Sequence[str], most_seconds: int) -> list[Item]:
    """Return items in the order of a shuffle: one for each skill, then levels not yet there."""
    drawn: list[Item] = []
    left = most_seconds
    lacking, levels = set(wanted), set[int]()
    for wish in ("skill", "level", "any"):
        for item in shuffled:
            if len(drawn) == MOST or item.seconds > left or item in drawn:
                continue
            if (wish == "skill" and not lacking & set(item.skills)) or (
                wish == "level" and item.level in levels
            ):
                continue
            drawn.append(item)
            left -= item.seconds
            lacking -= set(item.skills)
            levels.add(item.level)
    return drawn


def _worth(
    drawn: Sequence[Item], wanted: Sequence[str], seen: Mapping[str, Exposure]
) -> tuple[float, ...]:
    """Return what a draw is worth, the most important first."""
    counts = [sum(skill in item.skills for item in drawn) for skill in wanted]
    betrayed = {word for item in drawn for word in item.wrong.values()}
    return (
        len(_covered(drawn, wanted)),
        len({item.level for item in drawn}),
        min(counts),
        -sum(seen.get(item.key, NEVER).uses for item in drawn) / len(drawn),
        len(betrayed),
        len(drawn),
    )


def _covering(usable: Sequence[Item], wanted: Sequence[str], most_seconds: int) -> list[Item]:
    """Return three to six items within the time that cover the most skills, by a full table.

    The table holds for each set of skills and number of items the shortest choice; [] for none.
    """
    bit = {skill: 1 << at for at, skill in enumerate(wanted)}
    table: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {(0, 0): (0, ())}
    for at, item in enumerate(usable):
        mask = sum(bit.get(skill, 0) for skill in set(item.skills))
        for (held, count), (seconds, chosen) in list(table.items()):
            state = held | mask, count + 1
            longer = seconds + item.seconds
            if (
                count < MOST
                and longer <= most_seconds
                and (state not in table or longer < table[state][0])
            ):
                table[state] = longer, (*chosen, at)
    whole = [
        (held.bit_count(), -seconds, chosen)
        for (held, count), (seconds, chosen) in table.items()
        if count >= FEWEST
    ]
    return [usable[at] for at in max(whole)[2]] if whole else []
