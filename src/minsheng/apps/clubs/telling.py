"""The ledger of a round or slot, and who is told what."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.schools.models import Guardianship, SchoolUser, now
from minsheng.lib.texts import Text

ROUND, SLOT = "clubs", "lessons"
KIND = "clubs"


def record(stream: str, key: int, kind: str, by: str, facts: dict[str, str | int | bool]) -> None:
    """Write a step into the ledger: ids and codes alone."""
    audit.record(stream, str(key), audit.News(f"{stream}.{kind}", timezone.now(), by, {**facts}))


def family_of(pupil: SchoolUser) -> list[Account]:
    """Return the accounts of a pupil and of whoever looks after them, as the school knows it."""
    rows = Guardianship.objects.filter(now(timezone.localdate()), pupil=pupil)
    persons = [row.person for row in rows.select_related("person")]
    if pupil.person is not None:
        persons.append(pupil.person)
    found = [people.account_of_person(one) for one in persons]
    return [one for one in found if one is not None]


def tell(accounts: Iterable[Account], title: Text, body: Text, *, link: str, key: str) -> None:
    """Tell somebody once; nothing personal stands in it."""
    for account in accounts:
        notices.notify(
            account, kind=KIND, title=title, body=body, link=link, key=f"{key}:{account.pk}"
        )
