"""The calculation sheet: every condition with its values, every fact with its source, every number.

It is kept as it was, sealed under the person's key; its keyed digest stands in the event, so that a
sheet that was changed afterwards is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from minsheng.apps.people import keys
from minsheng.apps.people.models import Person
from minsheng.apps.policies.reads import scope_of
from minsheng.apps.policies.sources import facts_used, said_by
from minsheng.engines.policies.decide import Account as Told
from minsheng.engines.policies.decide import explain
from minsheng.engines.policies.spec import Policy
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text
from minsheng.rules import Scope

FIELD = "grant.sheet"
NO_TEXT = Text("")
_VERDICTS = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sheet: a condition with its evidence, a fact or number with its value.

    `source` is who said a fact (`person`, `register:…`, in words `said`), or the clause of a number, marked
    H, M or L. `inferred`: the day a fact is known from, where nobody said what held in the month.
    `proof`: what somebody who said it themselves may be asked to show.
    """

    label: Text
    value: Text
    verdict: str = ""
    source: str = ""
    as_of: str = ""
    mark: str = ""
    cite: Text = NO_TEXT
    said: Text = NO_TEXT
    inferred: str = ""
    proof: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """A calculation sheet as it is read."""

    title: Text
    month: date
    on: date
    conditions: tuple[Row, ...]
    facts: tuple[Row, ...]
    numbers: tuple[Row, ...]
    how: Text
    amount: Text
    amount_fen: int | None
    conclusion: Text


@dataclass(frozen=True, slots=True)
class Reckoned:
    """How a policy came out for a person and a month, and the sheet as text."""

    value: bool | None
    amount_fen: int | None
    conclusion: Text
    text: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sheet under the person's key, and its digest."""

    token: str
    digest: str


def month_of(day: date) -> date:
    """Return the first day of a month."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """Return the first day of the next month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def held_on(month: date) -> date:
    """Return the day whose facts count for a month: its last, or today while it lasts.

    Where nobody said what held then, the first that is known stands in, and the sheet says so.
    """
    return min(month_after(month) - timedelta(days=1), timezone.localdate())


def reckon(
    person: Person, policy: Policy, *, month: date, claimed_on: date, without_one: bool = False
) -> Reckoned:
    """Return how a policy comes out for a month, on the facts of that month as far as they are known.

    A policy judged by the month is judged on its first day; the others on the day of the claim, and in
    a later year on the first day of what is worked out: the child of last year's claim has grown.
    `without_one`: the month was paid already and doesn't count among those that were had.
    """
    on = month if policy.judged_on == "month" else max(month, claimed_on)
    held = held_on(month)
    scope = scope_of(person, on=on, held=held)
    if without_one:
        scope = Scope({**scope.facts, **dict(_without_one(policy, scope))})
    told = explain(policy, scope, on=on)
    sheet = _sheet(person, policy, told, scope, month=month, on=on, held=held)
    decision = told.decision
    return Reckoned(
        decision.value,
        decision.amount_fen,
        told.conclusion,
        json.dumps(sheet, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
    )


def _without_one(policy: Policy, scope: Scope) -> Iterator[tuple[str, object]]:
    """Yield the facts that count what was had of a policy, as they were without one month of it."""
    for name in (policy.ledger, policy.yearly):
        count = scope.get(name) if name else None
        if isinstance(count, int) and count:
            yield name, count - 1


def sealed(person: Person, text: str) -> Sealed:
    """Return a sheet sealed for a person."""
    return Sealed(keys.seal_for(person, text, field=FIELD), keys.blind(FIELD, text))


def opened(person: Person, token: str, digest: str) -> Sheet:
    """Return a sheet as it was made; Conflict where it isn't the one of the event."""
    text = keys.open_for(person, token, field=FIELD)
    if digest not in keys.blinds(FIELD, text):
        raise Conflict(
            "grants.sheet_changed",
            "这张计算单和记账时的不一样了，请打 12345 报告。",
            "This sheet isn't the one that was booked; please report it on 12345.",
        )
    return read(text)


def read(text: str) -> Sheet:
    """Return a sheet from its text."""
    raw: dict[str, Any] = json.loads(text)
    return Sheet(
        title=Text(*raw["title"]),
        month=date.fromisoformat(f"{raw['month']}-01"),
        on=date.fromisoformat(raw["on"]),
        conditions=tuple(
            Row(Text(*one["text"]), Text(*one["evidence"]), verdict=_VERDICTS[one["value"]])
            for one in raw["conditions"]
        ),
        facts=tuple(
            Row(
                Text(*one["label"]), Text(*one["value"]), source=one["source"], as_of=one["as_of"],
                said=Text(*one["said"]) if "said" in one else said_by(one["source"]),
                inferred=one.get("inferred", ""), proof=Text(*one.get("proof", ("",))),
            )
            for one in raw["facts"]
        ),
        numbers=tuple(
            Row(
                Text(*one["label"]), Text(*one["value"]), source=one["clause"], mark=one["mark"],
                cite=Text(*one["source"]),
            )
            for one in raw["numbers"]
        ),
        how=Text(*raw["how"]),
        amount=Text(*raw["amount"]),
        amount_fen=raw["amount_fen"],
        conclusion=Text(*raw["conclusion"]),
    )  # fmt: skip


def _sheet(
    person: Person, policy: Policy, told: Told, scope: Scope, *, month: date, on: date, held: date
) -> dict[str, Any]:
    return {
        "policy": policy.slug,
        "title": _pair(policy.title),
        "month": f"{month:%Y-%m}",
        "on": on.isoformat(),
        "conditions": [
            {
                "text": _pair(one.condition.text),
                "value": one.value,
                "evidence": _pair(one.explanation.evidence),
            }
            for one in told.told
        ],
        "facts": list(_facts(person, policy, scope, on, held)),
        "numbers": [
            {
                "label": _pair(one.label),
                "value": _pair(one.shown),
                "source": _pair(one.entry.source),
                "clause": one.entry.clause,
                "mark": one.entry.mark,
            }
            for one in told.numbers
        ],
        "how": _pair(policy.amount_text),
        "amount": _pair(told.amount),
        "amount_fen": told.decision.amount_fen,
        "conclusion": _pair(told.conclusion),
    }


def _facts(
    person: Person, policy: Policy, scope: Scope, on: date, held: date
) -> Iterator[dict[str, Any]]:
    """Yield each fact the policy rests on: value, who said it, as of which day, from which it is inferred."""
    for one in facts_used(person, policy, scope, on=on, held=held):
        yield {
            "label": _pair(one.label),
            "value": _pair(one.value),
            "source": one.source,
            "said": _pair(one.said),
            "as_of": one.as_of.isoformat() if one.as_of else "",
            "inferred": one.inferred.isoformat() if one.inferred else "",
            "proof": _pair(one.proof),
        }


def _pair(text: Text) -> list[str]:
    return [text.zh, text.to("en")]
