"""What every act shares: the locked row, the event, and who is told; never a level or an answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from minsheng.apps.assessments import access
from minsheng.apps.assessments.models import APPOINTED, BOTH_IN, OPEN, Assessment, Result, Sheet
from minsheng.apps.audit import actions as audit
from minsheng.apps.mandates.models import Mandate
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text

STREAM = "assessment"


def locked(assessment_id: int) -> Assessment:
    """Return an assessment with its row locked until the transaction ends; raises NotFound."""
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("person", "review_of")
    found = rows.filter(pk=assessment_id).first()
    if found is None:
        raise access.none_such()
    return found


def own_sheet(assessment: Assessment, by: Account) -> Sheet:
    """Return this assessor's sheet; raises NotFound for everybody else, or where it is called off."""
    found = access.sheet_of(assessment, by)
    if found is None:
        raise access.none_such()
    if assessment.state not in (APPOINTED, BOTH_IN):
        raise closed()
    return found


def record(
    assessment: Assessment, kind: str, by: str, facts: dict[str, str | int | bool] | None = None
) -> None:
    """Write a step into the ledger: ids, days and counts alone."""
    news = audit.News(f"assessment.{kind}", timezone.now(), by, facts or {})
    audit.record(STREAM, str(assessment.pk), news)


def as_assessor(assessment: Assessment, by: Account) -> str:
    """Return who acts, as events say it."""
    return f"post:{access.assessor_post(by, assessment.grading)}/account:{by.pk}"


def closed() -> Conflict:
    """Return the refusal where an assessment is signed or called off."""
    return Conflict(
        "assessments.closed",
        "这次评估已经签字或者取消，不能再改。情况变了，申请再评一次。",
        "It is signed or called off and can't be changed. If things changed, ask for another.",
    )


def tell_family(assessment: Assessment, title: Text, body: Text, what: str) -> None:
    """Tell the elder, whoever acts for them here today, and who asked if that was one of them."""
    accounts = {one.pk: one for one in _family(assessment)}
    link = f"/mine/assessments/{assessment.pk}"
    _tell(accounts.values(), assessment, title, body, link, what)


def tell_assessors(assessment: Assessment, title: Text, body: Text, what: str) -> None:
    """Tell the two assessors."""
    rows = Sheet.objects.filter(assessment=assessment).select_related("assessor")
    link = f"/desk/assessments/{assessment.pk}"
    _tell([one.assessor for one in rows], assessment, title, body, link, what)


def tell_arrangers(assessment: Assessment, title: Text, body: Text, what: str) -> None:
    """Tell whoever arranges assessments today."""
    post = access.grading(assessment.grading).spec.arranging.post
    link = f"/desk/assessments/{assessment.pk}"
    _tell(people.accounts_of(post), assessment, title, body, link, what)


def remind(on: date | None = None) -> int:
    """Remind families whose assessment ends soon, once each, and return how many there were.

    Not those who already asked for another one.
    """
    today = on or timezone.localdate()
    done = 0
    for key, loaded in installed.packs().gradings.items():
        end = today + timedelta(days=loaded.spec.arranging.remind_days.value)
        rows = Result.objects.filter(
            grading=key, valid_until__gt=today, valid_until__lte=end, replaced_by=None,
            person__erased_at=None,
        ).select_related("assessment__person")  # fmt: skip
        for row in rows.exclude(person__in=_under_way(key)):
            with transaction.atomic():
                tell_family(
                    row.assessment,
                    Text("能力评估快到期了", "An assessment ends soon"),
                    Text(
                        f"有效到 {row.valid_until} 前。还要用的，再申请评一次。",
                        f"It holds until {row.valid_until}. If it is still needed, ask for another.",
                    ),
                    "ends",
                )
            done += 1
    return done


def _under_way(key: str) -> list[UUID]:
    rows = Assessment.objects.filter(grading=key, state__in=OPEN)
    return list(rows.values_list("person_id", flat=True))


def _family(assessment: Assessment) -> list[Account]:
    own = people.account_of_person(assessment.person)
    rows = Mandate.objects.filter(principal=assessment.person, agent__isnull=False)
    agents = [
        row.agent for row in rows.select_related("agent")
        if row.agent is not None and row.covers(assessment.grading)
        and access.mandate_of(row.agent, assessment.person, assessment.grading)
    ]  # fmt: skip
    return [*([own] if own else []), *agents]


def _tell(
    accounts: Iterable[Account],
    assessment: Assessment,
    title: Text,
    body: Text,
    link: str,
    what: str,
) -> None:
    for account in accounts:
        notices.notify(
            account,
            kind="assessment",
            title=title,
            body=body,
            link=link,
            key=f"assessment:{assessment.pk}:{what}:{account.pk}",
        )
