"""Whether the ledger is whole, and what this look at it can and can't find out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from minsheng.apps.audit import guard
from minsheng.apps.audit.chain import entry_hash, merkle_root, suite_of
from minsheng.apps.audit.models import Chain, Entry, Seal
from minsheng.apps.audit.outside import SealLine, parse, read_log
from minsheng.lib.texts import Text

MOST_PROBLEMS = 200
_CLAIMS_AT_ONCE = 100
_ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Problem:
    """One place where the ledger isn't what it was. `where` is "stream/key#seq" or a seal."""

    code: str
    where: str
    text: Text


@dataclass(frozen=True, slots=True)
class Detection:
    """One way to tamper, and whether this look would have seen it."""

    attack: Text
    seen: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A head as somebody else keeps it, for example a case on its own row."""

    stream: str
    key: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a look at the whole ledger found; `problems` lists at most 200 of `found`.

    No seal covers the newest `unsealed` entries yet.
    """

    ok: bool
    entries: int
    chains: int
    seals: int
    unsealed: int
    found: int
    problems: tuple[Problem, ...]
    detects: tuple[Detection, ...]


def verify(seals_dir: Path | None = None, *, heads: Iterable[Claim] = ()) -> VerifyReport:
    """Return whether every chain and every seal still verifies, and what that can't show.

    With `seals_dir` the seals outside count. Without it there are only the copies inside, which
    whoever may alter tables can forge as well. `heads` are the heads that other tables keep.
    Reads every entry; others may write meanwhile.
    """
    look = _Look()
    copies = _copies(look)  # before the log: what is inside was outside first
    seals = _outside(look, seals_dir, copies) if seals_dir else copies
    look.guards()
    look.walk()
    look.own_heads()
    look.claims(heads)
    look.seals(seals)
    upto = max((seal.upto for seal in seals.values()), default=0)
    return VerifyReport(
        ok=not look.found,
        entries=look.entries,
        chains=look.chains,
        seals=len(seals),
        unsealed=Entry.objects.filter(pk__gt=upto).count(),
        found=look.found,
        problems=tuple(look.problems),
        detects=_detects(outside=bool(seals_dir and seals), claimed=bool(look.claimed)),
    )


class _Look:
    """One look at the whole ledger: what was counted and what was found."""

    def __init__(self) -> None:
        self.entries = 0
        self.chains = 0
        self.claimed = 0
        self.found = 0
        self.problems: list[Problem] = []

    def report(self, code: str, where: str, zh: str, en: str) -> None:
        """Note a problem."""
        self.found += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(code, where, Text(zh, en)))

    def guards(self) -> None:
        """Check that the database still refuses changes."""
        for trigger in guard.missing(connection):
            self.report(
                "audit.guard_missing",
                trigger,
                "数据库里少了这个触发器：现在改事件，数据库不会拦。重新装上它。",
                "This trigger is missing: the database would let events be changed. "
                "Put it on again.",
            )

    def walk(self) -> None:
        """Recompute every hash, chain by chain, in the order of their numbers."""
        rows = Entry.objects.order_by("stream", "key", "seq").values_list(
            "stream", "key", "seq", "kind", "at", "by", "text", "prev_hash", "hash"
        )
        chain, seq, last = ("", ""), 0, ""
        for row in rows.iterator(chunk_size=_ROWS_AT_ONCE):
            if chain != row[:2]:
                chain, seq, last = row[:2], 0, ""
                self.chains += 1
            self.entries += 1
            self._link(row, seq + 1, last)
            seq, last = row[2], row[8]

    def _link(
        self,
        row: tuple[str, str, int, str, datetime, str, str, str, str],
        expected_seq: int,
        last: str,
    ) -> None:
        stream, key, seq, kind, at, by, text, prev, kept = row
        where = f"{stream}/{key}#{seq}"
        if seq != expected_seq:
            self.report(
                "audit.number_missing",
                where,
                f"这条之前少了事件：应当是第 {expected_seq} 条。",
                f"Events are missing before this one: it should be number {expected_seq}.",
            )
        elif prev != last:
            self.report(
                "audit.link_broken",
                where,
                "这条接的不是前一条：前一条被换过，或者这条是后来加的。",
                "This event doesn't follow the one before: one of the two was exchanged.",
            )
        suite = suite_of(kept)
        if not suite:
            self.report(
                "audit.suite_unknown",
                where,
                "这条的哈希没有说明算法，核对不了。",
                "The hash of this event names no suite we know.",
            )
        elif entry_hash(suite, stream, key, seq, kind, at, by, text, prev) != kept:
            self.report(
                "audit.changed",
                where,
                "这条的内容和记下时不一样：被改过。",
                "This event isn't what was recorded: it was changed.",
            )

    def own_heads(self) -> None:
        """Compare the heads the ledger keeps itself with the entries. One statement each."""
        same = Entry.objects.filter(stream=OuterRef("stream"), key=OuterRef("key"))
        for chain in Chain.objects.filter(~Exists(same.filter(**_AT_HEAD)), seq__gt=0):
            self._cut(Claim(chain.stream, chain.key, chain.seq, chain.hash))
        behind = Chain.objects.filter(
            stream=OuterRef("stream"), key=OuterRef("key"), seq__lt=OuterRef("seq")
        )
        for entry in Entry.objects.filter(Exists(behind)).only("stream", "key", "seq"):
            self.report(
                "audit.beyond_head",
                f"{entry.stream}/{entry.key}#{entry.seq}",
                "这条在链头之后：不是系统记的，是后来加的。",
                "This event lies beyond the head of its chain: it was added from outside.",
            )

    def claims(self, heads: Iterable[Claim]) -> None:
        """Check that each head somebody else keeps is there."""
        rest = (claim for claim in heads if claim.seq)
        while batch := list(islice(rest, _CLAIMS_AT_ONCE)):
            self.claimed += len(batch)
            wanted = Q()
            for claim in batch:
                wanted |= Q(stream=claim.stream, key=claim.key, seq=claim.seq, hash=claim.hash)
            there = set(Entry.objects.filter(wanted).values_list("stream", "key", "seq"))
            for claim in batch:
                if (claim.stream, claim.key, claim.seq) not in there:
                    self._cut(claim)

    def _cut(self, claim: Claim) -> None:
        self.report(
            "audit.cut",
            f"{claim.stream}/{claim.key}#{claim.seq}",
            "链头指着这条，可是没有它，或者它是另一条：后面的事件被删过或换过。",
            "The head of the chain names this event, but it is gone or another one: the end of "
            "the chain was cut or exchanged.",
        )

    def seals(self, seals: Mapping[int, SealLine]) -> None:
        """Recompute every root, and check that no seal is missing between them."""
        upto, previous = 0, ""
        for expected, number in enumerate(sorted(seals), start=1):
            seal = seals[number]
            where = f"seal {number}"
            if (number, seal.after, seal.previous) != (expected, upto, previous):
                self.report(
                    "audit.seal_missing",
                    where,
                    "这个封印和前一个接不上：中间少了封印。",
                    "This seal doesn't follow the one before: a seal is missing between them.",
                )
            hashes = Entry.objects.filter(pk__gt=seal.after, pk__lte=seal.upto).order_by("pk")
            leaves = hashes.values_list("hash", flat=True).iterator(chunk_size=_ROWS_AT_ONCE)
            if merkle_root(leaves, suite=suite_of(seal.root)) != seal.root:
                self.report(
                    "audit.seal_broken",
                    where,
                    f"封印时的 {seal.count} 条事件和现在的不一样：有的被改、被删或被加。",
                    f"The {seal.count} events are no longer those that were sealed: some were "
                    "changed, deleted or added.",
                )
            upto, previous = seal.upto, seal.digest


