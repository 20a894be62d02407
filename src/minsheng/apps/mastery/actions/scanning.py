"""Scanned answer sheets are read, wait sealed for a look, and are handed in as the teacher settled them."""

from __future__ import annotations

import base64
import io
import json
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from PIL import Image

from minsheng.apps.audit import actions as audit
from minsheng.apps.mastery import access, paper
from minsheng.apps.mastery.actions.handing import decide_answer, type_in
from minsheng.apps.mastery.models import HANDED_IN, Answer, PaperImport, PaperPicture, Sheet, Work
from minsheng.apps.people import keys
from minsheng.apps.people.models import Account
from minsheng.apps.records.files.sniff import sniff
from minsheng.engines.items.scans import PageRead, pictures_in, read_page
from minsheng.engines.items.sheets import Field, Page
from minsheng.lib.errors import Conflict, NotFound, WrongInput
from minsheng.lib.texts import Text

STREAM = "paper.import"
KEPT_FOR = timedelta(days=1)
MOST_SCANS, MOST_PAGES = 60, 120
LONGEST_SHOWN = 1_100
BY_HAND = "写在纸上"
LEFT_OUT = "-"
"""What settles a field as nothing written."""
# PDFium may be used by one thread at a time, and one page takes a whole processor.
_reading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Taken:
    """How many sheets were handed in, were in before, and still want something settled."""

    now: int
    before: int
    left: int


@dataclass(slots=True)
class _Pile:
    """What was read so far: pages by sheet and number, small pictures, what was refused and why."""

    pages: dict[tuple[int, int], PageRead]
    pictures: dict[tuple[int, int], bytes]
    refused: list[tuple[Text, Text]]
    first: WrongInput | None = None


def read_scans(work_id: int, contents: Sequence[bytes], *, by: Account) -> PaperImport:
    """Return scans of a work that wait for a look, sealed, for a day; nothing is handed in yet.

    PDFs from a scanner or photographs. Raises WrongInput with what to do where none of the pages can be
    read, or a file is none of these.
    """
    work = access.require_work(by, work_id)
    if work.state == "cancelled":
        raise Conflict(
            "paper.cancelled",
            "这份练习撤回了，不能再导入。要用，请重新出一份。",
            "This work was taken back; nothing can be imported. Give it anew.",
        )
    _check(contents)
    with _reading:
        pile = _read(work, contents)
    if not pile.pages:
        assert pile.first is not None
        raise pile.first
    now = timezone.now()
    drop_expired_scans(now=now)
    row = PaperImport(id=uuid.uuid4(), work=work, by=by, at=now, expires=now + KEPT_FOR)
    row.content = keys.seal_setting(name_of(row), json.dumps(_told(pile), ensure_ascii=False))
    with transaction.atomic():
        row.save(force_insert=True)
        for (sheet, page), picture in pile.pictures.items():
            kept = PaperPicture(row=row, sheet=sheet, page=page)
            text = base64.b64encode(picture).decode()
            kept.content = keys.seal_setting(picture_name(kept), text)
            kept.save(force_insert=True)
        _tell(row, "read", by, {"pages": len(pile.pages), "refused": len(pile.refused)})
    return row


def take_scans(
    work_id: int,
    import_id: uuid.UUID | str,
    settled: Mapping[tuple[int, str], str],
    *,
    by: Account,
    blanks_left_out: str = "",
) -> Taken:
    """Hand in each sheet whose every field is read or settled, and return how many there were.

    settled: (sheet, item) → what a person saw, "-" for nothing; it wins over what was read.
    `blanks_left_out`: anything but "" settles all that is blank as left out. What was handed in before
    is left alone, so that a second press does nothing.
    """
    now_in = before = left = 0
    with transaction.atomic():
        row = require_scans(by, work_id, import_id, locked=True)
        if row.state == "taken":
            return Taken(0, 0, 0)
        if row.state != "waiting" or row.expires <= timezone.now():
            raise scans_over()
        work = row.work
        fields = paper.fields_of(work)
        for sheet_id, answers, is_whole in _answers(row, fields, settled, blanks_left_out):
            sheet = Sheet.objects.select_for_update().filter(work=work, pk=sheet_id).first()
            if sheet is None or sheet.state == HANDED_IN:
                before += 1
            elif not is_whole:
                left += 1
            else:
                _hand_in(work, sheet, fields, answers, by)
                now_in += 1
        if not left:
            _end(row, "taken")
        if now_in or not left:
            _tell(row, "taken", by, {"now": now_in, "before": before, "left": left})
    return Taken(now_in, before, left)


