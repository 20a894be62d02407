"""The district's own words for header and footer."""

from __future__ import annotations

from dataclasses import dataclass

from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class District:
    """A district as the frame of a page names it."""

    name: Text
    owner: Text
    window: Text
    hours: Text
    phone: str = "12345"


DEMO = District(
    name=Text("科创新城示范区", "Kechuang New Town"),
    owner=Text("科创新城示范区管理委员会（演示）", "Kechuang New Town Committee (demonstration)"),
    window=Text("政务服务中心一楼综合窗口", "Service centre, ground floor, general counter"),
    hours=Text("工作日 9:00–17:30，午间不休", "Working days 9:00–17:30, open at noon"),
)


def district() -> District:
    """Return the district that this portal serves."""
    return DEMO
