"""Teachers with their classes, and a plan of a lesson."""

from datetime import time

import pytest
from tests.factories import District

from minsheng.apps.lessons import actions
from minsheng.apps.lessons.models import Lesson, LessonPlan
from minsheng.apps.schools import reads
from minsheng.apps.schools.models import SchoolClass
from minsheng.cli.demo import cast, schools
from minsheng.engines import population
from minsheng.engines.lessons import Material, Plan, Step

PLAN = Plan(
    title="乘法分配律",
    aim="会正着用、反着用",
    skills=("distributive-law",),
    steps={
        "situation": Step(minutes=5, teacher="买校服：上衣和裤子各 25 件，一共多少钱？"),
        "question": Step(minutes=10, teacher="两种算法为什么一样？", questions=("哪种算得快？",)),
        "activity": Step(
            minutes=13, pupils="用方格纸摆一摆", materials=(Material("方格纸"),), practice=4,
            skills=("distributive-law",),
        ),
        "assessment": Step(minutes=7, teacher="出门条", practice=3),
        "digital": Step(minutes=5, pupils="各做各的下一题"),
    },
)  # fmt: skip
DRAFTED = actions.Drafted(subject=schools.SUBJECT, plan=PLAN)


@pytest.fixture
def school(district: District) -> SchoolClass:
    """A class of the demonstration, with the others: two pupils each, and those of the cast."""
    schools.begin(population.District(cast.households(), ()), on=district.today, seed=1, most=2)
    found = reads.school_class("qinghuai-4-2")
    assert found is not None
    return found


@pytest.fixture
def plan(school: SchoolClass, district: District) -> LessonPlan:
    """A plan that 谭梅 wrote."""
    return actions.save_plan(DRAFTED, by=district.account("tanmei"))


@pytest.fixture
def lesson(school: SchoolClass, plan: LessonPlan, district: District) -> Lesson:
    """A lesson of that plan, today."""
    teacher = district.account("tanmei")
    return actions.set_lesson(plan.pk, school.pk, district.today, time(9, 0), by=teacher)
