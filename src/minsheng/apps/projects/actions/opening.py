"""An entry comes into the ledger: written by somebody, or opened from a plan of the packs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from minsheng.apps.people.installed import packs
from minsheng.apps.projects import access
from minsheng.apps.projects.models import KINDS, Entry, Milestone
from minsheng.apps.projects.writing import locked_serial, next_number, note, tell
from minsheng.content.plans import Plan, PlanNode
from minsheng.lib.errors import NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account, Person

MOST_MILESTONES = 40
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMilestone:
    """A step of a new entry."""

    title: Text
    due: date
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry as somebody writes it. Without an owner or a day it is only listed."""

    title: Text
    kind: str = "task"
    scope: str = ""
    owner: str = ""
    helpers: tuple[str, ...] = ()
    checker: str = ""
    due: date | None = None
    area: str = ""
    planned_fen: int | None = None
    approved_fen: int | None = None
    is_public: bool = False
    observe_days: int = 0
    needs_rain: bool = False
    milestones: Sequence[NewMilestone] = field(default=())


def open_entry(new: NewEntry, *, by: Account, person: Person | None = None) -> Entry:
    """Return a new entry; with an owner and a day it is in hand at once.

    Raises NotAllowed unless `by` leads or works for the owner's office, WrongInput for names that
    nothing declares.
    """
    checker = new.checker or default_checker()
    check(new, checker)
    if not access.may_open(new.owner, by):
        raise NotAllowed(
            "projects.not_your_office",
            "只能给自己部门的岗位立台账；要交给别的部门，请分管负责人立。",
            "You open entries for posts of your own office; for another one, ask the leader in charge.",
        )
    with transaction.atomic():
        on = timezone.localdate()
        is_in_hand = bool(new.owner and new.due)
        entry = Entry(
            number=next_number(on),
            kind=new.kind,
            title_zh=new.title.zh.strip(),
            title_en=new.title.en.strip(),
            scope=new.scope.strip(),
            owner=new.owner,
            office=access.office_of(new.owner),
            helpers=list(new.helpers),
            checker=checker,
            area=new.area,
            due=new.due,
            planned_fen=new.planned_fen,
            approved_fen=new.approved_fen,
            is_public=new.is_public and person is None,
            observe_days=new.observe_days,
            needs_rain=new.needs_rain,
            person=person,
            state="running" if is_in_hand else "listed",
            opened_on=on,
            news_on=on,
        )
        note(entry, "opened", by=by, kind=entry.kind)
        _add_milestones(entry, new.milestones)
        if is_in_hand:
            tell(
                entry,
                entry.parties,
                Text("台账里有一条归您", "An entry of the ledger is yours"),
                key="opened",
            )
    return entry


def open_plan(slug: str, *, by: Account) -> int:
    """Open every entry of a plan that isn't there yet, and return how many were. Run it again freely."""
    plan = packs().plans.get(slug)
    if plan is None:
        raise NotFound(
            "projects.no_plan",
            "没有这个计划，请在列出的里面选。",
            "There is no such plan. Choose one of those listed.",
        )
    if not access.may_steward(slug, by):
        raise NotAllowed(
            "projects.not_your_plan",
            "这个计划由别的岗位管。请找管计划的岗位，或者分管负责人。",
            "Another post keeps this plan. Ask it, or the leader in charge.",
        )
    with transaction.atomic():
        locked_serial(timezone.localdate())  # of two at once, the second finds everything there
        there = {one.node: one for one in Entry.objects.filter(plan=slug).exclude(node="")}
        opened = 0
        for node, parent in plan.whole():
            if node.key not in there:
                there[node.key] = _from_node(plan, node, there.get(parent), by)
                opened += 1
    return opened


def check(new: NewEntry, checker: str) -> None:
    """Raise WrongInput for the first thing in a new entry that can't be."""
    posts, areas = packs().district.posts, packs().district.areas
    require(
        0 < len(new.title.zh.strip()) <= LONGEST_TITLE,
        Text(
            f"标题要写，最多 {LONGEST_TITLE} 个字",
            f"a title of at most {LONGEST_TITLE} characters is needed",
        ),
        "title",
    )
    require(new.kind in KINDS, Text("清单要选一个", "choose a list"), "kind")
    unknown = [post for post in (new.owner, *new.helpers, checker) if post and post not in posts]
    require(
        not unknown,
        Text("没有这个岗位", "there is no such post"),
        "owner",
    )
    require(
        checker not in {new.owner, *new.helpers},
        Text("核对的岗位不能是办的岗位", "who works on it can't check it"),
        "checker",
    )
    require(
        not new.area or new.area in areas, Text("没有这个地方", "there is no such place"), "area"
    )
    require(
        all(fen is None or 0 <= fen < 10**15 for fen in (new.planned_fen, new.approved_fen)),
        Text("金额不对", "the sum is wrong"),
        "planned",
    )
    require(
        len(new.milestones) <= MOST_MILESTONES and all(m.weight >= 1 for m in new.milestones),
        Text(
            f"节点最多 {MOST_MILESTONES} 个，权重从 1 写起",
            f"at most {MOST_MILESTONES} milestones, weights from 1",
        ),
        "milestones",
    )
    require(
        new.due is None or all(m.due <= new.due for m in new.milestones),
        Text("有节点排在完成日期之后", "a milestone lies after the due day"),
        "milestones",
    )


def default_checker() -> str:
    """Return the post that checks where nothing says otherwise: the leader's."""
    return packs().district.supervision.leader


def require(holds: bool, wrong: Text, field_name: str) -> None:
    """Raise WrongInput, at a field of the form, unless something holds."""
    if not holds:
        raise WrongInput(
            "projects.new_entry",
            f"{wrong.zh}。别的都还在，改好再发。",
            f"This can't be: {wrong.to('en')}. The rest is still there.",
            field=field_name,
        )


def _add_milestones(entry: Entry, found: Sequence[NewMilestone]) -> None:
    Milestone.objects.bulk_create(
        Milestone(
            entry=entry,
            key=f"m{number}",
            title_zh=one.title.zh,
            title_en=one.title.en,
            weight=one.weight,
            due=one.due,
        )
        for number, one in enumerate(found, 1)
    )


def _from_node(plan: Plan, node: PlanNode, parent: Entry | None, by: Account) -> Entry:
    on = timezone.localdate()
    entry = Entry(
        number=next_number(on),
        kind=plan.kind,
        plan=plan.plan,
        node=node.key,
        parent=parent,
        title_zh=node.title.zh,
        title_en=node.title.en,
        scope=node.about.zh,
        weight=node.weight,
        places=node.places,
        owner=node.owner,
        office=access.office_of(node.owner),
        helpers=list(node.helpers),
        checker=plan.checker,
        area=node.area,
        due=node.due,
        planned_fen=node.planned_fen,
        is_public=plan.public,
        state="running" if node.owner and node.due else "listed",
        opened_on=on,
        news_on=on,
    )
    note(entry, "opened", by=by, kind=entry.kind, plan=plan.plan, node=node.key)
    Milestone.objects.bulk_create(
        Milestone(
            entry=entry,
            key=step.key,
            title_zh=step.title.zh,
            title_en=step.title.en,
            weight=step.weight,
            due=step.due,
        )
        for step in node.milestones
    )
    return entry
