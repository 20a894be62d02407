"""Signing a PDF, and saying whether a signature holds.

The signature certifies the whole file: any later change breaks it. So that the file stays PDF/A-2
(which rests on PDF 1.7), it is a detached PKCS#7 one in an invisible field, and the metadata stay
as they were set.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from asn1crypto import algos
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from minsheng.apps.records.certificates.authority import Authority

FIELD = "MinshengSignature"
# A stranger's file that fails is an answer, not an event for our log.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """What a signature check found. `holds`: whole, unchanged and by somebody we trust."""

    signed: bool
    intact: bool
    trusted: bool
    signer: str

    @property
    def holds(self) -> bool:
        """Whether the file may be relied on."""
        return self.signed and self.intact and self.trusted


def sign(pdf: bytes, authority: Authority, *, reason: str) -> bytes:
    """Return the PDF with a certifying signature of `authority`.

    reason: why it was signed, in plain words; it stands in the file, so nothing personal.
    """
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        name=authority.name,
        reason=reason,
        subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    writer = _KeepsMetadata(io.BytesIO(pdf))
    out = signers.PdfSigner(
        meta, signer=_Signer(authority), new_field_spec=fields.SigFieldSpec(FIELD, on_page=0)
    ).sign_pdf(writer)
    return bytes(out.getvalue())


def check_signature(pdf: bytes, roots: Iterable[x509.Certificate]) -> SignatureFinding:
    """Return what the first signature of a PDF is worth to somebody who trusts `roots`.

    Never raises for a bad file: a file that can't be read as a PDF is not signed. Revocation
    lists are not fetched.
    """
    nothing = SignatureFinding(signed=False, intact=False, trusted=False, signer="")
    try:
        found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if not found:
            return nothing
        status = validate_pdf_signature(
            found[0],
            signer_validation_context=ValidationContext(
                trust_roots=[_asn1(root) for root in roots], allow_fetching=False
            ),
        )
    except (PdfError, SignatureValidationError, ValueError, KeyError, TypeError, RecursionError):
        return nothing
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return SignatureFinding(
        signed=True,
        intact=bool(whole and status.intact and status.valid and status.docmdp_ok is not False),
        trusted=bool(status.trusted),
        signer=str(status.signing_cert.subject.native.get("common_name", "")),
    )


class _Signer(signers.Signer):
    """Signs with a key that is loaded once: checking an RSA key takes longer than signing."""

    def __init__(self, authority: Authority) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(_asn1(one) for one in (*authority.chain, authority.root))
        self._key = authority.key
        name = "sha256_rsa" if isinstance(self._key, rsa.RSAPrivateKey) else "sha256_ecdsa"
        super().__init__(
            signing_cert=_asn1(authority.certificate),
            cert_registry=store,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": name}),
        )

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Return the raw signature of `data`."""
        if digest_algorithm != "sha256":
            raise ValueError(f"we sign with sha256, not {digest_algorithm}")
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class _KeepsMetadata(IncrementalPdfFileWriter):
    """Leaves XMP alone: pyHanko's rewriting drops what PDF/A says about its own schemas."""

    def _update_meta(self) -> None:
        """Change nothing."""


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
