"""Running cases go over to the form in force: one transaction each, again as often as one likes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.db import transaction
from django.utils import timezone

from minsheng.apps.cases import catalogue, store
from minsheng.apps.cases.actions.transition import locked, put_follow
from minsheng.apps.cases.carrying import assessed
from minsheng.apps.cases.models import RUNNING, Case
from minsheng.content import LoadedService
from minsheng.engines.casework.moving import Assessment
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text

Outcome = Literal["can_move", "moved", "stays"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One case: whether it can move, has moved, or stays where it is, and the changes or reasons."""

    number: str
    outcome: Outcome
    texts: tuple[Text, ...]


@dataclass(slots=True)
class MoveReport:
    """What moving does, or would do, to the running cases of a service.

    `there` is how many are in the form in force already.
    """

    slug: str
    to_hash: str
    there: int
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


def move_cases(slug: str, *, by: str, progress: Progress | None = None) -> MoveReport:
    """Move every running case of a service that can go over to the form in force.

    Stopped half way, the next call goes on; what has moved is left alone.
    """
    to = catalogue.service_on(slug, timezone.localdate())
    return _each(slug, to, progress, lambda pk: _move(pk, to, by))


def assess_cases(slug: str, *, progress: Progress | None = None) -> MoveReport:
    """Return what `move_cases` would do; nothing is written."""
    to = catalogue.service_on(slug, timezone.localdate())

    def look(pk: int) -> MoveLine | None:
        case = Case.objects.select_related("applicant").get(pk=pk)
        return _line(case, assessed(case, to, by="", at=timezone.now()), "can_move")

    return _each(slug, to, progress, look)


def _each(
    slug: str,
    to: LoadedService,
    progress: Progress | None,
    act: Callable[[int], MoveLine | None],
) -> MoveReport:
    running = Case.objects.filter(slug=slug, status=RUNNING)
    left = list(running.exclude(pack=to.hash).order_by("pk").values_list("pk", flat=True))
    report = MoveReport(slug, to.hash, running.filter(pack=to.hash).count())
    for done, pk in enumerate(left, 1):
        try:
            line = act(pk)
        except MinshengError as error:
            # One case that can't be read must not hold up the others.
            number = Case.objects.only("pk", "submitted_day").get(pk=pk).number
            line = MoveLine(number, "stays", (Text(error.zh, error.en),))
        if line is not None:
            report.lines.append(line)
        if progress is not None:
            progress(done, len(left))
    return report


def _move(case_id: int, to: LoadedService, by: str) -> MoveLine | None:
    """Move one case; None when it was moved or ended meanwhile."""
    with transaction.atomic():
        case = locked(case_id)
        if case.pack_id == to.hash or case.status != RUNNING:
            return None
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
        return MoveLine(case.number, outcome, tuple(change.text for change in found.changes))
    return MoveLine(case.number, "stays", tuple(one.text for one in found.obstacles))
