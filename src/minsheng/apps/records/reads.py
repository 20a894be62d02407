"""What can be known of files and licences; used by portal, API and CLI alike."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from django.conf import settings
from django.utils import timezone

from minsheng.apps.people import keys
from minsheng.apps.people import reads as people
from minsheng.apps.records import access, signing
from minsheng.apps.records.certificates.sheet import Fact
from minsheng.apps.records.files import vault
from minsheng.apps.records.files.sniff import MEDIA
from minsheng.apps.records.models import Licence, StoredFile
from minsheng.apps.records.numbers import parse_number
from minsheng.lib import suites
from minsheng.lib.errors import NotFound, WrongInput
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account, Person
    from minsheng.apps.records.certificates.sign import SignatureFinding

LARGEST_CERTIFICATE = 2_000_000
NO_TEXT = Text("")
Status = Literal["valid", "revoked", "replaced", "expired", "unknown"]
STATUS_WORDS: dict[Status, Text] = {
    "valid": Text("有效", "Valid"),
    "revoked": Text("已撤销", "Revoked"),
    "replaced": Text("已换新证", "Replaced"),
    "expired": Text("已过期", "Expired"),
    "unknown": Text("查无此证", "No such certificate"),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A file in the clear, with the name and media type that may be told to a browser."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a stranger may know of a certificate by its number.

    `note` says what the status means for them. The holder is masked, and empty once erased.
    `digest` ("a1:<hex>") is that of the original file.
    """

    status: Status
    number: str
    note: Text
    title: Text = NO_TEXT
    office: Text = NO_TEXT
    issued_on: date | None = None
    valid_until: date | None = None
    revoked_on: date | None = None
    reason: Text = NO_TEXT
    replaced_by: str = ""
    holder: str = ""
    digest: str = ""
    demo: bool = False

    @property
    def word(self) -> Text:
        """The status in one word."""
        return STATUS_WORDS[self.status]


# ── files ───────────────────────────────────────────────────────────────────────────────────────
def name_field(file_id: uuid.UUID) -> str:
    """Return what a file's name is sealed for."""
    return f"file.name:{file_id}"


def key_field(file_id: uuid.UUID) -> str:
    """Return what a file's key is sealed for."""
    return f"file.key:{file_id}"


def stored_file(file_id: uuid.UUID | str) -> StoredFile:
    """Return the row of a file; NotFound for an unknown or malformed id."""
    try:
        return StoredFile.objects.select_related("owner").get(pk=uuid.UUID(str(file_id)))
    except (StoredFile.DoesNotExist, ValueError) as error:
        raise _no_file() from error


def file_name(stored: StoredFile) -> str:
    """Return the file's name, made harmless when it was stored."""
    return _open(stored, stored.name_sealed, name_field(stored.pk))


def open_file(file_id: uuid.UUID | str, *, by: Account) -> Opened:
    """Return the file for its owner (or a guardian). NotFound for everybody else."""
    stored = stored_file(file_id)
    if not access.may_open_file(by, stored):
        raise _no_file()
    return opened(stored)


def opened(stored: StoredFile) -> Opened:
    """Return the file in the clear. For callers that have checked who asks.

    Raises NotFound when its owner was erased, CannotOpen when a byte on the disk was changed,
    Unavailable when the disk doesn't give it.
    """
    key = _open(stored, stored.key_sealed, key_field(stored.pk))
    sealed = vault.get(settings.MINSHENG_FILES, stored.place)
    content = suites.SUITES[stored.suite].decrypt(bytes.fromhex(key), sealed, aad=stored.pk.bytes)
    return Opened(file_name(stored), MEDIA[stored.kind], content)  # type: ignore[index]


def _open(stored: StoredFile, token: str, field: str) -> str:
    if stored.owner is None:
        return keys.open_setting(field, token)
    return people.open_value(stored.owner, token, purpose_field=field)


def is_licence_file(stored: StoredFile) -> bool:
    """Whether this file is the paper of a licence, not an upload."""
    return Licence.objects.filter(file=stored).exists()


# ── licences ────────────────────────────────────────────────────────────────────────────────────
def facts_field(licence_id: uuid.UUID) -> str:
    """Return what a licence's facts are sealed for."""
    return f"licence.facts:{licence_id}"


def licence(licence_id: uuid.UUID | str) -> Licence:
    """Return the licence; NotFound for an unknown or malformed id."""
    try:
        return Licence.objects.select_related("holder", "file").get(pk=uuid.UUID(str(licence_id)))
    except (Licence.DoesNotExist, ValueError) as error:
        raise _no_licence() from error


def licence_by_number(number: str, *, by: Account) -> Licence:
    """Return the licence with this number for its holder (or a guardian); NotFound otherwise."""
    try:
        exact = parse_number(number)
    except WrongInput as error:
        raise _no_licence() from error
    found = Licence.objects.select_related("holder", "file").filter(number=exact).first()
    if found is None or not access.may_open_licence(by, found):
        raise _no_licence()
    return found


def licences_of(holder: Person) -> list[Licence]:
    """Return all licences of a holder, revoked ones too, newest first."""
    found = Licence.objects.filter(holder=holder, withheld=False).select_related("file")
    return list(found.order_by("-issued_at", "number"))


def licence_of_origin(case: object, item: str, *, attempt: int) -> Licence | None:
    """Return the licence this attempt of an item gave, or None."""
    return Licence.objects.filter(
        origin_case=str(case), origin_item=item, origin_attempt=attempt
    ).first()


def licences_of_case(case: object) -> list[Licence]:
    """Return all licences a case gave, revoked ones too, oldest first."""
    found = Licence.objects.filter(origin_case=str(case)).select_related("holder", "file")
    return list(found.order_by("issued_at", "number"))


