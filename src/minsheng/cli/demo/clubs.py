"""Invented rounds of clubs (演示): one drawn and running, one open; lessons of universities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.clubs import actions, reads
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.schools import reads as schools

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.apps.schools.models import SchoolClass

PACK = "after-school"
HEAD, ADVISER = "kongrui", "shaoqing"
LEADERS = (("qinghuai.go", "tanmei"), ("qinghuai.robots", "tanmei"), ("qinghuai.coding", "kelan"))
FAMILIES = {"linxia": ["robots", "go", "papercut"], "wumei": ["robots", "choir"]}
DEAR = (
    "robots", "robots", "football", "go", "coding", "choir", "basketball", "papercut", "ink",
    "science", "table-tennis", "garden", "reading",
)  # fmt: skip
LESSONS = (
    ("professor", "tech", "桥为什么不会倒", 6, time(14, 30), time(15, 20), 60, 1),
    ("professor", "medical", "我们的心脏怎么跳", 9, time(14, 30), time(15, 20), 60, 1),
    ("campus", "farm", "种子库里的一天", 12, time(9), time(11), 100, 2),
    ("lab", "physics", "做一个电路", 5, time(9), time(10), 48, 1),
    ("lab", "ai", "教机器认树叶", 8, time(10), time(11), 48, 1),
)


def begin(on: date, *, seed: int) -> Mapping[str, int]:
    """Make a drawn round and an open one, and hours of universities; return how much there is."""
    if PACK not in installed.packs().clubs:
        return {"entries": 0, "lessons": 0}
    entries = _drawn(on, Random(f"clubs {seed}"))  # noqa: S311 - invented wishes, not a draw
    _open(on)
    return {"entries": entries, "lessons": _lessons(on)}


def _drawn(on: date, random: Random) -> int:
    """Let the families of 青槐小学 choose six weeks ago, draw, publish, and keep who came."""
    head = _who(HEAD)
    began = _moment(on - timedelta(days=42))
    closes = _moment(on - timedelta(days=35))
    wanted = actions.RoundWanted(
        school="qinghuai", catalogue=PACK, title="这学期的社团（演示）", closes=closes,
        changes_until=on + timedelta(days=30), most=2,
    )  # fmt: skip
    made = actions.open_round(wanted, by=head, at=began)
    when, count = began + timedelta(days=1), 0
    own = {}
    for username, keys in FAMILIES.items():
        account = _who(username)
        child = schools.children_of(account)[0]
        actions.save_choices(made.pk, child.id, _keys(keys), by=account, at=when)
        own[child.id] = count = count + 1
    for one, teacher in _classes():
        for pupil in schools.pupil_ids(one):
            if pupil not in own:
                wishes = list(dict.fromkeys(random.choices(DEAR, k=4)))
                actions.enter_from_paper(made.pk, pupil, _keys(wishes), by=teacher, at=when)
                count += 1
    actions.close_round(made.pk, by=head, at=closes)
    actions.draw_round(made.pk, "3 1 6 6 2", by=head, at=closes)
    actions.publish_round(made.pk, by=head, at=closes + timedelta(hours=1))
    for club, username in LEADERS:
        actions.name_leader(club, _who(username), by=head, since=closes.date())
    _attend(random)
    return count


def _attend(random: Random) -> None:
    """Keep who came to the clubs of 谭梅 the last two times: most did."""
    leader = _who(LEADERS[0][1])
    for offer in reads.room(leader).led:
        for day in reads.club_list(offer.id, account=leader).days:
            found = reads.club_list(offer.id, account=leader, day=day)
            marks = {
                one.choice: random.choices(("came", "absent", "excused"), (9, 1, 1))[0]
                for one in found.members
            }
            actions.note_presences(offer.id, day, marks, by=leader)


def _open(on: date) -> None:
    """Let 明德小学 choose until next week."""
    actions.open_round(
        actions.RoundWanted(
            school="mingde", catalogue=PACK, title="这学期的社团（演示）",
            closes=_moment(on + timedelta(days=7)), changes_until=on + timedelta(days=60), most=2,
        ),
        by=_who(HEAD),
    )  # fmt: skip


def _lessons(on: date) -> int:
    """Offer hours; 四（2）班 has asked for a professor and booked a lab."""
    adviser, made = _who(ADVISER), []
    calendar = installed.calendar()
    for kind, host, title, days, starts, ends, seats, classes in LESSONS:
        day = on + timedelta(days=days)
        while not calendar.is_workday(day):
            day += timedelta(days=1)
        wanted = actions.Wanted(
            kind=kind, catalogue=PACK, host=host, title=f"{title}（演示）", day=day,
            starts=starts, ends=ends, grades=(3, 4, 5), seats=seats, classes=classes,
        )  # fmt: skip
        made.append(actions.offer_slot(wanted, by=adviser))
    for one, teacher in _classes():
        if one.sourced_id == "qinghuai-4-2":
            actions.book_slot(made[0].pk, one.pk, by=teacher)
            actions.book_slot(made[3].pk, one.pk, by=teacher)
    return len(made)


def _classes() -> Iterator[tuple[SchoolClass, Account]]:
    for key in ("qinghuai-4-2", "qinghuai-4-1"):
        one = schools.school_class(key)
        if one is not None:
            yield one, schools.teachers_of(one)[0]


def _keys(clubs: list[str]) -> list[str]:
    return [f"qinghuai.{one}" for one in clubs]


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(20)))


def _who(username: str) -> Account:
    found = people.account_by_username(username)
    if found is None:
        raise LookupError(username)
    return found
