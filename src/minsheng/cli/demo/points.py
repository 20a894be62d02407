"""Points of the demonstration: a village that has begun, one list public, a shop with goods.

Made by the same actions as everybody's. 王芳 and 刘洋 are left out, so that they can begin themselves.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from minsheng.apps.people import reads as people
from minsheng.apps.points import actions
from minsheng.apps.points.schemes import schemes

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

COURSE = (
    ("suqin", "volunteer", "district", ("hour", 4)),
    ("suqin", "village", "dongpo", ("cleanup", 2)),
    ("zhouyan", "village", "dongpo", ("road", 1)),
    ("zhanglei", "village", "dongpo", ("courtyard", 1)),
    ("zhanglei", "veteran-shops", "district", None),
    ("zhouyan", "meals", "district", None),
)
"""Who takes part where, and what they did yesterday."""


def begin(on: date) -> int:
    """Return how many take part: shops are stocked, acts recorded, one list is public."""
    for scheme in schemes().values():
        for circle in scheme.circles.values():
            keeper = people.accounts_of(circle.shop)
            for good in scheme.goods.values():
                if keeper and good.stock:
                    actions.add_stock(scheme.scheme, circle.key, good.key, good.stock, by=keeper[0])
    taken: set[tuple[str, str]] = set()
    for username, scheme_key, circle_key, act in COURSE:
        row = actions.join(scheme_key, circle_key, by=_account(username))
        if act is not None:
            item, times = act
            actions.propose(
                scheme_key,
                circle_key,
                row.number,
                item=item,
                day=on - timedelta(days=1),
                times=times,
                by=_account("yangqun"),
            )
            taken.add((scheme_key, circle_key))
    for scheme_key, circle_key in sorted(taken):
        actions.publish(scheme_key, circle_key, by=_account("yangqun"))
    return len(COURSE)


def _account(username: str) -> Account:
    found = people.account_by_username(username)
    if found is None:
        raise LookupError(username)
    return found
