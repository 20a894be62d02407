"""What a pupil wrote and what was written about them: sealed under the pupil's own key."""

from __future__ import annotations

import json
from typing import Any

from minsheng.apps.people import actions as people
from minsheng.apps.people import reads
from minsheng.apps.schools.models import SchoolUser
from minsheng.lib.errors import NotFound, WrongInput

FIELD = "learning"
LONGEST = 500


def sealed(pupil: SchoolUser, value: Any) -> str:
    """Return a value sealed for a pupil; "" for none, and for somebody who was erased."""
    if not value or pupil.person is None or pupil.person.is_erased:
        return ""
    text = json.dumps(value, ensure_ascii=False)
    return people.seal_value(pupil.person, text, purpose_field=FIELD)


def opened(pupil: SchoolUser, token: str) -> Any:
    """Return a sealed value; None for none, and of somebody who was erased."""
    if not token or pupil.person is None:
        return None
    try:
        return json.loads(reads.open_value(pupil.person, token, purpose_field=FIELD))
    except NotFound:
        return None


def checked(words: str, *, field: str, longest: int = LONGEST) -> str:
    """Return what was typed, trimmed; raises WrongInput when it is empty or too long."""
    words = words.strip()
    if not words or len(words) > longest or "\x00" in words:
        raise WrongInput(
            "mastery.words",
            f"请写一句话，最多 {longest} 个字；现在是 {len(words)} 个。您写的都还在。",
            f"Write a sentence of at most {longest} characters; it has {len(words)}. It is kept.",
            field=field,
        )
    return words
