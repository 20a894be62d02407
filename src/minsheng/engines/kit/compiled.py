"""Loops made fast: compiled by numba where it is installed, when they are first called.

numba is no condition. A kernel that has a loop here has a second form in numpy beside it, chosen by
`has_compiler()`, and a test that holds the two equal.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])


@cache
def has_compiler() -> bool:
    """Say whether numba is there; `MINSHENG_NUMBA=off` says no, to try the other form."""
    if os.environ.get("MINSHENG_NUMBA", "") == "off":
        return False
    return importlib.util.find_spec("numba") is not None


def compiled(function: Function) -> Function:
    """Return `function`, compiled at its first call and kept on disk where that can be written.

    Nothing is imported or compiled before the first call, so that a process which never computes starts as
    fast as without it. It may call no other compiled function.
    """
    made: list[Callable[..., Any]] = []

    @wraps(function)
    def call(*arguments: Any) -> Any:
        if not made:
            made.append(_machine_code(function))
        return made[0](*arguments)

    return cast(Function, call)


def _machine_code(function: Callable[..., Any]) -> Callable[..., Any]:
    if not has_compiler():
        return function
    import numba

    try:
        return cast(Callable[..., Any], numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder can be written: it is compiled anew in each process
        return cast(Callable[..., Any], numba.njit(nogil=True)(function))
