"""The named cast of every demonstration and test. All invented; 演示.

Nine are named here because stories and tests call them by name. The others, who belong to single
services, stand in `packs/districts/demo/cast.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from stdnum.cn import uscc

from minsheng.content.loading import default_roots
from minsheng.content.reading import read_file
from minsheng.content.schema import Builder
from minsheng.engines.population import Birth, Household, Person
from minsheng.engines.population.households import DEMO_PREFIX
from minsheng.lib.identifiers import citizen_number
from minsheng.lib.texts import Text

PASSWORD = "minsheng-demo"  # noqa: S105
SEED = 20260101


@dataclass(frozen=True, slots=True)
class Member:
    """One sign-in of the cast. `post` is empty for residents; `others` are further posts."""

    username: str
    name: str
    part_zh: str
    part_en: str
    post: str = ""
    others: tuple[str, ...] = ()

    @property
    def posts(self) -> tuple[str, ...]:
        """Every post this person holds."""
        return (self.post, *self.others) if self.post else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """One person of `cast.yaml`: staff by their posts, residents by birth and number."""

    username: str
    name: str
    part: Text
    posts: tuple[str, ...] = ()
    sex: Literal["", "female", "male"] = ""
    born: date | None = None
    order: int = 0
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Other:
    """Somebody whom registers know and who doesn't sign in."""

    key: str
    name: str
    sex: Literal["female", "male"]
    born: date
    order: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """An invented firm: the nine characters of its credit code that are its own, and who speaks."""

    body: str
    name: str
    representative: str

    @property
    def code(self) -> str:
        """Return its credit code, with the prefix that is given to nobody."""
        first = f"91{DEMO_PREFIX}{self.body}"
        return first + uscc.calc_check_digit(first)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    cast: tuple[_Written, ...]
    firms: tuple[Firm, ...] = ()
    others: tuple[_Other, ...] = ()


def _read() -> _File:
    path = default_roots()[0] / "districts/demo/cast.yaml"
    return Builder().build(_File, read_file(path, shown="packs/districts/demo/cast.yaml"))


_FILE = _read()
_OTHERS = _FILE.cast
FIRMS = _FILE.firms
CAST = (
    Member("wangfang", "王芳", "刚有了孩子的母亲", "a mother with a newborn"),
    Member("chenli", "陈立", "孩子的父亲", "the father"),
    Member("liqiang", "李强", "和这件事无关的居民", "a resident who has no part in it"),
    Member("zhaomin", "赵敏", "综合窗口工作人员", "clerk at the general counter", "hall.window"),
    Member(
        "linlan", "林岚", "区妇幼保健院经办人", "officer for birth certificates", "hospital.birth"
    ),
    Member(
        "sunwei",
        "孙伟",
        "公安分局户籍民警",
        "officer for household registration",
        "police.household",
    ),
    Member("wutong", "吴桐", "人力社保局经办人", "officer for social security cards", "hr.card"),
    Member("luochuan", "罗川", "公安分局负责人", "head of the police office", "police.head"),
    Member("xujing", "许静", "评价回访岗", "calls back who was not satisfied", "office.feedback"),
    Member("zhoujing", "周静", "分管负责人", "leader in charge", "office.leader"),
    Member("zhengkai", "郑凯", "企业代办专员", "agency clerk", "hall.agency"),
    Member("gaoyuan", "高远", "系统管理员", "system administrator", "office.system"),
    Member("qinwen", "秦文", "安全管理员", "security administrator", "office.security"),
    Member("hejun", "何军", "审计管理员", "audit administrator", "office.audit"),
    Member(
        "xuning",
        "许宁",
        "未成年人和家庭保护岗",
        "protection of children and families",
        "civil.protection",
    ),
    *(
        Member(
            one.username,
            one.name,
            one.part.zh,
            one.part.en,
            post=next(iter(one.posts), ""),
            others=one.posts[1:],
        )
        for one in _OTHERS
    ),
)
# Protected cases are rare: one officer holds the named posts of several offices.
MORE_POSTS = {"xuning": ("hospital.protection", "police.protection")}


def _person(name: str, sex: str, born: date, order: int) -> Person:
    return Person(citizen_number(DEMO_PREFIX, born, order), name, sex, born)  # type: ignore[arg-type]


WANG_FANG = _person("王芳", "female", date(1996, 5, 18), 2)
CHEN_LI = _person("陈立", "male", date(1995, 11, 3), 1)
LI_QIANG = _person("李强", "male", date(1988, 2, 9), 3)
PERSONS = {
    "wangfang": WANG_FANG,
    "chenli": CHEN_LI,
    "liqiang": LI_QIANG,
    **{
        one.username: _person(one.name, one.sex, one.born, one.order)
        for one in _OTHERS
        if one.born is not None
    },
}


NOT_SIGNED_IN = {one.key: _person(one.name, one.sex, one.born, one.order) for one in _FILE.others}
"""People whom the registers know and who have no sign-in, by key."""


def known_person(key: str) -> Person:
    """Return a person of the cast by sign-in or key; raises KeyError for nobody."""
    return {**PERSONS, **NOT_SIGNED_IN}[key]


def households() -> tuple[Household, ...]:
    """Return the cast's own households."""
    return (
        Household(
            "金湖街道含光路 18 号 2 栋 9-1",
            "500999",
            (WANG_FANG, CHEN_LI),
            (WANG_FANG, CHEN_LI),
            date(2022, 5, 20),
        ),
        Household("青槐镇青槐街 6 号", "500999", (LI_QIANG,)),
        *_other_households(),
    )


def _other_households() -> Iterator[Household]:
    """Yield the homes of residents in `cast.yaml`: who has the same address lives together."""
    homes: dict[str, list[Person]] = {}
    for one in _OTHERS:
        if one.born is not None:
            homes.setdefault(one.address, []).append(PERSONS[one.username])
    for other in _FILE.others:
        homes.setdefault(other.address, []).append(NOT_SIGNED_IN[other.key])
    for address, members in homes.items():
        yield Household(address, DEMO_PREFIX, tuple(members))


def birth(on: date) -> Birth:
    """Return the birth of the cast's child, twelve days before `on`."""
    return Birth("YS-DEMO-0001", WANG_FANG, on - timedelta(days=12), "female", 3280)
