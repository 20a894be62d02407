"""Running cases go over to the form in force: one transaction each, again as often as one likes.

On the desk one person asks for it, having seen what it does to each case, and another agrees; the
worker then moves the cases one by one. Each is looked at again under its lock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.cases import access, catalogue, store
from minsheng.apps.cases.actions.follow import REWRITE
from minsheng.apps.cases.actions.publishing import CHAIN
from minsheng.apps.cases.actions.transition import FOLLOW, locked, put_follow
from minsheng.apps.cases.carrying import assessed
from minsheng.apps.cases.models import RUNNING, Case, Move
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.outbox import reads as outbox_reads
from minsheng.apps.outbox.actions import Job
from minsheng.apps.people.models import Account
from minsheng.content import LoadedService
from minsheng.engines.casework.moving import Assessment
from minsheng.engines.casework.state import Json
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound
from minsheng.lib.texts import Text

MOVE = "case.move"
# What follows a decision is written as the form says under which it was taken.
BEFORE_A_MOVE = (FOLLOW, REWRITE, "case.certificate", "case.revoke")
Outcome = Literal["can_move", "moved", "stays"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One case: whether it can move, has moved, or stays where it is, and the changes or reasons.

    `number` is empty for a protected case.
    """

    number: str
    outcome: Outcome
    texts: tuple[Text, ...]


