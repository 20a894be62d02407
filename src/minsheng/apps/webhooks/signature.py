"""The signature of a call, by which its receiver knows that it is ours and fresh.

`webhook-signature` is "v1," and the base64 of HMAC-SHA-256 over `id.timestamp.body` under the
secret after "whsec_", itself base64.  Source: Standard Webhooks, symmetric signatures.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from secrets import token_bytes

SECRET_PREFIX = "whsec_"  # noqa: S105  the mark by which secrets are recognised, not one of them
SECRET_BYTES = 32
TOLERANCE_SECONDS = 300


def new_secret() -> str:
    """Return a new random secret, as it is handed to the receiver once."""
    return SECRET_PREFIX + base64.b64encode(token_bytes(SECRET_BYTES)).decode()


def headers(*secrets: str, message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a call: its id, when it was sent (seconds), its signatures.

    While a secret is being changed there are two, separated by a space: the receiver takes the call
    if one of them is right.
    """
    signed = (f"v1,{_sign(secret, message, timestamp, body)}" for secret in secrets)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signed),
    }


def is_signed(
    secret: str, *, message: str, timestamp: str, body: bytes, signatures: str, now: int
) -> bool:
    """Whether a call was signed under a secret, within TOLERANCE_SECONDS of now.

    `signatures` may hold several, separated by spaces, as while a secret is being changed.
    """
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12 and message):
        return False
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    wanted = f"v1,{_sign(secret, message, int(timestamp), body)}".encode()
    return any(hmac.compare_digest(one.encode(), wanted) for one in signatures.split())


def _sign(secret: str, message: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    content = f"{message}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
