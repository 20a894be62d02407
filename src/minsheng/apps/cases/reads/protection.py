"""The protected cases of the named posts, and what everybody else must not learn from looks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import catalogue, protection, store
from minsheng.apps.cases.models import Case, Item
from minsheng.apps.mandates import reads as mandates
from minsheng.apps.mandates.reads import Given
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.people.reads import Look
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term


@dataclass(frozen=True, slots=True)
class ProtectedItem:
    """One item of a protected case that a named post of this account decides."""

    id: int
    title: Text
    status: str


@dataclass(frozen=True, slots=True)
class ProtectedLine:
    """One protected case as a named post sees it in the list; masked."""

    number: str
    service: Text
    who: str
    status: str
    submitted_day: date
    reason: Text
    since: datetime | None
    may_end: bool
    review_on: date | None
    wants_review: bool
    hidden_from_applicant: bool
    items: tuple[ProtectedItem, ...]


def protected_cases(account: Account, limit: int = 200) -> list[ProtectedLine]:
    """Return the protected cases for somebody who fills a named post today, newest first.

    Of each the items that are this account's own. Raises NotAllowed for everybody else.
    """
    protection.require_named(account)
    posts = set(protection.named_posts(account))
    cases = Case.objects.filter(protected=True).select_related("applicant")
    rows = list(cases.order_by("-pk").prefetch_related("items")[:limit])
    return [_line(case, posts) for case in rows]


def looks_about(person: Person) -> list[Look]:
    """Return who opened this person's record; looks in what is a protected case now are left out."""
    looks = people.looks_at(person)
    numbers = {look.case for look in looks if look.case}
    serials = {int(n.partition("-")[2]) for n in numbers if n.partition("-")[2].isdigit()}
    hidden = {
        case.number
        for case in Case.objects.filter(Q(pk__in=serials), protected=True)
        .only("pk", "submitted_day")
        .order_by("pk")
    }
    return [look for look in looks if look.case not in hidden]


def _line(case: Case, posts: set[str]) -> ProtectedLine:
    spec = catalogue.pinned_spec(case.pack_id)
    marked = [e for e in audit.history(store.CHAIN, str(case.pk)) if e.kind == protection.PROTECTED]
    reason = str(marked[-1].data.get("reason", "")) if marked else ""
    return ProtectedLine(
        number=case.number,
        service=spec.title,
        who=case.applicant.name_masked,
        status=case.status,
        submitted_day=case.submitted_day,
        reason=protection.REASONS.get(reason, Text("这项服务都受保护", "the whole service is protected")),
        since=marked[-1].at if marked else None,
        may_end=not spec.protected,
        review_on=case.review_on,
        wants_review=_wants_review(case, spec),
        hidden_from_applicant=case.hidden_from_applicant,
        items=tuple(_item(item, spec.items[item.key].title) for item in case.items.all() if item.post in posts),
    )  # fmt: skip


def reviews_waiting(account: Account) -> int:
    """Return how many protections this account is to look at again by now; 0 for other posts."""
    if not protection.named_posts(account):
        return 0
    cases = Case.objects.filter(protected=True)
    return sum(_wants_review(case, catalogue.pinned_spec(case.pack_id)) for case in cases)


def mandates_given(person: Person) -> list[Given]:
    """Return whom this person has act for them; what was done in a case hidden from them is left out."""
    hidden = {
        case.number for case in Case.objects.filter(applicant=person, hidden_from_applicant=True)
    }
    return [
        replace(given, acts=tuple(act for act in given.acts if act.case not in hidden))
        for given in mandates.given_by(person)
        if given.mandate.case not in hidden
    ]


def _wants_review(case: Case, spec: ServiceSpec) -> bool:
    if spec.protected:
        return False
    term = Term(protection.WARN_WORKDAYS, "wd")
    ahead = catalogue.calendar().add(timezone.localdate(), term).day
    return case.review_on is None or case.review_on <= ahead


def _item(item: Item, title: Text) -> ProtectedItem:
    return ProtectedItem(item.pk, title, item.status)
