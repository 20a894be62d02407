"""A policy as the engine reads it: who gets what, why, how much, for how long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import Literal

from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text
from minsheng.rules import FieldKind, Model, Param, Rule
from minsheng.rules.ir import And, Node

Changer = Literal["person", "office", "time", "nobody"]
Rhythm = Literal["once", "month", "quarter", "year"]
JudgedOn = Literal["event", "month", "submission"]
Clash = Literal["higher", "instead", "after"]
Check = Literal["rule", "recount", "account"]
Gives = Literal["money", "recognition", "service", "loan"]
Audience = Literal["person", "household", "firm"]
Door = Literal["", "loans", "stakes", "vouchers", "sittings"]
NO_TEXT = Text("")
_NUMBER = re.compile(r"\[[0-9]*\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is known of one fact beyond its kind: who says it, who can change it, how it is asked.

    source: `person`, `register:<name>`, `ledger:<name>`. `ask` empty: nobody is asked for it. `proof`:
    what somebody who says it themselves may be asked to show.
    """

    entity: str
    name: str
    kind: FieldKind
    source: str
    change: Changer = "nobody"
    ask: Text = NO_TEXT
    advice: Text = NO_TEXT
    proof: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything rules may name, with the model that reads them."""

    model: Model
    facts: Mapping[tuple[str, str], Fact]

    def at(self, path: str, entity: str = "person") -> Fact | None:
        """Return the fact a way leads to, e.g. `household.members[1].income_fen`, or None."""
        schema = self.model.schemas.get(entity)
        steps = _NUMBER.sub("", path).split(".")
        while schema is not None:
            rest = ".".join(steps)
            if (schema.name, rest) in self.facts:
                return self.facts[schema.name, rest]
            relation = schema.relations.get(steps[0])
            if relation is None or len(steps) < 2:
                return None
            schema, steps = self.model.schemas[relation.to], steps[1:]
        return None

    def label(self, path: str, entity: str = "person") -> Text:
        """Return what a way leads to as people call it; of somebody else with who that is."""
        steps = _NUMBER.sub("", path).split(".")
        there, whose = entity, Text("")
        while steps and (way := self.model.schemas[there].relations.get(steps[0])) is not None:
            there, whose, steps = way.to, way.label, steps[1:]
        fact = self.facts.get((there, ".".join(steps)))
        if fact is None:
            return whose if whose.zh and not steps else Text(path)
        label = fact.kind.label
        if not whose.zh or there != entity:
            return label
        return Text(f"{whose.zh}的{label.zh}", f"{label.to('en')} of {whose.to('en')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition with the officer's own sentence."""

    key: str
    rule: Rule
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What may not be had together. `cite` says who says so.

    higher: of both only the higher is paid. instead: not while the other is paid. after: only when
    the other has ended. same: only where both are for the same thing (`for_each` of the policies), such as
    one certificate; while it isn't known of one of them, they are taken to be.
    """

    other: str
    kind: Clash
    cite: Cite
    same: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """For what money may be taken back, with who says so: only where it holds.

    rule: what must be true of the person's facts. recount: worked out anew a month comes to less.
    account: it went to another bank account than the person's.
    """

    key: str
    text: Text
    cite: Cite
    check: Check = "rule"
    rule: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy. One with `lacks` is listed but decides nothing: no amount is invented.

    gives: money is paid by an award; a recognition makes facts true (`makes_true`) and dates them
    (`makes_today`); a service is arranged by the office; a loan is applied for elsewhere. amount None:
    it gives no money. `ledger` is the fact that counts the months already paid, `yearly` the one that
    counts how often it was had this year, `for_each` the one that says what an award is for: one each. `about` is the entity whose
    facts it is judged by, `for_whom` who may have it, `door` where this system takes a firm's application.
    """

    slug: str
    title: Text
    short: Text
    why: Text
    about: str
    heading: str
    office: str
    effective_from: date
    judged_on: JudgedOn
    cites: tuple[Cite, ...]
    conditions: tuple[Condition, ...] = ()
    gives: Gives = "money"
    makes_true: tuple[str, ...] = ()
    makes_today: tuple[str, ...] = ()
    amount: Rule | None = None
    amount_text: Text = NO_TEXT
    per: Rhythm = "once"
    ledger: str = ""
    yearly: str = ""
    for_each: str = ""
    params: Mapping[str, Param] = field(default_factory=lambda: MappingProxyType({}))
    conflicts: tuple[Conflict, ...] = ()
    grounds: tuple[Ground, ...] = ()
    how: Text = NO_TEXT
    lacks: tuple[Text, ...] = ()
    effective_to: date | None = None
    for_whom: tuple[Audience, ...] = ("person",)
    door: Door = ""

    @property
    def is_configured(self) -> bool:
        """Whether it can be decided."""
        return not self.lacks

    @property
    def pays(self) -> bool:
        """Whether an award of it is paid from a pot: not so to firms."""
        return self.is_configured and self.gives == "money" and self.about == "person"

    @property
    def is_for_residents(self) -> bool:
        """Whether a person or a household may have it; whatever else may."""
        return any(one != "firm" for one in self.for_whom)

    @property
    def ir(self) -> Node:
        """All conditions together."""
        parts = tuple(condition.rule.ir for condition in self.conditions)
        return parts[0] if len(parts) == 1 else And(parts)

    @property
    def version(self) -> str:
        """What the policy rests on, as a short hash: rules, derived facts, every dated number."""
        amount = None if self.amount is None else self.amount.ir
        rested = repr((self.slug, [(one.key, one.rule.ir) for one in self.conditions], amount))
        return sha256(rested.encode()).hexdigest()[:16]

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

    def rules(self) -> Iterator[Rule]:
        """Yield every rule it is judged by."""
        for condition in self.conditions:
            yield condition.rule
        if self.amount is not None:
            yield self.amount
