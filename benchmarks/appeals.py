"""Class suggestion and duplicates of requests, on texts not made from the catalogue's own words.

Three parts, each beside the trivial peer: which class (the most frequent one; titles and words looked
for), which requests are about one thing (equal texts; likeness of pairs of characters alone), and how
long candidates take beside a million stored requests.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from benchmarks import appeals_corpus as corpus
from django.db import connection

from minsheng.apps.cases import catalogue
from minsheng.apps.matching import reads
from minsheng.apps.matching.models import Trace
from minsheng.apps.matching.sketching import key, middle_of, sketch_of
from minsheng.engines.matching import (
    NOWHERE,
    Decided,
    Match,
    Model,
    Telling,
    Weights,
    around,
    cell_of,
    learned,
    levels,
    packed,
    sketch,
)

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
YEARS = 3
AT_ONCE = 5_000
LEARNED_WORDINGS, TRIED_WORDINGS = (0, 1), (2, 3)
EVENTS_LEARNED, EVENTS_TRIED = 600, 400
SHOWN = 0.3
VARIANTS = 2


def measure(*, count: int, say: Callable[[str], None]) -> Mapping[str, Any]:
    """Return the figures: suggestion, duplicates, and candidates beside `count` stored requests."""
    say("suggesting")
    suggesting = _suggesting()
    say("learning weights")
    weights = _weights()
    say(f"storing {count} requests")
    began = time.monotonic()
    _store(count)
    stored = time.monotonic() - began
    say("looking for duplicates")
    return {
        "bench": "appeals",
        "database": connection.vendor,
        "suggesting": suggesting,
        "weights": _said(weights),
        "stored": Trace.objects.count(),
        "store_seconds": round(stored, 1),
        "duplicates": _duplicates(weights),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


# ── which class ─────────────────────────────────────────────────────────────────────────────────
def _suggesting() -> Mapping[str, Any]:
    """Return how often the class is right, each wording tried by a model that never saw it."""
    draw = Random(11)
    tried = [(said, corpus.disturbed(said.text, draw)) for said in corpus.wordings()]
    curve = {str(known): _tried(tried, known) for known in (0, 1, 3)}
    return {
        "texts": len(tried),
        "small_classes": len(corpus.kinds()),
        "most_frequent_at_1": round(1 / len(corpus.kinds()), 3),
        "words_looked_for": _looked_for(tried),
        "by_wordings_learned": curve,
    }


def _tried(tried: Sequence[tuple[corpus.Said, str]], known: int) -> Mapping[str, Any]:
    """Return accuracy with `known` of the three other wordings learned, and the calibration."""
    hits: Counter[str] = Counter()
    bins: dict[int, list[tuple[float, bool]]] = {}
    took: list[float] = []
    for held in range(corpus.WORDINGS):
        used = [(held + step) % corpus.WORDINGS for step in range(1, known + 1)]
        model = _model(used)
        for said, text in tried:
            if said.wording != held:
                continue
            began = time.perf_counter()
            found = model.suggest(text, limit=10)
            took.append(time.perf_counter() - began)
            _count(hits, said.kind, [one.kind for one in found])
            if found:
                right = found[0].kind == said.kind
                bins.setdefault(int(found[0].chance * 10), []).append((found[0].chance, right))
    off = sum(abs(sum(c for c, _ in some) - sum(r for _, r in some)) for some in bins.values())
    return {
        **{name: round(hits[name] / len(tried), 3) for name in NAMES},
        "calibration_error": round(off / len(tried), 3),
        "ms_median": round(1000 * statistics.median(took), 2),
    }


NAMES = ("small_at_1", "small_at_3", "middle_at_1", "middle_at_3", "large_at_1")


def _count(hits: Counter[str], kind: str, found: Sequence[str]) -> None:
    middles = list(dict.fromkeys(middle_of(one) for one in found))
    hits["small_at_1"] += found[:1] == [kind]
    hits["small_at_3"] += kind in found[:3]
    hits["middle_at_1"] += middles[:1] == [middle_of(kind)]
    hits["middle_at_3"] += middle_of(kind) in middles[:3]
    hits["large_at_1"] += [one.split(".")[0] for one in found[:1]] == [kind.split(".")[0]]


def _looked_for(tried: Sequence[tuple[corpus.Said, str]]) -> Mapping[str, float]:
    """Return what looking for the titles and words of the catalogue in the text gives."""
    words = {kind.key: kind.words for kind in corpus.kinds()}
    hits: Counter[str] = Counter()
    for said, text in tried:
        held = {kind: sum(word in text for word in some) for kind, some in words.items()}
        _count(hits, said.kind, sorted((k for k, n in held.items() if n), key=lambda k: -held[k]))
    return {name: round(hits[name] / len(tried), 3) for name in NAMES}


def _model(used: Sequence[int]) -> Model:
    draw = Random(13)
    decided = [
        Decided(
            said.kind,
            sketch(corpus.disturbed(said.text, draw), key()).grams,
            f"{said.kind} {said.wording}",
        )
        for said in corpus.wordings()
        if said.wording in used
        for _ in range(VARIANTS)
    ]
    return Model(corpus.kinds(), decided, key())


# ── which are about one thing ───────────────────────────────────────────────────────────────────
def _areas() -> list[Any]:
    kinds = ("community", "village", "estate")
    return list(catalogue.packs().district.areas.of_kind(*kinds, on=NOW.date()))


def _weights() -> Weights:
    """Return the weights learned from events told in two wordings, beside other requests.

    The model that guesses their class has learned the other two wordings alone.
    """
    model = _model(TRIED_WORDINGS)
    world = corpus.World(_areas(), LEARNED_WORDINGS, Random(5))
    first = [told for told, _ in _events(world, EVENTS_LEARNED)]
    others = [world.tellings(-n - 1, _when(world.draw, 14), 1)[0] for n in range(6_000)]
    near: dict[int, list[Telling]] = {}
    stored = [_telling(one, model, world.draw) for some in first for one in some[:-1]]
    stored += [_decided(one) for one in others]
    for telling in stored:
        near.setdefault(cell_of(telling.at), []).append(telling)
    pairs: list[tuple[tuple[str, ...], bool]] = []
    for some in first:
        new = _new(some[-1], model)
        cells = [*around(cell_of(some[-1].at))] or [NOWHERE]
        for cell in cells:
            for old in near.get(cell, ()):
                is_same = old.key.startswith(f"{some[-1].event}:")
                pairs.append((levels(new, old, model.weight), is_same))
    share = sum(is_same for _, is_same in pairs) / len(pairs)
    return learned(pairs, prior_chance=share)


def _duplicates(weights: Weights) -> Mapping[str, Any]:
    """Return precision and recall over events that were stored among the others, and the times."""
    model = _model(LEARNED_WORDINGS)
    world = corpus.World(_areas(), TRIED_WORDINGS, Random(7))
    events = _events(world, EVENTS_TRIED)
    earlier = [told for some, _ in events for told in some[:-1]]
    Trace.objects.bulk_create(_trace(told, model, world.draw) for told in earlier)
    _refresh()
    sql: list[float] = []
    whole: list[float] = []
    worked: list[float] = []
    seen: list[int] = []
    in_reach = with_earlier = 0
    ours, equal, pairs = _Tally(), _Tally(), {cut: _Tally() for cut in CUTS}
    for some, has_earlier in events:
        new = some[-1]
        guess = [one.kind for one in model.suggest(new.text, limit=5)]
        began = time.perf_counter()
        rows = reads.candidates(told=new.told, kinds=guess, at=new.at)
        sql.append(time.perf_counter() - began)
        began, cpu = time.perf_counter(), time.process_time()
        found = reads.duplicates(
            new.text, told=new.told, kinds=guess, at=new.at, model=model, weights=weights
        )  # fmt: skip
        whole.append(time.perf_counter() - began)
        worked.append(time.process_time() - cpu)
        seen.append(len(rows))
        mine = {row.subject for row in rows if row.subject.startswith(f"{new.event}:")}
        with_earlier += has_earlier
        in_reach += bool(mine)
        ours.count(_best(found), new.event, has_earlier)
        packed_new = packed(sketch_of(new.text))
        same = [row.subject for row in rows if bytes(row.sketch) == packed_new]
        equal.count(same[0] if same else "", new.event, has_earlier)
        like, best = _most_alike(new.text, rows)
        for cut, tally in pairs.items():
            tally.count(best if like >= cut else "", new.event, has_earlier)
    best_cut = max(pairs, key=lambda cut: pairs[cut].f1)
    return {
        "asked": len(events),
        "with_earlier": with_earlier,
        "earlier_among_candidates": round(in_reach / max(1, with_earlier), 3),
        "candidates_median": statistics.median(seen),
        "candidates_most": max(seen),
        "candidates_ms": _times(sql),
        "candidates_and_scores_ms": _times(whole),
        "candidates_and_scores_cpu_ms": _times(worked),
        "ours": ours.said,
        "equal_texts": equal.said,
        "pairs_of_characters_alone": {**pairs[best_cut].said, "cut": best_cut},
    }


CUTS = tuple(round(0.02 * step, 2) for step in range(1, 40))


class _Tally:
    """The best find of each question: right, wrong, or none though there was one."""

    def __init__(self) -> None:
        self.right = self.wrong = self.there = 0

    def count(self, subject: str, event: int, has_earlier: bool) -> None:
        self.there += has_earlier
        if subject:
            is_right = subject.startswith(f"{event}:")
            self.right += is_right
            self.wrong += not is_right

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, self.right + self.wrong + self.there)

    @property
    def said(self) -> dict[str, float]:
        return {
            "precision": round(self.right / max(1, self.right + self.wrong), 3),
            "recall": round(self.right / max(1, self.there), 3),
            "f1": round(self.f1, 3),
        }


def _best(found: Sequence[Match]) -> str:
    return found[0].key if found else ""


def _most_alike(text: str, rows: Sequence[reads.Row]) -> tuple[float, str]:
    """Return the likeness of the candidate that shares most grams, unweighted (Jaccard), and which."""
    from minsheng.engines.matching import unpacked

    mine = sketch_of(text).grams
    best = (0.0, "")
    for row in rows:
        theirs = unpacked(row.sketch).grams
        both = len(mine & theirs)
        best = max(best, (both / max(1, len(mine) + len(theirs) - both), row.subject))
    return best


def _events(world: corpus.World, number: int) -> list[tuple[list[corpus.Told], bool]]:
    """Return events of the last days; half are told once, half by two to four people."""
    draw, found = world.draw, []
    for event in range(number):
        times = draw.choice((2, 3, 4)) if event % 2 else 1
        told = world.tellings(event, _when(draw, 10), times)
        found.append((told, times > 1))
    return found


def _when(draw: Random, days: int) -> datetime:
    return NOW - timedelta(seconds=draw.random() * days * 86_400)


def _new(told: corpus.Told, model: Model) -> Telling:
    guess = tuple(one.kind for one in model.suggest(told.text, limit=5))
    return Telling(key="", sketch=sketch_of(told.text), kinds=guess, told=told.told, at=told.at)


def _kind_kept(told: corpus.Told, model: Model, draw: Random) -> str:
    """Return the class as stored: decided in seven of ten, else the likeliest one."""
    if draw.random() < 0.7:
        return told.kind
    found = model.suggest(told.text, limit=1)
    return found[0].kind if found else told.kind


def _telling(told: corpus.Told, model: Model, draw: Random) -> Telling:
    kind = _kind_kept(told, model, draw)
    name = f"{told.event}:{draw.random()}"
    return Telling(key=name, sketch=sketch_of(told.text), kinds=(kind,), told=told.told, at=told.at)


def _decided(told: corpus.Told) -> Telling:
    held = sketch_of(told.text)
    return Telling(
        key=f"{told.event}:", sketch=held, kinds=(told.kind,), told=told.told, at=told.at
    )


def _trace(told: corpus.Told, model: Model, draw: Random) -> Trace:
    telling = _telling(told, model, draw)
    return _row(telling.key[:40], told, telling.kinds[0], packed(telling.sketch))


def _row(subject: str, told: corpus.Told, kind: str, held: bytes) -> Trace:
    return Trace(
        subject=subject, told=told.told, kind=kind, middle=middle_of(kind), is_decided=True,
        cell=cell_of(told.at), east=told.at and told.at[0], north=told.at and told.at[1], sketch=held,
    )  # fmt: skip


# ── a million stored ────────────────────────────────────────────────────────────────────────────
def _store(count: int) -> None:
    """Store requests of three years; texts repeat, places, times and classes don't."""
    world = corpus.World(_areas(), TRIED_WORDINGS, Random(3))
    held = {
        kind: [
            packed(sketch_of(f"{world.draw.randint(1, 30)}栋，{corpus.disturbed(said.text, world.draw)}"))
            for said in some
            for _ in range(VARIANTS)
        ]
        for kind, some in world.by_kind.items()
    }  # fmt: skip
    for start in range(0, count, AT_ONCE):
        Trace.objects.bulk_create(_stored(world, held, start, min(count, start + AT_ONCE)))


def _stored(
    world: corpus.World, held: Mapping[str, Sequence[bytes]], start: int, end: int
) -> Iterator[Trace]:
    for number in range(start, end):
        kind = world.kind()
        when = _when(world.draw, 365 * YEARS)
        told = corpus.Told(-1, kind, "", world.said(world.area()), when)
        yield _row(f"s{number}", told, kind, world.draw.choice(held[kind]))


def _refresh() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _times(seconds: Sequence[float]) -> Mapping[str, float]:
    ordered = sorted(seconds)
    return {
        "median": round(1000 * statistics.median(ordered), 2),
        "p95": round(1000 * ordered[int(0.95 * (len(ordered) - 1))], 2),
        "most": round(1000 * ordered[-1], 2),
    }


def _said(weights: Weights) -> Mapping[str, Any]:
    return {
        "prior": round(weights.prior, 1),
        **{part: {k: round(v, 1) for k, v in some.items()} for part, some in weights.bits.items()},
    }
