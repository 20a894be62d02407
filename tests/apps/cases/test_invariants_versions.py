"""Invariant 4: a case keeps the version of its service; a draft is taken to the new one and says so."""

from __future__ import annotations

import pytest
from tests.apps.cases.cases_cast import Packs, case, follow
from tests.factories import District, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions, catalogue, reads
from minsheng.apps.cases.models import Draft, DraftFile
from minsheng.apps.records.models import StoredFile
from minsheng.lib.errors import Conflict

SLOWER = ("    due: 3wd\n", "    due: 7wd\n")
ANOTHER_WORD = ('{zh: "联系手机", en: "Mobile number"}', '{zh: "手机", en: "Mobile"}')
THIRD_WAY = (
    "      - key: collect\n",
    '      - key: bank\n        label: {zh: "到银行网点领", en: "At a bank"}\n      - key: collect\n',
)


def test_the_version_stands_in_the_first_event_and_outlives_the_folder(
    packs: Packs, district: District
):
    story = newborn(district)
    (first, *_) = audit.history("case", str(story.case_id))
    assert first.data["pack"] == case(story).pack_id
    packs.change(SLOWER)
    catalogue.pinned_spec.cache_clear()
    assert catalogue.pinned_spec(str(first.data["pack"])).items["household"].due.amount == 3


def test_a_new_case_is_pinned_to_the_new_version(packs: Packs, district: District):
    packs.change(SLOWER)
    story = newborn(district)
    assert case(story).pack_id == catalogue.service_on("newborn", district.today).hash


def test_a_draft_comes_back_in_the_new_version_with_its_answers_and_says_what_changed(
    packs: Packs, district: District
):
    story = newborn(district, until="answered")
    wang = district.account("wangfang")
    packs.change(SLOWER, THIRD_WAY)
    resumed = actions.open_draft(wang, "newborn")
    view = reads.draft_view(story.draft, account=wang)
    assert resumed.pk == story.draft
    assert resumed.pack_id == catalogue.service_on("newborn", district.today).hash
    assert [label.zh for label in view.changed] == ["社保卡怎么拿", "出生户口登记"]
    answers = {field.spec.key: field.value for step in view.steps for field in step.asked}
    assert answers["child_name"] == "陈予珺"
    assert answers["card_delivery"] == "collect"
    assert reads.preview(story.draft, account=wang).may_submit


def test_what_changed_is_told_until_a_page_is_saved_again(packs: Packs, district: District):
    story = newborn(district, until="answered")
    wang = district.account("wangfang")
    packs.change(THIRD_WAY)
    actions.resume_draft(story.draft, by=wang)
    assert reads.draft_view(story.draft, account=wang).changed
    actions.resume_draft(story.draft, by=wang)
    assert reads.draft_view(story.draft, account=wang).changed
    actions.save_answers(story.draft, by=wang, step="card", answers={"card_delivery": "bank"})
    assert not reads.draft_view(story.draft, account=wang).changed


def test_an_answer_that_fits_no_more_is_asked_again_and_nothing_else(
    packs: Packs, district: District
):
    story = newborn(district, until="answered")
    wang = district.account("wangfang")
    packs.change(("      - key: collect\n", "      - key: fetch\n"), ("'collect'", "'fetch'"))
    actions.resume_draft(story.draft, by=wang)
    preview = reads.preview(story.draft, account=wang)
    assert [field.key for field in preview.unanswered] == ["card_delivery"]


def test_a_draft_is_not_submitted_in_a_version_its_owner_has_not_seen(
    packs: Packs, district: District
):
    story = newborn(district, until="answered")
    wang = district.account("wangfang")
    packs.change(SLOWER)
    with pytest.raises(Conflict) as told:
        actions.submit_draft(story.draft, by=wang)
    assert told.value.code == "service_changed"
    assert [x.zh for x in reads.draft_view(story.draft, account=wang).changed] == ["出生户口登记"]
    submitted = actions.submit_draft(story.draft, by=wang)
    follow()
    assert submitted.pack_id == catalogue.service_on("newborn", district.today).hash


def test_other_words_for_the_same_question_are_told_too(packs: Packs, district: District):
    story = newborn(district, until="answered")
    wang = district.account("wangfang")
    packs.change(ANOTHER_WORD)
    actions.resume_draft(story.draft, by=wang)
    view = reads.draft_view(story.draft, account=wang)
    assert [label.zh for label in view.changed] == ["手机"]


def test_a_file_for_a_proof_that_is_not_wanted_any_more_is_forgotten(
    packs: Packs, district: District
):
    story = newborn(district, until="answered")
    wang = district.account("wangfang")
    pdf = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n"
    actions.give_file(story.draft, by=wang, material="marriage", name="a.pdf", content=pdf)
    packs.change(
        ("materials: [birth_certificate, household_book, marriage]",
         "materials: [birth_certificate, household_book]"),
        ("  marriage:\n    title:", "  wedding:\n    title:"),
        ("  household_page:\n    title:", "  household_page:\n    title:"),
        ("materials: [household_page]", "materials: [household_page, wedding]"),
    )  # fmt: skip
    actions.resume_draft(story.draft, by=wang)
    assert not DraftFile.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_draft_in_the_version_in_force_asks_no_register_again_on_the_same_day(
    packs: Packs, district: District
):
    from minsheng.apps.cases.models import LookUp

    story = newborn(district, until="answered")
    asked = LookUp.objects.count()
    actions.resume_draft(story.draft, by=district.account("wangfang"))
    assert LookUp.objects.count() == asked
    Draft.objects.update(asked_registers_on="2026-01-01")
    actions.resume_draft(story.draft, by=district.account("wangfang"))
    assert LookUp.objects.count() == 2 * asked