def drop_scans(work_id: int, import_id: uuid.UUID | str, *, by: Account) -> None:
    """Throw scans away that wait; nothing of them is kept."""
    with transaction.atomic():
        row = require_scans(by, work_id, import_id, locked=True)
        if row.state != "waiting":
            raise scans_over()
        _end(row, "dropped")
        _tell(row, "dropped", by, {})


def drop_expired_scans(*, now: datetime) -> int:
    """Empty the scans that nobody took within a day, and return how many there were."""
    late = PaperImport.objects.filter(state="waiting", expires__lte=now)
    with transaction.atomic():
        PaperPicture.objects.filter(row__in=late).delete()
        return late.update(state="expired", content="")


def require_scans(
    account: Account, work_id: int, import_id: uuid.UUID | str, *, locked: bool = False
) -> PaperImport:
    """Return scans of a work of a class that this account teaches; raises NotFound for others."""
    work = access.require_work(account, work_id)
    rows = PaperImport.objects.filter(work=work)
    if locked:
        rows = rows.select_for_update(of=("self",))
    try:
        row = rows.filter(pk=uuid.UUID(str(import_id))).first()
    except ValueError:
        row = None
    if row is None:
        raise NotFound(
            "paper.no_scans",
            "没有这次扫描，或者不归您看。请回练习那一页再交一次。",
            "There are no such scans, or they aren't yours to see. Go back to the work.",
        )
    row.work = work
    return row


def name_of(row: PaperImport) -> str:
    """Return the name that the content of an import is sealed under."""
    return f"paper.import.{row.pk}"


def picture_name(kept: PaperPicture) -> str:
    """Return the name that a picture is sealed under."""
    return f"paper.picture.{kept.row_id}.{kept.sheet}.{kept.page}"


def scans_over() -> Conflict:
    """Return the answer to who would settle scans that are gone."""
    return Conflict(
        "paper.over",
        "这次扫描已经用完、作废，或者过了一天清掉了。要录，请重新交扫描件。",
        "These scans were taken, thrown away, or are a day old. Hand them in again.",
    )


def _check(contents: Sequence[bytes]) -> None:
    if not contents:
        raise WrongInput(
            "paper.no_file",
            "还没有选文件。请选扫描的 PDF，或者手机拍的照片（JPG、PNG）。",
            "No file was chosen. Choose a PDF from a scanner, or photographs (JPG, PNG).",
            field="file",
        )
    if len(contents) > MOST_SCANS:
        raise WrongInput(
            "paper.many_files",
            f"一次最多 {MOST_SCANS} 个文件，请分几次交。",
            f"At most {MOST_SCANS} files at once; send them in parts.",
            field="file",
        )
    for content in contents:
        sniff(content)


def _read(work: Work, contents: Sequence[bytes]) -> _Pile:
    sheets = set(Sheet.objects.filter(work=work).values_list("pk", flat=True))
    pages = paper.pages_of(work)

    def find(code: str, number: int) -> Page | None:
        named = paper.numbers_in(code)
        if named is None or not paper.is_ours(work, code) or named[1] not in sheets:
            raise _other_work()
        return pages[number - 1] if number <= len(pages) else None

    pile = _Pile({}, {}, [])
    for where, picture in _pictures(contents):
        try:
            read = read_page(picture, find)
        except WrongInput as wrong:
            pile.first = pile.first or WrongInput(wrong.code, wrong.zh, wrong.en, field="file")
            pile.refused.append((where, Text(wrong.zh, wrong.en)))
            continue
        named = paper.numbers_in(read.sheet)
        if named is None:
            continue
        at = named[1], read.page
        if at in pile.pages:
            pile.refused.append((where, TWICE))
            continue
        pile.pages[at] = read
        if read.for_a_person:
            pile.pictures[at] = _small(picture)
    return pile


