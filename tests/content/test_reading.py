"""YAML as an officer writes it: what is read, what is refused, and on which line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.content.problems import PackError
from minsheng.content.reading import MAX_BYTES, MAX_DEPTH, MAX_NODES, read_file, read_text


def problem_of(text: str) -> str:
    with pytest.raises(PackError) as caught:
        read_text(text, file="x.yaml")
    return str(caught.value.problems[0])


def test_scalars_mean_what_they_look_like() -> None:
    read = read_text(
        "a: 3\nb: 3.5\nc: 2026-03-24\nd: true\ne: null\nf: '010123'\ng: 孩子\nh: -2\n", file="x"
    )
    assert read.plain == {
        "a": 3,
        "b": Decimal("3.5"),
        "c": date(2026, 3, 24),
        "d": True,
        "e": None,
        "f": "010123",
        "g": "孩子",
        "h": -2,
    }


def test_yes_no_on_off_are_words_and_keys() -> None:
    assert read_text("on: yes\noff: no\n", file="x").plain == {"on": "yes", "off": "no"}


def test_values_know_their_line_and_path() -> None:
    node = read_text("a:\n  b:\n    - c: 1\n    - c: 2\n", file="x.yaml")
    second = node.mapping["a"].mapping["b"].items[1].mapping["c"]
    assert (second.place.file, second.place.line, second.place.field) == ("x.yaml", 4, "a.b.2.c")


def test_a_key_twice_names_both_lines() -> None:
    assert problem_of("a: 1\nb: 2\na: 3\n") == (
        "x.yaml:3: a: 'a' stands twice; the first is on line 1 / 第 3 行：“a”写了两次，第一次在第 1 行"
    )


@pytest.mark.parametrize("key", ["1", "2026-01-01", "true", "~", "1.5"])
def test_a_key_that_is_no_text_is_refused(key: str) -> None:
    assert "请加引号" in problem_of(f"a: 1\n{key}: 2\n")


def test_a_code_as_key_is_read_when_quoted() -> None:
    assert read_text('"500107": 九龙坡区\n', file="x").plain == {"500107": "九龙坡区"}


@pytest.mark.parametrize("key", ["[a, b]", "{a: b}"])
def test_a_key_with_parts_is_refused(key: str) -> None:
    assert "键只能是文字" in problem_of(f"? {key}\n: 2\n")


def test_anchors_are_refused_so_that_no_file_is_a_bomb() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{n}: &{n} [{', '.join(['*' + chr(ord(n) - 1)] * 9)}]" for n in "bcdefghij"]
    assert "anchors" in problem_of("\n".join(lines))


@pytest.mark.parametrize("text", ["a: !!python/object:os.system x", "a: !int '3'", "!x {a: 1}"])
def test_tags_are_refused(text: str) -> None:
    assert "tags are not allowed" in problem_of(text)


def test_a_second_document_is_refused() -> None:
    assert "one document" in problem_of("a: 1\n---\nb: 2\n")


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    assert "empty" in problem_of(text)


def test_deep_nesting_is_refused() -> None:
    assert f"deeper than {MAX_DEPTH}" in problem_of("[" * 5000 + "]" * 5000)


def test_too_many_values_are_refused() -> None:
    assert f"more than {MAX_NODES}" in problem_of("[" + "1," * (MAX_NODES + 1) + "]")


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a: " + b"x" * MAX_BYTES)
    with pytest.raises(PackError, match="too large"):
        read_file(path)


def test_a_file_in_another_encoding_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes(b"a: 1\n" + "b: 民生\n".encode("gb18030"))
    with pytest.raises(PackError) as caught:
        read_file(path, shown="gbk.yaml")
    assert caught.value.problems[0].line == 2
    assert "UTF-8" in caught.value.zh


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="can't be opened"):
        read_file(tmp_path / "none.yaml")


@pytest.mark.parametrize("raw", ["2026-02-30", "9" * 30, "2026-13-01"])
def test_an_impossible_number_or_date_is_refused(raw: str) -> None:
    assert "no usable number or date" in problem_of(f"a: {raw}")


def test_a_control_character_names_its_line() -> None:
    assert problem_of("a: 1\nb: x\x07y\n").startswith("x.yaml:2: a control character")


def test_wrong_indentation_names_its_line() -> None:
    assert problem_of("a:\n  b: 1\n c: 2\n").startswith("x.yaml:3: ")


def test_a_byte_order_mark_is_ignored() -> None:
    assert read_text("\ufeffa: 1\n", file="x").plain == {"a": 1}


YAML_LIKE = st.text(alphabet="ab:-[]{}&*!|>'\"#%@`?,\n \t01.~是\x00\ud800", max_size=60)


@given(st.one_of(YAML_LIKE, st.text(max_size=40)))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        node = read_text(text, file="x.yaml")
    except PackError as error:
        assert all(problem.zh and problem.en for problem in error.problems)
    else:
        assert node.place.file == "x.yaml"
