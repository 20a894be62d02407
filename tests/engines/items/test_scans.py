"""Answer sheets: printed, filled in, photographed, read back; what is unclear goes to a person."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from tests.engines.items.papers import PER_MM, filled, photographed, printed
from tests.engines.items.samples import blanks, choice, choices, judge, number, written

from minsheng.engines.items.printing import Copy
from minsheng.engines.items.scans import PageRead, pictures_in, read_page
from minsheng.engines.items.sheets import (
    MARKS,
    Field,
    Page,
    code_of,
    field_of,
    lay_out,
    lay_out_class,
    sheet_in,
)
from minsheng.lib.errors import WrongInput

FIELDS = [
    *(Field(key=f"c{at}", label=str(at), kind="choice", options=("A", "B", "C", "D")) for at in range(1, 7)),
    Field(key="j", label="7", kind="judge", options=("true", "false")),
    Field(key="m", label="8", kind="choices", options=("A", "B", "C", "D", "E")),
    Field(key="n", label="9", kind="number", options=("-", ".", "/"), columns=6, unit="平方米"),
    Field(key="w", label="10", kind="written", options=("0", "1", "2", "3")),
]  # fmt: skip
PAGES = lay_out(FIELDS)
PUPILS = [f"{at:02d} 演示学生" for at in range(1, 46)]
CLASS = lay_out_class(
    PUPILS,
    [
        *(Field(key=f"q{at}", label=str(at), kind="choice", options=("A", "B", "C", "D")) for at in range(1, 5)),
        Field(key="q5", label="5", kind="judge", options=("true", "false")),
    ],
)  # fmt: skip
SHEETS = {"PUPIL001": PAGES, "CLASS001": CLASS}


@pytest.fixture(scope="module")
def blank() -> dict[str, list[Image.Image]]:
    """Return the pages as they are printed, by sheet."""
    copies = [Copy(sheet, "四（2）班", pages) for sheet, pages in SHEETS.items()]
    pages = iter(printed(*copies))
    return {sheet: [next(pages) for _ in held] for sheet, held in SHEETS.items()}


def find(sheet: str, number: int) -> Page | None:
    pages = SHEETS.get(sheet, ())
    return pages[number - 1] if number <= len(pages) else None


def values(read: PageRead) -> dict[str, str]:
    return {one.key: one.value for one in read.fields if one.state == "read"}


FILLINGS = st.fixed_dictionaries(
    {
        **{f"c{at}": st.sampled_from("ABCD") for at in range(1, 7)},
        "j": st.sampled_from(["true", "false"]),
        "m": st.lists(st.sampled_from("ABCDE"), min_size=1, unique=True).map(sorted),
        "n": st.from_regex(r"-?[0-9]{1,3}([./][0-9])?", fullmatch=True).filter(
            lambda text: len(text) <= 6 and text.isascii()
        ),
        "w": st.sampled_from("0123"),
    }
)


@given(FILLINGS, st.integers(0, 2**32), st.floats(0, 360))
@settings(max_examples=5)
def test_whatever_is_filled_in_is_read_back_from_a_photograph(
    blank: dict[str, list[Image.Image]], marks: dict[str, str], seed: int, turn: float
) -> None:
    read_back(blank, marks, seed, turn)


@pytest.mark.long
@given(FILLINGS, st.integers(0, 2**32), st.floats(0, 360))
@settings(max_examples=200)
def test_two_hundred_photographs_are_read_without_one_mistake(
    blank: dict[str, list[Image.Image]], marks: dict[str, str], seed: int, turn: float
) -> None:
    read_back(blank, marks, seed, turn)


def read_back(
    blank: dict[str, list[Image.Image]], marks: dict[str, str], seed: int, turn: float
) -> None:
    random = np.random.default_rng(seed)
    page = filled(blank["PUPIL001"][0], PAGES[0], marks, random)
    read = read_page(photographed(page, random, turn=turn), find)
    assert (read.sheet, read.page, read.for_a_person) == ("PUPIL001", 1, ())
    assert values(read) == {key: "".join(mark) for key, mark in marks.items()}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_straight_scan_is_read_whichever_way_it_lay(
    blank: dict[str, list[Image.Image]], turn: int
) -> None:
    marks: dict[str, str | list[str]] = {"c1": "B", "j": "false", "m": ["A", "E"], "n": "-12/35"}
    page = filled(blank["PUPIL001"][0], PAGES[0], marks, np.random.default_rng(1))
    read = read_page(page.rotate(turn, expand=True), find)
    assert values(read) == {"c1": "B", "j": "false", "m": "AE", "n": "-12/35"}
    assert {one.key for one in read.for_a_person} == {"c2", "c3", "c4", "c5", "c6", "w"}
    assert {one.state for one in read.for_a_person} == {"blank"}


def test_a_class_is_read_from_its_rows_page_by_page(blank: dict[str, list[Image.Image]]) -> None:
    random = np.random.default_rng(5)
    expected: dict[str, str] = {}
    found: dict[str, str] = {}
    for page, image in zip(CLASS, blank["CLASS001"], strict=True):
        marks = {one.key: str(random.choice(one.options)) for one in page.fields}
        expected |= marks
        photo = photographed(filled(image, page, marks, random), random, turn=4)
        found |= values(read_page(photo, find))
    assert len(expected) == 45 * 5
    assert found == expected


def test_a_double_mark_is_for_a_person_and_never_guessed(
    blank: dict[str, list[Image.Image]],
) -> None:
    random = np.random.default_rng(2)
    marks: dict[str, str | list[str]] = {"c1": ["A", "C"], "c2": "A", "j": ["true", "false"]}
    page = filled(blank["PUPIL001"][0], PAGES[0], marks, random)
    read = {one.key: one for one in read_page(photographed(page, random, turn=3), find).fields}
    assert (read["c1"].state, read["c1"].value, read["c1"].seen) == ("double", "", ("A", "C"))
    assert (read["j"].state, read["j"].value) == ("double", "")
    assert (read["c2"].state, read["c2"].value) == ("read", "A")


def put(page: Page, image: Image.Image, shades: dict[tuple[str, int, str], int]) -> Image.Image:
    """Return a copy on which single bubbles are filled in a shade."""
    found = image.copy()
    pen = ImageDraw.Draw(found)
    for one in page.bubbles:
        shade = shades.get((one.field, one.column, one.value))
        if shade is not None:
            x, y, radius = one.x * PER_MM, one.y * PER_MM, 2.1 * PER_MM
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=shade)
    return found


def test_a_faint_mark_or_one_half_rubbed_out_is_for_a_person(
    blank: dict[str, list[Image.Image]],
) -> None:
    image = put(
        PAGES[0], blank["PUPIL001"][0],
        {("c1", 0, "A"): 175, ("c2", 0, "B"): 40, ("c2", 0, "C"): 180, ("c3", 0, "D"): 60},
    )  # fmt: skip
    read = {one.key: one for one in read_page(image, find).fields}
    assert (read["c1"].state, read["c1"].seen) == ("doubtful", ("A",))
    assert (read["c2"].state, read["c2"].value, read["c2"].seen) == ("doubtful", "", ("B", "C"))
    assert read["c3"].value == "D"
    assert read["c3"].confidence > 0
    assert read["c1"].confidence == 0


def test_a_number_with_a_gap_or_two_marks_in_a_column_is_for_a_person(
    blank: dict[str, list[Image.Image]],
) -> None:
    def number_of(*marks: tuple[int, str]) -> tuple[str, str]:
        shades = {("n", column, value): 50 for column, value in marks}
        read = read_page(put(PAGES[0], blank["PUPIL001"][0], shades), find)
        one = next(one for one in read.fields if one.key == "n")
        return one.state, one.value

    assert number_of((0, "1"), (1, "2")) == ("read", "12")
    assert number_of((3, "1"), (4, "."), (5, "5")) == ("read", "1.5")
    assert number_of((0, "1"), (2, "2")) == ("doubtful", "")
    assert number_of((0, "1"), (0, "7")) == ("double", "")
    assert number_of() == ("blank", "")


def test_a_picture_without_its_code_or_with_a_corner_hidden_says_what_to_do(
    blank: dict[str, list[Image.Image]],
) -> None:
    image = blank["PUPIL001"][0]
    hidden = image.copy()
    x, y = MARKS[3][0] * PER_MM, MARKS[3][1] * PER_MM
    ImageDraw.Draw(hidden).rectangle((x - 40, y - 40, x + 40, y + 40), fill=200)
    for picture, code in (
        (Image.new("L", (1200, 1600), 255), "scan_no_code"),
        (Image.new("L", (100, 100), 255), "scan_size"),
        (hidden, "scan_no_marks"),
        (image.crop((0, 0, 1241, 1200)), "scan_no_marks"),
    ):
        with pytest.raises(WrongInput) as refused:
            read_page(picture, find)
        assert refused.value.code == code
        assert refused.value.zh
    with pytest.raises(WrongInput) as refused:
        read_page(image, lambda *_: None)
    assert refused.value.code == "sheet_unknown"


def test_noise_alone_is_never_a_page() -> None:
    random = np.random.default_rng(3)
    with pytest.raises(WrongInput):
        read_page(Image.fromarray(random.integers(0, 255, (1200, 900)).astype(np.uint8)), find)


# ── layout ──────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.sampled_from([choice(), choices("A"), judge(), number("12.5"), blanks("1", "2"),
                                 written((3, "说", ("好",)))]), min_size=1, max_size=40))  # fmt: skip
@settings(max_examples=40)
def test_bubbles_lie_apart_inside_of_the_page_and_off_the_marks(items: list[object]) -> None:
    fields = [
        field_of(item, label=str(at), key=f"k{at}")  # type: ignore[arg-type]
        for at, item in enumerate(items)
    ]
    pages = lay_out(fields)
    assert [one.key for page in pages for one in page.fields] == [one.key for one in fields]
    for page in pages:
        places = np.array([(one.x, one.y) for one in page.bubbles])
        assert (places > 15).all()
        assert (places[:, 0] < 195).all()
        assert (places[:, 1] < 277).all()
        near = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(len(places)) * 99
        assert near.min() >= 5.3
        for mark in MARKS:
            assert np.abs(places - mark).max(axis=1).min() > 7


def test_a_class_row_refuses_what_it_can_t_hold() -> None:
    many = [
        Field(key=f"q{at}", label="1", kind="choice", options=("A", "B", "C", "D"))
        for at in range(9)
    ]
    with pytest.raises(ValueError, match="too many"):
        lay_out_class(["1"], many)
    with pytest.raises(ValueError, match="only"):
        lay_out_class(["1"], [Field(key="n", label="1", kind="number", columns=3)])
    with pytest.raises(ValueError, match="own key"):
        lay_out([many[0], many[0]])


def test_a_code_names_sheet_and_page_and_nothing_else_is_taken_for_one() -> None:
    assert sheet_in(code_of("AB12", 3)) == ("AB12", 3)
    for strange in ("", "https://example.org", "MS/ab12/3", "MS/AB12/0", "MS/AB12/3/4"):
        assert sheet_in(strange) is None
    for sheet, page in itertools.product(("", "ab", "A/B1"), (1,)):
        with pytest.raises(ValueError, match="no sheet"):
            code_of(sheet, page)


@pytest.mark.parametrize("at", [0.7, 0.8, 0.9, 1.0])
def test_the_edge_of_a_shadow_through_a_bubble_is_never_taken_for_a_mark(
    blank: dict[str, list[Image.Image]], at: float
) -> None:
    bubble = next(one for one in PAGES[0].bubbles if (one.field, one.value) == ("c1", "D"))
    pixels = np.asarray(blank["PUPIL001"][0], dtype=float).copy()
    edge = round((bubble.x - 1.7 + 2 * 1.7 * at) * PER_MM)
    pixels[:, :edge] *= 0.5
    read = read_page(Image.fromarray(pixels.astype(np.uint8)), find)
    assert not any(one.value for one in read.fields)


def test_a_speck_beside_a_hidden_mark_is_not_taken_for_it(
    blank: dict[str, list[Image.Image]],
) -> None:
    image = blank["PUPIL001"][0].copy()
    x, y = MARKS[3][0] * PER_MM, MARKS[3][1] * PER_MM
    pen = ImageDraw.Draw(image)
    pen.rectangle((x - 30, y - 30, x + 30, y + 30), fill=255)
    for far in (8, 12, 16):
        speck = image.copy()
        ImageDraw.Draw(speck).rectangle((x + 30, y - far, x + 30 + 2 * far, y + far), fill=0)
        with pytest.raises(WrongInput) as refused:
            read_page(speck, find)
        assert refused.value.code == "scan_no_marks"


def test_a_pdf_of_a_scanner_and_a_photograph_are_taken_page_by_page(
    blank: dict[str, list[Image.Image]],
) -> None:
    pages = blank["CLASS001"]
    scanned, photo = io.BytesIO(), io.BytesIO()
    pages[0].save(scanned, "PDF", resolution=150, save_all=True, append_images=pages[1:])
    pages[1].save(photo, "JPEG", quality=80)
    found = [read_page(page, find).page for page in pictures_in(scanned.getvalue())]
    assert found == [1, 2]
    assert [read_page(page, find).page for page in pictures_in(photo.getvalue())] == [2]
    with pytest.raises(WrongInput, match="scan_pages"):
        list(pictures_in(scanned.getvalue(), most=1))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 broken", b"hello", b"\x89PNG\r\n\x1a\nbroken"])
def test_a_file_that_is_no_picture_says_what_to_send(content: bytes) -> None:
    with pytest.raises(WrongInput) as refused:
        list(pictures_in(content))
    assert refused.value.code == "scan_file"
    assert "PDF" in refused.value.zh
