"""A storm of new requests over HTTP: so many a second, sent by schedule and not when the server is ready.

Arrivals are drawn before anything is sent (a Poisson process with a fixed count), and a request's time
runs from the moment it was due, however late the client came to send it: whoever waits behind a slow
answer is counted with their wait.  What is sent and not heard is sent again under the same
Idempotency-Key, and one in `TWICE` is sent twice at once, as an impatient person does.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

TWICE = 25
PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.2
CALLERS = ("wangfang", "chenli", "liuyang", "zhanglei", "suqin", "zhouyan")
SESSIONS_EACH = 4
MATTERS = (
    ("utilities.light.out", "jinhu.hubin", "小区门口的路灯一段不亮，晚上看不清。"),
    ("utilities.drain.cover", "yunqi.huaian", "小学门口的井盖响，车一过就咣当。"),
    ("utilities.water.outage", "qinghuai.zhenzhong", "早上起来没有水，不知道停到几点。"),
    ("environment.noise.site-night", "xingguang.chenxi", "夜里十一点还在施工，孩子睡不着。"),
    ("housing.property.lift", "hanguang.bailu", "电梯三天两头坏，老人下不了楼。"),
    ("market.goods.refund", "jinhu.yinxing", "买的热水器是坏的，店里不退。"),
)
DRAIN_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as it is to be sent: when it is due (seconds from the start), whole, as bytes."""

    number: int
    due: float
    words: str
    packet: bytes
    is_twice: bool


@dataclass(slots=True)
class Heard:
    """What became of one: numbers that were answered, tries that failed, seconds since it was due."""

    words: str
    numbers: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    failed: int = 0
    seconds: float = 0.0


def asks(*, rate: float, seconds: float, tokens: Sequence[str], host: str, seed: int) -> list[Ask]:
    """Return the schedule of a storm, by due moment; `seed` draws arrivals, matters and callers."""
    draw = Random(seed)
    dues = sorted(draw.random() * seconds for _ in range(round(rate * seconds)))
    return [_ask(n, due, draw, tokens, host, seed) for n, due in enumerate(dues)]


