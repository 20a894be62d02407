"""Contests of teachers, from school to ministry, as `contests/<key>/contest.yaml` writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from minsheng.content.district import District
from minsheng.content.problems import Problem, error_at, unknown_word
from minsheng.content.reading import Node, place_of
from minsheng.engines.judging import Criterion, Scale
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text

Platform = Literal["study", "training", "drill", "contest", "forum"]
PLATFORMS: dict[str, Text] = {
    "study": Text("大学习", "Study"),
    "training": Text("大培训", "Training"),
    "drill": Text("大练兵", "Drill"),
    "contest": Text("大比武", "Contests"),
    "forum": Text("大论坛", "Forum"),
}
"""The five platforms of teachers."""
Level = Literal["school", "district", "city", "ministry"]
LEVELS: dict[str, Text] = {
    "school": Text("学校", "School"),
    "district": Text("区级", "District"),
    "city": Text("市级", "City"),
    "ministry": Text("部级", "Ministry"),
}
Bar = Literal["school", "group"]
MaterialKind = Literal["document", "link"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How many go on from a level, at most."""

    most: int
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRepeat:
    """Within how many years the same lesson may not be chosen again."""

    years: int
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSpec:
    """Something to hand in: a document (PDF or picture), or the link of a video."""

    key: str
    title: Text
    kind: MaterialKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """How long a video usually is: a hint, not checked."""

    least: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestClass:
    """A class of works, with what must be handed in and what may be."""

    key: str
    title: Text
    needs: tuple[str, ...]
    cite: Cite
    may: tuple[str, ...] = ()
    minutes: Minutes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionSpec:
    """A line of the scoring sheet; weights add up to 100."""

    key: str
    title: Text
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingSpec:
    """How works are judged. `bars`: whose works a judge never gets. `draw_within`: points of 100."""

    judges_per_work: int
    ranked_by: Literal["fair", "plain"]
    draw_within: float
    days: int
    publicity_workdays: int
    bars: tuple[Bar, ...]
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Prize:
    """A prize of the district, the best first."""

    key: str
    title: Text
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestSpec:
    """A contest: its way up, what is handed in, how it is judged. `runner` and `chair` are posts."""

    key: str
    title: Text
    summary: Text
    platform: Platform
    runner: str
    chair: str
    levels: tuple[Level, ...]
    cite: Cite
    quotas: Mapping[str, Quota]
    materials: Mapping[str, MaterialSpec]
    classes: Mapping[str, ContestClass]
    scale: Scale
    criteria: Mapping[str, CriterionSpec]
    criteria_cite: Cite
    judging: JudgingSpec
    prizes: Mapping[str, Prize] = field(default_factory=dict)
    no_repeat: NoRepeat | None = None

    @property
    def lines(self) -> tuple[Criterion, ...]:
        """Return the scoring sheet as the engine reads it."""
        return tuple(
            Criterion(key=key, weight=float(one.weight)) for key, one in self.criteria.items()
        )

    @property
    def upward(self) -> tuple[Level, ...]:
        """Return the levels above the district."""
        return tuple(one for one in self.levels if one in ("city", "ministry"))


def wrong_contest(spec: ContestSpec, node: Node, district: District) -> Iterator[Problem]:
    """Yield everything in a pack that can't work in this district."""
    for name, post in (("runner", spec.runner), ("chair", spec.chair)):
        if post not in district.posts:
            yield unknown_word(
                place_of(node, name), post, district.posts, kind_zh="岗位", kind_en="post"
            )
    for key, one in spec.classes.items():
        for part, named in (("needs", one.needs), ("may", one.may)):
            for material in named:
                if material not in spec.materials:
                    yield unknown_word(
                        place_of(node, "classes", key, part), material, spec.materials,
                        kind_zh="材料", kind_en="material",
                    )  # fmt: skip
    for wrong, path, zh, en in _rules(spec):
        if wrong:
            yield error_at(place_of(node, *path), zh, en)


def _rules(spec: ContestSpec) -> tuple[tuple[bool, tuple[str, ...], str, str], ...]:
    weights = sum(one.weight for one in spec.criteria.values())
    places, most = sum(one.places for one in spec.prizes.values()), spec.quotas.get("district")
    order = [level for level in LEVELS if level in spec.levels]
    return (
        (weights != 100, ("criteria",), f"各项加起来要是 100，现在是 {weights}", f"weights must add up to 100, not {weights}"),
        (list(spec.levels) != order or order[:2] != ["school", "district"], ("levels",), "从学校、区级开始，由低到高", "begin with school and district, from low to high"),
        (set(spec.quotas) != {"school", "district"}, ("quotas",), "写学校和区级各多少个名额", "give places for school and district"),
        (any(one.most < 1 for one in spec.quotas.values()), ("quotas",), "名额至少 1 个", "at least one place"),
        (spec.judging.judges_per_work < 2, ("judging",), "一件作品至少两个人评，才看得出谁严谁宽", "at least two judges for each work, or severity can't be seen"),
        (not 0 <= spec.judging.draw_within <= 10, ("judging",), "并列的范围写 0 到 10 分", "a draw lies within 0 to 10 points"),
        (spec.judging.days < 1 or spec.judging.publicity_workdays < 1, ("judging",), "天数至少 1", "at least one day"),
        (spec.scale.highest <= spec.scale.lowest or spec.scale.lowest < 0, ("scale",), "最高分要比最低分高，最低不小于 0", "highest above lowest, lowest not below 0"),
        (most is not None and places > most.most, ("prizes",), "奖比名额多", "more prizes than places"),
    )  # fmt: skip
