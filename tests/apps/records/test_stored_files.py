"""A stored file is sealed, opened by its owner, and nobody else ever learns that it is there."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.apps.records.test_file_sniffing import PDF, picture

from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account
from minsheng.apps.records import actions, reads
from minsheng.apps.records.models import StoredFile
from minsheng.lib import suites
from minsheng.lib.errors import NotAllowed, NotFound, Unavailable, WrongInput
from minsheng.lib.suites import CannotOpen


def store(account: Account, content: bytes = PDF, name: str = "出院小结.pdf") -> StoredFile:
    assert account.person is not None
    return actions.store_file(content, name, owner=account.person, by=account)


def on_disk(settings: Any) -> list[Path]:
    return [path for path in Path(settings.MINSHENG_FILES).rglob("*") if path.is_file()]


def test_what_was_stored_comes_back_to_its_owner(wang: Account) -> None:
    stored = store(wang)
    opened = reads.open_file(stored.pk, by=wang)
    assert opened.content == PDF
    assert opened.name == "出院小结.pdf"
    assert opened.media_type == "application/pdf"
    assert suites.digest_fits(stored.digest, PDF)
    assert stored.stored_by == f"account:{wang.pk}"


def test_a_stranger_learns_nothing_not_even_that_it_is_there(wang: Account, li: Account) -> None:
    stored = store(wang)
    with pytest.raises(NotFound) as refused:
        reads.open_file(stored.pk, by=li)
    with pytest.raises(NotFound) as unknown:
        reads.open_file(uuid.uuid4(), by=li)
    assert refused.value.zh == unknown.value.zh


def test_an_account_that_proved_nothing_opens_nothing(wang: Account) -> None:
    stored = store(wang)
    wang.assurance = Account.LOCAL
    with pytest.raises(NotFound):
        reads.open_file(stored.pk, by=wang)


@pytest.mark.parametrize("bad", ["", "7", "../etc", "x" * 500])
def test_a_malformed_id_is_simply_unknown(bad: str, wang: Account) -> None:
    with pytest.raises(NotFound):
        reads.open_file(bad, by=wang)


def test_neither_disk_nor_row_shows_content_or_name(wang: Account, settings: Any) -> None:
    stored = store(wang, picture("PNG"), "王芳的身份证.png")
    (path,) = on_disk(settings)
    raw = path.read_bytes()
    assert b"PNG" not in raw
    assert b"IHDR" not in raw
    row = StoredFile.objects.filter(pk=stored.pk).values().get()
    assert "身份证" not in repr(row)
    assert "王芳" not in str(path)


@pytest.mark.skipif(os.name != "posix", reason="file modes are of POSIX")
def test_the_disk_is_closed_to_others(wang: Account, settings: Any) -> None:
    store(wang)
    (path,) = on_disk(settings)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_byte_changed_on_the_disk_is_noticed(wang: Account, settings: Any) -> None:
    stored = store(wang)
    (path,) = on_disk(settings)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    with pytest.raises(CannotOpen):
        reads.open_file(stored.pk, by=wang)


def test_two_files_exchanged_on_the_disk_are_noticed(wang: Account) -> None:
    one, other = store(wang), store(wang, picture("PNG"), "b.png")
    place = other.place
    StoredFile.objects.filter(pk=other.pk).update(place="00/" + "0" * 62)
    StoredFile.objects.filter(pk=one.pk).update(place=place)
    with pytest.raises(CannotOpen):
        reads.open_file(one.pk, by=wang)


def test_a_file_gone_from_the_disk_says_so(wang: Account, settings: Any) -> None:
    stored = store(wang)
    on_disk(settings)[0].unlink()
    with pytest.raises(Unavailable) as caught:
        reads.open_file(stored.pk, by=wang)
    assert "12345" in caught.value.zh


def test_erasing_the_owner_makes_the_file_unreadable(wang: Account) -> None:
    stored = store(wang)
    assert wang.person is not None
    people.erase_person(wang.person, by="office.audit", reason="asked")
    with pytest.raises(NotFound):
        reads.opened(reads.stored_file(stored.pk))


def test_both_suites_store_and_open(wang: Account, settings: Any) -> None:
    files = []
    for suite in ("s1", "a1"):
        settings.MINSHENG_SUITE = suite
        files.append(store(wang))
    for stored in files:
        assert reads.open_file(stored.pk, by=wang).content == PDF
    assert [stored.digest[:3] for stored in files] == ["s1:", "a1:"]


def test_too_large_says_how_large_and_what_is_allowed(wang: Account, settings: Any) -> None:
    settings.MINSHENG_UPLOAD_BYTES = 1_000_000
    with pytest.raises(WrongInput) as caught:
        store(wang, PDF + b"\n" * 1_000_000)
    assert "文件太大：1.1 MB，最多 1 MB" in caught.value.zh
    assert not StoredFile.objects.exists()
    assert not on_disk(settings)


def test_a_file_that_is_not_what_its_name_says_is_not_stored(wang: Account, settings: Any) -> None:
    with pytest.raises(WrongInput):
        store(wang, PDF, "照片.jpg")
    with pytest.raises(WrongInput):
        store(wang, b"MZ" + b"\0" * 99, "照片.jpg")
    assert not on_disk(settings)


def test_an_officer_opens_it_for_duty_and_the_owner_sees_who_looked(
    wang: Account, sun: Account
) -> None:
    stored = store(wang)
    opened = actions.open_for_duty(stored.pk, by=sun, purpose="case", case="7")
    assert opened.content == PDF
    (entry,) = audit_reads.history("look", str(wang.person_id))
    assert entry.data["post"] == "police.household"
    assert entry.data["part"] == "file"


def test_an_officer_without_a_purpose_is_refused_and_that_is_written_down(
    wang: Account, sun: Account, li: Account
) -> None:
    stored = store(wang)
    with pytest.raises(NotAllowed):
        actions.open_for_duty(stored.pk, by=sun, purpose="curiosity")
    with pytest.raises(NotAllowed):
        actions.open_for_duty(stored.pk, by=li, purpose="case")
    kinds = [entry.kind for entry in audit_reads.history("look", str(wang.person_id))]
    assert kinds == ["look_refused", "look_refused"]


def test_what_a_rollback_left_on_the_disk_is_swept_after_a_day(
    wang: Account, settings: Any
) -> None:
    kept = store(wang)
    with transaction.atomic():
        store(wang)
        transaction.set_rollback(True)
    assert len(on_disk(settings)) == 2
    assert actions.sweep_files() == 0  # it may still be on its way
    for path in on_disk(settings):
        os.utime(path, (1, 1))
    assert actions.sweep_files() == 1
    assert reads.open_file(kept.pk, by=wang).content == PDF
