"""The rarer acts end to end: who may, what is kept, who is told, what pages and the API show.

24 March 2026 is a Tuesday; 4 to 6 April are Qingming.
"""

from __future__ import annotations

import threading
from datetime import date
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import override_settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from tests.apps.cases.cases_cast import (
    Clock,
    Packs,
    at_once,
    case,
    follow,
    item,
    replay_agrees,
    statuses,
)
from tests.factories import District, Newborn, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.actions import rarer
from minsheng.apps.cases.models import Case, Draft, Item, NoticeObjection, PublicNotice
from minsheng.apps.notices.models import Notice
from minsheng.apps.outbox.models import Effect
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account
from minsheng.apps.records import reads as records
from minsheng.apps.records.models import StoredFile
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound, WrongInput

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def told(district: District, username: str, kind: str) -> Notice | None:
    rows = Notice.objects.filter(account=district.account(username), kind=kind)
    return rows.order_by("created_at", "id").last()


def kinds(story: Newborn) -> list[str]:
    return [entry.kind for entry in audit.history("case", str(story.case_id))]


def colleague(district: District, username: str, post: str) -> None:
    """Let somebody fill another post as well, from today."""
    people.assign(district.account(username), people_reads.post(post), since=district.today)


# ── on it, accepted ─────────────────────────────────────────────────────────────────────────────
def test_colleagues_see_who_is_on_an_item_and_may_take_over(clock: Clock, spring: District):
    story = newborn(spring)
    colleague(spring, "sunwei", "hospital.birth")
    row, lin, sun = (
        item(story, "birth_certificate").pk,
        spring.account("linlan"),
        spring.account("sunwei"),
    )
    actions.claim_item(row, by=lin)
    assert reads.inbox(sun)[0].claimed_by == "林岚（演示）"
    with pytest.raises(Conflict) as taken:
        actions.approve_item(row, by=sun)
    assert "林岚（演示）今天在办" in taken.value.zh
    page = spring.client("sunwei").get(f"/desk/items/{row}").content.decode()
    assert "林岚（演示）今天在办这一件" in page
    assert "接手" in page
    assert "确认" not in page
    spring.client("sunwei").post(f"/desk/items/{row}/acts/takeover")
    follow()
    assert "同事接手" in told(spring, "linlan", "desk.claimed").body_zh  # type: ignore[union-attr]
    # The day after, nobody is on it any more, and history says that it lapsed.
    clock.go_to(date(2026, 3, 25))
    actions.fire_timers()
    assert item(story, "birth_certificate").claimed_by == ""
    assert kinds(story)[-2:] == ["claimed", "unclaimed"]
    actions.approve_item(row, by=lin)
    assert replay_agrees(story)


def test_after_five_working_days_it_counts_as_accepted_from_receipt(clock: Clock, spring: District):
    story = newborn(spring)
    row, lin = item(story, "birth_certificate").pk, spring.account("linlan")
    assert reads.decision(row, account=lin).more.ask_by == date(2026, 3, 31)
    clock.go_to(date(2026, 4, 1))
    with pytest.raises(Conflict, match="accepted"):
        actions.return_item(row, by=lin, reason="name_unclear", message="请再确认名字")
    actions.fire_timers()
    follow()
    body = told(spring, "wangfang", "case.accepted").body_zh  # type: ignore[union-attr]
    assert "从收到那天（3月24日）起算受理" in body
    assert not reads.decision(row, account=lin).may_return
    page = spring.client("wangfang").get(f"/mine/cases/{story.number}").content.decode()
    assert "从收到那天（3月24日）起算受理" in page.replace("（周二）", "")
    desk = spring.client("linlan").get(f"/desk/items/{row}").content.decode()
    assert "起算受理" in desk
    assert "问申请人一次" not in desk


def test_a_formal_acceptance_is_told_and_ends_the_right_to_ask(clock: Clock, spring: District):
    story = newborn(spring)
    row = item(story, "birth_certificate").pk
    desk = spring.client("linlan")
    assert "以后不能再让申请人补正" in desk.get(f"/desk/items/{row}/acts/accept").content.decode()
    assert desk.post(f"/desk/items/{row}/acts/accept", {"message": "齐了"}).status_code == 302
    follow()
    assert "受理" in told(spring, "wangfang", "case.accepted").body_zh  # type: ignore[union-attr]
    assert desk.get(f"/desk/items/{row}/acts/accept").status_code == 409
    for name in ("liqiang", "wutong"):
        assert spring.client(name).get(f"/desk/items/{row}/acts/pause").status_code == 403
        assert spring.client(name).post(f"/desk/items/{row}/acts/claim").status_code == 403


