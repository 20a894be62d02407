"""Joining a case that somebody else opened for the same real-world event: whom a register ties to it.

Two ties, both in a register's own words. The event register names the event when asked about the
person themselves; or the register that the case rests on names the person as one of its subjects. A
number that somebody typed ties nobody.

In a protected case nothing may be learnt. Whom only the case names is told what any stranger is:
nothing. Whom the event register names knows the event anyway; they may ask as they could of any
case, see that nobody has answered, and their wish leads to no case at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Q

from minsheng.apps.cases import catalogue, events
from minsheng.apps.cases.forms import Form
from minsheng.apps.cases.models import RUNNING, Case, CaseSubject, Draft, Joiner
from minsheng.apps.people import keys
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text

ASKED, AGREED, DECLINED = "join.asked", "join.agreed", "join.declined"
LEFT, ENDED, LAPSED = "join.left", "join.ended", "join.lapsed"
MOST_WISHES = 3
# Why an officer agrees in the applicant's place. Declared: it stands in the ledger.
BASES: Mapping[str, Text] = MappingProxyType(
    {
        "papers_seen": Text(
            "看过证件，是这件事的当事人", "their papers show that it concerns them too"
        ),
        "applicant_unreachable": Text(
            "找不到申请人，看过证件", "the applicant can't be reached; papers were seen"
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Tie:
    """That a register ties a person to an event which somebody else has a case for.

    `case` is None where no case may be joined. `subject`: as whom the case names them, or "".
    """

    event: str
    case: Case | None
    subject: str = ""


def tie_of(draft: Draft, form: Form) -> Tie | None:
    """Return how the person of a draft is tied to somebody else's open case, or None."""
    if draft.mandate_id is not None:
        return None
    if form.event and form.event in form.choices:
        return _tied_by_event(draft, form.event)
    return _tied_by_subject(draft.person, draft.slug)


def member_of(case: Case, account: Account) -> Joiner | None:
    """Return the row by which this account's proved person was let into a case, or None."""
    if case.protected or not account.is_active or not account.is_proved:
        return None
    rows = Joiner.objects.filter(case=case, status=Joiner.AGREED).order_by("pk")
    return next((row for row in rows if row.person_id == account.person_id), None)


def offices_led(account: Account) -> dict[str, str]:
    """Return the offices for which an officer may answer today, each with a post of theirs in it."""
    posts = (post for post in people.posts_of(account) if not post.duty)
    return {post.department.key: post.key for post in posts}


def leads(case: Case, offices: Mapping[str, str], account: Account) -> str:
    """Return the post by which an officer of these offices answers for a case, or ""."""
    if case.protected or case.applicant_id == account.person_id:
        return ""
    return offices.get(catalogue.pinned_spec(case.pack_id).lead, "")


def no_such_wish() -> NotFound:
    """Return the one answer to everybody whom a wish to join is none of."""
    return NotFound(
        "no_such_join",
        "没有可以加入的案卷，或者已经答复过。到“我的”里看。",
        "There is no case to join, or it was answered already. See “Mine”.",
    )


def _tied_by_event(draft: Draft, event: str) -> Tie | None:
    stored = keys.blinds(events.KIND, f"{draft.slug}\n{event}")
    case = Case.objects.filter(slug=draft.slug, event__in=stored, status=RUNNING).first()
    if case is None or case.applicant_id == draft.person_id or case.hidden_from_applicant:
        return None
    blind = events.blind(draft.slug, event)
    if case.protected:
        return Tie(blind, None)
    subject = _named(draft.person).filter(case=case).first()
    return Tie(blind, case, subject.key if subject and _is_said(subject) else "")


def _tied_by_subject(person: Person, slug: str) -> Tie | None:
    """Return the tie by which a register names a person in the newest open case of a service."""
    rows = _named(person).filter(
        case__slug=slug, case__status=RUNNING, case__protected=False, case__is_event_known=True
    )
    for row in rows.exclude(case__applicant=person).order_by("-case_id"):
        if _is_said(row):
            return Tie(row.case.event, row.case, row.key)
    return None


def _named(person: Person) -> Any:
    is_me = Q(person=person)
    number = people.number_of(person)
    if number:
        is_me |= Q(person=None, number_blind__in=keys.blinds_of_number(number))
    return CaseSubject.objects.filter(is_me).select_related("case")


def _is_said(row: CaseSubject) -> bool:
    """Whether a register, and nobody else, said that this person is that subject."""
    fields = catalogue.pinned_spec(row.case.pack_id).fields.values()
    numbers = [f.key for f in fields if f.type == "citizen_number" and f.subject == row.key]
    values = row.case.values.filter(field__in=numbers, origin__startswith="register:")
    return values.exclude(sealed="").exists()
