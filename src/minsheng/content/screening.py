"""How this district searches registers for people who qualify: `policies/screening.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from minsheng.content.district import District
from minsheng.content.policies import FIRM, Shelf
from minsheng.content.problems import Problem, error_at, unknown_word
from minsheng.content.reading import Node as Read
from minsheng.content.reading import place_of
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text
from minsheng.rules import RuleError, Where
from minsheng.rules.ir import Node
from minsheng.rules.parse import parse_formula

FILE = "policies/screening.yaml"
CONSENT = "consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What makes reading a data set lawful."""

    key: str
    title: Text
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """One source of facts, and on which bases it may be read. Consent alone: of whoever consented."""

    source: str
    title: Text
    bases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """How a trial divides people: by the values of a fact, or by the bands that begin at `edges`."""

    key: str
    title: Text
    rule: str
    edges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningSpec:
    """Who may begin and approve, what for, on which bases, and from how many on counts are shown."""

    start: tuple[str, ...]
    approve: tuple[str, ...]
    smallest_group: int
    smallest_group_cite: Cite
    purposes: Mapping[str, Text]
    bases: Mapping[str, Basis]
    datasets: tuple[DataSet, ...]
    groups: Mapping[str, Grouping] = field(default_factory=lambda: MappingProxyType({}))

    def dataset(self, source: str) -> DataSet | None:
        """Return the data set of a source, or None where nothing is declared of it."""
        return next((one for one in self.datasets if one.source == source), None)


def node_of(group: Grouping, shelf: Shelf) -> Node:
    """Return what a grouping reads of a person; raises RuleError for what can't be read."""
    found = parse_formula(group.rule, shelf.vocabulary.model.schema("person"), at=Where())
    if group.edges and found.type not in ("integer", "money", "number"):
        raise RuleError(
            f"“{group.rule}”不是数，不能分档", f"{group.rule!r} is no number; it has no bands"
        )
    return found


def wrong_screening(
    spec: ScreeningSpec, node: Read, district: District, shelf: Shelf
) -> Iterator[Problem]:
    """Yield everything that can't work in this district."""
    if spec.smallest_group < 3:
        yield error_at(
            place_of(node, "smallest_group"),
            "至少写 3：两个人的组，一个人知道自己就知道另一个",
            "at least 3: of two, each knows the other",
        )
    for name in ("start", "approve"):
        for post in getattr(spec, name):
            if post not in district.posts:
                yield unknown_word(
                    place_of(node, name), post, district.posts, kind_zh="岗位", kind_en="post"
                )
    for one in spec.datasets:
        place = place_of(node, "datasets")
        for basis in one.bases:
            if basis not in spec.bases:
                yield unknown_word(place, basis, spec.bases, kind_zh="依据", kind_en="basis")
        if not one.bases:
            yield error_at(place, f"“{one.source}”没有写依据", f"{one.source!r} is without a basis")
    yield from _wrong_groups(spec, node, shelf)
    facts = shelf.vocabulary.facts.values()
    for source in sorted({fact.source for fact in facts if fact.entity != FIRM}):
        if spec.dataset(source) is None:
            yield error_at(
                place_of(node, "datasets"),
                f"缺数据集“{source}”，有事实从那里来",
                f"the data set {source!r} is missing: facts come from it",
            )


def _wrong_groups(spec: ScreeningSpec, node: Read, shelf: Shelf) -> Iterator[Problem]:
    for key, group in spec.groups.items():
        try:
            node_of(group, shelf)
        except RuleError as error:
            yield error_at(place_of(node, "groups", key, "rule"), error.zh, error.en)
