"""A lottery that anybody can draw again: a seed whose hash was public first, words from outside.

Before a round closes, the hash of the seed is public. When it closes, the digest of all entries is.
At the draw somebody adds words that nobody could know before (numbers thrown by parents in the room);
then the seed is public too. Whoever keeps the seed can't choose it after the entries, and can't
foresee the words; whoever says the words doesn't know the seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from minsheng.lib.texts import Text

SUITE = "minsheng.lottery.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What everybody may read of a draw. `numbers` by ticket, a code that only its family can place.

    `entries` are the hashes of what each ticket chose, by ticket; `seed` in hexadecimal digits.
    """

    key: str
    commitment: str
    digest: str
    seed: str
    words: str
    entries: Mapping[str, str]
    numbers: Mapping[str, int]


def commitment(key: str, seed: str) -> str:
    """Return the hash of a seed for one round, to be published before the round closes."""
    return _hash("commitment", key, seed)


def entry_hash(ticket: str, salt: str, choices: Sequence[tuple[str, int]]) -> str:
    """Return the hash of one entry: its clubs from the dearest on, each with its class.

    The salt is known to the family alone: without it nobody can try out which choices give the hash.
    """
    return _hash("entry", ticket, salt, *(f"{club}={priority}" for club, priority in choices))


def digest_of(entries: Mapping[str, str]) -> str:
    """Return the digest of all entries, whatever their order; public when the round has closed."""
    return _hash("entries", *(f"{ticket}={entries[ticket]}" for ticket in sorted(entries)))


def draw_numbers(
    tickets: Iterable[str], *, key: str, seed: str, digest: str, words: str
) -> dict[str, int]:
    """Return a lottery number from 1 for each ticket, the order of hashes; input order is nothing."""
    lots = sorted((_hash("lot", key, seed, digest, words, one), one) for one in set(tickets))
    return {ticket: at for at, (_, ticket) in enumerate(lots, 1)}


def lottery_faults(draw: Draw) -> tuple[Text, ...]:
    """Return what is wrong with a published draw; empty when everything follows from what was public."""
    found = []
    if commitment(draw.key, draw.seed) != draw.commitment:
        found.append(Text("种子和事先公布的哈希对不上", "the seed isn't the one committed to"))
    if digest_of(draw.entries) != draw.digest:
        found.append(
            Text("志愿和截止时公布的摘要对不上", "the entries aren't those of the closing")
        )
    drawn = draw_numbers(
        draw.entries, key=draw.key, seed=draw.seed, digest=draw.digest, words=draw.words
    )
    wrong = sum(draw.numbers.get(one) != number for one, number in drawn.items())
    if wrong or len(drawn) != len(draw.numbers):
        found.append(
            Text(f"有 {wrong} 个抽签号不是抽出来的", f"{wrong} lottery numbers weren't drawn so")
        )
    return tuple(found)


def _hash(kind: str, *parts: str) -> str:
    # Each part with its length: no two lists of parts can run together into one text.
    text = "".join(f"{len(part.encode())}:{part}," for part in (SUITE, kind, *parts))
    return hashlib.sha256(text.encode()).hexdigest()
