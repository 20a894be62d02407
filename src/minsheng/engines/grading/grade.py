"""From points to a level, and what is not known yet: a range of levels, never a zero.

Which items can still change the level is exact: every sum that the others can come to is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from minsheng.engines.grading.spec import TOTAL, Direct, Grading, Item
from minsheng.lib.errors import WrongInput
from minsheng.lib.periods import add_months
from minsheng.lib.texts import Text
from minsheng.rules import Missing, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessor:
    """Who assessed, and whether with a certificate."""

    name: str
    is_certified: bool


@dataclass(frozen=True, slots=True)
class Graded:
    """What is known of a level. `levels` are those it can still come to, the best first.

    `low` and `high` bound the total; `sums` those of each group. `open_items` and `open_facts` could
    still change the level; what else is unknown can't any more. `why` holds values: show it, never
    log it.
    """

    low: int
    high: int
    sums: Mapping[str, tuple[int, int]]
    levels: tuple[int, ...]
    open_items: tuple[Item, ...]
    open_facts: frozenset[Missing]
    why: tuple[Text, ...]

    @property
    def level(self) -> int | None:
        """Return the level, or None while it isn't settled."""
        return self.levels[0] if len(self.levels) == 1 else None


@dataclass(frozen=True, slots=True)
class _Ways:
    """What the rules leave possible: levels settled directly, by points or not, raised or not."""

    settled: tuple[Direct, ...]
    by_points: bool
    raised: tuple[bool, ...]


def grade(
    grading: Grading,
    scores: Mapping[str, int | None],
    facts: Mapping[str, object],
    *,
    on: date,
) -> Graded:
    """Return the level, or the levels that are still possible; what isn't scored is unknown.

    Raises WrongInput for an item that isn't one or points its scale doesn't have, WrongFact for a
    fact of another kind.
    """
    check_scores(grading, scores)
    given = {item.key: scores.get(item.key) for item in grading.items()}
    scope = Scope(facts)
    ways, missing = _ways(grading, scope, on)
    levels = _by_total(grading, on)
    possible = {one.level for one in ways.settled}
    totals = _sums(grading.items(), given)
    if ways.by_points:
        possible |= {
            _final(grading, levels[total], raised) for total in totals for raised in ways.raised
        }
    return Graded(
        min(totals),
        max(totals),
        {group.key: _bounds(group.items, given) for group in grading.groups},
        tuple(sorted(possible)),
        tuple(item for item in grading.items() if _matters(grading, item, given, ways, levels)),
        _open_facts(grading, ways, missing, {levels[total] for total in totals}),
        tuple(_why(grading, ways, totals, levels, scope, on)),
    )


def check_scores(grading: Grading, scores: Mapping[str, int | None]) -> None:
    """Raise WrongInput for an item that isn't one, or points its scale doesn't have."""
    known = {item.key: item for item in grading.items()}
    for key, points in scores.items():
        if key not in known:
            raise WrongInput(
                "grading.no_such_item",
                f"没有“{key}”这一项。有：{'、'.join(known)}。",
                f"There is no item {key!r}. There are: {', '.join(known)}.",
                field=key,
            )
        item = known[key]
        if points is not None and (isinstance(points, bool) or points not in item.points):
            allowed = "、".join(str(one) for one in item.points)
            raise WrongInput(
                "grading.no_such_points",
                f"“{item.title.zh}”只能打 {allowed} 分。",
                f"{item.title.to('en')!r} is scored {', '.join(str(one) for one in item.points)}.",
                field=key,
            )


def lacking(grading: Grading, assessors: Iterable[Assessor], informant: str) -> tuple[Text, ...]:
    """Return what an assessment still lacks besides its points: assessors, an informant."""
    several = {one.name.strip(): one for one in assessors if one.name.strip()}
    found: list[Text] = []
    if len(several) < grading.assessors:
        found.append(
            Text(
                f"要 {grading.assessors} 名评估员，现在有 {len(several)} 名",
                f"{grading.assessors} assessors are needed, there are {len(several)}",
            )
        )
    certified = sum(one.is_certified for one in several.values())
    if certified < grading.certified:
        found.append(
            Text(
                f"至少 {grading.certified} 名评估员要有证书，现在有 {certified} 名",
                f"{grading.certified} of them must hold a certificate, {certified} do",
            )
        )
    if grading.informant and not informant.strip():
        found.append(Text("要写明信息提供者是谁", "say who gave the information"))
    return tuple(found)


def valid_until(grading: Grading, on: date) -> date:
    """Return the first day on which a result of that day holds no longer."""
    return add_months(on, grading.valid_months)


