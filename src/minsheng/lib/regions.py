"""Administrative regions (GB/T 2260) with the days between which each code held.

Boundaries and names change; an old record keeps the region of its day. A district brings its own
table; codes of the rest of the country are those that python-stdnum keeps, by year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from stdnum import numdb

from minsheng.lib.errors import WrongInput

_STDNUM_COUNTY = re.compile(r"(?:\[(?P<first>[0-9]*)-(?P<last>[0-9]*)\])?(?P<name>[^,\[\]]+)")


class UnknownRegion(WrongInput):
    """No region has this code on this day."""


@dataclass(frozen=True, slots=True)
class Region:
    """One region under one name: from `valid_from` to `valid_to`, both included.

    None is an open end. `parent` is the code of the region above, or "".
    """

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    parent: str = ""

    def is_valid(self, on: date) -> bool:
        """Whether the region exists under this name on the day `on`."""
        return self.meets(on, on)

    def meets(self, first: date, last: date) -> bool:
        """Whether the region exists on some day from `first` to `last`."""
        return (self.valid_from is None or self.valid_from <= last) and (
            self.valid_to is None or first <= self.valid_to
        )


class RegionTable:
    """All regions that are known, under every name they have had."""

    def __init__(self, regions: Iterable[Region] = ()) -> None:
        self._by_code: dict[str, list[Region]] = {}
        for region in regions:
            _check(region, self._by_code.setdefault(region.code, []))
            self._by_code[region.code].append(region)
        for versions in self._by_code.values():
            versions.sort(key=lambda region: region.valid_from or date.min)

    def __iter__(self) -> Iterator[Region]:
        return (region for versions in self._by_code.values() for region in versions)

    def __len__(self) -> int:
        return sum(len(versions) for versions in self._by_code.values())

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def at(self, code: str, on: date) -> Region:
        """The region that has `code` on the day `on`; raise UnknownRegion when there is none."""
        return self.between(code, on, on)

    def between(self, code: str, first: date, last: date) -> Region:
        """The latest region that has `code` on some day from `first` to `last`.

        A citizen number keeps the code of the day it was given, so it is looked up this way.
        """
        versions = self._by_code.get(code, [])
        found = [region for region in versions if region.meets(first, last)]
        if not found:
            raise _unknown(code, versions, first, last)
        return found[-1]


def national_region(code: str, first: date, last: date) -> Region:
    """The region of the country that has `code` on some day from `first` to `last`.

    Known by whole years only. Raises UnknownRegion when there is none.
    """
    named = {key: name for _, part in numdb.get("cn/loc").info(code) for key, name in part.items()}
    versions = [
        Region(
            code,
            named["province"] + match["name"].removeprefix(named["province"]),
            date(int(match["first"]), 1, 1) if match["first"] else None,
            date(int(match["last"]), 12, 31) if match["last"] else None,
        )
        for match in _STDNUM_COUNTY.finditer(named.get("county", ""))
    ]
    found = [region for region in versions if region.meets(first, last)]
    if not found:
        raise _unknown(code, versions, first, last)
    return found[-1]


def _check(region: Region, others: list[Region]) -> None:
    if not region.code or not region.name:
        raise _broken(region.code, "少了代码或名称", "its code or name is missing")
    if region.valid_from and region.valid_to and region.valid_to < region.valid_from:
        raise _broken(region.code, "结束日期早于开始日期", "it ends before it starts")
    for other in others:
        if other.meets(region.valid_from or date.min, region.valid_to or date.max):
            raise _broken(
                region.code,
                f"“{other.name}”和“{region.name}”的日期重叠",
                f"{other.name} and {region.name} overlap in time",
            )


def _unknown(code: str, versions: list[Region], first: date, last: date) -> UnknownRegion:
    if not versions:
        return UnknownRegion(
            "regions.unknown",
            f"没有代码是 {code} 的地区。请再看一遍代码。",
            f"There is no region with the code {code}. Look at the code again.",
            facts={"code": code},
        )
    days = str(first) if first == last else f"{first} – {last}"
    return UnknownRegion(
        "regions.not_then",
        f"代码 {code}（{versions[-1].name}）在 {days} 不存在。请换成当时的地区。",
        f"The code {code} ({versions[-1].name}) did not hold on {days}. Use the region of then.",
        facts={"code": code, "first": str(first), "last": str(last)},
    )


def _broken(code: str, zh: str, en: str) -> WrongInput:
    return WrongInput(
        "regions.table",
        f"地区表里的 {code} 写错了：{zh}。",
        f"Region {code} in the table is wrong: {en}.",
        facts={"code": code},
    )
