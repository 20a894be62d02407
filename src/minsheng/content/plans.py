"""A plan as a tree: what a source names, with its own figures, and how many places it leaves unnamed.

`packs/plans/<slug>/plan.yaml`. What the source doesn't give is left out: no owner, date or sum is made
up. `places` says how many entries a source counts beneath a node; those that it doesn't name are shown
as 未列.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from minsheng.content.problems import Problem, error_at, unknown_word
from minsheng.content.reading import Node, place_of, read_file
from minsheng.content.schema import Builder
from minsheng.engines.casework.spec import NO_TEXT, Cite
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFigure:
    """A figure as its source gives it, in words, with the source."""

    title: Text
    said: Text
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMilestone:
    """One step of an entry; `weight` is its part of the whole."""

    key: str
    title: Text
    due: date
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanNode:
    """One entry of a plan. Empty means: the source doesn't say.

    `owner` is a post; without one nobody has the entry yet. `area` is a place of the district. With
    `at_least` the source counts `places` or more.
    """

    key: str
    title: Text
    about: Text = NO_TEXT
    owner: str = ""
    helpers: tuple[str, ...] = ()
    due: date | None = None
    area: str = ""
    weight: int = 1
    planned_fen: int | None = None
    places: int | None = None
    at_least: bool = False
    figures: tuple[PlanFigure, ...] = ()
    milestones: tuple[PlanMilestone, ...] = ()
    nodes: tuple[PlanNode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole plan. `kind` is the list it opens its entries in; `checker` closes them.

    `steward` is the post that keeps the plan and finds an owner for what has none. `public`:
    everybody may read its entries.
    """

    plan: str
    title: Text
    about: Text
    cite: Cite
    steward: str
    checker: str
    kind: str = "project"
    public: bool = True
    places: int | None = None
    at_least: bool = False
    figures: tuple[PlanFigure, ...] = ()
    nodes: tuple[PlanNode, ...] = ()

    def whole(self) -> Iterator[tuple[PlanNode, str]]:
        """Yield every node with the key of the one it lies in ("" at the top), parents first."""
        yield from _beneath(self.nodes, "")


KINDS = ("problem", "task", "project")


def _beneath(nodes: Iterable[PlanNode], parent: str) -> Iterator[tuple[PlanNode, str]]:
    for node in nodes:
        yield node, parent
        yield from _beneath(node.nodes, node.key)


def load_plan(path: Path, *, shown: str) -> tuple[Plan, Node]:
    """Return the plan in one file, with its node for those who report about it."""
    node = read_file(path, shown=shown)
    return Builder().build(Plan, node), node


def wrong_plan(
    plan: Plan, node: Node, *, folder: str, posts: Iterable[str], areas: Mapping[str, object]
) -> Iterator[Problem]:
    """Yield a problem for each name nothing declares, each key that stands twice, each odd weight."""
    known = set(posts)
    if plan.plan != folder:
        yield error_at(
            place_of(node, "plan"),
            f"文件夹叫 {folder}，里面写的是 {plan.plan}，要一样",
            f"the folder is named {folder} but holds '{plan.plan}'",
        )
    if plan.kind not in KINDS:
        yield unknown_word(place_of(node, "kind"), plan.kind, KINDS, kind_zh="清单", kind_en="list")
    for name, post in (("steward", plan.steward), ("checker", plan.checker)):
        if post not in known:
            yield unknown_word(place_of(node, name), post, known, kind_zh="岗位", kind_en="post")
    seen: set[str] = set()
    yield from _wrong_nodes(plan, plan.nodes, node, ("nodes",), known, areas, seen)


def _wrong_nodes(
    plan: Plan,
    nodes: tuple[PlanNode, ...],
    node: Node,
    path: tuple[str, ...],
    posts: set[str],
    areas: Mapping[str, object],
    seen: set[str],
) -> Iterator[Problem]:
    for number, one in enumerate(nodes, 1):
        here = (*path, str(number))
        place = place_of(node, *here)
        if one.key in seen:
            yield error_at(place, f"“{one.key}”写了两次", f"'{one.key}' stands twice")
        seen.add(one.key)
        for post in (one.owner, *one.helpers):
            if post and post not in posts:
                yield unknown_word(place, post, posts, kind_zh="岗位", kind_en="post")
        if plan.checker in {one.owner, *one.helpers}:
            yield error_at(
                place,
                f"“{plan.checker}”既办又查：销号要由别的岗位核对",
                f"'{plan.checker}' would check its own work: another post checks the closing",
            )
        if one.area and one.area not in areas:
            yield unknown_word(place, one.area, areas, kind_zh="地方", kind_en="place")
        if one.weight < 1 or any(step.weight < 1 for step in one.milestones):
            yield error_at(place, "权重要从 1 写起", "a weight is at least 1")
        keys = [step.key for step in one.milestones]
        if len(keys) != len(set(keys)):
            yield error_at(place, "节点的名字写了两次", "a milestone's key stands twice")
        if one.due is not None and any(step.due > one.due for step in one.milestones):
            yield error_at(
                place,
                "有节点排在完成日期之后",
                "a milestone is due after the entry itself",
            )
        yield from _wrong_nodes(plan, one.nodes, node, (*here, "nodes"), posts, areas, seen)
