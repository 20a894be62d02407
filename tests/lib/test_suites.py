from __future__ import annotations

import hmac

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from minsheng.lib import suites
from minsheng.lib.suites import A1, S1, SUITES, CannotOpen, Suite

KEY = bytes(range(32))
OTHER = bytes(range(1, 33))
BOTH = pytest.mark.parametrize("suite", [A1, S1], ids=["a1", "s1"])


def test_sm3_of_abc_is_the_value_of_the_standard() -> None:
    assert S1.digest(b"abc").hex() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )


def test_sha256_of_abc_is_the_value_of_the_standard() -> None:
    assert A1.digest(b"abc").hex() == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_the_sm4_of_this_machine_passes_the_vector_of_the_standard() -> None:
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(algorithms.SM4(block), modes.ECB()).encryptor()
    assert (encryptor.update(block) + encryptor.finalize()).hex() == (
        "681edf34d206965e86b3e94f536e4246"
    )


def test_sm4_gcm_passes_the_vector_of_rfc_8998() -> None:
    cipher = suites.Sm4Gcm(bytes.fromhex("0123456789abcdeffedcba9876543210"))
    nonce = bytes.fromhex("00001234567800000000abcd")
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = bytes.fromhex("aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8)
    plain += bytes.fromhex("ee" * 8 + "aa" * 8)
    sealed = cipher.encrypt(nonce, plain, aad)
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert cipher.decrypt(nonce, sealed, aad) == plain


@BOTH
@given(plaintext=st.binary(max_size=300), aad=st.binary(max_size=40))
def test_what_is_sealed_opens_again(suite: Suite, plaintext: bytes, aad: bytes) -> None:
    token = suites.seal(suite, KEY, plaintext, aad=aad)
    assert token.startswith(f"{suite.id}:")
    assert suites.open_sealed({"k1": KEY}, token, aad=aad) == plaintext


@BOTH
def test_a_key_in_use_opens_and_seals_as_its_bytes_do(suite: Suite) -> None:
    key = suites.Key(KEY)
    for sealing, opening in ((key, KEY), (KEY, key), (key, key)):
        token = suites.seal(suite, sealing, b"v", aad=b"a")
        assert suites.open_sealed({"": opening}, token, aad=b"a") == b"v"
    with pytest.raises(CannotOpen):
        suites.open_sealed({"": suites.Key(bytes(32))}, token, aad=b"a")


@BOTH
@given(where=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_one_changed_bit_is_refused(suite: Suite, where: int, bit: int) -> None:
    sealed = bytearray(suite.encrypt(KEY, "王芳".encode(), aad=b"person:1:name"))
    sealed[where % len(sealed)] ^= 1 << bit
    with pytest.raises(CannotOpen):
        suite.decrypt(KEY, bytes(sealed), aad=b"person:1:name")


@BOTH
def test_a_value_moved_to_another_person_does_not_open(suite: Suite) -> None:
    token = suites.seal(suite, KEY, b"50099919900101001X", aad=b"person:1:number")
    with pytest.raises(CannotOpen):
        suites.open_sealed({"k1": KEY}, token, aad=b"person:2:number")


@BOTH
def test_the_same_value_never_seals_to_the_same_token(suite: Suite) -> None:
    assert suites.seal(suite, KEY, b"x", aad=b"") != suites.seal(suite, KEY, b"x", aad=b"")


@BOTH
def test_after_rotation_old_tokens_still_open(suite: Suite) -> None:
    old = suites.seal(suite, KEY, b"old", aad=b"", key_id="2025")
    new = suites.seal(suite, OTHER, b"new", aad=b"", key_id="2026")
    keys = {"2026": OTHER, "2025": KEY}
    assert suites.open_sealed(keys, old, aad=b"") == b"old"
    assert suites.open_sealed(keys, new, aad=b"") == b"new"
    assert (old[:8], new[:8]) == (f"{suite.id}.2025:", f"{suite.id}.2026:")


@BOTH
def test_a_token_without_key_id_opens_with_whichever_key_fits(suite: Suite) -> None:
    token = suites.seal(suite, KEY, b"value", aad=b"")
    assert token.startswith(f"{suite.id}:")
    assert suites.open_sealed({"new": OTHER, "old": KEY}, token, aad=b"") == b"value"


@BOTH
def test_a_destroyed_key_makes_the_value_unreadable(suite: Suite) -> None:
    named = suites.seal(suite, KEY, b"value", aad=b"", key_id="k1")
    plain = suites.seal(suite, KEY, b"value", aad=b"")
    for token in (named, plain):
        with pytest.raises(CannotOpen) as refused:
            suites.open_sealed({"k2": OTHER}, token, aad=b"")
        assert "打不开" in refused.value.zh


def test_tokens_of_both_suites_open_beside_each_other() -> None:
    tokens = [suites.seal(suite, KEY, b"v", aad=b"") for suite in SUITES.values()]
    assert [token[:2] for token in tokens] == ["a1", "s1"]
    assert all(suites.open_sealed({"k": KEY}, token, aad=b"") == b"v" for token in tokens)


def test_a_token_relabelled_as_another_suite_does_not_open() -> None:
    token = suites.seal(A1, KEY, b"v", aad=b"")
    with pytest.raises(CannotOpen):
        suites.open_sealed({"k": KEY}, "s1" + token[2:], aad=b"")


@pytest.mark.parametrize(
    "token", ["", "a1", "a1:", "z9:AAAA", "a1:%%%%", "a1:QQ", "a1x:AAAA", "王芳", "a1:QUJDR"]
)
def test_what_is_no_token_is_refused_without_a_crash(token: str) -> None:
    with pytest.raises(CannotOpen):
        suites.open_sealed({"k": KEY}, token, aad=b"")


@BOTH
def test_a_blind_index_finds_equal_texts_only(suite: Suite) -> None:
    index = suites.blind_text(suite, KEY, "50099919900101001X")
    assert index == suites.blind_text(suite, KEY, "50099919900101001X")
    assert index != suites.blind_text(suite, KEY, "500999199001010028")
    assert index != suites.blind_text(suite, OTHER, "50099919900101001X")
    assert index.startswith(f"{suite.id}:")
    assert len(index) == 3 + 64


@BOTH
def test_a_blind_index_is_not_the_plain_hash(suite: Suite) -> None:
    assert suite.blind(KEY, "abc") != suite.digest(b"abc")


@BOTH
def test_a_digest_names_its_suite_and_fits_its_content(suite: Suite) -> None:
    token = suites.digest(suite, b"event")
    assert token == f"{suite.id}:{suite.digest(b'event').hex()}"
    assert suites.digest_fits(token, b"event")
    assert not suites.digest_fits(token, b"Event")


@BOTH
def test_a_short_key_is_refused(suite: Suite) -> None:
    with pytest.raises(ValueError, match="at least 32"):
        suite.encrypt(b"short", b"v", aad=b"")
    with pytest.raises(ValueError, match="at least 32"):
        suite.blind(b"", "v")


def test_a_key_id_that_would_break_the_token_is_refused() -> None:
    with pytest.raises(ValueError, match="key id"):
        suites.seal(A1, KEY, b"v", aad=b"", key_id="k:1")


@BOTH
def test_a_suite_may_be_named_by_its_id(suite: Suite) -> None:
    assert suites.digest(suite.id, b"x") == suites.digest(suite, b"x")
    assert suites.blind_text(suite.id, KEY, "x") == suites.blind_text(suite, KEY, "x")
    token = suites.seal(suite.id, KEY, b"x", aad=b"")
    assert suites.open_sealed({"k": KEY}, token, aad=b"") == b"x"


# What is stored under a key must open, and be found, by every later version.
SEALED_BEFORE = {
    "a1": "a1.k1:vkB3_QM07lZalEey18yqyJOvOU7adr9VyRYJmesPj2dkxg==",
    "s1": "s1.k1:4hjEJi65QV8rdx3Hj92wxWP8uPM4PXr8tyNCYYNNUMxqRA==",
}
INDEXED_BEFORE = {
    "a1": "a1:798582c749f50938e5abe9ec1e40331a3f89077f41a9d891dd67bfd740829f11",
    "s1": "s1:ef1e4a5b35ee11b3dc26b3f561adbe92b97b1f01ae845958c1c6a276fe37c1f9",
}


@BOTH
def test_what_was_stored_before_still_opens_and_is_found(suite: Suite) -> None:
    opened = suites.open_sealed({"k1": KEY}, SEALED_BEFORE[suite.id], aad=b"person:1:name")
    assert opened.decode() == "王芳"
    assert suites.blind_text(suite, KEY, "abc") == INDEXED_BEFORE[suite.id]


def test_the_blind_index_of_a1_is_hmac_under_a_key_derived_by_rfc_5869() -> None:
    extracted = hmac.digest(bytes(32), KEY, "sha256")
    subkey = hmac.digest(extracted, b"minsheng a1 blind\x01", "sha256")
    assert A1.blind(KEY, "abc") == hmac.digest(subkey, b"abc", "sha256")
