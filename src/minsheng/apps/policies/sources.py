"""Who said a fact, in words, and the facts that a policy rests on for one person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Person
from minsheng.apps.policies import dossiers
from minsheng.apps.policies.dossiers import Known
from minsheng.apps.policies.shelf import shelf
from minsheng.engines.policies.spec import Fact, Policy
from minsheng.lib.texts import Text
from minsheng.rules import Scope
from minsheng.rules.ir import fields_of
from minsheng.rules.schema import checked_fact
from minsheng.rules.show import shown_fact

HOUSEHOLD = "household."
PERSON = Text("本人说的", "Said by the person")
FAMILY = Text("这一家自己说的", "Said by the household itself")
LEDGER = Text("发放的账", "The ledger of payments")
AWARD = Text("本区两个人认定的", "Decided here by two officers")
ASSESSMENT = Text("能力评估", "An assessment")
REGISTER = Text("登记库", "A register")


@dataclass(frozen=True, slots=True)
class Used:
    """One fact that a policy rests on: its value, who said it, on which day.

    `inferred`: the day it is known from, where nobody said what held on the day that counts. `proof`:
    what somebody who said it themselves may be asked to show.
    """

    label: Text
    value: Text
    source: str
    said: Text
    as_of: date | None = None
    inferred: date | None = None
    proof: Text = Text("")  # noqa: RUF009  Text is frozen


def said_by(source: str, *, of_household: bool = False) -> Text:
    """Return who said something, in words."""
    kind, _, _ = source.partition(":")
    if kind == "register":
        screening = installed.packs().screening
        declared = screening.dataset(source) if screening is not None else None
        return declared.title if declared is not None else REGISTER
    if kind == "person":
        return FAMILY if of_household else PERSON
    return {"ledger": LEDGER, "award": AWARD, dossiers.ASSESSED: ASSESSMENT}.get(kind, REGISTER)


def facts_used(
    person: Person, policy: Policy, scope: Scope, *, on: date, held: date | None = None
) -> tuple[Used, ...]:
    """Return each fact of the person and their household that a policy rests on.

    held: the day whose facts count, where it isn't the day that is judged. Facts of other members are
    read as totals only and aren't among them.
    """
    own, whole = dossiers.of_person(person), _of_household(person, on)
    names = dict.fromkeys(path for rule in policy.rules() for path in fields_of(rule.ir))
    if policy.for_each:
        names[policy.for_each] = None
    return tuple(_used(names, own, whole, scope, held or on))


def fact_at(path: str) -> Fact | None:
    """Return the fact of a person or of their household that a path names; None for one further away."""
    facts = shelf().vocabulary.facts
    if path.startswith(HOUSEHOLD):
        return facts.get(("household", path.removeprefix(HOUSEHOLD)))
    return facts.get(("person", path))


def _of_household(person: Person, on: date) -> Mapping[str, Known]:
    members = people.household_members(person, on=on)
    return dossiers.of_household(members[0].household) if members else {}


def _used(
    names: Mapping[str, object],
    own: Mapping[str, Known],
    whole: Mapping[str, Known],
    scope: Scope,
    held: date,
) -> Iterator[Used]:
    home = scope.get("household")
    for path in names:
        fact = fact_at(path)
        if fact is None:
            continue
        is_home = fact.entity == "household"
        said = (whole if is_home else own).get(fact.name)
        value = (
            (home.get(fact.name) if isinstance(home, dict) else None)
            if is_home
            else scope.get(path)
        )
        one = said.on(held) if said is not None else None
        source = one.source if one is not None else fact.source
        yield Used(
            label=fact.kind.label,
            value=shown_fact(checked_fact(fact.name, fact.kind, value), fact.kind),
            source=source,
            said=said_by(source, of_household=is_home),
            as_of=one.as_of if one is not None else None,
            inferred=one.begins if one is not None and one.begins > held else None,
            proof=fact.proof if source == "person" else Text(""),
        )
