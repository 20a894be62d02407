"""Who signs certificates: a root, a signing certificate and its key, as PEM files in one folder.

`root.pem` is what a verifier trusts, `signing.pem` the signing certificate (with any intermediate
ones after it), `signing.key` its private key, readable by the service alone. A demonstration makes
its own; its root key is thrown away once it has signed, so that nobody can sign another.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from minsheng.lib.errors import Unavailable

DEMO_MARK = "DEMO"
DEMO_DAYS = 3650
RSA_BITS = 3072
"""RSA, not a curve: PDF/A-2 rests on PDF 1.7, which knows no elliptic-curve signature."""
SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
NEEDED = ("root.pem", "signing.pem", "signing.key")


@dataclass(frozen=True, slots=True)
class Authority:
    """A signing certificate with its chain, and the private key that belongs to it."""

    root: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    key: SigningKey = field(repr=False)

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate that signs."""
        return self.chain[0]

    @property
    def name(self) -> str:
        """The common name of the signer."""
        return str(self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)

    @property
    def is_demo(self) -> bool:
        """Whether this is an authority made for a demonstration."""
        return any(
            DEMO_MARK in certificate.subject.rfc4514_string()
            for certificate in (self.root, *self.chain)
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the signing certificate, in hexadecimal."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def lines(self) -> tuple[str, str]:
        """What is printed about the signature: the signer and the start of the fingerprint."""
        groups = [self.fingerprint[at : at + 8] for at in range(0, 32, 8)]
        return f"电子签名：{self.name}", f"证书 SHA-256 {' '.join(groups)}"


def make_demo_authority(folder: Path, *, at: datetime) -> bool:
    """Make a demonstration authority in `folder`; False when there is one already.

    Safe when several processes start at once: the finished folder is moved into place, and only
    one move succeeds.
    """
    if any((folder / name).exists() for name in NEEDED):
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in _demo_files(at).items():
            _write_private(draft / name, content)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        draft.rename(folder)
    except OSError:
        if not all((folder / name).exists() for name in NEEDED):
            raise
        return False
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return True


def read_authority(folder: Path, *, at: datetime, demo: bool) -> Authority:
    """Return the authority kept in `folder`.

    Raises Unavailable when a file is missing or open to others, when key and certificate don't
    belong together, when the certificate isn't valid at `at`, and outside the demonstration when
    the authority is a demonstration's.
    """
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise _not_ready(
            "missing",
            f"缺 {'、'.join(missing)}。请把正式的签名证书放进 {folder}",
            f"{', '.join(missing)} is missing. Put the real signing certificate into {folder}",
        )
    if os.name == "posix" and (folder / "signing.key").stat().st_mode & 0o077:
        raise _not_ready(
            "open",
            f"{folder / 'signing.key'} 别人也读得到。请改成只有本服务可读（chmod 600）",
            f"{folder / 'signing.key'} can be read by others. Run chmod 600 on it",
        )
    try:
        root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
        chain = tuple(x509.load_pem_x509_certificates((folder / "signing.pem").read_bytes()))
        key = serialization.load_pem_private_key(
            (folder / "signing.key").read_bytes(), password=None
        )
    except (ValueError, TypeError) as error:
        raise _not_ready(
            "unreadable",
            f"{folder} 里的证书或私钥读不出来。请换成 PEM 格式、不加口令的文件",
            f"A certificate or key in {folder} can't be read. Use PEM without a passphrase",
        ) from error
    if not isinstance(key, SigningKey):
        raise _not_ready(
            "key_kind",
            "私钥既不是 RSA，也不是椭圆曲线。请换一把",
            "The key is neither RSA nor an elliptic curve. Use another",
        )
    authority = Authority(root, chain, key)
    if chain[0].public_key() != key.public_key():
        raise _not_ready(
            "mismatch",
            f"{folder} 里的私钥和证书不是一对。请换成同一对",
            f"Key and certificate in {folder} don't belong together. Use a pair",
        )
    if not chain[0].not_valid_before_utc <= at <= chain[0].not_valid_after_utc:
        raise _not_ready(
            "expired",
            f"签名证书不在有效期内（到 {chain[0].not_valid_after_utc:%Y-%m-%d}）。请换新证书",
            f"The signing certificate isn't valid (until {chain[0].not_valid_after_utc:%Y-%m-%d})."
            " Renew it",
        )
    if authority.is_demo and not demo:
        raise _not_ready(
            "demo",
            "这是演示用的签名证书，正式环境不能用。请换成正式的",
            "This is a demonstration's certificate, which production refuses. Use a real one",
        )
    return authority


def _demo_files(at: datetime) -> dict[str, bytes]:
    root_key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    root_name = _name("民生演示根证书（DEMO）")
    root = (
        _certificate(root_name, root_name, root_key.public_key(), at)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    signing = (
        _certificate(_name("民生演示签发（DEMO）"), root_name, key.public_key(), at)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    return {
        "root.pem": root.public_bytes(pem),
        "signing.pem": signing.public_bytes(pem),
        "signing.key": key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    }


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(
                NameOID.ORGANIZATION_NAME, "民生演示，无法律效力（DEMO, no legal force）"
            ),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: rsa.RSAPublicKey, at: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=DEMO_DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _write_private(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def _not_ready(code: str, zh: str, en: str) -> Unavailable:
    return Unavailable(
        f"authority_{code}",
        f"证照签不了名：{zh}，然后重新签发。办理结果不受影响。",
        f"Certificates can't be signed: {en}, then issue again. Decisions are not affected.",
    )
