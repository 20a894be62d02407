"""How policies come out for somebody, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from minsheng.apps.payouts import reads as payouts
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import HouseholdMember, Person
from minsheng.apps.policies import dossiers
from minsheng.apps.policies.shelf import installed_shelf, policy, shelf
from minsheng.apps.policies.sources import HOUSEHOLD, Used, fact_at, facts_used, said_by
from minsheng.content.policies import run_tests
from minsheng.content.problems import Problem
from minsheng.engines.policies.decide import Account as Told
from minsheng.engines.policies.decide import Decision, explain
from minsheng.engines.policies.entering import not_entered
from minsheng.engines.policies.interview import Question, Session, Subject, interview
from minsheng.engines.policies.spec import Fact, Policy
from minsheng.engines.policies.ways import Ways, ways
from minsheng.lib.errors import Conflict, NotAllowed, NotFound
from minsheng.lib.texts import Text
from minsheng.rules import FieldKind, Param, Scope, Unknown
from minsheng.rules.ir import fields_of
from minsheng.rules.schema import checked_fact
from minsheng.rules.show import shown_fact
from minsheng.rules.values import Reason

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

_ROLES = {"head": "head", "spouse": "head_spouse", "child": "children", "parent": "parents"}
"""From a member's role to the household's relation that leads to them."""
YOURSELF = Text("您自己说的", "said by you")
Had = Mapping[UUID, Mapping[str, int]]
"""What our own books add to a fact that counts, by person and fact."""


@dataclass(frozen=True, slots=True)
class Line:
    """One policy for one person."""

    policy: Policy
    decision: Decision
    conclusion: Text
    amount: Text


@dataclass(frozen=True, slots=True)
class Asked:
    """One fact a person could tell us, and how many policies wait for it."""

    fact: Fact
    settles: int


@dataclass(frozen=True, slots=True)
class Entitled:
    """Everything at once: what one gets, what may be, what not (yet), what isn't configured."""

    yes: tuple[Line, ...]
    unknown: tuple[Line, ...]
    no: tuple[Line, ...]
    unconfigured: tuple[Policy, ...]
    ask: tuple[Asked, ...]


def scope_of(person: Person, *, on: date, held: date | None = None) -> Scope:
    """Return everything known of a person and their household as rules read it on a day.

    held: the day whose facts count, where it isn't the day that is judged.
    """
    members = people.household_members(person, on=on)
    had = counts_had({person.pk, *(member.person_id for member in members)}, on=on)
    if not members:
        return Scope(own_facts(person, dossiers.of_person(person), had, on=on, held=held))
    known = {one.person_id: dossiers.of_person(one.person) for one in members}
    whole = dossiers.of_household(members[0].household)
    return Scope(together(members, known, whole, had, on=on, held=held)[person.pk])


def together(
    members: Sequence[HouseholdMember],
    known: Mapping[UUID, dossiers.Facts],
    whole: dossiers.Facts,
    had: Had,
    *,
    on: date,
    held: date | None = None,
) -> dict[UUID, dict[str, object]]:
    """Return the facts of each member of one household, by person, led to each other.

    known: what is known of each person; whole: of the household; had: months paid. Whoever isn't in `known` is there
    without facts.
    """
    found = {
        one.person_id: own_facts(one.person, known[one.person_id], had, on=on, held=held)
        if one.person_id in known
        else {}
        for one in members
    }
    household = {name: one.at(name, on=on, held=held) for name, one in whole.items()}
    household["members"] = [found[one.person_id] for one in members]
    household |= _by_role(members, found)
    for one in members:
        if one.person_id in known:
            found[one.person_id]["guardian_here"] = one.is_guardian
        found[one.person_id]["household"] = household
        found[one.person_id]["spouse"] = _spouse(one.person_id, members, found)
    return found


def _by_role(
    members: Iterable[HouseholdMember], scopes: Mapping[UUID, dict[str, object]]
) -> dict[str, list[dict[str, object]]]:
    """Return who is what in a household; whoever nobody is there is known not to be there."""
    found: dict[str, list[dict[str, object]]] = {name: [] for name in _ROLES.values()}
    for member in members:
        if member.role in _ROLES:
            found[_ROLES[member.role]].append(scopes[member.person_id])
    return found


def own_facts(
    person: Person, known: dossiers.Facts, had: Had, *, on: date, held: date | None = None
) -> dict[str, object]:
    """Return a person's own facts; months already paid are those of before and of this ledger."""
    facts = {name: one.at(name, on=on, held=held) for name, one in known.items()}
    facts["birth"] = people.birth_of(person)
    facts["sex"] = {"f": "female", "m": "male"}.get(person.sex)
    for other in installed_shelf().policies.values():
        if other.ledger:
            facts.setdefault(other.ledger, 0)
    for name, count in had.get(person.pk, {}).items():
        before = facts.get(name)
        if isinstance(before, int):
            facts[name] = before + count
    return facts


