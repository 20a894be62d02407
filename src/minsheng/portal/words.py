"""Words that tags, charts and messages share: days, amounts of time, and the one list of states.

Every function takes the language as an argument; the template filters pass the current one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils import timezone

from minsheng.lib.texts import MONTHS, Text
from minsheng.portal.languages import Language

Tone = Literal["idle", "run", "hold", "soon", "done", "late", "no", "unknown"]

WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
SHORT_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


MARKS = {
    "H": Text("出处里就是这样", "Exactly as the source says"),
    "M": Text("有出处，本区可以改", "Has a source; this district may change it"),
    "L": Text("本区自己定的", "Set by this district"),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A state in words, with the tone that gives it its shape and colour.

    `desk` says it to an officer where that differs ("等申请人" instead of "等您补").
    """

    text: Text
    tone: Tone
    desk: Text | None = None
    desk_tone: Tone | None = None

    def said_to(self, who: str) -> Text:
        """Return the words for the reader, "resident" or "desk"."""
        return self.desk if who == "desk" and self.desk is not None else self.text

    def tone_for(self, who: str) -> Tone:
        """Return the tone for the reader."""
        return self.desk_tone if who == "desk" and self.desk_tone is not None else self.tone


STATES: dict[str, Word] = {
    # items of a case
    "waiting": Word(Text("未开始", "Not started"), "idle"),
    "open": Word(Text("办理中", "In progress"), "run"),
    "returned": Word(
        Text("等您补一样", "Waiting for you"),
        "soon",
        Text("停表，等申请人", "Stopped, waiting for the applicant"),
        "hold",
    ),
    "external": Word(Text("等登记库", "Waiting for the register"), "run"),
    "held": Word(Text("停下核对", "On hold"), "hold"),
    "objected": Word(Text("复核中", "Being looked at again"), "run"),
    "refused": Word(Text("没办成", "Refused"), "no"),
    "cancelled": Word(Text("不办了", "Not going ahead"), "idle"),
    "skipped": Word(Text("不用办", "Not needed"), "idle"),
    # whole cases
    "running": Word(Text("办理中", "In progress"), "run"),
    "partly_done": Word(Text("部分办好", "Partly done"), "soon"),
    "withdrawn": Word(Text("已撤回", "Withdrawn"), "idle"),
    "draft": Word(Text("还没提交", "Not submitted yet"), "idle"),
    # the seven states of the visual language
    "idle": Word(Text("未开始", "Not started"), "idle"),
    "stopped": Word(Text("停表", "Clock stopped"), "hold"),
    "yours": Word(
        Text("等您确认", "Waiting for you"),
        "soon",
        Text("等申请人", "Waiting for the applicant"),
        "hold",
    ),
    "done": Word(Text("已办好", "Done"), "done"),
    "late": Word(Text("超期", "Late"), "late"),
    "unknown": Word(Text("未知", "Unknown"), "unknown"),
    # lights before a due day
    "yellow": Word(Text("黄灯：时限过半", "Yellow: half of the time is used"), "soon"),
    "red": Word(Text("红灯：时限快用完", "Red: the time is nearly used up"), "late"),
    # answers of rules
    "yes": Word(Text("是", "Yes"), "done"),
    "no": Word(Text("否", "No"), "no"),
    # certificates
    "valid": Word(Text("有效", "Valid"), "done"),
    "revoked": Word(Text("已撤销", "Revoked"), "no"),
    "replaced": Word(Text("已换新证", "Replaced"), "no"),
    "expired": Word(Text("已过期", "Expired"), "late"),
    # days
    "provisional": Word(Text("暂定", "Provisional"), "unknown"),
}


def day_text(
    day: date, lang: Language, *, weekday: bool = True, year: bool = False, short: bool = False
) -> str:
    """Return "4月22日（周三）" or "Wed 22 April"; `short` cuts the English month to 3 letters."""
    if lang == "en":
        month = MONTHS[day.month - 1]
        words = f"{day.day} {month[:3] if short else month}"
        if year:
            words += f" {day.year}"
        return f"{SHORT_WEEKDAYS[day.weekday()]} {words}" if weekday else words
    words = f"{day.month}月{day.day}日"
    if year:
        words = f"{day.year}年{words}"
    return f"{words}（{weekday_text(day, 'zh')}）" if weekday else words


def weekday_text(day: date, lang: Language) -> str:
    """Return "周三" or "Wed"."""
    return SHORT_WEEKDAYS[day.weekday()] if lang == "en" else f"周{WEEKDAYS[day.weekday()]}"


def moment_text(at: datetime, lang: Language) -> str:
    """Return "4月1日 15:20" or "1 April, 15:20", in the district's time."""
    local = timezone.localtime(at) if timezone.is_aware(at) else at
    clock = f"{local:%H:%M}"
    day = day_text(local.date(), lang, weekday=False)
    return f"{day}, {clock}" if lang == "en" else f"{day} {clock}"


def count_text(count: int, lang: Language, *, zh: str, en: str) -> str:
    """Return "3 个工作日" or "3 working days"; the English plural adds an s."""
    if lang == "en":
        return f"{count} {en if abs(count) == 1 else en + 's'}"
    return f"{count} {zh}"


def workdays_text(count: int, lang: Language) -> str:
    """Return "3 个工作日" or "3 working days"."""
    return count_text(count, lang, zh="个工作日", en="working day")


def circled(number: int) -> str:
    """Return ① to ㊿, and "(51)" after that."""
    if 1 <= number <= 20:
        return chr(0x245F + number)
    if 21 <= number <= 35:
        return chr(0x3250 + number - 20)
    if 36 <= number <= 50:
        return chr(0x32B0 + number - 35)
    return f"({number})"
