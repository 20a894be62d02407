"""Words about people in the affairs of firms, sealed under the key of the installation."""

from __future__ import annotations

from minsheng.apps.people import keys

FIELD = "step"


def sealed(text: str) -> str:
    """Return the token of some words; "" for none."""
    return keys.seal_setting(FIELD, text) if text else ""


def opened(token: str) -> str:
    """Return sealed words; "" for none."""
    return keys.open_setting(FIELD, token) if token else ""
