"""A paper without what its file says of its maker: author, program, place, thumbnails, dates.

What is read on the page itself stays: names there are looked for when the work is handed in.
"""

from __future__ import annotations

import io
import struct

import pypdfium2

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"IDAT", b"IEND"}
)
_TELLING = (b"/Author", b"/Creator", b"/Producer", b"/Company", b"<x:xmpmeta", b"/Metadata")
_SCAN, _APP0, _APP15, _ADOBE, _COMMENT = 0xDA, 0xE0, 0xEF, 0xEE, 0xFE


def blind_copy(content: bytes, media_type: str) -> bytes:
    """Return the same pages or picture with nothing in the file that tells who made it.

    Raises ValueError for a file from which that can't be taken out.
    """
    match media_type:
        case "application/pdf":
            return _pdf(content)
        case "image/jpeg":
            return _jpeg(content)
        case "image/png":
            return _png(content)
    raise ValueError(f"no blind copy of {media_type}")


def _pdf(content: bytes) -> bytes:
    """Return the pages in a new file: the old one's catalogue and information stay behind."""
    try:
        with pypdfium2.PdfDocument(content) as whole:
            if not len(whole):
                return _untold(content)
            made, out = pypdfium2.PdfDocument.new(), io.BytesIO()
            made.import_pages(whole)
            made.save(out)
            made.close()
    except pypdfium2.PdfiumError:
        return _untold(content)
    return out.getvalue()


def _untold(content: bytes) -> bytes:
    """Return a file as it is where nothing in it can tell; a packed part might."""
    if any(one in content for one in _TELLING) or b"/ObjStm" in content:
        raise ValueError("what this PDF says of its maker can't be taken out")
    return content


def _jpeg(content: bytes) -> bytes:
    """Return a picture without comments and application parts; colours (JFIF, Adobe) stay."""
    kept, at = [content[:2]], 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker, size = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if marker == _SCAN:
            return b"".join([*kept, content[at:]])
        tells = (_APP0 < marker <= _APP15 and marker != _ADOBE) or marker == _COMMENT
        if not tells:
            kept.append(content[at : at + 2 + size])
        at += 2 + size
    raise ValueError("this JPEG has no picture")


def _png(content: bytes) -> bytes:
    """Return a picture with the parts that draw it alone."""
    kept, at = [_PNG_HEAD], len(_PNG_HEAD)
    while at + 12 <= len(content):
        size, kind = struct.unpack(">I4s", content[at : at + 8])
        if kind in _PNG_KEPT:
            kept.append(content[at : at + 12 + size])
        at += 12 + size
    if len(kept) < 3:
        raise ValueError("this PNG has no picture")
    return b"".join(kept)
