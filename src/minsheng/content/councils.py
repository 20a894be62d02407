"""How neighbours settle small matters: `council.yaml` read, its posts and areas known, its numbers possible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from minsheng.content.district import District
from minsheng.content.problems import Problem, error_at, unknown_word
from minsheng.content.reading import Node, place_of, read_file
from minsheng.content.schema import Builder
from minsheng.engines.councils import Council

FILE = "council.yaml"
FIVE = 5


def load_council(path: Path, *, shown: str) -> tuple[Council, Node]:
    """Return what one `council.yaml` holds, with where everything stands. Raises PackError."""
    node = read_file(path, shown=shown)
    return Builder().build(Council, node), node


def wrong_council(council: Council, node: Node, district: District | None) -> Iterator[Problem]:
    """Yield a problem for each number that can't be, and each post or area that nothing declares."""
    yield from _wrong_numbers(council, node)
    if not council.cites:
        yield error_at(place_of(node, "cites"), "没有写依据", "there is no basis: add cites")
    if len(council.parties) != FIVE:
        yield error_at(
            place_of(node, "parties"),
            f"五社要写五个，现在是 {len(council.parties)} 个",
            f"there are five parties, and {len(council.parties)} are declared",
        )
    if not council.advice:
        yield error_at(
            place_of(node, "advice"), "私事至少写一条怎么办", "no advice on what is private"
        )
    if council.fund.approve in {council.convene.post, *council.convene.in_area.values()}:
        yield error_at(
            place_of(node, "fund", "approve"),
            "花钱由别的岗位同意，不能就是召集议事的岗位",
            "spending is approved by another post than the one that calls the council",
        )
    if district is None:
        return
    for path, post in _posts(council):
        if post not in district.posts:
            place = place_of(node, *path)
            yield unknown_word(place, post, district.posts, kind_zh="岗位", kind_en="post")
    for area in council.convene.in_area:
        if area not in district.areas:
            place = place_of(node, "convene", "in_area", area)
            yield unknown_word(place, area, district.areas, kind_zh="地方", kind_en="area")


def _wrong_numbers(council: Council, node: Node) -> Iterator[Problem]:
    vote, fund = council.vote, council.fund
    if not 1 <= vote.least_days <= vote.most_days:
        yield error_at(
            place_of(node, "vote", "most_days"),
            "最少开几天要在 1 以上，最多开几天不能比最少还少",
            "a vote is open for 1 day or more, and most_days isn't less than least_days",
        )
    if not 1 <= vote.quorum_percent <= 100:
        yield error_at(place_of(node, "vote", "quorum_percent"), "写 1 到 100", "between 1 and 100")
    if not 50 <= vote.majority_percent < 100:
        yield error_at(
            place_of(node, "vote", "majority_percent"),
            "写 50 到 99：少于一半，两个方案会同时通过；“超过 100%”谁也做不到",
            "between 50 and 99: below a half two proposals could win, and more than all can't agree",
        )
    if vote.least_age < 1:
        yield error_at(place_of(node, "vote", "least_age"), "写几岁", "an age belongs here")
    if not 0 < fund.most_yuan <= fund.budget_yuan:
        yield error_at(
            place_of(node, "fund", "most_yuan"),
            "一件最多花多少，要大于 0，不能比一年的总数还多",
            "the most for one matter is above 0 and not above the budget of a year",
        )


def _posts(council: Council) -> Iterator[tuple[tuple[str, ...], str]]:
    yield ("convene", "post"), council.convene.post
    for area, post in council.convene.in_area.items():
        yield ("convene", "in_area", area), post
    yield ("fund", "grant"), council.fund.grant
    yield ("fund", "approve"), council.fund.approve
    yield ("mediation", "post"), council.mediation.post
