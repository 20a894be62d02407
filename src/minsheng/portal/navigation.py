"""The header's items, by audience. An item is shown only when its address exists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, get_urlconf, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from minsheng.lib.texts import Text

NOTHING = Text("")


@dataclass(frozen=True, slots=True)
class Page:
    """One address with its name.

    elder: it stays in the short menu of the large-text mode. about: what one finds there. feet: the
    footers that name it, of the pages it belongs to. holds: other addresses whose pages lie in it.
    """

    path: str
    title: Text
    elder: bool = False
    about: Text = NOTHING
    feet: tuple[str, ...] = ("resident", "desk")
    holds: tuple[str, ...] = ()


RESIDENT = (
    Page("/", Text("办事", "Services"), elder=True),
    Page("/appeals", Text("诉求", "Requests"), elder=True),
    Page("/firm", Text("企业", "Firms")),
    Page("/policies", Text("政策", "Policies")),
    Page("/figures", Text("看数据", "Figures")),
    Page("/mine", Text("我的", "Mine"), elder=True),
    Page("/verify", Text("核验", "Verify")),
)
DESK = (
    Page("/desk", Text("待办", "To do"), holds=("/desk/items", "/desk/bulk")),
    Page("/desk/requests", Text("诉求", "Requests")),
    Page("/desk/done", Text("办过的", "Finished")),
    Page("/desk/search", Text("找案卷", "Find")),
    Page("/desk/stuck", Text("卡住的", "Stuck")),
    Page("/desk/counter", Text("窗口核实", "Identities")),
    Page("/desk/more", Text("更多", "More"), holds=("/desk/",)),
)
SCHOOL = (
    Page(
        "/school",
        Text("我的班", "My classes"),
        holds=(
            "/school/classes",
            "/school/works",
            "/school/pupils",
            "/school/schools",
            "/school/register",
        ),
    ),
    Page("/school/lessons", Text("备课", "Lessons"), holds=("/school/plans",)),
    Page("/school/observations", Text("听课", "Observing")),
    Page("/school/items", Text("题库", "Items")),
    Page("/school/dual", Text("双师", "Dual")),
    Page("/school/clubs", Text("课后", "Clubs"), holds=("/school/bookings",)),
    Page("/school/contests", Text("评选", "Contests"), holds=("/school/growth", "/school/awards")),
    Page("/desk", Text("工作台", "Desk")),
)
ABOUT = (
    Page(
        "/help",
        Text("帮助", "Help"),
        about=Text("怎么办事，卡住了找谁。", "How it works, and whom to call when you are stuck."),
    ),
    Page(
        "/mine/looks",
        Text("谁看过我的信息", "Who has looked at my data"),
        about=Text(
            "哪个岗位、什么时候、为了什么，一条不漏。", "Which post, when and why; none left out."
        ),
        feet=("resident",),
    ),
    Page(
        "/rate",
        Text("评价来访", "Rate a visit"),
        about=Text("用窗口给您的码，说一句真话。", "With the code from the counter; be frank."),
        feet=("resident",),
    ),
    Page(
        "/sources",
        Text("数字从哪里来", "Where the numbers come from"),
        about=Text(
            "日期、时限和节省是怎么算的，依据是什么。",
            "How dates, time limits and savings are worked out, and what they rest on.",
        ),
    ),
    Page(
        "/accessibility",
        Text("无障碍说明", "Accessibility"),
        about=Text(
            "做到了什么，还差什么，怎么告诉我们。",
            "What works, what doesn't yet, and how to tell us.",
        ),
    ),
    Page(
        "/mode",
        Text("显示方式", "Display"),
        about=Text(
            "大字版、深色、高对比，还有语言。", "Large text, dark, high contrast, and language."
        ),
    ),
    Page(
        "/figures/requests",
        Text("诉求办得怎样", "How requests went"),
        about=Text("办结多少，本人说解决了多少。", "How many were closed, and how many solved."),
        feet=("resident",),
    ),
    Page(
        "/figures/councils",
        Text("大家商量成的事", "What neighbours have settled"),
        about=Text("表决的结果，小基金付了什么。", "Results of votes, and what the funds paid."),
        feet=("resident",),
    ),
    Page(
        "/sittings",
        Text("企业之家", "The enterprise house"),
        about=Text("每周哪天、什么主题、哪些部门坐班。", "Which day, what topic, which offices."),
        feet=("resident",),
    ),
    Page(
        "/awards",
        Text("老师的获奖", "Awards of teachers"),
        about=Text(
            "哪些老师的课选上了；同意公开的才写名字。",
            "Whose lessons were chosen; only of those who agreed.",
        ),
        feet=(),
    ),
    Page(
        "/courtyards",
        Text("畅晚庭", "Evening courtyards"),
        about=Text(
            "院坝里说的事，办到哪一步。", "What was said in the courtyards, and how far each is."
        ),
        feet=(),
    ),
    Page(
        "/learn",
        Text("孩子的学习", "Your child's learning"),
        about=Text(
            "会了什么，正在学什么，接下来练哪一题。",
            "What is mastered, what grows, what comes next.",
        ),
        feet=("resident",),
    ),
    Page(
        "/clubs",
        Text("课后服务", "After school"),
        about=Text(
            "有哪些社团和科创课，抽签怎么查。", "Clubs and science courses; how to check a draw."
        ),
        feet=("resident",),
    ),
    Page("/site-map", Text("网站地图", "Site map")),
    Page(
        "/design",
        Text("样式一览", "Specimen"),
        about=Text("给做页面的人看的。", "For those who build pages."),
        feet=(),
    ),
)


def shown(places: Iterable[Page]) -> list[Page]:
    """Return the places whose address exists now."""
    return [place for place in places if exists(place.path)]


def exists(path: str) -> bool:
    """Return whether some view answers at `path`."""
    return _exists(path, get_urlconf() or settings.ROOT_URLCONF)


@cache
def _exists(path: str, urlconf: str) -> bool:
    try:
        resolve(path, urlconf)
    except Resolver404:
        return False
    return True


def came_from(request: HttpRequest) -> str:
    """Return the page of ours that the person came from, or nothing."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()}):
        return ""
    parts = urlsplit(referer)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    same_page = request.method == "GET" and path == request.get_full_path()
    return "" if same_page or parts.path.startswith(settings.LOGIN_URL) else path


def current(places: Iterable[Page], path: str) -> str:
    """Return the address of the place that `path` lies in: by the longest address that leads to it."""
    fits = [
        (len(lead), place.path)
        for place in places
        for lead in (place.path, *place.holds)
        if path == lead or (lead != "/" and path.startswith(lead.rstrip("/") + "/"))
    ]
    return max(fits, default=(0, ""))[1]
