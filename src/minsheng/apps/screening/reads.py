"""Runs as officers see them, and what a resident is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Person
from minsheng.apps.policies.shelf import policy, shelf
from minsheng.apps.screening import access
from minsheng.apps.screening.batches import marked
from minsheng.apps.screening.models import APPROVED, Finding, Mark, Refusal, Run
from minsheng.apps.screening.outcomes import opened, sources_of
from minsheng.apps.screening.words import CHANGES, REASONS, STATES
from minsheng.content.screening import Basis, DataSet
from minsheng.engines.policies.spec import Condition, Policy
from minsheng.engines.screening import Outcome, Shown, withheld
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Count:
    """One count as it may be shown: None is withheld."""

    said: Text
    people: int | None


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed since the run before, for how many, and by which condition or fact."""

    said: Text
    people: int | None
    because: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class PolicyCount:
    """One policy of a run added up; small groups are withheld."""

    slug: str
    title: Text
    version: str
    verdicts: Shown[str]
    amount_fen: int | None
    amount_open: int | None
    marked: int
    missing: tuple[Count, ...]
    failing: tuple[Count, ...]
    changes: tuple[Changed, ...]
    wrong: Wrong | None


@dataclass(frozen=True, slots=True)
class Wrong:
    """How many of those a run named were named wrongly, and by which condition."""

    marks: int
    named: int | None
    conditions: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class RunView:
    """One run with everything that may be shown of it."""

    row: Run
    said: Text
    purpose: Text
    progress: int
    policies: tuple[PolicyCount, ...]
    bases: tuple[tuple[Text, Basis], ...]
    smallest: int


