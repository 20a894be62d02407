"""Whose duty the money of policies is, and from which account it goes, as `grants.yaml` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from minsheng.content.problems import Problem, error_at, unknown_word
from minsheng.content.reading import Node, place_of
from minsheng.engines.payments import Debtor
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text

NO_POSTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """Who decides on an award and who looks again, by office; who proposes a pot, confirms it, pays.

    `hear_days`: how long a person may speak before money is taken back; `most_parts`: of a plan;
    `object_days`: how long they may object to what was decided.
    """

    decide: Mapping[str, str] = field(default_factory=lambda: NO_POSTS)
    approve: Mapping[str, str] = field(default_factory=lambda: NO_POSTS)
    budget: str = ""
    confirm: str = ""
    pay: str = ""
    debtor: Debtor = field(default_factory=lambda: Debtor(name="", account="", bank=""))
    hear_days: int = 7
    most_parts: int = 12
    object_days: int = 60
    cite: Cite = field(default_factory=lambda: Cite(Text(""), "L"))


def wrong_grants(
    grants: Grants, offices: Iterable[str], posts: Iterable[str], node: Node
) -> Iterator[Problem]:
    """Yield a problem for each office or post that nothing declares, and each number out of bounds."""
    known, departments = set(posts), set(offices)
    for group in ("decide", "approve"):
        for office, post in getattr(grants, group).items():
            place = place_of(node, "grants", group, office)
            if office not in departments:
                yield unknown_word(place, office, departments, kind_zh="部门", kind_en="office")
            if post not in known:
                yield unknown_word(place, post, known, kind_zh="岗位", kind_en="post")
    for key in ("budget", "confirm", "pay"):
        post = getattr(grants, key)
        if post and post not in known:
            place = place_of(node, "grants", key)
            yield unknown_word(place, post, known, kind_zh="岗位", kind_en="post")
    if grants.budget and grants.budget == grants.confirm:
        yield error_at(
            place_of(node, "grants", "confirm"),
            "定额度要两个岗位，不能是同一个",
            "a pot is set by two posts, not by one",
        )
    for key, least in (("hear_days", 1), ("most_parts", 1), ("object_days", 1)):
        if getattr(grants, key) < least:
            yield error_at(place_of(node, "grants", key), f"至少 {least}", f"at least {least}")
