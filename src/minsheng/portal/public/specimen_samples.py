"""Sample data of the specimen page: invented people and offices, real sentences of the house."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from minsheng.lib.texts import Text
from minsheng.lib.workdays import WorkCalendar, YearNotice
from minsheng.portal.charts.days import columns_between
from minsheng.portal.charts.lanes import LaneItem, Lanes, Promise, plan_lanes
from minsheng.portal.fields import Choice, Field
from minsheng.portal.languages import Language

_HERE = ZoneInfo("Asia/Shanghai")
_QINGMING = [date(2026, 4, 4), date(2026, 4, 5), date(2026, 4, 6)]
CALENDAR = WorkCalendar(
    [
        YearNotice(
            year=2026,
            off=frozenset(_QINGMING),
            work=frozenset(),
            source="specimen",
            mark="L",
            names=dict.fromkeys(_QINGMING, "清明假期"),
            names_en=dict.fromkeys(_QINGMING, "Qingming"),
        ),
        YearNotice(
            year=2027,
            off=frozenset({date(2027, 1, 1)}),
            work=frozenset(),
            source="specimen",
            mark="L",
            provisional=True,
            names={date(2027, 1, 1): "元旦"},
            names_en={date(2027, 1, 1): "New Year"},
        ),
    ]
)

HOSPITAL = Text("区妇幼保健院", "Maternal and child health hospital")
POLICE = Text("公安分局", "District police")
LABOUR = Text("人力社保局", "Human resources and social security bureau")
INSURER = Text("医疗保障局", "Healthcare security bureau")
HEALTH = Text("卫生健康局", "Health bureau")
CLINIC = Text("社区卫生服务中心", "Community health centre")

# key, title, office, workday of start and end, needs, critical
SEVEN = (
    ("certificate", Text("出生医学证明", "Birth certificate"), HOSPITAL, 1, 1, "", True),
    ("vaccine", Text("预防接种证", "Vaccination card"), CLINIC, 2, 2, "certificate", False),
    (
        "household",
        Text("出生户口登记", "Household registration"),
        POLICE,
        2,
        4,
        "certificate",
        True,
    ),
    ("card", Text("社会保障卡", "Social security card"), LABOUR, 5, 14, "household", False),
    ("insured", Text("居民医保参保", "Health insurance"), INSURER, 5, 5, "household", True),
    ("costs", Text("生育医疗费用报销", "Childbirth costs"), INSURER, 6, 20, "insured", True),
    ("guidance", Text("科学育儿指导登记", "Parenting guidance"), HEALTH, 1, 1, "", False),
)
THREE = (
    ("certificate", Text("出生医学证明", "Birth certificate"), HOSPITAL, 1, 1, "", True),
    (
        "household",
        Text("出生户口登记", "Household registration"),
        POLICE,
        2,
        4,
        "certificate",
        True,
    ),
    ("card", Text("社会保障卡", "Social security card"), LABOUR, 5, 14, "household", True),
)


def plan(
    parts: tuple[tuple[str, Text, Text, int, int, str, bool], ...],
    *,
    submitted: date,
    lang: Language,
    elder: bool,
    ident: str,
    states: dict[str, tuple[str, int]] | None = None,
    today: date | None = None,
) -> Lanes:
    """Return a drawn plan; `states` gives an item's state and how many of its days are used."""
    states = states or {}
    length = max(end for _, _, _, _, end, _, _ in parts)
    until = _workday(submitted, length)
    items = []
    for index, (key, title, office, start, end, needs, critical) in enumerate(parts, start=1):
        state, used = states.get(key, ("", 0))
        first, last = _workday(submitted, start), _workday(submitted, end)
        items.append(
            LaneItem(
                key=key,
                number=index,
                title=title.to(lang),
                office=office.to(lang),
                start=first,
                end=last,
                needs=tuple(needs.split()),
                critical=critical,
                provisional=CALENDAR.is_provisional(last),
                state=state,
                used_to=_workday(submitted, start + used - 1) if used else None,
            )
        )
    return plan_lanes(
        items,
        columns_between(submitted, max(until, today or until), CALENDAR, lang=lang),
        finish=Promise(until, provisional=CALENDAR.is_provisional(until)),
        lang=lang,
        today=today,
        elder=elder,
        ident=ident,
    )


def _workday(after: date, number: int) -> date:
    day = after
    while number:
        day += timedelta(days=1)
        number -= CALENDAR.is_workday(day)
    return day


def plans(lang: Language, *, elder: bool) -> dict[str, Lanes]:
    """Return three drawings: a plan of seven items, three provisional ones, a running case."""
    return {
        "seven": plan(
            SEVEN, submitted=date(2026, 3, 24), lang=lang, elder=elder, ident="plan-seven"
        ),
        "three": plan(
            THREE, submitted=date(2026, 12, 22), lang=lang, elder=elder, ident="plan-three"
        ),
        "running": plan(
            SEVEN,
            submitted=date(2026, 3, 24),
            lang=lang,
            elder=elder,
            ident="plan-running",
            today=date(2026, 4, 8),
            states={
                "certificate": ("done", 1),
                "vaccine": ("late", 0),
                "household": ("done", 3),
                "card": ("open", 6),
                "insured": ("done", 1),
                "costs": ("returned", 2),
                "guidance": ("refused", 0),
            },
        ),
    }


