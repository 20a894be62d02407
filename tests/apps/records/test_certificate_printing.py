"""A sheet becomes a PDF/A that says everything, and nothing that it doesn't."""

from __future__ import annotations

import io
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from tests.apps.records.records_cast import MOMENT, RARE, sheet

from minsheng.apps.records.certificates import fonts
from minsheng.apps.records.certificates.fonts import FontBook, font_book
from minsheng.apps.records.certificates.render import render
from minsheng.apps.records.certificates.sheet import Fact, Piece, Sheet, Table
from minsheng.lib.errors import Unavailable, WrongInput
from minsheng.lib.texts import Text

SIGNER = ("电子签名：民生演示签发（DEMO）", "证书 SHA-256 1a2b3c4d")


@pytest.fixture(params=["bare", "as installed"])
def book(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FontBook:
    """The fonts of a bare machine, and those of this one."""
    if request.param == "bare":
        monkeypatch.setattr(fonts, "SYSTEM_FOLDERS", ())
    return font_book()


def text_of(pdf: bytes, page: int = 0) -> str:
    """All words of a page, without the spaces that setting puts between letters."""
    document = pypdfium2.PdfDocument(pdf)
    words = document[page].get_textpage().get_text_bounded()
    document.close()
    return re.sub(r"\s", "", words)


def printed(one: Sheet, book: FontBook) -> str:
    return text_of(render(one, book, at=MOMENT, signer=SIGNER))


def test_every_word_of_the_sheet_is_on_the_paper(book: FontBook) -> None:
    found = printed(sheet(valid_until=date(2031, 3, 24)), book)
    for words in (
        "出生医学证明",
        "MEDICALCERTIFICATEOFBIRTH",
        "编号2026-K7Q4-XM2P-9TDH",
        "科创新城示范区",
        "区妇幼保健院",
        "2026年3月25日",
        "有效期至2031年3月24日",
        "新生儿姓名",
        "Nameofthechild",
        "电子签名：民生演示签发（DEMO）",
    ):
        assert words in found, words


@pytest.mark.parametrize("char", [*RARE, "䶮", "𠮷", "𫞩", "·", "é"])
def test_rare_names_are_printed_letter_by_letter(char: str, book: FontBook) -> None:
    found = printed(sheet(statement=(Piece("兹证明 "), Piece(f"陈{char}安", strong=True))), book)
    assert f"陈{char}安" in found


def test_two_rare_names_do_not_look_the_same(book: FontBook) -> None:
    """A missing glyph would draw the same empty box for both."""

    def picture(name: str) -> bytes:
        one = sheet(statement=(Piece(name),), facts=(), demo=False)
        pdf = render(one, book, at=MOMENT, signer=SIGNER)
        page = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil()
        return page.crop((0, 200, page.width, 420)).tobytes()

    assert picture("𠮷") != picture("𫞩") != picture("玥")


def test_a_character_no_font_has_stops_the_print_and_is_named(book: FontBook) -> None:
    one = sheet(facts=(Fact("child_name", Text("姓名"), "陈𪚥"),))
    with pytest.raises(Unavailable) as caught:
        render(one, book, at=MOMENT, signer=SIGNER, folder=Path("/srv/fonts"))
    assert caught.value.code == "glyph_missing"
    assert "“𪚥”（U+2A6A5）" in caught.value.zh
    assert "/srv/fonts" in caught.value.zh
    assert caught.value.field == "child_name"


def test_a_demonstration_says_twice_that_it_has_no_legal_force(book: FontBook) -> None:
    found = printed(sheet(), book)
    assert found.count("样张，无法律效力") == 2
    assert "演示样本" in found
    assert "电子印章样张不盖章" in found


def test_a_real_certificate_says_nothing_of_a_sample(book: FontBook) -> None:
    found = printed(sheet(demo=False), book)
    assert "样" not in found
    assert "演示样本" not in found


def test_the_qr_code_leads_to_the_verification_page(book: FontBook) -> None:
    pdf = render(sheet(), book, at=MOMENT, signer=SIGNER)
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil()
    codes = zxingcpp.read_barcodes(picture)
    assert [code.text for code in codes] == [sheet().verify_url]


def test_the_file_says_that_it_is_pdf_a_2b_and_holds_its_fonts(book: FontBook) -> None:
    pdf = render(sheet(), book, at=MOMENT, signer=SIGNER)
    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert b"/OutputIntents" in pdf
    assert b"/FontFile" in pdf or b"/ObjStm" in pdf


def test_data_is_never_read_as_markup(book: FontBook) -> None:
    nasty = '#panic("x") *粗* $x$ \\ <script> {{7*7}} #read("/etc/passwd")'
    found = printed(sheet(facts=(Fact("note", Text("备注"), nasty),)), book)
    assert nasty.replace(" ", "") in found


def lines_of_title(title: str, book: FontBook) -> int:
    """How many lines a title takes: its letters' feet, each letter being in the title only."""
    document = pypdfium2.PdfDocument(
        render(sheet(title=Text(title)), book, at=MOMENT, signer=SIGNER)
    )
    words = document[0].get_textpage()
    feet = sorted(words.get_charbox(words.search(char).get_next()[0])[1] for char in title)
    document.close()
    return 1 + sum(above - below > 10 for below, above in pairwise(feet))


def test_a_long_title_becomes_smaller_and_stays_on_one_line(book: FontBook) -> None:
    assert lines_of_title("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳", book) == 1


def test_a_very_long_title_takes_two_lines(book: FontBook) -> None:
    assert lines_of_title("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥鼠牛虎兔龙蛇", book) == 2


def test_a_usual_certificate_of_completion_fits_on_one_page(book: FontBook) -> None:
    facts = tuple(
        Fact(f"f{at}", Text("孩子姓名", "Name of the child"), "陈予安") for at in range(4)
    )
    rows = tuple(("出生户口登记", "公安分局", "2026-03-30", "3 个工作日") for _ in range(7))
    columns = (
        Text("事项", "Matter"),
        Text("部门", "Office"),
        Text("日期", "Day"),
        Text("用时", "Time"),
    )
    one = sheet(facts=facts, table=Table(columns, rows), statement=(Piece("兹证明" * 18),))
    pdf = render(one, book, at=MOMENT, signer=SIGNER)
    document = pypdfium2.PdfDocument(pdf)
    pages = len(document)
    document.close()
    assert pages == 1


def test_what_does_not_fit_goes_on_to_numbered_pages(book: FontBook) -> None:
    rows = tuple((f"第 {at} 项", "区妇幼保健院", "2026-03-25") for at in range(60))
    table = Table((Text("事项", "Item"), Text("部门"), Text("日期")), rows)
    pdf = render(sheet(table=table), book, at=MOMENT, signer=SIGNER)
    pages = [text_of(pdf, at) for at in range(len(pypdfium2.PdfDocument(pdf)))]
    assert len(pages) > 1
    assert f"1/{len(pages)}" in pages[0]
    assert all("编号2026-K7Q4-XM2P-9TDH" in page for page in pages)
    assert "第59项" in pages[-2] + pages[-1]
    assert "扫码核验" in pages[-1]
    assert all("事项" in page for page in pages[:-1])


@pytest.mark.parametrize("bad", ["王\x00芳", "王\n芳", "王\ue000芳", "王\u2028芳"])
def test_control_characters_are_refused_before_printing(bad: str) -> None:
    with pytest.raises(WrongInput) as caught:
        sheet(statement=(Piece(bad),))
    assert caught.value.code == "certificate_bad_character"


def test_too_much_content_is_refused_with_the_limits() -> None:
    fact = Fact("x", Text("项"), "值")
    with pytest.raises(WrongInput, match="at most 40 facts"):
        sheet(facts=(fact,) * 41)
    with pytest.raises(WrongInput, match="at most 600"):
        sheet(statement=(Piece("长" * 601),))


def test_a_row_with_a_cell_too_few_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="one cell for each column"):
        Table((Text("甲"), Text("乙")), (("一",),))


