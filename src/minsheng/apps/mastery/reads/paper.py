"""Scans that wait: what was read of each pupil, what a person has to settle, who is missing."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass

from django.utils import timezone

from minsheng.apps.mastery import access, paper
from minsheng.apps.mastery.actions.scanning import (
    name_of,
    picture_name,
    require_scans,
    scans_over,
)
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.models import HANDED_IN, PaperImport, PaperPicture, Sheet, Work
from minsheng.apps.mastery.reads.works import AskedItem, asked_new
from minsheng.apps.people import keys
from minsheng.apps.people.models import Account
from minsheng.engines.items.sheets import SHOWN, Field
from minsheng.lib.texts import Text

STATES = {
    "read": Text("读到了", "Read"),
    "blank": Text("没有涂", "Nothing filled in"),
    "double": Text("涂了两个", "Two are filled in"),
    "doubtful": Text("看不准", "Not clear"),
    "missing": Text("这一页没有交", "This page is missing"),
}
LOW = 0.25
"""Below this a mark that was read is shown as one to look at again."""


@dataclass(frozen=True, slots=True)
class ScannedField:
    """One item on a pupil's sheet: what was read, how, and how surely (a share of 100)."""

    field: Field
    value: str
    state: str
    said: Text
    sure_percent: int
    seen: tuple[str, ...]
    is_open: bool
    is_near: bool

    @property
    def shown(self) -> str:
        """What was read, as a person says it."""
        return SHOWN.get(self.value, self.value)

    @property
    def seen_shown(self) -> str:
        """The marks that might be meant."""
        return "、".join(SHOWN.get(one, one) for one in self.seen)


@dataclass(frozen=True, slots=True)
class ScannedSheet:
    """One pupil's sheet as it was read. `pictures` are pages to look at while settling."""

    sheet: int
    seat: int
    name: str
    is_in: bool
    fields: tuple[ScannedField, ...]
    pictures: tuple[int, ...]

    @property
    def open(self) -> tuple[ScannedField, ...]:
        """What a person has to settle."""
        return tuple(one for one in self.fields if one.is_open)

    @property
    def read(self) -> tuple[ScannedField, ...]:
        """What needs nobody."""
        return tuple(one for one in self.fields if not one.is_open)


@dataclass(frozen=True, slots=True)
class Scans:
    """Scans of a work: sheets by seat, pupils whose sheet isn't among them, pages refused and why."""

    row: PaperImport
    work: Work
    sheets: tuple[ScannedSheet, ...]
    missing: tuple[str, ...]
    refused: tuple[tuple[Text, Text], ...]

    @property
    def to_settle(self) -> int:
        """How many sheets want something settled."""
        return sum(bool(one.open) for one in self.sheets if not one.is_in)

    @property
    def ready(self) -> int:
        """How many sheets can be handed in as they are."""
        return sum(not one.open for one in self.sheets if not one.is_in)

    @property
    def already(self) -> int:
        """How many were handed in before."""
        return sum(one.is_in for one in self.sheets)


@dataclass(frozen=True, slots=True)
class PaperView:
    """A work on paper: pages for each pupil, and the scans that wait."""

    work: Work
    pupils: int
    pages: int
    waiting: tuple[PaperImport, ...]


@dataclass(frozen=True, slots=True)
class Questions:
    """The items of a work in the order in which they are numbered on its answer sheets."""

    work: Work
    items: tuple[AskedItem, ...]


def questions_of(work_id: int, *, account: Account) -> Questions:
    """Return the items of a work to print; raises NotFound for who doesn't teach the class."""
    work = access.require_work(account, work_id)
    return Questions(work, asked_new(shelf(work.subject), work.items))


def paper_view(work_id: int, *, account: Account) -> PaperView:
    """Return how a work stands on paper; for who teaches the class."""
    work = access.require_work(account, work_id)
    rows = PaperImport.objects.filter(work=work, state="waiting", expires__gt=timezone.now())
    return PaperView(
        work, work.sheets.count(), len(paper.pages_of(work)), tuple(rows.order_by("-at"))
    )


def scans_of(work_id: int, import_id: uuid.UUID | str, *, account: Account) -> Scans:
    """Return scans as they were read; raises NotFound for who doesn't teach the class."""
    row = require_scans(account, work_id, import_id)
    if row.state == "waiting" and row.expires <= timezone.now():
        row.state, row.content = "expired", ""
    work = row.work
    if row.state != "waiting":
        return Scans(row, work, (), (), ())
    told = json.loads(keys.open_setting(name_of(row), row.content))
    read: dict[int, dict[str, list[object]]] = {}
    for page in told["pages"]:
        read.setdefault(page["sheet"], {}).update({one[0]: one for one in page["fields"]})
    pictures: dict[int, list[int]] = {}
    for sheet, page in row.pictures.order_by("page").values_list("sheet", "page"):
        pictures.setdefault(sheet, []).append(page)
    fields, names = paper.fields_of(work), paper.names_of(work)
    sheets, missing = [], []
    for one in sorted(
        Sheet.objects.filter(work=work), key=lambda one: names.get(one.pupil_id, (0, ""))
    ):
        seat, name = names.get(one.pupil_id, (0, ""))
        if one.pk not in read:
            if one.state != HANDED_IN:
                missing.append(name)
            continue
        its = tuple(_field(field, read[one.pk].get(field.key)) for field in fields)
        is_in = one.state == HANDED_IN
        shown = tuple(pictures.get(one.pk, ()))
        sheets.append(ScannedSheet(one.pk, seat, name, is_in, its, shown))
    refused = tuple((Text(one[0], one[1]), Text(one[2], one[3])) for one in told["refused"])
    return Scans(row, work, tuple(sheets), tuple(missing), refused)


def scanned_picture(
    work_id: int, import_id: uuid.UUID | str, sheet: int, page: int, *, account: Account
) -> bytes:
    """Return the picture of a page that waits, as JPEG; Conflict when it is gone."""
    row = require_scans(account, work_id, import_id)
    kept = PaperPicture.objects.filter(row=row, sheet=sheet, page=page).first()
    if kept is None or row.expires <= timezone.now():
        raise scans_over()
    return base64.b64decode(keys.open_setting(picture_name(kept), kept.content))


def _field(field: Field, read: list[object] | None) -> ScannedField:
    if read is None:
        return ScannedField(field, "", "missing", STATES["missing"], 0, (), True, False)
    _, value, state, sure, seen = read
    is_read = state == "read"
    share = float(str(sure))
    marks = tuple(str(one) for one in seen) if isinstance(seen, list) else ()
    return ScannedField(
        field, str(value), str(state), STATES[str(state)], round(100 * share), marks,
        not is_read, is_read and share < LOW,
    )  # fmt: skip
