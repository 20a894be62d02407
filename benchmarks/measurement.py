"""Kernels of educational measurement beside girth, the exact E step and the recovery of truth.

`PARTS` names one function for each part; each returns rows of `measuring.row`. Further modules
named in `MORE` are looked for beside this one and may have `PARTS` of their own.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.measuring import cpu, one_thread, row, settings

one_thread()

import numpy as np  # noqa: E402

from minsheng.engines.measurement import adaptive  # noqa: E402
from minsheng.engines.measurement.irt import fit_2pl, fit_rasch, simulated  # noqa: E402
from minsheng.engines.measurement.models import Bank  # noqa: E402
from minsheng.engines.measurement.responses import Responses  # noqa: E402
from minsheng.lib.errors import WrongInput  # noqa: E402

MORE = ("diagnosis", "tracing")

Rows = list[dict[str, Any]]


def measure(
    *, count: int, peer: bool = True, only: str = "", say: Callable[[str], None] = print
) -> Mapping[str, Any]:
    """Every part, or the one named, with `count` persons in the greatest."""
    parts = dict(PARTS)
    for name in MORE:
        try:
            parts |= importlib.import_module(f"benchmarks.{name}").PARTS
        except ModuleNotFoundError as missing:
            if missing.name != f"benchmarks.{name}":
                raise
    if only and only not in parts:
        raise WrongInput(
            "bench_part",
            f"没有这一部分：{only}。可以是 {'、'.join(parts)}。",
            f"There is no part {only}; there are {', '.join(parts)}.",
        )
    found: dict[str, Any] = {"settings": settings()}
    for name, part in parts.items():
        if not only or name == only:
            say(name)
            found[name] = {each.pop("what"): each for each in part(count=count, peer=peer)}
    return found


def bank_of(items: int, seed: int) -> Bank:
    """Invented items: log a about 0.1 with sd 0.3, b about 0 with sd 1."""
    draw = np.random.default_rng(seed)
    return Bank(draw.lognormal(0.1, 0.3, items), draw.normal(0, 1, items))


def answers(bank: Bank, persons: int, seed: int) -> np.ndarray:
    """Answers of persons drawn from N(0, 1), in pieces that fit into memory."""
    draw = np.random.default_rng(seed)
    pieces = [min(50_000, persons - start) for start in range(0, persons, 50_000)]
    return np.concatenate([simulated(bank, draw.normal(size=n), generator=draw) for n in pieces])


def error(found: np.ndarray, truth: np.ndarray) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(np.mean((np.asarray(found) - truth) ** 2)))


def calibration(*, count: int, peer: bool) -> Rows:
    """2PL at 10,000 x 50 beside girth, and at `count` x 60; Rasch; both with standard errors."""
    bank = bank_of(50, 1)
    marks = answers(bank, 10_000, 2)
    responses = Responses(marks)
    start = time.process_time()
    fit_2pl(responses)
    first = time.process_time() - start
    ours, fit = cpu(lambda: fit_2pl(Responses(marks)))
    exact_seconds, exact = cpu(lambda: fit_2pl(responses, method="exact"), rounds=1)
    plain_seconds, _ = cpu(lambda: fit_2pl(responses, method="numpy"), rounds=1)
    theirs, girth = _girth(marks) if peer else (None, None)
    rows = [
        row(
            "2PL 10,000 x 50",
            ours=ours,
            peer=theirs,
            peer_name="girth twopl_mml",
            first_run_more=max(first - ours, 0.0),
            evaluations=len(fit.trace),
            rmse_a=error(fit.discrimination, bank.discrimination),
            rmse_b=error(fit.difficulty, bank.difficulty),
            peer_rmse_a=error(girth["Discrimination"], bank.discrimination) if girth else None,
            peer_rmse_b=error(girth["Difficulty"], bank.difficulty) if girth else None,
        ),
        row(
            "2PL 10,000 x 50, numpy without numba",
            ours=plain_seconds,
            peer=theirs,
            peer_name="girth twopl_mml",
        ),
        row(
            "2PL 10,000 x 50, bins beside every person",
            ours=ours,
            peer=exact_seconds,
            peer_name="the exact E step",
            most_difference_a=float(np.abs(fit.discrimination - exact.discrimination).max()),
            most_difference_b=float(np.abs(fit.difficulty - exact.difficulty).max()),
        ),
    ]
    rasch, scale = cpu(lambda: fit_rasch(responses))
    rows.append(
        row("Rasch 10,000 x 50", ours=rasch, peer=None, peer_name="", sd=scale.population.sd)
    )
    large = bank_of(60, 3)
    marks = answers(large, count, 4)
    ours, fit = cpu(lambda: fit_2pl(Responses(marks)), rounds=2)
    rows.append(
        row(
            f"2PL {count:,} x 60",
            ours=ours,
            peer=None,
            peer_name="",
            evaluations=len(fit.trace),
            rmse_a=error(fit.discrimination, large.discrimination),
            rmse_b=error(fit.difficulty, large.difficulty),
        )
    )
    return rows


def coverage(*, count: int, peer: bool) -> Rows:
    """How often intervals of 95 % hold the truth: 200 rounds of 10,000 x 50, new items each."""
    rounds = 200 if count >= 100_000 else 20
    inside, seconds = [], time.process_time()
    for number in range(rounds):
        bank = bank_of(50, 1_000 + number)
        fit = fit_2pl(Responses(answers(bank, 10_000, 5_000 + number)))
        inside.append(
            [
                np.mean(np.abs(found - truth) < 1.96 * spread)
                for found, truth, spread in (
                    (fit.discrimination, bank.discrimination, fit.discrimination_error),
                    (fit.difficulty, bank.difficulty, fit.difficulty_error),
                    (fit.intercept, bank.intercept, fit.intercept_error),
                )
            ]
        )
    a, b, d = np.mean(inside, axis=0)
    return [
        row(
            f"coverage of 95 % intervals, {rounds} rounds of 10,000 x 50",
            ours=time.process_time() - seconds,
            peer=None,
            peer_name="0.95",
            coverage_a=float(a),
            coverage_b=float(b),
            coverage_d=float(d),
        )
    ]


def adaptive_tests(*, count: int, peer: bool) -> Rows:
    """10,000 pupils x 20 items from a bank of 500, without and with exposure control."""
    bank = bank_of(500, 7)
    draw = np.random.default_rng(8)
    truth = draw.normal(size=10_000)
    rows = []
    for name, rules in (
        ("most information", adaptive.Rules(most_items=20)),
        ("one of the best 5", adaptive.Rules(most_items=20, among=5)),
    ):
        start = time.process_time()
        adaptive.simulate(bank, truth, rules=rules, generator=np.random.default_rng(9))
        first = time.process_time() - start
        ours, found = cpu(
            lambda rules=rules: adaptive.simulate(
                bank, truth, rules=rules, generator=np.random.default_rng(9)
            )
        )
        rows.append(
            row(
                f"adaptive, 10,000 pupils x 20 of 500: {name}",
                ours=ours,
                peer=None,
                peer_name="",
                first_run_more=max(first - ours, 0.0),
                rmse=error(found.estimate, truth),
                mean_error=float(found.error.mean()),
                most_exposed=float(found.exposure.max()),
            )
        )
    return rows


def _girth(marks: np.ndarray) -> tuple[float | None, Any]:
    """girth's fit of the same answers in this process, or None where it isn't installed."""
    try:
        girth = importlib.import_module("girth")
    except ImportError:
        return None, None
    return cpu(lambda: girth.twopl_mml(np.ascontiguousarray(marks.T, dtype=int)), rounds=1)


PARTS: dict[str, Callable[..., Rows]] = {
    "calibration": calibration,
    "coverage": coverage,
    "adaptive": adaptive_tests,
}
