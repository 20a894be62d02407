"""Bad input: a clear sentence in both languages, and nothing lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.apps.cases.cases_cast import item
from tests.factories import ANSWERS, District, newborn

from minsheng.apps.cases import actions, reads
from minsheng.apps.people.typed import said, shown, typed
from minsheng.cli.demo import cast
from minsheng.engines.casework.spec import FieldSpec, Option
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

ON = date(2026, 3, 24)
PDF = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n"
HIGHEST, LOWEST = 10**15 - 1, 0


def field(kind: Any, **more: Any) -> FieldSpec:
    return FieldSpec(key="f", type=kind, label=Text("栏", "Field"), **more)


WRONG = [
    ("citizen_number", "50099919960518002", "identifiers.length"),
    ("citizen_number", "500999199605180029", "identifiers.check_digit"),
    ("citizen_number", "500999199602300020", "identifiers."),
    ("citizen_number", "500999209905180028", "identifiers."),
    ("citizen_number", "000000199605180028", "identifiers."),
    ("citizen_number", "=500999199605180", "identifiers."),
    ("name", "=cmd|'/C calc'!A0", "names."),
    ("name", "+1", "names."),
    ("name", "@王芳", "names."),
    ("name", "王芳1", "names."),
    ("name", "王\u200b芳", "names."),
    ("name", "长" * 60, "names."),
    ("date", "2026-02-30", "no_such_day"),
    ("date", "2026-13-01", "no_such_day"),
    ("date", "昨天", "no_such_day"),
    ("date", "2026-W12-2", "no_such_day"),
    ("date", "20260324", "no_such_day"),
    ("date", "0000-01-01", "no_such_day"),
    ("date", "2026-03-2²", "no_such_day"),
    ("integer", "--5", "not_a_number"),
    ("integer", "-5", "not_a_number"),
    ("integer", "3.5", "not_a_number"),
    ("integer", "3²", "not_a_number"),
    ("integer", "9" * 16, "not_a_number"),
    ("integer", "3280g", "not_a_number"),
    ("boolean", "maybe", "yes_or_no"),
    ("choice", "neither", "no_such_choice"),
    ("text", "=HYPERLINK(1)", "formula_sign"),
    ("text", "＝1+1", "formula_sign"),
    ("address", "@SUM(A1)", "formula_sign"),
    ("text", "a\x00b", "control_character"),
    ("text", "长" * 51, "too_long"),
    ("phone", "12345", "identifiers."),
    ("phone", "138000012345", "identifiers."),
    ("bank_card", "622202020011223344", "identifiers."),
    ("money", "1.234", "money."),
    ("money", "−5", "money."),
]


@pytest.mark.parametrize(
    ("kind", "text", "code"), WRONG, ids=[f"{k}:{t[:20]}" for k, t, _ in WRONG]
)
def test_what_can_not_be_is_refused_in_both_languages(kind: str, text: str, code: str):
    options = (Option("mother", Text("跟母亲")),) if kind == "choice" else ()
    with pytest.raises(WrongInput) as refused:
        typed(field(kind, options=options), text, on=ON)
    error = refused.value
    assert error.code.startswith(code)
    assert error.field == "f"
    assert len(error.zh) > 8
    assert len(error.en) > 8
    assert error.zh != error.en


@pytest.mark.parametrize("text", ["2026-03-25", "2027-01-01", "9999-12-31"])
def test_a_birth_that_is_still_to_come_is_refused(text: str):
    with pytest.raises(WrongInput) as refused:
        typed(field("date", past=True), text, on=ON)
    assert refused.value.code == "day_in_future"
    assert typed(field("date"), text, on=ON) == date.fromisoformat(text)


RIGHT = [
    ("date", "2026-03-24", date(2026, 3, 24)),
    ("date", " 2026/3/4 ", date(2026, 3, 4)),
    ("date", "2026.03.04", date(2026, 3, 4)),
    ("date", "２０２６年３月４日", date(2026, 3, 4)),
    ("integer", "３２８０", 3280),
    ("integer", "0", LOWEST),
    ("integer", "9" * 15, HIGHEST),
    ("boolean", "yes", True),
    ("boolean", "false", False),
    ("money", "12.60", 1260),
    ("text", "第 2 栋 - 9-1", "第 2 栋 - 9-1"),
    ("name", "欧阳 玥昇", "欧阳玥昇"),
]


@pytest.mark.parametrize(("kind", "text", "value"), RIGHT, ids=[f"{k}:{t}" for k, t, _ in RIGHT])
def test_what_people_write_in_their_own_way_is_understood(kind: str, text: str, value: object):
    assert typed(field(kind), text, on=ON) == value


def test_values_are_shown_in_both_languages_and_numbers_masked():
    choice = field("choice", options=(Option("mother", Text("跟母亲", "The mother's")),))
    assert said(choice, "mother") == Text("跟母亲", "The mother's")
    assert said(field("boolean"), value=True) == Text("是", "Yes")
    assert shown(field("money"), 126_000, "zh") == "1,260.00"
    assert shown(field("citizen_number"), cast.WANG_FANG.number, "zh").count("*") > 6
    assert shown(field("bank_card"), "6222020200112233", "zh").endswith("2233")
    assert shown(field("date"), ON, "zh") == "2026-03-24"
    assert shown(field("phone"), "13800001234", "zh") == "13800001234"


# ── nothing lost ────────────────────────────────────────────────────────────────────────────────


def test_what_is_wrong_stays_as_it_was_typed_until_it_is_put_right(district: District):
    story = newborn(district, until="draft")
    wang = district.account("wangfang")
    typed_in = {"child_name": "=1+1", "phone": "12"}
    errors = actions.save_answers(story.draft, by=wang, step="child", answers=typed_in)
    assert set(errors) == {"child_name", "phone"}
    view = reads.draft_view(story.draft, account=wang)
    shown_again = {f.spec.key: f.value for step in view.steps for f in step.asked}
    assert {key: shown_again[key] for key in typed_in} == typed_in
    with pytest.raises(WrongInput) as refused:
        actions.submit_draft(story.draft, by=wang)
    assert refused.value.field == "child_name"
    assert not actions.save_answers(story.draft, by=wang, step="child", answers=ANSWERS["child"])


def test_an_emptied_answer_is_missing_again_and_keeps_why_it_is_asked(district: District):
    district.switch("hospital.birth_record", "failing")
    story = newborn(district, until="draft")
    wang = district.account("wangfang")
    for text in ("区妇幼保健院", ""):
        errors = actions.save_answers(
            story.draft, by=wang, step="child", answers={"hospital_name": text}
        )
        assert ("hospital_name" in errors) == (text == "")
    view = reads.draft_view(story.draft, account=wang)
    asked = {f.spec.key: f.because.zh for step in view.steps for f in step.asked}
    assert "没有回答" in asked["hospital_name"]


def test_a_register_s_value_that_the_form_asks_for_may_be_emptied_and_is_missed(
    district: District,
):
    story = newborn(district, until="answered")
    wang = district.account("wangfang")
    answers = {"card_delivery": "post", "card_address": ""}
    errors = actions.save_answers(story.draft, by=wang, step="card", answers=answers)
    assert set(errors) == {"card_address"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"MZ" + b"\0" * 500, "file"),
        ("a.jpg", PDF, "file"),
        ("a.pdf", b"", "file"),
        ("a.pdf", b"%PDF-1.7\n" + b"\0" * 10_000_001, "file_too_large"),
    ],
    ids=["program", "name", "empty", "large"],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_the_draft_stays(
    district: District, name: str, content: bytes, code: str
):
    story = newborn(district, until="answered")
    wang = district.account("wangfang")
    with pytest.raises(WrongInput) as refused:
        actions.give_file(story.draft, by=wang, material="marriage", name=name, content=content)
    assert refused.value.code.startswith(code)
    assert reads.preview(story.draft, account=wang).may_submit


def test_a_file_for_a_proof_that_nobody_asks_of_people_is_refused(district: District, packs: Any):
    packs.change(
        ("from: [item:birth_certificate, licence:birth-certificate, applicant]",
         "from: [item:birth_certificate, licence:birth-certificate]"),
    )  # fmt: skip
    story = newborn(district, until="answered")
    wang = district.account("wangfang")
    with pytest.raises(WrongInput) as refused:
        actions.give_file(
            story.draft, by=wang, material="birth_certificate", name="a.pdf", content=PDF
        )
    assert refused.value.code == "not_from_you"
    with pytest.raises(WrongInput) as refused:
        actions.give_promise(story.draft, by=wang, material="birth_certificate")
    assert refused.value.code == "no_promise"
    with pytest.raises(NotFound):
        actions.give_promise(story.draft, by=wang, material="blood_test")


def test_words_that_are_too_long_or_missing_leave_the_item_as_it_was(district: District):
    story = newborn(district)
    row, lin = item(story, "birth_certificate").pk, district.account("linlan")
    attempts = [
        (lambda: actions.approve_item(row, by=lin, message="长" * 501), "message"),
        (lambda: actions.approve_item(row, by=lin, evidence="长" * 501), "evidence"),
        (lambda: actions.return_item(row, by=lin, reason="name_unclear", message=" "), "message"),
        (lambda: actions.skip_item(row, by=lin, evidence=" "), "evidence"),
        (lambda: actions.refuse_item(row, by=lin, reason="because"), "reason"),
        (lambda: actions.refuse_item(row, by=lin, reason="no_marriage"), "reason"),
    ]
    for act, where in attempts:
        with pytest.raises(WrongInput) as refused:
            act()
        assert refused.value.field == where
    assert item(story, "birth_certificate").status == "open"


def test_a_closed_case_says_so_and_what_to_do(district: District):
    story = newborn(district)
    wang, lin = district.account("wangfang"), district.account("linlan")
    actions.withdraw_case(story.case_id, by=wang)
    row = item(story, "birth_certificate").pk
    for act in (
        lambda: actions.approve_item(row, by=lin),
        lambda: actions.withdraw_case(story.case_id, by=wang),
        lambda: actions.supply_item(story.case_id, "birth_certificate", by=wang, answer="好"),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert len(refused.value.zh) > 10


def test_an_account_that_has_not_proved_who_it_is_can_begin_nothing(district: District):
    from minsheng.apps.people import actions as people

    local = people.open_account("somebody", None, display="某人", demo=True)
    with pytest.raises(NotAllowed) as refused:
        actions.open_draft(local, "newborn")
    assert "核实" in refused.value.zh
    assert (reads.cases_of(local), reads.drafts_of(local), reads.lookups_about(local)) == (
        [], [], [],
    )  # fmt: skip


def test_an_unknown_service_step_or_item_is_not_found(district: District):
    wang = district.account("wangfang")
    with pytest.raises(NotFound):
        actions.open_draft(wang, "no-such")
    story = newborn(district)
    with pytest.raises(NotFound):
        actions.supply_item(story.case_id, "no_such", by=wang, answer="好")
    again = actions.open_draft(wang, "newborn")
    with pytest.raises(NotFound):
        actions.save_answers(again.pk, by=wang, step="no_such", answers={})


@pytest.mark.parametrize("number", ["", "2026", "2026-", "x-1", "2026-1", "2025-000001", "²-²"])
def test_a_case_number_that_can_not_be_is_not_found(district: District, number: str):
    newborn(district)
    with pytest.raises(NotFound):
        reads.find_case(number)
