"""Words of a request, sealed under the key of whoever made it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping

from minsheng.apps.people import actions as people
from minsheng.apps.people import reads
from minsheng.apps.people.models import Person
from minsheng.lib.errors import NotFound, WrongInput

WORDS, CONTACT, NOTE = "request.words", "request.contact", "request.note"
LONGEST = 1000


def checked(text: str, *, name: str, needed: bool = True) -> str:
    """Return words without blanks around; raises WrongInput, naming the field."""
    text = text.replace("\r\n", "\n").strip()
    if not text and needed:
        raise WrongInput(
            "appeals.words_missing",
            "请写一两句，说清是什么事。别的都还在。",
            "Please write a sentence or two. The rest is still there.",
            field=name,
        )
    if len(text) > LONGEST:
        raise WrongInput(
            "appeals.words_too_long",
            f"最多 {LONGEST} 个字，现在是 {len(text)} 个。请缩短一些，您写的都还在。",
            f"At most {LONGEST} characters; you wrote {len(text)}. Shorten it a little.",
            field=name,
        )
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c != "\n" for c in text):
        raise WrongInput(
            "appeals.control_character",
            "里面有看不见的字符，多半是粘贴带进来的。请重新打一遍。",
            "There is an invisible character in it, probably pasted in. Type it again.",
            field=name,
        )
    return text


def sealed(person: Person, text: str, *, field: str) -> str:
    """Return the token of some words; "" for none, and for a person who was erased."""
    if not text or person.is_erased:
        return ""
    return people.seal_value(person, text, purpose_field=field)


def opened(person: Person, token: str, *, field: str) -> str:
    """Return sealed words; "" for none and for those of a person who was erased."""
    if not token or person.is_erased:
        return ""
    try:
        return reads.open_value(person, token, purpose_field=field)
    except NotFound:
        return ""


def sealed_contact(person: Person, values: Mapping[str, str]) -> str:
    """Return the token of the answers about whom to contact."""
    return sealed(person, json.dumps(dict(values), ensure_ascii=False), field=CONTACT)


def opened_contact(person: Person, token: str) -> dict[str, str]:
    """Return the answers about whom to contact."""
    text = opened(person, token, field=CONTACT)
    return dict(json.loads(text)) if text else {}
