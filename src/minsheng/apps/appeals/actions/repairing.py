"""A request about a building opens a repair: an entry of the ledger, linked both ways."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.appeals import access, store
from minsheng.apps.appeals.actions.transition import locked, write_own
from minsheng.apps.appeals.models import Request
from minsheng.apps.outbox.actions import Job
from minsheng.apps.people.models import Account
from minsheng.apps.repairs import actions as repairs
from minsheng.apps.repairs import reads as repair_reads
from minsheng.apps.repairs.models import Repair
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.state import Event
from minsheng.engines.appeals.state import Request as State
from minsheng.lib.errors import Conflict, WrongInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Which building of the register, which flat ("" for a common part), which part, in which words."""

    building: int
    part: str
    words: str
    flat: str = ""


def open_repair(number: str, defect: Defect, *, by: Account, at: datetime | None = None) -> Repair:
    """Return the repair that a request has opened, now or before.

    By whoever has an item of the request in hand and enters repairs. The words of the ledger are
    sealed under the requester's key, as those of the request are.
    """
    with transaction.atomic():
        request = locked(number)
        spec, state = access.spec_of(request), store.state_of(request)
        require_repairable(spec, state, by)
        parts = spec.parts_of(state.category)
        if defect.part not in parts:
            raise WrongInput(
                "repairs.part",
                "请选是哪个部位。别的都还在。",
                "Choose which part it is. The rest is still there.",
                field="part",
            )
        is_there = bool(repair_reads.repair_of_request(number))
        repair = repairs.report_repair(
            defect.building,
            part=defect.part,
            words=defect.words,
            flat=defect.flat,
            person=None if request.person.is_erased else request.person,
            request=number,
            by=by,
        )
        if not is_there:
            post = next(i.post for i in state.open_items if i.post in access.posts_of(by))
            who = f"post:{post}/account:{by.pk}"
            data = {"entry": repair.entry.number, "part": defect.part}
            write_own(request, Event("request.to_repair", at or timezone.now(), who, "", data))
    return repair


def require_repairable(spec: Appeal, state: State, by: Account) -> None:
    """Raise unless this account has the request in hand and the request is about a building."""
    held = access.posts_of(by)
    if not any(item.post in held and item.status == "open" for item in state.open_items):
        raise access.not_yours()
    if not spec.parts_of(state.category):
        raise Conflict(
            "appeals.no_repair",
            "这一类诉求不立维修。是房子的事，请派单岗改成房屋的类别。",
            "Requests of this category open no repair. If it is about a building, have it classified anew.",
        )


def require_archived(request: Request) -> None:
    """Raise Conflict while the repair that a request has opened isn't in the archive."""
    repair = repair_reads.state_of_request(request.number)
    if repair is not None and repair.archived_on is None:
        entry = repair.number
        raise Conflict(
            "appeals.repair_open",
            f"维修 {entry} 还没有归档，不能说办成了。修好、观察、复查、归档以后再反馈；修不了的，选“办不了，已说明”。",
            f"Repair {entry} isn't in the archive yet, so this isn't done. Answer after the repair was "
            "observed, checked and archived; or say that it can't be done, and why.",
            facts={"entry": entry},
        )


def tell_of_repair(job: Job) -> None:
    """Write into a request that its repair has taken a step: which, by whom, when."""
    told = {key: str(value) for key, value in job.payload.items()}
    step = told["step"].partition(".")[2].removeprefix("repair_")
    at, data = datetime.fromisoformat(told["at"]), {"entry": told["entry"]}
    write_own(locked(told["request"]), Event(f"repair.{step}", at, told["by"], "", data))
