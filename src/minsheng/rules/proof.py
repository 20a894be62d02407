"""Proving a decision table: every case met, none met twice, no row without a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from minsheng.lib.texts import Text

from .cells import Cell
from .describe import filled, listed
from .errors import BadTable, Where
from .gaps import (
    ELSE,
    Samples,
    TooLargeToProve,
    first_dead_row,
    first_gap,
    first_overlap,
    masks_of,
    samples_of,
)
from .ir import Node
from .show import kind_of, shown
from .values import Value

Hit = Literal["first", "unique"]


def prove(
    hit: Hit,
    inputs: Mapping[str, Node],
    rows: Sequence[Sequence[Cell]],
    *,
    open_end: bool,
    at: Where,
) -> None:
    """Return nothing when the table is sound; raise BadTable with a case that shows it isn't.

    open_end: nothing catches what no row meets, so the rows must meet every case.
    """
    columns = [
        samples_of(node, [row[place] for row in rows]) for place, node in enumerate(inputs.values())
    ]
    masks = [masks_of(row, columns) for row in rows]
    try:
        gap = first_gap(masks, columns) if open_end else None
        dead = first_dead_row(masks)
    except TooLargeToProve as error:
        raise BadTable(
            "表太大，证明不了有没有漏；请拆成几张小表",
            "the table is too large to prove; split it into smaller ones",
            at=at,
        ) from error
    overlap = first_overlap(masks, columns) if hit == "unique" else None
    if overlap is not None:
        first, second, samples = overlap
        case = _told(inputs, samples)
        raise BadTable(
            f"第 {first + 1} 行和第 {second + 1} 行都管到：{case.zh}；hit: unique 时只能有一行",
            f"rows {first + 1} and {second + 1} both apply when {case.en}; "
            "with hit: unique only one may",
            at=at,
            rows=[first + 1, second + 1],
        )
    if dead is not None:
        raise BadTable(
            f"第 {dead + 1} 行永远用不到，上面的行都管到了；请删掉，或者往上移",
            f"row {dead + 1} never applies, the rows above meet all of it; delete it or move it up",
            at=at,
            rows=[dead + 1],
        )
    if gap is not None:
        case = _told(inputs, gap)
        raise BadTable(
            f"没有一行管到：{case.zh}；请补一行，或者写 otherwise",
            f"no row applies when {case.en}; add a row or an 'otherwise'",
            at=at,
        )


def _told(inputs: Mapping[str, Node], samples: Samples) -> Text:
    parts = [
        filled(Text("{x} 是 {y}", "{x} is {y}"), x=name, y=_value(value, node))
        for (name, node), value in zip(inputs.items(), samples, strict=True)
    ]
    return listed(parts, Text("，", ", "))


def _value(value: Value, node: Node) -> Text:
    return Text("别的值", "anything else") if value == ELSE else shown(value, kind_of(node))
