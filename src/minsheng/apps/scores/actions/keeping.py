"""The score of a year, kept with the version of the pack that gave it: of one firm, or of all at once.

Where a score has weights, which two persons set, keeping a whole year takes two as well: one asks, or the clock
does, and another confirms.
"""

from __future__ import annotations

import json
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Organisation
from minsheng.apps.scores import access, reads, sealing
from minsheng.apps.scores.actions.declaring import STREAM
from minsheng.apps.scores.models import Snapshot, YearAsked
from minsheng.content.scores import LoadedScore
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text

CLOCK = "system"


def take_snapshot(slug: str, code: str, *, by: Account) -> Snapshot:
    """Return this year's score of a firm, kept as it is today; the same one again once it is kept.

    Raises NotAllowed for all but the keeper, Conflict while there is no total.
    """
    loaded = access.loaded(slug)
    made = _keep(loaded, access.firm(code), access.keeper(by, loaded), timezone.localdate())
    if made is None:
        raise Conflict(
            "scores.no_total",
            "还算不出总分，没有存。先确认权重，或者补上企业的数。",
            "There is no total yet, so nothing was kept. Confirm weights or add numbers first.",
        )
    return made


def keep_year(slug: str, *, by: Account) -> int:
    """Keep this year's score of every firm that has one, and return how many were kept now.

    Where the score has weights, this only asks: 0 is returned and another person confirms. Raises
    NotAllowed for all but the keeper, Conflict where it was asked before.
    """
    loaded = access.loaded(slug)
    who, today = access.keeper(by, loaded), timezone.localdate()
    if not loaded.score.stages:
        return _keep_all(loaded, who, today)
    with transaction.atomic():
        if not _ask(loaded, today.year, who, by):
            raise Conflict(
                "scores.year_asked",
                "今年的已经提过了，等另一个人确认。没有再提。",
                "This year was asked for already; another person confirms. Nothing was asked twice.",
            )
    return 0


def confirm_year(slug: str, *, by: Account) -> int:
    """Keep a year that was asked for, as another person, and return how many firms' scores were kept."""
    loaded = access.loaded(slug)
    who, today = access.confirmer(by, loaded), timezone.localdate()
    with transaction.atomic():
        row = (
            YearAsked.objects.select_for_update()
            .filter(score=slug, year=today.year, confirmed_by=None)
            .first()
        )
        if row is None:
            raise Conflict(
                "scores.year_not_asked",
                "今年的还没有人提，或者已经确认了。刷新看看。",
                "Nobody has asked for this year, or it is confirmed already. Reload and look.",
            )
        if row.asked_by_id == by.pk:
            raise Conflict(
                "scores.two_persons_year",
                "今年的是您提的，要由另一个人确认。",
                "You asked for this year; another person confirms it.",
            )
        row.confirmed_by, row.kept = by, _keep_all(loaded, who, today)
        row.save()
    return row.kept


def keep_due(on: date | None = None) -> int:
    """Keep, or ask to keep, the scores of the year once their day has come; return how many there were."""
    today, done = on or timezone.localdate(), 0
    for loaded in access.scores():
        begins = loaded.spec.kept_from
        if begins is None or (today.month, today.day) < (begins.month, begins.day):
            continue
        if not loaded.score.stages:
            done += _keep_all(loaded, CLOCK, today)
        elif reads.weights_on(loaded.score.score, today) is not None:
            with transaction.atomic():
                done += _ask(loaded, today.year, CLOCK, None)
    return done


def _ask(loaded: LoadedScore, year: int, who: str, by: Account | None) -> bool:
    """Ask for a year, once, and tell whoever confirms; return whether it wasn't asked before."""
    score = loaded.score.score
    if YearAsked.objects.filter(score=score, year=year).exists():
        return False
    try:
        with transaction.atomic():
            YearAsked.objects.create(score=score, year=year, asked_by=by)
    except IntegrityError:
        return False
    news = audit.News("score.year_asked", timezone.now(), who, {"score": score, "year": year})
    audit.record(STREAM, score, news)
    for account in people.accounts_of(loaded.spec.confirmer):
        if by is not None and account.pk == by.pk:
            continue
        notices.notify(
            account,
            kind="score",
            title=Text("等您确认存今年的分", "Keeping this year's scores waits for you"),
            body=loaded.score.title,
            link=f"/desk/scores/year/{score}",
            key=f"score:year:{score}:{year}:{account.pk}",
        )
    return True


def _keep_all(loaded: LoadedScore, who: str, today: date) -> int:
    """Keep the score of each firm with numbers that isn't kept yet, and return how many were."""
    kept = set(
        Snapshot.objects.filter(score=loaded.score.score, year=today.year).values_list(
            "organisation_id", flat=True
        )
    )
    firms = [one for one in reads.firms_with_numbers() if one.pk not in kept]
    return sum(_keep(loaded, firm, who, today) is not None for firm in firms)


def _keep(loaded: LoadedScore, firm: Organisation, who: str, today: date) -> Snapshot | None:
    """Return the score of a firm for a year, kept now or before; None while there is no total."""
    slug = loaded.score.score
    own = Snapshot.objects.filter(organisation=firm, score=slug, year=today.year)
    there = own.first()
    if there is not None:
        return there
    facts = reads.facts_of(firm)
    found = reads.counted(loaded, facts, on=today)
    if found.total is None:
        return None
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
                weights=reads.weights_on(slug, today),
                detail=sealing.sealed(json.dumps(detail)),
                by=who,
            )
            news = audit.News(
                "score.kept", timezone.now(), who, {"score": slug, "year": today.year}
            )
            audit.record(STREAM, str(firm.pk), news)
    except IntegrityError:
        return own.get()
    return made