def counts_had(persons: Collection[UUID], *, on: date) -> Had:
    """Return what our books add to each fact that counts months had, or times in the year of a day."""
    months, times = payouts.months_had(persons), payouts.times_had(persons, on.year)
    found: dict[UUID, dict[str, int]] = {}
    for one in installed_shelf().policies.values():
        for name, counted in ((one.ledger, months), (one.yearly, times)):
            for person in persons if name else ():
                count = counted.get(person, {}).get(one.slug, 0)
                if count:
                    found.setdefault(person, {})[name] = count
    return found


def _spouse(
    person: UUID,
    members: Iterable[HouseholdMember],
    found: Mapping[UUID, dict[str, object]],
) -> object:
    """Return the other of head and spouse of one household; of anybody else nobody says here."""
    roles = {member.role: member.person_id for member in members}
    head, spouse = roles.get("head"), roles.get("spouse")
    if head is not None and spouse is not None and person in (head, spouse):
        return found[spouse if person == head else head]
    return Unknown.of("spouse", Reason.REGISTER_SILENT)


def entitled(account: Account, *, on: date) -> Entitled:
    """Return how every policy comes out for a resident; NotAllowed before they are proved."""
    return entitled_person(_proved(account), on=on)


def entitled_person(person: Person, *, on: date) -> Entitled:
    """Return how every policy comes out for a person."""
    scope = scope_of(person, on=on)
    return sorted_out("person", scope, on=on)


def sorted_out(about: str, scope: Scope, *, on: date) -> Entitled:
    """Return how every policy about one kind of thing comes out for one of them."""
    lines = [_line(one, scope, on) for one in shelf(on).in_force(on) if one.about == about]
    by: dict[bool | None, list[Line]] = {True: [], None: [], False: []}
    for line in lines:
        by[line.decision.value].append(line)
    unconfigured = tuple(
        one
        for one in shelf().policies.values()
        if not one.is_configured
        and (one.is_for_residents if about == "person" else about in one.for_whom)
    )
    asked = _asked(by[None], about)
    return Entitled(tuple(by[True]), tuple(by[None]), tuple(by[False]), unconfigured, asked)


def _line(one: Policy, scope: Scope, on: date) -> Line:
    found = explain(one, scope, on=on)
    return Line(one, found.decision, found.conclusion, found.amount)


def _asked(lines: Iterable[Line], about: str) -> tuple[Asked, ...]:
    """Return the own facts that policies wait for, those first that settle most."""
    counts: dict[str, int] = {}
    for line in lines:
        for missing in line.decision.missing:
            counts[missing.field] = counts.get(missing.field, 0) + 1
    found = [Asked(fact, counts[fact.name]) for fact in askable(counts, about)]
    return tuple(sorted(found, key=lambda one: (-one.settles, one.fact.name)))


@dataclass(frozen=True, slots=True)
class Explained:
    """One policy for one person or firm: line by line, from which facts, and what would have to change.

    `waiting` are the numbers this district still has to enter.
    """

    policy: Policy
    told: Told
    ways: Ways
    waiting: tuple[Param, ...]
    facts: tuple[Used, ...]


def sentences(slug: str) -> tuple[int, list[str]]:
    """Return how many sentences of a policy were tried just now, and what was wrong with them.

    They are tried on the policy as it stands, with published values; a sentence of a day before they
    hold says what it said.
    """
    tried, problems = sentences_of(policy(slug))
    return tried, [str(one) for one in problems]


def sentences_of(found: Policy) -> tuple[int, list[Problem]]:
    """Return how many sentences of the packs were tried on a policy, and those that come out otherwise."""
    tried, wrong = 0, list[Problem]()
    for root in installed.roots():
        folder = root / "policies" / found.slug
        if (folder / "policy.yaml").is_file():
            count, problems = run_tests(found, folder, f"policies/{found.slug}")
            tried, wrong = tried + count, wrong + problems
    return tried, wrong


def not_configured(found: Policy) -> Conflict:
    """Return the error for a policy that decides nothing yet."""
    zh = "；".join(one.zh for one in found.lacks)
    en = "; ".join(one.to("en") for one in found.lacks)
    return Conflict(
        "policies.not_configured",
        f"“{found.title.zh}”还没有配置好，缺：{zh}。",
        f"{found.title.to('en')!r} isn't configured yet; missing: {en}.",
    )


def told(account: Account, slug: str, *, on: date) -> Explained | None:
    """Return one policy explained for a resident; None where it isn't configured."""
    return told_person(_proved(account), slug, on=on)


def told_person(person: Person, slug: str, *, on: date) -> Explained | None:
    """Return one policy explained for a person; None where it isn't configured.

    NotFound for one that is for firms alone.
    """
    found = policy(slug, on)
    if not found.is_for_residents:
        raise NotFound(
            "policies.for_firms",
            f"“{found.title.zh}”是给企业的。代表企业的，在“企业”里看。",
            f"{found.title.to('en')!r} is for firms. Whoever speaks for one sees it under “Firms”.",
        )
    if not found.is_configured:
        return None
    scope = scope_of(person, on=on)
    return explained(found, scope, facts_used(person, found, scope, on=on), on=on)


