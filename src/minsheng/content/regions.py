"""The region table of a district folder: codes with the days between which they hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from minsheng.content.problems import PackError, Place, refuse
from minsheng.content.reading import read_file
from minsheng.content.schema import Builder
from minsheng.engines.casework.spec import Cite
from minsheng.lib.errors import MinshengError
from minsheng.lib.regions import Region, RegionTable


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFile:
    """What a `regions.yaml` holds."""

    cite: Cite
    regions: tuple[Region, ...]


def load_regions(path: Path, *, shown: str) -> RegionTable:
    """Return the regions in one file. Raises PackError for an overlap or a code that isn't text."""
    read = Builder().build(RegionFile, read_file(path, shown=shown))
    try:
        return RegionTable(read.regions)
    except PackError:
        raise
    except MinshengError as cause:
        raise refuse(Place(shown), cause.zh, cause.en) from cause
