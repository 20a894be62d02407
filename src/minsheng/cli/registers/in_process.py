"""The registers without a socket: for loading the demonstration and for measuring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from minsheng.apps.cases import lookups
from minsheng.apps.cases.connect import registers as over_http
from minsheng.cli.registers import answers
from minsheng.cli.registers.store import Store


@contextmanager
def in_process(store: Store) -> Iterator[None]:
    """Let the port `cases.lookups` of this process lead to `store`, and back to HTTP at the end."""
    for register in answers.read():
        lookups.offer_find(register, partial(_find, store, register))
    for register in answers.written():
        lookups.offer_write(register, partial(_write, store, register))
    try:
        yield
    finally:
        for register in answers.read():
            lookups.offer_find(register, partial(over_http.find, register))
        for register in answers.written():
            lookups.offer_write(register, partial(over_http.write, register))


def _find(store: Store, register: str, about: str) -> over_http.Answer:
    records = tuple(store.find(register, about))
    return over_http.Answer(register, "found" if records else "none", records, 0)


def _write(store: Store, register: str, body: Mapping[str, Any], *, key: str) -> over_http.Written:
    answer = answers.write(store, register, body, key=key)
    return over_http.Written(answer["result"], answer["values"])