# ── more time, other hands ──────────────────────────────────────────────────────────────────────
def at_household(district: District) -> Newborn:
    story = newborn(district)
    actions.approve_item(item(story, "birth_certificate").pk, by=district.account("linlan"))
    return story


def test_more_time_is_agreed_to_by_the_approver_and_the_applicant_is_told_the_day(
    clock: Clock, spring: District
):
    story = at_household(spring)
    row = item(story, "household").pk
    desk = spring.client("sunwei")
    assert "延到4月1日" in desk.get(f"/desk/items/{row}/acts/extend").content.decode()
    sent = {"reason": "register_slow", "message": "人口库在迁移"}
    assert desk.post(f"/desk/items/{row}/acts/extend", sent).status_code == 302
    follow()
    assert told(spring, "zhoujing", "desk.extension_asked") is not None
    leader = spring.client("zhoujing")
    assert "等您批的延期" in leader.get("/desk").content.decode()
    page = leader.get(f"/desk/items/{row}/extension").content.decode()
    assert "人口库在迁移" in page
    assert "陈予珺" not in page
    for name in ("sunwei", "linlan", "liqiang"):
        assert spring.client(name).post(f"/desk/items/{row}/extension").status_code == 403
    leader.post(f"/desk/items/{row}/extension", {"granted": "yes"})
    follow()
    assert item(story, "household").due_day == date(2026, 4, 1)
    body = told(spring, "wangfang", "case.extended").body_zh  # type: ignore[union-attr]
    assert "登记库要人工核对" in body
    assert "4月1日前办好" in body.replace("（周三）", "")
    assert told(spring, "sunwei", "desk.extended") is not None
    assert leader.post(f"/desk/items/{row}/extension", {"granted": "yes"}).status_code == 403
    assert desk.get(f"/desk/items/{row}/acts/extend").status_code == 409
    assert replay_agrees(story)


def test_a_passed_on_item_is_closed_to_its_old_post(clock: Clock, spring: District):
    story = at_household(spring)
    actions.approve_item(item(story, "household").pk, by=spring.account("sunwei"))
    follow()
    before = item(story, "social_card")
    wu, zhao = spring.account("wutong"), spring.account("zhaomin")
    desk = spring.client("wutong")
    wrong = desk.post(f"/desk/items/{before.pk}/acts/transfer", {"to": "hall.window"})
    assert "写一句" in wrong.content.decode()
    with pytest.raises(WrongInput, match="no_such_post"):
        actions.transfer_item(before.pk, by=wu, to="police.household", handover="请办")
    sent = {"to": "hall.window", "handover": "卡在窗口领，请接着办"}
    assert desk.post(f"/desk/items/{before.pk}/acts/transfer", sent).status_code == 302
    follow()
    after = item(story, "social_card")
    assert (after.post, after.office) == ("hall.window", "hall")
    assert (after.due_day, after.started) == (before.due_day, before.started)
    assert desk.get(f"/desk/items/{before.pk}").status_code == 403
    with pytest.raises(NotAllowed):
        actions.approve_item(before.pk, by=wu)
    assert "卡在窗口领" in spring.client("zhaomin").get(f"/desk/items/{before.pk}").content.decode()
    assert "政务服务中心" in told(spring, "wangfang", "case.transferred").body_zh  # type: ignore[union-attr]
    assert told(spring, "zhaomin", "desk.transferred") is not None
    actions.approve_item(before.pk, by=zhao, evidence="看过")
    follow()
    assert case(story).status == "done"
    assert replay_agrees(story)


