"""What may not be had together, for one person: what they have, and what they could have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from minsheng.apps.grants.models import OPEN, Grant
from minsheng.apps.payouts import reads as payouts
from minsheng.apps.payouts.models import COUNTED
from minsheng.apps.people import keys
from minsheng.apps.people.models import Person
from minsheng.apps.policies.reads import scope_of
from minsheng.apps.policies.shelf import policy, policy_as_begun, shelf
from minsheng.engines.policies.conflicts import Candidate, Choice, choose
from minsheng.engines.policies.decide import decide
from minsheng.engines.policies.spec import Policy
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text
from minsheng.rules import Scope

SUBJECT = "grant.subject"


def choices(
    person: Person, *, on: date, also: Collection[str] = (), states: Collection[str] = OPEN
) -> Mapping[str, Choice]:
    """Return what becomes of each award a person has in these states, and of `also`, on a day."""
    rows = Grant.objects.filter(person=person, state__in=states).order_by("pk")
    running = {row.policy: row for row in rows}
    scope = scope_of(person, on=on)
    known = [row.subject_digest for row in running.values()]
    found = []
    for slug in sorted({*running, *also}):
        row = running.get(slug)
        one = policy_as_begun(slug, row.edition_id) if row is not None else policy(slug, on)
        subject = row.subject_digest if row is not None else subject_of(one, scope, known)
        found.append(Candidate(one, _amount(one, scope, on), row is not None, subject))
    return choose(found)


def subject_of(one: Policy, scope: Scope, known: Collection[str] = ()) -> str:
    """Return the keyed digest of what an award would be for, as it stands among `known`; "" for nothing."""
    value = scope.get(one.for_each) if one.for_each else None
    if not isinstance(value, str) or not value:
        return ""
    digests = set(keys.blinds(SUBJECT, value))
    return next((one for one in known if one in digests), keys.blind(SUBJECT, value))


def refuse_second(person: Person, one: Policy, *, on: date) -> None:
    """Raise Conflict where the same thing was paid for already: by this policy, or by one that excludes it.

    What is still open is weighed by `choices`; here it is what has been set aside or paid.
    """
    value = scope_of(person, on=on).get(one.for_each) if one.for_each else None
    if not isinstance(value, str) or not value:
        return
    others = [other.other for other in one.conflicts if other.same and other.kind == "instead"]
    others += [
        other.slug
        for other in shelf().policies.values()
        if any(c.same and c.kind == "instead" and c.other == one.slug for c in other.conflicts)
    ]
    rows = Grant.objects.filter(
        person=person,
        policy__in=[one.slug, *others],
        subject_digest__in=keys.blinds(SUBJECT, value),
    )
    for row in rows.order_by("pk"):
        months = payouts.instalments_of(person, row.policy)
        if any(m.month >= row.from_month and m.state in COUNTED for m in months):
            raise Conflict(
                "grants.same_thing",
                f"同一个证书只补一次：已经有“{policy(row.policy).short.zh}”，所以没有提交。换一个证书可以再申请。",
                "One certificate is paid for once, and it was already: by "
                f"{policy(row.policy).short.to('en')}. Nothing was sent; for another one you may apply.",
                facts={"policy": one.slug, "other": row.policy},
            )


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
