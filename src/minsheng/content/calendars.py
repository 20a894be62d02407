"""The working-day notices of the pack folders, one file for each year."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from minsheng.content.problems import PackError, Place, refuse
from minsheng.content.reading import read_file
from minsheng.lib.errors import MinshengError
from minsheng.lib.workdays import YearNotice, notice_from


def load_notice(path: Path, *, shown: str) -> YearNotice:
    """Return the notice in one file. The year in the file must be the year in its name."""
    node = read_file(path, shown=shown)
    try:
        notice = notice_from(node.plain)
    except PackError:
        raise
    except MinshengError as cause:
        raise refuse(Place(shown, node.place.line), cause.zh, cause.en) from cause
    if path.stem != str(notice.year):
        raise refuse(
            Place(shown, node.place.line, "year"),
            f"文件名是 {path.stem}，里面写的是 {notice.year} 年，要一样",
            f"the file is named {path.stem} but holds the year {notice.year}",
        )
    return notice


def newest(notices: Iterable[tuple[str, YearNotice]]) -> dict[int, YearNotice]:
    """Return one notice for each year: of two, the one in the later folder.

    So that an officer can load a year's real notice beside the provisional one that came with
    the product. Raises PackError when a provisional notice would displace a final one.
    """
    found: dict[int, YearNotice] = {}
    for file, notice in notices:
        earlier = found.get(notice.year)
        if earlier and notice.provisional and not earlier.provisional:
            raise refuse(
                Place(file),
                f"{notice.year} 年已经有正式的放假安排，不能换成暂定的",
                f"{notice.year} already has its final notice; a provisional one can't replace it",
            )
        found[notice.year] = notice
    return found
