"""Which days and which service a page of the cockpit is about, and the way to its other pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.reads import HotSpot, Scope
from minsheng.lib.texts import Text
from minsheng.portal.navigation import Page

PERIODS = (
    (1, Text("今天", "Today")),
    (7, Text("最近 7 天", "Last 7 days")),
    (30, Text("最近 30 天", "Last 30 days")),
    (90, Text("最近 90 天", "Last 90 days")),
)
USUAL = 30
SPOT = ("spot", "item", "office", "step", "reason")
"""How a place where days are lost is named in an address; `spot` is its service."""
NAVIGATION = (
    Page("/cockpit", Text("办事", "Services")),
    Page("/cockpit/requests", Text("诉求和台账", "Requests")),
    Page("/cockpit/list", Text("清单", "Lists")),
    Page("/cockpit/formulas", Text("公式和来源", "Formulas")),
    Page("/desk", Text("待办", "To do")),
    Page("/desk/more", Text("更多", "More")),
)


@dataclass(frozen=True, slots=True)
class View:
    """What was asked for: so many days up to `on`, one service or all."""

    days: int
    slug: str
    on: date

    @property
    def scope(self) -> Scope:
        """The same as the figures take it."""
        return Scope(self.on - timedelta(days=self.days - 1), self.on, self.slug)

    @property
    def period(self) -> Text:
        """The period in words."""
        return dict(PERIODS)[self.days]

    @property
    def service(self) -> Text:
        """The service in words."""
        loaded = catalogue.packs().services.get(self.slug)
        return loaded.spec.title if loaded else Text("全部服务", "All services")

    def path(self, name: str, **more: str) -> str:
        """Return the address of another page of the cockpit for the same days and service."""
        query = {"days": str(self.days), "service": self.slug, **more}
        return f"{reverse(name)}?{urlencode({k: v for k, v in query.items() if v})}"

    def context(self, current: str) -> dict[str, object]:
        """Return what every page of the cockpit shows around its content."""
        return {
            "asked": self,
            "periods": PERIODS,
            "services": list(catalogue.packs().services.values()),
            "desk_nav": NAVIGATION,
            "desk_nav_current": current,
        }


def spot_key(spot: HotSpot) -> tuple[str, ...]:
    """Return what names a place where days are lost in an address, in the order of SPOT."""
    return (spot.slug, spot.item, spot.office, spot.step, spot.reason_key)


def asked_for(request: HttpRequest) -> View:
    """Return what the address asks for; what it doesn't know counts as not asked."""
    days, slug = request.GET.get("days", ""), request.GET.get("service", "")
    known = {str(number): number for number, _ in PERIODS}
    return View(
        days=known.get(days, USUAL),
        slug=slug if slug in catalogue.packs().services else "",
        on=timezone.localdate(),
    )
