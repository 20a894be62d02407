"""Which key opens what: the master keys wrap a key per person, and that seals the person's values.

`settings.MINSHENG_KEYS` holds the master keys, the current one first; older ones only open.
`settings.MINSHENG_SUITE` makes new values; what another suite made still opens, because every
token says how. A token is bound to the person and the field it was made for: copied to another
row it does not open. Deleting a person's wrapped key makes all their values unreadable at once,
in every table; a backup taken before keeps both, so backups must have an end.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings

from minsheng.lib import suites
from minsheng.lib.errors import NotFound

if TYPE_CHECKING:
    from minsheng.apps.people.models import Person

NAME = "person.name"
BIRTH = "person.birth"


def current_key_id() -> str:
    """Return the id of the master key for new values."""
    return next(iter(_masters()))


def is_current(person: Person) -> bool:
    """Whether this person's key is wrapped under the current master key and suite."""
    return suites.suite_of(person.key_wrapped).id == settings.MINSHENG_SUITE and (
        person.key_id == current_key_id()
    )


def new_person_key(person_id: uuid.UUID) -> str:
    """Return a new random key for a person, wrapped under the current master key."""
    return _wrap(person_id, secrets.token_bytes(suites.KEY_BYTES))


def rewrapped(person: Person) -> str:
    """Return the person's same key, wrapped under the current master key and suite."""
    return _wrap(person.pk, _person_key(person).secret)


def seal_for(person: Person, text: str, *, field: str) -> str:
    """Return the token that holds `text` for this person and field."""
    if not field:
        raise ValueError("a sealed value must name its field")
    return suites.seal(
        settings.MINSHENG_SUITE, _person_key(person), text.encode(), aad=_aad(person.pk, field)
    )


def open_for(person: Person, token: str, *, field: str) -> str:
    """Return what `seal_for` was given; NotFound (people.erased) after erasure."""
    keys = {"": _person_key(person)}
    return suites.open_sealed(keys, token, aad=_aad(person.pk, field)).decode()


def seal_number(person_id: uuid.UUID, number: str) -> str:
    """Return the citizen number sealed under the master key, bound to this person."""
    return _seal_under_master(number.encode(), aad=_aad(person_id, "person.number"))


def open_number(person: Person) -> str:
    """Return the citizen number, or "" where none is kept."""
    if not person.number_sealed:
        return ""
    aad = _aad(person.pk, "person.number")
    return suites.open_sealed(_masters(), person.number_sealed, aad=aad).decode()


def blind(kind: str, text: str) -> str:
    """Return the keyed index of `text` among things of one kind, under the current key."""
    return suites.blind_text(
        settings.MINSHENG_SUITE, _masters()[current_key_id()], f"{kind}\n{text}"
    )


def blinds(kind: str, text: str) -> list[str]:
    """Return every index that `text` may be stored under: each suite, each key still valid."""
    return [
        suites.blind_text(suite, key, f"{kind}\n{text}")
        for key in _masters().values()
        for suite in suites.SUITES
    ]


def blind_of_number(number: str) -> str:
    """Return the index of a citizen number for a new row."""
    return blind("citizen-number", number)


def blinds_of_number(number: str) -> list[str]:
    """Return every index a citizen number may be stored under."""
    return blinds("citizen-number", number)


def token_digest(secret: str) -> str:
    """Return what is stored for an API token: its plain digest, as it is 256 random bits."""
    return suites.digest(settings.MINSHENG_SUITE, secret.encode())


def token_digests(secret: str) -> list[str]:
    """Return every digest an API token may be stored under."""
    return [suites.digest(suite, secret.encode()) for suite in suites.SUITES]


def seal_setting(name: str, text: str) -> str:
    """Return a secret of the installation sealed under the master key, bound to its name."""
    return _seal_under_master(text.encode(), aad=f"minsheng:setting:{name}".encode())


def open_setting(name: str, token: str) -> str:
    """Return what `seal_setting` was given."""
    return suites.open_sealed(_masters(), token, aad=f"minsheng:setting:{name}".encode()).decode()


def _masters() -> Mapping[str, bytes]:
    keys: Mapping[str, bytes] = settings.MINSHENG_KEYS
    return keys


def _wrap(person_id: uuid.UUID, key: bytes) -> str:
    return _seal_under_master(key, aad=_aad(person_id, "person.key"))


def _seal_under_master(content: bytes, *, aad: bytes) -> str:
    key_id = current_key_id()
    return suites.seal(settings.MINSHENG_SUITE, _masters()[key_id], content, aad=aad, key_id=key_id)


def _person_key(person: Person) -> suites.Key:
    if not person.key_wrapped:
        raise NotFound(
            "people.erased",
            "这个人的信息已经按要求删除，打不开了。",
            "This person's data was erased on request and can't be opened.",
        )
    # Unwrapped once for each person read: the object ends with the request, and its key with it.
    kept: tuple[str, suites.Key] | None = getattr(person, "_key_open", None)
    if kept is None or kept[0] != person.key_wrapped:
        aad = _aad(person.pk, "person.key")
        opened = suites.open_sealed(_masters(), person.key_wrapped, aad=aad)
        kept = (person.key_wrapped, suites.Key(opened))
        person._key_open = kept  # type: ignore[attr-defined]
    return kept[1]


def _aad(person_id: uuid.UUID, field: str) -> bytes:
    return f"minsheng:{person_id}:{field}".encode()
