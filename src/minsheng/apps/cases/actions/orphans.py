"""The check of every night: no item waits at a post that nobody fills.

Items belong to posts, and posts to people by dated assignments, so an item can't be lost when
somebody leaves; but a post can be left empty. Then leaders and system administrators are told.
"""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from minsheng.apps.cases.orphans import orphans
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.lib.texts import Text

MOST_NAMED = 5


def report_orphans(on: date | None = None) -> int:
    """Return how many items wait where nobody is, having told who can fill the posts, once a day."""
    on = on or timezone.localdate()
    found = orphans(on)
    if not found:
        return 0
    posts = sorted({one.post for one in found})
    zh, en = "、".join(posts[:MOST_NAMED]), ", ".join(posts[:MOST_NAMED])
    for account in people.accounts_in_charge(on):
        notices.notify(
            account,
            kind="orphans",
            title=Text(f"有 {len(found)} 件没有人接", f"{len(found)} items wait where nobody is"),
            body=Text(
                f"这些岗位今天没有人：{zh}。安排了人，他们马上就看得到。",
                f"Nobody fills these posts today: {en}. Whoever you assign sees the items at once.",
            ),
            link="/desk",
            key=f"orphans:{on.isoformat()}:{account.pk}",
        )
    return len(found)
