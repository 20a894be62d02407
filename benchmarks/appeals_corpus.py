"""Requests as residents put them: four wordings of 210 situations, disturbed, and told by several.

The wordings in `texts/` were written from a list of situations before the catalogue had a title or a
word. What is tried is never what was learned: whole wordings are held out, not rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from minsheng.content.reading import read_file
from minsheng.engines.matching import Kind
from minsheng.lib.areas import Area, Point

HERE = Path(__file__).parent
CATALOGUE = HERE.parent / "packs/appeals/hotline/catalogue.yaml"
WORDINGS = 4
OPENERS = (
    "",
    "",
    "你好，",
    "喂，12345 吗，",
    "麻烦问哈，",
    "我要反映个事，",
    "领导你好，",
    "又是我，上回也说过，",
)
CLOSERS = (
    "",
    "",
    "。麻烦快点处理",
    "。希望重视",
    "，谢谢了",
    "，到底有没得人管",
    "。我电话就是这个号",
    "，等你们回话",
)
ASIDES = (
    "我在这里住了十几年了。", "我下班才有时间打电话。", "昨天我邻居也说了。", "上个月也是这个样子。",
    "我就是个普通老百姓。", "孩子还小。", "家里老人身体不好。", "这天气又热。", "别个都不想打，我来打。",
)  # fmt: skip
SLIPS = str.maketrans("的在做水停没晓子门修收车路灯房钱",
                      "得再作谁亭莫小只们休手扯露等防前")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One wording of a situation: its class, which of the four, and the text."""

    kind: str
    wording: int
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A telling: the event it is about, its true class, the text, where and when."""

    event: int
    kind: str
    text: str
    at: Point | None
    told: datetime


@lru_cache(maxsize=1)
def wordings() -> tuple[Said, ...]:
    """Return every wording of the corpus."""
    return tuple(_read())


def _read() -> Iterator[Said]:
    for path in sorted(HERE.glob("texts/appeals_*.txt")):
        kind, number = "", 0
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("# "):
                kind, number = line[2:], 0
            elif line:
                yield Said(kind, number, line)
                number += 1


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, Any]]:
    """Return the categories of the demonstration district by key."""
    return read_file(CATALOGUE).mapping["catalogue"].plain


def kinds() -> tuple[Kind, ...]:
    """Return the small classes as the kernel takes them, with the words of the catalogue."""
    return tuple(
        Kind(key, (parent, parent.split(".")[0]), (one["title"]["zh"], *one["words"]))
        for key, one in catalogue().items()
        if (parent := one.get("parent", "")).count(".") == 1 and "words" in one
    )


def disturbed(text: str, draw: Random) -> str:
    """Return a text as it is really said: with greetings, asides, slips and lost characters."""
    kept = "".join(_slip(char, draw) for char in text)
    aside = draw.choice(ASIDES) if draw.random() < 0.4 else ""
    return draw.choice(OPENERS) + aside + kept + draw.choice(CLOSERS)


def _slip(char: str, draw: Random) -> str:
    chance = draw.random()
    if chance < 0.015:
        return ""
    return char.translate(SLIPS) if chance < 0.15 else char


class World:
    """Places and situations by how often they come: few are frequent, most are rare (Zipf)."""

    def __init__(self, areas: Sequence[Area], used: Sequence[int], draw: Random) -> None:
        self.draw = draw
        self.areas = list(areas)
        self.outer = {area.key: area for area in areas}
        draw.shuffle(self.areas)
        by_kind: dict[str, list[Said]] = {}
        for one in wordings():
            if one.wording in used:
                by_kind.setdefault(one.kind, []).append(one)
        self.kinds = list(by_kind)
        draw.shuffle(self.kinds)
        self.by_kind = by_kind
        self.area_weights = _zipf(len(self.areas))
        self.kind_weights = _zipf(len(self.kinds))

    def area(self) -> Area:
        """Return an area, the frequent ones more often."""
        return self.draw.choices(self.areas, cum_weights=self.area_weights)[0]

    def kind(self) -> str:
        """Return a situation, the frequent ones more often."""
        return self.draw.choices(self.kinds, cum_weights=self.kind_weights)[0]

    def said(self, area: Area) -> Point | None:
        """Return where somebody says that something is."""
        chance = self.draw.random()
        if chance < 0.06:
            return None
        named = self.outer.get(area.parent, area) if chance < 0.13 else area
        return named.at[0], named.at[1]

    def tellings(self, number: int, at: datetime, times: int) -> list[Told]:
        """Return what several people say of one event, each in a wording of their own where there is one.

        Seven in ten events are at a building, and three in five of the tellings name it. Where it is,
        is an area, as requests keep it; one in eight names the one around it, or no place at all.
        """
        draw, kind, area = self.draw, self.kind(), self.area()
        lines = draw.sample(self.by_kind[kind], len(self.by_kind[kind]))
        named = f"{draw.randint(1, 30)}栋" if draw.random() < 0.7 else ""
        found = []
        for telling in range(times):
            text = disturbed(lines[telling % len(lines)].text, draw)
            said = f"{named}，{text}" if named and draw.random() < 0.6 else text
            later = timedelta(hours=draw.expovariate(1 / 40) * telling)
            found.append(Told(number, kind, said, self.said(area), at + later))
        return found


def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / (place + 3) for place in range(count)))
