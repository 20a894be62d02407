"""What the teacher in the room says afterwards: sealed under the installation's key."""

from __future__ import annotations

from minsheng.apps.people import keys

FIELD = "dual"


def sealed(words: str) -> str:
    """Return words sealed; "" for none."""
    return keys.seal_setting(FIELD, words) if words else ""


def opened(token: str) -> str:
    """Return sealed words; "" for none."""
    return str(keys.open_setting(FIELD, token)) if token else ""
