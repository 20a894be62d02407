"""Public notices: what is posted before it is decided, for everybody, with every name masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from minsheng.apps.cases import access, catalogue, facts
from minsheng.apps.cases.models import PublicNotice
from minsheng.apps.cases.reads.rarer import post_title
from minsheng.apps.people.typed import said
from minsheng.engines.casework.spec import Cite, FieldSpec, ReasonSpec
from minsheng.lib.texts import Text

MOST = 200
UNWORDED = ReasonSpec(key="", text=Text("公示", "public notice"), act="stop")
OPEN_TYPES = ("choice", "boolean", "integer", "date", "money")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One public notice. `lines` are its facts, masked; empty once they may not be shown."""

    number: str
    title: Text
    service: Text
    office: Text
    reason: Text
    objections: Text
    cite: Cite | None
    posted_on: date
    until: date
    is_over: bool
    lines: tuple[tuple[Text, Text], ...] = ()


def posted_now() -> list[Posted]:
    """Return the notices that stand today, the newest first."""
    rows = PublicNotice.objects.filter(
        until__gte=timezone.localdate(), item__is_stopped=True, item__case__protected=False
    )
    rows = rows.select_related("item__case__applicant").order_by("-posted_on", "-pk")
    found = [_posted(row) for row in rows[:MOST]]
    return [one for one in found if not one.is_over]


def posted(number: str) -> Posted:
    """Return one notice; once it is over without its facts. NotFound for an unknown number."""
    return _posted(access.posted_notice(number))


def _posted(row: PublicNotice) -> Posted:
    item, case, on = row.item, row.item.case, timezone.localdate()
    spec = catalogue.pinned_spec(case.pack_id)
    # An old notice may name a reason that the form under which the case goes on has no more.
    reason = spec.reasons.get(row.reason, UNWORDED)
    is_over = not row.stands_on(on)
    known = {} if is_over or case.applicant.is_erased else facts.values_of(case)
    return Posted(
        number=row.number,
        title=spec.items[item.key].title,
        service=spec.title,
        office=post_title(item.post),
        reason=reason.text,
        objections=reason.objections,
        cite=reason.cite,
        posted_on=row.posted_on,
        until=row.until,
        is_over=is_over,
        lines=tuple(
            (spec.fields[key].label, _masked(spec.fields[key], known[key].value))
            for key in reason.shows
            if key in known and known[key].is_known
        ),
    )


def _masked(declared: FieldSpec, value: object) -> Text:
    """Return a value as everybody may read it: of words the first character alone."""
    words = said(declared, value)
    if declared.type in OPEN_TYPES:
        return words
    return Text(words.zh[:1] + "＊" * (len(words.zh) - 1))
