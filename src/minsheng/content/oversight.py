"""How a district watches over its offices: the warning ladders, and the rules of ratings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from minsheng.content.problems import Problem, error_at, unknown_word
from minsheng.content.reading import Node, place_of
from minsheng.engines.casework.spec import NO_TEXT, Cite
from minsheng.engines.supervision import Ladder, wrong_ladder
from minsheng.lib.workdays import Term

NO_LADDER = Ladder()
NO_CITE = Cite(NO_TEXT, "L")
WITHIN = Term(15, "wd")
CODE_TERM = Term(30, "cd")
APPEAL_TERM = Term(5, "wd")
REVIEW_STEPS = ("visit", "verify", "correct", "answer", "recheck")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """Who leads, when the daily digest goes out, and a ladder for each kind of thing."""

    leader: str = ""
    digest_hour: int = 8
    cite: Cite = NO_CITE
    ladders: Mapping[str, Ladder] = field(default_factory=lambda: MappingProxyType({}))

    def ladder(self, kind: str) -> Ladder:
        """Return the ladder of one kind of thing; without one nothing is warned of."""
        return self.ladders.get(kind, NO_LADDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """What follows a bad review: whose duty each step is, and within which term.

    `desk` is the post that visits back, verifies and checks again; `judge` decides appeals against
    a rating; both are other posts than those that are rated. `within` is the term of the whole.
    `entry` are the posts that write down what came on paper or by telephone.
    `hidden_under` raters and fewer are never shown to those they have rated; a rate over fewer than
    `small_under` is said as "7/8".
    """

    desk: str = ""
    judge: str = ""
    entry: tuple[str, ...] = ()
    within: Term = WITHIN
    steps: Mapping[str, Term] = field(default_factory=lambda: MappingProxyType({}))
    contacts: int = 3
    code_term: Term = CODE_TERM
    appeal_term: Term = APPEAL_TERM
    hidden_under: int = 5
    small_under: int = 10
    cite: Cite = NO_CITE

    def term_of(self, step: str) -> Term:
        """Return the term of one step; the whole term where none is declared."""
        return self.steps.get(step, self.within)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """When an entry of the ledger of projects shows an early warning, and by whose word.

    Points are hundredths of the whole; days are calendar days.
    """

    behind_points: int = 10
    money_ahead_points: int = 15
    silent_days: int = 14
    soon_days: int = 7
    cite: Cite = NO_CITE


@dataclass(frozen=True, slots=True, kw_only=True)
class Schooling:
    """How registers of schools are watched over, and what a class is measured against.

    An import that takes away more than `gone_percent` of the people of a table, and more than
    `gone_few`, waits for a second person. `class_norm`: pupils in a class by stage; a stage without
    one has no norm. A class of `big_class` or `very_big_class` and more is called so.
    """

    gone_percent: int = 10
    gone_few: int = 5
    class_norm: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    big_class: int = 56
    very_big_class: int = 66
    cite: Cite = NO_CITE
    norm_cite: Cite = NO_CITE
    big_cite: Cite = NO_CITE


def wrong_oversight(
    supervision: Supervision, ratings: Ratings, posts: Iterable[str], node: Node
) -> Iterator[Problem]:
    """Yield a problem for each post that nothing declares and each ladder that can't work."""
    known = set(posts)
    for group, key, post in (
        ("supervision", "leader", supervision.leader),
        ("ratings", "desk", ratings.desk),
        ("ratings", "judge", ratings.judge),
    ):
        if post and post not in known:
            place = place_of(node, group, key)
            yield unknown_word(place, post, known, kind_zh="岗位", kind_en="post")
    for number, post in enumerate(ratings.entry, 1):
        if post not in known:
            place = place_of(node, "ratings", "entry", str(number))
            yield unknown_word(place, post, known, kind_zh="岗位", kind_en="post")
    if not 0 <= supervision.digest_hour <= 23:
        yield error_at(
            place_of(node, "supervision", "digest_hour"), "要写 0 到 23 点", "an hour from 0 to 23"
        )
    for kind, ladder in supervision.ladders.items():
        for path, zh, en in wrong_ladder(ladder):
            yield error_at(place_of(node, "supervision", "ladders", kind, *path), zh, en)
    for step in ratings.steps:
        if step not in REVIEW_STEPS:
            place = place_of(node, "ratings", "steps", step)
            yield unknown_word(place, step, REVIEW_STEPS, kind_zh="步骤", kind_en="step")
