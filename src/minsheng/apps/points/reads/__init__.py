"""What points tell residents, whoever works with them, and everybody."""

from minsheng.apps.points.reads.desk import (
    CircleDesk,
    Listed,
    Objected,
    circle_desk,
    desk,
    handed,
    lists_of,
    orders,
    participants,
    posted,
    proposal_line,
    public_lists,
)
from minsheng.apps.points.reads.erasing import obstacles
from minsheng.apps.points.reads.figures import Sheet, earned_in, honours_shown, sheet
from minsheng.apps.points.reads.lines import Ordered, Thanked, Waiting
from minsheng.apps.points.reads.mine import (
    Membership,
    Mine,
    Shelf,
    StatementRow,
    exchange,
    memberships,
    mine,
    open_schemes,
    shop,
    stock,
)

__all__ = [
    "CircleDesk",
    "Listed",
    "Membership",
    "Mine",
    "Objected",
    "Ordered",
    "Sheet",
    "Shelf",
    "StatementRow",
    "Thanked",
    "Waiting",
    "circle_desk",
    "desk",
    "earned_in",
    "exchange",
    "handed",
    "honours_shown",
    "lists_of",
    "memberships",
    "mine",
    "obstacles",
    "open_schemes",
    "orders",
    "participants",
    "posted",
    "proposal_line",
    "public_lists",
    "sheet",
    "shop",
    "stock",
]
