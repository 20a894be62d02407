"""A blind copy shows the same pages and pictures and says nothing of who made them."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image, PngImagePlugin

from minsheng.engines.judging.blind import blind_copy

NAME = "Tan Mei"
BARE = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def picture() -> Image.Image:
    return Image.linear_gradient("L").convert("RGB")


def pdf() -> bytes:
    out = io.BytesIO()
    picture().save(out, "PDF", author=NAME, title=NAME, creator=NAME)
    return out.getvalue()


def test_a_pdf_keeps_its_pages_and_loses_its_author():
    content = pdf()
    assert pypdfium2.PdfDocument(content).get_metadata_dict()["Author"] == NAME
    blind = blind_copy(content, "application/pdf")
    with pypdfium2.PdfDocument(blind) as made:
        assert len(made) == 1
        assert NAME not in made.get_metadata_dict().values()
        drawn = made[0].render().to_pil().convert("L").histogram()
    with pypdfium2.PdfDocument(content) as whole:
        assert whole[0].render().to_pil().convert("L").histogram() == drawn
    assert NAME.encode() not in blind and NAME.encode("utf-16-be") not in blind


def test_a_jpeg_loses_exif_and_comment_and_keeps_every_point():
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = NAME  # Artist
    picture().save(out, "JPEG", exif=exif, comment=NAME.encode())
    assert NAME.encode() in out.getvalue()
    blind = blind_copy(out.getvalue(), "image/jpeg")
    assert NAME.encode() not in blind
    with Image.open(io.BytesIO(blind)) as made, Image.open(io.BytesIO(out.getvalue())) as whole:
        assert made.tobytes() == whole.tobytes()
        assert not made.getexif()


def test_a_png_loses_its_words_and_keeps_every_point():
    out, said = io.BytesIO(), PngImagePlugin.PngInfo()
    said.add_text("Author", NAME)
    picture().save(out, "PNG", pnginfo=said)
    assert NAME.encode() in out.getvalue()
    blind = blind_copy(out.getvalue(), "image/png")
    assert NAME.encode() not in blind
    with Image.open(io.BytesIO(blind)) as made:
        assert made.tobytes() == picture().tobytes()


def test_what_cant_be_read_is_given_only_where_it_says_nothing():
    assert blind_copy(BARE, "application/pdf") == BARE
    with pytest.raises(ValueError, match="maker"):
        blind_copy(BARE + b"2 0 obj<</Author(Tan Mei)>>endobj\n", "application/pdf")
    for content, kind in ((b"\xff\xd8\xff\xd9", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png")):
        with pytest.raises(ValueError, match="no picture"):
            blind_copy(content, kind)
    with pytest.raises(ValueError, match="no blind copy"):
        blind_copy(b"", "text/plain")
