"""What was said and where somebody lives: sealed under the visited person's key.

Of an organisation or a place nothing is personal; it is restricted all the same, and sealed under
the installation's key.
"""

from __future__ import annotations

import json
from typing import Any

from minsheng.apps.people import actions as people
from minsheng.apps.people import keys, reads
from minsheng.apps.people.models import Person
from minsheng.lib.errors import NotFound, WrongInput

FIELD = "visit"
LONGEST = 1000


def sealed(person: Person | None, value: Any) -> str:
    """Return a value sealed for a person, or for the installation where nobody is meant; "" for none."""
    if not value or (person is not None and person.is_erased):
        return ""
    text = json.dumps(value, ensure_ascii=False)
    if person is None:
        return keys.seal_setting(FIELD, text)
    return people.seal_value(person, text, purpose_field=FIELD)


def opened(person: Person | None, token: str) -> Any:
    """Return a sealed value; None for none, and for a person who was erased."""
    if not token:
        return None
    if person is None:
        return json.loads(keys.open_setting(FIELD, token))
    try:
        return json.loads(reads.open_value(person, token, purpose_field=FIELD))
    except NotFound:
        return None


def checked(words: str, *, field: str) -> str:
    """Return what was typed, without blanks around it; WrongInput when it is too long."""
    words = words.strip()
    if len(words) > LONGEST or "\x00" in words:
        raise WrongInput(
            "visits.words_too_long",
            f"最多 {LONGEST} 个字，现在是 {len(words)} 个。请缩短一些，您写的都还在。",
            f"At most {LONGEST} characters; you wrote {len(words)}. Shorten it; it is still here.",
            field=field,
        )
    return words
