"""The content of one certificate, as a strict frozen value that can be printed.

Everything personal is already in its printed form: whoever builds a sheet decides what is masked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

MOST_FACTS = 40
MOST_ROWS = 200
LONGEST_TEXT = 600


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words in the statement; `strong` sets it in bold."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One line that is certified: what it is called, and its value in printed form.

    `key` is the field's name in the pack, so that the value can be used again by a program.
    """

    key: str
    label: Text
    value: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table on the certificate. Every row has as many cells as there are columns."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row needs one cell for each column")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What stands on one certificate.

    `statement` is the sentence that certifies; `statement_en` the same in English, or empty.
    `verify_url` is what the QR code says. `demo` prints 演示样本 and leaves the seal away.
    Raises WrongInput when a text is too long or holds a control character.
    """

    number: str
    title: Text
    district: Text
    office: Text
    issued_on: date
    statement: tuple[Piece, ...]
    statement_en: str = ""
    facts: tuple[Fact, ...] = ()
    table: Table | None = None
    valid_until: date | None = None
    verify_url: str
    demo: bool

    def __post_init__(self) -> None:
        if len(self.facts) > MOST_FACTS or (self.table and len(self.table.rows) > MOST_ROWS):
            raise WrongInput(
                "certificate_too_long",
                f"这张证照放不下：最多 {MOST_FACTS} 行内容、{MOST_ROWS} 行表格。请分成几张。",
                f"This certificate is too long: at most {MOST_FACTS} facts and {MOST_ROWS} rows. "
                "Split it.",
                facts={"facts": len(self.facts)},
            )
        for field, text in self.texts():
            _check_text(field, text)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text that will be printed, with the name of its field."""
        yield "number", self.number
        for name, pair in (
            ("title", self.title),
            ("district", self.district),
            ("office", self.office),
        ):
            yield name, pair.zh
            yield name, pair.en
        for piece in self.statement:
            yield "statement", piece.text
        yield "statement_en", self.statement_en
        for fact in self.facts:
            yield fact.key, fact.label.zh
            yield fact.key, fact.label.en
            yield fact.key, fact.value
        if self.table:
            for column in self.table.columns:
                yield "table", column.zh
                yield "table", column.en
            for row in self.table.rows:
                for cell in row:
                    yield "table", cell
        yield "verify_url", self.verify_url


def _check_text(field: str, text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise WrongInput(
            "certificate_text_too_long",
            f"要印的“{field}”有 {len(text)} 个字，最多 {LONGEST_TEXT} 个。请改短。",
            f"The printed text {field!r} has {len(text)} characters; at most {LONGEST_TEXT}.",
            field=field,
        )
    for char in text:
        if unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}:
            raise WrongInput(
                "certificate_bad_character",
                f"要印的“{field}”里有一个印不出的控制字符（U+{ord(char):04X}）。请删掉它。",
                f"The printed text {field!r} holds a character that can't be printed "
                f"(U+{ord(char):04X}). Remove it.",
                field=field,
                facts={"character": f"U+{ord(char):04X}"},
            )
