"""What is written about a teacher's lesson: sealed under the installation's key."""

from __future__ import annotations

import json
from typing import Any

from minsheng.apps.people import keys

FIELD = "lesson"


def sealed(value: Any) -> str:
    """Return a value sealed; "" for none."""
    return keys.seal_setting(FIELD, json.dumps(value, ensure_ascii=False)) if value else ""


def opened(token: str) -> Any:
    """Return a sealed value; None for none."""
    return json.loads(keys.open_setting(FIELD, token)) if token else None
