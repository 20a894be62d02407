"""Tables of scores: `scores/<name>/score.yaml`, over the facts of `facts/firm.yaml` and the like.

Bands are decision tables of the rule language, so that a gap or a row that never applies is found
when a pack is checked. Here it is also seen to that more never brings fewer points.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType

from minsheng.content.district import District
from minsheng.content.problems import PackError, Problem, error_at, refuse, unknown_word
from minsheng.content.reading import Node, place_of, read_file
from minsheng.content.schema import Builder
from minsheng.content.vocabulary import Table
from minsheng.engines.scoring import (
    Condition,
    Count,
    Fact,
    Line,
    Mark,
    Measure,
    Opening,
    Part,
    Score,
    band_points,
    breaches,
    count,
)
from minsheng.engines.scoring.spec import Holder
from minsheng.lib.cites import Cite
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text
from minsheng.rules import DecisionTable, FieldKind, Rule, RuleError, Schema, Where
from minsheng.rules.ir import Const

FILE = "score.yaml"
FACTS = ("facts/firm.yaml", "facts/talent.yaml")
WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderFacts:
    """What one kind of holder declares."""

    holder: Holder
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSpec:
    """One line as its file writes it."""

    key: str
    title: Text
    measures: Mapping[str, Measure]
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSpec:
    """One part as its file writes it."""

    key: str
    title: Text
    lines: Mapping[str, LineSpec]
    cite: Cite
    most: int = WHOLE
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionSpec:
    """One condition of passing as its file writes it."""

    key: str
    rule: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFrom:
    """From which day of a year on the scores of that year are kept by themselves."""

    month: int
    day: int
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSpec:
    """The mark as its file writes it."""

    least: int
    cite: Cite
    never_zero: tuple[str, ...] = ()
    conditions: Mapping[str, ConditionSpec] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class StagesSpec:
    """The stages with the table that says which one a holder is in."""

    titles: Mapping[str, Text]
    table: Table
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSpec:
    """One score as its file writes it.

    `keeper` and `confirmer` are posts: one notes numbers and enters weights, the other confirms weights
    and answers objections.
    """

    score: str
    title: Text
    lede: Text
    holder: Holder
    effective_from: date
    total: int
    keeper: str
    confirmer: str
    kept_from: KeptFrom | None = None
    parts: Mapping[str, PartSpec]
    cites: tuple[Cite, ...]
    groups: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    mark: MarkSpec | None = None
    stages: StagesSpec | None = None
    opens: Mapping[str, Opening] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedScore:
    """A score with the digest of its file: which version somebody was scored by."""

    score: Score
    spec: ScoreSpec
    digest: str
    folder: Path
    shown: str
    node: Node


def read_facts(path: Path, *, shown: str) -> tuple[HolderFacts, Node]:
    """Return what one file of facts says; raises PackError."""
    node = read_file(path, shown=shown)
    return Builder().build(HolderFacts, node), node


def read_score(folder: Path, shown: str, facts: Mapping[str, HolderFacts]) -> LoadedScore:
    """Return the score of one folder; raises PackError for what can't be computed."""
    node = read_file(folder / FILE, shown=f"{shown}/{FILE}")
    spec = Builder().build(ScoreSpec, node)
    if spec.holder not in facts:
        raise refuse(
            place_of(node, "holder"), "没有这一类的事实", "no facts of that kind are declared"
        )
    score = _assembled(spec, node, facts[spec.holder].facts)
    digest = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    return LoadedScore(score=score, spec=spec, digest=digest, folder=folder, shown=shown, node=node)


def _assembled(spec: ScoreSpec, node: Node, facts: Mapping[str, Fact]) -> Score:
    schema = Schema(
        {key: FieldKind(one.type, label=one.label, unit=one.unit) for key, one in facts.items()}
    )
    problems: list[Problem] = []
    parts: dict[str, Part] = {}
    for key, part in spec.parts.items():
        lines: dict[str, Line] = {}
        for name, line in part.lines.items():
            try:
                lines[name] = _line(line, node, ("parts", key, "lines", name), facts)
            except PackError as error:
                problems += error.problems
        parts[key] = Part(
            key=key, title=part.title, most=part.most, lines=lines, cite=part.cite,
            group=part.group,
        )  # fmt: skip
    try:
        mark = _mark(spec, node, schema)
        stage_of = _stage_table(spec, node, schema)
    except PackError as error:
        problems += error.problems
    if problems:
        raise PackError(problems)
    return Score(
        score=spec.score,
        title=spec.title,
        lede=spec.lede,
        holder=spec.holder,
        effective_from=spec.effective_from,
        total=spec.total,
        facts=facts,
        parts=parts,
        cites=spec.cites,
        mark=mark,
        groups=spec.groups,
        stages=spec.stages.titles if spec.stages else MappingProxyType({}),
        stage_of=stage_of,
        stage_cite=spec.stages.cite if spec.stages else None,
        opens=spec.opens,
    )


