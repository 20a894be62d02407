"""What was found of one person as it is sealed, and rules as the engine reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from minsheng.apps.people import keys
from minsheng.apps.people.models import Person
from minsheng.apps.policies.shelf import shelf
from minsheng.apps.screening.models import Finding
from minsheng.engines.policies.spec import Policy
from minsheng.engines.screening import Outcome, Subject
from minsheng.lib.errors import NotFound
from minsheng.rules.ir import fields_of

FIELD = "screening"


def sealed(person: Person, outcomes: Mapping[str, Outcome]) -> str:
    """Return how policies come out for a person, sealed under their key."""
    plain = {
        slug: [one.value, one.amount_fen, one.failing, one.missing]
        for slug, one in outcomes.items()
    }
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return keys.seal_for(person, text, field=FIELD)


def opened(row: Finding) -> dict[str, Outcome]:
    """Return what `sealed` was given; nothing of somebody erased."""
    try:
        plain = json.loads(keys.open_for(row.person, row.outcome_sealed, field=FIELD))
    except NotFound:
        return {}
    return {
        slug: Outcome(value, amount, tuple(failing), tuple(missing))
        for slug, (value, amount, failing, missing) in plain.items()
    }


def subject_of(policy: Policy) -> Subject:
    """Return a policy as the engine of screening reads it."""
    return Subject(
        policy.slug,
        {one.key: one.rule.ir for one in policy.conditions},
        policy.amount.ir if policy.amount else None,
    )


def sources_of(policies: Iterable[Policy]) -> tuple[str, ...]:
    """Return the sources of every fact that these policies read, each once, in order."""
    vocabulary = shelf().vocabulary
    found = {
        fact.source
        for policy in policies
        for rule in policy.rules()
        for path in fields_of(rule.ir)
        if (fact := vocabulary.at(path)) is not None
    }
    return tuple(sorted(found))
