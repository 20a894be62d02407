"""The scores of a year before they are kept: each firm with what it would get, and who may keep them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from minsheng.apps.people.models import Account, Organisation
from minsheng.apps.scores import access
from minsheng.apps.scores.models import Declared, Snapshot, YearAsked
from minsheng.apps.scores.reads.room import counted, facts_of
from minsheng.content.scores import LoadedScore
from minsheng.engines.scoring.words import range_said
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class YearLine:
    """One firm: what would be kept today, or that it is kept, or that there is no total."""

    firm: str
    said: Text
    is_kept: bool
    has_total: bool


@dataclass(frozen=True, slots=True)
class YearView:
    """A year of a score. `by_two`: one asks and another confirms."""

    loaded: LoadedScore
    year: int
    lines: tuple[YearLine, ...]
    by_two: bool
    is_asked: bool
    is_confirmed: bool
    may_ask: bool
    may_confirm: bool

    @property
    def ready(self) -> int:
        """How many would be kept now."""
        return sum(one.has_total and not one.is_kept for one in self.lines)


def firms_with_numbers() -> list[Organisation]:
    """Return the firms of which any number is known, by name."""
    known = Declared.objects.filter(is_current=True).values("organisation_id")
    return list(Organisation.objects.filter(pk__in=known).order_by("name", "pk"))


def year_of(slug: str, account: Account) -> YearView:
    """Return this year of a score for whoever keeps or confirms it; NotFound for everybody else."""
    loaded, today = access.loaded(slug), timezone.localdate()
    duties = access.duties(account, loaded)
    if not duties:
        raise NotFound(
            "scores.none", "没有这种积分。请回列表看看。", "There is no such score. See the list."
        )
    rows = Snapshot.objects.filter(score=slug, year=today.year)
    kept = set(rows.values_list("organisation_id", flat=True))
    asked = YearAsked.objects.filter(score=slug, year=today.year).first()
    is_confirmed = asked is not None and asked.confirmed_by_id is not None
    by_two = bool(loaded.score.stages)
    lines = []
    for firm in firms_with_numbers()[:MOST_SHOWN]:
        total = counted(loaded, facts_of(firm), on=today).total
        said = range_said(total) if total is not None else Text("还算不出", "no total yet")
        lines.append(YearLine(firm.name, said, firm.pk in kept, total is not None))
    return YearView(
        loaded=loaded,
        year=today.year,
        lines=tuple(lines),
        by_two=by_two,
        is_asked=asked is not None,
        is_confirmed=is_confirmed,
        may_ask="keep" in duties and asked is None,
        may_confirm="confirm" in duties
        and asked is not None
        and not is_confirmed
        and asked.asked_by_id != account.pk,
    )
