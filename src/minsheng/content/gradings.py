"""Gradings by points: `gradings/<name>/grading.yaml` with its sentences in `tests/`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from minsheng.content.problems import PackError, Place, Problem, error_at, refuse, unknown_word
from minsheng.content.reading import Node, place_of, read_file
from minsheng.content.schema import Builder
from minsheng.content.vocabulary import FactSpec, Table, kind_of_fact
from minsheng.engines.grading.grade import Graded, grade
from minsheng.engines.grading.spec import TOTAL, Direct, Grading, Group, Item, Raising
from minsheng.lib.cites import Cite, Mark
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text
from minsheng.rules import DecisionTable, FieldKind, Rule, RuleError, Schema, Where

FILE = "grading.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    key: str
    text: Text
    points: tuple[int, ...]
    steps: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    key: str
    title: Text
    scale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    key: str
    title: Text
    sum: int
    items: Mapping[str, _Item]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Direct:
    key: str
    rule: str
    level: int
    text: Text
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raising:
    key: str
    rule: str
    text: Text
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class _Assessors:
    least: int
    certified: int
    informant: bool
    mark: Mark
    source: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    value: int
    mark: Mark
    source: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranging:
    """Who arranges an assessment, who may assess, which facts of a person its result becomes.

    `certified`: those posts of `assessors` whose holders have a certificate.
    """

    post: str
    assessors: tuple[str, ...]
    certified: tuple[str, ...]
    level_fact: str
    day_fact: str
    review_days: _Setting
    remind_days: _Setting
    compare_least: _Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingSpec:
    """One grading as its file writes it."""

    key: str
    title: Text
    cites: tuple[Cite, ...]
    total: int
    scales: Mapping[str, _Scale]
    groups: Mapping[str, _Group]
    levels: tuple[Text, ...]
    table: Table
    facts: Mapping[str, FactSpec]
    direct: Mapping[str, _Direct]
    raise_by: int
    raising: Mapping[str, _Raising]
    assessors: _Assessors
    valid_months: _Setting
    arranging: Arranging


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedGrading:
    """A grading with what its file says and where."""

    grading: Grading
    spec: GradingSpec
    node: Node
    folder: Path
    shown: str


def read_grading(folder: Path, *, shown: str) -> LoadedGrading:
    """Return one grading, its sums and its table proved; raises PackError."""
    node = read_file(folder / FILE, shown=f"{shown}/{FILE}")
    spec = Builder().build_keyed(GradingSpec, folder.name, node)
    problems = list(_wrong(spec, node))
    if problems:
        raise PackError(problems)
    return LoadedGrading(
        grading=_assembled(spec, node), spec=spec, node=node, folder=folder, shown=shown
    )


def wrong_arranging(
    loaded: LoadedGrading, posts: Collection[str], facts: Collection[tuple[str, str]]
) -> Iterator[Problem]:
    """Yield posts this district doesn't have, and facts of persons that the vocabulary doesn't.

    No facts at all: these packs hold no policies for a result to feed.
    """
    found = loaded.spec.arranging
    named = {"post": (found.post,), "assessors": found.assessors}
    for key, several in named.items():
        for post in several:
            if post not in posts:
                place = place_of(loaded.node, "arranging", key)
                yield unknown_word(place, post, posts, kind_zh="岗位", kind_en="post")
    for post in found.certified:
        if post not in found.assessors:
            place = place_of(loaded.node, "arranging", "certified")
            yield unknown_word(place, post, found.assessors, kind_zh="岗位", kind_en="post")
    known = [name for entity, name in facts if entity == "person"]
    for key, name in (("level_fact", found.level_fact), ("day_fact", found.day_fact)):
        if facts and name not in known:
            place = place_of(loaded.node, "arranging", key)
            yield unknown_word(place, name, known, kind_zh="事实", kind_en="fact")


def _wrong(spec: GradingSpec, node: Node) -> Iterator[Problem]:
    """Yield sums that don't add up, scales and levels that aren't there."""
    whole = 0
    for key, group in spec.groups.items():
        most = 0
        for name, item in group.items.items():
            scale = spec.scales.get(item.scale)
            if scale is None:
                place = place_of(node, "groups", key, "items", name, "scale")
                yield unknown_word(place, item.scale, spec.scales, kind_zh="刻度", kind_en="scale")
            else:
                most += max(scale.points, default=0)
        whole += group.sum
        if most != group.sum:
            yield _uneven(place_of(node, "groups", key, "sum"), most, group.sum)
    if whole != spec.total:
        yield _uneven(place_of(node, "total"), whole, spec.total)
    for key, scale in spec.scales.items():
        yield from _wrong_scale(scale, node, key)
    for key, direct in spec.direct.items():
        if direct.level not in range(len(spec.levels)):
            yield _no_level(place_of(node, "direct", key, "level"), direct.level, spec)


def _wrong_scale(scale: _Scale, node: Node, key: str) -> Iterator[Problem]:
    if list(scale.points) != sorted(set(scale.points)) or 0 not in scale.points:
        yield error_at(
            place_of(node, "scales", key, "points"),
            "分值从小到大写，每个写一次，要有 0 分",
            "write the points upwards, each once, with 0 among them",
        )
    if scale.steps and len(scale.steps) != len(scale.points):
        yield error_at(
            place_of(node, "scales", key, "steps"),
            "每个分值写一句，顺序和分值一样",
            "write one step for each of the points, in their order",
        )


def _no_level(place: Place, level: object, spec: GradingSpec) -> Problem:
    known = [str(one) for one in range(len(spec.levels))]
    return unknown_word(place, str(level), known, kind_zh="等级", kind_en="level")


def _uneven(place: Place, found: int, written: int) -> Problem:
    return error_at(
        place,
        f"加起来是 {found}，写的是 {written}",
        f"it adds up to {found}, {written} is written",
    )


def _assembled(spec: GradingSpec, node: Node) -> Grading:
    groups = tuple(
        Group(
            key=key,
            title=group.title,
            items=tuple(_item(one, spec.scales[one.scale]) for one in group.items.values()),
        )
        for key, group in spec.groups.items()
    )
    schema = Schema({key: kind_of_fact(one) for key, one in spec.facts.items()}, name=spec.key)
    directs = tuple(
        Direct(
            key=key,
            rule=_rule(one.rule, schema, node, "direct", key),
            level=one.level,
            text=one.text,
            cite=one.cite,
        )
        for key, one in spec.direct.items()
    )
    raisings = tuple(
        Raising(
            key=key,
            rule=_rule(one.rule, schema, node, "raising", key),
            text=one.text,
            cite=one.cite,
        )
        for key, one in spec.raising.items()
    )
    return Grading(
        slug=spec.key,
        title=spec.title,
        groups=groups,
        levels=dict(enumerate(spec.levels)),
        table=_table(spec, node),
        schema=schema,
        directs=directs,
        raisings=raisings,
        raise_by=spec.raise_by,
        assessors=spec.assessors.least,
        certified=spec.assessors.certified,
        informant=spec.assessors.informant,
        valid_months=spec.valid_months.value,
        cites=spec.cites,
    )


def _item(one: _Item, scale: _Scale) -> Item:
    said = dict(zip(scale.points, scale.steps, strict=False))
    return Item(key=one.key, title=one.title, points=scale.points, scale=scale.text, said=said)


def _rule(source: str, schema: Schema, node: Node, *path: str) -> Rule:
    place = place_of(node, *path, "rule")
    try:
        return Rule.parse(source, schema, at=Where(field=place.field))
    except RuleError as error:
        raise refuse(place, error.zh, error.en) from error


def _table(spec: GradingSpec, node: Node) -> DecisionTable:
    """Return the table from total to level, proved to meet every total with a level there is."""
    place = place_of(node, "table")
    try:
        schema = Schema({TOTAL: FieldKind("integer")}, name=spec.key)
        table = DecisionTable.parse(spec.table.plain, schema, at=Where(field=place.field))
    except RuleError as error:
        steps = error.at.field.split(".") if error.at.field else ["table"]
        raise refuse(place_of(node, *steps), error.zh, error.en) from error
    rows: Sequence[Mapping[str, object]] = spec.table.plain["rows"]  # type: ignore[assignment]
    for number, row in enumerate(rows, start=1):
        if row["then"] not in range(len(spec.levels)):
            place = place_of(node, "table", "rows", str(number), "then")
            raise PackError([_no_level(place, row["then"], spec)])
    return table


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    total: int | None = None
    levels: tuple[int, ...] | None = None
    open: tuple[str, ...] | None = None


def run_tests(loaded: LoadedGrading) -> tuple[int, list[Problem]]:
    """Return how many sentences in `tests/` were tried, and what is wrong with them.

    A test has a name, a day, scores and facts (those of `common` hold where it says nothing), and
    what is expected: the total, the levels that are possible, which items and facts are open.
    """
    run, problems = 0, list[Problem]()
    for path in sorted(loaded.folder.glob("tests/*.yaml")):
        try:
            node = read_file(path, shown=f"{loaded.shown}/tests/{path.name}")
            common = node.mapping["common"].plain if "common" in node.mapping else {}
            for one in node.mapping["tests"].items:
                run += 1
                problems += _tried(loaded.grading, one, common)
        except PackError as error:
            problems += error.problems
    if not run:
        problems.append(error_at(loaded.node.place, "没有测试", "there is no test"))
    return run, problems


def _tried(
    grading: Grading, node: Node, common: Mapping[str, Mapping[str, object]]
) -> Iterator[Problem]:
    try:
        whole = {
            key: {
                **common.get(key, {}),
                **(node.mapping[key].plain if key in node.mapping else {}),
            }
            for key in ("scores", "facts")
        }
        wanted = Builder().build(_Expected, node.mapping["expect"])
        found = grade(grading, whole["scores"], whole["facts"], on=node.mapping["on"].plain)
    except KeyError as error:
        yield error_at(node.place, f"缺“{error.args[0]}”", f"'{error.args[0]}' is missing here")
        return
    except MinshengError as error:
        yield error_at(node.place, error.zh, error.en)
        return
    for key, got in _got(found).items():
        want = getattr(wanted, key)
        if want is not None and want != got:
            yield error_at(
                place_of(node, "expect", key),
                f"“{node.mapping['name'].plain}”：{key} 应是 {want}，算出 {got}",
                f"{key}: expected {want}, found {got}",
            )


def _got(found: Graded) -> dict[str, object]:
    return {
        "total": found.low if found.low == found.high else None,
        "levels": found.levels,
        "open": tuple(
            sorted([one.key for one in found.open_items] + [m.field for m in found.open_facts])
        ),
    }
