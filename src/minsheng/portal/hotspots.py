"""Where more requests come than usual: the lines of a list, and the district with a pin for each."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.safestring import SafeString

from minsheng.apps.appeals.reads import Spot
from minsheng.apps.people import installed
from minsheng.lib.texts import Text
from minsheng.portal.charts.district_map import Pin, draw_district_map, even_edges, map_areas
from minsheng.portal.languages import Language

RARE = 10_000
"""Rarer than this is said as rarer: the estimate rests on eight weeks."""


def spot_rows(found: Sequence[Spot], *, opens: bool) -> list[dict[str, object]]:
    """Return the lines; `opens` tells whether the reader may open the requests themselves."""
    return [
        {
            "title": spot.title,
            "area_title": spot.area_title,
            "count": spot.count,
            "about": _about(spot),
            "numbers": spot.numbers,
            "opens": opens,
        }
        for spot in found
    ]


def _about(spot: Spot) -> Text:
    """Return how many are usual and how rare this is, no more exactly than an estimate can be."""
    usual = f"{spot.usual:.1f}"
    few = usual == "0.0"
    zh = "平常一周几乎没有" if few else f"平常一周 {usual} 件"
    en = "Usually almost none a week" if few else f"Usually {usual} a week"
    if spot.one_in >= RARE:
        return Text(
            f"{zh}；碰巧这么多，一万次里不到一次",
            f"{en}; so many by chance less than once in {RARE:,}",
        )
    return Text(
        f"{zh}；碰巧这么多，约 {spot.one_in:,} 次里有一次",
        f"{en}; so many by chance about once in {spot.one_in:,}",
    )


def draw_spots(found: Sequence[Spot], lang: Language, *, narrow: bool = False) -> SafeString:
    """Return the district: how many of those requests each street has, a numbered pin for each spot."""
    areas, today = installed.packs().district.areas, timezone.localdate()
    counts: dict[str, float | None] = dict.fromkeys(
        (area.key for area in areas.of_kind("street", "town", on=today)), 0.0
    )
    for spot in found:
        outer = areas.outermost(spot.area)
        if outer is not None:
            counts[outer.key] = (counts.get(outer.key) or 0.0) + spot.count
    said = {
        key: Text(f"{count:.0f} 件", f"{count:.0f}").to(lang)
        for key, count in counts.items()
        if count
    }
    pins = [
        Pin(number, (areas[spot.area].at[0], areas[spot.area].at[1]), "late")
        for number, spot in enumerate(found, 1)
        if spot.area in areas
    ]
    return draw_district_map(
        map_areas(areas, counts, said, on=today, lang=lang),
        pins,
        edges=even_edges(counts.values()),
        title=Text("哪里比平常多", "Where there are more than usual").to(lang),
        about=Text("每个号码对应旁边列表里的一行。", "Each number is a line of the list.").to(lang),
        ident="hotspots-n" if narrow else "hotspots",
        narrow=narrow,
    )