def explained(found: Policy, scope: Scope, facts: tuple[Used, ...], *, on: date) -> Explained:
    """Return one policy explained for whoever the facts are about."""
    return Explained(
        found,
        explain(found, scope, on=on),
        ways(found, scope, shelf().vocabulary, on=on),
        not_entered(found, on=on),
        facts,
    )


@dataclass(frozen=True, slots=True)
class Next:
    """What is asked next of a resident, what for, and how many questions were not needed.

    `fact` None: nothing is left to ask. `askable`: every question all policies could lead to.
    """

    fact: Fact | None
    policies: tuple[Policy, ...]
    answered: int
    askable: int

    @property
    def saved(self) -> int:
        """How many questions were never asked."""
        return self.askable - self.answered


def next_question(account: Account, *, on: date) -> Next:
    """Return the question that settles most for a resident; NotAllowed before they are proved."""
    person = _proved(account)
    found = {one.slug: one for one in shelf(on).in_force(on) if one.about == "person"}
    session = session_of(person, on=on)
    asked = session.next_question()
    said = set(_said_themselves(person, on=on))
    return Next(
        next(iter(askable([asked.path])), None) if asked else None,
        tuple(found[name] for name in asked.policies) if asked else (),
        len(said & set(session.questions)),
        len(session.questions),
    )


def names_of(policy: Policy) -> set[str]:
    """Return the names of the facts that a policy's rules read."""
    return {path for rule in policy.rules() for path in fields_of(rule.ir)}


def session_of(person: Person, *, on: date) -> Session:
    """Return an interview about every policy in force, begun from what is known of a person."""
    found = [one for one in shelf(on).in_force(on) if one.about == "person"]
    paths = {path for one in found for path in names_of(one)}
    questions = {fact.name: Question() for fact in askable(paths)}
    subjects = [Subject(one.slug, one.ir, one.amount) for one in found]
    return interview(subjects, scope_of(person, on=on), questions, on=on)


def askable(names: Collection[str], about: str = "person") -> list[Fact]:
    """Return those facts that a person may be asked for: about themselves, or `household.…` for theirs.

    about: "firm" for the facts of a firm, which whoever speaks for it declares.
    """
    found = []
    for name in sorted(names):
        fact = fact_at(name) if about == "person" else shelf().vocabulary.at(name, about)
        if fact is not None and fact.ask.zh:
            found.append(replace(fact, name=name))
    return found


def own_answers(account: Account) -> list[tuple[Text, Text]]:
    """Return what a resident said of themselves and for their household, as it is shown."""
    said = _said_themselves(_proved(account), on=timezone.localdate())
    return [(one.label, one.shown) for one in _held(said) if not one.is_unknown]


def _said_themselves(person: Person, *, on: date) -> dict[str, dossiers.Known]:
    """Return what somebody said of themselves or for their household, by its name."""
    return {name: one for name, one in _all_known(person, on=on).items() if one.source == "person"}


def _all_known(person: Person, *, on: date) -> dict[str, dossiers.Known]:
    """Return what is known of a person, and of their household as `household.…`."""
    members = people.household_members(person, on=on)
    whole = dossiers.of_household(members[0].household) if members else {}
    return {
        **dossiers.of_person(person),
        **{HOUSEHOLD + name: one for name, one in whole.items()},
    }


@dataclass(frozen=True, slots=True)
class Held:
    """One fact that is kept about somebody or their household, as it is shown to them, who said it and when."""

    label: Text
    shown: Text
    said: Text
    as_of: date
    is_unknown: bool = False


def held_about(account: Account) -> list[Held]:
    """Return every fact that is kept of the resident and their household, for the copy of their data.

    What held before stands behind what holds now.
    """
    if account.person is None:
        return []
    known = _all_known(account.person, on=timezone.localdate())
    return [
        held
        for name, one in known.items()
        for word in (one, *one.earlier)
        for held in _held({name: word})
    ]


def _held(known: Mapping[str, dossiers.Known]) -> list[Held]:
    return [
        Held(
            fact.kind.label,
            Reason(one.reason).text
            if one.reason
            else shown_fact(checked_fact(name, fact.kind, one.value), _open(fact.kind)),
            YOURSELF
            if one.source == "person" and not name.startswith(HOUSEHOLD)
            else said_by(one.source, of_household=name.startswith(HOUSEHOLD)),
            one.as_of,
            bool(one.reason),
        )
        for name, one in known.items()
        if (fact := fact_at(name)) is not None
    ]


def _open(kind: FieldKind) -> FieldKind:
    """Return a kind that shows its values: to whom they are about, nothing is hidden."""
    return replace(kind, hidden=False)


def _proved(account: Account) -> Person:
    if account.person is None or not account.is_proved:
        raise NotAllowed(
            "policies.not_proved",
            "先核实身份，才能看您能享受什么。在“我的”里点“核实身份”。",
            "Confirm who you are first; then you see what you are entitled to.",
        )
    return account.person
