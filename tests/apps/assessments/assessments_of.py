"""Assessments led to a point of their story, for the tests of the app, of pages and endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time

from tests.factories import District

from minsheng.apps.assessments import actions
from minsheng.apps.assessments.actions import Answer, Appointment, Word
from minsheng.apps.assessments.models import Assessment, Result
from minsheng.apps.people import installed
from minsheng.cli.demo import policies as demo

KEY = "gbt-42195"
FACTS = {"coma": False, "dementia": False, "mental_disorder": False, "care_events": 0}
PLACE = "云栖街道槐安路 19 号 2-1"
WEAK = {
    "bathing": 1,
    "stairs": 0,
    "walking": 2,
    "memory": 2,
    "transport": 0,
    "toilet": 2,
    "urine": 2,
}
"""Seven items that are down: 90 − 17 = 73 points, mild."""


def best() -> dict[str, int]:
    """Full points everywhere: 90."""
    grading = installed.packs().gradings[KEY].grading
    return {item.key: max(item.points) for item in grading.items()}


def answers(changes: Mapping[str, object] | None = None) -> list[Answer]:
    """A complete sheet: full points and no rule, save for the changes."""
    whole = {**best(), **FACTS, **(changes or {})}
    return [Answer(key, value) for key, value in whole.items()]


def noted(district: District) -> None:
    """What registers say of the cast: 徐桂兰 was never assessed."""
    demo.note(district.today)


def asked(district: District, who: str = "xuguilan") -> Assessment:
    """What 徐桂兰 asked for."""
    return actions.ask(KEY, by=district.account(who), words="走路不稳，上个月摔过一次。")


def appointment(district: District, names: Sequence[str] = ("mengyan", "dingke")) -> Appointment:
    """Today at half past nine, at her home."""
    ids = [district.account(one).pk for one in names]
    return Appointment(day=district.today, starts=time(9, 30), place=PLACE, assessors=ids)


def appointed(
    district: District, row: Assessment | None = None, names: Sequence[str] = ("mengyan", "dingke")
) -> Assessment:
    """What 艾明 arranged for today."""
    found = row or asked(district)
    return actions.appoint(found.pk, appointment(district, names), by=district.account("aiming"))


def both_in(
    district: District,
    first: Mapping[str, object] = WEAK,
    second: Mapping[str, object] = WEAK,
    *,
    row: Assessment | None = None,
    names: Sequence[str] = ("mengyan", "dingke"),
) -> Assessment:
    """Both sheets handed in."""
    found = appointed(district, row, names)
    for name, changes in zip(names, (first, second), strict=True):
        by = district.account(name)
        actions.save_answers(found.pk, answers(changes), by=by)
        found = actions.hand_in(found.pk, by=by)
    return found


def signed(
    district: District,
    first: Mapping[str, object] = WEAK,
    second: Mapping[str, object] | None = None,
    *,
    row: Assessment | None = None,
    names: Sequence[str] = ("mengyan", "dingke"),
    words: Sequence[Word] = (),
) -> Result:
    """Settled, and signed by both."""
    found = both_in(district, first, first if second is None else second, row=row, names=names)
    one, other = (district.account(name) for name in names)
    for word in words:
        actions.settle(found.pk, word, by=one)
    found = actions.settle(found.pk, None, by=one, informant="女儿徐敏（演示）")
    assert actions.sign(found.pk, found.revision, by=one) is None
    result = actions.sign(found.pk, found.revision, by=other)
    assert result is not None
    return result
