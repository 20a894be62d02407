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


def spot_rows(found: Sequence[Spot], *, opens: bool) -> list[dict[str, object]]:
    """Return the lines; `opens` tells whether the reader may open the requests themselves."""
    return [
        {
            "title": spot.title,
            "area_title": spot.area_title,
            "count": spot.count,
            "usual": f"{spot.usual:.1f}",
            "one_in": f"{spot.one_in:,}",
            "numbers": spot.numbers,
            "opens": opens,
        }
        for spot in found
    ]


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
