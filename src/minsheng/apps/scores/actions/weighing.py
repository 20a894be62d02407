"""Weights of a score: one person enters them, another confirms or refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people.models import Account
from minsheng.apps.scores import access, sealing
from minsheng.apps.scores.models import CONFIRMED, ENTERED, REFUSED, WeightSet
from minsheng.engines.scoring import wrong_weights
from minsheng.engines.scoring.words import points_said
from minsheng.lib.errors import Conflict, NotFound, WrongInput

STREAM = "score-weights"
_AHEAD = timedelta(days=366)
_PLAIN = re.compile(r"[0-9]{1,6}(?:[./][0-9]{1,6})?")


def enter_weights(
    slug: str,
    weights: Mapping[str, Mapping[str, str]],
    *,
    starts: date | None,
    source: str,
    by: Account,
) -> WeightSet:
    """Return weights that wait for a second person: stage → part → points as typed.

    Raises NotAllowed for all but the keeper; WrongInput names the field `stage` or `stage.part` of
    what isn't a number, is missing, or doesn't add up.
    """
    loaded = access.loaded(slug)
    who = access.keeper(by, loaded)
    score, today = loaded.score, timezone.localdate()
    if not score.stages:
        raise _no_weights()
    exact: dict[str, dict[str, Fraction]] = {}
    for stage in score.stages:
        given = weights.get(stage, {})
        exact[stage] = {
            part: _points(given.get(part, ""), field=f"{stage}.{part}") for part in score.parts
        }
        if "sum" in wrong_weights(score, stage, exact[stage]):
            total = sum(exact[stage].values(), Fraction(0))
            raise WrongInput(
                "scores.sum",
                f"“{score.stages[stage].zh}”加起来是 {points_said(total)}，要等于 {score.total}。"
                "您写的都还在。",
                f"'{score.stages[stage].to('en')}' adds up to {points_said(total)}, not {score.total}. "
                "What you typed is kept.",
                field=stage,
            )
    if starts is None or abs(starts - today) > _AHEAD:
        raise WrongInput(
            "scores.starts",
            "请写从哪天起用，前后一年以内。",
            "Say from which day on, within a year of today.",
            field="starts",
        )
    told = sealing.checked(source, field="source")[:200]
    plain = {
        stage: {part: str(points) for part, points in row.items()} for stage, row in exact.items()
    }
    with transaction.atomic():
        made = WeightSet.objects.create(
            score=slug, weights=plain, starts=starts, source=told, entered_by=by
        )
        _record(made, "entered", who)
    return made


def confirm_weights(weights_id: int, *, by: Account) -> WeightSet:
    """Let entered weights count; Conflict for who entered them, or when they were decided."""
    return _decide(weights_id, CONFIRMED, "", by)


def refuse_weights(weights_id: int, why: str, *, by: Account) -> WeightSet:
    """Refuse entered weights, with why."""
    return _decide(weights_id, REFUSED, sealing.checked(why, field="why")[:200], by)


def _decide(weights_id: int, state: str, why: str, by: Account) -> WeightSet:
    with transaction.atomic():
        found = WeightSet.objects.select_for_update().filter(pk=weights_id).first()
        if found is None:
            raise _no_weights()
        who = access.confirmer(by, access.loaded(found.score))
        if found.entered_by_id == by.pk:
            raise Conflict(
                "scores.two_persons_weights",
                "这些权重是您录的，要由另一个人确认。",
                "You entered these weights; another person confirms them.",
            )
        if found.state != ENTERED:
            raise Conflict(
                "scores.weights_decided",
                "这些权重刚才已经有人定了。请刷新页面。",
                "These weights have been decided. Reload the page.",
            )
        found.state, found.decided_by, found.why = state, by, why
        found.save(update_fields=["state", "decided_by", "why"])
        _record(found, state, who)
    return found


def _points(text: str, *, field: str) -> Fraction:
    plain = text.strip()
    try:
        # without an exponent: 1e99999999 would be worked out to its last digit
        found = Fraction(plain) if _PLAIN.fullmatch(plain) else Fraction(-1)
    except ZeroDivisionError:
        found = Fraction(-1)
    if not 0 <= found <= 100:
        raise WrongInput(
            "scores.weight",
            "请写 0 到 100 的数，像 8 或 7.5。您写的都还在。",
            "Write a number from 0 to 100, like 8 or 7.5. What you typed is kept.",
            field=field,
        )
    return found


def _no_weights() -> NotFound:
    return NotFound(
        "scores.no_weights",
        "没有这组权重，或者这种积分不用权重。",
        "There are no such weights, or this score has none.",
    )


def _record(row: WeightSet, kind: str, by: str) -> None:
    news = audit.News(f"weights.{kind}", timezone.now(), by, {"weights": row.pk})
    audit.record(STREAM, row.score, news)
