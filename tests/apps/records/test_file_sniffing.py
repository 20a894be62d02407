"""A file is what its content says, and a wrong one is refused with words that help."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from minsheng.apps.records.files.names import LONGEST_NAME, check_agreement, safe_name
from minsheng.apps.records.files.sniff import ENDINGS, Kind, Sniffed, sniff
from minsheng.lib.errors import WrongInput

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def picture(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def refusal(content: bytes) -> WrongInput:
    with pytest.raises(WrongInput) as caught:
        sniff(content)
    assert caught.value.field == "file"
    return caught.value


def test_the_three_kinds_are_told_by_their_content() -> None:
    assert sniff(PDF) == Sniffed("pdf")
    assert sniff(picture("JPEG")) == Sniffed("jpeg", 40, 30)
    assert sniff(picture("JPEG", progressive=True, optimize=True)) == Sniffed("jpeg", 40, 30)
    assert sniff(picture("PNG")) == Sniffed("png", 40, 30)
    assert sniff(picture("PNG")).media_type == "image/png"


def test_a_photo_with_a_second_picture_behind_it_is_taken() -> None:
    """As phones write them: camera data first, a preview or a film after the end."""
    exif = Image.Exif()
    exif[0x010F] = "演示相机"
    photo = picture("JPEG", exif=exif)
    assert sniff(photo + b"MPF" + picture("JPEG")) == Sniffed("jpeg", 40, 30)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ\x90\x00" + b"\0" * 100, "文件开头是“MZ”，像是Windows 程序"),
        (b"PK\x03\x04" + b"\0" * 100, "Word、Excel、OFD"),
        (b"<!doctype html><script>", "网页"),
        (b"GIF89a" + b"\0" * 50, "GIF"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 50, "HEIC"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
        (b"hello, world", "“hello, w”"),
        (b"\x01\x02\x03\x04", "“01 02 03 04”"),
        (b" %PDF-1.4", "“ %PDF-1."),
        (b"%PDF-9.9\n%%EOF", "“%PDF-9.9”"),
    ],
)
def test_anything_else_is_refused_and_its_beginning_is_shown(content: bytes, said: str) -> None:
    error = refusal(content)
    assert error.code == "file_not_picture_or_pdf"
    assert error.zh.startswith("这不是图片或 PDF：文件开头是")
    assert said in error.zh


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"").code == "file_empty"


@pytest.mark.parametrize("content", [PDF, picture("JPEG"), picture("PNG")])
def test_half_an_upload_is_noticed(content: bytes) -> None:
    error = refusal(content[: len(content) // 2])
    assert error.code == "file_cut_off"
    assert "重新选一次" in error.zh


def test_a_png_with_a_changed_byte_is_refused() -> None:
    changed = bytearray(picture("PNG"))
    changed[20] ^= 1
    assert refusal(bytes(changed)).code == "file_cut_off"


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused() -> None:
    header = struct.pack(">IIBBBBB", 29_000, 29_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")
    error = refusal(bomb)
    assert error.code == "picture_too_many_pixels"
    assert "29000×29000" in error.zh


@given(st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.7", b"\xff\xd8\xff", PDF[:8]]))
def test_no_content_whatever_breaks_the_sniffer(content: bytes, start: bytes) -> None:
    try:
        assert sniff(start + content).kind in ENDINGS
    except WrongInput as error:
        assert error.zh


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("出院小结.jpg", "jpeg", "出院小结.jpg"),
        ("../../etc/passwd", "pdf", "passwd.pdf"),
        ("C:\\Users\\王芳\\证件.PDF", "pdf", "证件.pdf"),
        ("a\x00b\nc.png", "png", "abc.png"),
        ("\u202egnp.exe.png", "png", "gnp.exe.png"),
        ('a<b>:"|?*.png', "png", "a_b______.png"),
        ("...", "pdf", "文件.pdf"),
        ("", "pdf", "文件.pdf"),
        ("con.pdf", "pdf", "文件.pdf"),
        ("扫描件", "pdf", "扫描件.pdf"),
        ("喆" * 300 + ".png", "png", "喆" * 96 + ".png"),
    ],
)
def test_a_name_is_made_harmless(name: str, kind: Kind, safe: str) -> None:
    assert safe_name(name, kind) == safe


@given(st.text(max_size=400), st.sampled_from(list(ENDINGS)))
def test_every_name_becomes_a_short_plain_name_with_the_right_ending(name: str, kind: Kind) -> None:
    safe = safe_name(name, kind)
    assert len(safe) <= LONGEST_NAME
    assert safe.endswith(ENDINGS[kind])
    assert not set(safe) & set('/\\<>:"|?*\n\0')
    assert not safe.startswith(".")
    assert safe_name(safe, kind) == safe


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("a.jpg", "image/jpeg"),
        ("a.JPEG", "image/jpg"),
        ("photo", ""),
        ("2026.3.24 出院小结", "application/octet-stream"),
        ("a.jpg", "image/jpeg; charset=binary"),
    ],
)
def test_name_and_declaration_that_agree_or_say_nothing_pass(name: str, declared: str) -> None:
    check_agreement(name, declared, "jpeg")


@pytest.mark.parametrize(
    ("name", "declared", "said"),
    [
        ("a.pdf", "", "文件名以“.pdf”结尾，内容却是 JPEG 图片"),
        ("a.exe", "image/jpeg", "文件名以“.exe”结尾"),
        ("a.jpg", "application/pdf", "上传时说是“application/pdf”"),
        ("a.jpg", "text/html", "上传时说是“text/html”"),
    ],
)
def test_name_or_declaration_that_contradict_the_content_are_refused(
    name: str, declared: str, said: str
) -> None:
    with pytest.raises(WrongInput) as caught:
        check_agreement(name, declared, "jpeg")
    assert said in caught.value.zh
