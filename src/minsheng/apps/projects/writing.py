"""What every act on an entry shares: the row locked first, words and files kept, the ledger told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.projects import access
from minsheng.apps.projects.models import Entry, Evidence, Milestone, Serial
from minsheng.apps.projects.words import STATES
from minsheng.apps.records import actions as records
from minsheng.engines.projects import Act, after
from minsheng.lib.errors import Conflict, NotFound, WrongInput
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.apps.records.models import StoredFile

STREAM = "project"
WORDS = "project.words"
LONGEST = 1000
ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows: words, and perhaps a file with its name."""

    words: str
    name: str = ""
    content: bytes = b""


def locked(number: str, by: Account) -> Entry:
    """Return an entry with its row locked; the one NotFound for who may not see it."""
    entry = Entry.objects.select_for_update().filter(number=number).first()
    if entry is None or not access.may_see(entry, by):
        raise access.no_such_entry()
    return entry


def move(entry: Entry, act: Act) -> None:
    """Set the state that an act leads to; Conflict where the state doesn't allow it."""
    state = after(entry.state, act)  # type: ignore[arg-type]
    if state is None:
        said = STATES[entry.state]  # type: ignore[index]
        raise Conflict(
            "projects.not_now",
            f"这一条现在是“{said.zh}”，这一步做不了。刷新看看，您写的没有发出。",
            f"This entry is '{said.to('en')}' now, so this step can't be taken. Reload and see; "
            "what you wrote was not sent.",
            facts={"entry": entry.number, "state": entry.state},
        )
    entry.state = state


def checked_words(text: str, *, needed: Text, field: str = "words") -> str:
    """Return the words; WrongInput, naming the form's field, for none or too many."""
    text = text.strip()
    if not text:
        raise WrongInput(
            "projects.words_missing",
            f"请写一句：{needed.zh}。别的都还在。",
            f"Please write a sentence: {needed.to('en')}. The rest is still there.",
            field=field,
        )
    if len(text) > LONGEST or "\x00" in text:
        raise WrongInput(
            "projects.words_too_long",
            f"最多 {LONGEST} 个字，现在是 {len(text)} 个。请缩短一些，您写的都还在。",
            f"At most {LONGEST} characters; you wrote {len(text)}. Shorten it a little; "
            "what you wrote is still here.",
            field=field,
        )
    return text


def keep(
    entry: Entry,
    kind: str,
    shown: Shown,
    *,
    by: Account,
    needed: Text,
    milestone: Milestone | None = None,
) -> Evidence:
    """Return what was shown, kept: words always, sealed where they are about somebody."""
    words = checked_words(shown.words, needed=needed)
    stored: StoredFile | None = None
    if shown.content:
        stored = records.store_file(shown.content, shown.name, owner=entry.person, by=by)
    return Evidence.objects.create(
        entry=entry,
        milestone=milestone,
        kind=kind,
        words=sealed(entry, words),
        file=stored,
        by=by,
        post=acting_post(entry, by),
        at=timezone.now(),
    )


def sealed(entry: Entry, words: str) -> str:
    """Return words as they are stored: under the key of whom the entry is about."""
    if entry.person is None:
        return words
    if entry.person.is_erased:
        return ERASED
    return people_actions.seal_value(entry.person, words, purpose_field=WORDS)


def opened(entry: Entry, words: str) -> str:
    """Return stored words in the clear; "" for those about somebody who was erased."""
    if entry.person is None or not words:
        return words
    if entry.person.is_erased:
        return ""
    try:
        return people.open_value(entry.person, words, purpose_field=WORDS)
    except NotFound:
        return ""


def acting_post(entry: Entry, by: Account) -> str:
    """Return the post in which somebody acts on an entry: its own first."""
    mine = access.held(by)
    own = (entry.owner, *entry.helpers, entry.checker)
    return next((post for post in own if post in mine), min(mine, default=""))


def note(entry: Entry, kind: str, /, *, by: Account, worked: bool = False, **facts: Any) -> None:
    """Store the entry and write into the ledger what happened; `worked`: it is news of the work."""
    if worked:
        entry.news_on = timezone.localdate()
    entry.save()
    who = f"post:{acting_post(entry, by)}/account:{by.pk}"
    news = audit.News(
        kind=f"entry.{kind}",
        at=timezone.now(),
        by=who,
        data={"state": entry.state, "round": entry.round, **facts},
    )
    audit.record(STREAM, entry.number, news)


def tell(entry: Entry, posts: set[str], title: Text, *, key: str) -> None:
    """Tell whoever fills these posts today."""
    accounts = {one.pk: one for post in posts for one in people.accounts_of(post)}
    for account in accounts.values():
        notices.notify(
            account,
            kind="projects",
            title=title,
            body=Text(f"{entry.number} {entry.title.zh}", f"{entry.number} {entry.title.to('en')}")
            if entry.person is None
            else Text(entry.number, entry.number),
            link=f"/desk/projects/{entry.number}",
            key=f"project:{entry.pk}:{key}:{entry.round}:{account.pk}",
        )


def next_number(on: date) -> str:
    """Return the next number of a year; its row stays locked until the transaction ends."""
    serial = locked_serial(on)
    serial.last += 1
    serial.save(update_fields=["last"])
    return f"{on.year}-{serial.last:04d}"


def locked_serial(on: date) -> Serial:
    """Return the row that numbers a year's entries, locked: whoever opens entries takes turns."""
    Serial.objects.get_or_create(year=on.year)
    return Serial.objects.select_for_update().get(year=on.year)
