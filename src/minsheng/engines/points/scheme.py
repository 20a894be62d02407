"""What a scheme of points is: the frozen form of a pack `points/<slug>/points.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from minsheng.lib.cites import Cite
from minsheng.lib.periods import add_months
from minsheng.lib.texts import Text

NO_TEXT = Text("")
Every = Literal["month", "quarter", "half_year", "year"]
Side = Literal["base", "plus", "minus"]
_UNITS = {
    "points": ("分", "point", "points"),
    "coupons": ("张", "coupon", "coupons"),
    "meals": ("餐", "meal", "meals"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Those who collect and use points together: a village, a canteen, the whole district.

    `area` is a place of the district, or empty for all of it. `propose`, `decide` and `shop` are
    the posts that propose and publish, decide about objections, and hand goods over.
    """

    key: str
    title: Text
    propose: str
    decide: str
    shop: str
    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """At most `times` in each period, counted by the day of the act."""

    times: int
    every: Every


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that counts: `points` each time, at most `most` times in one proposal.

    base: everybody gets it once a period (`every`), for nothing. plus: for something done. minus:
    `about` must be one of the few subjects that points may be taken away for.
    """

    key: str
    title: Text
    side: Side
    points: int
    cite: Cite
    per: Text = NO_TEXT
    about: str = ""
    most: int = 1
    cap: Cap | None = None
    every: Every = "year"

    @property
    def sign(self) -> int:
        """1 for what is given, −1 for what is taken."""
        return -1 if self.side == "minus" else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """Something after which one can't be honoured for some months. It never takes a point."""

    key: str
    title: Text
    about: str
    months: int
    cite: Cite
    bars: str = "honours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """Something to exchange points for. `use` is one of the few things points may be used for.

    `keep_days`: how long an ordered one is kept ready. `cap`: at most so many for one holder.
    """

    key: str
    title: Text
    use: str
    price: int
    cite: Cite
    where: Text = NO_TEXT
    keep_days: int = 14
    cap: Cap | None = None
    stock: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Honour:
    """A public thank-you for who has earned so much in a period; shown only if they agree."""

    key: str
    title: Text
    least: int
    every: Every
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicity:
    """How long a list is public before it counts, and what it shows of a person."""

    days: int
    cite: Cite
    names: Literal["masked", "number"] = "masked"

    def last_day(self, published: date) -> date:
        """Return the last day on which an objection is heard; the day of publication isn't counted."""
        return published + timedelta(days=self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """When points end: `months` after the end of the year they were earned in, or never (0)."""

    months: int
    cite: Cite

    def last_day(self, earned: date) -> date | None:
        """Return the last day on which points earned on a day can be used, or None."""
        return add_months(date(earned.year, 12, 31), self.months) if self.months else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One scheme: who collects what for which acts, and what it is good for.

    `counts` is what the units are; minutes are shown as hours. `shared`: points of one circle are
    good in all of them. `holder`: whether a household or a person collects.
    """

    scheme: str
    title: Text
    lede: Text
    counts: Literal["points", "minutes", "coupons", "meals"]
    holder: Literal["household", "person"]
    effective_from: date
    circles: Mapping[str, Circle]
    items: Mapping[str, Item]
    publicity: Publicity
    expiry: Expiry
    cites: tuple[Cite, ...]
    effective_to: date | None = None
    shared: bool = False
    goods: Mapping[str, Good] = field(default_factory=lambda: MappingProxyType({}))
    vetoes: Mapping[str, Veto] = field(default_factory=lambda: MappingProxyType({}))
    honours: Mapping[str, Honour] = field(default_factory=lambda: MappingProxyType({}))

    def unit(self, circle: str) -> str:
        """Return the unit that a circle counts in."""
        return f"{self.counts}:{self.scheme}" + ("" if self.shared else f".{circle}")

    def is_in_force(self, on: date) -> bool:
        """Whether the scheme runs on a day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

    def said(self, amount: int) -> Text:
        """Return an amount in words: 5 分, 2 小时 30 分钟, 3 张, 22 餐."""
        if self.counts != "minutes":
            zh, one, more = _UNITS[self.counts]
            return Text(f"{amount} {zh}", f"{amount} {one if abs(amount) == 1 else more}")
        hours, minutes = divmod(abs(amount), 60)
        sign = "−" if amount < 0 else ""
        zh = " ".join(
            [f"{hours} 小时"] * bool(hours) + [f"{minutes} 分钟"] * bool(minutes or not hours)
        )
        en = " ".join(
            [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours)
        )
        return Text(sign + zh, sign + en)
