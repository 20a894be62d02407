"""王芳 the mother, 李强 the stranger, 孙伟 the officer; and a certificate to print."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone

from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.records import actions
from minsheng.apps.records.certificates.sheet import Fact, Piece, Sheet
from minsheng.apps.records.models import Licence
from minsheng.lib.texts import Text

MOMENT = datetime(2026, 3, 25, 2, 0, tzinfo=UTC)
RARE = "喆堃昇珺祎旻玥"
SHEET = Sheet(
    number="2026-K7Q4-XM2P-9TDH",
    title=Text("出生医学证明", "Medical certificate of birth"),
    district=Text("科创新城示范区"),
    office=Text("区妇幼保健院", "District Maternal and Child Health Hospital"),
    issued_on=date(2026, 3, 25),
    statement=(
        Piece("兹证明 "),
        Piece(f"陈{RARE}", strong=True),
        Piece("的下列事项已经登记在册。"),
    ),
    statement_en="This certifies that the following facts are on record.",
    facts=(
        Fact("child_name", Text("新生儿姓名", "Name of the child"), f"陈{RARE}"),
        Fact("born_on", Text("出生日期", "Born on"), "2026年3月20日"),
    ),
    verify_url="http://127.0.0.1:8700/verify/2026-K7Q4-XM2P-9TDH",
    demo=True,
)
FACTS = SHEET.facts


def sheet(**changes: Any) -> Sheet:
    return replace(SHEET, **changes)


def proved(username: str, name: str) -> Account:
    """A resident whose number was proved."""
    account = Account.objects.create_account(username, None)
    account.person = people.create_person(None, name, birth=date(1995, 5, 5), demo=True)
    account.assurance = Account.PROVED
    account.proved_at = timezone.now()
    account.save()
    return account


def officer(username: str, post_key: str) -> Account:
    account = Account.objects.create_account(username, None, kind=Account.STAFF)
    office = people.set_department("police", Text("公安分局", "Police"))
    post = people.set_post(post_key, office, title=Text("户籍", "Household"))
    people.assign(account, post, since=date(2020, 1, 1))
    return account


def issue(holder: Person, **changes: Any) -> Licence:
    """A licence for the holder, of case 7, item birth_certificate, first attempt."""
    given: dict[str, Any] = {
        "title": SHEET.title,
        "office": SHEET.office,
        "district": SHEET.district,
        "facts": FACTS,
        "origin": actions.Origin("7", "birth_certificate", 1),
        "by": "hospital.birth",
    }
    given.update(changes)
    return actions.issue_licence(given.pop("kind", "birth-certificate"), holder, **given)
