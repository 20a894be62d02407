"""Where the numbers come from: calendars, terms and baselines, each with its source and mark."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minsheng.apps.cases import catalogue
from minsheng.content import Baseline
from minsheng.engines.casework.savings import MEASURES, Figure, Figures
from minsheng.engines.casework.spec import Cite, ServiceSpec
from minsheng.lib.texts import Text
from minsheng.portal.words import MARKS

# measure → (Chinese, English for one, English for several)
UNITS = {
    "workdays": ("{0} 个工作日", "{0} working day", "{0} working days"),
    "visits": ("跑 {0} 趟", "{0} visit", "{0} visits"),
    "papers": ("交 {0} 份材料", "{0} document to hand in", "{0} documents to hand in"),
    "steps": ("{0} 个环节", "{0} step", "{0} steps"),
    "offices": ("{0} 个部门", "{0} office", "{0} offices"),
}
NOWHERE = Text("还没有出处", "No source yet")
NO_NOTE = Text("")


@dataclass(frozen=True, slots=True)
class Line:
    """One cited line of a table."""

    title: Text
    words: Text
    source: Text
    mark: str
    note: Text

    @property
    def mark_words(self) -> Text:
        """The mark in words."""
        return MARKS[self.mark]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one service."""

    title: Text
    lines: tuple[Line, ...]


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Return every figure this site counts with, and where it comes from."""
    packs = catalogue.packs()
    today = timezone.localdate()
    return render(
        request,
        "portal/public/sources.html",
        {
            "years": [
                packs.calendar.notice(year)
                for year in packs.calendar.years
                if year >= today.year - 1
            ],
            "services": [_terms(loaded.spec) for loaded in catalogue.services_on(today)],
            "baselines": [_baseline(line) for line in packs.baselines.values()],
            "marks": MARKS,
        },
    )


def _terms(spec: ServiceSpec) -> Terms:
    office = catalogue.packs().district.office
    return Terms(
        title=spec.title,
        lines=tuple(
            Line(
                title=item.title,
                words=Text(
                    f"{office(item.office).zh}，{item.due.text.zh}",
                    f"{office(item.office).to('en')}, {item.due.text.en}",
                ),
                source=_source(item.cite),
                mark=item.cite.mark if item.cite else "L",
                note=NO_NOTE,
            )
            for item in spec.items.values()
        ),
    )


def _baseline(line: Baseline) -> Line:
    parts = [
        (Text("单办", "on its own"), _figures(line.before)),
        (Text("联办后", "joined"), _figures(line.after)),
    ]
    said = [(way, figures) for way, figures in parts if figures.zh]
    zh = "；".join(f"{way.zh}：{figures.zh}" for way, figures in said)
    en = "; ".join(f"{way.en}: {figures.en}" for way, figures in said)
    where = Text(
        f"{line.title.zh}，{line.place.zh}，{line.year}",
        f"{line.title.to('en')}, {line.place.to('en')}, {line.year}",
    )
    return Line(where, Text(zh, en), _source(line.cite), line.cite.mark, line.note)


def _figures(figures: Figures) -> Text:
    said = [_figure(measure, found) for measure in MEASURES if (found := figures.of(measure))]
    return Text("，".join(part.zh for part in said), ", ".join(part.en for part in said))


def _figure(measure: str, found: Figure) -> Text:
    zh, one, several = UNITS[measure]
    en = one if found.value == 1 else several
    return Text(zh.format(found.text.zh), en.format(found.text.en))


def _source(cite: Cite | None) -> Text:
    return NOWHERE if cite is None else cite.said