def _line(spec: LineSpec, node: Node, path: tuple[str, ...], facts: Mapping[str, Fact]) -> Line:
    kinds: dict[str, FieldKind] = {}
    for key, measure in spec.measures.items():
        for name in measure.facts:
            if name not in facts:
                place = place_of(node, *path, "measures", key)
                raise PackError([unknown_word(place, name, facts, kind_zh="事实", kind_en="fact")])
        own = facts[measure.top]
        kinds[key] = FieldKind("number" if measure.under else own.type, label=own.label)
    place = place_of(node, *path, "table")
    source = {"inputs": list(kinds), "gives": "integer", **spec.table.plain}
    table = _table(source, Schema(kinds), node, (*path, "table"))
    for row in table.rows:
        if not isinstance(row.outcome, Const) or row.outcome.value is None:
            raise refuse(place, "分数要写成整数", "points are whole numbers")
    return Line(key=spec.key, title=spec.title, measures=spec.measures, table=table)


def _mark(spec: ScoreSpec, node: Node, schema: Schema) -> Mark | None:
    if spec.mark is None:
        return None
    conditions = []
    for key, one in spec.mark.conditions.items():
        place = place_of(node, "mark", "conditions", key, "rule")
        try:
            rule = Rule.parse(one.rule, schema, at=Where(field=place.field))
        except RuleError as error:
            raise refuse(place, error.zh, error.en) from error
        conditions.append(Condition(key=key, rule=rule, text=one.text))
    return Mark(
        least=spec.mark.least,
        cite=spec.mark.cite,
        never_zero=spec.mark.never_zero,
        conditions=tuple(conditions),
    )


def _stage_table(spec: ScoreSpec, node: Node, schema: Schema) -> DecisionTable | None:
    if spec.stages is None:
        return None
    source = {"gives": "text", **spec.stages.table.plain}
    return _table(source, schema, node, ("stages", "table"))


def _table(
    source: Mapping[str, object], schema: Schema, node: Node, path: tuple[str, ...]
) -> DecisionTable:
    place = place_of(node, *path)
    try:
        return DecisionTable.parse(source, schema, at=Where(field=place.field))
    except RuleError as error:
        raise refuse(place, error.zh, error.en) from error


# ── what would stop a publication ───────────────────────────────────────────────────────────────


def wrong_score(loaded: LoadedScore) -> Iterator[Problem]:
    """Yield what would stop a score from being published."""
    score, node = loaded.score, loaded.node
    if score.score != loaded.folder.name:
        yield error_at(
            place_of(node, "score"),
            f"名称要和文件夹一样：“{loaded.folder.name}”",
            f"the name must be that of its folder: '{loaded.folder.name}'",
        )
    if not score.cites:
        yield error_at(place_of(node, "cites"), "没有写依据", "there is no basis: add cites")
    most = sum(part.most for part in score.parts.values())
    if not score.stages and most != score.total:
        yield error_at(
            place_of(node, "total"),
            f"各部分加起来是 {most} 分，不是 {score.total} 分",
            f"the parts add up to {most} points, not {score.total}",
        )
    for key, part in score.parts.items():
        yield from _wrong_part(part, score, node, ("parts", key))
    yield from _wrong_openings(score, node)
    for name in score.mark.never_zero if score.mark else ():
        if name not in score.parts:
            place = place_of(node, "mark", "never_zero")
            yield unknown_word(place, name, score.parts, kind_zh="部分", kind_en="part")
    if score.stage_of is not None:
        for row in score.stage_of.rows:
            stage = row.outcome.value if isinstance(row.outcome, Const) else None
            if stage not in score.stages:
                place = place_of(node, "stages", "table")
                yield unknown_word(place, str(stage), score.stages, kind_zh="阶段", kind_en="stage")


def _wrong_openings(score: Score, node: Node) -> Iterator[Problem]:
    for breach in breaches(score):
        yield error_at(place_of(node, "opens", breach.key), breach.zh, breach.en)
    if score.holder == "firm" and score.opens:
        yield error_at(
            place_of(node, "opens"), "企业的积分不开东西", "the score of a firm opens nothing"
        )
    for key, one in score.opens.items():
        if not 0 < one.least <= score.total:
            yield error_at(
                place_of(node, "opens", key, "least"),
                f"写 1 到 {score.total} 的数",
                f"a number from 1 to {score.total} belongs here",
            )


