"""What a district's `council.yaml` declares: who calls the council, how it votes, what the fund pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One of the five parties 五社, with what it usually does."""

    key: str
    title: Text
    part: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """The post that does something, or in an area that `in_area` names another one."""

    post: str
    in_area: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def at(self, area_path: tuple[str, ...]) -> str:
        """Return the post for what lies in these areas, outermost first."""
        return next((self.in_area[one] for one in area_path if one in self.in_area), self.post)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRules:
    """How soon after a matter was found small the council is called."""

    within: Term
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRules:
    """One household, one vote; open from `least_days` to `most_days`, both days included.

    At least `quorum_percent` of the households take part; more than `majority_percent` of those
    who do agree on one proposal. `least_age`: who may cast the vote of a household.
    """

    least_days: int
    most_days: int
    quorum_percent: int
    majority_percent: int
    least_age: int
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class FundRules:
    """The small fund of a community and a year, in yuan; `grant` sets the budget, `approve` agrees to pay."""

    budget_yuan: int
    most_yuan: int
    grant: str
    approve: str
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What is told about a private matter, and where to turn."""

    key: str
    title: Text
    words: Text
    where: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Mediation:
    """Who mediates, and how soon an appointment is made."""

    post: str
    within: Term
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """What follows when a matter is small, or private."""

    title: Text
    effective_from: date
    cites: tuple[Cite, ...]
    parties: Mapping[str, Party]
    convene: Posts
    meeting: MeetingRules
    vote: VoteRules
    fund: FundRules
    advice: Mapping[str, Advice]
    mediation: Mediation