def level_by_points(grading: Grading, total: int, *, on: date) -> int:
    """Return the level that a total alone gives, before any rule makes it worse."""
    level = grading.table.decide({TOTAL: total}, on=on).value
    assert isinstance(level, int)
    return level


def _by_total(grading: Grading, on: date) -> dict[int, int]:
    """Return the level by points of every total there can be."""
    return {total: level_by_points(grading, total, on=on) for total in _sums(grading.items(), {})}


def _sums(items: Iterable[Item], given: Mapping[str, int | None]) -> frozenset[int]:
    """Return every total the items can come to."""
    found = {0}
    for item in items:
        points = given.get(item.key)
        found = {one + more for one in found for more in _open(item, points)}
    return frozenset(found)


def _open(item: Item, points: int | None) -> tuple[int, ...]:
    return item.points if points is None else (points,)


def _bounds(items: Iterable[Item], given: Mapping[str, int | None]) -> tuple[int, int]:
    sums = _sums(items, given)
    return min(sums), max(sums)


def _ways(grading: Grading, scope: Scope, on: date) -> tuple[_Ways, dict[str, frozenset[Missing]]]:
    """Return what the rules leave possible, and what each unknown rule waits for."""
    missing: dict[str, frozenset[Missing]] = {}
    settled: list[Direct] = []
    by_points = True
    for direct in grading.directs:
        verdict = direct.rule.decide(scope, on=on)
        if verdict.value is not False:
            settled.append(direct)
            missing[direct.key] = verdict.missing
        if verdict.value is True:
            by_points = False
            break
    verdicts = {one.key: one.rule.decide(scope, on=on) for one in grading.raisings}
    if any(one.value is True for one in verdicts.values()):
        return _Ways(tuple(settled), by_points, (True,)), missing
    unknown = {key: one.missing for key, one in verdicts.items() if one.value is None}
    raised = (False, True) if unknown else (False,)
    return _Ways(tuple(settled), by_points, raised), missing | unknown


def _final(grading: Grading, level: int, raised: bool) -> int:
    return min(grading.worst, level + grading.raise_by) if raised else level


def _matters(
    grading: Grading,
    item: Item,
    given: Mapping[str, int | None],
    ways: _Ways,
    levels: Mapping[int, int],
) -> bool:
    """Whether an item that isn't scored can change the level, whatever the others come to."""
    if given[item.key] is not None or not ways.by_points:
        return False
    others = _sums((one for one in grading.items() if one is not item), given)
    return any(
        len({_final(grading, levels[rest + points], raised) for points in item.points}) > 1
        for rest in others
        for raised in ways.raised
    )


def _open_facts(
    grading: Grading, ways: _Ways, missing: Mapping[str, frozenset[Missing]], by_points: set[int]
) -> frozenset[Missing]:
    found: frozenset[Missing] = frozenset()
    if not ways.by_points and len(ways.settled) == 1:
        return found
    reached = {_final(grading, level, raised) for level in by_points for raised in ways.raised}
    if not ways.by_points:
        reached = set()
    for direct in ways.settled:
        if (reached | {one.level for one in ways.settled}) - {direct.level}:
            found |= missing[direct.key]
    changes = any(
        _final(grading, level, raised=True) != _final(grading, level, raised=False)
        for level in by_points
    )
    if ways.by_points and len(ways.raised) > 1 and changes:
        for one in grading.raisings:
            found |= missing.get(one.key, frozenset())
    return found


def _why(
    grading: Grading,
    ways: _Ways,
    totals: Iterable[int],
    levels: Mapping[int, int],
    scope: Scope,
    on: date,
) -> Iterable[Text]:
    if not ways.by_points:
        yield ways.settled[-1].text
        return
    low, high = min(totals), max(totals)
    best, worst = levels[high], levels[low]
    total = str(low) if low == high else f"{low}–{high}"
    yield Text(
        f"总分 {total}，按分数是{_named(grading, best, worst).zh}",
        f"total {total}, by the points {_named(grading, best, worst).to('en')}",
    )
    for one in grading.raisings:
        if one.rule.decide(scope, on=on).value is True:
            yield Text(
                f"{one.text.zh}：加重 {grading.raise_by} 级",
                f"{one.text.to('en')}: {grading.raise_by} level worse",
            )


def _named(grading: Grading, best: int, worst: int) -> Text:
    one, other = named(grading, best), named(grading, worst)
    if best == worst:
        return one
    return Text(f"{one.zh}到{other.zh}", f"{one.to('en')} to {other.to('en')}")


def named(grading: Grading, level: int) -> Text:
    """Return a level as it is shown: its number and its name."""
    title = grading.levels[level]
    return Text(f" {level} 级（{title.zh}）", f"level {level} ({title.to('en')})")
