"""A service: its hash, its stored form, and what is refused with file, line and a suggestion."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.product_packs import PACKS

from minsheng import content
from minsheng.content.problems import PackError
from minsheng.content.reading import read_text
from minsheng.content.service import hash_of, normalise, service_from, service_from_node

NEWBORN = PACKS.services["newborn"]
TEXT = (NEWBORN.folder / "service.yaml").read_text(encoding="utf-8")
PLAIN: dict[str, Any] = json.loads(NEWBORN.normalised)
Spoil = Callable[..., Path]


def hash_of_plain(plain: Any) -> str:
    return hash_of(normalise(service_from(json.dumps(plain, ensure_ascii=False))))


def hash_of_text(text: str) -> str:
    return hash_of(normalise(service_from_node(read_text(text, file="service.yaml"))))


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(one, chance) for one in value] if isinstance(value, list) else value


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def changed(value: Any, path: tuple[Any, ...]) -> Any:
    if not path:
        if isinstance(value, bool):
            return not value
        return value + 1 if isinstance(value, int) else value + "改"
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:])
    return copy


LEAVES = list(leaves(PLAIN))


def problems_of(root: Path) -> list[str]:
    with pytest.raises(PackError) as caught:
        content.load([root])
    return [str(problem) for problem in caught.value.problems]


def line_of(root: Path, piece: str) -> int:
    text = (root / "services/newborn/service.yaml").read_text(encoding="utf-8")
    return text[: text.index(piece)].count("\n") + 1


# ── hash and stored form ────────────────────────────────────────────────────────────────────────


def test_the_stored_form_reads_back_equal() -> None:
    assert service_from(NEWBORN.normalised) == NEWBORN.spec


def test_the_stored_form_keeps_the_order_people_see() -> None:
    back = service_from(NEWBORN.normalised)
    for part in ("items", "fields", "materials", "certificates", "reasons", "subjects"):
        assert list(getattr(back, part)) == list(getattr(NEWBORN.spec, part))


def test_the_stored_form_stores_the_same_again() -> None:
    assert normalise(service_from(NEWBORN.normalised)) == NEWBORN.normalised


def test_the_hash_says_its_suite() -> None:
    assert NEWBORN.hash.startswith("a1:")
    assert len(NEWBORN.hash) == 67


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_change_the_hash(chance: random.Random) -> None:
    assert hash_of_plain(shuffled(PLAIN, chance)) == NEWBORN.hash


def test_json_is_read_like_yaml() -> None:
    assert hash_of_text(json.dumps(PLAIN, ensure_ascii=False)) == NEWBORN.hash


@settings(max_examples=8, deadline=None)
@given(st.sets(st.integers(0, TEXT.count("\n") - 1), max_size=40))
def test_comments_and_empty_lines_do_not_change_the_hash(numbers: set[int]) -> None:
    lines = TEXT.split("\n")
    for number in sorted(numbers, reverse=True):
        lines.insert(number, "" if number % 2 else "  # 说明 / a remark")
    assert hash_of_text("\n".join(lines)) == NEWBORN.hash


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(LEAVES))
def test_any_value_that_changes_changes_the_hash_or_is_refused(path: tuple[Any, ...]) -> None:
    try:
        assert hash_of_plain(changed(PLAIN, path)) != NEWBORN.hash
    except PackError as error:
        assert error.problems


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([path for path in LEAVES if isinstance(path[-1], str)]))
def test_any_value_left_out_changes_the_hash_or_is_refused(path: tuple[Any, ...]) -> None:
    plain = json.loads(NEWBORN.normalised)
    inner = plain
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    try:
        assert hash_of_plain(plain) != NEWBORN.hash
    except PackError as error:
        assert error.problems


def test_a_default_written_out_does_not_change_the_hash() -> None:
    spelled = TEXT.replace("    office: police\n", "    office: police\n    optional: false\n")
    assert spelled != TEXT
    assert hash_of_text(spelled) == NEWBORN.hash


@pytest.mark.parametrize("stored", ["", "{", "[]", "1", '"x"', "{}", "[" * 100_000])
def test_a_stored_form_that_is_damaged_is_refused(stored: str) -> None:
    with pytest.raises(PackError):
        service_from(stored)


# ── what is refused ─────────────────────────────────────────────────────────────────────────────


def test_an_unknown_key_is_refused_with_line_and_suggestion(spoil: Spoil) -> None:
    root = spoil("    office: police\n", "    ofice: police\n")
    line = line_of(root, "    ofice")
    assert problems_of(root)[0] == (
        f"packs/services/newborn/service.yaml:{line}: items.household.ofice: "
        f"no field 'ofice'; did you mean 'office'? / 第 {line} 行：没有字段“ofice”；"
        "您要写的是“office”吗？"
    )


def test_all_mistakes_of_a_file_are_told_at_once(spoil: Spoil) -> None:
    spoil("    office: police\n", "    ofice: police\n")
    root = spoil("    due: 10wd\n", "    due: 10 days\n")
    text = "\n".join(problems_of(root))
    assert "ofice" in text
    assert "10 days" in text


@pytest.mark.parametrize("code", ["010123", "500106", "12345"])
def test_a_code_without_quotes_is_refused_where_text_is_wanted(spoil: Spoil, code: str) -> None:
    root = spoil('telephone: "12345"', f"telephone: {code}", file="districts/demo/district.yaml")
    assert f'"{code}"' in problems_of(root)[0]


def test_a_region_code_without_quotes_is_refused(spoil: Spoil) -> None:
    root = spoil('code: "500106"', "code: 500106", file="districts/demo/regions.yaml")
    assert '"500106"' in problems_of(root)[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("needs: [household]", "needs: [houshold]", "no item 'houshold'; did you mean 'household'?"),
        ("- child_sex\n      - household", "- child_sx\n      - household", "did you mean 'child_sex'?"),
        ("materials: [household_page]", "materials: [household_pages]", "'household_page'?"),
        ("gives: social-card", "gives: social-cards", "did you mean 'social-card'?"),
        ("consent_of: [father]", "consent_of: [fater]", "did you mean 'father'?"),
        ("holder: parent", "holder: parant", "did you mean 'parent'?"),
        ("from: [item:household,", "from: [item:houshold,", "did you mean 'household'?"),
        ("type: phone", "type: fone", "no choice 'fone'; did you mean 'phone'?"),
        ("on_needed_reversed: hold", "on_needed_reversed: stop", "known here: hold, keep, redo"),
        ("due: 3wd", "due: three days", "not a term"),
        ("from: [register:civil.marriage/status, applicant]", "from: [civil.marriage]", "no source"),
        ("register:population.person/name", "register:population.person", "register's column"),
        ("register:hospital.birth_record, applicant", "register:x/y, applicant", "only a field's"),
        ("ask: always\n    protect: sensitive", "ask: allways\n    protect: sensitive", "'always'?"),
        ("max_length: 120", "max_length: 9000", "between 1 and 500"),
        ("max_length: 120", 'max_length: "120"', "a whole number belongs here"),
        ("applicant: true", "applicant: false", "exactly one subject"),
        ("applicant: true", "applicant: yes", "only true or false"),
        ("      - child_birth\n      - child_sex\n      - child_weight_g\n      - hospital_name\n", "", "stands in no step"),
        ("    type: name\n    label", "    label", "'type' is missing"),
        ('{zh: "父亲", en: "Father"}', '{en: "Father"}', "the Chinese text (zh) is missing"),
        ('{zh: "父亲", en: "Father"}', '{zh: "父亲", fr: "Père"}', "no language 'fr'"),
        ("effective: {from: 2026-01-01}", "effective: {frm: 2026-01-01}", "did you mean 'from'?"),
        ("effective: {from: 2026-01-01}", "effective: {from: soon}", "a date such as"),
        ("event_key: register:", "event_key: licence:", "event_key must be a register"),
        ("  phone:\n    type", "  Phone:\n    type", "'Phone' is no name"),
        ("service: newborn", "service: birth", "its folder is 'newborn'"),
        ("mark: M", "mark: X", "no choice 'X'"),
    ],
)  # fmt: skip
def test_a_wrong_value_says_what_was_meant(spoil: Spoil, old: str, new: str, said: str) -> None:
    problems = problems_of(spoil(old, new))
    assert any(said in problem for problem in problems), "\n".join(problems)


def test_a_wrong_condition_names_its_line_and_the_field_that_was_meant(spoil: Spoil) -> None:
    root = spoil("card_delivery == 'post'\"\n    from", "card_delivry == 'post'\"\n    from")
    line = line_of(root, "card_delivry")
    problem = problems_of(root)[0]
    assert problem.startswith(f"packs/services/newborn/service.yaml:{line}: fields.card_address")
    assert "card_delivery" in problem


def test_an_answer_nobody_can_give_is_refused_in_a_condition(spoil: Spoil) -> None:
    problem = problems_of(spoil("household == 'father'", "household == 'fater'"))[0]
    assert "did you mean 'father'?" in problem


def test_a_choice_without_options_is_refused(spoil: Spoil) -> None:
    root = spoil("    type: phone\n", "    type: choice\n")
    assert any("a choice needs options" in problem for problem in problems_of(root))


def test_a_field_twice_in_the_form_is_refused(spoil: Spoil) -> None:
    root = spoil("fields: [card_delivery, card_address]", "fields: [card_delivery, phone]")
    problems = problems_of(root)
    assert any("'phone' stands twice" in problem for problem in problems)
    assert any("card_address" in problem for problem in problems)


# ── newborn itself ──────────────────────────────────────────────────────────────────────────────


def test_newborn_has_seven_items_and_each_waits_for_what_it_needs() -> None:
    spec = NEWBORN.spec
    needs = {key: item.needs for key, item in spec.items.items()}
    assert needs == {
        "birth_certificate": (),
        "vaccination": ("birth_certificate",),
        "household": ("birth_certificate",),
        "social_card": ("household",),
        "insurance": ("household",),
        "birth_costs": ("insurance",),
        "guidance": (),
    }


def test_newborn_asks_only_what_no_register_knows_as_always() -> None:
    always = [field.key for field in NEWBORN.spec.fields.values() if field.ask == "always"]
    assert always == [
        "child_name",
        "phone",
        "household",
        "card_delivery",
        "card_address",
        "bank_card",
    ]


def test_newborn_reads_a_fathers_number_before_what_needs_it() -> None:
    keys = list(NEWBORN.spec.fields)
    assert keys.index("father_number") < keys.index("father_name") < keys.index("father_address")


def test_an_office_of_newborn_may_read_only_what_it_needs() -> None:
    items = NEWBORN.spec.items
    assert "marriage_status" not in items["birth_certificate"].uses
    assert not {"mother_address", "father_number", "marriage_date"} & set(items["social_card"].uses)


def test_everything_about_a_child_is_sensitive() -> None:
    child = [f for f in NEWBORN.spec.fields.values() if f.key.startswith("child_")]
    assert {field.protect for field in child} == {"sensitive"}


def test_every_question_a_register_may_leave_open_says_why_it_is_asked() -> None:
    placed = {key for step in NEWBORN.spec.steps for key in step.fields}
    assert all(NEWBORN.spec.fields[key].why.zh for key in placed)


def test_a_counter_is_for_a_life_event_of_the_district(spoil: Spoil) -> None:
    root = spoil(
        "life_events: [birth]", "life_events: [brith]", file="districts/demo/district.yaml"
    )
    assert any("did you mean 'birth'?" in line for line in problems_of(root))


def test_days_of_a_next_step_count_from_a_date_and_not_beyond_childhood(spoil: Spoil) -> None:
    root = spoil("counts_from: child_birth", "counts_from: child_name")
    assert any("counts_from 是一个日期字段" in line for line in problems_of(root))
    root = spoil("counts_from: child_name", "counts_from: child_born")
    assert any("child_birth" in line and "child_born" in line for line in problems_of(root))
    root = spoil("counts_from: child_born", "counts_from: child_birth")
    root = spoil("{months: 72,", "{months: 720,")
    assert any("months 在 0 和 216 之间" in line for line in problems_of(root))
