"""The wide drawing of a plan: header of days, lanes by office, tributaries, the promised day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from minsheng.lib.texts import Text
from minsheng.portal.charts import svg
from minsheng.portal.charts.days import DayColumn, DayScale
from minsheng.portal.charts.lane_parts import GONE, STOPPED, LaneItem, Promise, is_late, note_of
from minsheng.portal.languages import Language
from minsheng.portal.words import circled, day_text

WIDTH = 1120
EDGE = 14
DIAL = 11
FLOW = 44
TITLE = Text("按工作日的办理安排", "The plan by working day")
ALL_DONE = Text("全部办好", "All done")
COUNT = Text("第几个工作日", "Working day")
PROVISIONAL = Text("暂定", "provisional")
TODAY = Text("今天", "Today")


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Measures in drawing units; they grow with the text."""

    text: float
    small: float
    pitch: int
    dates: int
    holidays: int
    numbers: int
    top: int
    office: int
    bar: int = 14


NORMAL = _Sizes(
    text=13.5, small=12.5, pitch=54, dates=16, holidays=33, numbers=51, top=56, office=168
)
ELDER = _Sizes(text=17, small=15.5, pitch=66, dates=20, holidays=42, numbers=65, top=71, office=210)


class Drawing:
    """The geometry of one plan; `svg(ident)` returns it drawn."""

    def __init__(
        self,
        items: Sequence[LaneItem],
        columns: Sequence[DayColumn],
        *,
        finish: Promise,
        lang: Language,
        today: date | None,
        elder: bool,
    ) -> None:
        self.items = items
        self.finish = finish
        self.lang = lang
        self.today = today
        self.size = ELDER if elder else NORMAL
        self.offices = _in_order(items)
        self._names = {
            office: svg.wrapped(office, self.size.text, width=self.size.office)
            for office, _ in self.offices
        }
        names = [name for lines in self._names.values() for name in lines]
        widest = max(
            *(svg.text_width(name, self.size.text) for name in names),
            svg.text_width(COUNT.to(lang), self.size.small),
        )
        mouth = max(svg.text_width(said, self.size.text, bold=True) for said in self._mouth_words())
        right = WIDTH - mouth - 18 - 30
        self.scale = DayScale(columns, left=EDGE + widest + 14, right=right)
        self.mouth_x = right + 30
        self.row_y = {
            item.key: self.size.top + 40 + index * self.size.pitch
            for index, item in enumerate(item for _, group in self.offices for item in group)
        }
        self.bottom = self.size.top + len(items) * self.size.pitch + 14
        self.mouth_y = self.row_y[self._last().key]

    @property
    def height(self) -> int:
        """The height of the drawing, with room for the word below today's line."""
        foot = self.bottom + (int(self.size.text) + 10 if self.today else 4)
        mouth = self.mouth_y + (len(self._mouth_words()) - 1) * self.size.text * 1.4 + 6
        return max(foot, int(mouth))

    def svg(self, ident: str) -> SafeString:
        """Return the drawing with its title and the same finding in words."""
        about = "；" if self.lang == "zh" else "; "
        comma = "，" if self.lang == "zh" else ", "
        said = [
            comma.join((item.title, item.office, note_of(item, today=self.today, lang=self.lang)))
            for item in sorted(self.items, key=lambda item: item.number)
        ]
        said.append(comma.join(self._mouth_words()))
        return svg.drawing(
            self._parts(),
            width=WIDTH,
            height=self.height,
            ident=ident,
            title=TITLE.to(self.lang),
            about=about.join(said),
        )

    def signs(self) -> Iterator[str]:
        """Return the names of the signs that occur, for the key below the drawing."""
        submitted = any(item.state for item in self.items)
        if not submitted:
            yield "critical"
            if any(not item.critical for item in self.items):
                yield "slack"
        else:
            if any(item.state == "done" or item.used_to for item in self.items):
                yield "used"
            if any(item.state in {"open", "external"} for item in self.items):
                yield "running"
            if any(item.state == "waiting" for item in self.items):
                yield "idle"
            if any(item.state in STOPPED for item in self.items):
                yield "stopped"
            if any(is_late(item, self.today) for item in self.items):
                yield "late"
            if any(item.state in GONE for item in self.items):
                yield "gone"
        if self.finish.provisional or any(item.provisional for item in self.items):
            yield "provisional"
        if self.scale.bands:
            yield "off"
        if self.today:
            yield "today"

    def _parts(self) -> Iterator[str]:
        yield from self._ground()
        yield from self._days()
        yield from self._office_names()
        yield from self._to_the_mouth()
        if self.today:
            yield from self._today_line(self.today)
        yield from self._needs()
        for item in self.items:
            yield from self._bar(item)
        for item in self.items:
            yield self._label(item)
        yield from self._mouth()

    # ── ground: days off, the header of days, office names ──────────────────────────────────────

    def _ground(self) -> Iterator[str]:
        for band in self.scale.bands:
            yield svg.element(
                "rect", "fsunk", x=band.left, y=self.size.top,
                width=band.right - band.left, height=self.bottom - self.size.top,
            )  # fmt: skip

    def _days(self) -> Iterator[str]:
        size, scale = self.size, self.scale
        taken = 0.0
        for column in scale.week_starts():
            said = day_text(column.day, self.lang, weekday=False)
            x = scale.start_of(column.day)
            if x >= taken:
                yield svg.words(said, "k", x=x, y=size.dates)
                taken = x + svg.text_width(said, size.text, bold=True) + 12
        taken = 0.0
        for band in scale.bands:
            half = svg.text_width(band.name, size.small, bold=True) / 2
            x = max((band.left + band.right) / 2, scale.left + half)
            if band.name and x - half >= taken and x + half <= WIDTH:
                yield svg.words(band.name, "m sm to", x=x, y=size.holidays)
                taken = x + half + 8
        yield from self._provisional_days(taken)
        yield svg.words(COUNT.to(self.lang), "e sm", x=scale.left - 14, y=size.numbers)
        step = next(
            step
            for step in (1, 2, 5, 10, 20, 50, 1000)
            if step * scale.width >= svg.text_width("00", size.small) + 5
        )
        for column in scale.columns:
            if column.number and (column.number % step == 0 or (column.number == 1 and step > 2)):
                x = scale.middle_of(column.day)
                yield svg.words(str(column.number), "m sm", x=x, y=size.numbers)

    def _provisional_days(self, taken: float) -> Iterator[str]:
        """Days of a year without a notice: a dotted line above them, and the word once."""
        loose = [column.day for column in self.scale.columns if column.provisional]
        if not loose:
            return
        left, right = self.scale.start_of(loose[0]), self.scale.end_of(loose[-1])
        y = self.size.top - 1
        yield svg.element("path", "unk", d=f"M{svg.number(left)} {y}H{svg.number(right)}")
        word = PROVISIONAL.to(self.lang)
        x = max(left, taken)
        if x + svg.text_width(word, self.size.small, bold=True) <= WIDTH:
            yield svg.words(word, "sm to", x=x, y=self.size.holidays)

    def _office_names(self) -> Iterator[str]:
        line = self.size.text * 1.25
        for index, (office, group) in enumerate(self.offices):
            ys = [self.row_y[item.key] for item in group]
            names = self._names[office]
            middle = (ys[0] + ys[-1]) / 2 + self.size.text * 0.36
            last = min(middle + (len(names) - 1) / 2 * line, ys[-1] + self.size.text * 0.6)
            for place, name in enumerate(names, start=1 - len(names)):
                y = last + place * line
                yield svg.words(name, "e i1", x=self.scale.left - 14, y=y)
            if index:
                y = ys[0] - self.size.pitch + 16
                end = svg.number(self.scale.right + 4)
                yield svg.element("path", "gl", d=f"M{EDGE} {svg.number(y)}H{end}")

    # ── water: needs between items, the way to the promised day ─────────────────────────────────

    def _needs(self) -> Iterator[str]:
        by_key = {item.key: item for item in self.items}
        pairs = [(by_key[key], item) for item in self.items for key in item.needs if key in by_key]
        for needed, item in sorted(pairs, key=lambda pair: pair[0].critical and pair[1].critical):
            end, bottom = self._left_of(item), self.row_y[item.key]
            start, top = min(self._right_of(needed), end), self.row_y[needed.key]
            bend = max(start, end - 10)
            kind = "ln-r" if needed.critical and item.critical else "dep"
            way = f"M{svg.number(start)} {top}"
            if bend > start + 1:
                way += f"H{svg.number(bend - 4)}"
                start = bend - 4
            way += (
                f"C{svg.number(start + 12)} {top} {svg.number(end - 11)} {bottom}"
                f" {svg.number(end + 2)} {bottom}"
            )
            yield svg.element("path", kind, d=way)

    def _to_the_mouth(self) -> Iterator[str]:
        needed = {key for item in self.items if item.state not in GONE for key in item.needs}
        x, y = self.mouth_x, self.mouth_y
        for item in self.items:
            if item.key in needed or item.state in GONE:
                continue
            start, top = self._right_of(item), self.row_y[item.key]
            kind = "ln-r" if item.critical else "dep"
            if top == y:
                yield svg.element("path", kind, d=f"M{svg.number(start)} {y}H{svg.number(x)}")
                continue
            turn = max(self.scale.right - FLOW, start)
            reach = x - turn
            yield svg.element(
                "path", kind,
                d=f"M{svg.number(start)} {top}H{svg.number(turn)}"
                f"C{svg.number(turn + reach * 0.81)} {top} {svg.number(turn + reach * 0.49)} {y}"
                f" {svg.number(x)} {y}",
            )  # fmt: skip

    def _mouth(self) -> Iterator[str]:
        x, y, size = self.mouth_x, self.mouth_y, self.size
        running = any(item.state for item in self.items) and not self.finish.done
        if self.finish.provisional:
            yield svg.element("circle", "hollow-r dash", cx=x, cy=y, r=DIAL - 1)
        elif running:
            kind = "hollow-v" if self._is_late() else "hollow-r"
            yield svg.element("circle", kind, cx=x, cy=y, r=DIAL - 1)
        else:
            yield svg.element("circle", "fr", cx=x, cy=y, r=DIAL)
            yield svg.element("path", "on-tick", d=f"M{svg.number(x - 5)} {y}l3.5 4 7-8")
        kinds = ["tv" if self._is_late() else "tr", "k", "to"]
        for place, (said, kind) in enumerate(zip(self._mouth_words(), kinds, strict=False)):
            at = y - 2 + place * size.text * 1.4
            yield svg.words(said, kind, x=x + 18, y=at)

    def _mouth_words(self) -> list[str]:
        said = [ALL_DONE.to(self.lang), day_text(self.finish.day, self.lang, weekday=False)]
        return [*said, PROVISIONAL.to(self.lang)] if self.finish.provisional else said

    def _is_late(self) -> bool:
        return self.today is not None and not self.finish.done and self.today > self.finish.day

    # ── bars ────────────────────────────────────────────────────────────────────────────────────

    def _bar(self, item: LaneItem) -> Iterator[str]:
        left, right = self._left_of(item), self.scale.end_of(item.end)
        right = max(right, left + 6)
        yield self._rect(item, left, right, self._bar_kind(item))
        if item.state not in {"done", *GONE} and item.used_to and item.used_to >= item.start:
            used = min(self._reached(item.used_to), right)
            if used > left:
                yield self._rect(item, left, used, "fr")
        if self.today and is_late(item, self.today):
            yield self._rect(item, right, max(self._reached(self.today), right + 6), "fv")

    def _rect(self, item: LaneItem, left: float, right: float, kind: str) -> str:
        return svg.element(
            "rect", kind, x=left, y=self.row_y[item.key] - self.size.bar / 2,
            width=right - left, height=self.size.bar,
        )  # fmt: skip

    def _bar_kind(self, item: LaneItem) -> str:
        if item.state == "done":
            return "fr"
        if item.state in GONE:
            return "unk"
        if item.state in STOPPED:
            return "hollow-o"
        if item.state == "waiting":
            return "hollow dash" if item.provisional else "hollow"
        if item.provisional:
            return "soft-r dash" if item.critical and not item.state else "hollow-r dash"
        return "fr" if item.critical and not item.state else "hollow-r"

    def _label(self, item: LaneItem) -> str:
        title = f"{circled(item.number)} {item.title}"
        note = note_of(item, today=self.today, lang=self.lang)
        width = svg.text_width(title, self.size.text, bold=True)
        width += svg.text_width(note, self.size.text) + 8
        furthest = self.scale.right - 4 - width
        x = max(self.scale.left, min(self._left_of(item), furthest))
        y = self.row_y[item.key] - self.size.bar / 2 - 6
        return svg.label(title, note, "k", x=x, y=y)

    def _left_of(self, item: LaneItem) -> float:
        return min(self.scale.start_of(item.start) + 1, self.scale.right - 6)

    def _right_of(self, item: LaneItem) -> float:
        right = max(self.scale.end_of(item.end), self._left_of(item) + 6)
        if self.today and is_late(item, self.today):
            right = max(self._reached(self.today), right + 6)
        return right

    def _reached(self, day: date) -> float:
        """How far a bar has got on `day`: today's line, or the end of a day that is over."""
        return self.scale.middle_of(day) if day == self.today else self.scale.end_of(day)

    def _last(self) -> LaneItem:
        alive = [item for item in self.items if item.state not in GONE] or list(self.items)
        return max(alive, key=lambda item: (item.end, item.critical, self.row_y[item.key]))

    def _today_line(self, today: date) -> Iterator[str]:
        x = self.scale.middle_of(today)
        word = TODAY.to(self.lang)
        width = svg.text_width(word, self.size.text, bold=True) + 20
        left = min(max(x - width / 2, 0), WIDTH - width)
        top = self.bottom - 4
        yield svg.element("path", "now", d=f"M{svg.number(x)} {self.size.top + 4}V{top}")
        yield svg.element("rect", "foc", x=left, y=top, width=width, height=self.size.text + 8)
        yield svg.words(word, "m onw", x=left + width / 2, y=top + self.size.text + 1.5)


def _in_order(items: Sequence[LaneItem]) -> list[tuple[str, list[LaneItem]]]:
    """Return the items by office, so that the critical ones run down to the promised day.

    Offices with time to spare stand above, the soonest first; offices on the critical path below,
    in the order in which it passes through them.
    """
    groups: dict[str, list[LaneItem]] = {}
    for item in sorted(items, key=lambda item: (item.office, item.start, item.number)):
        groups.setdefault(item.office, []).append(item)

    def place(entry: tuple[str, list[LaneItem]]) -> tuple[bool, date, int]:
        critical = [item for item in entry[1] if item.critical]
        if critical:
            return (True, max(item.end for item in critical), critical[0].number)
        return (False, max(item.end for item in entry[1]), entry[1][0].number)

    return sorted(groups.items(), key=place)
