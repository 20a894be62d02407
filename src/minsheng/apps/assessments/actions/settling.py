"""Two assessors settle what differs and sign the same; the second signature makes the result."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from minsheng.apps.assessments import access, sealing
from minsheng.apps.assessments.actions.certifying import put_certificate
from minsheng.apps.assessments.actions.telling import (
    as_assessor,
    locked,
    own_sheet,
    record,
    tell_arrangers,
    tell_family,
)
from minsheng.apps.assessments.models import BOTH_IN, SIGNED, Assessment, Pair, Result, Sheet
from minsheng.apps.assessments.sealing import Settled
from minsheng.apps.people.models import Account
from minsheng.apps.policies import actions as policies
from minsheng.apps.policies.dossiers import ASSESSED, Known
from minsheng.content.gradings import FILE
from minsheng.engines.grading.grade import Assessor, lacking, valid_until
from minsheng.engines.grading.sheets import (
    Answers,
    answered,
    differing,
    joined,
    laid_out,
    unsettled,
)
from minsheng.engines.grading.spec import Grading
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class Word:
    """One difference settled: what now counts, and why."""

    key: str
    value: object
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Both:
    """Two sheets and what was settled of them, open."""

    sheets: tuple[Sheet, Sheet]
    answers: tuple[Answers, Answers]
    settled: Settled


def settle(
    assessment_id: int, word: Word | None, *, by: Account, informant: str | None = None
) -> Assessment:
    """Keep what both settled of one difference, or who told them; a signature given before falls.

    Raises WrongInput for something both said alike, or a value it can't have.
    """
    with transaction.atomic():
        row = locked(assessment_id)
        own_sheet(row, by)
        _require_both(row)
        both = _open(row)
        found = both.settled
        if word is not None:
            found = _with(row, both, word, by)
        if informant is not None:
            found = replace(found, informant=sealing.checked_words(informant, name="informant"))
        if found == both.settled:
            return row
        row.settled = sealing.seal_settled(row.person, found)
        row.revision += 1
        row.save(update_fields=["settled", "revision"])
        Sheet.objects.filter(assessment=row).update(signed_at=None, signed_revision=None)
        facts: dict[str, str | int | bool] = {"revision": row.revision}
        record(row, "settled", as_assessor(row, by), facts)
    return row


def sign(assessment_id: int, revision: int, *, by: Account) -> Result | None:
    """Sign what stands at a revision; return the result once both have, else None.

    Of two who sign at once the later one makes the result; there is never a second. Raises
    Conflict where something was settled since, WrongInput while something is open.
    """
    with transaction.atomic():
        row = locked(assessment_id)
        made = Result.objects.filter(assessment=row).first()
        if made is not None and by.pk in (made.first_id, made.second_id):
            return made
        sheet = own_sheet(row, by)
        _require_both(row)
        if revision != row.revision:
            raise Conflict(
                "assessments.changed",
                "您看以后，另一位改过商定的项。请再看一遍，再签。没有签上。",
                "Something was settled since you looked. Read it again, then sign. Nothing was signed.",
            )
        both = _open(row)
        _check_complete(row, both)
        if sheet.signed_at is None:
            sheet.signed_at, sheet.signed_revision = timezone.now(), row.revision
            sheet.save(update_fields=["signed_at", "signed_revision"])
        missing = Sheet.objects.filter(assessment=row, signed_at=None).exists()
        result = None if missing else _finish(row, both)
        record(row, "signed", as_assessor(row, by), {"result": result.pk if result else 0})
    return result


def _with(row: Assessment, both: _Both, word: Word, by: Account) -> Settled:
    grading = access.grading(row.grading).grading
    if word.key not in differing(grading, *both.answers):
        raise WrongInput(
            "assessments.alike",
            "这一项两位填的一样，不用商定。",
            "Both answered this alike: there is nothing to settle.",
            field=word.key,
        )
    why = sealing.checked_words(word.why, name=f"why-{word.key}")
    answers = answered(grading, both.settled.answers, word.key, word.value)
    notes = {**answers.notes, word.key: why}
    return replace(
        both.settled,
        answers=replace(answers, notes={k: v for k, v in notes.items() if v}),
        by={**both.settled.by, word.key: by.pk},
    )


def _open(row: Assessment) -> _Both:
    first, second = Sheet.objects.filter(assessment=row).select_related("assessor").order_by("pk")
    return _Both(
        (first, second),
        (
            sealing.open_answers(row.person, first.answers),
            sealing.open_answers(row.person, second.answers),
        ),
        sealing.open_settled(row.person, row.settled),
    )


def _require_both(row: Assessment) -> None:
    if row.state != BOTH_IN:
        raise Conflict(
            "assessments.one_in",
            "另一位的表还没有交。两份都交了再商定、再签。",
            "The other sheet isn't in yet. Settle and sign once both are.",
        )


def _check_complete(row: Assessment, both: _Both) -> None:
    grading = access.grading(row.grading).grading
    left = unsettled(grading, *both.answers, both.settled.answers, on=_day(row))
    if left:
        raise WrongInput(
            "assessments.unsettled",
            f"还有 {len(left)} 项两位填的不一样，先商定再签。",
            f"{len(left)} still differ: settle them first, then sign.",
            field=left[0],
        )
    people = [
        Assessor(name=str(one.assessor_id), is_certified=one.is_certified) for one in both.sheets
    ]
    lacks = lacking(grading, people, both.settled.informant)
    if lacks:
        raise WrongInput(
            "assessments.lacking",
            f"还缺：{lacks[0].zh}。别的都还在。",
            f"Still missing: {lacks[0].to('en')}. The rest is kept.",
            field="informant",
        )


def _finish(row: Assessment, both: _Both) -> Result:
    """Make the result, let it count as facts of the person, tell the family."""
    loaded = access.grading(row.grading)
    grading, on = loaded.grading, _day(row)
    whole = joined(grading, both.answers[0], both.settled.answers)
    out = laid_out(grading, whole, on=on)
    content = _content(grading, both, whole)
    content |= {
        "sums": dict(out.sums), "total": out.total, "by_points": out.by_points, "level": out.level,
        "level_said": _pair(grading.levels[out.level]),
        "by_points_said": _pair(grading.levels[out.by_points]) if out.by_points is not None else None,
        "steps": [[*_pair(one.text), one.holds, _pair(one.cite.title) if one.cite else None, one.cite.mark if one.cite else ""] for one in out.steps],
    }  # fmt: skip
    before = Result.objects.filter(person=row.person, grading=row.grading).order_by("-pk").first()
    first, second = both.sheets
    result = Result.objects.create(
        assessment=row,
        person=row.person,
        grading=row.grading,
        version=hashlib.sha256((loaded.folder / FILE).read_bytes()).hexdigest(),
        content=sealing.seal_result(row.person, content),
        assessed_on=on,
        valid_until=valid_until(grading, on),
        replaces=before,
        first=first.assessor,
        second=second.assessor,
        signed_at=timezone.now(),
    )
    row.state = SIGNED
    row.save(update_fields=["state"])
    named = loaded.spec.arranging
    facts = {
        named.level_fact: Known(out.level, ASSESSED, on),
        named.day_fact: Known(on.isoformat(), ASSESSED, on),
    }
    policies.note_facts(row.person, facts, by=f"assessment:{row.pk}")
    _count(row, both)
    put_certificate(result)
    _tell(row)
    return result


def _content(grading: Grading, both: _Both, whole: Answers) -> dict[str, Any]:
    """Return everything that was said, in the order of the standard, readable without the pack."""
    differs = set(differing(grading, *both.answers))

    def line(key: str, title: Text, most: int | None) -> dict[str, Any]:
        return {
            "key": key,
            "title": _pair(title),
            "most": most,
            "value": whole.of(key),
            "said": [one.of(key) for one in both.answers],
            "notes": [one.notes.get(key, "") for one in both.answers],
            "settled_by": both.settled.by.get(key) if key in differs else None,
            "why": both.settled.answers.notes.get(key, ""),
        }

    return {
        "groups": [
            {
                "key": group.key,
                "title": _pair(group.title),
                "most": sum(max(item.points) for item in group.items),
                "items": [line(item.key, item.title, max(item.points)) for item in group.items],
            }
            for group in grading.groups
        ],
        "facts": [line(key, kind.label, None) for key, kind in grading.schema.fields.items()],
        "assessors": [[one.assessor.display, one.is_certified] for one in both.sheets],
        "informant": both.settled.informant,
    }


def _count(row: Assessment, both: _Both) -> None:
    """Count which two answers each item got, without whose they were."""
    grading = access.grading(row.grading).grading
    for item in grading.items():
        said = [one.scores.get(item.key) for one in both.answers]
        if None in said:
            continue
        low, high = sorted(points for points in said if points is not None)
        key: dict[str, Any] = {
            "grading": row.grading,
            "item": item.key,
            "first": low,
            "second": high,
        }
        Pair.objects.get_or_create(**key)
        Pair.objects.filter(**key).update(count=F("count") + 1)


def _tell(row: Assessment) -> None:
    title = Text("能力评估有结果了", "The assessment has a result")
    tell_family(
        row,
        title,
        Text("打开看等级、为什么是这个等级、有效到哪天；不同意的可以要求复核。", "See the level, why, and until when it holds; you may ask for another look."),
        "result",
    )  # fmt: skip
    tell_arrangers(row, title, Text("两名评估员都签了。", "Both assessors have signed."), "result")


def _pair(text: Text) -> list[str]:
    return [text.zh, text.to("en")]


def _day(row: Assessment) -> date:
    assert row.day is not None
    return row.day
