"""Reading what a PUT brings: a file as multipart/form-data, or JSON. Django reads forms of POST only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser

from minsheng.api.problems import Unreadable
from minsheng.lib.errors import WrongInput

FILE = "file"
FORM = "multipart/form-data"
_ROOM_FOR_HEADERS = 10_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent, not looked at yet."""

    name: str
    content: bytes


def sent_file(request: HttpRequest) -> Upload | None:
    """Return the file in the form field `file`, or None when no form was sent.

    Raises WrongInput when it is missing or larger than MINSHENG_UPLOAD_BYTES; a form that says so
    in advance is refused before it is read.
    """
    if request.content_type != FORM:
        return None
    _check_size(int(request.META.get("CONTENT_LENGTH") or 0) - _ROOM_FOR_HEADERS)
    parser = MultiPartParser(request.META, request, request.upload_handlers, request.encoding)
    values, files = parser.parse()
    upload = files.get(FILE)
    try:
        unknown = sorted({*values, *files} - {FILE})
        if unknown:
            raise _unknown(unknown[0])
        if not isinstance(upload, UploadedFile):
            raise WrongInput(
                "file_missing",
                "没有收到文件。放在 file 这一项里再发。",
                "No file came. Put it into the field `file`.",
                field=FILE,
            )
        _check_size(upload.size or 0)
        return Upload(upload.name or "", upload.read())
    finally:
        for one in chain.from_iterable(files.getlist(name) for name in files):
            one.close()


def sent_json(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that was sent; empty when nothing was."""
    try:
        sent = json.loads(request.body) if request.body else {}
        json.dumps(sent, ensure_ascii=False).encode()  # halves of characters can't be
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    if not isinstance(sent, dict):
        raise _unreadable()
    return sent


def refuse_body(request: HttpRequest) -> None:
    """Raise WrongInput when an act without any field was sent some."""
    for name in sent_json(request):
        raise _unknown(name)


def _check_size(size: int) -> None:
    most = settings.MINSHENG_UPLOAD_BYTES
    if size > most:
        raise WrongInput(
            "file_too_large",
            f"文件太大：{size / 1_000_000:.1f} MB，最多 {most // 1_000_000} MB。拍小一点再传，其他都留着。",
            f"The file is too large: {size / 1_000_000:.1f} MB; the limit is {most // 1_000_000} MB. "
            "Send a smaller one; everything else is kept.",
            field=FILE,
        )


def _unknown(name: str) -> WrongInput:
    return WrongInput(
        "field_unknown",
        f"不认识“{name[:80]}”这一项，去掉或改名再发。",
        f"There is no field “{name[:80]}” here. Remove or rename it and send again.",
        field=name[:80],
    )


def _unreadable() -> Unreadable:
    return Unreadable(
        "unreadable",
        "发来的内容读不出来。请按接口说明检查格式，再发一次。",
        "What was sent can't be read. Check its form against the description, and send again.",
    )
