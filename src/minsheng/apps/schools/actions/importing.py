"""A register is handed in, looked at, and written: whole or not at all, never blindly.

What takes away many people waits for a second person, who says why; the same is held by the database.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from types import MappingProxyType

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import keys
from minsheng.apps.people.installed import packs
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access, checking, registers, sheets
from minsheng.apps.schools.actions.writing import taken, write_changes
from minsheng.apps.schools.models import (
    DROPPED,
    EXCEL,
    EXPIRED,
    ONEROSTER,
    WAITING,
    WRITTEN,
    Org,
    RosterImport,
)
from minsheng.engines.rosters import (
    Changes,
    Guard,
    Problem,
    Reading,
    Roster,
    changes,
    read_zip,
    write_zip,
)
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

STREAM = "roster.import"
KEPT_FOR = timedelta(days=1)
REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "new_year": Text("新学年，班级重新编", "a new school year, classes made anew"),
        "graduated": Text("学生毕业", "pupils left school"),
        "merged": Text("学校合并或分开", "schools merged or split"),
        "moved": Text("整班转走", "whole classes moved away"),
        "corrected": Text("上次导错了，这次改正", "the last import was wrong; this one mends it"),
    }
)
"""Why many people may go from a register: codes, so that nothing personal is written down."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do now: what is wrong, or what changes and whether it is too much.

    `seen` names exactly these changes: who writes says what they saw. It tells nothing else.
    """

    row: RosterImport
    problems: tuple[Problem, ...]
    found: Changes
    stops: tuple[str, ...]
    left_out: int
    seen: str


def hand_in(content: bytes, *, by: Account) -> RosterImport:
    """Return a register that waits for a look: sealed, for a day, unwritten.

    A workbook or a zip of OneRoster files. Raises NotAllowed for who keeps no register.
    """
    kept = access.schools_kept(by)
    if kept is not None and not kept:
        raise not_a_keeper()
    if not content:
        raise WrongInput(
            "schools.no_file",
            "还没有选文件。请选一个 .xlsx 表格，或者 OneRoster 的 zip。",
            "No file was chosen. Choose an .xlsx workbook or a OneRoster zip.",
            field="file",
        )
    now = timezone.now()
    drop_expired(now=now)
    row = RosterImport(id=uuid.uuid4(), form=_form(content), by=by, at=now, expires=now + KEPT_FOR)
    sealed = base64.b64encode(content).decode()
    row.content = keys.seal_setting(_name(row), sealed)
    reading = _read(content, row.form)
    # Bad rows too say which school the file is about, where they can be read that far.
    row.schools = sorted(registers.scope_of(reading.roster).schools)
    with transaction.atomic():
        row.save(force_insert=True)
        _tell(row, "import.handed_in", by, {"schools": len(row.schools)})
    return row


def preview(import_id: uuid.UUID | str, *, account: Account) -> Preview:
    """Return what an import would do now. Raises NotFound for anybody who may not see it."""
    return _previewed(require_import(account, import_id))


def write_import(
    import_id: uuid.UUID | str, *, seen: str, by: Account, reason: str = ""
) -> Changes:
    """Write a register as it was seen, in one transaction, and return what was written.

    What takes away too much is written by a second person alone, with a `reason` out of REASONS.
    Raises Conflict when the register has changed since it was seen, or waits no longer; NotAllowed
    for the same person twice; WrongInput while anything is wrong with it.
    """
    try:
        with transaction.atomic():
            # One import at a time: the schools stay as they are until this one is done.
            list(Org.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
            row = require_import(by, import_id, locked=True)
            shown = _previewed(row)
            _check_may_write(shown, seen=seen, by=by, reason=reason)
            write_changes(shown.found, by=f"account:{by.pk}", on=timezone.localdate())
            row.state, row.content = WRITTEN, ""
            row.is_stopped, row.reason = bool(shown.stops), reason if shown.stops else ""
            row.written_by, row.counts = by, counts_of(shown.found)
            row.save()
            facts = {"seconded": bool(shown.stops), "reason": row.reason}
            _tell(row, "import.written", by, facts)
    except IntegrityError as cause:
        raise taken() from cause
    return shown.found


def drop_import(import_id: uuid.UUID | str, *, by: Account) -> None:
    """Throw a register away that waits; nothing of it is kept."""
    with transaction.atomic():
        row = require_import(by, import_id, locked=True)
        _waits(row)
        row.state, row.content = DROPPED, ""
        row.save()
        _tell(row, "import.dropped", by, {})


def drop_expired(*, now: datetime) -> int:
    """Empty the registers that nobody wrote within a day, and return how many there were."""
    late = RosterImport.objects.filter(state=WAITING, expires__lte=now)
    return late.update(state=EXPIRED, content="")


def hand_out(school: str, *, form: str, by: Account) -> bytes:
    """Return the register of one school as a workbook or a zip, with everything in it.

    Citizen numbers stand in it in full, so each time is written down. Raises NotFound for a school
    that isn't theirs to keep.
    """
    found = Org.objects.filter(sourced_id=school, status="active").first()
    if found is None or not access.may_keep(by, [school]):
        raise NotFound(
            "schools.no_school",
            "没有这所学校，或者它的名册不由您管。",
            "There is no such school, or you don't keep its register.",
        )
    roster = registers.register_of([school])
    content = write_zip(roster) if form == ONEROSTER else sheets.workbook(roster)
    news = audit.News(
        "register.handed_out",
        timezone.now(),
        f"account:{by.pk}",
        {"form": form, "users": len(roster.users)},
    )
    audit.record(STREAM, f"org:{found.pk}", news)
    return content


def require_import(
    account: Account, import_id: uuid.UUID | str, *, locked: bool = False
) -> RosterImport:
    """Return an import that this account handed in, or may second; raises NotFound for others."""
    rows = RosterImport.objects.all()
    if locked:
        rows = rows.select_for_update(of=("self",))
    try:
        row = rows.filter(pk=uuid.UUID(str(import_id))).select_related("by").first()
    except ValueError:
        row = None
    if row is None or not (row.by_id == account.pk or access.may_keep(account, row.schools)):
        raise NotFound(
            "schools.no_import",
            "没有这次导入，或者不归您看。",
            "There is no such import, or it isn't for you to see.",
        )
    return row


def counts_of(found: Changes) -> dict[str, list[int]]:
    """Return rows added, changed and gone by table, of tables in which something happens."""
    counted = {
        table: [len(found.added[table]), len(found.changed[table]), len(found.gone[table])]
        for table in found.added
    }
    return {table: three for table, three in counted.items() if any(three)}


def not_a_keeper() -> NotAllowed:
    """Return the answer to who keeps no register."""
    return NotAllowed(
        "schools.not_a_keeper",
        "名册由校长和教育局管，您不能导入。要改名册，请找校长。",
        "Heads and the education bureau keep registers; you can't import one. Ask the head.",
    )


def guard() -> Guard:
    """Return how much one import may take away, as this district has set it."""
    said = packs().district.schooling
    return Guard(share=Fraction(said.gone_percent, 100), few=said.gone_few)


def _check_may_write(shown: Preview, *, seen: str, by: Account, reason: str) -> None:
    _waits(shown.row)
    if shown.problems:
        raise WrongInput(
            "schools.wrong_register",
            f"名册里还有 {len(shown.problems)} 处不对，一行也没有写入。请改好再交。",
            f"{len(shown.problems)} things in the register are wrong. Nothing was written; mend it first.",
        )
    if shown.seen != seen:
        raise Conflict(
            "schools.seen_changed",
            "您看过以后，名册又变了，一行也没有写入。请再看一遍，再写入。",
            "The register has changed since you looked. Nothing was written; look again.",
        )
    if not access.may_keep(by, registers_written(shown)):
        raise not_a_keeper()
    if not shown.stops:
        return
    if by.pk == shown.row.by_id:
        raise NotAllowed(
            "schools.second_person",
            "这次少掉的人太多，要请第二个人核对。请校长或者教育局来确认，一行也没有写入。",
            "So many people would go that a second person has to look. Ask the head or the bureau; nothing was written.",
        )
    if reason not in REASONS:
        raise WrongInput(
            "schools.why_gone",
            "请选一个原因：为什么少掉这么多人。",
            "Choose why so many people go.",
            field="reason",
        )


def registers_written(shown: Preview) -> frozenset[str]:
    """Return the schools that an import is about."""
    return frozenset(shown.row.schools)


def _previewed(row: RosterImport) -> Preview:
    if row.state == WAITING and row.expires <= timezone.now():
        row.state, row.content = EXPIRED, ""
    if row.state != WAITING:
        nothing = changes(Roster(), Roster())
        return Preview(row, (), nothing, (), 0, "")
    content = base64.b64decode(keys.open_setting(_name(row), row.content))
    reading = _read(content, row.form)
    schools = access.schools_kept(row.by)
    old = registers.stored(reading.roster, keep_heads=schools is not None)
    problems = checking.problems_of(reading, old, schools=schools)
    found = changes(old, reading.roster)
    return Preview(row, problems, found, guard().stops(found), reading.left_out, _seen(row, found))


def _read(content: bytes, form: str) -> Reading:
    if form == ONEROSTER:
        return read_zip(content, on=timezone.localdate())
    return sheets.read_workbook(content)


def _form(content: bytes) -> str:
    """Return what a file is, by what it holds: a workbook is a zip of other files."""
    return EXCEL if b"[Content_Types].xml" in content or b"xl/" in content else ONEROSTER


def _seen(row: RosterImport, found: Changes) -> str:
    """Return a keyed mark of changes: the same for the same, and nothing can be read from it."""
    told = {
        "added": {table: [asdict(one) for one in rows] for table, rows in found.added.items()},
        "changed": {
            table: [[asdict(old), asdict(new)] for old, new in rows]
            for table, rows in found.changed.items()
        },
        "gone": {table: [asdict(one) for one in rows] for table, rows in found.gone.items()},
    }
    text = json.dumps(told, sort_keys=True, default=str, ensure_ascii=False)
    return keys.blind(f"roster-import {row.pk}", text)


def _name(row: RosterImport) -> str:
    return f"roster.import.{row.pk}"


def _waits(row: RosterImport) -> None:
    if row.state != WAITING:
        raise Conflict(
            "schools.import_over",
            "这次导入已经结束了：写入了、作废了，或者过了一天。要导入，请重新交文件。",
            "This import is over: written, dropped, or a day old. To import, hand the file in again.",
        )


def _tell(row: RosterImport, kind: str, by: Account, facts: dict[str, object]) -> None:
    news = audit.News(kind, timezone.now(), f"account:{by.pk}", facts)
    audit.record(STREAM, str(row.pk), news)