def fields(lang: Language) -> list[Field]:
    """Return one field of each kind; two of them have a mistake."""

    def said(zh: str, en: str) -> str:
        return Text(zh, en).to(lang)

    return [
        Field(
            id="s-name",
            name="name",
            label=said("孩子的姓名", "The child's name"),
            why=said("每张证上都印这个名字。", "It is printed on every certificate."),
            value="陈予安",
        ),
        Field(
            id="s-household",
            name="household",
            label=said("孩子的户口跟谁", "Whose household will the child join?"),
            control="radio",
            why=said(
                "问这个，是因为父母户口不在一处。以后可以迁。",
                "We ask because the parents live in two households. It can be changed later.",
            ),
            value="mother",
            options=[
                Choice(
                    "mother",
                    said("跟母亲（王芳）", "The mother's, Wang Fang"),
                    said("金湖街道含光路 18 号（演示）", "18 Hanguang Road (demonstration)"),
                ),
                Choice(
                    "father",
                    said("跟父亲（陈立）", "The father's, Chen Li"),
                    said("选这项要他在手机上同意", "He is then asked to agree on his phone"),
                ),
            ],
        ),
        Field(
            id="s-card",
            name="card",
            label=said("收款银行卡号", "Bank card to be paid into"),
            help=said("16 或 19 位", "16 or 19 digits"),
            inputmode="numeric",
            value="6200 9900 0000 1234 56",
            error=said(
                "少了 1 位：现在是 18 位。请对照卡面再看一遍，您已填的都还在。",
                "One digit short: you typed 18. Compare it with the card; the rest is kept.",
            ),
        ),
        Field(
            id="s-born",
            name="born",
            label=said("出生日期", "Date of birth"),
            help=said("写成 2026-03-24 这样", "Like this: 2026-03-24"),
            inputmode="numeric",
            width="s",
            value="2026-13-24",
            error=said("没有 13 月。请改成 1 到 12。", "There is no month 13. Use 1 to 12."),
        ),
        Field(
            id="s-phone",
            name="phone",
            label=said("您的手机号", "Your mobile number"),
            help=said("办好一件，短信告诉您一件", "We text you as each item is done"),
            inputmode="tel",
            autocomplete="tel",
            value="",
        ),
        Field(
            id="s-branch",
            name="branch",
            label=said("到哪里领卡", "Where will you collect the card?"),
            control="select",
            required=False,
            options=[
                Choice("hall", said("政务服务中心", "Service centre")),
                Choice("home", said("寄到家", "By post")),
            ],
        ),
        Field(
            id="s-address",
            name="address",
            label=said("寄到哪里", "Where to post it"),
            control="textarea",
            width="l",
            autocomplete="street-address",
            rows=2,
        ),
        Field(
            id="s-file",
            name="file",
            label=said("出院小结", "Discharge summary"),
            control="file",
            help=said("PDF 或照片，最大 10 MB", "PDF or a photo, 10 MB at most"),
            accept=".pdf,.jpg,.png",
            required=False,
        ),
        Field(
            id="s-agree",
            name="agree",
            label=said(
                "我同意医保局用这张卡号打款", "I agree that the insurer may pay into this card"
            ),
            control="checkbox",
            why=said("以后可以撤回。", "You can withdraw this later."),
        ),
        Field(
            id="s-known",
            name="known",
            label=said("结婚登记", "Marriage"),
            control="known",
            value=said("已核对", "Checked"),
            source=said("民政婚姻登记库，今天 09:31 查", "Marriage register, today 09:31"),
        ),
    ]


def timeline() -> list[dict[str, object]]:
    """Return the events of a running case, newest first."""

    def at(month: int, day: int, hour: int, minute: int) -> datetime:
        return datetime(2026, month, day, hour, minute, tzinfo=_HERE)

    return [
        {
            "when": Text("4月22日前", "by 22 April"),
            "title": Text("全部办好", "All done"),
            "words": Text(
                "三个部门都办完，钱打到您的卡。",
                "All three offices have finished and the money is in your account.",
            ),
            "kind": "next",
        },
        {
            "at": at(4, 1, 15, 20),
            "title": Text("停表：等您确认银行卡", "Clock stopped: please confirm the bank card"),
            "words": Text(
                "医疗保障局经办岗。您确认后接着计时。",
                "Healthcare security bureau. The clock runs again once you confirm.",
            ),
            "kind": "hold",
        },
        {
            "at": at(3, 30, 16, 40),
            "title": Text("户口登记办好", "Household registered"),
            "words": Text("公安分局，用了 3 个工作日。", "District police, 3 working days."),
            "path": "#timeline",
            "link": Text("看电子户口页", "See the electronic household page"),
        },
        {
            "at": at(3, 24, 9, 58),
            "title": Text("您提交了申请", "You submitted"),
            "words": Text("下一个工作日开始计时。", "The clock starts on the next working day."),
        },
    ]
