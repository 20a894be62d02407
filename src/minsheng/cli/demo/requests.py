"""A past of invented requests, so that the desk, the firms' room and the rates have something to show.

Each is made and led on by the cast through the same acts as everybody's, at moments of the past.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.appeals import actions
from minsheng.apps.appeals import reads as requests
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.lib.errors import MinshengError

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

DAYS = 75
OPEN_SHARE = 6
"""One in so many is left open, somewhere on its way."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody asks, where, and what the office answers."""

    kind: str
    category: str
    area: str
    words: str
    answer: str
    askers: tuple[str, ...] = ()
    """Who may ask it; nobody in particular: any of CALLERS."""


MATTERS = (
    Matter("whistle", "energy", "park.kechuang", "二号厂房的变压器总跳闸，新设备开不了机。", "换了开关，增容的申请也报上去了。"),
    Matter("whistle", "land", "park.beidou", "三号厂房规划验收卡了两个月。", "补了两张图，验收意见发给企业了。"),
    Matter("whistle", "people", "park.kechuang", "订单多，装配工招不到，想开一场招聘会。", "定了下周五在园区办专场招聘。"),
    Matter("whistle", "road", "park.beidou", "园区东门的路压坏了，货车进不来。", "已经铺好钢板，月底前重铺路面。"),
    Matter("whistle", "money", "park.kechuang", "去年的技改补贴还没有到账。", "资金已经拨付，请查收。"),
    Matter("hotline", "utilities.light.out", "jinhu.hubin", "小区门口的路灯一段不亮，晚上看不清。", "换了五盏灯，都亮了。"),
    Matter("hotline", "utilities.drain.cover", "yunqi.huaian", "小学门口的井盖响，车一过就咣当。", "换了防响垫圈。"),
    Matter("hotline", "utilities.water.outage", "qinghuai.zhenzhong", "早上起来没有水，不知道停到几点。", "爆管修好了，已经来水。"),
    Matter("hotline", "environment.noise.site-night", "xingguang.chenxi", "夜里十一点还在施工，孩子睡不着。", "施工方写了保证，夜里不再干。"),
    Matter("hotline", "housing.property.lift", "hanguang.bailu", "电梯三天两头坏，老人下不了楼。", "维保单位换了门机，连看了一周。"),
    Matter("hotline", "housing.property.clutter", "yunqi.mingde", "楼道堆满旧家具，老人走不过去。", "社区和住户一起清走了。"),
    Matter("hotline", "work.pension.amount", "luxi.xikou", "养老金这个月没有到。", "银行卡过期，换卡后补发。"),
    Matter("hotline", "market.goods.refund", "jinhu.yinxing", "买的热水器是坏的，店里不退。", "去店里看了，当天退了款。"),
    Matter("hotline", "urban.waste.uncollected", "shiqiao.hewan", "村口的垃圾桶满了三天没人收。", "改成一天收一次。"),
    Matter("minors", "minor.bullied", "yunqi.huaian", "放学路上有大孩子拦着要钱，孩子不敢走那条路。", "和学校、警务室说好了，放学有人在路口。"),
    Matter("veterans", "veteran.allowance", "", "优待证寄丢了，能不能补一张？", "已经补办，寄到您登记的地址。", ("zhanglei",)),
    Matter("veterans", "veteran.work", "", "退役回来想学电工，哪里有培训？", "报上了下个月的电工班，不收学费。", ("zhanglei",)),
    Matter("legal-aid", "aid.wages", "", "干了三个月，老板说没钱发工资。", "援助站帮您写了仲裁申请，劳动监察一起去催。", ("zhanglei",)),
)  # fmt: skip
BURST = (
    Matter("hotline", "utilities.water.outage", "jinhu.kechuang", "早上六点就没有水，老人孩子都等着用。", "爆管修好了，已经来水。"),
    Matter("hotline", "utilities.water.outage", "jinhu.kechuang", "水小得像一根线，热水器打不着。", "爆管修好了，已经来水。"),
    Matter("hotline", "utilities.water.outage", "jinhu.kechuang", "又停水了，这个星期第二回。", "爆管修好了，已经来水。"),
    Matter("hotline", "utilities.water.outage", "jinhu.kechuang", "高楼层一点水都上不来。", "爆管修好了，已经来水。"),
    Matter("hotline", "utilities.water.outage", "jinhu.kechuang", "店里没有水，中午做不了生意。", "爆管修好了，已经来水。"),
)  # fmt: skip
"""One street without water in the last days: more than usual, so that the map has something to say."""
CONTACT = {
    "contact_name": "演示",
    "phone": "13800000000",
    "standing": "veteran",
    "speaker": "family",
    "safe_way": "day",
}
CALLERS = ("wangfang", "chenli", "liuyang", "zhanglei", "suqin", "zhouyan")


