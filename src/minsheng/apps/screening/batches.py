"""One batch of a run: read some households, judge them, seal what was found, add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from minsheng.apps.people.models import Consent, Person
from minsheng.apps.policies import populations
from minsheng.apps.policies.dossiers import ASSESSED, Facts, Known
from minsheng.apps.policies.shelf import policy, shelf
from minsheng.apps.policies.sources import fact_at
from minsheng.apps.screening.models import Finding, Mark, Refusal, Run
from minsheng.apps.screening.outcomes import opened, sealed, subject_of
from minsheng.engines.screening import Outcome, Tally, diff, screen, tally
from minsheng.lib.errors import Conflict
from minsheng.rules import Reason

CONSENT = "screening"
HOUSEHOLDS_AT_ONCE = 60


def screen_next(row: Run) -> None:
    """Screen the next households of a run, in the caller's transaction; the row isn't saved.

    Raises Conflict where a policy isn't what it was when the run began.
    """
    policies = [policy(slug, row.on) for slug in row.policies]
    if any(row.policies[one.slug] != one.version for one in policies):
        raise Conflict(
            "screening.other_version",
            "政策在找人中途改了。停下这一次，重新开始。",
            "A policy changed while the run was under way. Stop it and begin again.",
        )
    keep = Keep(row.bases)
    part = populations.part(row.cursor, on=row.on, size=HOUSEHOLDS_AT_ONCE, keep=keep)
    row.input_hash = populations.digest(row.input_hash, part)
    row.cursor, row.batches = part.cursor, row.batches + 1
    some = [(person, facts) for person, facts in part.people if person.pk not in keep.refused]
    row.left_out += len(part.people) - len(some)
    row.screened += len(some)
    if not some:
        return
    found = screen(
        [subject_of(one) for one in policies],
        [facts for _, facts in some],
        shelf().vocabulary.model,
        on=row.on,
    )
    people = [person for person, _ in some]
    known_wrong = marked(row, [one.pk for one in people])
    _add_up(row, found, people, known_wrong)
    outcomes = [
        {slug: found[slug][at] for slug in found if slug not in known_wrong.get(person.pk, ())}
        for at, person in enumerate(people)
    ]
    _compare(row, people, outcomes)
    Finding.objects.bulk_create(
        Finding(run=row, person=person, outcome_sealed=sealed(person, kept))
        for person, all_ in zip(people, outcomes, strict=True)
        if (kept := {slug: one for slug, one in all_.items() if one.value is not False})
    )


def marked(row: Run, people: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Return for each person the policies whose version here once named them wrongly."""
    found: dict[UUID, set[str]] = {}
    for one in Mark.objects.filter(person__in=people):
        if row.policies.get(one.policy) == one.version:
            found.setdefault(one.person_id, set()).add(one.policy)
    return found


class Keep:
    """What may be read of whom: nothing of who refused, consented sets only of who consented."""

    def __init__(self, bases: Mapping[str, str]) -> None:
        self.refused = _refused()
        self._consented = set(
            Consent.objects.filter(purpose=CONSENT, withdrawn_at=None).values_list(
                "person_id", flat=True
            )
        )
        self._by_consent = {source for source, basis in bases.items() if basis == "consent"}
        self._declared = set(bases)

    def __call__(self, person: Person, facts: Facts) -> Facts | None:
        """Return what may be read of a person, or None for nothing."""
        if person.pk in self.refused:
            return None
        found = {}
        for name, one in facts.items():
            source = _data_set(name, one)
            if source not in self._declared:
                continue
            if source in self._by_consent and person.pk not in self._consented:
                found[name] = Known(None, one.source, one.as_of, Reason.REFUSED)
            else:
                found[name] = replace(one, earlier=())
        return found


def _data_set(name: str, one: Known) -> str:
    """Return of which data set a fact is: what an award or assessment made true, of the fact's own."""
    is_made_here = one.source == ASSESSED or one.source.startswith("award:")
    fact = fact_at(name) if is_made_here else None
    return fact.source if fact is not None else one.source


def _refused() -> set[Any]:
    """Return who isn't searched for: who said so, and who took consent back and didn't give it again."""
    rows = Consent.objects.filter(purpose=CONSENT)
    standing = rows.filter(withdrawn_at=None).values("person_id")
    withdrawn = rows.exclude(person_id__in=standing).values_list("person_id", flat=True)
    return {*Refusal.objects.values_list("person_id", flat=True), *withdrawn}


def _add_up(
    row: Run,
    found: Mapping[str, Sequence[Outcome]],
    people: Sequence[Person],
    known_wrong: Mapping[UUID, set[str]],
) -> None:
    for slug, outcomes in found.items():
        counted, wrong = [], 0
        for person, one in zip(people, outcomes, strict=True):
            if one.value is True and slug in known_wrong.get(person.pk, ()):
                wrong += 1
            else:
                counted.append(one)
        before = row.counts.get(slug, {})
        row.counts[slug] = {
            **_plain(_tally(before) + tally(counted)),
            "marked": before.get("marked", 0) + wrong,
        }


def _compare(row: Run, people: Sequence[Person], outcomes: Sequence[Mapping[str, Outcome]]) -> None:
    """Compare with the previous run, for policies that both asked."""
    if row.previous is None:
        return
    both = [slug for slug in row.policies if slug in row.previous.policies]
    rows = Finding.objects.filter(run=row.previous, person__in=people).select_related("person")
    past = {one.person_id: opened(one) for one in rows}
    for slug in both:
        before = {one.pk: past.get(one.pk, {}).get(slug, Outcome(False)) for one in people}
        after = {
            one.pk: now[slug] for one, now in zip(people, outcomes, strict=True) if slug in now
        }
        for change in diff({key: before[key] for key in after}, after).values():
            kinds = row.changes.setdefault(slug, {})
            one = kinds.setdefault(change.kind, {"people": 0, "because": {}})
            one["people"] += 1
            for why in change.because:
                one["because"][why] = one["because"].get(why, 0) + 1


def _tally(plain: Mapping[str, Any]) -> Tally:
    if not plain:
        return Tally()
    return Tally(
        plain["yes"], plain["no"], plain["unknown"], plain["amount_fen"], plain["amount_open"],
        Counter(plain["missing"]), Counter(plain["failing"]),
    )  # fmt: skip


def _plain(found: Tally) -> dict[str, Any]:
    return {
        "yes": found.yes,
        "no": found.no,
        "unknown": found.unknown,
        "amount_fen": found.amount_fen,
        "amount_open": found.amount_open,
        "missing": dict(found.missing),
        "failing": dict(found.failing),
    }
