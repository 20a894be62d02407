"""Cases that somebody may see, found by what they know of them. No copy of them is kept anywhere.

A stranger finds nothing; a protected case is never found, not even by who opens it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Case as OneOf
from django.db.models import IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from minsheng.apps.cases import access, catalogue
from minsheng.apps.cases.models import IN_INBOX, Case, Item
from minsheng.apps.people import access as people_access
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.search import Entry, folded, score
from minsheng.lib.identifiers import mask_name
from minsheng.lib.texts import Text

MOST = 20
NUMBER = re.compile(r"(?:(20[0-9]{2})-)?0*([0-9]{1,9})")
CITIZEN = re.compile(r"[0-9]{17}[0-9x]")
LEAST_SCORE = 600
STAR = "＊"


@dataclass(frozen=True, slots=True)
class FoundCase:
    """One find. For an officer it is an item of their post (`item_id`), for a resident a case."""

    number: str
    service: Text
    title: Text
    status: str
    submitted_day: date
    who: str = ""
    item_id: int = 0


def find_cases(typed: str, *, account: Account, limit: int = MOST) -> list[FoundCase]:
    """Return the cases this account may see that answer what was typed, what waits first.

    An officer: begun items of the posts filled today, by number, item, service, masked name, or the whole
    citizen number of the applicant, which is compared by its keyed index and noted as a look. A
    resident: own cases, and those they are asked to agree to, by number, service and item.
    """
    asked = " ".join(folded(typed).split())
    if not asked or not account.is_active:
        return []
    if people_access.is_staff(account):
        return _of_posts(asked, account, limit)
    return _of_person(asked, account, limit)


def _of_posts(asked: str, account: Account, limit: int) -> list[FoundCase]:
    posts = [post.key for post in people.posts_of(account, timezone.localdate())]
    mine = Item.objects.filter(post__in=posts, case__protected=False, started__isnull=False)
    if CITIZEN.fullmatch(asked):
        return _by_citizen(asked.upper(), mine, account, limit)
    wanted = _by_number(asked) or _by_words(asked)
    if not wanted:
        return []
    return [_item(row) for row in _ordered(mine.filter(wanted), limit)]


def _by_citizen(number: str, mine: QuerySet[Item], account: Account, limit: int) -> list[FoundCase]:
    person = people.person_by_number(number)
    if person is None:
        return []
    rows = _ordered(mine.filter(case__applicant=person), limit)
    if rows:
        people_actions.record_look(
            person.pk, by=account, purpose="case", what="case", post_key=rows[0].post
        )
    return [_item(row) for row in rows]


def _by_number(asked: str) -> Q | None:
    found = NUMBER.fullmatch(asked)
    if found is None:
        return None
    wanted = Q(case_id=int(found[2]))
    return wanted & Q(case__submitted_day__year=int(found[1])) if found[1] else wanted


def _by_words(asked: str) -> Q | None:
    """Return what picks items by their names, or applicants by their masked name."""
    wanted = Q()
    for loaded in catalogue.services_on(timezone.localdate()):
        spec = loaded.spec
        if _fits(asked, spec.title):
            wanted |= Q(case__slug=spec.slug)
        keys = [key for key, item in spec.items.items() if _fits(asked, item.title)]
        if keys:
            wanted |= Q(case__slug=spec.slug, key__in=keys)
    names = masked_names(asked)
    if names:
        wanted |= Q(case__applicant__name_masked__in=names)
    return wanted or None


def masked_names(asked: str) -> list[str]:
    """Return the masked names that a name, or its beginning, may stand behind."""
    plain = asked.replace("*", "").replace(STAR, "").strip()
    if not 1 <= len(plain) <= 4 or plain.isascii():
        return []
    if plain == asked and len(plain) > 1:
        return [mask_name(plain)]
    return [plain + STAR * stars for stars in (1, 2, 3)]


def _ordered(rows: QuerySet[Item], limit: int) -> list[Item]:
    waits = OneOf(
        When(status__in=IN_INBOX, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return list(rows.select_related("case__applicant").order_by(waits, "-case_id", "pk")[:limit])


def _item(row: Item) -> FoundCase:
    spec = catalogue.pinned_spec(row.case.pack_id)
    return FoundCase(
        number=row.case.number,
        service=spec.title,
        title=spec.items[row.key].title,
        status=row.status,
        submitted_day=row.case.submitted_day,
        who=row.case.applicant.name_masked,
        item_id=row.pk,
    )


def _of_person(asked: str, account: Account, limit: int) -> list[FoundCase]:
    if not account.is_proved or account.person_id is None:
        return []
    is_mine = Q(applicant=account.person_id)
    asked_of_me = access.subjects_of(account).values("case")
    rows = Case.objects.filter(is_mine | Q(pk__in=asked_of_me), protected=False)
    found = []
    for case in rows.order_by("-pk"):
        spec = catalogue.pinned_spec(case.pack_id)
        if _is_number(asked, case) or score(asked, _entry(spec)) >= LEAST_SCORE:
            found.append(
                FoundCase(
                    number=case.number,
                    service=spec.title,
                    title=spec.title,
                    status=case.status,
                    submitted_day=case.submitted_day,
                )
            )
    return found[:limit]


def _is_number(asked: str, case: Case) -> bool:
    found = NUMBER.fullmatch(asked)
    return (
        found is not None
        and int(found[2]) == case.pk
        and found[1] in (None, str(case.submitted_day.year))
    )


def _fits(asked: str, title: Text) -> bool:
    return len(asked) > 1 and score(asked, Entry((title.zh, title.en))) >= LEAST_SCORE


def _entry(spec: ServiceSpec) -> Entry:
    items = [item.title for item in spec.items.values()]
    return Entry((spec.title.zh, spec.title.en), tuple(w for t in items for w in (t.zh, t.en) if w))
