"""What `pack check` reports: what stops a publication, and what had better be mended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from minsheng import content
from minsheng.content.problems import Problem

Spoil = Callable[..., Path]
TESTS = "services/newborn/tests/plan.yaml"
DISTRICT = "districts/demo/district.yaml"
BASELINES = "baselines/newborn.yaml"


def said(root: Path, severity: str = "error") -> str:
    report = content.check([root])
    return "\n".join(str(problem) for problem in report.problems if problem.severity == severity)


def test_the_packs_of_the_product_have_no_problem_at_all() -> None:
    report = content.check()
    assert report.problems == ()
    assert report.is_good


def test_the_report_counts_what_was_checked() -> None:
    counts = content.check().counts
    assert counts["services"] >= 1
    assert counts["tests_run"] >= 12
    assert counts["tests_failed"] == 0
    assert counts["calendar_years"] >= 5
    assert (counts["errors"], counts["warnings"]) == (0, 0)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("needs: [birth_certificate]", "needs: [birth_certificate, social_card]", "互相等"),
        ("    office: hr\n", "    office: hrr\n", "no department 'hrr'; did you mean 'hr'?"),
        ("    post: hr.card\n", "    post: hr.cards\n", "no post 'hr.cards'; did you mean 'hr.card'?"),
        ("    post: hr.card\n", "    post: police.household\n", "belongs to 'police'"),
        ("lead: health", "lead: wealth", "did you mean 'health'?"),
        ("heading: health", "heading: helth", "no heading 'helth'"),
        ("life_event: birth", "life_event: brith", "no life event 'brith'"),
        ("baseline: household-birth", "baseline: household", "no baseline 'household'"),
        ("    promise_due: 10wd\n", "", "promise_due"),
        ('"医院有这次出生的记录"', '"A record of this birth"', "there is no Chinese text"),
        ("effective: {from: 2026-01-01}", "effective: {from: 2026-01-01, to: 2025-01-01}", "ends before it begins"),
        ("effective: {from: 2026-01-01}", "effective: {from: 2031-01-01}", "2031"),
        ("due: 3wd", "due: 3wh", "counts hours"),
        ("      approver: office.leader", "      approver: office.leadr", "did you mean 'office.leader'?"),
        ("transfer_to: [hall.window]", "transfer_to: [hall.windows]", "did you mean 'hall.window'?"),
        ("    shows: [child_name", "    shows: [child_nam", "did you mean 'child_name'?"),
    ],
)  # fmt: skip
def test_what_stops_a_publication(spoil: Spoil, old: str, new: str, words: str) -> None:
    assert words in said(spoil(old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (', en: "Father"}', "}", "no English text"),
        ("等通知", "请予以等通知", "'予以' is office language"),
        ("    gives: social-card\n", "", "no item gives this certificate"),
    ],
)
def test_what_had_better_be_mended(spoil: Spoil, old: str, new: str, words: str) -> None:
    root = spoil(old, new)
    assert words in said(root, "warning")
    assert said(root) == ""


def test_a_term_without_a_source_stops_a_publication(root: Path) -> None:
    path = root / "services/newborn/service.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index('    cite:\n      title:\n        zh: "时限 3 个工作日')
    path.write_text(
        text[:start] + text[text.index("  social_card:\n    title") :], encoding="utf-8"
    )
    assert "the term has no source" in said(root)


def test_a_condition_with_a_number_needs_a_source(spoil: Spoil) -> None:
    root = spoil(
        "      - rule: \"card_delivery == 'collect'",
        '      - rule: "age_months(child_birth) < 6"\n'
        '        text: {zh: "还小", en: "Small"}\n'
        "      - rule: \"card_delivery == 'collect'",
    )
    assert "holds a number without a source" in said(root)


def test_a_check_may_show_an_office_only_what_its_item_uses(spoil: Spoil) -> None:
    root = spoil("      - card_delivery\n      - card_address\n", "      - card_delivery\n")
    assert "the check reads card_address, which this item's `uses` don't list" in said(root)


def test_a_reason_names_items_of_the_service(spoil: Spoil) -> None:
    root = spoil("items: [social_card]", "items: [social_cart]")
    assert "did you mean 'social_card'" in said(root)


def test_problems_name_file_and_line(spoil: Spoil) -> None:
    root = spoil("    office: hr\n", "    office: hrr\n")
    text = (root / "services/newborn/service.yaml").read_text(encoding="utf-8")
    line = text[: text.index("    office: hrr")].count("\n") + 1
    problem = content.check([root]).errors[0]
    assert (problem.file, problem.line, problem.field) == (
        "packs/services/newborn/service.yaml",
        line,
        "items.social_card.office",
    )


# ── sentences ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("      workdays: 14\n", "      workdays: 13\n", "workdays should be 13 but is 14"),
        ("      finish: 2026-04-14", "      finish: 2026-04-15", "finish should be 2026-04-15"),
        ("      consents: [father]", "      consents: []", "consents should be [] but is [father]"),
        ("materials_missing: [birth_bill]", "materials_missing: []", "materials_missing"),
        ("household: [no, yes, yes]", "household: [yes, yes, yes]", "checks.household"),
        ("      admitted: no\n", "      admitted: yes\n", "admitted should be yes but is no"),
        ("social_card: 2026-03-10", "social_card: 2026-03-11", "due.social_card"),
        ("      provisional: true", "      provisional: false", "provisional"),
        ("      asked: [child_name, phone, household, card_delivery]\n", "      asked: [child_name]\n", "asked"),
        ("child_sex: female", "child_sex: femal", "child_sex"),
        ("child_weight_g: 3280", "child_wieght_g: 3280", "did you mean 'child_weight_g'?"),
        ("checks: {social_card: [yes]}", "checks: {social: [yes]}", "did you mean 'social_card'?"),
        ("{card_delivery: collect}\n", "{card_delivery: collect}\n    unknown: {card_delivery: refused}\n", "both given and unknown"),
    ],
)  # fmt: skip
def test_a_red_sentence_is_counted_and_told(spoil: Spoil, old: str, new: str, words: str) -> None:
    report = content.check([spoil(old, new, file=TESTS)])
    assert report.tests_failed >= 1
    assert any(words in str(problem) for problem in report.errors), report.errors


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("tests:\n", "test:\n", "no field 'test'; did you mean 'tests'?"),
        ("    expect:\n", "    expects:\n", "did you mean 'expect'?"),
        ("      workdays: 14\n", "      workday: 14\n", "did you mean 'workdays'?"),
        ("到窗口领卡，就不问寄到哪里", "户口跟父亲，要陈立同意，日子不变", "the same sentence"),
    ],
)
def test_a_wrong_test_file_is_told_with_its_line(
    spoil: Spoil, old: str, new: str, words: str
) -> None:
    assert words in said(spoil(old, new, file=TESTS))


def test_a_service_without_a_sentence_stops_a_publication(root: Path) -> None:
    (root / TESTS).unlink()
    assert "there is no test" in said(root)


# ── the other files ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (DISTRICT, "heading: firms", "heading: firm", "no heading 'firm'; did you mean 'firms'?"),
        (DISTRICT, "key: school\n", "key: birth\n", "'birth' stands twice"),
        ("districts/demo/departments.yaml", "department: hr\n", "department: hrs\n", "'hrs'"),
        ("districts/demo/departments.yaml", "parent: health", "parent: heath", "'heath'"),
        ("districts/demo/regions.yaml", 'code: "500106"', 'code: "500107"', "500107"),
        (BASELINES, "  case: newborn\n", "  case: newborns\n", "no service 'newborns'"),
        (BASELINES, 'workdays: "<=5"', 'workdays: "about 5"', "a count such as 5"),
        (BASELINES, "  before: {papers: 2}\n", "  before: {paper: 2}\n", "did you mean 'papers'?"),
        (BASELINES, "    mark: H\n", "", "'mark' is missing"),
        ("calendars/2026.yaml", "year: 2026", "year: 2028", "2028"),
        ("calendars/2026.yaml", "holidays:", "holiday:", "holiday"),
    ],
)  # fmt: skip
def test_a_mistake_in_another_file_is_told(
    spoil: Spoil, file: str, old: str, new: str, words: str
) -> None:
    problems = content.check([spoil(old, new, file=file)]).errors
    assert any(words in str(p) and p.file == f"packs/{file}" for p in problems), problems


def test_a_baseline_without_any_figure_is_a_warning(spoil: Spoil) -> None:
    root = spoil("  before: {papers: 2}\n", "", file=BASELINES)
    assert "no figure at all" in said(root, "warning")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("services/other/readme.yaml", "no service.yaml here"),
        ("service/x.yaml", "did you mean 'services'?"),
        ("baselines/x.yml", "must end in .yaml"),
    ],
)
def test_a_file_that_would_silently_not_be_read_is_told(root: Path, path: str, words: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text("a: 1\n", encoding="utf-8")
    assert words in said(root)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    report = content.check([tmp_path / "none"])
    assert not report.is_good
    assert "there is no such folder" in str(report.errors[0])


def test_a_problem_reads_in_both_languages() -> None:
    problem = Problem("error", "a.yaml", 3, "items.x", "没有字段", "no field")
    assert problem.to("zh") == "a.yaml:3: items.x: 没有字段"
    assert problem.to("en") == "a.yaml:3: items.x: no field"


def test_a_protected_request_is_for_posts_that_open_protected_cases(spoil: Spoil) -> None:
    root = spoil(
        "redo: civil.protection_head", "redo: office.leader", file="appeals/minors/appeal.yaml"
    )
    assert "'office.leader' isn't one" in said(root)
