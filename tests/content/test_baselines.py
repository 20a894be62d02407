"""Baselines are cited lines; what they say of a saving is what their source says."""

from __future__ import annotations

from tests.product_packs import PACKS

from minsheng.engines.casework.savings import savings

LINES = PACKS.baselines


def test_every_line_is_cited_with_place_year_and_mark() -> None:
    for one in LINES.values():
        assert one.cite.title.zh and one.cite.mark in ("H", "M", "L")
        assert one.place.zh and one.year


def test_qinghai_saves_what_the_report_says() -> None:
    line = LINES["newborn"]
    now = {
        name: getattr(line.after, name).value for name in ("workdays", "visits", "papers", "steps")
    }
    found = savings(line.before, extent=line.items, items=7, **now)
    saved = {one.measure: round(float(one.percent), 1) for one in found}
    assert saved == {"workdays": 84.4, "visits": 75.0, "papers": 77.8, "steps": 81.2}


def test_no_line_of_one_item_measures_what_it_took() -> None:
    """Neither a figure of afterwards nor a legal limit is what a thing took before."""
    assert savings(LINES["household-birth"].before, workdays=3) == ()
    assert savings(LINES["social-registration"].before, workdays=5) == ()
