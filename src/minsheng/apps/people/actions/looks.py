"""Opening a personal record is an act: it is asked for, answered and written down."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import access, reads
from minsheng.apps.people.purposes import GUARDIAN, PARTS
from minsheng.lib.errors import NotAllowed, WrongInput

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account, Person


def record_look(
    person_id: uuid.UUID | str,
    *,
    by: Account,
    purpose: str,
    what: str,
    case: str = "",
    post_key: str = "",
    is_protected: bool = False,
) -> Person:
    """Return the person whose record may now be shown, after writing down who looks and why.

    `purpose` and `what` are declared codes (`people.purposes`), `case` an opaque id; `post_key`
    says in which duty an officer with several looks. The person's own look is not written down. A protected case writes into a stream that neither the person
    nor the household reads. A refused look is written down too, then raises NotAllowed.
    """
    if what not in PARTS:
        raise WrongInput(
            "people.look_part",
            "没有这一类信息。请从案卷里打开。",
            "There is no such kind of data. Open it from a case.",
            field="what",
        )
    person = reads.person(person_id)
    if access.is_self(by, person):
        return person
    facts = {"purpose": purpose, "part": what, "case": case}
    stream = reads.PROTECTED_LOOK_STREAM if is_protected else reads.LOOK_STREAM
    if access.is_guardian(by, person) and not is_protected:
        _record(stream, person, by, "looked", {**facts, "purpose": GUARDIAN})
        return person
    posts = [post.key for post in reads.posts_of(by) if post.may_look]
    duty = post_key or next(iter(posts), "")
    may = access.may_look_as_staff(by, purpose=purpose, post_key=duty) and not person.is_erased
    if not may:
        declared = {**facts, "purpose": purpose if access.is_declared(purpose) else "undeclared"}
        _record(stream, person, by, "look_refused", declared)
        raise NotAllowed(
            "people.look_refused",
            "这份信息您不能看。办事要用的，请从案卷里打开，并选明用途。",
            "You may not open this record. If your work needs it, open it from a case and state the purpose.",
        )
    _record(stream, person, by, "looked", {**facts, "post": duty})
    return person


def _record(stream: str, person: Person, by: Account, kind: str, facts: dict[str, str]) -> None:
    news = audit.News(kind=kind, at=timezone.now(), by=f"account:{by.pk}", data=facts)
    audit.record(stream, str(person.pk), news)
