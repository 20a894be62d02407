"""What is kept about a person of their assessments, and what stands against erasing them."""

from __future__ import annotations

from minsheng.apps.assessments import sealing
from minsheng.apps.assessments.models import OPEN, Assessment, Result
from minsheng.apps.assessments.reads.lines import line_of
from minsheng.apps.assessments.reads.outcomes import outcome_of
from minsheng.apps.people.models import Account, Person
from minsheng.apps.people.obstacles import Obstacle
from minsheng.lib.texts import Text


def held_about(account: Account) -> list[tuple[Text, Text | str, str]]:
    """Return everything that is kept of the account's own assessments: words, places, each answer."""
    if account.person is None:
        return []
    found: list[tuple[Text, Text | str, str]] = []
    rows = Assessment.objects.filter(person=account.person).select_related("person")
    for row in rows.order_by("-pk"):
        line, note = line_of(row), str(row.day or row.asked_at.date())
        found.append((line.title, line.said, note))
        for title, text in (
            (Text("申请时写的", "Written when asking"), sealing.opened(row.person, row.words, field=sealing.WORDS)),
            (Text("上门的地方", "Where"), sealing.opened(row.person, row.place, field=sealing.PLACE)),
        ):  # fmt: skip
            if text:
                found.append((title, text, note))
        result = Result.objects.filter(assessment=row).select_related("person").first()
        if result is not None:
            found += _of_result(result)
    return found


def _of_result(result: Result) -> list[tuple[Text, Text | str, str]]:
    out = outcome_of(result)
    if out is None:
        return []
    note = f"{out.assessed_on}"
    found: list[tuple[Text, Text | str, str]] = [
        (Text("等级", "Level"), out.level_said, f"{note}–{out.valid_until}")
    ]
    for row in (*(row for part in out.parts for row in part.rows), *out.facts):
        words = "；".join((*row.notes, *((row.why,) if row.why else ())))
        found.append((row.title, row.value, words or note))
    if out.informant:
        found.append((Text("信息提供者", "Informant"), out.informant, note))
    return found


def obstacles(person: Person) -> list[Obstacle]:
    """Return the assessments that stand against erasing a person: those under way."""
    rows = Assessment.objects.filter(person=person, state__in=OPEN).order_by("pk")
    return [
        Obstacle(
            code="assessment_open",
            what=Text("能力评估还没有结束", "An assessment is under way"),
            way=Text("取消，或者有结果以后", "Call it off, or wait for its result"),
            link=f"/mine/assessments/{row.pk}",
            until=row.day,
        )
        for row in rows
    ]
