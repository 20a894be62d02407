"""Why this club and why not that one, in a sentence for one family."""

from __future__ import annotations

from dataclasses import dataclass

from minsheng.engines.allocation.deferred import Cut
from minsheng.lib.texts import Text

SMALLEST = 10
"""Fewer than these are not counted out loud: a small number tells who they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one choice of one pupil came out. `cut`: the last one in, None where places are left.

    `clash`: the club that the pupil has on that day and ranked higher; `enough`: they have as many
    clubs as one may have, all ranked higher. `class_title`: as what they stood in line.
    """

    placed: bool
    applied: int
    seats: int
    number: int
    priority: int
    class_title: Text
    cut: Cut | None = None
    clash: Text | None = None
    enough: int = 0


def reason(standing: Standing) -> Text:
    """Return the sentence that says why a pupil has this place or not."""
    one = standing
    many = _many(one.applied, one.seats)
    if one.placed:
        if one.cut is None:
            return Text(
                f"{many.zh}，没有排满，不用抽。", f"{many.en}; not full, so no lot was needed."
            )
        return Text(
            f"{many.zh}，抽签号 {one.number}（{one.class_title.zh}）在名额以内。",
            f"{many.en}; number {one.number} ({one.class_title.to('en')}) is within the places.",
        )
    if one.clash is not None:
        return Text(
            f"同一天已经有您排得更前的“{one.clash.zh}”，一天只上一个。",
            f"On that day there is {one.clash.to('en')}, which you ranked higher; one a day.",
        )
    if one.enough:
        return Text(
            f"排得更前的 {one.enough} 个已经进了，一个孩子最多 {one.enough} 个。",
            f"The {one.enough} ranked higher are all granted, and no more than {one.enough} are given.",
        )
    if one.seats == 0:
        return Text("这个社团没有名额了。", "This club has no places.")
    if one.cut is not None and one.priority > one.cut.priority:
        return Text(
            f"{many.zh}，优先的孩子已经占满，您是“{one.class_title.zh}”。",
            f"{many.en}, all taken by classes that come before “{one.class_title.to('en')}”.",
        )
    return Text(
        f"{many.zh}，抽签号 {one.number} 在第 {one.seats} 名之后。",
        f"{many.en}; number {one.number} comes after place {one.seats}.",
    )


def _many(applied: int, seats: int) -> Text:
    if applied < SMALLEST:
        return Text(
            f"报了不到 {SMALLEST} 人，{seats} 个名额",
            f"Fewer than {SMALLEST} asked for {seats} places",
        )
    return Text(f"报了 {applied} 人，{seats} 个名额", f"{applied} asked for {seats} places")
