from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.lib.errors import WrongInput
from minsheng.lib.names import is_chinese_name, parse_name, split_name


def refusal(text: str) -> WrongInput:
    with pytest.raises(WrongInput) as refused:
        parse_name(text)
    return refused.value


@pytest.mark.parametrize("char", "喆堃昇珺祎旻玥")
def test_rare_characters_of_names_are_accepted(char: str) -> None:
    assert parse_name(f"王{char}") == f"王{char}"


@pytest.mark.parametrize("char", ["㛃", "䶮", "𠮷", "𫖯", "𬭚", "𰻝", "𱁬", "〇", "﨎"])
def test_characters_of_every_extension_are_accepted(char: str) -> None:
    assert parse_name(f"王{char}") == f"王{char}"


@given(
    st.text(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF, categories=["Lo"]),
        min_size=1,
        max_size=50,
    )
)
def test_every_common_character_makes_a_name_that_gb_18030_holds(name: str) -> None:
    assert parse_name(name) == name
    assert name.encode("gb18030").decode("gb18030") == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  王芳 ", "王芳"),
        ("王　芳", "王芳"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽 ・ 买买提", "阿依古丽·买买提"),
        ("John  Smith", "John Smith"),
        ("Jean-Luc O’Neill", "Jean-Luc O'Neill"),
        ("J. R. Müller Jr.", "J. R. Müller Jr."),
        ("Mu\u0308ller", "Müller"),
        ("⼈⽂", "人文"),
    ],
)
def test_a_name_is_tidied_as_it_is_stored(text: str, name: str) -> None:
    assert parse_name(text) == name


@given(st.text(max_size=60))
def test_a_stored_name_reads_back_as_itself(text: str) -> None:
    try:
        name = parse_name(text)
    except WrongInput:
        return
    assert parse_name(name) == name
    assert len(name) <= 50


@given(st.sampled_from("=+-@＝＋－＠"), st.text("王芳ABC1()", max_size=20))
def test_nothing_a_spreadsheet_would_run_is_a_name(sign: str, rest: str) -> None:
    assert refusal(sign + rest).code == "names.formula"
    assert refusal(f"  {sign}{rest}").code == "names.formula"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "names.empty"),
        ("   ", "names.empty"),
        ("=cmd|' /C calc'!A0", "names.formula"),
        ("王3", "names.digit"),
        ("王３", "names.digit"),
        ("王①", "names.digit"),
        ("王\x00芳", "names.invisible"),
        ("王\u200b芳", "names.invisible"),
        ("王\u202e芳", "names.invisible"),
        ("王\U000e0100", "names.invisible"),
        ("王\ue5e5", "names.private_use"),
        ("王芳!", "names.sign"),
        ("<b>王芳</b>", "names.sign"),
        ("王😀", "names.sign"),
        ("王芳Fang", "names.form"),
        ("·王芳", "names.form"),
        ("王··芳", "names.form"),
        ("-", "names.formula"),
        ("王芳-", "names.form"),
        ("王" * 51, "names.long"),
    ],
)
def test_what_is_no_name_is_refused_for_its_own_reason(text: str, code: str) -> None:
    error = refusal(text)
    assert error.code == code
    assert error.zh.endswith("。")
    assert error.en.endswith(".")


def test_the_longest_name_has_fifty_characters() -> None:
    assert len(parse_name("王" * 50)) == 50
    assert "现在是 51 个" in refusal("王" * 51).zh


def test_the_error_names_the_place_of_the_character() -> None:
    assert refusal("王芳\u200b").facts == {"place": 3}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("王芳", ("王", "芳")),
        ("诸葛亮", ("诸葛", "亮")),
        ("欧阳", ("欧", "阳")),
        ("阿依古丽·买买提", ("", "阿依古丽·买买提")),
        ("John Smith", ("", "John Smith")),
    ],
)
def test_a_name_splits_into_surname_and_given_name(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts


def test_a_latin_name_is_not_a_chinese_one() -> None:
    assert is_chinese_name("阿依古丽·买买提")
    assert not is_chinese_name("John Smith")
