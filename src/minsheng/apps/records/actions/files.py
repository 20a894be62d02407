"""Storing files that people give us, and opening them for duty."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from minsheng.apps.people import actions as people
from minsheng.apps.people import keys
from minsheng.apps.records import reads
from minsheng.apps.records.files import vault
from minsheng.apps.records.files.names import check_agreement, safe_name
from minsheng.apps.records.files.sniff import sniff
from minsheng.apps.records.models import StoredFile
from minsheng.lib import suites
from minsheng.lib.errors import WrongInput

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account, Person

FORGOTTEN_HOURS = 24


def store_file(
    content: bytes, name: str, *, owner: Person | None, by: Account | str, declared: str = ""
) -> StoredFile:
    """Return the stored file: checked, sealed under a key of its own, outside the web root.

    `owner` is None for a paper of an office. `declared` is the media type a browser gave, `by` who stored it (an account, or
    "system"). Raises
    WrongInput, with nothing stored, when the content isn't a whole PDF, JPEG or PNG, is larger
    than MINSHENG_UPLOAD_BYTES, or contradicts its name or declared type; NotFound when the owner
    was erased. The disk is written before the row: what a rollback leaves is swept later.
    """
    _check_size(len(content))
    found = sniff(content)
    check_agreement(name, declared, found.kind)
    file_id = uuid.uuid4()
    suite = suites.SUITES[settings.MINSHENG_SUITE]
    key = secrets.token_bytes(suites.KEY_BYTES)
    stored = StoredFile(
        id=file_id,
        owner=owner,
        kind=found.kind,
        size_bytes=len(content),
        width=found.width,
        height=found.height,
        digest=suites.digest(suite, content),
        name_sealed=_sealed(owner, safe_name(name, found.kind), reads.name_field(file_id)),
        key_sealed=_sealed(owner, key.hex(), reads.key_field(file_id)),
        suite=suite.id,
        stored_by=author(by),
        stored_at=timezone.now(),
    )
    sealed = suite.encrypt(key, content, aad=file_id.bytes)
    stored.place = vault.put(settings.MINSHENG_FILES, sealed)
    try:
        stored.save(force_insert=True)
    except DatabaseError:
        vault.drop(settings.MINSHENG_FILES, stored.place)
        raise
    return stored


def open_for_duty(
    file_id: uuid.UUID | str,
    *,
    by: Account,
    purpose: str,
    case: str = "",
    is_protected: bool = False,
) -> reads.Opened:
    """Return the file for an officer (or the owner), after writing down who looks and why.

    The caller has checked that the file belongs to the officer's case. Raises NotAllowed, written
    down too, when this account may not look at its owner's records for this purpose.
    """
    stored = reads.stored_file(file_id)
    if stored.owner_id is not None:  # nobody is looked at in a paper of an office
        people.record_look(
            stored.owner_id,
            by=by,
            purpose=purpose,
            what="licence" if reads.is_licence_file(stored) else "file",
            case=case,
            is_protected=is_protected,
        )
    return reads.opened(stored)


def forget_file(file_id: uuid.UUID) -> None:
    """Remove an upload that nothing needs any more: its row now, its content with the commit.

    The paper of a licence stays. Raises ProtectedError while a case refers to the file.
    """
    with transaction.atomic():
        stored = StoredFile.objects.select_for_update().filter(pk=file_id).first()
        if stored is None or reads.is_licence_file(stored):
            return
        folder, place = settings.MINSHENG_FILES, stored.place
        stored.delete()
        transaction.on_commit(lambda: vault.drop(folder, place))


def sweep_files() -> int:
    """Return how many forgotten files were removed: on disk for a day, and in no row.

    They are left over when a transaction was rolled back after the disk was written.
    """
    removed = 0
    moment = timezone.now() - timedelta(hours=FORGOTTEN_HOURS)
    for place in list(vault.places_older_than(settings.MINSHENG_FILES, moment)):
        if not StoredFile.objects.filter(place=place).exists():
            (settings.MINSHENG_FILES / place).unlink(missing_ok=True)
            removed += 1
    return removed


def author(by: Account | str) -> str:
    """Return who acted, as it is written in rows and events: "account:7", or the given text."""
    return by if isinstance(by, str) else f"account:{by.pk}"


def _sealed(owner: Person | None, text: str, field: str) -> str:
    if owner is None:
        return keys.seal_setting(field, text)
    return people.seal_value(owner, text, purpose_field=field)


def _check_size(size: int) -> None:
    limit: int = settings.MINSHENG_UPLOAD_BYTES
    if size > limit:
        raise WrongInput(
            "file_too_large",
            f"文件太大：{_megabytes(size)} MB，最多 {_megabytes(limit)} MB。"
            "拍小一点再传，其他都留着。",
            f"The file is too large: {_megabytes(size)} MB; the limit is {_megabytes(limit)} MB. "
            "Send a smaller one; everything else is kept.",
            field="file",
            facts={"size_bytes": size, "limit_bytes": limit},
        )


def _megabytes(size: int) -> str:
    """Return megabytes with one decimal, rounded up, so that a refused size never looks allowed."""
    tenths = -(-size // 100_000)
    return f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
