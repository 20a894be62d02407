"""The room between classrooms, with LiveKit and BigBlueButton over real sockets."""

from typing import Any

import pytest
from tests.apps.dual.meeting_rooms import Meetings
from tests.factories import District

from minsheng.apps.dual import actions, reads
from minsheng.apps.dual.connect import meetings as connected
from minsheng.apps.dual.models import DualLesson
from minsheng.apps.outbox.models import Effect
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput


def state(dual: DualLesson) -> tuple[str, str]:
    dual.refresh_from_db()
    return dual.room_state, dual.room_error


def test_without_a_meeting_system_the_sentence_says_what_to_set_and_a_phone_number_helps(
    schooled: District, dual: DualLesson
) -> None:
    lead = schooled.account("qiaoyu")
    with pytest.raises(Conflict) as found:
        actions.open_room(dual.pk, by=lead)
    assert found.value.zh.startswith("还没有接会议系统")
    assert "MINSHENG_MEETINGS" in found.value.zh
    assert not Effect.objects.filter(kind="dual.room").exists()
    actions.say_other_way(dual.pk, "拨 023-0000 0000 转 1", by=schooled.account("tanmei"))
    actions.begin(dual.pk, by=lead)
    assert reads.lesson_view(dual.pk, account=lead).row.other_way.startswith("拨")
    with pytest.raises(WrongInput):
        actions.say_other_way(dual.pk, "一\n二", by=lead)


def test_a_room_is_made_once_and_each_classroom_is_let_in(
    schooled: District, dual: DualLesson, meetings: Meetings
) -> None:
    lead, tanmei = schooled.account("qiaoyu"), schooled.account("tanmei")
    far = dual.parts.get(side="far")
    actions.open_room(dual.pk, by=tanmei)
    actions.open_room(dual.pk, by=lead)
    assert state(dual) == ("asked", "")
    with pytest.raises(Conflict):
        actions.room_link(dual.pk, 0, by=lead)
    schooled.work()
    assert state(dual) == ("ready", "")
    assert list(meetings.rooms) == [dual.room]
    assert Effect.objects.filter(kind="dual.room").count() == 1
    let_in = [
        meetings.admit(actions.room_link(dual.pk, part, by=schooled.account(name)))
        for part, name in ((0, "qiaoyu"), (far.pk, "tanmei"), (0, "shaoqing"), (0, "kongrui"))
    ]
    room = f"class-{far.lesson.school_class_id}"
    assert [one["id"] for one in let_in] == ["lead", room, "observer", "observer"]
    assert let_in[1]["name"].endswith("四年级（2）班")
    if "canPublish" in let_in[0]:
        assert [one["canPublish"] for one in let_in] == [True, True, False, False]
    else:
        assert [one["role"] for one in let_in] == ["MODERATOR", "VIEWER", "VIEWER", "VIEWER"]
    assert connected.present(dual.room) in (1, 3)


def test_nobody_else_gets_a_link_and_a_link_holds_no_name(
    schooled: District, dual: DualLesson, meetings: Meetings
) -> None:
    actions.open_room(dual.pk, by=schooled.account("qiaoyu"))
    schooled.work()
    far = dual.parts.get(side="far")
    link = actions.room_link(dual.pk, far.pk, by=schooled.account("tanmei"))
    shown = str(meetings.admit(link))
    assert not any(name in shown for name in ("谭梅", "乔宇", "林小禾", "tanmei"))
    with pytest.raises(NotAllowed):
        actions.room_link(dual.pk, far.pk, by=schooled.account("qiaoyu"))
    for name in ("liqiang", "linxia", "linxiaohe", "kelan"):
        with pytest.raises(NotFound):
            actions.room_link(dual.pk, far.pk, by=schooled.account(name))


def test_a_link_that_was_tampered_with_is_not_let_in(
    schooled: District, dual: DualLesson, meetings: Meetings
) -> None:
    actions.open_room(dual.pk, by=schooled.account("qiaoyu"))
    schooled.work()
    link = actions.room_link(dual.pk, 0, by=schooled.account("qiaoyu"))
    meetings.secret = "another secret"
    with pytest.raises(AssertionError):
        meetings.admit(link)


def test_a_wrong_secret_is_a_visible_state_and_the_lesson_goes_on(
    schooled: District, dual: DualLesson, meetings: Meetings, settings: Any
) -> None:
    lead, right = schooled.account("qiaoyu"), settings.MINSHENG_MEETINGS_SECRET
    settings.MINSHENG_MEETINGS_SECRET = "wrong"
    actions.open_room(dual.pk, by=lead)
    schooled.work()
    assert state(dual) == ("failed", "meetings_refused")
    view = reads.lesson_view(dual.pk, account=lead)
    assert "不影响上课" in view.room.said.zh
    assert view.room.why.zh
    actions.begin(dual.pk, by=lead)
    settings.MINSHENG_MEETINGS_SECRET = right
    actions.open_room(dual.pk, by=lead)
    schooled.work()
    assert state(dual) == ("ready", "")


def test_silence_is_tried_again_and_said_after_three_tries(
    schooled: District, dual: DualLesson, meetings: Meetings
) -> None:
    actions.open_room(dual.pk, by=schooled.account("qiaoyu"))
    meetings.down = True
    for _ in range(3):
        schooled.work()
        Effect.objects.filter(kind="dual.room").update(not_before=None)
    assert state(dual) == ("failed", "meetings_silent")
    meetings.down = False
    schooled.work()
    assert state(dual) == ("ready", "")


def test_the_room_ends_with_the_lesson(
    schooled: District, dual: DualLesson, meetings: Meetings
) -> None:
    lead = schooled.account("qiaoyu")
    actions.open_room(dual.pk, by=lead)
    schooled.work()
    actions.begin(dual.pk, by=lead)
    actions.end(dual.pk, by=lead)
    schooled.work()
    assert (state(dual), meetings.rooms) == (("closed", ""), {})
    connected.end(dual.room)  # gone is ended
    assert connected.present(dual.room) is None
    with pytest.raises(Conflict):
        actions.open_room(dual.pk, by=lead)
