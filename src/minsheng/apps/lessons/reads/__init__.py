"""Plans, lessons and observations, as each may see them."""

from minsheng.apps.lessons.reads.observing import (
    Agreed,
    SheetView,
    agreement_of,
    own_sheets,
    sheet_of,
    sheets_of,
)
from minsheng.apps.lessons.reads.planning import (
    PlanView,
    blank_plan,
    changes_between,
    library,
    own_plans,
    plan_view,
)
from minsheng.apps.lessons.reads.rehearsing import (
    Outcome,
    RehearsalView,
    outcome_of,
    rehearsals_of,
)
from minsheng.apps.lessons.reads.teaching import (
    LessonView,
    StepView,
    lesson_view,
    lessons_ahead,
    lessons_of_class,
)

__all__ = [
    "Agreed",
    "LessonView",
    "Outcome",
    "PlanView",
    "RehearsalView",
    "SheetView",
    "StepView",
    "agreement_of",
    "blank_plan",
    "changes_between",
    "lesson_view",
    "lessons_ahead",
    "lessons_of_class",
    "library",
    "outcome_of",
    "own_plans",
    "own_sheets",
    "plan_view",
    "rehearsals_of",
    "sheet_of",
    "sheets_of",
]
