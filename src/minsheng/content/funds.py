"""Money behind loans and grants: no post fills two funds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from minsheng.content.problems import Problem, error_at
from minsheng.content.reading import Node, place_of


def shared_posts(funds: Iterable[tuple[str, Node]]) -> Iterator[Problem]:
    """Yield a problem for each scheme whose fund is filled by a post that fills another one.

    `funds` holds the post that fills each fund, with the node of its scheme.
    """
    seen: set[str] = set()
    for post, node in funds:
        if post in seen:
            yield error_at(
                place_of(node, "posts", "fund"),
                f"“{post}”已经管另一笔资金的注入，一个岗位只管一笔",
                f"'{post}' fills another fund already; a post fills one",
            )
        seen.add(post)
