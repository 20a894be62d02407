"""What may not be had together, for one person: what they have, and what they could have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from minsheng.apps.grants.models import OPEN, Grant
from minsheng.apps.people.models import Person
from minsheng.apps.policies.reads import scope_of
from minsheng.apps.policies.shelf import policy, policy_as_begun
from minsheng.engines.policies.conflicts import Candidate, Choice, choose
from minsheng.engines.policies.decide import decide
from minsheng.engines.policies.spec import Policy
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text
from minsheng.rules import Scope


def choices(
    person: Person, *, on: date, also: Collection[str] = (), states: Collection[str] = OPEN
) -> Mapping[str, Choice]:
    """Return what becomes of each award a person has in these states, and of `also`, on a day."""
    rows = Grant.objects.filter(person=person, state__in=states)
    running = dict(rows.values_list("policy", "edition_id"))
    scope = scope_of(person, on=on)
    found = []
    for slug in sorted({*running, *also}):
        one = policy_as_begun(slug, running[slug]) if slug in running else policy(slug, on)
        found.append(Candidate(one, _amount(one, scope, on), slug in running))
    return choose(found)


def _amount(one: Policy, scope: Scope, on: date) -> int | None:
    """Return what a policy gives: 0 where it gives no money, None while nobody knows."""
    if not one.pays:
        return 0
    found = decide(one, scope, on=on)
    return found.amount_fen if found.value is True else 0


def excluded(choice: Choice) -> Conflict:
    """Return the refusal of what another policy excludes, with why and who says so."""
    cite = choice.cite.said if choice.cite else Text("")
    return Conflict(
        "grants.excluded",
        f"{choice.text.zh}（依据：{cite.zh}）",
        f"{choice.text.to('en')} (Basis: {cite.to('en')}.)",
        facts={"policy": choice.slug, "other": choice.by},
    )
