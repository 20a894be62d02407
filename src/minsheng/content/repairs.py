"""What a district says about repairs: the parts of a building, their warranty, and the observation after.

One file, `packs/repairs/<name>.yaml`; the last one read holds.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from minsheng.content.problems import Problem, error_at, unknown_word
from minsheng.content.reading import Node, place_of, read_file
from minsheng.content.schema import Builder
from minsheng.engines.casework.spec import Cite
from minsheng.engines.repairs import Cover, Season
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a building. `leaks`: after its repair it must stay dry through a spell of rain."""

    key: str
    title: Text
    cover: Cover
    cite: Cite
    leaks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """Who repairs, who checks, by when, how long it is watched; the parts with their warranty."""

    repairs: str
    title: Text
    owner: str
    checker: str
    due: Term
    observe_days: int
    cite: Cite
    parts: Mapping[str, Part]
    seasons: Mapping[str, Season] = field(default_factory=dict)


def load_repairs(path: Path, *, shown: str) -> tuple[Repairs, Node]:
    """Return what one file says, with its node."""
    node = read_file(path, shown=shown)
    return Builder().build(Repairs, node), node


def wrong_repairs(found: Repairs, node: Node, *, posts: Container[str]) -> Iterator[Problem]:
    """Yield a problem for each post and season nothing declares, and each cover that can't be counted."""
    for name, post in (("owner", found.owner), ("checker", found.checker)):
        if post not in posts:
            yield error_at(
                place_of(node, name), f"没有“{post}”这个岗位", f"there is no post '{post}'"
            )
    if found.owner == found.checker:
        yield error_at(
            place_of(node, "checker"), "修的岗位不能自己复查", "who repairs can't check the repair"
        )
    for key, part in found.parts.items():
        place, cover = place_of(node, "parts", key, "cover"), part.cover
        if cover.unit != "design_life" and cover.amount < 1:
            yield error_at(place, "要写几年或几季", "write how many years or seasons")
        if cover.unit == "seasons" and cover.season not in found.seasons:
            yield unknown_word(place, cover.season, found.seasons, kind_zh="季", kind_en="season")
