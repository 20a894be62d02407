"""A result as a certificate: signed, with a code to check it; an earlier one is revoked by a later."""

from __future__ import annotations

from minsheng.apps.assessments import access, sealing
from minsheng.apps.assessments.models import Result
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people import installed
from minsheng.apps.records import actions as records
from minsheng.apps.records import reads as records_reads
from minsheng.apps.records.actions import Origin
from minsheng.apps.records.certificates.sheet import Fact
from minsheng.lib.texts import Text

CERTIFY, KIND, ITEM = "assessment.certificate", "ability-assessment", "result"
REPLACED = Text("后来又评过，以新的结果为准", "A later assessment counts instead")


def put_certificate(result: Result) -> None:
    """Ask for the certificate of a result, in the caller's transaction."""
    outbox.put(CERTIFY, f"{CERTIFY}:{result.pk}", {"result": result.pk})


def issue_certificate(job: outbox.Job) -> None:
    """Certify level and days of a result, and revoke what an earlier one had given.

    Its verification page says only whether it is genuine: a level is nobody else's business. May run
    again after a crash; nothing for somebody who was erased, or where a later result counts.
    """
    result = Result.objects.select_related("person").get(pk=job.payload["result"])
    found = sealing.open_result(result.person, result.content)
    if not found or Result.objects.filter(replaces=result).exists():
        return
    spec, district = access.grading(result.grading).spec, installed.packs().district
    level = f"{found['level']} 级（{found['level_said'][0]}）"
    licence = records.issue_licence(
        KIND,
        result.person,
        title=spec.title,
        office=district.office(district.posts[spec.arranging.post].department),
        district=district.title,
        facts=[
            Fact("level", Text("能力等级", "Level"), level),
            Fact("assessed_on", Text("评估的日期", "Assessed on"), result.assessed_on.isoformat()),
            Fact("standard", Text("依据", "Basis"), spec.cites[0].title.zh),
        ],
        origin=Origin(_origin(result), ITEM),
        by="system",
        valid_until=result.valid_until,
        discreet=True,
    )
    if result.replaces is not None:
        old = records_reads.licence_of_origin(_origin(result.replaces), ITEM, attempt=1)
        if old is not None and not old.is_revoked:
            records.revoke_licence(old.pk, reason=REPLACED, by="system", replaced_by=licence)


def _origin(result: Result) -> str:
    return f"assessment-{result.assessment_id}"


HANDLERS = {CERTIFY: outbox.Outside(issue_certificate)}