@dataclass(frozen=True, slots=True)
class ListLine:
    """One person of a work list, with one policy they may be entitled to."""

    person: Person
    slug: str
    title: Text
    outcome: Outcome
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a resident may be entitled to, found by an approved run."""

    run_id: int
    policy: Policy
    amount_fen: int | None


def runs(account: Account) -> list[tuple[Run, Text]]:
    """Return the latest runs, newest first, for whoever may see them."""
    access.require(access.may_see(account))
    return [(one, STATES[one.state]) for one in Run.objects.order_by("-pk")[:50]]


def choices(account: Account) -> tuple[list[Policy], list[tuple[DataSet, list[Basis], list[str]]]]:
    """Return what a run may be begun with: policies, and data sets with bases and who reads them."""
    access.require(access.may_start(account))
    spec = access.spec()
    found = [
        one for one in shelf().policies.values() if one.is_configured and one.about == "person"
    ]
    by_source: dict[str, list[str]] = {}
    for one in found:
        for source in sources_of([one]):
            by_source.setdefault(source, []).append(one.slug)
    sets = [
        (declared, [spec.bases[key] for key in declared.bases], by_source[declared.source])
        for declared in spec.datasets
        if declared.source in by_source
    ]
    return found, sets


def run_view(run_id: int, account: Account) -> RunView:
    """Return one run with its counts; NotFound for one that isn't there."""
    access.require(access.may_see(account))
    row = _run(run_id)
    spec = access.spec()
    sets = {one.source: one.title for one in spec.datasets}
    return RunView(
        row,
        STATES[row.state],
        spec.purposes.get(row.purpose, Text(row.purpose)),
        100 if row.cursor == "." else min(99, 100 * _passed(row) // max(1, row.people)),
        tuple(_count_of(row, slug, spec.smallest_group) for slug in row.policies),
        tuple((sets.get(source, Text(source)), spec.bases[key]) for source, key in row.bases.items()),
        spec.smallest_group,
    )  # fmt: skip


def work_list(run_id: int, account: Account) -> list[ListLine]:
    """Return who may be entitled to what, once it is approved; masked names, at most MOST_LINES."""
    return _lines(_approved(run_id, account))[:MOST_LINES]


def export_rows(run_id: int, account: Account) -> list[tuple[str, str, ListLine]]:
    """Return the whole list with full names and masked numbers; each person's look is written down."""
    lines = _lines(_approved(run_id, account))
    names: dict[object, str] = {}
    for one in lines:
        if one.person.pk not in names:
            person = people_actions.record_look(
                one.person.pk, by=account, purpose="screening", what="register"
            )
            names[person.pk] = people.name_of(person)
    return [(names[one.person.pk], one.person.number_masked, one) for one in lines]


def found_for(account: Account) -> list[Found]:
    """Return what approved runs found for a proved resident, as it stands: not what was marked."""
    if account.person is None or not account.is_proved or account.is_staff_member:
        return []
    rows = Finding.objects.filter(person=account.person, run__state=APPROVED)
    found: dict[str, Found] = {}
    for row in rows.select_related("person", "run").order_by("-run_id"):
        wrong = marked(row.run, [row.person_id]).get(row.person_id, set())
        for slug, one in opened(row).items():
            known = shelf().policies.get(slug)
            if one.value is True and slug not in wrong and known and slug not in found:
                found[slug] = Found(row.run_id, known, one.amount_fen)
    return list(found.values())


def is_refused(account: Account) -> bool:
    """Whether a resident said that they don't wish to be searched for."""
    return Refusal.objects.filter(person=account.person).exists() if account.person else False


def reasons() -> Mapping[str, Text]:
    """Return why somebody may have been found wrongly."""
    return REASONS


def _passed(row: Run) -> int:
    return row.screened + row.left_out


def _run(run_id: int) -> Run:
    row = Run.objects.filter(pk=run_id).first()
    if row is None:
        raise NotFound("screening.no_run", "没有这一次。", "There is no such run.")
    return row


def _approved(run_id: int, account: Account) -> Run:
    access.require(access.may_see(account))
    row = _run(run_id)
    if row.state != APPROVED:
        raise NotFound(
            "screening.no_list",
            "批了才有名单。",
            "There is a list only once a second person has approved it.",
        )
    return row


def _lines(row: Run) -> list[ListLine]:
    found = list(row.findings.select_related("person").order_by("pk"))
    wrong = marked(row, [one.person_id for one in found])
    return [
        ListLine(one.person, slug, policy(slug).short, outcome, policy(slug).conditions)
        for one in found
        for slug, outcome in opened(one).items()
        if outcome.value is True and slug not in wrong.get(one.person_id, set())
    ]


def _count_of(row: Run, slug: str, smallest: int) -> PolicyCount:
    known = shelf().policies.get(slug)
    plain: Mapping[str, Any] = row.counts.get(slug, {})
    verdicts = withheld(
        {key: plain.get(key, 0) for key in ("yes", "unknown", "no")}, smallest=smallest
    )
    yes = verdicts.counts["yes"]
    texts = {one.key: one.text for one in known.conditions} if known else {}
    return PolicyCount(
        slug,
        known.short if known else Text(slug),
        row.policies[slug],
        verdicts,
        plain.get("amount_fen", 0) if yes is not None else None,
        plain.get("amount_open", 0) if yes is not None else None,
        plain.get("marked", 0),
        tuple(_counts(plain.get("missing", {}), label_of, smallest)),
        tuple(_counts(plain.get("failing", {}), lambda key: texts.get(key, Text(key)), smallest)),
        tuple(_changes(row.changes.get(slug, {}), texts, smallest)),
        _wrong(row, slug, texts, yes) if row.state == APPROVED else None,
    )  # fmt: skip


def _counts(plain: Mapping[str, int], said: Any, smallest: int) -> list[Count]:
    """Return counts of groups that may overlap, so that no total is shown beside them."""
    ordered = sorted(plain.items(), key=lambda item: (-item[1], item[0]))
    return [Count(said(key), count if count >= smallest else None) for key, count in ordered]


def label_of(path: str) -> Text:
    """Return a fact as people call it."""
    return shelf().vocabulary.label(path)


def _changes(plain: Mapping[str, Any], texts: Mapping[str, Text], smallest: int) -> list[Changed]:
    return [
        Changed(
            said,
            plain[kind]["people"] if plain[kind]["people"] >= smallest else None,
            tuple(_counts(plain[kind]["because"], lambda key: texts.get(key) or label_of(key), smallest)),
        )
        for kind, said in CHANGES.items()
        if kind in plain
    ]  # fmt: skip


def _wrong(row: Run, slug: str, texts: Mapping[str, Text], named: int | None) -> Wrong:
    marks = Mark.objects.filter(run=row, policy=slug)
    conditions = Counter(marks.exclude(condition="").values_list("condition", flat=True))
    counts = [Count(texts.get(key, Text(key)), count) for key, count in conditions.most_common()]
    return Wrong(marks.count(), named, tuple(counts))
