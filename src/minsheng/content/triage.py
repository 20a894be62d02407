"""How matters are sorted: from the nodes of `triage.yaml` to a proved table and its ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import get_args

from minsheng.content.district import District
from minsheng.content.problems import PackError, Place, Problem, error_at, refuse, unknown_word
from minsheng.content.reading import Node, place_of, read_file
from minsheng.content.schema import Builder
from minsheng.engines.triage import Level, Question, Triage, Way
from minsheng.engines.triage.spec import Size
from minsheng.lib.cites import Cite
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text
from minsheng.rules import DecisionTable, Where
from minsheng.rules.ir import Const

FILE = "triage.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorting:
    """A district's way of sorting, with its name, its day and its sources."""

    title: Text
    effective_from: date
    cites: tuple[Cite, ...]
    triage: Triage
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    title: Text
    effective_from: date
    cites: tuple[Cite, ...]
    questions: Mapping[str, Question]
    sizes: Mapping[str, Text]
    ways: Mapping[str, Way]
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    way: str
    size: Size


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    say: str
    given: Mapping[str, str]
    expect: _Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tests:
    tests: tuple[_Sentence, ...]


def load_sorting(path: Path, *, shown: str) -> Sorting:
    """Return what one `triage.yaml` holds. Raises PackError with everything that is wrong."""
    node = read_file(path, shown=shown)
    entries = dict(node.mapping)
    table_node = entries.pop("table", None)
    if table_node is None:
        raise refuse(node.place, "缺“table”，请补上", "'table' is missing here")
    written = Builder().build(_Written, Node(entries, node.place))
    try:
        table = DecisionTable.parse(
            table_node.plain, Triage.schema(written.questions), at=Where(shown, field="table")
        )
    except MinshengError as error:
        raise refuse(table_node.place, error.zh, error.en) from error
    problems = [
        unknown_word(place, way, written.ways, kind_zh="去向", kind_en="way")
        for way, place in _outcomes(table, table_node)
        if way not in written.ways
    ]
    if len(written.levels) < 2:
        problems.append(
            error_at(place_of(node, "levels"), "至少两级，不然没有地方申诉", "at least two levels")
        )
    if set(written.sizes) != set(get_args(Size)):
        problems.append(
            error_at(
                place_of(node, "sizes"),
                "big、small、private 三样都要写叫什么",
                "big, small and private are each named here",
            )
        )
    if problems:
        raise PackError(problems)
    triage = Triage(written.questions, table, written.ways, written.levels, written.sizes)
    return Sorting(
        title=written.title,
        effective_from=written.effective_from,
        cites=written.cites,
        triage=triage,
        node=node,
    )


def wrong_sorting(sorting: Sorting, district: District) -> Iterator[Problem]:
    """Yield a problem for each post that nothing declares."""
    for number, level in enumerate(sorting.triage.levels, 1):
        for post in (level.post, *level.in_area.values()):
            if post not in district.posts:
                place = place_of(sorting.node, "levels", str(number), "post")
                yield unknown_word(place, post, district.posts, kind_zh="岗位", kind_en="post")


def run_sentences(
    sorting: Sorting, folder: Path, shown: str, *, on: date
) -> tuple[int, list[Problem]]:
    """Return how many sentences in `tests/triage/` were tried, and what is wrong with them."""
    run, problems = 0, list[Problem]()
    for path in sorted(folder.glob("tests/triage/*.yaml")):
        try:
            node = read_file(path, shown=f"{shown}/tests/triage/{path.name}")
            sentences = Builder().build(_Tests, node).tests
        except PackError as error:
            problems += error.problems
            continue
        for number, one in enumerate(sentences, 1):
            run += 1
            place = place_of(node, "tests", str(number))
            problems += _tried(sorting.triage, one, place, on)
    return run, problems


def _tried(triage: Triage, one: _Sentence, place: Place, on: date) -> Iterator[Problem]:
    try:
        found = triage.judge(answers_of(triage, one.given), on=on)
    except (MinshengError, ValueError) as error:
        yield error_at(place, f"“{one.say}”试不了：{error}", f"'{one.say}' can't be tried: {error}")
        return
    got = (found.way.key, found.way.size) if found.way else ("?", ", ".join(found.missing))
    wanted = (one.expect.way, one.expect.size)
    if got != wanted:
        yield error_at(
            place.inner("expect"),
            f"“{one.say}”：要 {' '.join(wanted)}，得到 {' '.join(got)}",
            f"'{one.say}': expected {' '.join(wanted)}, found {' '.join(got)}",
        )


def answers_of(triage: Triage, given: Mapping[str, str]) -> dict[str, str | bool]:
    """Return answers as the table takes them; raises ValueError for a question or answer not offered."""
    known: dict[str, str | bool] = {}
    for key, text in given.items():
        question = triage.questions.get(key)
        offered = [one.key for one in question.options] or ["yes", "no"] if question else []
        if question is None or text not in offered:
            raise ValueError(f"{key}: {text}")
        known[key] = text if question.options else text == "yes"
    return known


def _outcomes(table: DecisionTable, node: Node) -> Iterator[tuple[str, Place]]:
    for number, row in enumerate(table.rows, 1):
        if isinstance(row.outcome, Const):
            yield str(row.outcome.value), place_of(node, "rows", str(number), "then")
