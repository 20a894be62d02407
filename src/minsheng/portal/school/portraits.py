"""A portrait as pages show it: drawings, findings by level, who looked. The same for all three."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

from minsheng.apps.mastery import reads as mastery
from minsheng.apps.mastery.reads import PortraitView, SkillLine
from minsheng.apps.schools import access
from minsheng.apps.schools import reads as schools
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text
from minsheng.portal.charts.trend import NARROW as TREND_NARROW
from minsheng.portal.charts.trend import Trend, TrendPoint, draw_trend
from minsheng.portal.charts.units import NARROW, WIDE, UnitBar, UnitWords, draw_units
from minsheng.portal.languages import Language
from minsheng.portal.words import day_text

if TYPE_CHECKING:
    from minsheng.apps.mastery.bank import Shelf
    from minsheng.apps.people.models import Account
    from minsheng.apps.schools.models import SchoolUser

STANDS = 80
EVERY = 2


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing in its wide and its narrow size."""

    wide: SafeString
    narrow: SafeString


def subject_of_pupil(account: Account, pupil_id: int, wanted: str = "") -> tuple[SchoolUser, Shelf]:
    """Return a pupil whom an account may see, and the subject that their portrait is of."""
    pupil = access.require_pupil(account, pupil_id)
    there = schools.class_of(pupil)
    if there is None:
        raise access.no_such_pupil()
    return pupil, mastery.subject_of(there, wanted)


def portrait_page(
    account: Account, pupil_id: int, *, lang: Language, wanted: str = ""
) -> dict[str, object]:
    """Return what every page of a portrait shows; raises NotFound for strangers."""
    pupil, of = subject_of_pupil(account, pupil_id, wanted)
    view = mastery.portrait_of(pupil_id, of.key, account=account)
    return {
        "view": view,
        "pupil": pupil,
        "finding": finding(view),
        "units": view.units,
        "stand": sum(1 for one in view.units if one.now is not None and one.now >= STANDS),
        "tested": sum(1 for one in view.units if one.now is not None),
        "ahead": len(view.units) - _begun(view),
        "chart": _units(view, lang),
        "trend": _trend(view, lang),
        "growth": list(zip(view.days, view.course, strict=True))[::-1],
        "levels": mastery.level_words(),
        "mastered": view.at("mastered"),
        "growing": view.at("growing"),
        "at_risk": view.at("at_risk")[::-1],
        "unknown": view.untested,
        "untouched": sum(1 for one in view.skills if not one.of),
        "next": mastery.next_exercises(pupil, of.key),
        "looks": mastery.looks_at_portrait(pupil_id, account=account),
        "objected": [one for one in view.skills if one.objection is not None],
    }


def finding(view: PortraitView) -> Text:
    """Return the finding of a portrait as a headline: what stands, and what doesn't yet."""
    mastered, at_risk, growing = view.at("mastered"), view.at("at_risk"), view.at("growing")
    name = view.name
    if not (mastered or at_risk or growing):
        return Text(f"{name}：题做得还少，先不下结论", f"{name}: too few answers to say anything")
    weak = at_risk or growing
    if not weak:
        return Text(
            f"{name}：看得出的 {len(mastered)} 样都会了",
            f"{name}: all {len(mastered)} that can be told are mastered",
        )
    one = weak[-1].skill.title
    word = Text("还没会", "isn't mastered yet") if at_risk else Text("快会了", "is nearly there")
    if not mastered:
        return Text(f"{name}：{one.zh}{word.zh}", f"{name}: {one.to('en')} {word.to('en')}")
    return Text(
        f"{name}：会了 {len(mastered)} 样，{one.zh}{word.zh}",
        f"{name}: {len(mastered)} mastered; {one.to('en')} {word.to('en')}",
    )


def skill_in(view: PortraitView, key: str) -> SkillLine:
    """Return one finding of a portrait; raises NotFound."""
    found = next((one for one in view.skills if one.skill.key == key), None)
    if found is None:
        raise NotFound(
            "mastery.no_skill",
            "没有这个知识点。请回上一页选。",
            "There is no such skill. Go back and choose one.",
        )
    return found


def _begun(view: PortraitView) -> int:
    """Return how many units there are up to the last one that was asked: those are drawn."""
    return max((at for at, one in enumerate(view.units, 1) if one.now is not None), default=0)


def _units(view: PortraitView, lang: Language) -> Drawn | None:
    begun = _begun(view)
    if not begun:
        return None
    bars = [UnitBar(one.title.to(lang), one.now, one.before) for one in view.units[:begun]]
    said = "；".join(
        f"{one.title.to(lang)} {one.now if one.now is not None else Text('未测', 'not asked').to(lang)}"
        for one in view.units[:begun]
    )
    words = UnitWords(
        Text("各单元会的程度", "How far each unit is mastered").to(lang),
        said,
        Text("会了的线 80", "mastered from 80").to(lang),
        Text("未测", "none").to(lang),
    )
    return Drawn(
        draw_units(bars, words, ident="units-wide", width=WIDE),
        draw_units(bars, words, ident="units-narrow", width=NARROW),
    )


def _trend(view: PortraitView, lang: Language) -> Drawn | None:
    if len(view.days) < 2:
        return None
    points = [
        TrendPoint(_tick(day, lang) if at % EVERY == 0 else "", float(known))
        for at, (day, known) in enumerate(zip(view.days, view.course, strict=True))
    ]
    trend = Trend(
        points,
        Text("一周一周的变化", "Week by week").to(lang),
        Text(
            f"从 {view.course[0]} 到 {view.course[-1]}",
            f"From {view.course[0]} to {view.course[-1]}",
        ).to(lang),
        80.0,
        Text("会了的线", "mastered").to(lang),
    )
    return Drawn(
        draw_trend(trend, ident="growth-wide"),
        draw_trend(trend, ident="growth-narrow", size=TREND_NARROW),
    )


def _tick(day: date, lang: Language) -> str:
    return day_text(day, lang, weekday=False)