# ── stops with a length ─────────────────────────────────────────────────────────────────────────
def test_a_public_notice_shows_masked_facts_until_its_days_are_over(clock: Clock, spring: District):
    story = at_household(spring)
    row, sun = item(story, "household").pk, spring.account("sunwei")
    actions.pause_item(row, by=sun, reason="registration_notice")
    notice = PublicNotice.objects.get()
    assert (notice.posted_on, notice.until) == (date(2026, 3, 24), date(2026, 3, 31))
    stranger = spring.client()
    assert notice.number in stranger.get("/posted").content.decode()
    page = stranger.get(f"/posted/{notice.number}").content.decode()
    assert "陈＊＊" in page
    assert "陈予珺" not in page
    assert story.number not in page
    assert "12345" in page
    with pytest.raises(Conflict, match="still_stopped"):
        actions.approve_item(row, by=sun)
    with pytest.raises(Conflict, match="notice_stands"):
        actions.resume_item(row, by=sun)
    assert "正在公示" in spring.client("sunwei").get(f"/desk/items/{row}").content.decode()
    clock.go_to(date(2026, 4, 1))
    actions.fire_timers()
    follow()
    assert not item(story, "household").is_stopped
    assert told(spring, "wangfang", "case.resumed") is not None
    over = stranger.get(f"/posted/{notice.number}").content.decode()
    assert "公示结束了" in over
    assert "陈" not in over.split("<main")[1].split("</main")[0]
    assert stranger.get("/posted/2026-0000").status_code == 404
    assert replay_agrees(story)


def test_words_against_a_notice_are_read_before_anything_is_decided(clock: Clock, spring: District):
    story = at_household(spring)
    row, sun = item(story, "household").pk, spring.account("sunwei")
    actions.pause_item(row, by=sun, reason="registration_notice")
    notice = PublicNotice.objects.get()
    address = f"/posted/{notice.number}/objection"
    assert spring.client().post(address, {"objection": "不对"}).status_code == 302  # to sign in
    assert spring.client("wangfang").post(address, {"objection": "不对"}).status_code == 409
    li = spring.client("liqiang")
    assert li.get(address).status_code == 200
    assert li.post(address, {"objection": " "}).status_code == 422
    assert "收到了" in li.post(address, {"objection": "这家不住这里"}).content.decode()
    assert li.post(address, {"objection": "再说一次"}).status_code == 409
    assert NoticeObjection.objects.get().person == spring.account("liqiang").person
    follow()
    mine = spring.client("wangfang").get(f"/mine/cases/{story.number}").content.decode()
    assert "提了不同意见" in mine
    assert told(spring, "wangfang", "case.notice.objected") is not None
    for secret in ("李强", "李＊", "这家不住这里"):
        assert secret not in mine
    clock.go_to(date(2026, 4, 1))
    actions.fire_timers()
    assert spring.client("chenli").post(address, {"objection": "晚了"}).status_code == 409
    with pytest.raises(Conflict, match="notice_unread"):
        actions.approve_item(row, by=sun, evidence="看过")
    with pytest.raises(Conflict, match="notice_unread"):
        actions.refuse_item(row, by=sun, reason="already_registered")
    assert spring.client("liqiang").get(f"/desk/items/{row}").status_code == 403
    page = spring.client("sunwei").get(f"/desk/items/{row}").content.decode()
    assert "这家不住这里" in page
    assert spring.account("liqiang").display in page
    actions.approve_item(row, by=sun, evidence="看过")
    assert replay_agrees(story)


def test_nobody_speaks_up_about_a_protected_case(clock: Clock, spring: District):
    story = at_household(spring)
    actions.pause_item(
        item(story, "household").pk, by=spring.account("sunwei"), reason="registration_notice"
    )
    notice = PublicNotice.objects.get()
    Case.objects.filter(pk=story.case_id).update(protected=True)
    address, li = f"/posted/{notice.number}/objection", spring.client("liqiang")
    assert li.get(address).status_code == 404
    assert li.post(address, {"objection": "不对"}).status_code == 404
    assert not NoticeObjection.objects.exists()


def test_experts_end_a_stop_with_what_they_found(clock: Clock, spring: District):
    story = at_household(spring)
    row = item(story, "household").pk
    desk = spring.client("sunwei")
    assert (
        desk.post(f"/desk/items/{row}/acts/pause", {"reason": "expert_review"}).status_code == 302
    )
    missing = desk.post(f"/desk/items/{row}/acts/resume", {"outcome": "passed"})
    assert "专家是怎么看的" in missing.content.decode()
    sent = {"outcome": "passed", "finding": "病历和记录一致"}
    assert desk.post(f"/desk/items/{row}/acts/resume", sent).status_code == 302
    follow()
    resumed = next(e for e in audit.history("case", str(story.case_id)) if e.kind == "resumed")
    assert resumed.data["outcome"] == "passed"
    assert str(resumed.data["evidence"]).startswith("a1:")
    assert "病历" not in str(resumed.data)
    assert "专家看过，认为可以" in told(spring, "wangfang", "case.resumed").body_zh  # type: ignore[union-attr]