_AT_HEAD = {"seq": OuterRef("seq"), "hash": OuterRef("hash")}


def _copies(look: _Look) -> dict[int, SealLine]:
    """Return the seals as they are kept inside."""
    copies: dict[int, SealLine] = {}
    for number, text in Seal.objects.order_by("number").values_list("number", "text"):
        seal = parse(text)
        if seal is None or seal.number != number:
            look.report(
                "audit.seal_unreadable",
                f"seal {number}",
                "数据库里的这个封印读不出来：被改过。",
                "The copy of this seal inside can't be read: it was changed.",
            )
        else:
            copies[number] = seal
    return copies


def _outside(look: _Look, folder: Path, copies: Mapping[int, SealLine]) -> Mapping[int, SealLine]:
    """Return the seals outside, having compared them with the copies inside.

    The newest may be outside only: its transaction has not ended, or was cut short.
    """
    log = read_log(folder)
    for number in log.forked:
        look.report(
            "audit.seal_forked",
            f"seal {number}",
            "外面的封印记录里，这个号有两个不同的封印。",
            "The log outside holds two different seals of this number.",
        )
    newest = max(log.seals, default=0)
    for number in sorted(copies.keys() | log.seals.keys()):
        inside, outside = copies.get(number), log.seals.get(number)
        if inside == outside or (inside is None and number == newest):
            continue
        look.report(
            "audit.seal_differs",
            f"seal {number}",
            "这个封印在数据库里和在外面不一样，或者少了一边。",
            "This seal isn't the same inside and outside, or one of the two is missing.",
        )
    return log.seals


def _detects(*, outside: bool, claimed: bool) -> tuple[Detection, ...]:
    """Return what such a look sees and what it can't."""
    return (
        Detection(Text("改了一条事件的内容", "An event's content was changed"), seen=True),
        Detection(
            Text("在链的中间删掉或插进事件", "Events were taken out of a chain or put into it"),
            seen=True,
        ),
        Detection(
            Text(
                "删掉链尾的事件，账本里的链头没有改",
                "The end of a chain was cut, and the head in the ledger left as it was",
            ),
            seen=True,
        ),
        Detection(
            Text(
                "删掉链尾的事件，别的表里的链头没有改（例如案卷）",
                "The end of a chain was cut, and the head in another table left as it was "
                "(a case's, for example)",
            ),
            seen=claimed,
        ),
        Detection(
            Text(
                "删掉已封印的链尾，连链头一起改了",
                "The sealed end of a chain was cut, and its head rewritten",
            ),
            seen=outside,
        ),
        Detection(
            Text(
                "改了已封印的事件，再把整条链重新算过",
                "A sealed event was changed and its whole chain hashed again",
            ),
            seen=outside,
        ),
        Detection(
            Text("已封印的整条链不见了", "A whole sealed chain was removed"),
            seen=outside,
        ),
        Detection(
            Text(
                "还没有封印的事件，被能改数据库的人换过",
                "Events not sealed yet were exchanged by somebody who may alter tables",
            ),
            seen=False,
        ),
        Detection(
            Text(
                "数据库和外面的封印一起被换过（对照打印的或别处保存的封印）",
                "Both the database and the seals outside were exchanged (compare a printed seal "
                "or another office's copy)",
            ),
            seen=False,
        ),
        Detection(
            Text(
                "一开始就没有记，或者记的就不是真的", "What was never recorded, or recorded falsely"
            ),
            seen=False,
        ),
    )
