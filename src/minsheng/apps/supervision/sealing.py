"""Words of an order, sealed under the key of the person its subject is about; plain where it is nobody."""

from __future__ import annotations

from minsheng.apps.people import actions as people
from minsheng.apps.people import reads
from minsheng.apps.people.models import Person
from minsheng.lib.errors import NotFound, WrongInput
from minsheng.lib.texts import Text

FIELD = "order.words"
LONGEST = 1000
ERASED = "erased"
"""Stands where words about a person who was erased would stand: nothing of them is kept."""


def sealed(person: Person | None, text: str, *, field: str, needed: Text) -> str:
    """Return the words sealed; raises WrongInput, naming the form's field, for none or too many."""
    text = text.strip()
    if not text:
        raise WrongInput(
            "supervision.words_missing",
            f"请写一句：{needed.zh}。别的都还在。",
            f"Please write a sentence: {needed.to('en')}. The rest is still there.",
            field=field,
        )
    if len(text) > LONGEST or "\x00" in text:
        raise WrongInput(
            "supervision.words_too_long",
            f"最多 {LONGEST} 个字，现在是 {len(text)} 个。请缩短一些，您写的都还在。",
            f"At most {LONGEST} characters; you wrote {len(text)}. Shorten it a little; "
            "what you wrote is still here.",
            field=field,
        )
    if person is None:
        return text
    if person.is_erased:
        return ERASED
    return people.seal_value(person, text, purpose_field=FIELD)


def opened(person: Person | None, token: str) -> str:
    """Return sealed words, "" for none and for those of a person who was erased."""
    if person is None or not token:
        return token
    if person.is_erased:
        return ""
    try:
        return reads.open_value(person, token, purpose_field=FIELD)
    except NotFound:
        return ""
