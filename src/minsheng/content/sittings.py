"""Where offices sit at set hours and firms come, as `sittings/<key>/sitting.yaml` writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Literal

from minsheng.content.appeals import Appeal
from minsheng.content.district import District
from minsheng.content.problems import Problem, error_at, unknown_word
from minsheng.content.reading import Node, place_of
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """A place where offices sit."""

    key: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a day is about, which posts sit, and what an unanswered matter becomes."""

    key: str
    title: Text
    category: str
    offices: tuple[str, ...]
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """The day of the week on which there is a sitting, and its hours: "14:30"."""

    weekday: Weekday
    starts: str
    ends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingSpec:
    """A house where offices sit. `convener` sets the days, and keeps who came.

    `request` is the kind that an answer becomes which can't be given at the table.
    """

    key: str
    title: Text
    summary: Text
    request: str
    convener: str
    seats: int
    cite: Cite
    weekly: Weekly
    places: Mapping[str, Venue]
    topics: Mapping[str, Topic]

    @property
    def weekday(self) -> int:
        """Return the day of the week as `date.weekday` counts it."""
        return WEEKDAYS.index(self.weekly.weekday)

    @property
    def hours(self) -> tuple[time, time]:
        """Return when a weekly sitting begins and ends."""
        return time.fromisoformat(self.weekly.starts), time.fromisoformat(self.weekly.ends)


def wrong_sitting(
    spec: SittingSpec, node: Node, district: District, appeals: Mapping[str, Appeal]
) -> Iterator[Problem]:
    """Yield everything in a pack that can't work in this district."""
    if spec.seats < 1:
        yield error_at(place_of(node, "seats"), "至少一个座", "at least one seat")
    try:
        starts, ends = spec.hours
    except ValueError:
        starts = ends = time(0)
    if ends <= starts:
        yield error_at(
            place_of(node, "weekly"),
            "时间写成 14:30，先开始后结束",
            "write 14:30, start before end",
        )
    posts: dict[tuple[str, ...], tuple[str, ...]] = {
        ("convener",): (spec.convener,),
        **{("topics", key, "offices"): one.offices for key, one in spec.topics.items()},
    }
    for path, named in posts.items():
        for post in named:
            if post not in district.posts:
                yield unknown_word(
                    place_of(node, *path), post, district.posts, kind_zh="岗位", kind_en="post"
                )
    kind = appeals.get(spec.request)
    if kind is None or kind.requester != "organisation":
        yield error_at(
            place_of(node, "request"), "要写企业能提的一类诉求", "name a kind of request of firms"
        )
        return
    leaves = {leaf.key for leaf in kind.leaves()}
    for key, topic in spec.topics.items():
        if topic.category not in leaves:
            yield unknown_word(
                place_of(node, "topics", key, "category"), topic.category, leaves,
                kind_zh="类别", kind_en="category",
            )  # fmt: skip
        if topic.grade and topic.grade not in kind.grades:
            yield unknown_word(
                place_of(node, "topics", key, "grade"), topic.grade, kind.grades,
                kind_zh="时限", kind_en="grade",
            )  # fmt: skip