def find_licence(holder: Person, kind: str, *, on: date) -> Licence | None:
    """Return the holder's newest licence of a kind that is valid on a day, or None."""
    found = Licence.objects.filter(holder=holder, kind=kind, status=Licence.VALID, withheld=False)
    newest_first = found.order_by("-issued_on", "-issued_at")
    return next((licence for licence in newest_first if licence.is_valid_on(on)), None)


def facts_of(licence: Licence) -> tuple[Fact, ...]:
    """Return what the licence certifies. For callers that have checked who asks."""
    text = people.open_value(
        licence.holder, licence.facts_sealed, purpose_field=facts_field(licence.pk)
    )
    return tuple(
        Fact(key=fact["key"], label=Text(**fact["label"]), value=fact["value"])
        for fact in json.loads(text)
    )


def file_of(licence_id: uuid.UUID | str, *, by: Account) -> Opened:
    """Return the signed PDF for the holder (or a guardian). NotFound for everybody else."""
    found = licence(licence_id)
    if not access.may_open_licence(by, found):
        raise _no_licence()
    return opened(found.file)


# ── verification ────────────────────────────────────────────────────────────────────────────────
def verify_url(number: str) -> str:
    """Return the address that the QR code of a certificate holds."""
    return f"{settings.MINSHENG_BASE_URL.rstrip('/')}/verify/{number}"


def verification(number: str, *, on: date | None = None, is_holder: bool = False) -> Verification:
    """Return what anybody may know of the certificate with this number, on a day (today).

    Of one from a protected case only whether it is genuine and valid, save for its holder.

    Never raises: a number that can't be right is "unknown", with a note that says what is wrong.
    """
    try:
        exact = parse_number(number)
    except WrongInput as error:
        return Verification(
            status="unknown", number=number.strip()[:40], note=Text(error.zh, error.en)
        )
    rows = Licence.objects.select_related("holder", "file", "replaced_by")
    found = rows.filter(number=exact).first()
    if found is None:
        return Verification(
            status="unknown",
            number=exact,
            note=Text(
                "本站没有发过这个编号的证照。请对照证照再看一遍；编号没打错的话，这张证照不能信。",
                "No certificate with this number was issued here. Compare it with the certificate; if "
                "the number is typed right, don't rely on that certificate.",
            ),
        )
    return _verified(found, on or timezone.localdate(), is_holder=is_holder)


def verification_of_file(content: bytes, *, on: date | None = None) -> Verification:
    """Return what anybody may know of a certificate by its file, which must be the original.

    A file that differs in a single byte is "unknown". Nothing of the file is read or kept.
    """
    digests = [suites.digest(suite, content) for suite in suites.SUITES]
    found = (
        Licence.objects.select_related("holder", "file").filter(file__digest__in=digests).first()
    )
    if found is None:
        return Verification(
            status="unknown",
            number="",
            note=Text(
                "这不是本站发出的原文件：没发过，或者被改过、转存过。请用下载时的原文件，或者输入编号。",
                "This isn't a file as we issued it: it never came from here, or it was changed or "
                "saved anew. Use the file as it was downloaded, or type the number.",
            ),
        )
    return _verified(found, on or timezone.localdate())


def signature_of(content: bytes) -> SignatureFinding:
    """Return whether a PDF carries a whole signature of this installation's authority.

    A file larger than any certificate is not looked at. Raises Unavailable without an authority.
    """
    # Half a second to load, and every command would pay for it.
    from minsheng.apps.records.certificates.sign import check_signature

    return check_signature(content[:LARGEST_CERTIFICATE], [signing.authority().root])


def has_demo_licences() -> bool:
    """Whether any licence of the demonstration is stored."""
    return Licence.objects.filter(demo=True).exists()


def _verified(found: Licence, day: date, *, is_holder: bool = False) -> Verification:
    status: Status = "valid"
    note = Text(
        "这张证照是本站发的，现在有效。", "This certificate was issued here and is valid now."
    )
    if found.replaced_by is not None:
        status = "replaced"
        note = Text(
            "这张证照换了新证，请看新的那一张。旧的不能再用。",
            "A new certificate replaces this one. Look at the new one; this can't be used any more.",
        )
    elif found.is_revoked:
        status = "revoked"
        note = Text(
            "这张证照已经撤销，不能再用。",
            "This certificate has been revoked and can't be used any more.",
        )
    elif found.valid_until is not None and found.valid_until < day:
        status = "expired"
        note = Text(
            "这张证照已经过期，请持证人重新办。",
            "This certificate has expired; the holder has to renew it.",
        )
    if found.withheld or (found.discreet and not is_holder):
        return Verification(status=status, number=found.number, note=note, demo=found.demo)
    return Verification(
        status=status,
        number=found.number,
        note=note,
        title=found.title,
        office=found.office,
        issued_on=found.issued_on,
        valid_until=found.valid_until,
        revoked_on=timezone.localdate(found.revoked_at) if found.revoked_at else None,
        reason=found.reason,
        replaced_by=found.replaced_by.number if found.replaced_by else "",
        holder=found.holder.name_masked,
        digest=found.file.digest,
        demo=found.demo,
    )


def _no_file() -> NotFound:
    return NotFound(
        "file_unknown",
        "没有这份文件，或者它不是您的。请从自己的案卷里打开。",
        "There is no such file, or it isn't yours. Open it from your own case.",
    )


def _no_licence() -> NotFound:
    return NotFound(
        "licence_unknown",
        "没有这张证照，或者它不是您的。请从“我的”里打开。",
        "There is no such certificate, or it isn't yours. Open it under “Mine”.",
    )
