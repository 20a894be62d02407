"""Who may do what in an assessment: the elder, a family agent, who arranges, who assesses."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from minsheng.apps.assessments.models import Assessment, Sheet
from minsheng.apps.mandates import access as mandates
from minsheng.apps.mandates import reads as mandate_reads
from minsheng.apps.mandates.models import Mandate
from minsheng.apps.people import access as people_access
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.content.gradings import LoadedGrading
from minsheng.lib.errors import NotAllowed, NotFound
from minsheng.lib.texts import Text


def grading(key: str) -> LoadedGrading:
    """Return one way of assessing; raises NotFound."""
    found = installed.packs().gradings.get(key)
    if found is None:
        raise none_such()
    return found


def grading_of_fact(names: Iterable[str]) -> LoadedGrading | None:
    """Return the way of assessing whose result is one of these facts of a person, or None."""
    wanted = set(names)
    for one in installed.packs().gradings.values():
        if wanted & {one.spec.arranging.level_fact, one.spec.arranging.day_fact}:
            return one
    return None


def arranges(account: Account, key: str) -> bool:
    """Whether this account arranges assessments of this kind today."""
    return grading(key).spec.arranging.post in _posts(account)


def assessor_post(account: Account, key: str) -> str:
    """Return the post in which this account may assess today, one with a certificate first, or ""."""
    found = grading(key).spec.arranging
    held = _posts(account)
    return next((p for p in (*found.certified, *found.assessors) if p in held), "")


def assessors(key: str) -> list[tuple[Account, bool]]:
    """Return who may assess today, and whether with a certificate; those who have one first."""
    found = grading(key).spec.arranging
    several: dict[int, tuple[Account, bool]] = {}
    for post in (*found.certified, *found.assessors):
        for account in people.accounts_of(post):
            several.setdefault(account.pk, (account, post in found.certified))
    return list(several.values())


def mandate_of(account: Account, person: Person, key: str) -> Mandate | None:
    """Return the mandate by which this account speaks for this person here, or None."""
    return mandates.mandate_for(account, person, key)


def principals(account: Account, key: str) -> list[Person]:
    """Return those for whom this account may ask for an assessment today."""
    found = {
        one.mandate.principal_id: one.mandate.principal
        for one in mandate_reads.held_by(account)
        if one.status == "holds" and one.mandate.covers(key)
    }
    return list(found.values())


def is_family(account: Account, assessment: Assessment) -> bool:
    """Whether this account is the elder, proved, or acts for them by a mandate that holds."""
    own = people_access.is_self(account, assessment.person)
    if own and account.is_proved and not account.is_staff_member:
        return True
    return mandate_of(account, assessment.person, assessment.grading) is not None


def sheet_of(assessment: Assessment, account: Account) -> Sheet | None:
    """Return the sheet of this assessor, who must still hold a post that assesses, or None."""
    if not assessor_post(account, assessment.grading):
        return None
    return Sheet.objects.filter(assessment=assessment, assessor=account).first()


def tie(account: Account, person: Person) -> Text | None:
    """Return what ties an assessor to an elder, as registers and mandates know it, or None.

    Their own person, a household that both belong to, a mandate between them now or before.
    """
    own = account.person
    if own is None:
        return None
    if own.pk == person.pk:
        return Text("就是本人", "is the elder")
    if set(people.household_ids(own)) & set(people.household_ids(person)):
        return Text("和老人是一家人", "belongs to the elder's household")
    other = people.account_of_person(person)
    between = Q(principal=person, agent__person=own)
    if other is not None:
        between |= Q(principal=own, agent=other)
    if Mandate.objects.filter(between).exists():
        return Text("替老人办事或照顾老人", "acts or cares for the elder")
    return None


def found(assessment_id: int) -> Assessment:
    """Return one assessment; raises NotFound."""
    row = Assessment.objects.select_related("person", "review_of").filter(pk=assessment_id).first()
    if row is None:
        raise none_such()
    return row


def none_such() -> NotFound:
    """Return the one answer to who asks for what isn't there, or isn't theirs."""
    return NotFound(
        "assessments.none",
        "没有这次评估，或者它和您无关。请回列表看看。",
        "There is no such assessment, or it isn't yours. See the list.",
    )


def not_yours() -> NotAllowed:
    """Return the refusal to who has no part in this act."""
    return NotAllowed(
        "assessments.not_yours",
        "这一步不归您做，什么都没有改。请看“能力评估”里您的那些。",
        "This step isn't yours; nothing was changed. See those that are yours.",
    )


def _posts(account: Account) -> set[str]:
    if not account.is_active or not account.is_staff_member:
        return set()
    return {post.key for post in people.posts_of(account, timezone.localdate())}
