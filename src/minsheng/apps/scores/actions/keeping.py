"""The score of a year, kept with the version of the pack that gave it."""

from __future__ import annotations

import json

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people.models import Account
from minsheng.apps.scores import access, reads, sealing
from minsheng.apps.scores.actions.declaring import STREAM
from minsheng.apps.scores.models import Snapshot
from minsheng.lib.errors import Conflict


def take_snapshot(slug: str, code: str, *, by: Account) -> Snapshot:
    """Return this year's score of a firm, kept as it is today; the same one again once it is kept.

    Raises NotAllowed for all but the keeper, Conflict while there is no total.
    """
    loaded = access.loaded(slug)
    who, firm, today = access.keeper(by, loaded), access.firm(code), timezone.localdate()
    there = Snapshot.objects.filter(organisation=firm, score=slug, year=today.year).first()
    if there is not None:
        return there
    facts = reads.facts_of(firm)
    weighed = reads.weights_on(slug, today)
    found = reads.counted(loaded, facts, on=today)
    if found.total is None:
        raise Conflict(
            "scores.no_total",
            "还算不出总分，没有存。先确认权重，或者补上企业的数。",
            "There is no total yet, so nothing was kept. Confirm weights or add numbers first.",
        )
    detail = {
        "facts": facts,
        "stage": found.stage,
        "low": str(found.total.low),
        "high": str(found.total.high),
        "passes": found.passes,
    }
    try:
        with transaction.atomic():
            made = Snapshot.objects.create(
                organisation=firm,
                score=slug,
                year=today.year,
                digest=loaded.digest,
                weights=weighed,
                detail=sealing.sealed(json.dumps(detail)),
                by=who,
            )
            news = audit.News(
                "score.kept", timezone.now(), who, {"score": slug, "year": today.year}
            )
            audit.record(STREAM, str(firm.pk), news)
    except IntegrityError:
        return Snapshot.objects.get(organisation=firm, score=slug, year=today.year)
    return made
