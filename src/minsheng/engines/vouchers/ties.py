"""Who may not deal with whom: a firm and a provider that belong together, by what both declared and registers say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from minsheng.lib.texts import Text

Tie = Literal["same_firm", "same_head", "owner", "shared_owner", "head_owns", "manager"]

_SAID: Mapping[Tie, Text] = MappingProxyType(
    {
        "same_firm": Text("统一社会信用代码相同", "the credit code is the same"),
        "same_head": Text("法定代表人相同", "the legal representative is the same"),
        "owner": Text("一方是另一方的股东", "one owns a part of the other"),
        "shared_owner": Text("有共同的股东", "they share an owner"),
        "head_owns": Text(
            "一方的法定代表人是另一方的股东",
            "the legal representative of one owns a part of the other",
        ),
        "manager": Text(
            "有共同的高管，或者一方的高管是另一方的股东、法定代表人",
            "they share a manager, or a manager of one owns or leads the other",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side of a contract: its code, the numbers of its legal representative, owners and managers."""

    code: str
    head: str
    owners: frozenset[str]
    managers: frozenset[str] = frozenset()

    @property
    def leading(self) -> frozenset[str]:
        """Return everybody who leads or owns it."""
        return self.owners | self.managers | {self.head}


def ties(one: Party, other: Party) -> tuple[Tie, ...]:
    """Return what binds two parties together; () where nothing does. The order of the two is indifferent."""
    found: list[Tie] = []
    if one.code == other.code:
        found.append("same_firm")
    if one.head == other.head:
        found.append("same_head")
    if one.code in other.owners or other.code in one.owners:
        found.append("owner")
    if one.owners & other.owners:
        found.append("shared_owner")
    if one.head in other.owners or other.head in one.owners:
        found.append("head_owns")
    if one.managers & other.leading or other.managers & one.leading:
        found.append("manager")
    return tuple(found)


def ties_said(found: Iterable[Tie]) -> Text:
    """Return ties in words."""
    told = [_SAID[one] for one in found]
    return Text("、".join(one.zh for one in told), ", ".join(one.to("en") for one in told))
