"""How policies come out for a firm, by what it declared and offices noted for its scores."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from minsheng.apps.policies.reads import Entitled, Explained, explained, sorted_out
from minsheng.apps.policies.shelf import policy
from minsheng.apps.policies.sources import Used
from minsheng.apps.scores import access
from minsheng.apps.scores import reads as scores
from minsheng.engines.scoring.words import number_said
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text
from minsheng.rules import Reason, Scope
from minsheng.rules.ir import fields_of

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account, Organisation
    from minsheng.engines.policies.spec import Policy

FIRM = "firm"
SAID_BY = {
    "firm": Text("企业自己填的", "declared by the firm"),
    "office": Text("部门记的", "noted by an office"),
}


def scope_of_firm(firm: Organisation) -> Scope:
    """Return everything known of a firm as rules read it; what isn't declared is unknown."""
    facts = access.read_facts()
    return Scope(
        {
            name: bool(value) if facts[name].type == "boolean" else value
            for name, value in scores.facts_of(firm).items()
            if name in facts
        }
    )


def entitled(account: Account, *, on: date, code: str = "") -> Entitled:
    """Return how every policy for firms comes out for the firm this account speaks for.

    Raises NotAllowed for everybody else.
    """
    return entitled_firm(access.own_firm(account, code), on=on)


def entitled_firm(firm: Organisation, *, on: date) -> Entitled:
    """Return how every policy for firms comes out for one of them."""
    return sorted_out(FIRM, scope_of_firm(firm), on=on)


def told(account: Account, slug: str, *, on: date, code: str = "") -> Explained | None:
    """Return one policy explained for the firm this account speaks for; None where it isn't configured.

    Raises NotAllowed for everybody else, NotFound for a policy that isn't for firms.
    """
    return told_firm(access.own_firm(account, code), slug, on=on)


def told_firm(firm: Organisation, slug: str, *, on: date) -> Explained | None:
    """Return one policy explained for a firm; None where it isn't configured."""
    found = for_firms(slug, on)
    if not found.is_configured:
        return None
    return explained(found, scope_of_firm(firm), facts_used(firm, found), on=on)


def facts_used(firm: Organisation, policy: Policy) -> tuple[Used, ...]:
    """Return each number of a firm that a policy rests on, who said it and as of which day."""
    read = _facts_read(policy)
    return tuple(
        Used(
            label=one.fact.label,
            value=Reason.NOT_ASKED.text if one.value is None else number_said(one.fact, one.value),
            source=one.source or FIRM,
            said=SAID_BY[one.source or FIRM],
            as_of=one.as_of,
        )
        for one in scores.numbers_of(firm)
        if one.fact.key in read
    )


def for_firms(slug: str, on: date | None = None) -> Policy:
    """Return one policy that firms may have, as it stands on a day (today); raises NotFound."""
    found = policy(slug, on)
    if FIRM not in found.for_whom:
        raise NotFound(
            "policies.not_for_firms",
            f"“{found.title.zh}”是给个人或家庭的。本人在“我能享受什么”里看。",
            f"{found.title.to('en')!r} is for persons or households. They see it under “Mine”.",
        )
    return found


def facts_read(slug: str) -> frozenset[str]:
    """Return the facts of a firm that one policy reads; raises NotFound for one not for firms."""
    return _facts_read(for_firms(slug))


def _facts_read(policy: Policy) -> frozenset[str]:
    return frozenset(name for rule in policy.rules() for name in fields_of(rule.ir))
