"""What each figure counts and where it comes from: one definition for pages, files and the API."""

from __future__ import annotations

from dataclasses import dataclass

from minsheng.apps.cases.reads import late_work
from minsheng.apps.cases.reads.figures import FEWEST
from minsheng.lib.texts import Text

LEDGER = Text("案卷账本，时刻是最新的", "The ledger of cases, as of now")
CALENDAR = Text(
    "案卷账本；工作日按国务院办公厅的放假通知（民法典第二百零一、二百零三条：当天不算，遇休息日顺延）",
    "The ledger of cases; working days by the State Council's notices (Civil Code, arts. 201 and "
    "203: the day of start does not count, a day off moves to the next working day)",
)


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure: its name, how it is worked out, and what it rests on."""

    key: str
    title: Text
    formula: Text
    source: Text


DEFINITIONS = (
    Definition(
        "submitted",
        Text("收到", "Received"),
        Text("提交日落在这段日子里的案卷数", "Cases whose day of submission lies in the period"),
        LEDGER,
    ),
    Definition(
        "ended",
        Text("办结", "Ended"),
        Text(
            "结束日落在这段日子里的案卷数：全部办好、部分办好、没办成。自己撤回的不算",
            "Cases that ended in the period: done, partly done or refused. Withdrawn ones don't count",
        ),
        LEDGER,
    ),
    Definition(
        "running",
        Text("在办", "In progress"),
        Text("现在还没有结束的案卷数", "Cases that haven't ended yet"),
        LEDGER,
    ),
    Definition(
        "on_time",
        Text("按时办结", "On time"),
        Text(
            "办结的案卷里，结束日不晚于提交时承诺日的占多少。承诺日压在还没发通知的年份上（暂定）的，"
            "过了也不判超期，不进分母",
            "Of the cases that ended, the share that did so by the day promised at submission. A "
            "promised day in a year without a notice yet (provisional) is never called missed",
        ),
        CALENDAR,
    ),
    Definition(
        "late_items",
        Text("正在超期", "Late now"),
        Text(
            "钟还在走、到期日已过的事项数，从下一个工作日起算。停表等申请人的不算，暂定的日子不算",
            "Items whose clock runs and whose day has passed, from the next working day on. Not those stopped for the applicant, nor "
            "provisional days",
        ),
        CALENDAR,
    ),
    Definition(
        "heat",
        Text("各部门每周超期率", "Late share by office and week"),
        late_work.FORMULA,
        CALENDAR,
    ),
    Definition(
        "took",
        Text("平均用时", "Time taken"),
        Text(
            "办结的案卷从提交次日到结束日的工作日，取平均。等申请人的日子也在内",
            "Working days from the day after submission to the end, on average; days spent waiting "
            "for the applicant included",
        ),
        CALENDAR,
    ),
    Definition(
        "saved",
        Text("省下的天、趟、份", "Days, visits and documents saved"),
        Text(
            "每件用（原来的数 − 这次的数）相加。原来的数只用有出处的基线，而且件数要够："
            "基线是七件一起的，只办三件的不拿来比。只有法定上限的不算。没有基线就写没有，不写百分比。"
            "趟数：网上提交算 0 趟，窗口提交算 1 趟；领证去没去窗口没有记录，不在内",
            "The figure before less the figure now, summed over the cases. Before is a cited baseline of "
            "the same extent only: one for seven items isn't compared with a case of three. A legal limit "
            "is no baseline. Without one, none is shown and no percentage. Visits: 0 when filed online, 1 at "
            "a counter; whether somebody came to collect a certificate isn't recorded and isn't counted",
        ),
        Text(
            "各基线的出处，见“数字从哪里来”",
            "The source of each baseline: see “Where the numbers come from”",
        ),
    ),
    Definition(
        "zero_material",
        Text("免交材料", "Documents not asked for"),
        Text(
            "办结的案卷要用的材料里，由前面一件、证照库或登记库给的占多少，也就是没有向群众要的",
            "Of the documents that the ended cases needed, the share that came from an earlier item, a "
            "licence or a register, so that nobody was asked",
        ),
        LEDGER,
    ),
    Definition(
        "asked_back",
        Text("问过申请人", "Asked back"),
        Text(
            "这段日子里申请人补过材料、或现在正等着补的案卷数。一次告知：一件事只能问一次",
            "Cases in which the applicant answered a question in the period, or is being asked now. "
            "An item may ask only once",
        ),
        LEDGER,
    ),
    Definition(
        "rated",
        Text("群众评分", "Rating"),
        Text(
            f"评分平均，1 到 5：看全部服务时含来访评价，申诉后排除的不算；看一个服务时只算它办结的案卷。"
            f"不到 {FEWEST} 个人评的不显示，也不列是谁评的",
            "The mean score, 1 to 5: for all services with visits to counters, without ratings excluded "
            f"after an appeal; for one service, of its ended cases. Fewer than {FEWEST} raters: not shown; "
            "who rated is never listed",
        ),
        Text(
            "评价账本（国办发〔2019〕51号的五档）",
            "The ledger of ratings (five levels, Guobanfa (2019) 51)",
        ),
    ),
    Definition(
        "delays",
        Text("晚的天从哪里来", "Where late days come from"),
        Text(
            "从结束往回走，每个工作日都归到拖住整件事的那一件。超过自己期限、停表、等同意、重办的日子是丢的，"
            "没用完的期限是省的；丢的减省的，正好是晚的天。后来补回来的不算谁的",
            "Walking back from the end, each working day belongs to the item that held up the whole. Days "
            "over its term, stopped, waiting for consent or done again are lost, an unused term is gained; "
            "lost less gained is exactly the days late. What was made good later counts for nobody",
        ),
        CALENDAR,
    ),
    Definition(
        "flow",
        Text("去向", "Flow"),
        Text(
            "这段日子收到的案卷：问没问过申请人，现在怎样",
            "Cases received in the period: asked back or not, and how they stand now",
        ),
        LEDGER,
    ),
    Definition(
        "protected",
        Text("不在数字里的", "What is left out"),
        Text(
            "受保护的案卷哪里都不数、不列，只有指定岗位能看",
            "Protected cases are neither counted nor listed anywhere; only named posts see them",
        ),
        Text("本平台的规则", "A rule of this platform"),
    ),
)


def definition(key: str) -> Definition:
    """Return one definition; KeyError for a figure that isn't there."""
    return next(one for one in DEFINITIONS if one.key == key)
