"""A work on paper: one answer sheet for each pupil, its code, the file to print.

The code on a sheet holds the numbers of work and sheet with a keyed mark, never a name: a page of
another district, or one whose items were others, is not taken for ours.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from django.utils import timezone

from minsheng.apps.mastery import access
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.models import Sheet, Work
from minsheng.apps.people import keys
from minsheng.apps.people.models import Account
from minsheng.apps.records.certificates.fonts import font_book
from minsheng.apps.records.certificates.render import compile_pdf
from minsheng.apps.schools import reads as schools
from minsheng.engines.items import printing
from minsheng.engines.items.sheets import Field, Page, field_of, lay_out
from minsheng.lib.errors import Conflict

_CODE = re.compile(r"W([0-9]{1,9})S([0-9]{1,10})K([0-9A-F]{8})")


def fields_of(work: Work) -> tuple[Field, ...]:
    """Return what is filled in on a sheet of a work, item by item, labelled by number."""
    items = shelf(work.subject).subject.items
    return tuple(
        field_of(items[key], label=str(number))
        for number, key in enumerate(work.items, 1)
        if key in items
    )


def pages_of(work: Work) -> tuple[Page, ...]:
    """Return the pages of one pupil's sheet; raises Conflict for a work that no paper can hold."""
    try:
        return lay_out(fields_of(work))
    except ValueError as cause:
        raise Conflict(
            "paper.no_layout",
            "这份练习排不成答题卡。请让学生在手机上做，或者一个一个补录。",
            "This work can't be laid out on a sheet. Let pupils answer on a phone, or type it in.",
        ) from cause


def code_of(work: Work, sheet_id: int) -> str:
    """Return the opaque id that is printed on a sheet: capitals and digits."""
    return f"W{work.pk}S{sheet_id}K{_mark(keys.blind('paper', _meant(work, sheet_id)))}"


def numbers_in(code: str) -> tuple[int, int] | None:
    """Return work and sheet that a code names, unproved; None where it isn't written like ours."""
    match = _CODE.fullmatch(code)
    return (int(match[1]), int(match[2])) if match else None


def is_ours(work: Work, code: str) -> bool:
    """Whether a code was printed here, for this work as it is."""
    match = _CODE.fullmatch(code)
    if match is None or int(match[1]) != work.pk:
        return False
    known = keys.blinds("paper", _meant(work, int(match[2])))
    return match[3] in {_mark(one) for one in known}


def names_of(work: Work) -> Mapping[int, tuple[int, str]]:
    """Return pupil → seat and name, by seat; for who teaches the class."""
    lines = schools.pupils_in(work.school_class, on=work.day)
    return {one.id: (one.seat, one.name) for one in lines}


def answer_sheets(work_id: int, *, account: Account) -> bytes:
    """Return the answer sheets of a class as one PDF, by seat; for who teaches it.

    Seat and name stand on each for handing it out. Raises NotFound for anybody else, Unavailable for
    a character that no font has.
    """
    work = access.require_work(account, work_id)
    names, pages = names_of(work), pages_of(work)
    sheets = dict(Sheet.objects.filter(work=work).values_list("pupil", "pk"))
    copies = [
        printing.Copy(
            code_of(work, sheets[pupil]), f"{work.school_class.title}　{seat} 号　{name}", pages
        )
        for pupil, (seat, name) in names.items()
        if pupil in sheets
    ]
    if not copies:
        raise Conflict(
            "paper.nobody",
            "这份练习还没有给到学生，没有答题卡可印。请回班级页看名单。",
            "This work has no pupils, so there is nothing to print. See the list of the class.",
        )
    book = font_book()
    texts = [("name", copy.name) for copy in copies] + [("title", work.title)]
    book.check(texts, folder=None)
    content = printing.sheets(copies, title=work.title)
    content["fonts"] = {"song": book.song, "sans": book.sans}
    return compile_pdf(printing.TEMPLATE, content, book, at=timezone.now())


def _meant(work: Work, sheet_id: int) -> str:
    return f"{work.pk}/{sheet_id}/{work.subject}/{','.join(work.items)}"


def _mark(blind: str) -> str:
    return hashlib.sha256(blind.encode()).hexdigest()[:8].upper()