# ── corrected, expired, objected to, taken up again ─────────────────────────────────────────────
def test_a_corrected_certificate_replaces_the_old_one_and_says_so(district: District):
    story = newborn(district, until="birth_certificate")
    row = item(story, "birth_certificate").pk
    (old,) = records.licences_of_case(story.number)
    desk = district.client("linlan")
    nothing = desk.post(f"/desk/items/{row}/acts/correct", {"reason": "printed_wrong"})
    assert "还没有改动" in nothing.content.decode()
    sent = {"reason": "printed_wrong", "v-child_name": "陈予君"}
    assert desk.post(f"/desk/items/{row}/acts/correct", sent).status_code == 302
    district.work()
    new = records.licence_of_origin(story.number, "birth_certificate", attempt=2)
    assert new is not None
    assert {fact.key: fact.value for fact in records.facts_of(new)}["child_name"] == "陈予君"
    found = records.verification(old.number)
    assert (found.status, found.replaced_by) == ("replaced", new.number)
    page = district.client().get(f"/verify/{old.number}").content.decode()
    assert new.number in page
    assert item(story, "birth_certificate").status == "done"
    assert statuses(story)["household"] == "open"
    assert told(district, "wangfang", "case.corrected") is not None
    with pytest.raises(NotAllowed):
        actions.correct_item(row, by=district.account("sunwei"), reason="printed_wrong", values={})
    assert replay_agrees(story)


def test_a_question_that_nobody_answers_ends_the_item_with_a_notice(clock: Clock, spring: District):
    story = newborn(spring)
    row, lin, wang = (
        item(story, "birth_certificate").pk,
        spring.account("linlan"),
        spring.account("wangfang"),
    )
    actions.return_item(row, by=lin, reason="name_unclear", message="请再确认名字")
    follow()
    page = spring.client("wangfang").get(f"/mine/cases/{story.number}").content.decode()
    assert "6月22日" in page
    clock.go_to(date(2026, 6, 22))
    actions.fire_timers()
    assert told(spring, "wangfang", "case.answer") is not None
    assert statuses(story)["birth_certificate"] == "returned"
    clock.go_to(date(2026, 6, 23))
    actions.fire_timers()
    follow()
    assert set(statuses(story).values()) == {"cancelled"}
    assert "到期没有补" in told(spring, "wangfang", "case.expired").title_zh  # type: ignore[union-attr]
    # The last word is still the applicant's: the same can be done again, with the answers of then.
    with pytest.raises(Conflict):
        actions.supply_item(story.case_id, "birth_certificate", by=wang, answer="对的")
    assert (
        "再办一次" in spring.client("wangfang").get(f"/mine/cases/{story.number}").content.decode()
    )


def test_an_objection_is_decided_by_another_post_and_done_again_by_somebody_else(
    clock: Clock, spring: District
):
    story = newborn(spring)
    row, lin = item(story, "birth_certificate").pk, spring.account("linlan")
    actions.refuse_item(row, by=lin, reason="not_born_here")
    follow()
    assert case(story).status == "refused"
    mine = spring.client("wangfang")
    page = mine.get(f"/mine/cases/{story.number}").content.decode()
    assert "不同意这个决定" in page
    assert "5月25日" in page
    address = f"/mine/cases/{story.number}/object/birth_certificate"
    for name in ("liqiang", "chenli"):
        assert spring.client(name).get(address).status_code == 404
    assert mine.post(address, {"objection": ""}).status_code == 422
    assert mine.post(address, {"objection": "记录里有"}).status_code == 302
    follow()
    assert (case(story).status, item(story, "birth_certificate").post) == (
        "running",
        "office.leader",
    )
    with pytest.raises(NotAllowed):
        actions.approve_item(row, by=lin)
    leader = spring.client("zhoujing")
    assert "记录里有" in leader.get(f"/desk/items/{row}").content.decode()
    assert leader.post(f"/desk/items/{row}", {"decision": "uphold"}).status_code == 302
    follow()
    assert statuses(story) == {
        "birth_certificate": "open",
        "household": "waiting",
        "social_card": "waiting",
    }
    assert "重新办" in told(spring, "wangfang", "case.upheld").body_zh  # type: ignore[union-attr]
    with pytest.raises(Conflict, match="own_refusal"):
        actions.approve_item(row, by=lin)
    assert "换人办" in spring.client("linlan").get(f"/desk/items/{row}").content.decode()
    colleague(spring, "zhaomin", "hospital.birth")
    actions.approve_item(row, by=spring.account("zhaomin"))
    assert replay_agrees(story)


