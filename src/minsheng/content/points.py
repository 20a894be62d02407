"""Schemes of points: read, their posts and places known, every number with a source, no right cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from minsheng.content.district import District
from minsheng.content.problems import Problem, error_at, unknown_word
from minsheng.content.reading import Node, place_of, read_file
from minsheng.content.schema import Builder
from minsheng.engines.points import Scheme, breaches

FILE = "points.yaml"


def load_scheme(folder: Path, *, shown: str) -> tuple[Scheme, Node]:
    """Return the scheme of one folder with where everything stands; raises PackError."""
    node = read_file(folder / FILE, shown=f"{shown}/{FILE}")
    return Builder().build(Scheme, node), node


def wrong_scheme(scheme: Scheme, node: Node, *, folder: str) -> Iterator[Problem]:
    """Yield a problem for each rule that cuts a right and each number that can't be."""
    if scheme.scheme != folder:
        yield error_at(
            place_of(node, "scheme"),
            f"名称要和文件夹一样：“{folder}”",
            f"the name must be that of its folder: '{folder}'",
        )
    for breach in breaches(scheme):
        yield error_at(place_of(node, *breach.path), breach.zh, breach.en)
    if not scheme.circles:
        yield error_at(place_of(node, "circles"), "至少写一个圈子", "there must be a circle")
    if not scheme.cites:
        yield error_at(place_of(node, "cites"), "没有写依据", "there is no basis: add cites")
    if scheme.effective_to is not None and scheme.effective_to < scheme.effective_from:
        yield error_at(place_of(node, "effective"), "结束早于开始", "it ends before it begins")
    for path, number in _numbers(scheme):
        if number < 1:
            yield error_at(
                place_of(node, *path), "要写 1 或更大的数", "a number of 1 or more belongs here"
            )
    if scheme.expiry.months < 0:
        yield error_at(
            place_of(node, "expiry", "months"), "写 0（不过期）或更大的数", "0 (never) or more"
        )


def wrong_names(scheme: Scheme, node: Node, district: District) -> Iterator[Problem]:
    """Yield a problem for each post and place that the district doesn't declare."""
    for key, circle in scheme.circles.items():
        for duty in ("propose", "decide", "shop"):
            post = getattr(circle, duty)
            if post not in district.posts:
                place = place_of(node, "circles", key, duty)
                yield unknown_word(place, post, district.posts, kind_zh="岗位", kind_en="post")
        if circle.decide == circle.propose:
            yield error_at(
                place_of(node, "circles", key, "decide"),
                "异议要由别的岗位决定，不能和提议的是同一个",
                "objections are decided by another post than the one that proposes",
            )
        if circle.area and circle.area not in district.areas:
            place = place_of(node, "circles", key, "area")
            yield unknown_word(place, circle.area, district.areas, kind_zh="地方", kind_en="place")


def _numbers(scheme: Scheme) -> Iterator[tuple[tuple[str, ...], int]]:
    yield ("publicity", "days"), scheme.publicity.days
    for key, item in scheme.items.items():
        yield ("items", key, "points"), item.points
        yield ("items", key, "most"), item.most
        if item.cap is not None:
            yield ("items", key, "cap", "times"), item.cap.times
    for key, good in scheme.goods.items():
        yield ("goods", key, "price"), good.price
        yield ("goods", key, "keep_days"), good.keep_days
        if good.cap is not None:
            yield ("goods", key, "cap", "times"), good.cap.times
    for key, honour in scheme.honours.items():
        yield ("honours", key, "least"), honour.least
    for key, veto in scheme.vetoes.items():
        yield ("vetoes", key, "months"), veto.months
