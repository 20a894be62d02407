"""What a file really is, told by its content and never by its name.

Three kinds are taken: PDF, JPEG and PNG. Beginning, structure and end are looked at, so that a
renamed program, half an upload or a picture of absurd size is refused with a sentence that helps.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Literal

from minsheng.lib.errors import WrongInput

Kind = Literal["pdf", "jpeg", "png"]
MEDIA: dict[Kind, str] = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
ENDINGS: dict[Kind, tuple[str, ...]] = {
    "pdf": (".pdf",),
    "jpeg": (".jpg", ".jpeg"),
    "png": (".png",),
}
LABELS: dict[Kind, str] = {"pdf": "PDF", "jpeg": "JPEG 图片", "png": "PNG 图片"}
MOST_PIXELS = 120_000_000
LONGEST_SIDE = 30_000
MOST_FILL_BYTES = 1_000

_PNG = b"\x89PNG\r\n\x1a\n"
# What people send by mistake, and what helps.
_KNOWN = (
    (b"MZ", "Windows 程序", "a Windows program"),
    (b"\x7fELF", "Linux 程序", "a Linux program"),
    (b"PK\x03\x04", "压缩包，或 Word、Excel、OFD 文件", "a zip archive, or Word, Excel or OFD"),
    (b"Rar!", "压缩包", "an archive"),
    (b"7z\xbc\xaf", "压缩包", "an archive"),
    (b"\xd0\xcf\x11\xe0", "旧版 Word 或 Excel 文件", "an old Word or Excel file"),
    (b"GIF8", "GIF 图片", "a GIF picture"),
    (b"BM", "BMP 图片", "a BMP picture"),
    (b"II*\x00", "TIFF 图片", "a TIFF picture"),
    (b"MM\x00*", "TIFF 图片", "a TIFF picture"),
    (b"<", "网页或 XML", "a web page or XML"),
    (b"{", "文本数据", "text data"),
    (b"#!", "脚本", "a script"),
)


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is; width and height in pixels, 0 for a PDF."""

    kind: Kind
    width: int = 0
    height: int = 0

    @property
    def media_type(self) -> str:
        """The media type that may be told to a browser."""
        return MEDIA[self.kind]


def sniff(content: bytes) -> Sniffed:
    """Return what the content is. Raises WrongInput for anything but a whole PDF, JPEG or PNG."""
    if not content:
        raise WrongInput(
            "file_empty",
            "这个文件是空的。请重新选一次。",
            "This file is empty. Choose it again.",
            field="file",
        )
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    if content.startswith(_PNG):
        return _png(content)
    raise _not_ours(content)


def _pdf(content: bytes) -> Sniffed:
    if content[5:8] not in {b"1.%d" % minor for minor in range(8)} | {b"2.0"}:
        raise _not_ours(content)
    end = content[-2048:]
    if b"%%EOF" not in end or b"startxref" not in end:
        raise _cut_off("pdf")
    return Sniffed("pdf")


def _jpeg(content: bytes) -> Sniffed:
    """Walk the segments to the frame header, which holds the size. Source: ITU-T T.81, B.1, B.2."""
    at, fill = 2, 0
    while at + 4 <= len(content) and content[at] == 0xFF and fill < MOST_FILL_BYTES:
        marker = content[at + 1]
        if marker == 0xFF:
            at, fill = at + 1, fill + 1
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            if at + 9 > len(content):
                break
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            # Phones append data (a second picture, a film) after the end marker.
            if content.find(b"\xff\xd9", at + length) < 0:
                break
            return _sized(Sniffed("jpeg", width, height))
        if marker == 0xDA or length < 2:
            break
        at += 2 + length
    raise _cut_off("jpeg")


def _png(content: bytes) -> Sniffed:
    """Walk the chunks from IHDR to IEND, checking each one's checksum. Source: ISO/IEC 15948, 5."""
    at, size = len(_PNG), None
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind = content[at + 4 : at + 8]
        body = content[at + 8 : at + 8 + length]
        check = content[at + 8 + length : at + 12 + length]
        if len(check) != 4 or zlib.crc32(kind + body) != int.from_bytes(check, "big"):
            break
        if size is None:
            if kind != b"IHDR" or length != 13:
                break
            size = struct.unpack(">II", body[:8])
        if kind == b"IEND":
            return _sized(Sniffed("png", *size))
        at += 12 + length
    raise _cut_off("png")


def _sized(found: Sniffed) -> Sniffed:
    if not found.width or not found.height:
        raise _cut_off(found.kind)
    if max(found.width, found.height) > LONGEST_SIDE or found.width * found.height > MOST_PIXELS:
        raise WrongInput(
            "picture_too_many_pixels",
            f"图片太大：{found.width}×{found.height} 像素。请缩小，或者重新拍一张。",
            f"The picture is too large: {found.width}×{found.height} pixels. Make it smaller, or "
            "take it again.",
            field="file",
            facts={"width": found.width, "height": found.height},
        )
    return found


def _cut_off(kind: Kind) -> WrongInput:
    return WrongInput(
        "file_cut_off",
        f"这份 {LABELS[kind]}不完整，可能只传了一半。请重新选一次；要是还不行，重新拍一张或另存一份。",
        f"This {kind.upper()} isn't whole; perhaps only half of it arrived. Choose it again, or "
        "take or save it anew.",
        field="file",
        facts={"kind": kind},
    )


def _not_ours(content: bytes) -> WrongInput:
    zh, en = _beginning(content)
    return WrongInput(
        "file_not_picture_or_pdf",
        f"这不是图片或 PDF：文件开头是{zh}。请换成 JPG、PNG 或 PDF，拍照也行。",
        f"This is neither a picture nor a PDF: it begins like {en}. Send JPG, PNG or PDF; a photo "
        "will do.",
        field="file",
        facts={"begins": content[:8].hex()},
    )


def _beginning(content: bytes) -> tuple[str, str]:
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"heif"}:
        return "苹果手机的 HEIC 照片（请在手机里改存成 JPG）", "a HEIC photo (save it as JPG)"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WebP 图片", "a WebP picture"
    for start, zh, en in _KNOWN:
        if content.startswith(start):
            return f"“{_shown(start)}”，像是{zh}", en
    shown = _shown(content[:8])
    return f"“{shown}”", f"“{shown}”"


def _shown(raw: bytes) -> str:
    if all(32 <= byte < 127 for byte in raw):
        return raw.decode("ascii")
    return raw.hex(" ")