def _wrong_part(part: Part, score: Score, node: Node, path: tuple[str, ...]) -> Iterator[Problem]:
    if score.stages and part.most != WHOLE:
        yield error_at(
            place_of(node, *path, "most"),
            "有权重的，分档写成百分数，最高是 100",
            "with weights, bands are hundredths: the most is 100",
        )
    if part.group not in score.groups and (score.groups or part.group):
        place = place_of(node, *path, "group")
        yield unknown_word(place, part.group, score.groups, kind_zh="组", kind_en="group")
    if not part.lines:
        yield error_at(place_of(node, *path, "lines"), "至少写一行", "there must be a line")
    for key, line in part.lines.items():
        place = place_of(node, *path, "lines", key, "table")
        points = [band_points(line, row) for row in range(1, len(line.table.rows) + 1)]
        if points != sorted(points, reverse=True) or points[0] != part.most or points[-1] < 0:
            yield error_at(
                place,
                f"从高到低写，第一行是 {part.most} 分，最后一行不小于 0",
                f"write the most points first: {part.most} in the first row, none below 0",
            )
        *upper, _ = line.table.rows
        if any(cell.test not in ("any", ">=") for row in upper for cell in row.cells):
            yield error_at(
                place,
                "除了最后一行，只能写“>= 多少”：越多分越高",
                "all rows but the last ask for '>=' alone: more never brings fewer points",
            )


def wrong_posts(loaded: LoadedScore, district: District) -> Iterator[Problem]:
    """Yield a problem for each post that the district doesn't have, and for one that does both."""
    kept = loaded.spec.kept_from
    if kept is not None and not (1 <= kept.month <= 12 and 1 <= kept.day <= 28):
        yield error_at(
            place_of(loaded.node, "kept_from"),
            "月份写 1 到 12，日子写 1 到 28",
            "a month from 1 to 12, a day from 1 to 28",
        )
    for duty in ("keeper", "confirmer"):
        post = getattr(loaded.spec, duty)
        if post not in district.posts:
            place = place_of(loaded.node, duty)
            yield unknown_word(place, post, district.posts, kind_zh="岗位", kind_en="post")
    if loaded.spec.keeper == loaded.spec.confirmer:
        yield error_at(
            place_of(loaded.node, "confirmer"),
            "录的和确认的不能是同一个岗位",
            "one post can't both enter and confirm",
        )


# ── sentences ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    low: int | None = None
    high: int | None = None
    passes: str = ""
    stage: str = ""
    parts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def run_sentences(loaded: LoadedScore) -> tuple[int, list[Problem]]:
    """Return how many sentences in `tests/` were tried, and what is wrong with them.

    A sentence has a name, a day, facts (null: not declared) and what is expected: the points from
    low to high, passes yes, no or unknown, the stage, the points of parts (of bands, where
    the weights aren't known).
    """
    run, problems = 0, list[Problem]()
    for path in sorted(loaded.folder.glob("tests/*.yaml")):
        try:
            node = read_file(path, shown=f"{loaded.shown}/tests/{path.name}")
            common = node.mapping.get("common")
            for one in node.mapping["tests"].items:
                run += 1
                problems += _tried(loaded.score, one, dict(common.plain) if common else {})
        except PackError as error:
            problems += error.problems
    if not run:
        problems.append(error_at(loaded.node.place, "没有测试", "there is no test"))
    return run, problems


def _tried(score: Score, node: Node, common: Mapping[str, object]) -> Iterator[Problem]:
    try:
        given = {**common, **node.mapping["facts"].plain}
        wanted = Builder().build(_Expected, node.mapping["expect"])
        facts = {key: value for key, value in given.items() if isinstance(value, int)}
        found = count(score, facts, on=node.mapping["on"].plain)
    except KeyError as error:
        yield error_at(node.place, f"缺“{error.args[0]}”", f"'{error.args[0]}' is missing here")
        return
    except MinshengError as error:
        yield error_at(node.place, error.zh, error.en)
        return
    strange = [key for key in given if key not in score.facts]
    if strange:
        yield unknown_word(node.place, strange[0], score.facts, kind_zh="事实", kind_en="fact")
    for what, want, got in _compared(wanted, found):
        if want != got:
            yield error_at(
                place_of(node, "expect"),
                f"“{node.mapping['name'].plain}”：{what} 应是 {want}，算出 {got}",
                f"{what}: expected {want}, found {got}",
            )


def _compared(wanted: _Expected, found: Count) -> Iterator[tuple[str, object, object]]:
    if wanted.low is not None:
        yield "low", wanted.low, found.total.low if found.total else None
    if wanted.high is not None:
        yield "high", wanted.high, found.total.high if found.total else None
    if wanted.passes:
        yield "passes", wanted.passes, {True: "yes", False: "no", None: "unknown"}[found.passes]
    if wanted.stage:
        yield "stage", wanted.stage, found.stage
    for key, points in wanted.parts.items():
        bands = found.part(key).bands
        yield key, points, bands.low if bands.is_exact else None
