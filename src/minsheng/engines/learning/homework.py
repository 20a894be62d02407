"""How much written homework the rules of 双减 leave for a day.

Source: the ministry's rules of 双减 in force since 2021, as ministry and city pages state them: grades 1 and 2
have no written homework, grades 3 to 6 at most 60 minutes on average, junior classes at most 90.
"""

from __future__ import annotations

from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text

CITE = Cite(
    title=Text("“双减”对书面作业时间的规定", "The rules of “double reduction” on written homework"),
    mark="H",
)
LIMITS = ((2, 0), (6, 60), (9, 90))
"""Up to which grade, and how many minutes a day."""


def limit_minutes(grade: int) -> int | None:
    """Return how many minutes of written homework a day a grade may have; None beyond grade 9.

    Raises ValueError for a grade below 1.
    """
    if grade < 1:
        raise ValueError("grades begin at 1")
    return next((minutes for last, minutes in LIMITS if grade <= last), None)
