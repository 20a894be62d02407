"""What a row of a measurement of kernels is, and the clock it is taken with.

CPU time of this process, all threads counted. BLAS is held to one thread where numpy isn't loaded
yet; `settings` says what was in force. A kernel is run once before it is timed, so that compiling
isn't in its figure; what the first run took more is reported apart.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Mapping
from typing import Any

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def one_thread() -> None:
    """Hold BLAS to one thread; call it before numpy is imported."""
    for name in THREADS:
        os.environ.setdefault(name, "1")


def cpu(run: Callable[[], Any], *, rounds: int = 3) -> tuple[float, Any]:
    """The least CPU seconds of some rounds, and what the last one gave back."""
    best, result = float("inf"), None
    for _ in range(rounds):
        start = time.process_time()
        result = run()
        best = min(best, time.process_time() - start)
    return best, result


def row(
    what: str, *, ours: float, peer: float | None, peer_name: str, **more: Any
) -> dict[str, Any]:
    """One figure: CPU seconds of ours and of the peer in the same run, and how many times less."""
    return {
        "what": what,
        "ours_cpu_seconds": round(ours, 5),
        "peer": peer_name,
        "peer_cpu_seconds": None if peer is None else round(peer, 5),
        "times_faster": None if peer is None else round(peer / ours, 1),
        **{name: _rounded(value) for name, value in more.items()},
    }


def settings() -> Mapping[str, Any]:
    """Python, numpy, numba, cores, load and threads: what the seconds depend on."""
    import numpy as np

    try:
        import numba

        compiled = str(numba.__version__)
    except ImportError:
        compiled = "none"
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": compiled,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "threads": {name: os.environ.get(name, "") for name in THREADS},
    }


def _rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value
