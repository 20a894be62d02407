"""One call to the meeting system: within a time and a size, following nothing."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from functools import cache

import httpx
from django.conf import settings

from minsheng.lib.errors import Unavailable, WrongInput

LARGEST = 200_000


def call(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> tuple[int, str]:
    """Return status and text of the answer. Raises Unavailable where there is none in time."""
    seconds = settings.MINSHENG_MEETINGS_TIMEOUT_MS / 1000
    until, content = time.monotonic() + seconds, bytearray()
    try:
        with httpx.stream(
            method, url, content=body or None, headers={"Accept-Encoding": "identity", **(headers or {})},
            timeout=httpx.Timeout(seconds), trust_env=False, verify=_tls(), follow_redirects=False,
        ) as response:  # fmt: skip
            for part in response.iter_raw():
                content += part
                if len(content) > LARGEST or time.monotonic() > until:
                    raise httpx.ReadTimeout("the answer is too large or too slow")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise silent(type(error).__name__) from error
    if response.status_code >= 500:
        raise silent(str(response.status_code))
    return response.status_code, bytes(content).decode("utf-8", "replace")


def silent(why: str) -> Unavailable:
    """Return the error of a meeting system that doesn't answer; it is asked again."""
    return Unavailable(
        "meetings_silent",
        "会议系统没有回答，会自动再试。上课别等它：先用电话或别的链接。",
        f"The meeting system did not answer ({why}); it is tried again by itself.",
        facts={"why": why},
    )


def refused(why: str) -> WrongInput:
    """Return the error of a meeting system that refuses: waiting doesn't mend it."""
    return WrongInput(
        "meetings_refused",
        "会议系统不认我们的钥匙或请求。请管理员核对 MINSHENG_MEETINGS_ 几项设置，再点“再试一次”。",
        f"The meeting system refuses ({why}). Check MINSHENG_MEETINGS_URL, _KEY and _SECRET.",
        facts={"why": why[:60]},
    )


@cache
def _tls() -> ssl.SSLContext:
    """Return how certificates are checked; reading the authorities anew costs more than a call."""
    return httpx.create_ssl_context(trust_env=False)