def _ask(number: int, due: float, draw: Random, tokens: Sequence[str], host: str, seed: int) -> Ask:
    category, area, said = draw.choice(MATTERS)
    words = f"{said}（演示第 {seed}-{number} 件）"
    body = json.dumps(
        {
            "kind": "hotline", "category": category, "area": area, "words": words,
            "contact": {"contact_name": "演示", "phone": "13800000000"},
        }
    ).encode()  # fmt: skip
    head = (
        f"POST /api/v1/requests HTTP/1.1\r\nHost: {host}\r\n"
        f"Authorization: Bearer {draw.choice(tokens)}\r\nIdempotency-Key: storm-{seed}-{number}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Ask(number, due, words, head.encode() + body, number % TWICE == TWICE - 1)


# ── sending ─────────────────────────────────────────────────────────────────────────────────────
class Lines:
    """Connections that are kept and used again, the one used last first, as a proxy keeps them."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def exchange(self, packet: bytes) -> tuple[int, bytes]:
        """Return status and body; raises OSError or IncompleteReadError where nothing was heard."""
        reader, writer = await self._line()
        try:
            writer.write(packet)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            status = int(head[9:12])
            length = int(head.partition("content-length:")[2].split("\r\n", 1)[0] or 0)
            body = await reader.readexactly(length)
        except BaseException:
            writer.close()
            raise
        if "connection: close" in head:
            writer.close()
        else:
            self._free.append((reader, writer))
        return status, body

    async def _line(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._free:
            reader, writer = self._free.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(self.host, self.port)

    def close(self) -> None:
        for _, writer in self._free:
            writer.close()


def send(address: str, schedule: Sequence[Ask]) -> list[Heard]:
    """Send each when it is due, whatever became of those before, and return what was heard of each."""
    return asyncio.run(_send(address, schedule))


async def _send(address: str, schedule: Sequence[Ask]) -> list[Heard]:
    lines = Lines(address)
    began = time.perf_counter()
    running = []
    for ask in schedule:
        wait = began + ask.due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        running.append(asyncio.create_task(_one(lines, ask, began + ask.due)))
    heard = await asyncio.gather(*running)
    lines.close()
    return heard


async def _one(lines: Lines, ask: Ask, due: float) -> Heard:
    heard = Heard(ask.words)
    tries = [_until_heard(lines, ask, due, heard) for _ in range(1 + ask.is_twice)]
    await asyncio.gather(*tries)
    return heard


async def _until_heard(lines: Lines, ask: Ask, due: float, heard: Heard) -> None:
    while time.perf_counter() < due + PATIENCE_SECONDS:
        try:
            status, body = await lines.exchange(ask.packet)
        except (OSError, asyncio.IncompleteReadError):
            status, body = 0, b""
        if status == 200:
            heard.numbers.append(json.loads(body)["number"])
        if 0 < status < 500:
            heard.statuses.append(status)
            heard.seconds = max(heard.seconds, time.perf_counter() - due)
            return
        heard.failed += 1
        await asyncio.sleep(PAUSE_SECONDS)
    heard.statuses.append(0)
    heard.seconds = max(heard.seconds, time.perf_counter() - due)


# ── judging ─────────────────────────────────────────────────────────────────────────────────────
def judged(heard: Sequence[Heard], *, after: int) -> Mapping[str, Any]:
    """Return what of all that was sent is stored, by the words themselves and not by counting alone.

    `after` is the last request before the storm. Chains and rows of each stored one are checked too.
    """
    from minsheng.apps.appeals import reads, sealing
    from minsheng.apps.appeals.models import Request

    rows = list(Request.objects.filter(pk__gt=after).select_related("person"))
    stored = Counter(sealing.opened(row.person, row.words, field=sealing.WORDS) for row in rows)
    numbers = {row.number: row for row in rows}
    said = [number for one in heard for number in one.numbers]
    return {
        "sent": len(heard),
        "sent_twice_at_once": sum(len(one.statuses) > 1 for one in heard),
        "sent_again_after_silence": sum(one.failed for one in heard),
        "answered": sum(bool(one.numbers) for one in heard),
        "stored": len(rows),
        "lost": sum(not stored[one.words] for one in heard),
        "doubled": sum(count - 1 for count in stored.values() if count > 1)
        + sum(len(set(one.numbers)) > 1 for one in heard),
        "answered_and_not_stored": sum(number not in numbers for number in said),
        "rows_against_their_events": sum(not reads.check_request(row).is_good for row in rows),
    }


def followed(
    after: int, *, say: Callable[[str], None], stuck_after: float = DRAIN_SECONDS
) -> Mapping[str, Any]:
    """Return whether everybody was told once, when the worker has caught up, and after how long."""
    from minsheng.apps.appeals.models import Request
    from minsheng.apps.notices.models import Notice
    from minsheng.apps.outbox.models import Effect

    began = time.monotonic()
    mine = Effect.objects.filter(kind="request.follow")
    while mine.exclude(state="done").exclude(state="stuck").exists():
        if time.monotonic() - began > stuck_after:
            break
        say(f"following: {mine.exclude(state='done').count()} left")
        time.sleep(1.0)
    told = Counter(
        Notice.objects.filter(kind="request", link__startswith="/appeals/").values_list(
            "link", flat=True
        )
    )
    links = [
        f"/appeals/{n}"
        for n in Request.objects.filter(pk__gt=after).values_list("number", flat=True)
    ]
    return {
        "caught_up_after_s": round(time.monotonic() - began, 1),
        "stuck": mine.filter(state="stuck").count(),
        "not_told": sum(told[link] == 0 for link in links),
        "told_twice": sum(told[link] > 1 for link in links),
    }  # fmt: skip


def times(heard: Sequence[Heard]) -> Mapping[str, float]:
    """Return milliseconds from the moment each was due to its last answer."""
    ordered = sorted(one.seconds for one in heard)
    last = len(ordered) - 1
    return {
        "p50": round(1000 * statistics.median(ordered), 1),
        "p95": round(1000 * ordered[int(0.95 * last)], 1),
        "p99": round(1000 * ordered[int(0.99 * last)], 1),
        "most": round(1000 * ordered[-1], 1),
    }


# ── a served installation ───────────────────────────────────────────────────────────────────────
def measure(
    stack: Any, *, rate: float, seconds: float, say: Callable[[str], None]
) -> Mapping[str, Any]:
    """Return the figures of one storm on a whole installation that is being served."""
    from django.db import connection

    from minsheng.apps.appeals.models import Request
    from minsheng.apps.audit import reads as audit

    say("signing in")
    tokens = signed_in(stack.base_url)
    send(stack.base_url, _schedule(stack.base_url, tokens, rate=min(rate, 20), seconds=1, seed=1))
    after = Request.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    schedule = _schedule(stack.base_url, tokens, rate=rate, seconds=seconds, seed=2)
    say(f"{len(schedule)} requests in {seconds:g} s")
    before, own = _cpu(stack, connection), time.process_time()
    began = time.monotonic()
    heard = send(stack.base_url, schedule)
    took = time.monotonic() - began
    own, spent = time.process_time() - own, _cpu(stack, connection)
    say("looking what is stored")
    found = judged(heard, after=after)
    return {
        "bench": "storm",
        "database": connection.vendor,
        "rate_asked": rate,
        "rate_reached": round(found["answered"] / max(took, seconds), 2),
        **found,
        "ms": times(heard),
        "cpu_ms_per_request": {
            "client": round(1000 * own / len(heard), 2),
            **{name: round(1000 * (spent[name] - before[name]) / len(heard), 2) for name in spent},
        },
        "worker": followed(after, say=say),
        "chains_verify": audit.verify().ok,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def _schedule(
    address: str, tokens: Sequence[str], *, rate: float, seconds: float, seed: int
) -> list[Ask]:
    return asks(rate=rate, seconds=seconds, tokens=tokens, host=urlsplit(address).netloc, seed=seed)


def signed_in(address: str) -> list[str]:
    """Return tokens of residents who have signed in over HTTP."""
    import httpx

    from minsheng.cli.demo.cast import PASSWORD

    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        return [
            client.post("/api/v1/sessions", json={"username": name, "password": PASSWORD})
            .raise_for_status()
            .json()["token"]
            for name in CALLERS
            for _ in range(SESSIONS_EACH)
        ]


def _cpu(stack: Any, connection: Any) -> dict[str, float]:
    """Return the CPU seconds of web server, worker and the database's processes for this installation."""
    found = {name: _of_groups({stack.pid(name)}) for name in ("web", "worker")}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            found["database"] = sum(_seconds(_stat(pid)) for (pid,) in cursor.fetchall())
    return found


def _of_groups(groups: set[int]) -> float:
    stats = (_stat(int(path.name)) for path in Path("/proc").glob("[0-9]*"))
    return sum(_seconds(stat) for stat in stats if stat and int(stat[2]) in groups)


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _seconds(stat: Sequence[str]) -> float:
    """Return the CPU of a process and of its children that have ended."""
    return sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK") if stat else 0.0