TWICE = Text(
    "这一页前面已经有了，用的是前面那一张。", "This page came before; the first one is used."
)


def _pictures(contents: Sequence[bytes]) -> Iterator[tuple[Text, Image.Image]]:
    left = MOST_PAGES
    for at, content in enumerate(contents, 1):
        for number, picture in enumerate(pictures_in(content, most=left), 1):
            left -= 1
            yield Text(f"文件 {at} 第 {number} 页", f"File {at}, page {number}"), picture


def _small(picture: Image.Image) -> bytes:
    """Return a grey JPEG that a person can read marks on; nothing a camera wrote into it stays."""
    grey = picture.convert("L")
    grey.thumbnail((LONGEST_SHOWN, LONGEST_SHOWN))
    out = io.BytesIO()
    grey.save(out, "JPEG", quality=55)
    return out.getvalue()


def _told(pile: _Pile) -> dict[str, object]:
    return {
        "pages": [
            {
                "sheet": sheet,
                "page": page,
                "fields": [
                    [one.key, one.value, one.state, one.confidence, list(one.seen)]
                    for one in read.fields
                ],
            }
            for (sheet, page), read in pile.pages.items()
        ],
        "refused": [
            [where.zh, where.to("en"), said.zh, said.to("en")] for where, said in pile.refused
        ],
    }


def _answers(
    row: PaperImport,
    fields: Sequence[Field],
    settled: Mapping[tuple[int, str], str],
    blanks_left_out: str,
) -> Iterator[tuple[int, dict[str, str], bool]]:
    """Yield each sheet with what is said for each item, and whether nothing is open any more."""
    told = json.loads(keys.open_setting(name_of(row), row.content))
    sheets: dict[int, dict[str, tuple[str, str]]] = {}
    for page in told["pages"]:
        for key, value, state, _, _ in page["fields"]:
            sheets.setdefault(page["sheet"], {})[key] = (value, state)
    for sheet, read in sorted(sheets.items()):
        answers: dict[str, str] = {}
        for one in fields:
            value, state = read.get(one.key, ("", "missing"))
            said = settled.get((sheet, one.key), "").strip()
            if said:
                answers[one.key] = "" if said == LEFT_OUT else said
            elif state == "read":
                answers[one.key] = value
            elif state == "blank" and blanks_left_out:
                answers[one.key] = ""
        yield sheet, answers, len(answers) == len(fields)


def _hand_in(
    work: Work, sheet: Sheet, fields: Sequence[Field], answers: Mapping[str, str], by: Account
) -> None:
    """Hand a sheet in; what was written by hand gets the points that stand beside it."""
    by_hand = {one.key: one for one in fields if one.kind == "written"}
    said = {key: BY_HAND if key in by_hand and value else value for key, value in answers.items()}
    type_in(work.pk, sheet.pupil_id, said, by=by, source="paper")
    for key, one in by_hand.items():
        points = answers[key]
        if points not in one.options:
            continue
        score = round(1000 * int(points) / max(1, len(one.options) - 1))
        answer = Answer.objects.get(sheet=sheet, item=key)
        decide_answer(answer.pk, score, by=by)


def _end(row: PaperImport, state: str) -> None:
    row.state, row.content = state, ""
    row.save(update_fields=["state", "content"])
    PaperPicture.objects.filter(row=row).delete()


def _other_work() -> WrongInput:
    return WrongInput(
        "paper.other_work",
        "这是另一份练习的答题卡，没有读。请到那份练习的页面去交。",
        "This sheet is of another work and wasn't read. Hand it in on the page of that work.",
        field="file",
    )


def _tell(row: PaperImport, kind: str, by: Account, facts: dict[str, str | int | bool]) -> None:
    news = audit.News(f"paper.{kind}", timezone.now(), f"account:{by.pk}", facts)
    audit.record(STREAM, str(row.pk), news)
