"""A policy tried with other numbers on the people of this district, or on invented ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random

from minsheng.apps.people import installed
from minsheng.apps.policies import populations
from minsheng.apps.policies.shelf import shelf
from minsheng.apps.screening import access, columns
from minsheng.apps.screening.batches import Keep
from minsheng.apps.screening.outcomes import sources_of
from minsheng.content.screening import CONSENT, node_of
from minsheng.engines import population as invented
from minsheng.engines.policies.spec import Policy
from minsheng.engines.screening import Shown, withheld
from minsheng.engines.simulation import (
    UNKNOWN,
    Group,
    Plan,
    Point,
    Side,
    Trial,
    changed,
    curve,
    tried,
)
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import FieldKind, Param, Value, ValueType
from minsheng.rules.columns import Population, population_of
from minsheng.rules.ir import Parameter, walk
from minsheng.rules.schema import read_value

MOST_POINTS = 101
POINTS = 21
NOBODY_KNOWS = Text("不知道", "not known")


@dataclass(frozen=True, slots=True)
class BandShown:
    """One group of a trial as it may be shown: None is withheld."""

    said: Text
    people: int | None
    winners: int | None
    losers: int | None


@dataclass(frozen=True, slots=True)
class GroupingShown:
    """One way of dividing people."""

    title: Text
    bands: tuple[BandShown, ...]


@dataclass(frozen=True, slots=True)
class SideShown:
    """One side of a trial as it may be shown: None is withheld. `open`: whose amount isn't known."""

    yes: int | None
    unknown: int | None
    cost_fen: int | None
    open: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """A trial as it may be shown: whatever would tell of fewer than the smallest group is None."""

    people: int
    before: SideShown
    after: SideShown
    more_fen: int | None
    winners: int | None
    losers: int | None
    same: int | None
    undecided: int | None
    groupings: tuple[GroupingShown, ...]

    @property
    def is_whole(self) -> bool:
        """Whether both sides are shown with what they cost."""
        return self.before.cost_fen is not None and self.after.cost_fen is not None


def plan_of(policy: Policy) -> Plan:
    """Return a policy as the engine of simulation reads it; WrongInput where it isn't configured."""
    if not policy.is_configured:
        raise WrongInput(
            "trials.not_configured",
            f"“{policy.title.zh}”还没有配置好，不能试算。",
            f"{policy.title.to('en')!r} isn't configured yet and can't be tried.",
            field="policy",
        )
    return Plan(policy.ir, policy.amount.ir if policy.amount else None)


def params_of(policy: Policy) -> dict[str, Param]:
    """Return every dated number that a policy's rules read, its own and shared ones, by name."""
    nodes = (node for rule in policy.rules() for node in walk(rule.ir))
    return {node.name: node.param for node in nodes if isinstance(node, Parameter)}


def value_of_text(policy: Policy, name: str, text: str) -> Value:
    """Return a value as an officer types it: yuan for money, `2/3` or `0.5` for a share.

    Raises WrongInput for a number the policy doesn't have or a value of another kind.
    """
    param = params_of(policy).get(name)
    if param is None:
        raise WrongInput(
            "trials.no_number",
            f"这项政策没有“{name}”这个数。可以改的有：{'、'.join(params_of(policy))}。",
            f"The policy has no number {name!r}. There are: {', '.join(params_of(policy))}.",
            field="name",
        )
    value = read_value(FieldKind(param.type), plain_of_text(param.type, text.strip()))
    if value is None:
        raise WrongInput(
            "trials.value",
            f"“{param.label.zh}”的值不对。金额写元，比例写 2/3 或 0.5，日期写 2026-04-22。",
            f"That is no value for {param.label.to('en')!r}. Write yuan, 2/3 or 0.5, 2026-04-22.",
            field="value",
        )
    return value


def plain_of_text(kind: ValueType, text: str) -> object:
    """Return a value as an officer types it, plain; None for what isn't of the kind."""
    if "e" in text.lower() and kind in ("money", "number"):
        return None  # "1e999999999" would be a number of a billion digits
    try:
        match kind:
            case "money":
                fen = Fraction(text.replace(",", "")) * 100
                return int(fen) if fen.denominator == 1 else None
            case "integer":
                return int(text)
            case "number":
                return Fraction(text)
            case "boolean":
                return {"yes": True, "是": True, "no": False, "否": False}.get(text)
            case "date":
                return date.fromisoformat(text)
    except (ValueError, ZeroDivisionError):
        return None
    return text


