"""Port: how each kind of certificate is worded. Filled in `AppConfig.ready()` of apps above.

An issuer turns what an office certified into the sheet that is printed. A kind without an issuer
of its own gets the plain one. Rendering, signing and keeping are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from minsheng.apps.records.certificates.sheet import Fact, Piece, Sheet, Table
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What is about to be certified. The name is in the clear, the citizen number masked."""

    kind: str
    number: str
    title: Text
    office: Text
    district: Text
    holder_name: str
    holder_number: str
    facts: tuple[Fact, ...]
    table: Table | None
    issued_on: date
    valid_until: date | None
    verify_url: str
    demo: bool


Issuer = Callable[[Issue], Sheet]
_issuers: dict[str, Issuer] = {}


def offer_issuer(kind: str, issuer: Issuer) -> None:
    """Say who words certificates of `kind`. Two for one kind are a mistake in the program."""
    if _issuers.get(kind, issuer) is not issuer:
        raise ValueError(f"there is an issuer for {kind!r} already")
    _issuers[kind] = issuer


def sheet_for(issue: Issue) -> Sheet:
    """Return the sheet, worded by the issuer of its kind or plainly."""
    return _issuers.get(issue.kind, plain_sheet)(issue)


def plain_sheet(issue: Issue) -> Sheet:
    """Return a sheet that certifies in one sentence what is on record, or (a table) what is done."""
    words = ("的下列事项已经登记在册。", "This certifies that the following facts are on record.")
    if issue.table:
        words = ("办的下列事项已经办结。", "This certifies that the following items are done.")
    number = f"（公民身份号码 {issue.holder_number}）" if issue.holder_number else ""
    return Sheet(
        number=issue.number,
        title=issue.title,
        district=issue.district,
        office=issue.office,
        issued_on=issue.issued_on,
        statement=(
            Piece("兹证明"),
            Piece(issue.holder_name, strong=True),
            Piece(f"{number}{words[0]}"),
        ),
        statement_en=words[1],
        facts=issue.facts,
        table=issue.table,
        valid_until=issue.valid_until,
        verify_url=issue.verify_url,
        demo=issue.demo,
    )
