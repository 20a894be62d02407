"""Diagnosis by DINA beside EduCDM's EMDINA: the same model, the same answers, the same stop.

EduCDM pulls torch in, so it lives in an environment of its own: MINSHENG_EDUCDM names its Python. It never
estimates how common sets of skills are, so that ours is held to a flat prior here; the row beside says what the
same answers give when they are estimated.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measuring import cpu, one_thread, row

one_thread()

import numpy as np  # noqa: E402

from minsheng.engines.measurement.diagnosis import Needs, diagnose  # noqa: E402
from minsheng.engines.measurement.responses import Responses  # noqa: E402

Rows = list[dict[str, Any]]
STOP = 1e-3
PEER = """
import json, sys, time
import numpy as np
from EduCDM import EMDINA
given = np.load(sys.argv[1])
marks, needs = given["marks"].astype(float), given["needs"].astype(float)
best = None
for _ in range(2):
    model = EMDINA(marks, needs, *marks.shape, needs.shape[1], skip_value=-1)
    start = time.process_time()
    model.train(epoch=2000, epsilon=float(sys.argv[2]))
    took = time.process_time() - start
    best = took if best is None else min(best, took)
print(json.dumps({"cpu": best, "guess": model.guess.tolist(), "slip": model.slip.tolist()}))
"""


def paper(persons: int, items: int, skills: int, seed: int) -> tuple[Any, ...]:
    """Invented answers by DINA: items need one to three skills, skills hang together."""
    draw = np.random.default_rng(seed)
    needs = np.zeros((items, skills), bool)
    needs[np.arange(items), np.arange(items) % skills] = True
    for more in range(1, 3):
        later = np.arange(items) >= more * skills
        needs[later, draw.integers(skills, size=int(later.sum()))] = True
    has = draw.normal(size=(persons, 1)) + draw.normal(size=(persons, skills))
    has = has > np.linspace(-1, 1, skills)
    right = np.stack([has[:, each].all(1) for each in needs], 1)
    guess, slip = draw.uniform(0.05, 0.3, (2, items))
    marks = draw.random(right.shape) < np.where(right, 1 - slip, guess)
    return marks.astype(np.int8), needs, guess, slip, has


def diagnosis(*, count: int, peer: bool) -> Rows:
    """DINA at three sizes beside EduCDM; and with the shares of sets estimated."""
    rows = []
    sizes = ((536, 15, 5), (5_000, 30, 6), *(((100_000, 30, 6),) if count >= 100_000 else ()))
    for persons, items, skills in sizes:
        marks, needs, guess, slip, has = paper(persons, items, skills, 1)
        name = f"{persons:,} x {items}, {skills} skills"
        table = Needs(needs)

        def flat(marks: Any = marks, table: Needs = table) -> Any:
            return diagnose(
                Responses(marks), table, prior="flat", starts=1, tolerance=STOP, errors=False
            )

        start = time.process_time()
        flat()
        first = time.process_time() - start
        ours, found = cpu(flat)
        theirs = _educdm(marks, needs) if peer and persons <= 5_000 else {"why": "not asked for"}
        same = {}
        if "cpu" in theirs:
            same = {
                "most_difference_guess": float(np.abs(found.guess - theirs["guess"]).max()),
                "most_difference_slip": float(np.abs(found.slip - theirs["slip"]).max()),
            }
        rows.append(
            row(
                f"DINA, flat prior, stop {STOP}: {name}",
                ours=ours,
                peer=theirs.get("cpu"),
                peer_name="EduCDM EMDINA" if "cpu" in theirs else f"none: {theirs['why']}",
                first_run_more=max(first - ours, 0.0),
                log_likelihood=found.log_likelihood,
                **same,
            )
        )
        free, better = cpu(
            lambda marks=marks, table=table: diagnose(Responses(marks), table), rounds=1
        )
        rows.append(
            row(
                f"DINA, shares estimated, three starts, standard errors: {name}",
                ours=free,
                peer=None,
                peer_name="",
                log_likelihood=better.log_likelihood,
                starts_apart=float(np.ptp(better.reached)),
                skills_right=float((better.has() == has).mean()),
                skills_right_flat=float((found.has() == has).mean()),
                rmse_guess=float(np.sqrt(np.mean((better.guess - guess) ** 2))),
                rmse_slip=float(np.sqrt(np.mean((better.slip - slip) ** 2))),
            )
        )
    return rows


def _educdm(marks: Any, needs: Any) -> dict[str, Any]:
    """EduCDM's figures from its own interpreter, or why there are none."""
    python = os.environ.get("MINSHENG_EDUCDM", "")
    if not python or not Path(python).exists():
        return {"why": "MINSHENG_EDUCDM names no Python that has EduCDM"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.npz"
        np.savez(path, marks=marks, needs=needs)
        done = subprocess.run(
            [python, "-c", PEER, str(path), str(STOP)], capture_output=True, text=True, check=False
        )
    if done.returncode:
        return {"why": f"it failed: {done.stderr.strip().splitlines()[-1][:200]}"}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


PARTS = {"diagnosis": diagnosis}
