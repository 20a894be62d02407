"""From where a sign-in is tried, as far as it can be told and counted."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

HOME_BITS = 64
"""An IPv6 line has as many addresses as it likes: the lock counts lines, not addresses."""


def client_address(request: HttpRequest) -> str:
    """Return the address from which this request came; of an IPv6 one its line ("2001:db8::").

    Behind MINSHENG_PROXIES proxies of our own, each of which adds whom it heard, the one the
    outermost of them heard. With none, what the client writes into its headers counts for nothing.
    """
    heard = request.META.get("REMOTE_ADDR", "")
    proxies: int = settings.MINSHENG_PROXIES
    if proxies:
        through = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        heard = through[-proxies].strip() if len(through) >= proxies else heard
    try:
        address = ip_address(heard)
    except ValueError:
        return "0.0.0.0"  # noqa: S104  one address for all who have none, not one to bind to
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, HOME_BITS), strict=False).network_address)
    return str(address)
