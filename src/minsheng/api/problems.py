"""Errors as `application/problem+json` (RFC 9457): what happened and what to do, in both languages.

`code` is for programs and never changes; `detail` is for people, in the language they asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest as DjangoBadRequest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.responses import NinjaJSONEncoder
from pydantic import BaseModel, ConfigDict, Field

from minsheng.api.languages import CONTENT_LANGUAGE, language_of
from minsheng.api.mistakes import mistake_of
from minsheng.lib.errors import MinshengError, NotAllowed, NotFound, Unavailable, WrongInput
from minsheng.lib.texts import Text

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TITLES: Mapping[int, Text] = {
    400: Text("看不懂这个请求", "The request can't be read"),
    401: Text("请先登录", "Sign in first"),
    403: Text("这件事您不能做", "You may not do this"),
    404: Text("没有找到", "Not found"),
    405: Text("这个地址不能这样用", "Not possible at this address"),
    409: Text("情况已经变了", "Things have changed"),
    413: Text("发来的太大", "Too large"),
    422: Text("有地方要改", "Something needs to be changed"),
    500: Text("我们这边出了错", "The fault is ours"),
    503: Text("现在没有回答", "No answer just now"),
}
DECLARED = (400, 401, 403, 404, 409, 413, 422, 500, 503)


class Mistake(BaseModel):
    """One thing that is wrong, with the field it is about."""

    model_config = ConfigDict(extra="forbid")

    field: str
    code: str
    detail: str
    detail_zh: str
    detail_en: str


class Problem(BaseModel):
    """What went wrong and what to do next. `errors` lists every field that must be mended."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="urn:minsheng:problem:<code>")
    title: str
    status: int
    code: str
    detail: str
    detail_zh: str
    detail_en: str
    field: str
    errors: list[Mistake]


class NotSignedIn(NotAllowed):
    """Nobody is signed in, or the token is no longer good."""

    status = HTTPStatus.UNAUTHORIZED


class Unreadable(WrongInput):
    """What was sent isn't what its media type says."""

    status = HTTPStatus.BAD_REQUEST


class TooLarge(WrongInput):
    """More was sent than is taken."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class WrongMethod(MinshengError):
    """The address exists, the method doesn't."""

    status = HTTPStatus.METHOD_NOT_ALLOWED


class Mistakes(WrongInput):
    """Several fields must be mended; what is right was kept."""

    def __init__(self, errors: Sequence[MinshengError]) -> None:
        count = len(errors)
        super().__init__(
            "mistakes",
            f"有 {count} 处要改。改好再发一次，对的已经存好。" if count > 1 else f"{errors[0].zh}",
            f"{count} fields need to be changed. Change them and send again; what is right has been kept."
            if count > 1
            else f"{errors[0].en}",
            field=errors[0].field,
        )
        self.errors = list(errors)


def add_handlers(api: NinjaAPI) -> None:
    """Let every exception of an endpoint become a problem."""
    api.add_exception_handler(MinshengError, answer)
    api.add_exception_handler(ValidationError, _not_valid)
    api.add_exception_handler(HttpError, _refused)
    api.add_exception_handler(Http404, no_such_path)
    api.add_exception_handler(RequestDataTooBig, _too_big)
    for unreadable in (
        SuspiciousOperation,
        DjangoBadRequest,
        MultiPartParserError,
        UnreadablePostError,
    ):
        api.add_exception_handler(unreadable, _unreadable)
    api.add_exception_handler(OperationalError, _database_away)
    api.add_exception_handler(Exception, _broken)


def answer(request: HttpRequest, error: MinshengError | type[MinshengError]) -> HttpResponse:
    """Return one of our errors as a problem, with its HTTP status."""
    assert isinstance(error, MinshengError)
    errors = error.errors if isinstance(error, Mistakes) else [error] if error.field else []
    return _problem(request, error, errors)


def no_such_path(request: HttpRequest, error: Any = None) -> HttpResponse:
    """Return the problem of an address that leads nowhere."""
    return answer(
        request,
        NotFound(
            "no_such_path",
            "没有这个地址。全部地址在 /api/v1/openapi.json。",
            "There is no such address. All of them are in /api/v1/openapi.json.",
        ),
    )


def wrong_method(request: HttpRequest, allowed: str) -> HttpResponse:
    """Return the problem of a method that this address doesn't have."""
    response = answer(
        request,
        WrongMethod(
            "wrong_method",
            f"这个地址只接受 {allowed}。",
            f"This address takes {allowed} only.",
        ),
    )
    response.headers["Allow"] = allowed
    return response


def not_signed_in() -> NotSignedIn:
    """Return the error of a call without a sign-in."""
    return NotSignedIn(
        "not_signed_in",
        "没有登录，或者登录已经过期。用 POST /api/v1/sessions 换一个新的令牌再来。",
        "Nobody is signed in, or the sign-in has expired. Get a new token at "
        "POST /api/v1/sessions and try again.",
    )


def _problem(
    request: HttpRequest, error: MinshengError, errors: Sequence[MinshengError]
) -> HttpResponse:
    language = language_of(request)
    status = int(error.status)
    body = Problem(
        type=f"urn:minsheng:problem:{error.code}",
        title=TITLES.get(status, TITLES[400]).to(language),
        status=status,
        code=error.code,
        detail=error.to(language),
        detail_zh=error.zh,
        detail_en=error.en,
        field=error.field,
        errors=[
            Mistake(
                field=one.field,
                code=one.code,
                detail=one.to(language),
                detail_zh=one.zh,
                detail_en=one.en,
            )
            for one in errors
        ],
    )
    response = HttpResponse(
        NinjaJSONEncoder(ensure_ascii=False).encode(body.model_dump()),
        status=status,
        content_type=MEDIA_TYPE,
        headers={"Content-Language": CONTENT_LANGUAGE[language], "Vary": "Accept-Language"},
    )
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="minsheng"'
    return response


def _not_valid(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(request, Mistakes([mistake_of(one) for one in error.errors]))


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    """Return what ninja itself refuses: no sign-in, or JSON that can't be read."""
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        return answer(request, not_signed_in())
    return _unreadable(request, error)


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(
        request,
        Unreadable(
            "unreadable",
            "发来的内容读不出来。请按接口说明检查格式，再发一次。",
            "What was sent can't be read. Check its form against the description, and send again.",
        ),
    )


def _too_big(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(
        request,
        TooLarge(
            "too_large",
            "一次发来的太多，没有收。分几次发。",
            "That was too much at once and wasn't taken. Send it in several parts.",
        ),
    )


def _database_away(request: HttpRequest, error: Any) -> HttpResponse:
    logger.exception("the database did not answer", exc_info=error)
    return answer(
        request,
        Unavailable(
            "database_away",
            "数据库现在忙，这一次没有办。已经存的都在，过一分钟再发。",
            "The database is busy, so nothing was done. What was saved is there. Try in a minute.",
        ),
    )


def _broken(request: HttpRequest, error: Any) -> HttpResponse:
    """Return the problem of a fault of ours; the cause goes to the log and nowhere else."""
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    fault = MinshengError(
        "broken",
        "是我们的问题，已经记下来了。您之前保存的都在，过 5 分钟再发。",
        "The fault is ours and has been noted. What you saved is there. Try in five minutes.",
    )
    fault.status = HTTPStatus.INTERNAL_SERVER_ERROR
    return answer(request, fault)
