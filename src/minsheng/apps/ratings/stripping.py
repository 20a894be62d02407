"""Takes out of a comment what would say who wrote it."""

from __future__ import annotations

import re

from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Person
from minsheng.lib.errors import NotFound

HIDDEN = "＊＊"
_NUMBERS = re.compile(r"[0-9０-９][0-9０-９Xx \-－]{3,}[0-9０-９Xx]")
_DAYS = re.compile(r"[0-9０-９]{1,4}\s*[年月日号点时](?:[0-9０-９]{1,2}\s*[月日号分半])*")
_ADDRESSES = re.compile(r"[\w.+-]+@[\w.-]+|https?://\S+")


def stripped(text: str, person: Person) -> str:
    """Return the comment without the rater's name, long numbers, days, times and addresses.

    What an unusual story gives away no rule can find: words are shown only where at least five
    people have rated.
    """
    try:
        name = people.name_of(person)
    except NotFound:
        return ""
    if len(name) > 1:
        text = text.replace(name, HIDDEN)
    for pattern in (_ADDRESSES, _NUMBERS, _DAYS):
        text = pattern.sub(HIDDEN, text)
    return text
