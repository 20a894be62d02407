"""How visits are said on pages: their states in words, their lines, the fields of a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from minsheng.apps.visits.reads import VisitLine
from minsheng.content.visits import VisitSpec
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text, day_said
from minsheng.portal.fields import Choice, Field, field_of
from minsheng.portal.languages import Language

LONG = 100

# state of a visit → (state of the word list, words)
STATES: Mapping[str, tuple[str, Text]] = {
    "later": ("waiting", Text("不急", "Not yet")),
    "soon": ("yours", Text("快到了", "Soon")),
    "due": ("yours", Text("该去了", "Due")),
    "missed": ("late", Text("过期没去", "Missed")),
    "no_show": ("held", Text("没见到人", "Nobody met")),
    "paused": ("stopped", Text("暂停", "Paused")),
    "done": ("done", Text("去过了", "Made")),
    "recovered": ("done", Text("补上了", "Made up for")),
    "refused": ("withdrawn", Text("对方不要", "Not wanted")),
    "cancelled": ("cancelled", Text("取消了", "Cancelled")),
}
HAPPENED: Mapping[str, Text] = {
    "opened": Text("排上了", "Opened"),
    "planned": Text("约好了", "Arranged"),
    "asked_day": Text("请改一天", "Another day was asked for"),
    "contact": Text("联系过，不算一次走访", "In touch; doesn't count as a visit"),
    "no_show": Text("去了，没见到人", "Went there, met nobody"),
    "missed": Text("过期没去", "Missed"),
    "done": Text("去过了", "Made"),
    "refused": Text("对方这次不要", "Not wanted this time"),
    "cancelled": Text("取消了", "Cancelled"),
    "substitute": Text("换了人去", "Somebody else goes"),
    "handed_over": Text("换了走访的人", "Another visitor"),
    "added": Text("补充", "Added"),
}
COUNTED: Mapping[str, Text] = {
    "open": Text("等着去", "Open"),
    "due": Text("该去了", "Due"),
    "missed": Text("过期没去", "Missed"),
    "no_show": Text("没见到人", "Nobody met"),
    "done": Text("去过了", "Made"),
    "recovered": Text("补上了", "Made up for"),
    "refused": Text("对方不要", "Not wanted"),
}
LEADS: Mapping[str, Text] = {
    "entry": Text("列进台账", "into the ledger"),
    "request": Text("转成诉求", "becomes a request"),
    "visit": Text("再去一次", "another visit"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A visit as the list component shows it: the days that are left are the largest thing."""

    path: str
    left: Text
    left_words: Text
    urgency: str
    title: Text
    person: Text
    words: Text
    state: str
    state_words: Text


def row_of(one: VisitLine, path: str) -> Row:
    """Return one visit of a list: what is largest is the hour, the days left, or the day it ended."""
    state, said = STATES[one.state]
    when = day_said(one.day) if one.day else None
    hour = f"{one.at:%H:%M}" if one.at else ""
    parts_zh = [one.where.zh, one.why.zh]
    parts_en = [one.where.to("en"), one.why.to("en")]
    if when is not None:
        parts_zh.append(f"约在{when.zh}{hour}")
        parts_en.append(f"arranged for {when.to('en')} {hour}".strip())
    if one.settled_on is None:
        until = day_said(one.until)
        parts_zh.append(f"最晚{until.zh}" + ("（暂定）" if one.provisional else ""))
        parts_en.append(f"by {until.to('en')}" + (" (provisional)" if one.provisional else ""))
    left, words = Text(str(one.left).replace("-", "−")), Text("工作日", "working days")
    if one.settled_on is not None:
        left = Text(f"{one.settled_on.month}/{one.settled_on.day}")
        words = Text("那天", "that day")
    elif hour:
        left, words = Text(hour), Text("约好的", "arranged")
    return Row(
        path=path,
        left=left,
        left_words=words,
        urgency={"missed": "late", "due": "soon", "no_show": "soon"}.get(one.state, ""),
        title=one.title,
        person=one.who,
        words=Text("，".join(parts_zh), ", ".join(parts_en)),
        state=state,
        state_words=said,
    )


def form_fields(
    spec: VisitSpec,
    values: Mapping[str, str],
    errors: Mapping[str, WrongInput],
    *,
    today: str,
    lang: Language,
) -> tuple[list[Field], list[Field]]:
    """Return the fields of a visit: how and when it was made, and what the pack asks."""

    def wrong(name: str) -> str:
        return errors[name].to(lang) if name in errors else ""

    ways = [
        Choice(key, way.title.to(lang), _way_note(way.counts).to(lang))
        for key, way in spec.ways.items()
    ]
    fixed = [
        Field(
            id="f-way",
            name="way",
            label=Text("怎么去的", "In which way").to(lang),
            control="radio",
            options=ways,
            value=values.get("way", ""),
            error=wrong("way"),
        ),
        Field(
            id="f-on",
            name="on",
            label=Text("哪天", "On which day").to(lang),
            help=Text("写成 2026-03-24 这样", "Like this: 2026-03-24").to(lang),
            value=values.get("on", today),
            error=wrong("on"),
            inputmode="numeric",
            width="s",
        ),
    ]
    if spec.agreed.zh:
        fixed.append(
            Field(
                id="f-agreed",
                name="agreed",
                label=spec.agreed.to(lang),
                control="checkbox",
                required=False,
                why=Text(
                    "不同意就不勾：只记去过了，下面的都不用填。",
                    "Otherwise leave it: only the visit itself is kept, and nothing below is needed.",
                ).to(lang),
                value=values.get("agreed", ""),
                error=wrong("agreed"),
            )
        )
    asked = [
        _roomy(
            field_of(one, lang=lang, value=values.get(key, ""), error=wrong(key)), one.max_length
        )
        for key, one in spec.fields.items()
    ]
    return fixed, asked


def _way_note(counts: bool) -> Text:
    return (
        Text("")
        if counts
        else Text("不算一次走访，还要再去", "Doesn't count: the visit stays open")
    )


def _roomy(field: Field, longest: int) -> Field:
    if field.control == "text" and longest > LONG:
        return replace(field, control="textarea", maxlength=longest, width="l")
    return field