def make_requests(count: int, *, on: date, seed: int) -> int:
    """Make `count` requests of the last weeks and return how many there are."""
    random = Random(seed)  # noqa: S311 - an invented past
    days = sorted(random.randrange(1, DAYS) for _ in range(count))[::-1]
    made = 0
    for number, back in enumerate(days):
        matter = MATTERS[random.randrange(len(MATTERS))]
        start = _workday_until(on - timedelta(days=back))
        made += _lead(matter, start, random, is_open=number % OPEN_SHARE == OPEN_SHARE - 1)
    for name in (*CALLERS, "huangyi") if count else ():
        notices.mark_all_read(_account(name))  # of what is long over, nobody has unread notices
    for number, matter in enumerate(BURST if count else ()):
        start = _workday_until(on - timedelta(days=1 + number))
        made += _lead(matter, start, random, is_open=number < 2)
    return made


def _lead(matter: Matter, day: date, random: Random, *, is_open: bool) -> bool:
    """Make one request and lead it as far as it went."""
    clock = _clock(day, random)
    spec = installed.packs().appeals[matter.kind].spec
    firm = spec.requester == "organisation"
    callers = ("huangyi",) if firm else matter.askers or CALLERS
    asker = _account(callers[random.randrange(len(callers))])
    told = actions.Told(
        category=matter.category,
        words=matter.words,
        area=matter.area,
        grade="soon" if spec.asks_grade else "",
        contact={key: CONTACT[key] for key in spec.fields},
        channel="demo",
    )
    number = actions.file_request(matter.kind, told, by=asker, at=next(clock)).number
    try:
        _handle(number, matter, asker, clock, random, is_open=is_open)
    except (MinshengError, StopIteration):
        return True  # as far as it went
    return True


def _handle(
    number: str,
    matter: Matter,
    asker: Account,
    clock: Iterator[datetime],
    random: Random,
    *,
    is_open: bool,
) -> None:
    spec = installed.packs().appeals[matter.kind].spec
    desk = _holder(spec.dispatcher)
    view = requests.desk_view(number, account=desk, purpose="case")
    rounds = 2 if random.random() < 0.12 else 1
    if random.random() < 0.1:
        wrong = next(one.post for one in view.candidates if one.post != view.proposed)
        actions.dispatch(number, wrong, by=desk, at=next(clock))
        actions.send_back(
            number, "1", "not_ours", by=_holder(wrong), words="不归我们管。", at=next(clock)
        )
    for turn in range(1, rounds + 1):
        by = desk if turn == 1 else _holder(spec.redo)
        actions.dispatch(number, view.proposed, by=by, at=next(clock))
        item = requests.whole_number(number).items.order_by("-pk")[0].key
        officer = _holder(view.proposed)
        actions.sign(number, item, by=officer, at=next(clock))
        if random.random() < 0.1:
            next(clock)  # contacted late
            next(clock)
        way = "visit" if spec.requester == "organisation" else "call"
        speaker = desk if spec.hides_requester else officer
        actions.contact(number, item, way, by=speaker, words="问清了情况。", at=next(clock))
        if is_open and turn == rounds:
            return
        actions.answer_item(number, item, "done", matter.answer, by=officer, at=next(clock))
        if turn < rounds:
            actions.answer_visit(number, by=asker, solved=False, score=2, at=next(clock))
    score = random.choices((5, 4, 3, 2), (55, 28, 11, 6))[0]
    actions.answer_visit(
        number, by=asker, solved=score > 2, accepts=score == 2, score=score, at=next(clock)
    )


def _clock(day: date, random: Random) -> Iterator[datetime]:
    """Yield moments of the past, each some hours after the last, on working days by daylight."""
    at = datetime(day.year, day.month, day.day, 9, tzinfo=timezone.get_current_timezone())
    at += timedelta(minutes=random.randrange(300))
    now = timezone.now()
    while at < now:
        yield at
        at += timedelta(minutes=random.randrange(40, 420))
        if at.hour >= 17:
            following = _workday(at.date() + timedelta(days=1))
            at = datetime(
                following.year, following.month, following.day, 9, random.randrange(60),
                tzinfo=at.tzinfo,
            )  # fmt: skip


def _workday(day: date) -> date:
    return installed.calendar().next_workday(day)


def _workday_until(day: date) -> date:
    """Return that day or the last working day before it: after a Sunday comes today."""
    while not installed.calendar().is_workday(day):
        day -= timedelta(days=1)
    return day


def _account(username: str) -> Account:
    found = people.account_by_username(username)
    if found is None:
        raise LookupError(username)
    return found


def _holder(post: str) -> Account:
    return people.accounts_of(post)[0]
