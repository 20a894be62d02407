"""A signed certificate validates with the demonstration's root, and not after any change."""

from __future__ import annotations

import io
import os
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from tests.apps.records.records_cast import sheet

from minsheng.apps.records.certificates.authority import (
    NEEDED,
    Authority,
    make_demo_authority,
    read_authority,
)
from minsheng.apps.records.certificates.fonts import font_book
from minsheng.apps.records.certificates.render import render
from minsheng.apps.records.certificates.sign import check_signature, sign
from minsheng.lib.errors import Unavailable

NOW = timezone.now()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("keys") / "authority"
    assert make_demo_authority(made, at=NOW)
    return made


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return read_authority(folder, at=NOW, demo=True)


@pytest.fixture(scope="module")
def unsigned(authority: Authority) -> bytes:
    return render(sheet(), font_book(), at=NOW, signer=authority.lines)


@pytest.fixture(scope="module")
def signed(authority: Authority, unsigned: bytes) -> bytes:
    return sign(unsigned, authority, reason="出生医学证明 2026-K7Q4-XM2P-9TDH")


def test_another_program_finds_the_signature_good(signed: bytes, authority: Authority) -> None:
    root = asn1_x509.Certificate.load(authority.root.public_bytes(serialization.Encoding.DER))
    status = validate_pdf_signature(
        PdfFileReader(io.BytesIO(signed)).embedded_signatures[0],
        ValidationContext(trust_roots=[root], allow_fetching=False),
    )
    assert status.bottom_line
    assert status.docmdp_ok
    assert "DEMO" in str(status.signing_cert.subject.native)


def test_one_changed_byte_breaks_the_signature(signed: bytes, authority: Authority) -> None:
    assert check_signature(signed, [authority.root]).holds
    for place in (200, len(signed) // 3, len(signed) // 2):
        changed = bytearray(signed)
        changed[place] ^= 1
        assert not check_signature(bytes(changed), [authority.root]).holds


def test_bytes_added_at_the_end_break_the_signature(signed: bytes, authority: Authority) -> None:
    assert not check_signature(signed + b"\n% more", [authority.root]).holds


def test_a_signature_of_somebody_else_is_whole_but_not_trusted(
    signed: bytes, tmp_path: Path
) -> None:
    make_demo_authority(tmp_path / "other", at=NOW)
    other = read_authority(tmp_path / "other", at=NOW, demo=True)
    found = check_signature(signed, [other.root])
    assert found.intact
    assert not found.trusted
    assert not found.holds


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n%%EOF"])
def test_what_is_not_a_signed_pdf_is_unsigned(content: bytes, authority: Authority) -> None:
    assert not check_signature(content, [authority.root]).signed


def test_signing_keeps_the_file_pdf_a(signed: bytes, unsigned: bytes) -> None:
    before = PdfFileReader(io.BytesIO(unsigned)).root
    after = PdfFileReader(io.BytesIO(signed)).root
    assert signed.startswith(unsigned)  # only added to
    assert after["/Metadata"].data == before["/Metadata"].data
    assert "/Version" not in after
    assert "/NeedAppearances" not in after["/AcroForm"]
    field = after["/AcroForm"]["/Fields"][0].get_object()
    assert list(field["/Rect"]) == [0, 0, 0, 0]
    assert field["/F"] & 4  # print
    assert not field["/F"] & 2  # hidden
    assert field["/V"]["/SubFilter"] == "/adbe.pkcs7.detached"


def test_an_elliptic_curve_key_signs_too(
    unsigned: bytes, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from minsheng.apps.records.certificates import authority as module

    monkeypatch.setattr(
        module.rsa, "generate_private_key", lambda **_: ec.generate_private_key(ec.SECP256R1())
    )
    make_demo_authority(tmp_path / "curve", at=NOW)
    curve = read_authority(tmp_path / "curve", at=NOW, demo=True)
    assert check_signature(sign(unsigned, curve, reason="试"), [curve.root]).holds


def test_the_authority_is_made_once_even_by_many_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "authority"
    made: list[bool] = []
    threads = [
        threading.Thread(target=lambda: made.append(make_demo_authority(folder, at=NOW)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, False, False, True]
    assert read_authority(folder, at=NOW, demo=True).is_demo
    assert sorted(path.name for path in folder.parent.iterdir()) == ["authority"]


@pytest.mark.skipif(os.name != "posix", reason="file modes are of POSIX")
def test_the_private_key_is_readable_by_the_service_alone(folder: Path) -> None:
    assert {(folder / name).stat().st_mode & 0o777 for name in NEEDED} == {0o600}
    assert "root.key" not in {path.name for path in folder.iterdir()}


def test_the_private_key_is_not_shown_by_accident(authority: Authority) -> None:
    assert "key" not in repr(authority).lower().replace("x509", "")


def _copy(folder: Path, to: Path) -> Path:
    to.mkdir()
    for name in NEEDED:
        (to / name).touch(mode=0o600)
        (to / name).write_bytes((folder / name).read_bytes())
    return to


def _code(folder: Path, *, at: datetime = NOW, demo: bool = True) -> str:
    with pytest.raises(Unavailable) as caught:
        read_authority(folder, at=at, demo=demo)
    assert "重新签发" in caught.value.zh
    return caught.value.code


def test_production_refuses_the_authority_of_a_demonstration(folder: Path) -> None:
    assert _code(folder, demo=False) == "authority_demo"


def test_an_authority_that_cannot_be_used_says_why(folder: Path, tmp_path: Path) -> None:
    assert _code(tmp_path / "nothing") == "authority_missing"
    assert _code(folder, at=NOW + timedelta(days=4000)) == "authority_expired"

    open_to_all = _copy(folder, tmp_path / "open")
    (open_to_all / "signing.key").chmod(0o644)
    assert _code(open_to_all) == "authority_open"

    broken = _copy(folder, tmp_path / "broken")
    (broken / "signing.pem").write_bytes(b"not a certificate")
    assert _code(broken) == "authority_unreadable"

    mixed = _copy(folder, tmp_path / "mixed")
    key = ec.generate_private_key(ec.SECP256R1())
    (mixed / "signing.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    assert _code(mixed) == "authority_mismatch"


def test_the_printed_fingerprint_is_that_of_the_signing_certificate(authority: Authority) -> None:
    start = authority.lines[1].removeprefix("证书 SHA-256 ").replace(" ", "")
    assert authority.fingerprint.startswith(start)
    assert len(start) == 32
    assert replace(authority, chain=(authority.root,)).fingerprint != authority.fingerprint
