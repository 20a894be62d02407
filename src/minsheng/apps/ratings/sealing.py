"""Words of and to a rater, sealed under the rater's own key."""

from __future__ import annotations

from minsheng.apps.people import actions as people
from minsheng.apps.people import reads
from minsheng.apps.people.models import Person
from minsheng.lib.errors import NotFound, WrongInput
from minsheng.lib.texts import Text

FIELD = "rating.words"
LONGEST = 500
ERASED = "erased"
"""Stands where words about a person who was erased would stand: nothing of them is kept."""
NOTHING = Text("")


def sealed(person: Person, text: str, *, field: str = "comment", needed: Text = NOTHING) -> str:
    """Return words sealed under the rater's key, "" for none.

    Raises WrongInput, naming the form's field, for too many words, or none where `needed` says
    what belongs there.
    """
    text = text.strip()
    if needed.zh and not text:
        raise WrongInput(
            "ratings.words_missing",
            f"请写一句：{needed.zh}。别的都还在。",
            f"Please write a sentence: {needed.to('en')}. The rest is still there.",
            field=field,
        )
    if len(text) > LONGEST:
        raise WrongInput(
            "ratings.words_too_long",
            f"最多 {LONGEST} 个字，现在是 {len(text)} 个。请缩短一些，您写的都还在。",
            f"At most {LONGEST} characters; you wrote {len(text)}. Shorten it a little; "
            "what you wrote is still here.",
            field=field,
        )
    if "\x00" in text:
        raise WrongInput(
            "ratings.words_unreadable",
            "有一个字读不出来，请删掉再发。",
            "One character can't be read. Delete it and send again.",
            field=field,
        )
    if person.is_erased:
        return ERASED if text else ""
    return people.seal_value(person, text, purpose_field=FIELD) if text else ""


def opened(person: Person, token: str) -> str:
    """Return sealed words, "" for none and for those of a person who was erased."""
    if not token or person.is_erased:
        return ""
    try:
        return reads.open_value(person, token, purpose_field=FIELD)
    except NotFound:
        return ""