def _require_people(policy: Policy) -> None:
    """Raise WrongInput for a policy that isn't about people: there is nobody here to try it on."""
    if policy.about != "person":
        raise WrongInput(
            "trials.for_firms",
            f"“{policy.title.zh}”是给企业的，这里只能按人试算。数照样可以提、可以批。",
            f"{policy.title.to('en')!r} is for firms; trials are run on people. Its numbers can be proposed all the same.",
            field="policy",
        )


def everybody(policies: Sequence[Policy], *, on: date) -> Population:
    """Return the people of this district as columns: none who refused, nothing that wants consent.

    What a trial gives is counts; a data set that may be read by duty is read so. The columns are kept
    for the next trial of the day, as long as nothing of what they rest on has changed.
    """
    for policy in policies:
        _require_people(policy)
    spec, sets = access.spec(), sources_of(policies)
    grouping = [one.source for one in spec.datasets if CONSENT not in one.bases]
    bases = {
        one.source: next((key for key in one.bases if key != CONSENT), CONSENT)
        for one in spec.datasets
        if one.source in (*sets, *grouping)
    }
    return columns.kept(
        (on, tuple(sorted(bases.items()))), lambda: _read(bases, on), model=shelf().vocabulary.model
    )


def _read(bases: Mapping[str, str], on: date) -> list[Mapping[str, object]]:
    keep, cursor, people = Keep(bases), "", list[Mapping[str, object]]()
    while cursor != populations.END:
        part = populations.part(cursor, on=on, size=500, keep=keep)
        people += [facts for person, facts in part.people if person.pk not in keep.refused]
        cursor = part.cursor
    return people


