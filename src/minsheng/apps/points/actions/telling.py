"""What is told and written down, the same way for every act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account, Person
    from minsheng.apps.points.models import Participant

STREAM = "points"
LONGEST_WORDS = 300
NOTE = "points.note"
WORDS = "points.objection"


def record(participant: Participant, kind: str, by: str, **data: Any) -> None:
    """Append an event to the chain of a participant; ids and decisions only."""
    key = f"{participant.scheme}.{participant.circle}:{participant.number}"
    audit.record(STREAM, key, audit.News(kind=kind, at=timezone.now(), by=by, data=data))


def who(account: Account) -> str:
    """Return how an account stands in an event."""
    return f"account:{account.pk}"


def tell(person: Person, participant: Participant, title: Text, body: Text, *, key: str) -> None:
    """Tell a person who has a sign-in, in the portal; nothing personal in the words."""
    account = people.account_of_person(person)
    if account is not None:
        notices.notify(
            account,
            kind="points",
            title=title,
            body=body,
            link=f"/mine/points/{participant.scheme}",
            key=f"points:{key}",
        )


def checked_words(text: str, *, field: str, needed: bool = False) -> str:
    """Return words as typed; raises WrongInput for too many, unreadable, or missing ones."""
    text = text.strip()
    if "\x00" in text:
        raise WrongInput(
            "points.words_unreadable",
            "有一个字读不出来，请删掉再发。",
            "One character can't be read. Delete it and send again.",
            field=field,
        )
    if len(text) > LONGEST_WORDS or (needed and not text):
        raise WrongInput(
            "points.words",
            f"请写一句，最多 {LONGEST_WORDS} 个字。您填的都还在。",
            f"Write a sentence, at most {LONGEST_WORDS} characters. What you typed is still here.",
            field=field,
        )
    return text
