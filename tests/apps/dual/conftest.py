"""A pairing of 明德 4(1) with 青槐 4(2), agreed, with an hour on every working day."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from tests.apps.dual.meeting_rooms import KEY, SECRET, Meetings, serving
from tests.apps.lessons.conftest import DRAFTED
from tests.factories import District

from minsheng.apps.dual import actions
from minsheng.apps.dual.models import DualLesson, Pairing
from minsheng.apps.lessons import actions as lessons
from minsheng.apps.lessons.models import LessonPlan
from minsheng.apps.people import actions as people
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.apps.schools.models import SchoolClass, SchoolUser

SUBJECT = "mathematics-4"
NINE = time(9, 0)


def a_class(key: str) -> SchoolClass:
    return SchoolClass.objects.get(sourced_id=key)


def proposed(district: District, **other: Any) -> actions.Proposed:
    lead, far = a_class("mingde-4-1"), a_class("qinghuai-4-2")
    qiaoyu, tanmei = (district.account(name).pk for name in ("qiaoyu", "tanmei"))
    given = {
        "subject": SUBJECT, "lead_teacher": qiaoyu, "lead": ((lead.pk, qiaoyu),),
        "far": ((far.pk, tanmei),), "since": district.today,
        "until": district.today + timedelta(days=120),
    }  # fmt: skip
    return actions.Proposed(**(given | other))


@pytest.fixture
def far_head(schooled: District) -> Account:
    """A head of 青槐 alone; 孔瑞 leads 明德 alone here."""
    found = people.open_account("luhe", "long enough 1", kind="staff", display="卢禾", demo=True)
    SchoolUser.objects.filter(
        account=schooled.account("kongrui"), org__sourced_id="qinghuai"
    ).update(account=found)
    return found


@pytest.fixture
def pairing(schooled: District) -> Pairing:
    """An agreed pairing: 孔瑞 leads both schools of the demonstration."""
    head = schooled.account("kongrui")
    made = actions.propose(proposed(schooled), by=head)
    actions.set_timetable(made.pk, [(day, NINE) for day in range(5)], by=head)
    made.refresh_from_db()
    return made


@pytest.fixture
def plan(schooled: District) -> LessonPlan:
    """A plan that 乔宇 wrote and shared with nobody."""
    return lessons.save_plan(DRAFTED, by=schooled.account("qiaoyu"))


def next_day(district: District) -> Any:
    return installed.calendar().next_workday(district.today)


@pytest.fixture
def dual(pairing: Pairing, plan: LessonPlan, schooled: District) -> DualLesson:
    """A dual lesson on the next working day at nine."""
    return actions.set_lesson(
        pairing.pk, plan.pk, next_day(schooled), NINE, by=schooled.account("qiaoyu"), why="加一节"
    )


@pytest.fixture(params=["livekit", "bigbluebutton"])
def meetings(request: pytest.FixtureRequest, settings: Any) -> Iterator[Meetings]:
    """A meeting system that is connected, of each kind."""
    with serving() as found:
        settings.MINSHENG_MEETINGS = request.param
        under = "/bigbluebutton" if request.param == "bigbluebutton" else ""
        settings.MINSHENG_MEETINGS_URL = found.address + under
        settings.MINSHENG_MEETINGS_KEY, settings.MINSHENG_MEETINGS_SECRET = KEY, SECRET
        settings.MINSHENG_MEETINGS_PAGE = "https://meet.invalid/custom"
        yield found