def invented_people(count: int, *, on: date, seed: int) -> Population:
    """Return about so many invented people as columns, household by household."""
    random = Random(seed)  # noqa: S311 - invented people, not secrets
    streets = [
        ("500999", town.title.zh)
        for town in installed.packs().district.areas.of_kind("street", "town", on=on)
    ]
    ledgers = [one.ledger for one in shelf().policies.values() if one.ledger]
    people: list[dict[str, object]] = []
    taken: list[str] = []
    while len(people) < count:
        homes = max(1, (count - len(people)) * 2 // 5)
        drawn = invented.generate(
            random, households=homes, on=on, streets=streets, taken=taken, birth_share=0
        )
        taken += [one.number for home in drawn.households for one in home.members]
        people += invented.people_facts(drawn, on=on, random=random, ledgers=ledgers)
    return population_of(shelf().vocabulary.model, {"person": people})


def trial(
    policy: Policy,
    values: Mapping[str, Value],
    population: Population,
    *,
    on: date,
    smallest: int | None = None,
) -> Told:
    """Return a policy tried with other values, by group, small groups withheld.

    smallest: what counts as small; the district's if not said. Of invented people nobody is small.
    """
    _require_people(policy)
    before = plan_of(policy)
    return _told(before, changed(before, values), population, on=on, smallest=smallest)


def compared(before: Policy, after: Policy, population: Population, *, on: date) -> Told:
    """Return two states of a policy against each other, by group, small groups withheld."""
    return _told(plan_of(before), plan_of(after), population, on=on)


def _told(
    before: Plan, after: Plan, population: Population, *, on: date, smallest: int | None = None
) -> Told:
    spec, model = access.spec(), shelf().vocabulary.model
    least = spec.smallest_group if smallest is None else smallest
    groups = {key: Group(node_of(one, shelf()), one.edges) for key, one in spec.groups.items()}
    found = tried(before, after, population, model, on=on, groups=groups)
    return headline(found, tuple(_shown(key, found, least) for key in spec.groups), least)


def headline(found: Trial, groupings: tuple[GroupingShown, ...], least: int) -> Told:
    """Return a trial as it may be shown.

    The side after the change is withheld with its cost wherever the difference to the side before
    would tell of fewer than `least`: of who gets more or less, or of who comes in or falls out.
    """
    band, total = found.everybody, found.everybody.people
    parts = ("winners", "losers", "same", "undecided")
    moved = withheld({name: getattr(band, name) for name in parts}, smallest=least).counts
    before = _side_shown(found.before, total, least)
    differences = [
        abs(getattr(found.after, name) - getattr(found.before, name))
        for name in ("yes", "unknown", "open")
    ]
    tells = (
        moved["winners"] is None
        or moved["losers"] is None
        or any(0 < one < least for one in differences)
    )
    after = SideShown(None, None, None, None) if tells else _side_shown(found.after, total, least)
    is_whole = before.cost_fen is not None and after.cost_fen is not None
    more = found.more_fen if is_whole else None
    return Told(
        people=total,
        before=before,
        after=after,
        more_fen=more,
        winners=moved["winners"],
        losers=moved["losers"],
        same=moved["same"],
        undecided=moved["undecided"],
        groupings=groupings,
    )


def _side_shown(side: Side, people: int, least: int) -> SideShown:
    counts = {"yes": side.yes, "unknown": side.unknown, "no": people - side.yes - side.unknown}
    shown = withheld(counts, smallest=least).counts
    paid = withheld({"open": side.open, "paid": side.yes - side.open}, smallest=least).counts
    is_shown = shown["yes"] is not None and paid["paid"] is not None
    return SideShown(
        shown["yes"], shown["unknown"], side.cost_fen if is_shown else None, paid["open"]
    )


def tried_here(policy: Policy, name: str, text: str, *, on: date) -> tuple[Told, tuple[Point, ...]]:
    """Return a trial on the people of the district, with a curve where the number has a value now.

    Raises WrongInput as `value_of_text` does.
    """
    value = value_of_text(policy, name, text)
    population = everybody([policy], on=on)
    told = trial(policy, {name: value}, population, on=on)
    entry = params_of(policy)[name].at(on)
    is_number = not isinstance(value, bool | str | date | frozenset)
    if entry is None or entry.value is None or entry.value == value or not is_number:
        return told, ()
    if not told.is_whole:
        return told, ()  # the curve would tell what is withheld
    values = steps(entry.value, value, POINTS)
    if len(values) < 2:
        return told, ()
    return told, cost_curve(policy, name, values, population, on=on)


def cost_curve(
    policy: Policy,
    name: str,
    values: Sequence[Value],
    population: Population,
    *,
    on: date,
    smallest: int | None = None,
) -> tuple[Point, ...]:
    """Return what a policy costs with one number at each of some values; WrongInput for too many.

    Values between which fewer than `smallest` (the district's if not said) move are left out.
    """
    if not 2 <= len(values) <= MOST_POINTS:
        raise WrongInput(
            "trials.points",
            f"曲线上要 2 到 {MOST_POINTS} 个点。",
            f"A curve has 2 to {MOST_POINTS} points.",
            field="value",
        )
    least = access.spec().smallest_group if smallest is None else smallest
    model = shelf().vocabulary.model
    return curve(plan_of(policy), name, values, population, model, on=on, smallest=least)


def steps(first: Value, last: Value, count: int) -> list[Value]:
    """Return `count` values from first to last: whole ones for whole numbers, exact ones for shares."""
    if (
        isinstance(first, bool)
        or not isinstance(first, int | Fraction)
        or not isinstance(last, int | Fraction)
    ):
        raise WrongInput(
            "trials.no_curve", "这个数画不出曲线。", "There is no curve of that.", field="value"
        )
    made: list[Value] = []
    for at in range(count):
        exact = first + Fraction((last - first) * at, count - 1)
        value: Value = exact if isinstance(first, Fraction) else round(exact)
        if value not in made:
            made.append(value)
    return made


def _shown(key: str, found: Trial, smallest: int) -> GroupingShown:
    grouping = access.spec().groups[key]
    bands = found.groups[key]
    columns: list[Shown[str]] = [
        withheld({label: getattr(band, name) for label, band in bands.items()}, smallest=smallest)
        for name in ("people", "winners", "losers")
    ]
    return GroupingShown(
        grouping.title,
        tuple(
            BandShown(_label(grouping.edges, label, key), *(column.counts[label] for column in columns))
            for label in bands
        ),
    )  # fmt: skip


def _label(edges: Sequence[int], label: str, key: str) -> Text:
    if label == UNKNOWN:
        return NOBODY_KNOWS
    if not edges:
        kind = shelf().vocabulary.facts.get(("person", access.spec().groups[key].rule))
        return kind.kind.label_of(label) if kind is not None else Text(label)
    is_money = max(edges) >= 100_00
    at = edges.index(int(label)) if label else -1
    shown = [f"{edge // 100:,} 元" if is_money else str(edge) for edge in edges]
    plain = [f"{edge // 100:,} yuan" if is_money else str(edge) for edge in edges]
    if at < 0:
        return Text(f"不到 {shown[0]}", f"under {plain[0]}")
    if at + 1 == len(edges):
        return Text(f"{shown[at]} 以上", f"{plain[at]} and over")
    return Text(f"{shown[at]} 到不满 {shown[at + 1]}", f"{plain[at]} to under {plain[at + 1]}")
