"""The steps of a review as lines of a timeline, newest first."""

from __future__ import annotations

from collections.abc import Iterable

from minsheng.apps.ratings.reads import Act
from minsheng.lib.texts import Text

TITLES = {
    ("contact", "reached"): Text("联系上了评价人", "The rater was reached"),
    ("contact", "not_reached"): Text("第 {n} 次联系，没联系上", "Attempt {n}: not reached"),
    ("verify", "founded"): Text("核实属实", "Verified: founded"),
    ("verify", "unfounded"): Text("核实下来不属实", "Verified: not founded"),
    ("correct", ""): Text("部门改了", "The office put it right"),
    ("answer", ""): Text("答复评价人", "The rater was answered"),
    ("confirm", "solved"): Text("评价人说解决了", "The rater says it is solved"),
    ("confirm", "not_solved"): Text("评价人说没有解决", "The rater says it isn't solved"),
    ("recheck", "passed"): Text("复核通过，办结", "Checked again and closed"),
    ("recheck", "again"): Text("复核没过，再改", "Checked again: to be put right once more"),
}


def events(acts: Iterable[Act]) -> list[dict[str, object]]:
    """Return the lines of a review's timeline."""
    lines: list[dict[str, object]] = []
    for act in acts:
        title = TITLES[act.kind, act.outcome]
        hold = act.outcome in {"not_reached", "not_solved", "again"} or act.late
        lines.append(
            {
                "at": act.at,
                "title": Text(title.zh.format(n=act.number), title.en.format(n=act.number)),
                "by": act.by,
                "words": act.words,
                "for_office": act.for_office,
                "due": act.due,
                "late": act.late,
                "kind": "hold" if hold else "",
            }
        )
    return lines