def test_a_file_comes_with_an_objection_and_its_post_alone_opens_it(clock: Clock, spring: District):
    story = newborn(spring)
    row = item(story, "birth_certificate").pk
    actions.refuse_item(row, by=spring.account("linlan"), reason="not_born_here")
    mine, address = (
        spring.client("wangfang"),
        f"/mine/cases/{story.number}/object/birth_certificate",
    )

    def sent(name: str, content: bytes) -> HttpResponse:
        upload = SimpleUploadedFile(name, content)
        return mine.post(address, {"objection": "记录里有", "file": upload})

    with override_settings(MINSHENG_UPLOAD_BYTES=2_000_000):
        too_large = sent("证明.pdf", PDF + b"0" * 2_000_000)
    for answer in (sent("证明.pdf", b"MZ"), sent("证明.png", PDF), too_large):
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "记录里有" in page and 'id="file-msg"' in page
    # What is wrong refuses the whole: no objection without the file that was meant to come along.
    assert (case(story).status, StoredFile.objects.exists()) == ("refused", False)
    assert sent("证明.pdf", PDF).status_code == 302
    (event,) = [e for e in audit.history("case", str(story.case_id)) if e.kind == "objection.file"]
    assert str(event.data["digest"]).startswith("a1:")
    assert "证明" not in str(event.data)

    path, api = f"/desk/items/{row}/objection-file", f"/api/v1/items/{row}/objection/file"
    desk = spring.client("zhoujing")
    assert path in desk.get(f"/desk/items/{row}").content.decode()
    opened = desk.get(path)
    assert (opened.status_code, opened.content) == (200, PDF)
    assert opened.headers["Content-Disposition"].startswith("attachment")
    assert desk.get(api).content == PDF
    looks = audit.history(people_reads.LOOK_STREAM, str(spring.account("wangfang").person_id))
    assert [one.data["case"] for one in looks if one.data["part"] == "file"] == [story.number] * 2
    for name in ("liqiang", "chenli", "linlan", "wutong"):
        other = spring.client(name)
        assert {other.get(path).status_code, other.get(api).status_code} <= {403, 404}, name
    with pytest.raises(Conflict):  # one file for each objection
        actions.attach_file(
            story.case_id, "birth_certificate", by=spring.account("wangfang"),
            file=actions.Paper("b.pdf", PDF),
        )  # fmt: skip
    assert replay_agrees(story)


def test_a_file_is_added_to_an_objection_by_the_api(clock: Clock, spring: District):
    story = newborn(spring)
    row, wang = item(story, "birth_certificate").pk, spring.account("wangfang")
    actions.refuse_item(row, by=spring.account("linlan"), reason="not_born_here")
    address = f"/api/v1/cases/{story.number}/items/birth_certificate/objection/file"

    def put(name: str, content: bytes) -> int:
        head = {"Authorization": f"Bearer {spring.token(name)}"}
        form = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("a.pdf", content)})
        return spring.client().put(address, form, MULTIPART_CONTENT, headers=head).status_code

    assert put("wangfang", PDF) == 409  # nobody looks at an objection yet
    actions.object_item(story.case_id, "birth_certificate", by=wang, words="记录里有")
    assert put("wangfang", b"MZ") == 422
    assert {put("liqiang", PDF), put("chenli", PDF), put("zhoujing", PDF)} == {404}
    assert put("wangfang", PDF) == 200
    assert put("wangfang", PDF) == 409
    assert actions.open_attached(row, by=spring.account("zhoujing")).content == PDF


