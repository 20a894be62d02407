"""How far two assessors agree, item by item, over the whole district; nobody is named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from minsheng.apps.assessments import access
from minsheng.apps.assessments.models import Pair
from minsheng.apps.people.models import Account
from minsheng.engines.grading.spec import Item
from minsheng.engines.measurement.agreement import Agreement, kappa_of_table
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """How far two agree on one item. `found` is None below the least number of assessments.

    Which of two gave the smaller answer isn't kept, so the table is taken as symmetric: half of each
    pair either way round.
    """

    group: Text
    title: Text
    cases: int
    same: int
    found: Agreement | None


def agreement(account: Account, key: str) -> list[ItemAgreement]:
    """Return each item with its weighted kappa (quadratic), for who arranges; NotAllowed else."""
    if not access.arranges(account, key):
        raise access.not_yours()
    loaded = access.grading(key)
    least = loaded.spec.arranging.compare_least.value
    counts: dict[str, Counter[tuple[int, int]]] = {}
    for pair in Pair.objects.filter(grading=key):
        counts.setdefault(pair.item, Counter())[pair.first, pair.second] = pair.count
    return [
        _of_item(group.title, item, counts.get(item.key, Counter()), least)
        for group in loaded.grading.groups
        for item in group.items
    ]


def _of_item(
    group: Text, item: Item, counts: Counter[tuple[int, int]], least: int
) -> ItemAgreement:
    cases = counts.total()
    same = sum(count for (first, second), count in counts.items() if first == second)
    if cases < max(1, least):
        return ItemAgreement(group, item.title, cases, same, None)
    place = {points: at for at, points in enumerate(item.points)}
    table = np.zeros((len(place), len(place)))
    for (first, second), count in counts.items():
        if first in place and second in place:
            table[place[first], place[second]] += count / 2
            table[place[second], place[first]] += count / 2
    return ItemAgreement(group, item.title, cases, same, kappa_of_table(table, weights="quadratic"))
