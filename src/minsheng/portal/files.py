"""Files that come in by a form, and files that go out to who may open them."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from minsheng.apps.records.reads import Opened
from minsheng.lib.errors import WrongInput


def sent(opened: Opened) -> HttpResponse:
    """Return a file as an answer that is never shown as a page of this site, nor kept on the way."""
    return HttpResponse(
        opened.content,
        content_type=opened.media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, opened.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def check_size(size: int) -> None:
    """Raise WrongInput for an upload that is too large to be read at all."""
    most = settings.MINSHENG_UPLOAD_BYTES // 1_000_000
    if size > settings.MINSHENG_UPLOAD_BYTES:
        raise WrongInput(
            "file_too_large",
            f"文件太大：{size / 1_000_000:.1f} MB，最多 {most} MB。拍小一点再传，其他都留着。",
            f"The file is too large: {size / 1_000_000:.1f} MB; the limit is {most} MB. "
            "Send a smaller one; everything else is kept.",
            field="file",
        )
