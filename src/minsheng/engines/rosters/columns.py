"""The tables of a register with their columns: Chinese heads, OneRoster's names, what may stand there."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from minsheng.engines.rosters.roster import (
    ClassRow,
    CourseRow,
    EnrollmentRow,
    GuardianRow,
    OrgRow,
    SessionRow,
    UserRow,
)

Kind = Literal["key", "text", "whole", "day", "flag", "choice"]
LONGEST_KEY = 60
NO_CHOICES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: the field of the row, its heads, and what may stand in it.

    `most`: letters of a text, or the largest whole number. `choices`: value → how Excel writes it.
    """

    field: str
    zh: str
    en: str
    kind: Kind = "text"
    is_needed: bool = True
    most: int = 100
    choices: Mapping[str, str] = dataclasses.field(default_factory=lambda: NO_CHOICES)

    @property
    def head(self) -> str:
        """Return the head as it is written and quoted: "姓名 name"."""
        return f"{self.zh} {self.en}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: the field of `Roster`, the sheet's name, OneRoster's file, the class of a row."""

    name: str
    sheet: str
    file: str
    row: type[Any]
    columns: tuple[Column, ...]


def _key(field: str, zh: str, en: str, *, is_needed: bool = True) -> Column:
    return Column(field=field, zh=zh, en=en, kind="key", is_needed=is_needed, most=LONGEST_KEY)


def _text(field: str, zh: str, en: str, *, most: int, is_needed: bool = True) -> Column:
    return Column(field=field, zh=zh, en=en, most=most, is_needed=is_needed)


def _choice(field: str, zh: str, en: str, *, is_needed: bool = True, **choices: str) -> Column:
    return Column(
        field=field, zh=zh, en=en, kind="choice", is_needed=is_needed, choices=MappingProxyType(choices)
    )  # fmt: skip


_OWN = _key("sourced_id", "编号", "sourcedId")
_GRADE = Column(field="grade", zh="年级", en="grades", kind="whole", most=12)

TABLES: tuple[Table, ...] = (
    Table(
        name="orgs", sheet="机构", file="orgs.csv", row=OrgRow,
        columns=(
            _OWN,
            _text("name", "名称", "name", most=100),
            _choice("kind", "种类", "type", district="区", group="集团", school="学校", campus="校区"),
            _choice("stage", "学段", "stage", is_needed=False, kindergarten="幼儿园", primary="小学", junior="初中", senior="高中"),
            _key("parent", "上级", "parentSourcedId", is_needed=False),
            _text("area", "地方", "area", most=60, is_needed=False),
            _text("name_en", "英文名称", "nameEn", most=150, is_needed=False),
        ),
    ),
    Table(
        name="sessions", sheet="学期", file="academicSessions.csv", row=SessionRow,
        columns=(
            _OWN,
            _text("title", "名称", "title", most=60),
            _choice("kind", "种类", "type", schoolYear="学年", semester="学期", term="小学期"),
            Column(field="starts", zh="第一天", en="startDate", kind="day"),
            Column(field="ends", zh="最后一天", en="endDate", kind="day"),
            _key("parent", "属于", "parentSourcedId", is_needed=False),
        ),
    ),
    Table(
        name="courses", sheet="课程", file="courses.csv", row=CourseRow,
        columns=(
            _OWN,
            _text("title", "名称", "title", most=60),
            _GRADE,
            _key("org", "学校", "orgSourcedId"),
            _text("subject", "学科", "subject", most=60, is_needed=False),
        ),
    ),
    Table(
        name="classes", sheet="班级", file="classes.csv", row=ClassRow,
        columns=(
            _OWN,
            _text("title", "名称", "title", most=60),
            _GRADE,
            _key("school", "学校", "schoolSourcedId"),
            _key("session", "学期", "termSourcedIds"),
            _choice("kind", "种类", "classType", is_needed=False, homeroom="行政班", scheduled="课程班"),
            _key("course", "课程", "courseSourcedId", is_needed=False),
        ),
    ),
    Table(
        name="users", sheet="人员", file="users.csv", row=UserRow,
        columns=(
            _OWN,
            _choice("role", "身份", "role", student="学生", teacher="老师", administrator="校长"),
            _key("org", "学校", "primaryOrgSourcedId"),
            _text("name", "姓名", "name", most=50, is_needed=False),
            _text("number", "公民身份号码", "identifier", most=18, is_needed=False),
            _text("username", "登录名", "username", most=60, is_needed=False),
        ),
    ),
    Table(
        name="enrollments", sheet="名单", file="enrollments.csv", row=EnrollmentRow,
        columns=(
            _OWN,
            _key("school_class", "班级", "classSourcedId"),
            _key("user", "人员", "userSourcedId"),
            _choice("role", "身份", "role", student="学生", teacher="老师"),
            Column(field="since", zh="从哪天", en="beginDate", kind="day"),
            Column(field="is_primary", zh="班主任", en="primary", kind="flag", is_needed=False),
            Column(field="seat", zh="座号", en="seat", kind="whole", is_needed=False, most=999),
        ),
    ),
    Table(
        name="guardians", sheet="监护人", file="users.csv", row=GuardianRow,
        columns=(
            _key("pupil", "学生", "agentOf"),
            _text("name", "姓名", "name", most=50),
            _text("number", "公民身份号码", "identifier", most=18),
            _choice("relation", "关系", "relation", mother="母亲", father="父亲", grandparent="祖辈", other="其他"),
        ),
    ),
)  # fmt: skip
"""In the order in which one can be written after the other, as `Roster` has them."""

TABLE: Mapping[str, Table] = MappingProxyType({one.name: one for one in TABLES})
YES, NO = "是", "否"
