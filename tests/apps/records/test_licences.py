"""A licence is issued once, verified by anybody, opened by its holder, and can be taken back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.apps.records.records_cast import FACTS, RARE, issue, proved

from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.records import actions, issuers, reads, signing
from minsheng.apps.records.certificates.sheet import Fact, Piece, Table
from minsheng.apps.records.models import Licence, StoredFile
from minsheng.lib.errors import Conflict, NotFound, Unavailable, WrongInput
from minsheng.lib.texts import Text

REASON = Text("登记有误，已更正", "The entry was wrong and has been corrected")


@pytest.fixture
def holder(wang: Account) -> Person:
    assert wang.person is not None
    return wang.person


def pdf_of(licence: Licence) -> bytes:
    return reads.opened(licence.file).content


def test_the_holder_downloads_a_signed_certificate(holder: Person, wang: Account) -> None:
    opened = reads.file_of(issue(holder).pk, by=wang)
    assert opened.media_type == "application/pdf"
    assert opened.name.startswith("出生医学证明-")
    assert reads.signature_of(opened.content).holds
    assert not reads.signature_of(opened.content[:-1]).holds
    page = pypdfium2.PdfDocument(opened.content)[0]
    assert RARE in page.get_textpage().get_text_bounded().replace("\n", "")


def test_a_stranger_can_neither_open_nor_find_it(holder: Person, li: Account) -> None:
    licence = issue(holder)
    with pytest.raises(NotFound):
        reads.file_of(licence.pk, by=li)
    with pytest.raises(NotFound):
        reads.licence_by_number(licence.number, by=li)
    with pytest.raises(NotFound):
        reads.open_file(licence.file_id, by=li)


def test_the_holder_finds_it_by_its_number(holder: Person, wang: Account) -> None:
    licence = issue(holder)
    assert reads.licence_by_number(licence.number.lower(), by=wang) == licence
    with pytest.raises(NotFound):
        reads.licence_by_number("no number", by=wang)


def test_the_code_on_the_paper_leads_to_its_own_verification(holder: Person) -> None:
    licence = issue(holder)
    picture = pypdfium2.PdfDocument(pdf_of(licence))[0].render(scale=2).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == reads.verify_url(licence.number)
    assert reads.verification(code.text.rsplit("/", 1)[1]).status == "valid"


def test_anybody_may_verify_and_sees_only_a_masked_holder(holder: Person) -> None:
    licence = issue(holder)
    found = reads.verification(licence.number)
    assert (found.status, found.word.zh) == ("valid", "有效")
    assert found.title == Text("出生医学证明", "Medical certificate of birth")
    assert found.office.zh == "区妇幼保健院"
    assert found.issued_on == timezone.localdate()
    assert found.holder == holder.name_masked != ""
    assert found.digest == licence.file.digest
    assert found.demo
    assert "王芳" not in repr(found)
    assert RARE not in repr(found)


def test_a_mistyped_number_is_told_so_and_an_unissued_one_is_unknown(holder: Person) -> None:
    number = issue(holder).number
    other = "0" if number[-1] != "0" else "1"
    mistyped = reads.verification(number[:-1] + other)
    assert mistyped.status == "unknown"
    assert "打错" in mistyped.note.zh
    never = reads.verification("2026-0000-0000-000T"[:-1] + _check("202600000000000"))
    assert never.status == "unknown"
    assert "没有发过" in never.note.zh
    assert reads.verification("x" * 5000).status == "unknown"


def _check(body: str) -> str:
    from minsheng.apps.records.numbers import check_character

    return check_character(body)


def test_a_revoked_licence_says_when_and_why(holder: Person) -> None:
    licence = issue(holder)
    actions.revoke_licence(licence.pk, reason=REASON, by="hospital.birth")
    found = reads.verification(licence.number)
    assert found.status == "revoked"
    assert found.revoked_on == timezone.localdate()
    assert found.reason == REASON
    assert reads.find_licence(holder, "birth-certificate", on=timezone.localdate()) is None


def test_revoking_twice_changes_nothing(holder: Person) -> None:
    licence = issue(holder)
    first = actions.revoke_licence(licence.pk, reason=REASON, by="hospital.birth")
    second = actions.revoke_licence(licence.pk, reason=Text("别的原因"), by="somebody")
    assert (second.revoked_at, second.reason) == (first.revoked_at, REASON)
    kinds = [entry.kind for entry in audit_reads.history("licence", str(licence.pk))]
    assert kinds == ["licence_issued", "licence_revoked"]


def test_revoking_needs_a_reason_and_a_licence(holder: Person) -> None:
    with pytest.raises(WrongInput):
        actions.revoke_licence(issue(holder).pk, reason=Text(""), by="x")
    with pytest.raises(NotFound):
        actions.revoke_licence(holder.pk, reason=REASON, by="x")


def test_the_day_after_its_last_day_a_licence_is_expired(holder: Person) -> None:
    last = timezone.localdate() + timedelta(days=365)
    licence = issue(holder, valid_until=last)
    assert reads.verification(licence.number, on=last).status == "valid"
    assert reads.verification(licence.number, on=last + timedelta(days=1)).status == "expired"
    assert reads.find_licence(holder, licence.kind, on=last) == licence
    assert reads.find_licence(holder, licence.kind, on=last + timedelta(days=1)) is None


def test_the_original_file_verifies_and_a_changed_one_does_not(holder: Person) -> None:
    licence = issue(holder)
    pdf = pdf_of(licence)
    assert reads.verification_of_file(pdf).number == licence.number
    assert reads.verification_of_file(pdf + b"\n").status == "unknown"
    assert reads.verification_of_file(b"").status == "unknown"


def test_the_same_origin_twice_gives_the_same_licence(holder: Person) -> None:
    assert issue(holder) == issue(holder)
    assert Licence.objects.count() == StoredFile.objects.count() == 1
    again = issue(holder, origin=actions.Origin("7", "birth_certificate", 2))
    assert again.number != Licence.objects.exclude(pk=again.pk).get().number


def test_an_origin_never_gives_a_second_kind_or_holder(holder: Person, li: Account) -> None:
    issue(holder)
    with pytest.raises(Conflict):
        issue(holder, kind="household-page")
    assert li.person is not None
    with pytest.raises(Conflict):
        issue(li.person)


def test_facts_come_back_and_lie_sealed(holder: Person) -> None:
    licence = issue(holder)
    assert reads.facts_of(licence) == FACTS
    row = Licence.objects.filter(pk=licence.pk).values().get()
    assert RARE not in repr(row)


def test_nothing_personal_is_in_the_events(holder: Person) -> None:
    licence = issue(holder)
    (entry,) = audit_reads.history("licence", str(licence.pk))
    assert set(entry.data) == {"licence_kind", "file", "case", "item", "attempt"}
    assert "王" not in repr(entry.data)
    assert licence.number not in repr(entry.data)


def test_after_erasure_the_verification_names_nobody(holder: Person) -> None:
    licence = issue(holder)
    people.erase_person(holder, by="office.audit", reason="asked")
    found = reads.verification(licence.number)
    assert found.status == "valid"
    assert found.holder == ""
    with pytest.raises(NotFound):
        reads.facts_of(reads.licence(licence.pk))


def test_the_newest_valid_licence_of_a_kind_is_found(holder: Person, li: Account) -> None:
    day = timezone.localdate()
    issue(holder, on=day - timedelta(days=9))
    newer = issue(holder, origin=actions.Origin("8", "birth_certificate"), on=day)
    assert reads.find_licence(holder, "birth-certificate", on=day) == newer
    assert reads.find_licence(holder, "social-card", on=day) is None
    assert li.person is not None
    assert reads.find_licence(li.person, "birth-certificate", on=day) is None
    assert reads.licences_of(holder)[0] == newer
    assert reads.licences_of_case(8) == [newer]
    assert reads.licence_of_origin(8, "birth_certificate", attempt=1) == newer


def test_a_name_no_font_can_print_keeps_nothing_and_can_be_tried_again(holder: Person) -> None:
    with pytest.raises(Unavailable):
        issue(holder, facts=(Fact("child_name", Text("姓名"), "陈𪚥"),))
    assert not Licence.objects.exists()
    assert not StoredFile.objects.exists()
    assert issue(holder).status == "valid"


def test_production_issues_nothing_without_its_own_authority(
    holder: Person, settings: Any, tmp_path: Any
) -> None:
    settings.DEMO = False
    settings.MINSHENG_AUTHORITY = tmp_path / "authority"
    assert not actions.ensure_demo_authority()
    with pytest.raises(Unavailable) as caught:
        issue(holder)
    assert caught.value.code == "authority_missing"
    assert not Licence.objects.exists()


def test_the_database_refuses_a_revocation_without_day_and_reason(holder: Person) -> None:
    licence = issue(holder)
    with pytest.raises(IntegrityError), transaction.atomic():
        Licence.objects.filter(pk=licence.pk).update(status="revoked")
    with pytest.raises(IntegrityError), transaction.atomic():
        Licence.objects.filter(pk=licence.pk).update(
            issued_on=date(2026, 5, 1), valid_until=date(2026, 4, 1)
        )


@pytest.fixture
def completion() -> Iterator[str]:
    """A kind that words its own certificates, as an app above would in `ready()`."""

    def worded(given: issuers.Issue) -> Any:
        plain = issuers.plain_sheet(given)
        return type(plain)(
            **{name: getattr(plain, name) for name in plain.__dataclass_fields__}
            | {"statement": (Piece("下列事项已经办结。"),)}
        )

    issuers.offer_issuer("completion", worded)
    yield "completion"
    issuers._issuers.pop("completion")


def test_a_kind_may_word_its_own_certificates(holder: Person, completion: str) -> None:
    page = pypdfium2.PdfDocument(pdf_of(issue(holder, kind=completion)))[0]
    words = page.get_textpage().get_text_bounded()
    assert "下列事项已经办结" in words
    assert "兹证明" not in words


def test_a_table_of_matters_is_certified_as_done(holder: Person) -> None:
    table = Table((Text("事项"),), (("出生医学证明",),))
    page = pypdfium2.PdfDocument(pdf_of(issue(holder, facts=(), table=table)))[0]
    words = page.get_textpage().get_text_bounded()
    assert "办的下列事项已经办结" in words.replace("\r\n", "")


def test_two_issuers_for_one_kind_are_a_mistake(completion: str) -> None:
    with pytest.raises(ValueError, match="already"):
        issuers.offer_issuer(completion, issuers.plain_sheet)


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_issue_one_licence(settings: Any) -> None:
    holder = proved("wangfang", "王芳").person
    assert holder is not None
    signing.authority()
    gate = threading.Barrier(4)
    issued: list[str] = []
    failed: list[Exception] = []

    def work() -> None:
        try:
            gate.wait(timeout=20)
            issued.append(str(issue(holder).pk))
        except Exception as error:  # noqa: BLE001 - the test shows it
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(issued) == 4
    assert len(set(issued)) == 1
    assert Licence.objects.count() == StoredFile.objects.count() == 1
    assert len([path for path in settings.MINSHENG_FILES.rglob("*") if path.is_file()]) == 1
    assert len(audit_reads.history("licence", issued[0])) == 1
