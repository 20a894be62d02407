"""Schemes of grants that turn into shares: read, their posts known, every number possible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from minsheng.content.district import District
from minsheng.content.problems import Problem, error_at, unknown_word
from minsheng.content.reading import Node, place_of, read_file
from minsheng.content.schema import Builder
from minsheng.engines.equity import GrantTerms

FILE = "stake.yaml"


def load_stake(folder: Path, *, shown: str) -> tuple[GrantTerms, Node]:
    """Return the scheme of one folder with where everything stands; raises PackError."""
    node = read_file(folder / FILE, shown=f"{shown}/{FILE}")
    return Builder().build(GrantTerms, node), node


def wrong_stake(
    terms: GrantTerms, node: Node, district: District | None, *, folder: str
) -> Iterator[Problem]:
    """Yield a problem for each number that can't be, and each post that nothing declares."""
    if terms.scheme != folder:
        yield error_at(
            place_of(node, "scheme"),
            f"名称要和文件夹一样：“{folder}”",
            f"the name must be that of its folder: '{folder}'",
        )
    for name in ("cites", "tranches", "triggers", "exits"):
        if not getattr(terms, name):
            yield error_at(place_of(node, name), "这里至少写一条", "at least one belongs here")
    for path, number, least, most in _numbers(terms):
        if not least <= number <= most:
            yield error_at(
                place_of(node, *path), f"写 {least} 到 {most}", f"between {least} and {most}"
            )
    paid = sum(terms.parts_of(terms.cap.most_yuan * 100).values())
    if paid != terms.cap.most_yuan * 100:
        yield error_at(
            place_of(node, "tranches"),
            "几笔加起来付不完最高的数；最后一笔写 0，就是付剩下的",
            "the parts don't sum to the most; 0 in the last one pays the rest",
        )
    yield from _wrong_posts(terms, node, district)


def _wrong_posts(terms: GrantTerms, node: Node, district: District | None) -> Iterator[Problem]:
    posts = terms.posts
    if posts.holding == posts.bureau:
        yield error_at(
            place_of(node, "posts", "holding"),
            "付钱和持股由别的岗位办，不能就是批准的岗位",
            "paying and holding belong to another post than the one that approves",
        )
    if posts.fund in {posts.centre, posts.bureau, posts.holding, posts.experts}:
        yield error_at(
            place_of(node, "posts", "fund"),
            "注入经费池由单独的岗位办，不能也评审、批准或付钱",
            "filling the pool belongs to a post of its own that neither judges, approves nor pays",
        )
    if district is None:
        return
    for key in ("fund", "centre", "bureau", "holding", "experts"):
        post = getattr(posts, key)
        if post not in district.posts:
            place = place_of(node, "posts", key)
            yield unknown_word(place, post, district.posts, kind_zh="岗位", kind_en="post")


def _numbers(terms: GrantTerms) -> Iterator[tuple[tuple[str, ...], int, int, int]]:
    large = 10**10
    yield ("cap", "most_yuan"), terms.cap.most_yuan, 1, large
    yield ("fund", "yuan"), terms.fund.yuan, 1, large
    yield ("panel", "quorum"), terms.panel.quorum, 1, 99
    yield ("panel", "due_workdays"), terms.panel.due_workdays, 1, 99
    for key, part in terms.tranches.items():
        yield ("tranches", key, "most_yuan"), part.most_yuan, 0, large
        yield ("tranches", key, "after_months"), part.after_months, 0, 120
    for key, trigger in terms.triggers.items():
        yield ("triggers", key, "least_yuan"), trigger.least_yuan, 0, large
    for key, way in terms.exits.items():
        yield ("exits", key, "rate_basis_points"), way.rate_basis_points, 0, 10_000
    shares = terms.conversion
    yield ("conversion", "discount_percent"), shares.discount_percent, 0, 99
    yield ("conversion", "most_value_yuan"), shares.most_value_yuan, 0, large
    yield ("conversion", "most_part_percent"), shares.most_part_percent, 1, 99
