"""What the audit administrator reads: who opened what, and what happened, without the protected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import store
from minsheng.apps.cases.models import Case
from minsheng.apps.people import access as people_access
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.people.purposes import PURPOSES
from minsheng.lib.texts import Text

_ACCOUNT = re.compile(r"account:(\d+)")
STREAMS = ("look", "case", "account", "office", "consent", "person")


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry of the ledger: ids and codes, and which sign-in did it. Nothing personal."""

    id: int
    stream: str
    key: str
    kind: str
    at: datetime
    who: str
    purpose: Text | None
    case: str


def ledger_lines(account: Account, *, stream: str = "", limit: int = 200) -> list[LedgerLine]:
    """Return the newest entries for the audit administrator, newest first.

    Protected cases and looks at them stand in a book of their own and are not among them. Raises
    NotAllowed for everybody else.
    """
    people_access.require_duty(account, "audit")
    rows = Entry.objects.filter(stream__in=[stream] if stream in STREAMS else STREAMS)
    hidden = [str(pk) for pk in Case.objects.filter(protected=True).values_list("pk", flat=True)]
    entries = list(rows.exclude(stream=store.CHAIN, key__in=hidden).order_by("-pk")[:limit])
    ids = {match[1] for entry in entries for match in [_ACCOUNT.search(entry.by)] if match}
    names = {
        str(pk): f"{display or username}"
        for pk, display, username in Account.objects.filter(
            pk__in=[int(one) for one in ids], kind=Account.STAFF
        ).values_list("pk", "display", "username")
    }
    return [_line(entry, names) for entry in entries]


def protected_looks(account: Account, *, limit: int = 200) -> list[LedgerLine]:
    """Return the looks into protected cases, for the posts that open them, newest first."""
    if not any(post.opens_protected for post in people.posts_of(account)):
        return []
    entries = Entry.objects.filter(stream=people.PROTECTED_LOOK_STREAM).order_by("-pk")[:limit]
    return [_line(entry, {}) for entry in entries]


def _line(entry: Entry, names: dict[str, str]) -> LedgerLine:
    match = _ACCOUNT.search(entry.by)
    data = entry.data
    purpose = PURPOSES.get(str(data.get("purpose", "")))
    return LedgerLine(
        id=entry.pk,
        stream=entry.stream,
        key=entry.key,
        kind=entry.kind,
        at=entry.at,
        who=names.get(match[1], f"account:{match[1]}") if match else entry.by,
        purpose=purpose,
        case=str(data.get("case", "")),
    )
