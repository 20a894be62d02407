"""What may be added to a running entry without anybody's consent: helpers, milestones, who may read it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction

from minsheng.apps.people.installed import packs
from minsheng.apps.projects import access
from minsheng.apps.projects.actions.changing import not_open
from minsheng.apps.projects.actions.opening import (
    LONGEST_TITLE,
    MOST_MILESTONES,
    NewMilestone,
    require,
)
from minsheng.apps.projects.models import Entry, Milestone
from minsheng.apps.projects.writing import locked, note, tell
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


def set_helpers(number: str, helpers: Collection[str], *, by: Account) -> Entry:
    """Return the entry with these posts helping; who is new is told. The owner or a leader may."""
    with transaction.atomic():
        entry = _open(number, by)
        access.require(access.owns(entry, by) or access.may_assign(entry, by), entry)
        wanted = list(dict.fromkeys(one for one in helpers if one))
        known = packs().district.posts
        require(
            all(one in known for one in wanted),
            Text("没有这个岗位", "there is no such post"),
            "helpers",
        )
        require(
            not {entry.owner, entry.checker} & set(wanted),
            Text("办的岗位和核对的岗位不能再配合", "owner and checker can't help as well"),
            "helpers",
        )
        new = set(wanted) - set(entry.helpers)
        if wanted != entry.helpers:
            entry.helpers = wanted
            note(entry, "helpers_set", by=by, helpers=wanted)
            tell(
                entry,
                new,
                Text("台账里有一条请您配合", "You help with an entry of the ledger"),
                key=f"helpers:{','.join(sorted(new))}",
            )
    return entry


def add_milestone(number: str, new: NewMilestone, *, by: Account) -> Entry:
    """Return the entry with one more milestone, which counts in its progress. The owner or a leader may."""
    with transaction.atomic():
        entry = _open(number, by)
        access.require(access.owns(entry, by) or access.may_assign(entry, by), entry)
        title, there = new.title.zh.strip(), entry.milestones.count()
        require(
            0 < len(title) <= LONGEST_TITLE,
            Text("节点要写名字", "the milestone needs a name"),
            "step",
        )
        require(1 <= new.weight <= 1000, Text("权重从 1 写起", "weights begin at 1"), "step_weight")
        require(
            entry.due is None or new.due <= entry.due,
            Text("节点排在完成日期之后", "the milestone lies after the due day"),
            "step_due",
        )
        require(
            there < MOST_MILESTONES,
            Text(f"节点最多 {MOST_MILESTONES} 个", f"at most {MOST_MILESTONES} milestones"),
            "step",
        )
        taken = set(entry.milestones.values_list("key", flat=True))
        key = next(f"m{n}" for n in range(1, MOST_MILESTONES * 2) if f"m{n}" not in taken)
        Milestone.objects.create(
            entry=entry,
            key=key,
            title_zh=title,
            title_en=new.title.en,
            weight=new.weight,
            due=new.due,
        )
        note(entry, "milestone_added", by=by, milestone=key)
    return entry


def set_public(number: str, is_public: bool, *, by: Account) -> Entry:
    """Return the entry open to everybody, or to the offices that take part. A leader or steward may.

    Raises Conflict for an entry about somebody: it is never public.
    """
    with transaction.atomic():
        entry = locked(number, by)
        access.require(access.may_assign(entry, by), entry)
        if is_public and entry.person_id is not None:
            raise Conflict(
                "projects.about_somebody",
                "这一条和具体的人有关，不能公开。",
                "This entry is about somebody and is never public.",
                facts={"entry": entry.number},
            )
        if entry.is_public != is_public:
            entry.is_public = is_public
            note(entry, "made_public" if is_public else "made_internal", by=by)
    return entry


def _open(number: str, by: Account) -> Entry:
    entry = locked(number, by)
    if not entry.is_open:
        raise not_open(entry)
    return entry
