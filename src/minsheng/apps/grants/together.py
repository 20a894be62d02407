"""What may not be had together, for one person: what they have, and what they could have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from minsheng.apps.grants.models import OPEN, Grant
from minsheng.apps.people.models import Person
from minsheng.apps.policies.reads import scope_of
from minsheng.apps.policies.shelf import policy
from minsheng.engines.policies.conflicts import Candidate, Choice, choose
from minsheng.engines.policies.decide import decide
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text


def choices(
    person: Person, *, on: date, also: Collection[str] = (), states: Collection[str] = OPEN
) -> Mapping[str, Choice]:
    """Return what becomes of each award a person has in these states, and of `also`, on a day."""
    running = set(
        Grant.objects.filter(person=person, state__in=states).values_list("policy", flat=True)
    )
    scope = scope_of(person, on=on)
    found = []
    for slug in sorted(running | set(also)):
        one = policy(slug)
        amount = decide(one, scope, on=on).amount_fen if one.is_configured else None
        found.append(Candidate(one, amount or 0, slug in running))
    return choose(found)


def excluded(choice: Choice) -> Conflict:
    """Return the refusal of what another policy excludes, with why and who says so."""
    cite = choice.cite.said if choice.cite else Text("")
    return Conflict(
        "grants.excluded",
        f"{choice.text.zh}（依据：{cite.zh}）",
        f"{choice.text.to('en')} (Basis: {cite.to('en')}.)",
        facts={"policy": choice.slug, "other": choice.by},
    )
