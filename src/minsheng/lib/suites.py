"""Cryptographic suites behind one interface; every output names the suite that made it.

"a1" is AES-256-GCM, HMAC-SHA-256 and SHA-256; "s1" is SM4-GCM, HMAC-SM3 and SM3. Suites mix
and keys rotate, because a token says how to open it:

    a1:<base64url>            sealed, opened by trying the keys given
    a1.<key id>:<base64url>   sealed under a named key
    a1:<hex>                  digest or blind index

A key is 32 random bytes or more. Each suite derives its own subkey for sealing and another for
blind indexes, so one key may serve both. No certified product is claimed (GB/T 39786).
"""

from __future__ import annotations

import hmac as constant_time
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from minsheng.lib.errors import MinshengError

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
_TOKEN = re.compile(r"([a-z][0-9])(?:\.([A-Za-z0-9_-]{1,32}))?:([A-Za-z0-9_=-]*)")
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class CannotOpen(MinshengError):
    """A sealed value can't be opened: its key is gone, or the value was changed."""

    status = 500

    def __init__(self, why: str) -> None:
        super().__init__(
            "suites.cannot_open",
            "这条保密数据打不开：钥匙已经销毁，或者数据被改过。请找系统管理员。",
            "This sealed value won't open: its key is gone or it was changed. Ask the system "
            "administrator.",
            facts={"why": why},
        )


class Suite(Protocol):
    """What a suite offers. A hardware module is one more class of this shape."""

    @property
    def id(self) -> str:
        """The two characters that begin every token of this suite."""

    def encrypt(self, key: bytes | Key, plaintext: bytes, *, aad: bytes) -> bytes:
        """`plaintext` sealed under `key` and bound to `aad`; twice the same gives two outputs."""

    def decrypt(self, key: bytes | Key, sealed: bytes, *, aad: bytes) -> bytes:
        """What was sealed; raise CannotOpen when key, `aad` or a single bit differs."""

    def blind(self, key: bytes, text: str) -> bytes:
        """A keyed index of `text`: equal texts give equal bytes, and nothing else shows."""

    def digest(self, content: bytes) -> bytes:
        """The plain hash of `content`."""


class Key:
    """A key in use, with the ciphers made of it: derived once, and gone with this object.

    Keep one as long as an act takes; never keep one for a person longer.
    """

    __slots__ = ("_ciphers", "secret")

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self._ciphers: dict[str, Aead] = {}

    def cipher(self, suite: str, make: Callable[[bytes], Aead]) -> Aead:
        """The cipher of a suite, made by `make` at its first use."""
        made = self._ciphers.get(suite)
        if made is None:
            made = self._ciphers[suite] = make(self.secret)
        return made


class Aead(Protocol):
    """Authenticated encryption; the last 16 bytes of the sealed form are the tag."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """`data` sealed."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """`data` opened; raise InvalidTag when it can't be."""


