"""What is held of one's own ratings, for one's own eyes and to take away."""

from __future__ import annotations

from minsheng.apps.cases.reads.mydata import Row, Section
from minsheng.apps.people.models import Account
from minsheng.apps.ratings.reads.reviews import my_ratings
from minsheng.apps.ratings.scales import LEVELS, STAGES
from minsheng.lib.texts import Text


def held_about(account: Account) -> tuple[Section, ...]:
    """Return one's ratings, words and what followed, as a section of "my data"."""
    rows = []
    for row in my_ratings(account):
        said = "；".join(filter(None, (LEVELS[row.score].zh, row.words, row.supplement)))
        rows.append(Row(row.title, said, f"{row.at:%Y-%m-%d}"))
        if row.review is not None:
            label = Text("差评以后", "After a bad rating")
            rows.append(Row(label, STAGES[row.review.stage], row.review.number))
    return (
        Section(
            "ratings", Text("我的评价和后来的处理", "My ratings and what followed"), tuple(rows)
        ),
    )
