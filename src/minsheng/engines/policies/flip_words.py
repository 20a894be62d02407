"""What would have to change, in sentences: “月收入”降到 1,999.99 元或以下（现在 2,500.00 元）."""

from __future__ import annotations

from typing import Any

from minsheng.lib.texts import Text
from minsheng.rules import FieldKind, Unknown
from minsheng.rules.describe import filled, listed
from minsheng.rules.show import quoted, shown, shown_fact

from .flips import Change, Flips, FlipSet, Who
from .regions import ELSE

WHO_TEXTS = {
    Who.PERSON: Text("您自己能改变", "you can change this"),
    Who.OFFICE: Text("要由机关认定", "an office has to find this"),
    Who.TIME: Text("只随时间改变", "changes with time alone"),
    Who.NOBODY: Text("谁也改变不了", "nobody can change this"),
}
NOBODY_MOVES = Text(
    "这里不考虑{x}多了谁、少了谁。", "Who belongs to {x} is taken as it is."
)  # fmt: skip
_NOTHING = Text(
    "只改变四项以内还不够，先看上面没达到的几条。",
    "Up to four changes would not be enough; see above what is not met.",
)
NOT_BY_YOU = Text("您自己改变不了这个结果。", "You can't change this outcome by yourself.")
_THEN = {
    False: Text("如果{x}，就符合。", "You would qualify if {x}."),
    True: Text("如果{x}，就不再符合。", "You would no longer qualify if {x}."),
}
_THEN_FROM = {
    False: Text(
        "如果{x}，最早 {day} 起符合。", "You would qualify from {day} at the earliest if {x}."
    ),
    True: Text(
        "如果{x}，最早 {day} 起不再符合。", "You would no longer qualify from {day} if {x}."
    ),
}
_TO = Text("{x}变成{y}", "{x} becomes {y}")
_FALLS = Text("{x}降到 {y}", "{x} falls to {y}")
_FALLS_BELOW = Text("{x}降到 {y}或以下", "{x} falls to {y} or less")
_RISES = Text("{x}升到 {y}", "{x} rises to {y}")
_RISES_ABOVE = Text("{x}升到 {y}或以上", "{x} rises to {y} or more")
_IS = Text("{x}是 {y}", "{x} is {y}")
_EARLIER = Text("{x}是 {y} 或更早", "{x} is {y} or earlier")
_LATER = Text("{x}是 {y} 或更晚", "{x} is {y} or later")
_AT_MOST = Text("{x}不超过 {y}", "{x} is at most {y}")
_AT_LEAST = Text("{x}至少 {y}", "{x} is at least {y}")
_ANY = Text("{x}补上（是多少都行）", "{x} is filled in, whatever it is")
_OTHERWISE = Text("{x}和现在不同", "{x} is other than it is")
_NOW = Text("{x}（现在：{y}，{who}）", "{x} (now: {y}; {who})")
_WHO = Text("{x}（{who}）", "{x} ({who})")


def change_text(change: Change) -> Text:
    """Return what one fact would have to be, with what it is now and who can change it."""
    label, who, kind = quoted(change.label), WHO_TEXTS[change.who], change.fact.kind
    if change.is_secret:
        return filled(_WHO, x=filled(_OTHERWISE, x=label), who=who)
    if _is_measured(kind):
        said = _measured(change, label, kind)
    else:
        said = filled(_TO, x=label, y=_shown(change.value, kind))
    return filled(_NOW, x=said, y=shown_fact(change.fact.now, kind), who=who)


def _is_measured(kind: FieldKind) -> bool:
    return kind.type in ("integer", "money", "number", "date")


def _measured(change: Change, label: Text, kind: FieldKind) -> Text:
    low, high, value = change.low, change.high, change.value
    is_date = kind.type == "date"
    if isinstance(change.fact.now, Unknown):
        if low is None and high is None:
            return filled(_ANY, x=label)
        if low is None:
            return filled(_EARLIER if is_date else _AT_MOST, x=label, y=_shown(high, kind))
        if high is None:
            return filled(_LATER if is_date else _AT_LEAST, x=label, y=_shown(low, kind))
        return filled(_IS, x=label, y=_shown(value, kind))
    falls = value < change.fact.now
    goes_on = (low if falls else high) is None
    if is_date:
        words = (_EARLIER if falls else _LATER) if goes_on else _IS
    elif falls:
        words = _FALLS_BELOW if goes_on and value != 0 else _FALLS
    else:
        words = _RISES_ABOVE if goes_on else _RISES
    return filled(words, x=label, y=_shown(value, kind))


def _shown(value: Any, kind: FieldKind) -> Text:
    if value == ELSE:
        return Text("别的", "something else")
    told = shown(value, kind)
    return quoted(told) if kind.type in ("boolean", "set") else told


def set_text(found: FlipSet, *, verdict: bool) -> Text:
    """Return one set as a sentence: what would turn the verdict that stands now."""
    told = listed([change_text(one) for one in found.changes], Text("，并且", ", and "))
    if found.first_day is None:
        return filled(_THEN[verdict], x=told)
    return filled(_THEN_FROM[verdict], x=told, day=found.first_day.isoformat())


def flips_texts(found: Flips) -> tuple[Text, ...]:
    """Return the whole answer in sentences: when time does it, what you can change, else what."""
    if found.verdict is None:
        return ()
    told: list[Text] = []
    if found.turns_on is not None:
        told.append(_by_time(found))
    sets = found.by_person or found.smallest
    if not sets and found.turns_on is None:
        told.append(_NOTHING)
    elif sets and not found.by_person:
        told.append(NOT_BY_YOU)
    told.extend(set_text(one, verdict=found.verdict) for one in sets)
    if found.relations:
        told.append(filled(NOBODY_MOVES, x=listed(found.relations, Text("、", " or "))))
    return tuple(told)


def _by_time(found: Flips) -> Text:
    day = found.turns_on.isoformat() if found.turns_on else ""
    if found.verdict:
        return filled(
            Text("别的都不变，{x} 起不再符合。", "With all else unchanged this ends on {x}."), x=day
        )
    return filled(
        Text("现在还不到时候，{x} 起符合。", "Not yet: from {x} on, with all else unchanged."),
        x=day,
    )