def test_a_rejected_objection_says_what_else_can_be_done(clock: Clock, spring: District):
    story = newborn(spring)
    row = item(story, "birth_certificate").pk
    actions.refuse_item(row, by=spring.account("linlan"), reason="not_born_here")
    actions.object_item(
        story.case_id, "birth_certificate", by=spring.account("wangfang"), words="不对"
    )
    actions.decide_objection(
        row, by=spring.account("zhoujing"), upheld=False, reason="refusal_right"
    )
    follow()
    assert "行政复议" in told(spring, "wangfang", "case.objection_rejected").body_zh  # type: ignore[union-attr]
    page = spring.client("wangfang").get(f"/mine/cases/{story.number}").content.decode()
    assert "不同意这个决定" not in page
    assert replay_agrees(story)


def test_an_ended_case_is_taken_up_again_with_its_answers_and_what_was_done(district: District):
    story = newborn(district, until="birth_certificate")
    wang = district.account("wangfang")
    with pytest.raises(Conflict, match="still_running"):
        actions.reopen_case(story.case_id, by=wang)
    actions.refuse_item(
        item(story, "household").pk, by=district.account("sunwei"), reason="already_registered"
    )
    district.work()
    page = district.client("wangfang").get(f"/mine/cases/{story.number}").content.decode()
    assert "办成 1 件，没办成 2 件" in page
    with pytest.raises(NotFound):
        actions.reopen_case(story.case_id, by=district.account("liqiang"))
    assert district.client("wangfang").post(f"/mine/cases/{story.number}/again").status_code == 302
    draft = Draft.objects.get()
    assert actions.reopen_case(story.case_id, by=wang).pk == draft.pk
    view = reads.draft_view(draft.pk, account=wang)
    assert view.takes_up == story.number
    assert (
        next(a.value for step in view.steps for a in step.asked if a.spec.key == "child_name")
        == "陈予珺"
    )
    plan = reads.preview(draft.pk, account=wang)
    assert [one.key for one in plan.plan.items] == ["household", "social_card"]
    again = Newborn(district, draft.pk)
    again.submit()
    assert statuses(again) == {
        "household": "open",
        "social_card": "waiting",
    }
    first = next(iter(audit.history("case", str(again.case_id))))
    assert first.data["after"] == story.number
    assert kinds(story)[-1] == "case.succeeded"
    assert (
        again.number
        in district.client("wangfang").get(f"/mine/cases/{story.number}").content.decode()
    )
    assert (
        story.number
        in district.client("wangfang").get(f"/mine/cases/{again.number}").content.decode()
    )
    # The old case can't run again beside the new one.
    with pytest.raises(Conflict, match="taken_up_again"):
        actions.object_item(story.case_id, "household", by=wang, words="不对")
    assert replay_agrees(story)
    assert replay_agrees(again)


# ── two at once ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins_and_the_other_is_told(district: District):
    story = newborn(district)
    row, lin = item(story, "birth_certificate").pk, district.account("linlan")
    wang = district.account("wangfang")
    colleague(district, "zhaomin", "hospital.birth")
    zhao = district.account("zhaomin")
    both = at_once(
        lambda: actions.claim_item(row, by=lin),
        lambda: actions.claim_item(row, by=zhao),
    )
    assert sum(isinstance(one, Conflict) for one in both) == 1
    holder = lin if not isinstance(both[0], Conflict) else zhao
    # The applicant takes the case back while the officer refuses: either order ends the case.
    at_once(
        lambda: actions.refuse_item(row, by=holder, reason="not_born_here"),
        lambda: actions.withdraw_case(story.case_id, by=wang),
    )
    assert case(story).status in {"refused", "withdrawn"}
    if case(story).status == "refused":
        both = at_once(
            lambda: actions.object_item(story.case_id, "birth_certificate", by=wang, words="一"),
            lambda: actions.object_item(story.case_id, "birth_certificate", by=wang, words="二"),
        )
        assert sum(isinstance(one, Conflict) for one in both) == 1
    assert replay_agrees(story)


