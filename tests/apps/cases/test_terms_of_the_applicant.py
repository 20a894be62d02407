"""What the applicant owes in time: a promised proof, a form left lying, and files that serve again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.apps.cases.cases_cast import Clock, case, follow, item, replay_agrees
from tests.factories import District, Newborn, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.models import CaseMaterial, Draft
from minsheng.apps.notices.models import Notice
from minsheng.apps.records.models import StoredFile
from minsheng.cli.demo import cast

PDF = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n"


def form(district: District) -> Newborn:
    """Return her form while the marriage register is silent, so that the proof is hers to bring."""
    district.switch("civil.marriage", "failing")
    story = newborn(district, until="draft")
    answers = {
        "child_name": "陈予珺", "phone": "13800001234", "father_name": "陈立",
        "father_number": cast.CHEN_LI.number, "household": "mother", "marriage_status": "married",
        "card_delivery": "collect",
    }  # fmt: skip
    wang = district.account("wangfang")
    for step in ("child", "parents", "father", "household", "card"):
        assert not actions.save_answers(story.draft, by=wang, step=step, answers=answers)
    return story


def promised(district: District) -> Newborn:
    """Return her case in which the marriage certificate is promised, up to the item that needs it."""
    story = form(district)
    actions.give_promise(story.draft, by=district.account("wangfang"), material="marriage")
    story.submit()
    actions.approve_item(
        item(story, "birth_certificate").pk, by=district.account("linlan"), evidence="看过"
    )
    follow()
    return story


def of(district: District, username: str, kind: str) -> list[Notice]:
    return list(Notice.objects.filter(account=district.account(username), kind=kind))


# ── a promise ───────────────────────────────────────────────────────────────────────────────────
def test_a_promise_that_is_not_kept_is_work_for_the_officer_and_decides_nothing(
    clock: Clock, spring: District
):
    story = promised(spring)
    clock.go_to(date(2026, 4, 8))  # its last day
    actions.fire_timers()
    follow()
    assert len(of(spring, "wangfang", "case.promise")) == 1
    assert of(spring, "sunwei", "desk.promise") == []
    clock.go_to(date(2026, 4, 9))
    actions.fire_timers()
    actions.fire_timers()
    follow()
    (told,) = of(spring, "sunwei", "desk.promise")
    assert "结婚登记" in told.title_zh
    assert told.link == f"/desk/items/{item(story, 'household').pk}"
    assert len(of(spring, "wangfang", "case.promise.broken")) == 1
    assert of(spring, "linlan", "desk.promise") == []  # her item doesn't need it
    page = spring.client("sunwei").get(told.link).content.decode()
    assert "承诺到期，没有补" in page
    assert item(story, "household").status == "open"
    kinds = [entry.kind for entry in audit.history("case", str(story.case_id))]
    assert kinds.count("promise.broken") == 1
    # It can still be brought, late; then nobody is told anything more.
    assert [row.key for row in view(story).owed] == ["marriage"]
    actions.bring_material(
        story.case_id, "marriage", by=spring.account("wangfang"), name="a.pdf", content=PDF
    )
    clock.go_to(date(2026, 4, 20))
    actions.fire_timers()
    follow()
    assert len(of(spring, "sunwei", "desk.promise")) == 1
    assert CaseMaterial.objects.get(key="marriage").state == "provided"
    assert replay_agrees(story)


def view(story: Newborn) -> reads.CaseView:
    return reads.case_view(story.number, account=story.district.account("wangfang"))


# ── a form left lying ───────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db(transaction=True)
def test_a_form_left_lying_is_deleted_with_its_files_after_a_warning(
    clock: Clock, spring: District, settings: Any
):
    story = form(spring)
    wang = spring.account("wangfang")
    actions.give_file(story.draft, by=wang, material="marriage", name="a.pdf", content=PDF)
    first = date(2026, 3, 24) + timedelta(days=settings.MINSHENG_DRAFT_DAYS - 14)
    clock.go_to(first - timedelta(days=1))
    actions.fire_timers()
    assert of(spring, "wangfang", "draft.old") == []
    clock.go_to(first + timedelta(days=1))
    actions.fire_timers()
    (warning,) = of(spring, "wangfang", "draft.old")
    assert warning.link == f"/apply/{story.draft}"
    clock.go_to(first + timedelta(days=13))
    actions.fire_timers()
    assert Draft.objects.count() == 1
    clock.go_to(first + timedelta(days=16))
    actions.fire_timers()
    assert Draft.objects.count() == 0
    assert StoredFile.objects.count() == 0
    assert of(spring, "wangfang", "draft.old") == []  # it led to the form


def test_a_form_that_is_saved_after_the_warning_stays_and_nobody_loses_one_unwarned(
    clock: Clock, spring: District, settings: Any
):
    story = newborn(spring, until="answered")
    clock.go_to(date(2026, 3, 24) + timedelta(days=settings.MINSHENG_DRAFT_DAYS + 30))
    actions.fire_timers()  # no worker ran for months: it is told now, and kept
    assert Draft.objects.count() == 1
    actions.save_answers(
        story.draft, by=spring.account("wangfang"), step="child", answers={"phone": "13800001235"}
    )
    clock.go_to(date(2026, 3, 24) + timedelta(days=settings.MINSHENG_DRAFT_DAYS + 60))
    actions.fire_timers()
    assert Draft.objects.count() == 1


# ── taken up again ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db(transaction=True)
def test_a_file_that_still_serves_comes_along_and_stays_with_both_cases(
    clock: Clock, spring: District
):
    story, wang = form(spring), spring.account("wangfang")
    actions.give_file(story.draft, by=wang, material="marriage", name="a.pdf", content=PDF)
    story.submit()
    actions.refuse_item(
        item(story, "birth_certificate").pk, by=spring.account("linlan"), reason="not_born_here"
    )
    draft = actions.reopen_case(story.case_id, by=wang)
    preview = reads.preview(draft.pk, account=wang)
    assert [one.state for one in preview.materials if one.spec.key == "marriage"] == ["provided"]
    assert preview.missing == ()
    actions.discard_draft(draft.pk, by=wang)  # the ended case keeps its own
    assert StoredFile.objects.count() == 1
    again = Newborn(spring, actions.reopen_case(story.case_id, by=wang).pk)
    again.submit()
    rows = CaseMaterial.objects.filter(key="marriage")
    assert len({row.file_id for row in rows}) == 1
    assert {row.case_id for row in rows} == {story.case_id, again.case_id}
    assert case(again).successor_of_id == story.case_id


def test_a_file_that_is_too_old_is_asked_for_again(clock: Clock, spring: District, settings: Any):
    story, wang = form(spring), spring.account("wangfang")
    actions.give_file(story.draft, by=wang, material="marriage", name="a.pdf", content=PDF)
    story.submit()
    actions.refuse_item(
        item(story, "birth_certificate").pk, by=spring.account("linlan"), reason="not_born_here"
    )
    clock.go_to(date(2026, 3, 24) + timedelta(days=settings.MINSHENG_PROOF_DAYS + 1))
    draft = actions.reopen_case(story.case_id, by=wang)
    missing = reads.preview(draft.pk, account=wang).missing
    assert [one.spec.key for one in missing] == ["marriage"]
