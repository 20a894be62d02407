"""One kind of request for the engine's tests, on a plain calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import MappingProxyType

from tests.engines.casework_specs import PLAIN

from minsheng.engines.appeals.decide import decide, receive
from minsheng.engines.appeals.spec import (
    AppealSpec,
    Category,
    Dispute,
    Duty,
    Extension,
    Grade,
    Hold,
    Level,
    Rate,
    Rates,
    Reason,
    Reopening,
    Visit,
)
from minsheng.engines.appeals.state import CHINA
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term, WorkCalendar

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=CHINA)
CITE = Cite(Text("测试", "test"), "L")
LEADER, DESK, CALLER = "office.leader/account:1", "desk/account:2", "caller/account:3"
WATER, ROADS, BACKSTOP = "water/account:4", "roads/account:5", "town/account:6"
FIRM = "requester/account:9"


def text(zh: str) -> Text:
    return Text(zh, zh)


def grade(key: str, dispatch: str, contact: str, finish: str, more: str = "") -> Grade:
    extend = Extension(by=Term.parse(more), approver="office.leader", cite=CITE) if more else None
    return Grade(
        key=key,
        title=text(key),
        dispatch=Term.parse(dispatch),
        contact=Term.parse(contact),
        finish=Term.parse(finish),
        cite=CITE,
        extend=extend,
    )


SPEC = AppealSpec(
    appeal="test",
    title=text("测试"),
    summary=text("测试"),
    effective_from=date(2026, 1, 1),
    requester="person",
    dispatcher="desk",
    redo="office.leader",
    visit=Visit(post="caller", within=Term(1, "wd"), attempts=3, gap=Term(4, "wh"), cite=CITE),
    dispute=Dispute(decide="office.leader", within=Term(4, "wh"), cite=CITE),
    hold=Hold(approver="office.leader", most=Term(60, "cd"), cite=CITE),
    reopen=Reopening(within=Term(30, "cd"), cite=CITE),
    grades=MappingProxyType(
        {
            "danger": grade("danger", "1h", "1h", "2h"),
            "common": grade("common", "4wh", "1wd", "5wd", "5wd"),
        }
    ),
    catalogue=MappingProxyType(
        {
            "all": Category(key="all", title=text("全部"), grade="common", backstop="town"),
            "pipe": Category(
                key="pipe",
                title=text("水管"),
                parent="all",
                duties=(Duty(post="roads", area="south"), Duty(post="water", helpers=("roads",))),
            ),
            "gas": Category(key="gas", title=text("燃气"), parent="all", grade="danger"),
        }
    ),
    levels=tuple(
        Level(score=score, title=text(str(score)), percent=percent)
        for score, percent in ((5, 100), (4, 100), (3, 60), (2, 0), (1, 0))
    ),
    rates=Rates(
        response=Rate(
            title=text("响应率"),
            formula=text("按时联系/应联系"),
            cite=CITE,
            without=("not_accepted", "withdrawn"),
        ),
        solution=Rate(
            title=text("解决率"),
            formula=text("解决/有效回访"),
            cite=CITE,
            without=("not_accepted", "withdrawn", "unreached"),
        ),
        satisfaction=Rate(
            title=text("满意率"),
            formula=text("加权/有效评价"),
            cite=CITE,
            without=("not_accepted", "withdrawn", "unreached"),
        ),
    ),
    reasons=MappingProxyType(
        {
            "court": Reason(
                key="court", act="not_accepted", title=text("法院"), where=text("法院")
            ),
            "not_ours": Reason(key="not_ours", act="return", title=text("不归我")),
            "unclear": Reason(key="unclear", act="dispute", title=text("不清楚")),
            "budget": Reason(key="budget", act="hold", title=text("等钱")),
            "hard": Reason(key="hard", act="extend", title=text("难")),
        }
    ),
)


class Story:
    """A request on its way: `do` sends a command some hours after the last one."""

    def __init__(
        self, category: str = "pipe", at: datetime = MONDAY, calendar: WorkCalendar = PLAIN
    ) -> None:
        self.at, self.calendar = at, calendar
        self.state, events = receive(
            SPEC, category=category, area="north", at=at, by=FIRM, calendar=calendar
        )
        self.log = list(events)

    def do(self, command, *, hours: float = 0.1):
        self.at += timedelta(hours=hours)
        self.state, events = decide(SPEC, self.state, command, at=self.at, calendar=self.calendar)
        self.log += events
        return events
