"""Plans as trees: the entries of each that may be seen, added up, with the places that no source fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.people import access as people_access
from minsheng.apps.people.installed import packs
from minsheng.apps.projects import access
from minsheng.apps.projects.reads.entries import Filters, Row, entries
from minsheng.content.plans import Plan, PlanFigure
from minsheng.engines.projects import Money, Node, RollUp, roll_up

if TYPE_CHECKING:
    from datetime import date

    from minsheng.apps.people.models import Account


@dataclass(frozen=True, slots=True)
class Branch:
    """One entry of a plan with what lies beneath it, added up; `figures` as the source gives them."""

    row: Row
    total: RollUp
    unlisted: int
    beneath: tuple[Branch, ...]
    figures: tuple[PlanFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTree:
    """One plan: what is in the ledger of it, and how many of its entries aren't opened yet."""

    plan: Plan
    total: RollUp
    unlisted: int
    branches: tuple[Branch, ...]
    unopened: int
    may_open: bool


def plan_trees(account: Account | None, *, on: date | None = None) -> list[PlanTree]:
    """Return the plans this account may see, each with its entries."""
    day = on or timezone.localdate()
    return [_tree(plan, account, day) for plan in packs().plans.values() if _may_see(plan, account)]


def _may_see(plan: Plan, account: Account | None) -> bool:
    if plan.public:
        return True
    if account is None or not people_access.is_staff(account):
        return False
    taking_part = {access.office_of(plan.steward), access.office_of(plan.checker)}
    return people_access.is_leader(account) or bool(access.offices_of(account) & taking_part)


def _tree(plan: Plan, account: Account | None, day: date) -> PlanTree:
    rows = entries(account, Filters(plan=plan.plan), on=day)
    by_parent: dict[int | None, list[Row]] = {}
    for row in sorted(rows, key=lambda one: one.id):
        by_parent.setdefault(row.parent, []).append(row)
    figures = {node.key: node.figures for node, _ in plan.whole()}
    top = by_parent.get(None, [])
    root = Node(key=plan.plan, places=plan.places, beneath=[_node(row, by_parent) for row in top])
    is_steward = account is not None and access.may_steward(plan.plan, account)
    nodes = len(figures)
    return PlanTree(
        plan=plan,
        total=roll_up(root),
        unlisted=max(0, (plan.places or 0) - len(top)),
        branches=tuple(_branch(row, by_parent, figures) for row in top),
        unopened=max(0, nodes - sum(bool(row.node) for row in rows)),
        may_open=is_steward,
    )


def _node(row: Row, by_parent: Mapping[int | None, Sequence[Row]]) -> Node:
    return Node(
        key=row.number,
        weight=row.weight,
        progress=row.progress,
        money=Money(row.planned_fen, row.approved_fen, row.spent_fen),
        is_closed=row.state == "closed",
        is_late=row.light == "red",
        is_dropped=row.state == "dropped",
        places=row.places,
        beneath=[_node(one, by_parent) for one in by_parent.get(row.id, ())],
    )


def _branch(
    row: Row,
    by_parent: Mapping[int | None, Sequence[Row]],
    figures: Mapping[str, tuple[PlanFigure, ...]],
) -> Branch:
    beneath = by_parent.get(row.id, ())
    return Branch(
        row=row,
        total=roll_up(_node(row, by_parent)),
        unlisted=max(0, (row.places or 0) - len(beneath)),
        beneath=tuple(_branch(one, by_parent, figures) for one in beneath),
        figures=figures.get(row.node, ()),
    )