@dataclass(slots=True)
class MoveReport:
    """What moving does, or would do, to the running cases of a service.

    `there` is how many are in the form in force already, `unseen` how many weren't looked at.
    """

    slug: str
    to_hash: str
    there: int
    unseen: int = 0
    lines: list[MoveLine] = field(default_factory=list)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many cases have each outcome."""
        found = Counter(line.outcome for line in self.lines)
        return {
            "there": self.there,
            "can_move": found["can_move"],
            "moved": found["moved"],
            "stays": found["stays"],
        }

    @property
    def text(self) -> Text:
        """The report in one sentence."""
        counts = self.counts
        if counts["moved"]:
            zh, en = f"换了 {counts['moved']} 个", f"{counts['moved']} moved"
        else:
            zh, en = f"能换 {counts['can_move']} 个", f"{counts['can_move']} can move"
        return Text(
            f"{zh}，{counts['stays']} 个留在原来的版本，{self.there} 个本来就在新版",
            f"{en}, {counts['stays']} stay in their form, {self.there} are in the new one already",
        )


# ── two people ──────────────────────────────────────────────────────────────────────────────────
def ask_to_move(slug: str, *, by: Account, seen: str) -> Move:
    """Ask that the running cases of a service go over to the form in force.

    `seen` is the form whose report was looked at. Raises NotAllowed for an office that the service
    doesn't concern; Conflict when another form is in force by now, or it was asked already.
    """
    to = catalogue.service_on(slug, timezone.localdate())
    if not access.may_propose(to.spec, by):
        raise _not_yours()
    if to.hash != seen:
        raise _other_form()
    try:
        with transaction.atomic():
            row = Move.objects.create(
                slug=slug,
                pack=catalogue.pin(to),
                status="asked",
                asked_by=by,
                asked_at=timezone.now(),
            )
            _record(row, "move.asked", by)
    except IntegrityError as error:
        raise Conflict(
            "move_asked_already",
            "已经有人提了换版，等另一个人同意。不用再提。",
            "Somebody has asked for this already, and another person is to agree. Nothing to do.",
        ) from error
    return row


def agree_to_move(move_id: int, *, by: Account, seen: str) -> Move:
    """Agree that running cases go over: a second person, who leads; the worker then moves them.

    Raises NotAllowed for who asked and for who leads nothing; Conflict when it isn't asked any
    more or another form is in force than the one in `seen`.
    """
    with transaction.atomic():
        row = _locked_move(move_id)
        if not access.may_publish(by):
            raise _not_yours()
        if row.asked_by_id == by.pk:
            raise NotAllowed(
                "two_pairs_of_eyes",
                "换版是您提的，要另一个人来同意。",
                "You asked for it, so somebody else must agree.",
            )
        to = catalogue.service_on(row.slug, timezone.localdate())
        if row.status != "asked" or not to.hash == row.pack_id == seen:
            raise _other_form()
        row.status, row.agreed_by, row.agreed_at = "agreed", by, timezone.now()
        row.save(update_fields=["status", "agreed_by", "agreed_at"])
        left = Case.objects.filter(slug=row.slug, status=RUNNING).exclude(pack=to.hash)
        for pk in left.order_by("pk").values_list("pk", flat=True):
            payload = {"case": pk, "move": row.pk}
            outbox.put_new(outbox.effect_of(MOVE, f"{MOVE}:{row.pk}:{pk}", payload))
        _record(row, "move.agreed", by)
    return row


def withdraw_move(move_id: int, *, by: Account) -> Move:
    """Take a request to move cases back before it is agreed to: who asked, or who leads."""
    with transaction.atomic():
        row = _locked_move(move_id)
        if row.asked_by_id != by.pk and not access.may_publish(by):
            raise _not_yours()
        if row.status == "agreed":
            raise _other_form()
        if row.status == "asked":
            row.status = "withdrawn"
            row.save(update_fields=["status"])
            _record(row, "move.withdrawn", by)
    return row


def carry_move(job: Job) -> None:
    """Move one case, as two people have agreed; one that can't go over stays where it is.

    Raises Conflict while something still follows from what was decided before: tried again later.
    """
    row = Move.objects.select_related("pack").get(pk=job.payload["move"])
    to = catalogue.stored(row.pack_id)
    if catalogue.service_on(row.slug, timezone.localdate()).hash == to.hash:
        _move(int(job.payload["case"]), to, f"account:{row.agreed_by_id}", _raise_pending)


def _locked_move(move_id: int) -> Move:
    row = Move.objects.select_for_update(of=("self",)).filter(pk=move_id).first()
    if row is None:
        raise NotFound(
            "no_such_move",
            "没有提过这次换版。回换版的页面看看。",
            "Nobody has asked for this. See the page about moving cases.",
        )
    return row


def _record(row: Move, kind: str, by: Account) -> None:
    data: Mapping[str, Json] = {"hash": row.pack_id, "move": row.pk}
    news = audit.News(kind=kind, at=timezone.now(), by=f"account:{by.pk}", data=data)
    audit.record(CHAIN, row.slug, news)


def _not_yours() -> NotAllowed:
    return NotAllowed(
        "not_your_service",
        "这个服务不归您的岗位。换版由牵头或办理的部门提，分管负责人同意。",
        "This service isn't your post's. An office it concerns asks; a leader agrees.",
    )


def _other_form() -> Conflict:
    return Conflict(
        "move_changed",
        "刚刚有人动过，或者换了生效的版本。请再看一遍报告，再决定。",
        "Somebody has just acted, or another form is in force. Look at the report again, then "
        "decide.",
    )


# ── each case ───────────────────────────────────────────────────────────────────────────────────
def move_cases(slug: str, *, by: str, progress: Progress | None = None) -> MoveReport:
    """Move every running case of a service that can go over to the form in force.

    Stopped half way, the next call goes on; what has moved is left alone.
    """
    to = catalogue.service_on(slug, timezone.localdate())
    return _each(slug, to, progress, lambda pk: _move(pk, to, by, lambda: None))


def assess_cases(
    slug: str, *, progress: Progress | None = None, limit: int | None = None
) -> MoveReport:
    """Return what `move_cases` would do to all cases, or the oldest `limit`; nothing is written."""
    to = catalogue.service_on(slug, timezone.localdate())

    def look(pk: int) -> MoveLine | None:
        case = Case.objects.select_related("applicant").get(pk=pk)
        if _is_followed(case):
            return MoveLine(_number(case), "stays", (PENDING,))
        return _line(case, assessed(case, to, by="", at=timezone.now()), "can_move")

    return _each(slug, to, progress, look, limit)


def _each(
    slug: str,
    to: LoadedService,
    progress: Progress | None,
    act: Callable[[int], MoveLine | None],
    limit: int | None = None,
) -> MoveReport:
    running = Case.objects.filter(slug=slug, status=RUNNING)
    left = list(running.exclude(pack=to.hash).order_by("pk").values_list("pk", flat=True))
    unseen = 0 if limit is None else max(0, len(left) - limit)
    report = MoveReport(slug, to.hash, running.filter(pack=to.hash).count(), unseen)
    for done, pk in enumerate(left[:limit], 1):
        try:
            line = act(pk)
        except MinshengError as error:
            # One case that can't be read must not hold up the others.
            case = Case.objects.only("pk", "submitted_day", "protected").get(pk=pk)
            line = MoveLine(_number(case), "stays", (Text(error.zh, error.en),))
        if line is not None:
            report.lines.append(line)
        if progress is not None:
            progress(done, len(left))
    return report


def _move(
    case_id: int, to: LoadedService, by: str, on_pending: Callable[[], None]
) -> MoveLine | None:
    """Move one case; None when it was moved or ended meanwhile."""
    with transaction.atomic():
        case = locked(case_id)
        if case.pack_id == to.hash or case.status != RUNNING:
            return None
        if _is_followed(case):
            on_pending()
            return MoveLine(_number(case), "stays", (PENDING,))
        at = timezone.now()
        found = assessed(case, to, by=by, at=at)
        if found.after is None:
            return _line(case, found, "stays")
        old, before = catalogue.pinned_spec(case.pack_id), store.state_of(case)
        case.pack = catalogue.pin(to)
        promised = found.events[0].data.get("due")
        if promised and found.after.promised is not None:
            case.promised_day = found.after.promised.day
            case.promised_provisional = found.after.promised.provisional
        case.save(update_fields=["pack", "promised_day", "promised_provisional"])
        head = store.append(case, found.events)
        new_items = found.after.items.keys() - before.items.keys()
        store.insert_items(to.spec, case, found.after, only=new_items)
        store.place_items(old, to.spec, case, found.after)
        store.write_case(case, found.after, head, on=store.local_day(at))
        put_follow(case, len(found.events))
        return _line(case, found, "moved")


def _line(case: Case, found: Assessment, outcome: Outcome) -> MoveLine:
    if found.may_move:
        return MoveLine(_number(case), outcome, tuple(change.text for change in found.changes))
    return MoveLine(_number(case), "stays", tuple(one.text for one in found.obstacles))


def _number(case: Case) -> str:
    return "" if case.protected else case.number


def _is_followed(case: Case) -> bool:
    return bool(outbox_reads.unfinished_of(BEFORE_A_MOVE, case=case.pk))


def _raise_pending() -> None:
    raise Conflict("move_pending", PENDING.zh + "。", PENDING.en + ".")


PENDING = Text(
    "上一个决定的后台步骤还没做完，过几分钟再换",
    "what follows from the last decision isn't done yet; try in a few minutes",
)
