"""What every act on an award shares: the row locked, words sealed, the event, who is told."""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.grants.access import no_such_grant
from minsheng.apps.grants.models import Grant
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import keys
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Person
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text

STREAM = "grant"
WORDS = "grant.words"
MOST = 500


def locked(grant_id: int, *states: str) -> Grant:
    """Return an award with its row locked, its person first; Conflict in another state."""
    found = Grant.objects.filter(pk=grant_id).values_list("person_id", flat=True).first()
    if found is None:
        raise no_such_grant()
    Person.objects.select_for_update(no_key=True).get(pk=found)
    row = Grant.objects.select_for_update(of=("self",)).select_related("person").get(pk=grant_id)
    if row.state not in states:
        raise done_already()
    return row


def done_already() -> Conflict:
    """Return the answer to who comes second."""
    return Conflict(
        "grants.done",
        "这一步刚才已经办过了，没有再办一次。刷新看看。",
        "This has been dealt with already; nothing was done twice. Reload and look.",
    )


def checked(words: str, *, field: str = "words") -> str:
    """Return words without blanks around; WrongInput for none or too many."""
    text = " ".join(words.split())
    if not text or len(text) > MOST:
        raise WrongInput(
            "grants.words",
            f"请写清楚，1 到 {MOST} 个字。别的都还在。",
            f"Write it down, 1 to {MOST} characters. The rest is still there.",
            field=field,
        )
    return text


def sealed(person: Person, words: str) -> str:
    """Return words sealed for a person."""
    return keys.seal_for(person, words, field=WORDS)


def opened(person: Person, token: str) -> str:
    """Return words, or "" where there are none or the person was erased."""
    return "" if not token or person.is_erased else keys.open_for(person, token, field=WORDS)


def record(grant: Grant, kind: str, by: str, **facts: str | int | None) -> None:
    """Append an event to the chain of an award: ids, codes, amounts, digests."""
    data = {"policy": grant.policy, **facts}
    audit.record(STREAM, str(grant.pk), audit.News(f"grant.{kind}", timezone.now(), by, data))


def tell(grant: Grant, title: Text, body: Text, *, key: str, link: str = "") -> None:
    """Tell the person, where they have a sign-in."""
    account = people.account_of_person(grant.person)
    if account is not None:
        notices.notify(
            account, kind="grant", title=title, body=body,
            link=link or f"/mine/grants/{grant.pk}", key=f"grant:{grant.pk}:{key}",
        )  # fmt: skip


def tell_post(grant: Grant, post: str, title: Text, *, key: str) -> None:
    """Tell whoever fills a post today."""
    for account in people.accounts_of(post) if post else []:
        notices.notify(
            account, kind="grant", title=title, body=Text("在“补贴发放”里", "Under Grants"),
            link=f"/desk/grants/{grant.pk}", key=f"grant:{grant.pk}:{key}:{account.pk}",
        )  # fmt: skip
