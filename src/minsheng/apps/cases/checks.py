"""The rules of an item, answered before an officer decides; the same for the page and the act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from minsheng.engines.casework.spec import CheckSpec, ItemSpec
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import Explanation


@dataclass(frozen=True, slots=True)
class Check:
    """One rule before the decision: yes, no or unknown, with the evidence."""

    spec: CheckSpec
    value: bool | None
    explanation: Explanation

    @property
    def evidence(self) -> Text:
        """What the answer rests on, in one line."""
        return self.explanation.evidence


def checks_of(item: ItemSpec, known: Mapping[str, object], *, on: date) -> tuple[Check, ...]:
    """Return the rules of an item answered on the day of submission, on which they are judged.

    So that nobody grows out of a condition while an office takes its time.
    """
    answered = []
    for declared in item.checks:
        explanation = declared.rule.explain(known, on=on)
        answered.append(Check(declared, explanation.verdict.value, explanation))
    return tuple(answered)


def all_yes(item: ItemSpec, known: Mapping[str, object], *, on: date) -> bool:
    """Whether every rule of an item is answered yes: the same as `checks_of`, without words."""
    return all(declared.rule.decide(known, on=on).value is True for declared in item.checks)


def fields_of_checks(item: ItemSpec) -> list[str]:
    """Return the fields that the rules of an item read."""
    return sorted({name for declared in item.checks for name in declared.rule.fields})


def require_evidence(checks: Sequence[Check]) -> None:
    """Raise WrongInput when a rule isn't answered yes: whoever approves must say what settled it."""
    doubtful = [check for check in checks if check.value is not True]
    if not doubtful:
        return
    first = doubtful[0].spec.text
    raise WrongInput(
        "evidence_missing",
        f"有 {len(doubtful)} 条不是“是”，比如“{first.zh}”。同意前请写下您怎么核实的。",
        f"{len(doubtful)} of the checks are not answered yes, such as “{first.to('en')}”. "
        "Write down how you settled it before you approve.",
        field="evidence",
        facts={"failed": sum(check.value is False for check in doubtful), "checks": len(doubtful)},
    )
