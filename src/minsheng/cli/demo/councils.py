"""Neighbours of the demonstration (演示): homes on the roll, one matter done and paid, one vote open, one talk asked for.

Made by the same acts as everybody's, some of them days ago. 王芳 hasn't voted yet in the open one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.appeals import actions as appeals
from minsheng.apps.councils import actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.installed import packs
from minsheng.apps.repairs import reads as repairs

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

AREA, PART = "jinhu.hubin", "含光路 18 号 2 栋"
HOMES = tuple(f"{PART} {floor}-{door}" for floor in range(4, 10) for door in (1, 2))
HERS = f"{PART} 9-1"
BUDGET_FEN = 2_000_000
KIND, LEAD = "hotline", "jinhu.services"
SMALL = {"danger": "no", "duty": "no", "touched": "stair", "property": "shared", "effort": "some"}
PRIVATE = {"danger": "no", "duty": "no", "touched": "home", "property": "own", "effort": "some"}


@dataclass(frozen=True, slots=True)
class Lamp:
    """What was brought up, how the sheet calls it, and what the meeting said."""

    asked: str
    title: str
    words: str
    minutes: str
    question: str
    proposals: tuple[tuple[str, int], ...]


LAMPS = Lamp(
    "楼梯间的灯坏了好几盏，老人晚上不敢下楼。",
    "2 栋楼梯间的灯",
    "楼梯间的灯要不要换，怎么换。",
    "来的都说要换。有人担心费电，物业说感应灯一年省一半。",
    "楼梯间的灯怎么换？",
    (("换 12 盏感应灯", 160_000), ("只换坏的 4 盏", 48_000)),
)
BENCH = Lamp(
    "楼下没有地方坐，等车、晒太阳都站着。",
    "2 栋楼下放两张长椅",
    "楼下空地放不放长椅，放哪里。",
    "多数想放。一楼的住户怕晚上吵，提议靠花坛那边。",
    "长椅放不放，放哪里？",
    (("靠花坛放两张", 90_000), ("单元门口放两张", 90_000)),
)
TREES = "楼下花坛的土都板结了，想请大家一起翻一翻，种点花。"
QUARREL = "和楼上为晾衣服滴水吵了几次，想找人说说。"


def begin(on: date) -> Mapping[str, int]:
    """Return how much there is: homes on the roll, matters, votes that are open."""
    count = actions.write_homes(AREA, HOMES, by="system")
    actions.settle_home_of(_account("wangfang"), AREA, HERS, by="system")
    for estate, labels in _estates().items():
        count += actions.write_homes(estate, labels, by="system")
    actions.grant_budget(KIND, AREA, BUDGET_FEN, by=_account("zhoujing"), on=on)
    _finish(_settle(LAMPS, on - timedelta(days=6), closes=on - timedelta(days=2), hers="1"), on)
    _settle(BENCH, on - timedelta(days=3), closes=on + timedelta(days=3))
    _ask(TREES, SMALL, _at(on - timedelta(days=1)))
    private = _ask(QUARREL, PRIVATE, _at(on - timedelta(days=1), 15))
    actions.ask_mediator(private, by=_account("wangfang"))
    return {"homes": count, "matters": 2, "open_votes": 1}


def _settle(lamp: Lamp, day: date, *, closes: date, hers: str = "") -> int:
    """Bring a matter to its vote, and return its id; `hers` is what 王芳's household chose."""
    desk = _account("shenya")
    number = _ask(lamp.asked, SMALL, _at(day))
    met = _at(day + timedelta(days=1), 19)
    matter = actions.call_council(
        number,
        title=lamp.title,
        words=lamp.words,
        part=PART,
        invitation=actions.Invitation(met, "2 栋楼下", ("community", "volunteer")),
        by=desk,
        at=_at(day, 11),
    )
    actions.hold_meeting(
        matter.pk, came=8, minutes=lamp.minutes, by=desk, at=met + timedelta(hours=2)
    )
    opens = day + timedelta(days=2)
    vote = actions.open_vote(
        matter.pk,
        question=lamp.question,
        proposals=lamp.proposals,
        opens_on=opens,
        closes_on=closes,
        by=desk,
        at=_at(opens, 9),
    )
    for label, choice in zip(HOMES[:6], "111121", strict=True):
        actions.cast_on_paper(vote.pk, label, choice, by=desk, at=_at(opens, 10))
    if hers:
        actions.cast_vote(vote.pk, hers, by=_account("wangfang"), at=_at(opens, 20))
    return matter.pk


def _finish(matter: int, on: date) -> None:
    """Count, pay and finish."""
    desk = _account("shenya")
    actions.close_due_votes(_at(on - timedelta(days=1)))
    payment = actions.propose_payment(
        matter, what="12 盏感应灯和人工", payee="演示电工", amount_fen=152_000, by=desk
    )
    actions.decide_payment(payment.pk, agrees=True, by=_account("tangping"))
    actions.pay(payment.pk, actions.Proof("收据 001 号（演示）"), by=desk)
    actions.share_out(matter, "volunteer", "每月擦一次灯罩", by=desk)
    actions.share_out(matter, "community", "对接电工，看着装好", by=desk)
    said = "12 盏感应灯都装好了，晚上试过，都亮。"
    number = actions.finish_matter(matter, said, by=desk).request.number
    appeals.answer_item(number, "1", "done", said, by=desk)


def _ask(words: str, answers: Mapping[str, str], at: datetime) -> str:
    told = appeals.Told(
        category="other.matter.unsure",
        words=words,
        area=AREA,
        contact={"contact_name": "演示", "phone": "13800000000"},
        channel="demo",
    )
    number = appeals.file_request(KIND, told, by=_account("wangfang"), at=at).number
    later = at + timedelta(minutes=40)
    appeals.sort_request(number, answers, by=_account("fanxue"), at=later)
    if answers is SMALL:
        desk, lead = _account("fanxue"), _account("shenya")
        appeals.dispatch(number, LEAD, by=desk, at=later + timedelta(minutes=5))
        appeals.sign(number, "1", by=lead, at=later + timedelta(minutes=10))
        said = "请邻居一起商量，时间定了告诉您。"
        appeals.contact(number, "1", "call", by=lead, words=said, at=later + timedelta(minutes=15))
    return number


def _estates() -> Mapping[str, list[str]]:
    worker = people.accounts_of("construction.repairs")[0]
    return {
        area.key: [
            f"{building.name} {flat.number}"
            for building in repairs.buildings_of(area.key, account=worker)
            for flat in building.flats.order_by("pk")
        ]
        for area in packs().district.areas.values()
        if area.kind == "estate"
    }


def _at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=timezone.get_current_timezone())


def _account(username: str) -> Account:
    found = people.account_by_username(username)
    if found is None:
        raise LookupError(username)
    return found