@pytest.mark.django_db(transaction=True)
def test_a_decision_and_a_transfer_at_once_leave_one_of_them(district: District):
    with mock.patch("minsheng.apps.cases.actions.rarer.require_words"):
        story = newborn(district, until="household")
        row, wu = item(story, "social_card").pk, district.account("wutong")
        both = at_once(
            lambda: actions.approve_item(row, by=wu, evidence="看过"),
            lambda: actions.transfer_item(row, by=wu, to="hall.window"),
        )
    # Who comes second is told: somebody has decided, or the item belongs to another post by now.
    refused = [isinstance(one, Conflict | NotAllowed) for one in both]
    assert sorted(refused) == [False, True], both
    assert (item(story, "social_card").post == "hall.window") is refused[0]
    assert replay_agrees(story)


def only(both: list[object]) -> Conflict:
    """Return the refusal of whoever was second; exactly one was."""
    refused = [one for one in both if isinstance(one, MinshengError)]
    assert len(refused) == 1, both
    assert isinstance(refused[0], Conflict)
    return refused[0]


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_to_a_request_for_more_time_one_stands_and_the_other_is_told_whose(
    district: District,
):
    story = at_household(district)
    row, zhou = item(story, "household").pk, district.account("zhoujing")
    colleague(district, "zhaomin", "office.leader")
    zhao = district.account("zhaomin")
    actions.ask_extension(row, by=district.account("sunwei"), reason="register_slow")
    both = at_once(
        lambda: actions.answer_extension(row, by=zhou, granted=True),
        lambda: actions.answer_extension(row, by=zhao, granted=False),
    )
    refused = only(both)
    faster = zhao if both[0] is refused else zhou
    assert refused.facts["who"] == faster.display
    assert ("批准了延期" if faster is zhou else "没有批延期") in refused.zh
    assert kinds(story).count("extended") + kinds(story).count("extension_refused") == 1
    with pytest.raises(Conflict, match="extension_answered"):
        actions.answer_extension(row, by=zhou, granted=True)
    with pytest.raises(NotAllowed):
        actions.answer_extension(row, by=district.account("wutong"), granted=True)
    assert replay_agrees(story)


@pytest.mark.django_db(transaction=True)
def test_an_acceptance_by_hand_and_one_by_passed_days_at_once_are_one(
    clock: Clock, spring: District
):
    story = newborn(spring)
    row, lin = item(story, "birth_certificate").pk, spring.account("linlan")
    clock.go_to(date(2026, 4, 1))
    both = at_once(lambda: actions.accept_item(row, by=lin), actions.fire_timers)
    assert kinds(story).count("accepted") == 1
    for one in both:
        assert not isinstance(one, MinshengError) or "受理" in one.zh
    accepted = next(e for e in audit.history("case", str(story.case_id)) if e.kind == "accepted")
    # Whoever was first: the days were over, so it counts from receipt.
    assert (accepted.data["deemed"], accepted.data["on"]) == (True, "2026-03-24")
    assert replay_agrees(story)


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_at_once_one_is_printed_and_the_other_is_told_whose(
    district: District, monkeypatch: pytest.MonkeyPatch
):
    # Both look at the same certificate before either puts it right: one who looked later may do so again.
    both_looked, look = threading.Barrier(2), rarer.own_item

    def looked(item_id: int, by: Account) -> Item:
        found = look(item_id, by)
        both_looked.wait()
        return found

    monkeypatch.setattr(rarer, "own_item", looked)
    story = newborn(district, until="birth_certificate")
    row, lin = item(story, "birth_certificate").pk, district.account("linlan")
    colleague(district, "zhaomin", "hospital.birth")
    zhao = district.account("zhaomin")
    both = at_once(
        lambda: actions.correct_item(
            row, by=lin, reason="printed_wrong", values={"child_name": "陈予君"}
        ),
        lambda: actions.correct_item(
            row, by=zhao, reason="printed_wrong", values={"child_name": "陈雨珺"}
        ),
    )
    refused = only(both)
    faster = zhao if both[0] is refused else lin
    assert (refused.code, refused.facts["who"]) == ("corrected_already", faster.display)
    assert kinds(story).count("corrected") == 1
    assert replay_agrees(story)


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_the_end_of_its_term_at_once_are_one_of_the_two(
    clock: Clock, spring: District
):
    story = newborn(spring)
    wang = spring.account("wangfang")
    actions.return_item(
        item(story, "birth_certificate").pk,
        by=spring.account("linlan"),
        reason="name_unclear",
        message="请再确认名字",
    )
    clock.go_to(date(2026, 6, 23))
    both = at_once(
        lambda: actions.supply_item(story.case_id, "birth_certificate", by=wang, answer="对的"),
        actions.fire_timers,
    )
    found = kinds(story)
    assert found.count("supplied") + found.count("expired") == 1
    if "expired" in found:
        refused = only(both)
        assert "不办了" in refused.zh
        assert set(statuses(story).values()) == {"cancelled"}
    else:
        assert statuses(story)["birth_certificate"] == "open"
    assert replay_agrees(story)


