"""What a thing took before it was joined: one cited line each, which a service can't change.

A figure that no source gives is left out, and the page then says that there is no baseline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from minsheng.content.problems import refuse
from minsheng.content.reading import Node
from minsheng.content.schema import scalar_form, string
from minsheng.engines.casework.savings import NO_FIGURES, Bound, Figure, Figures
from minsheng.engines.casework.spec import NO_TEXT, Cite
from minsheng.lib.texts import Text

_FIGURE = re.compile(r"(>=|<=)?([0-9]{1,4})")
_BOUNDS: dict[str, Bound] = {"": "exact", ">=": "at_least", "<=": "at_most"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """One cited line: what, where and when, before and (where known) after.

    `case` names the service this line is about as a whole, `items` for how many items together it
    was measured; other lines are about one item.
    """

    key: str
    title: Text
    place: Text
    year: str
    cite: Cite
    before: Figures = NO_FIGURES
    after: Figures = NO_FIGURES
    case: str = ""
    items: int = 0
    note: Text = NO_TEXT


def _figure(node: Node) -> Figure:
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        text = str(node.value)
    else:
        text = string(node)
    match = _FIGURE.fullmatch(text)
    if match is None:
        raise refuse(
            node.place,
            f'要写个数，例如 5、">=5" 或 "<=5"，现在是“{node.raw}”',
            f"a count such as 5, '>=5' or '<=5' belongs here, not '{node.raw}'",
        )
    return Figure(int(match[2]), _BOUNDS[match[1] or ""])


scalar_form(Figure, _figure)
