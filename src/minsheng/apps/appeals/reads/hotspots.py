"""Where more comes than usual, over the requests of the last nine weeks; joined ones count once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from minsheng.apps.appeals import access, catalogue
from minsheng.apps.appeals.models import Request
from minsheng.apps.appeals.reads.mine import area_title
from minsheng.apps.people import access as people_access
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.content.appeals import Appeal
from minsheng.engines.matching import hot_spots
from minsheng.lib.texts import Text

WINDOW = timedelta(days=7)
WINDOWS = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """A kind of matter in an area with more requests than usual, and which they are.

    `usual` are expected in a week; `one_in`: so many or more would come by chance once in that many
    such weeks, if nothing had changed.
    """

    title: Text
    area: str
    area_title: Text
    count: int
    usual: float
    before: int
    one_in: int
    numbers: tuple[str, ...]


def spots(account: Account) -> tuple[Spot, ...]:
    """Return the hot spots of a week, the least likely first: of what one dispatches, a leader's of all."""
    specs = {one.spec.appeal: one.spec for one in catalogue.appeals_on(timezone.localdate())}
    held, leads = access.posts_of(account), people_access.is_leader(account)
    mine = {
        key
        for key, spec in specs.items()
        if not spec.protected and (leads or held & {spec.dispatcher, spec.redo})
    }
    if not mine:
        raise access.not_yours()
    now = timezone.now()
    rows = Request.objects.filter(
        slug__in=mine, received_at__gt=now - WINDOW * (WINDOWS + 1), received_at__lte=now,
        joined=None,
    ).exclude(area="")  # fmt: skip
    fields = rows.values_list("number", "slug", "category", "area", "received_at")
    recent: dict[tuple[str, str], list[str]] = {}
    before: Counter[tuple[str, str]] = Counter()
    for number, slug, category, area, received in fields:
        cell = (_kind(specs[slug], category), _place(area))
        if received > now - WINDOW:
            recent.setdefault(cell, []).append(number)
        else:
            before[cell] += 1
    counts = {cell: len(numbers) for cell, numbers in recent.items()}
    return tuple(
        Spot(
            title=_title(specs, spot.kind),
            area=spot.area,
            area_title=area_title(spot.area),
            count=spot.count,
            usual=spot.usual,
            before=spot.before,
            one_in=round(1 / spot.chance),
            numbers=tuple(sorted(recent[spot.kind, spot.area])),
        )
        for spot in hot_spots(counts, before, windows=WINDOWS)
    )


def _kind(spec: Appeal, category: str) -> str:
    """Return the middle class of a category, or itself where nothing lies between."""
    return f"{spec.appeal}/{spec.middle_of(category)}"


def _title(specs: dict[str, Appeal], kind: str) -> Text:
    slug, _, category = kind.partition("/")
    return specs[slug].title_of(category)


def _place(area: str) -> str:
    """Return the community, village or park an area lies in, so that neighbours are counted together."""
    path = installed.packs().district.areas.path(area)
    return path[min(1, len(path) - 1)].key if path else area
