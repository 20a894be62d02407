"""Drafts and uploads: nothing piles up, nothing outlives its purpose, nobody waits for the network."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from tests.factories import District, newborn

from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import lookups, reads
from minsheng.apps.cases.gathering import Gathering
from minsheng.apps.cases.models import CaseMaterial, Draft
from minsheng.apps.records import actions as records
from minsheng.apps.records.files.sniff import sniff
from minsheng.apps.records.models import Licence, StoredFile
from minsheng.cli.demo import cast
from minsheng.engines import population
from minsheng.lib.errors import NotFound, WrongInput

PDF = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n"


def _on_disk(settings: Any) -> int:
    return sum(path.is_file() for path in Path(settings.MINSHENG_FILES).glob("??/*"))


def _without_marriage(district: District) -> Any:
    """Return a draft that needs a proof from the applicant: the marriage register fails."""
    district.switch("civil.marriage", "failing")
    return newborn(district, until="draft").draft


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_replaced_is_gone(district: District, settings: Any):
    draft, wang = _without_marriage(district), district.account("wangfang")
    for number in range(3):
        content = PDF + b"%%EOF startxref" + str(number).encode()
        cases.give_file(draft, by=wang, material="marriage", name="a.pdf", content=content)
    assert StoredFile.objects.count() == 1
    assert _on_disk(settings) == 1


@pytest.mark.django_db(transaction=True)
def test_a_promise_instead_of_a_file_removes_the_file(district: District, settings: Any):
    draft, wang = _without_marriage(district), district.account("wangfang")
    cases.give_file(draft, by=wang, material="marriage", name="a.pdf", content=PDF)
    cases.give_promise(draft, by=wang, material="marriage")
    assert StoredFile.objects.count() == 0
    assert _on_disk(settings) == 0


@pytest.mark.django_db(transaction=True)
def test_a_draft_that_is_thrown_away_takes_its_files_along(district: District, settings: Any):
    draft, wang = _without_marriage(district), district.account("wangfang")
    cases.give_file(draft, by=wang, material="marriage", name="a.pdf", content=PDF)
    cases.discard_draft(draft, by=wang)
    assert StoredFile.objects.count() == 0
    assert _on_disk(settings) == 0


@pytest.mark.django_db(transaction=True)
def test_a_submitted_case_keeps_its_proof_and_no_other_file(district: District, settings: Any):
    story = newborn(district, until="answered")
    wang = district.account("wangfang")
    cases.give_file(story.draft, by=wang, material="marriage", name="a.pdf", content=PDF)
    story.submit()
    proofs = {row.file_id for row in CaseMaterial.objects.filter(case_id=story.case_id)} - {None}
    papers = set(Licence.objects.values_list("file_id", flat=True))
    assert set(StoredFile.objects.values_list("pk", flat=True)) == proofs | papers
    assert _on_disk(settings) == len(proofs | papers)


def test_the_paper_of_a_licence_is_never_forgotten(district: District):
    newborn(district, until="birth_certificate")
    paper = Licence.objects.get(kind="birth-certificate").file
    records.forget_file(paper.pk)
    assert StoredFile.objects.filter(pk=paper.pk).exists()


def test_a_stranger_gives_throws_away_and_chooses_nothing(district: District):
    draft, li = _without_marriage(district), district.account("liqiang")
    acts = [
        lambda: cases.give_file(draft, by=li, material="marriage", name="a.pdf", content=PDF),
        lambda: cases.give_promise(draft, by=li, material="marriage"),
        lambda: cases.choose_event(draft, by=li, event="YS-DEMO-0001"),
        lambda: cases.save_answers(draft, by=li, step="child", answers={}),
        lambda: cases.discard_draft(draft, by=li),
        lambda: cases.submit_draft(draft, by=li),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()
    assert Draft.objects.filter(pk=draft).exists()
    assert StoredFile.objects.count() == 0


def test_two_clicks_on_start_lead_to_one_draft(district: District):
    """Both find no draft; the slower one must not end in a broken page."""
    wang = district.account("wangfang")
    run, drafts = Gathering.run, []

    def slowly(self: Gathering) -> Any:
        if not drafts:
            drafts.append(None)
            drafts[0] = cases.open_draft(wang, "newborn")
        return run(self)

    with mock.patch.object(Gathering, "run", slowly):
        second = cases.open_draft(wang, "newborn")
    assert second == drafts[0]
    assert Draft.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_register_is_asked_while_the_database_is_locked(district: District):
    """On SQLite every other writer would wait for a slow register."""
    twin = population.Birth("YS-DEMO-0002", cast.WANG_FANG, district.today, "male", 3100)
    district.bear(cast.birth(district.today), twin)
    locked: list[bool] = []
    find = lookups.find

    def watched(register: str, about: str) -> Any:
        locked.append(connection.in_atomic_block)
        return find(register, about)

    wang = district.account("wangfang")
    with mock.patch.object(lookups, "find", watched):
        draft = cases.open_draft(wang, "newborn")
        cases.choose_event(draft.pk, by=wang, event="YS-DEMO-0002")
    assert locked
    assert not any(locked)
    assert reads.draft_view(draft.pk, account=wang).event == "YS-DEMO-0002"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<html><script>alert(1)</script>"),
        ("a.jpg", b"\xff\xd8\xff" + b"\xff" * 3_000_000),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 3_000_000),
        ("a.pdf", b"PK\x03\x04" + b"\x00" * 1000),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("../../etc/passwd.pdf", b"MZ" + b"\x00" * 1000),
    ],
)
def test_what_is_no_document_is_refused_and_not_kept(
    district: District, settings: Any, name: str, content: bytes
):
    draft = _without_marriage(district)
    client = district.client("wangfang")
    upload = SimpleUploadedFile(name, content, "application/pdf")
    answer = client.post(f"/apply/{draft}/materials", {"file-marriage": upload})
    assert answer.status_code == 422
    assert _on_disk(settings) == 0


def test_fill_bytes_of_a_picture_are_not_walked_one_by_one():
    """Ten million of them kept a thread busy for seconds. Source: ITU-T T.81, B.1.1.2."""
    steps = 0

    class Counting(bytes):
        def __getitem__(self, key: Any) -> Any:
            nonlocal steps
            steps += 1
            return super().__getitem__(key)

    with pytest.raises(WrongInput):
        sniff(Counting(b"\xff\xd8\xff" + b"\xff" * 100_000))
    assert steps < 10_000


def test_an_uploaded_name_cannot_leave_its_folder_or_split_a_header(district: District):
    draft, wang = _without_marriage(district), district.account("wangfang")
    for name in (
        "../../x.pdf",
        "a\r\nSet-Cookie: a=b.pdf",
        "\u202efdp.exe.pdf",
        "x" * 500 + ".pdf",
    ):
        cases.give_file(draft, by=wang, material="marriage", name=name, content=PDF)
        stored = StoredFile.objects.get()
        from minsheng.apps.records import reads

        kept = reads.file_name(stored)
        assert not set(kept) & set('/\\\r\n\u202e:"')
        assert len(kept) <= 100
        assert ".." not in stored.place


def test_a_form_sent_before_it_is_filled_in_is_answered(district: District):
    """Straight to the address, without a page: a sentence and no broken page."""
    story = newborn(district, until="draft")
    answer = district.client("wangfang").post(f"/apply/{story.draft}/submit")
    assert answer.status_code == 422
    assert Draft.objects.filter(pk=story.draft).exists()