def rare_font() -> bytes:
    """A font of one character: 玉 of Noto Sans JP, said to be 𪚥."""
    source = next(face.path for face in font_book().faces if face.family == "Noto Sans JP")
    font = TTFont(source, lazy=True)
    options = Options()
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "VORG", "vhea", "vmtx", "HVAR", "STAT"]
    subset = Subsetter(options)
    subset.populate(unicodes=[ord("玉")])
    subset.subset(font)
    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.cmap = {ord("𪚥"): font.getBestCmap()[ord("玉")]}
    font["cmap"].tables = [table]
    for record in font["name"].names:
        font["name"].setName(
            "Rare Characters", record.nameID, record.platformID, record.platEncID, record.langID
        )
    out = io.BytesIO()
    font.save(out)
    font.close()
    return out.getvalue()


def test_a_font_the_operator_adds_prints_the_missing_character_at_once(tmp_path: Path) -> None:
    one = sheet(statement=(Piece("兹证明 陈𪚥"),))
    with pytest.raises(Unavailable):
        render(one, font_book(tmp_path), at=MOMENT, signer=SIGNER)
    (tmp_path / "rare.ttf").write_bytes(rare_font())
    assert "陈𪚥" in text_of(render(one, font_book(tmp_path), at=MOMENT, signer=SIGNER))


def test_without_any_chinese_font_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fonts, "SYSTEM_FOLDERS", ())
    monkeypatch.setattr(fonts, "_package_folder", lambda: tmp_path)
    with pytest.raises(Unavailable, match="justmytype-intl-cjk"):
        font_book(tmp_path)
