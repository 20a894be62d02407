"""Schemes of guaranteed loans: read, their posts known, every number possible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from minsheng.content.district import District
from minsheng.content.problems import Problem, error_at, unknown_word
from minsheng.content.reading import Node, place_of, read_file
from minsheng.content.schema import Builder
from minsheng.engines.lending import LoanTerms

FILE = "loan.yaml"


def load_loan(folder: Path, *, shown: str) -> tuple[LoanTerms, Node]:
    """Return the scheme of one folder with where everything stands; raises PackError."""
    node = read_file(folder / FILE, shown=f"{shown}/{FILE}")
    return Builder().build(LoanTerms, node), node


def wrong_loan(
    terms: LoanTerms, node: Node, district: District | None, *, folder: str
) -> Iterator[Problem]:
    """Yield a problem for each number that can't be, and each post that nothing declares."""
    if terms.scheme != folder:
        yield error_at(
            place_of(node, "scheme"),
            f"名称要和文件夹一样：“{folder}”",
            f"the name must be that of its folder: '{folder}'",
        )
    if not terms.cites:
        yield error_at(place_of(node, "cites"), "没有写依据", "there is no basis: add cites")
    if not terms.rungs:
        yield error_at(place_of(node, "rungs"), "至少写一级企业", "there must be a rung")
    for path, number, least in _numbers(terms):
        if number < least:
            yield error_at(
                place_of(node, *path), f"要写 {least} 或更大的数", f"a number of {least} or more"
            )
    if terms.loss.ratio.guarantor + terms.loss.ratio.bank < 1:
        yield error_at(place_of(node, "loss", "ratio"), "两边不能都是 0", "both can't be 0")
    if not 0 <= terms.breaker.percent <= 100:
        yield error_at(place_of(node, "breaker", "percent"), "写 0 到 100", "between 0 and 100")
    yield from _wrong_posts(terms, node, district)


def _wrong_posts(terms: LoanTerms, node: Node, district: District | None) -> Iterator[Problem]:
    posts = terms.posts
    if not posts.banks:
        yield error_at(place_of(node, "posts", "banks"), "至少写一家银行", "there must be a bank")
    if posts.guarantor in {posts.centre, *posts.banks}:
        yield error_at(
            place_of(node, "posts", "guarantor"),
            "担保由别的岗位办，不能就是推荐的或银行的岗位",
            "the guarantee belongs to another post than the centre's or a bank's",
        )
    if posts.fund in {posts.centre, posts.guarantor, *posts.banks}:
        yield error_at(
            place_of(node, "posts", "fund"),
            "注入风险资金由单独的岗位办，不能也推荐、放款或担保",
            "filling the risk fund belongs to a post of its own that neither recommends, lends nor guarantees",
        )
    if district is None:
        return
    for key in ("fund", "centre", "guarantor", "banks"):
        named = getattr(posts, key)
        for post in (named,) if isinstance(named, str) else named:
            if post not in district.posts:
                place = place_of(node, "posts", key)
                yield unknown_word(place, post, district.posts, kind_zh="岗位", kind_en="post")


def _numbers(terms: LoanTerms) -> Iterator[tuple[tuple[str, ...], int, int]]:
    for key, rung in terms.rungs.items():
        yield ("rungs", key, "most_yuan"), rung.most_yuan, 1
    yield ("term", "most_months"), terms.term.most_months, 1
    yield ("loss", "ratio", "guarantor"), terms.loss.ratio.guarantor, 0
    yield ("loss", "ratio", "bank"), terms.loss.ratio.bank, 0
    yield ("fund", "yuan"), terms.fund.yuan, 1
