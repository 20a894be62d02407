"""What is held of one's own ratings, for one's own eyes and to take away."""

from __future__ import annotations

from minsheng.apps.cases.reads.mydata import Row, Section
from minsheng.apps.people.models import Account
from minsheng.apps.ratings.reads.reviews import my_ratings
from minsheng.apps.ratings.scales import LEVELS
from minsheng.lib.texts import Text


def held_about(account: Account) -> tuple[Section, ...]:
    """Return one's ratings, words and what followed, as a section of "my data"."""
    rows = tuple(
        Row(
            row.title,
            "；".join(filter(None, (LEVELS[row.score].zh, row.words, row.supplement))),
            f"{row.at:%Y-%m-%d}",
        )
        for row in my_ratings(account)
    )
    return (Section("ratings", Text("我的评价", "My ratings"), rows),)