# ── corrected where a register holds it ─────────────────────────────────────────────────────────
def test_what_a_register_holds_is_put_right_there_first_once_and_then_printed(district: District):
    story = newborn(district, until="household")
    row = item(story, "household").pk
    (old,) = [
        one for one in records.licences_of_case(story.number) if one.origin_item == "household"
    ]
    desk = district.client("sunwei")
    page = desk.get(f"/desk/items/{row}/acts/correct").content.decode()
    assert "v-child_name" in page
    assert "v-household_entry" not in page  # the register's own word
    sent = {"reason": "printed_wrong", "v-child_name": "陈予君"}
    district.switch("population.household", "failing")
    assert desk.post(f"/desk/items/{row}/acts/correct", sent).status_code == 302
    district.work()
    # Nothing is printed before the register knows.
    assert records.verification(old.number).status == "valid"
    assert item(story, "household").status == "done"
    district.switch("population.household", "ok")
    Effect.objects.filter(kind="case.rewrite").update(not_before=None)
    district.work()
    first, second = district.store.written("population.household")
    assert (second["child_name"], first["child_name"]) == ("陈予君", "陈予珺")
    assert second["replaces"]
    assert records.verification(old.number).status == "replaced"
    new = records.licence_of_origin(story.number, "household", attempt=2)
    assert new is not None
    assert {fact.key: fact.value for fact in records.facts_of(new)}["child_name"] == "陈予君"
    assert kinds(story).count("register.corrected") == 1
    assert statuses(story)["social_card"] == "open"
    assert replay_agrees(story)


def test_a_correction_that_is_taken_back_leaves_no_certificate_behind(district: District):
    story = newborn(district, until="birth_certificate")
    row, lin = item(story, "birth_certificate").pk, district.account("linlan")
    actions.correct_item(row, by=lin, reason="printed_wrong", values={"child_name": "陈予君"})
    actions.reverse_item(row, by=lin, reason="issued_by_mistake")
    district.work()
    assert {one.is_revoked for one in records.licences_of_case(story.number)} == {True}


# ── drafts over a change of the service ─────────────────────────────────────────────────────────
def test_a_form_over_a_change_keeps_its_answers_and_says_what_changed(
    clock: Clock, packs: Packs, spring: District
):
    story = newborn(spring, until="answered")
    packs.change(("    due: 3wd\n", "    due: 2wd\n"), ("跟母亲", "跟着母亲"))
    page = spring.client("wangfang").get(f"/apply/{story.draft}", follow=True).content.decode()
    view = reads.draft_view(story.draft, account=spring.account("wangfang"))
    assert [label.zh for label in view.changed] == ["孩子的户口跟谁", "出生户口登记"]
    for label in view.changed:
        assert label.zh in page
    answers = {a.spec.key: a.value for step in view.steps for a in step.asked}
    assert answers["child_name"] == "陈予珺"


def test_a_correction_that_is_held_and_released_is_printed_once(district: District):
    story = newborn(district, until="household")
    sun, lin = district.account("sunwei"), district.account("linlan")
    row = item(story, "household").pk
    actions.correct_item(row, by=sun, reason="printed_wrong", values={"child_name": "陈予君"})
    actions.reverse_item(item(story, "birth_certificate").pk, by=lin, reason="record_corrected")
    assert item(story, "household").status == "held"
    actions.release_item(row, by=sun, redo=False)
    district.work()
    assert not Effect.objects.filter(kind="case.follow").exclude(state="done").exists()
    valid = [
        one.origin_attempt
        for one in records.licences_of_case(story.number)
        if one.origin_item == "household" and not one.is_revoked
    ]
    assert valid == [2]
