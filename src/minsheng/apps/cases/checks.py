"""The rules an officer sees answered before deciding: yes, no or unknown, with the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minsheng.apps.cases import catalogue, facts, store
from minsheng.apps.cases.models import Item
from minsheng.engines.casework.spec import CheckSpec
from minsheng.lib.texts import Text
from minsheng.rules import Explanation


@dataclass(frozen=True, slots=True)
class Check:
    """One rule before the decision."""

    spec: CheckSpec
    value: bool | None
    explanation: Explanation

    @property
    def evidence(self) -> Text:
        """What the answer rests on, in one line."""
        return self.explanation.evidence


def checks_of(item: Item, *, on: date) -> tuple[Check, ...]:
    """Return the checks of an item, judged on a day over all facts of its case."""
    case = item.case
    spec = catalogue.pinned_spec(case.pack_id)
    declared = spec.items[item.key].checks
    if not declared:
        return ()
    chosen = facts.chosen(spec, store.state_of(case))
    known = facts.for_rules(facts.values_of(case), selected=chosen)
    return tuple(_judged(check, known, on) for check in declared)


def _judged(check: CheckSpec, known: dict[str, object], on: date) -> Check:
    explanation = check.rule.explain(known, on=on)
    return Check(check, explanation.verdict.value, explanation)