class Sm4Gcm:
    """SM4 (GB/T 32907) in Galois/Counter mode, in the shape of `AESGCM`."""

    def __init__(self, key: bytes) -> None:
        self._key = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """`data` sealed, its tag at the end."""
        encryptor = Cipher(self._key, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """`data` opened; raise InvalidTag when it can't be."""
        if len(data) < TAG_BYTES:
            raise InvalidTag
        body, tag = data[:-TAG_BYTES], data[-TAG_BYTES:]
        decryptor = Cipher(self._key, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(body) + decryptor.finalize()


@dataclass(frozen=True, slots=True)
class SoftwareSuite:
    """A suite of one block cipher in GCM and one hash, computed in this process."""

    id: str
    hash: Callable[[], HashAlgorithm]
    cipher: Callable[[bytes], Aead]
    cipher_key_bytes: int

    def encrypt(self, key: bytes | Key, plaintext: bytes, *, aad: bytes) -> bytes:
        """`plaintext` sealed: a fresh nonce, the ciphertext, the tag."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = self._cipher(key)
        return nonce + cipher.encrypt(nonce, plaintext, aad)

    def decrypt(self, key: bytes | Key, sealed: bytes, *, aad: bytes) -> bytes:
        """What was sealed; raise CannotOpen when key, `aad` or a single bit differs."""
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise CannotOpen("too short")
        cipher = self._cipher(key)
        try:
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
        except InvalidTag as error:
            raise CannotOpen("wrong key, wrong place or changed") from error

    def blind(self, key: bytes, text: str) -> bytes:
        """The keyed index of `text`, as long as the hash."""
        mac = HMAC(self._subkey(key, "blind", KEY_BYTES), self.hash())
        mac.update(text.encode())
        return mac.finalize()

    def digest(self, content: bytes) -> bytes:
        """The plain hash of `content`."""
        hasher = Hash(self.hash())
        hasher.update(content)
        return hasher.finalize()

    def _cipher(self, key: bytes | Key) -> Aead:
        return key.cipher(self.id, self._made) if isinstance(key, Key) else self._made(key)

    def _made(self, secret: bytes) -> Aead:
        return self.cipher(self._subkey(secret, "seal", self.cipher_key_bytes))

    def _subkey(self, key: bytes, purpose: str, length: int) -> bytes:
        if len(key) < KEY_BYTES:
            raise ValueError(f"a key has at least {KEY_BYTES} bytes, this one has {len(key)}")
        info = f"minsheng {self.id} {purpose}".encode()
        return HKDF(self.hash(), length, None, info).derive(key)


A1: Suite = SoftwareSuite("a1", SHA256, AESGCM, 32)
S1: Suite = SoftwareSuite("s1", SM3, Sm4Gcm, 16)
SUITES: Mapping[str, Suite] = MappingProxyType({suite.id: suite for suite in (A1, S1)})
DEFAULT = A1.id


def suite_of(token: str) -> Suite:
    """The suite that made `token`; raise CannotOpen when it is unknown."""
    suite = SUITES.get(token[:2])
    if suite is None or token[2:3] not in (":", "."):
        raise CannotOpen("unknown suite")
    return suite


def seal(
    suite: Suite | str, key: bytes | Key, plaintext: bytes, *, aad: bytes, key_id: str = ""
) -> str:
    """The token that holds `plaintext`. `aad` says where it belongs and must be given to open it.

    `suite` is a suite or its id. With `key_id` the token names its key, so that rows under an old key can be found.
    """
    if key_id and not _KEY_ID.fullmatch(key_id):
        raise ValueError("a key id has 1 to 32 letters, digits, - or _")
    maker = _suite(suite)
    head = f"{maker.id}.{key_id}" if key_id else maker.id
    return f"{head}:{urlsafe_b64encode(maker.encrypt(key, plaintext, aad=aad)).decode()}"


def open_sealed(keys: Mapping[str, bytes | Key], token: str, *, aad: bytes) -> bytes:
    """What `token` holds: opened with the key it names, or with whichever of `keys` fits.

    Raises CannotOpen when none does, and for a token of an unknown suite.
    """
    suite, key_id, body = _parts(token)
    try:
        sealed = urlsafe_b64decode(body)
    except NotBase64 as error:
        raise CannotOpen("not a token") from error
    if key_id:
        if key_id not in keys:
            raise CannotOpen("its key is not here")
        return suite.decrypt(keys[key_id], sealed, aad=aad)
    for key in keys.values():
        try:
            return suite.decrypt(key, sealed, aad=aad)
        except CannotOpen:
            continue
    raise CannotOpen("none of the keys fits")


def blind_text(suite: Suite | str, key: bytes, text: str) -> str:
    """The blind index of `text` as "a1:<hex>". The caller normalises `text` first."""
    maker = _suite(suite)
    return f"{maker.id}:{maker.blind(key, text).hex()}"


def digest(suite: Suite | str, content: bytes) -> str:
    """The hash of `content` as "a1:<hex>"."""
    maker = _suite(suite)
    return f"{maker.id}:{maker.digest(content).hex()}"


def digest_fits(token: str, content: bytes) -> bool:
    """Whether `token` is the digest of `content`, by whichever suite made it."""
    return constant_time.compare_digest(token, digest(suite_of(token), content))


def _suite(suite: Suite | str) -> Suite:
    return SUITES[suite] if isinstance(suite, str) else suite


def _parts(token: str) -> tuple[Suite, str, str]:
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise CannotOpen("not a token")
    return suite_of(token), match[2] or "", match[3]
