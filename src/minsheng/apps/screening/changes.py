"""What a proposed number or text changes: which policies, which lines, which worked cases, for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import ndiff
from hashlib import sha256

from django.utils import timezone

from minsheng.apps.people import installed
from minsheng.apps.policies.models import Override
from minsheng.apps.policies.reads import sentences_of
from minsheng.apps.policies.shelf import policy, shelf, text_in_force, value_written
from minsheng.apps.screening import trials
from minsheng.apps.screening.trials import Told
from minsheng.content.policies import Shelf, edited
from minsheng.content.problems import PackError
from minsheng.engines.policies.entering import with_value
from minsheng.engines.policies.spec import Policy
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text
from minsheng.rules import FieldKind, Param
from minsheng.rules.ir import Parameter, walk
from minsheng.rules.show import shown

MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A worked case that comes out otherwise once something has changed."""

    policy: str
    said: Text


@dataclass(frozen=True, slots=True)
class Change:
    """A change: each policy it touches before and after, and the worked cases it turns.

    `lines`: of a text, those that go (-), come (+) and stay around them, with their number.
    """

    sides: tuple[tuple[Policy, Policy], ...]
    tried: int
    otherwise: tuple[Otherwise, ...]
    lines: tuple[tuple[str, str], ...] = ()

    @property
    def is_other(self) -> bool:
        """Whether anything is changed at all."""
        return bool(self.lines) or any(one.version != other.version for one, other in self.sides)


def readers(name: str) -> tuple[Policy, ...]:
    """Return the policies that read a number of the vocabulary, as they stand today."""
    return tuple(one for one in shelf().policies.values() if name in shared_numbers(one))


def known_readers(name: str) -> tuple[Policy, ...]:
    """Return the same; NotFound for a number that no policy reads."""
    found = readers(name)
    if not found:
        raise NotFound(
            "changes.no_number",
            "没有政策用这个共用的数，请从清单里选。",
            "No policy reads such a shared number; choose from the list.",
        )
    return found


def shared_numbers(found: Policy) -> dict[str, Param]:
    """Return the numbers a policy reads that aren't its own."""
    return {
        name: param for name, param in trials.params_of(found).items() if name not in found.params
    }


def all_shared() -> Mapping[str, tuple[Param, tuple[Policy, ...]]]:
    """Return every number of the vocabulary that a policy reads, and which do."""
    found: dict[str, tuple[Param, tuple[Policy, ...]]] = {}
    for one in shelf().policies.values():
        for name, param in shared_numbers(one).items():
            found[name] = (param, (*found.get(name, (param, ()))[1], one))
    return found


def version_of(found: Shelf, row: Override) -> str:
    """Return the version of all that a row changes, on a shelf: a policy's, or of all that share a number."""
    if not row.is_shared:
        known = found.policies.get(row.policy)
        if known is None:
            raise NotFound(
                "policies.no_such",
                "没有这项政策，请从清单里选。",
                "No such policy; choose from the list.",
            )
        return known.version
    versions = [one.version for one in found.policies.values() if _reads(one, row.name)]
    return sha256("".join(versions).encode()).hexdigest()[:16]


def said_of(row: Override) -> Text:
    """Return what a row publishes, in a few words; what is no longer known goes by its name."""
    found = shelf().policies.get(row.policy)
    of = Text("共用的数", "shared number") if row.is_shared else Text(row.policy)
    if found is not None:
        of = found.short
    if row.is_text:
        return Text(f"{of.zh}：新的条文", f"{of.to('en')}: a new text")
    known = shelf().vocabulary.model.params if found is None else found.params
    param = known.get(row.name)
    if param is None:
        return Text(
            f"{of.zh}：{row.name} → {row.value}", f"{of.to('en')}: {row.name} → {row.value}"
        )
    label = param.label if param.label.zh else Text(row.name)
    value = shown(value_written(param, row.value), FieldKind(param.type, unit=param.unit))
    return Text(
        f"{of.zh}：{label.zh} → {value.zh}", f"{of.to('en')}: {label.to('en')} → {value.to('en')}"
    )


def of_row(row: Override) -> Change:
    """Return what a proposal changes as things stand; PackError for a text that no longer fits."""
    if row.is_text:
        return of_text(row.policy, row.text, on=row.since)
    found = readers(row.name) if row.is_shared else (policy(row.policy),)
    return of_number(found, row.name, row.value)


def of_number(policies: tuple[Policy, ...], name: str, value: str) -> Change:
    """Return what a number at another value, as an override keeps it, changes in some policies."""
    exact = value_written(trials.params_of(policies[0])[name], value)
    return _change(tuple((one, with_value(one, name, exact)) for one in policies))


def of_text(slug: str, text: str, *, on: date) -> Change:
    """Return what a changed text of a policy changes against what is in force on a day.

    Raises PackError with every mistake at its line, NotFound for a policy that has no text.
    """
    there = text_in_force(slug, on)
    before = shelf(on)
    after = edited(before, slug, text, installed.packs().district)
    lines = tuple(_differing(there, text))
    return _change(((before.policies[slug], after.policies[slug]),), lines)


def problems_of(error: PackError) -> list[tuple[int, Text]]:
    """Return the mistakes of a text: the line of each, and what is wrong there."""
    return [(one.line, Text(one.zh, one.en)) for one in error.problems]


def tried_on_district(change: Change, *, on: date) -> tuple[tuple[Policy, Told], ...]:
    """Return each policy of a change before and after, on the people of this district, counts only.

    Those for firms are left out: there is nobody here to try them on.
    """
    sides = [
        (before, after)
        for before, after in change.sides
        if before.is_configured and after.is_configured and after.about == "person"
    ]
    if not sides:
        return ()
    both = [one for pair in sides for one in pair]
    population = trials.everybody(both, on=timezone.localdate())
    return tuple(
        (after, trials.compared(before, after, population, on=on)) for before, after in sides
    )


def _change(
    sides: tuple[tuple[Policy, Policy], ...], lines: tuple[tuple[str, str], ...] = ()
) -> Change:
    tried, otherwise = 0, list[Otherwise]()
    for before, after in sides:
        if not before.is_configured or not after.is_configured:
            continue
        count, wrong = sentences_of(after)
        known = set(sentences_of(before)[1])
        tried += count
        otherwise += [
            Otherwise(after.slug, Text(one.zh, one.en)) for one in wrong if one not in known
        ]
    return Change(sides, tried, tuple(otherwise), lines)


def _reads(one: Policy, name: str) -> bool:
    return name not in one.params and any(
        isinstance(node, Parameter) and node.name == name
        for rule in one.rules()
        for node in walk(rule.ir)
    )


def _differing(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yield the lines that go and come, each with its sign."""
    told = 0
    for line in ndiff(before.splitlines(), after.splitlines()):
        if line[:2] in ("- ", "+ ") and told < MOST_LINES:
            told += 1
            yield line[0], line[2:]
