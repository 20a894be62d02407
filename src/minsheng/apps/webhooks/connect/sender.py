"""One call to a subscriber: to an address outside, within a time, without following anything.

An address that an administrator typed must not become a way into the inner network (SSRF). So the
name is resolved here, every answer is looked at, and the call goes to the very address that was
looked at: a name that answers differently a moment later changes nothing. Redirects are not
followed and answers are not read.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from functools import cache
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings

from minsheng.lib.errors import NotAllowed, NotFound, Unavailable, WrongInput

GONE = 410
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def checked_url(url: str) -> SplitResult:
    """Return the parts of an address that may be called. Raises WrongInput or NotAllowed.

    https only, unless private addresses are allowed here; no name or password inside.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _bad_url() from error
    schemes = ("https", "http") if settings.MINSHENG_WEBHOOKS_PRIVATE else ("https",)
    if parts.scheme not in schemes or not parts.hostname or parts.username or port == 0:
        raise _bad_url()
    literal = _literal(parts.hostname)
    if literal is not None:
        _require_outside(literal, parts.hostname)
    return parts


def send(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Return the status of the answer, which says that it was taken.

    Raises Unavailable where it wasn't and may be later, NotFound where the receiver says that it
    is gone for good, NotAllowed where the name leads inside.
    """
    parts = checked_url(url)
    host = str(parts.hostname)
    address = _resolved(host, parts.port or (443 if parts.scheme == "https" else 80))
    seconds = settings.MINSHENG_WEBHOOKS_TIMEOUT_MS / 1000
    try:
        status = asyncio.run(_post(parts, address, body, headers, seconds))
    except (httpx.HTTPError, TimeoutError, OSError) as error:
        raise _not_taken(host, type(error).__name__) from error
    if status == GONE:
        raise NotFound(
            "webhooks.gone",
            "对方说这个地址不再用了。请联系对方，改好地址或者停用它，再试一次。",
            f"{host} says that this address is gone. Ask its owner, then change it or end it.",
            facts={"host": host, "status": status},
        )
    if not 200 <= status < 300:
        raise _not_taken(host, str(status))
    return status


async def _post(
    parts: SplitResult, address: str, body: bytes, headers: Mapping[str, str], seconds: float
) -> int:
    """Return the status; the whole call has `seconds`, however slowly an answer drips in."""
    at = f"[{address}]" if ":" in address else address
    netloc = at if parts.port is None else f"{at}:{parts.port}"
    target = parts._replace(netloc=netloc, fragment="").geturl()
    host = parts.netloc.rpartition("@")[2]
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(
            trust_env=False, follow_redirects=False, timeout=seconds, verify=_tls()
        ) as client,
        client.stream(
            "POST",
            target,
            content=body,
            headers={**headers, "Host": host, "Content-Type": "application/json"},
            extensions={"sni_hostname": parts.hostname},
        ) as response,
    ):
        return response.status_code


@cache
def _tls() -> ssl.SSLContext:
    """Return how certificates are checked; reading the authorities anew costs more than a call."""
    return httpx.create_ssl_context(trust_env=False)


def _resolved(host: str, port: int) -> str:
    """Return the address to call; each one the name has must lie outside."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _not_taken(host, "no such name") from error
    addresses = [str(place[4][0]).partition("%")[0] for place in found]
    for address in addresses:
        _require_outside(ipaddress.ip_address(address), host)
    return addresses[0]


def _require_outside(address: Address, host: str) -> None:
    if settings.MINSHENG_WEBHOOKS_PRIVATE or all(map(_is_outside, _meant_by(address))):
        return
    raise NotAllowed(
        "webhooks.inside",
        "这个地址在内部网络里，不能往那里发。请填对方在公网上的地址；确实要发到内网，"
        "请管理员打开 MINSHENG_WEBHOOKS_PRIVATE。",
        "This address lies inside a private network. Give the receiver's public address, or let the "
        "administrator allow private ones with MINSHENG_WEBHOOKS_PRIVATE.",
        facts={"host": host},
        field="url",
    )


def _meant_by(address: Address) -> list[Address]:
    """Return every address that one may lead to: those wrapped inside an IPv6 one as well."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    wrapped = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        wrapped.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    inner: list[Address] = [one for one in wrapped if one is not None]
    return inner or [address]


def _is_outside(address: Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _bad_url() -> WrongInput:
    return WrongInput(
        "webhooks.url",
        "地址要以 https:// 开头，里面不能写用户名和密码。请改好再存。",
        "The address must begin with https:// and hold no name or password. Put it right and save.",
        field="url",
    )


def _not_taken(host: str, why: str) -> Unavailable:
    return Unavailable(
        "webhooks.not_taken",
        "对方没有收下这一条。已经记下，会自动再发，什么都没有丢。",
        f"{host} did not take the message ({why}); it is sent again by itself",
        facts={"host": host, "why": why},
    )
