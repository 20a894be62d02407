"""What goes into the ledger, and who is told."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.dual.models import DualLesson, Pairing
from minsheng.apps.notices import actions as notices
from minsheng.apps.people.models import Account
from minsheng.apps.schools.models import ACTIVE, ADMINISTRATOR, Org, SchoolUser
from minsheng.lib.texts import Text

PAIRING, LESSON = "dual_pairing", "dual_lesson"


def record(stream: str, pk: int, kind: str, by: str, facts: dict[str, str | int | bool]) -> None:
    """Write an act into the ledger: ids and codes only."""
    audit.record(stream, str(pk), audit.News(f"{stream}.{kind}", timezone.now(), by, facts))


def heads_of(*orgs: Org) -> list[Account]:
    """Return the heads of schools, and of the groups they belong to."""
    ids = [pk for one in orgs for pk in (one.pk, one.parent_id) if pk is not None]
    rows = SchoolUser.objects.filter(
        org__in=ids, role=ADMINISTRATOR, status=ACTIVE, account__isnull=False
    ).select_related("account")
    return [row.account for row in rows if row.account is not None]


def teachers_of(pairing: Pairing) -> list[Account]:
    """Return the lead teacher and every teacher in a room of a pairing."""
    rooms = [one.teacher for one in pairing.classes.select_related("teacher")]
    return [pairing.lead_teacher, *rooms]


def tell(
    who: Iterable[Account], title: Text, body: Text, *, link: str, key: str, but: Account
) -> None:
    """Tell each account once, but not the one who did it."""
    for account in {one.pk: one for one in who if one.pk != but.pk}.values():
        notices.notify(
            account, kind="lesson", title=title, body=body, link=link, key=f"{key}:{account.pk}"
        )


def of_lesson(dual: DualLesson) -> list[Account]:
    """Return everybody who teaches in a dual lesson."""
    parts = dual.parts.select_related("lesson__teacher")
    return [dual.teacher, *(one.lesson.teacher for one in parts), *teachers_of(dual.pairing)]
