"""Something dear that all processes of a test run use: the first makes it, and waits at the end.

Locks of files tell who is still there; the system takes them from a process that was killed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def shared(
    folder: Path, make: Callable[[], AbstractContextManager[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """Yield what `make` yields, made once for all processes that name the same folder.

    It must be plain enough for JSON. Who made it ends it, after all the others have left. Where
    files can't be locked (Windows) every process makes its own.
    """
    if os.name != "posix":
        with make() as own:
            yield own
        return
    import fcntl

    told = folder / "shared.json"
    with (
        (folder / "making.lock").open("w") as making,
        (folder / "using.lock").open("w") as using,
        ExitStack() as made,
    ):
        fcntl.flock(making, fcntl.LOCK_EX)
        is_maker = not told.exists()
        if is_maker:
            told.write_text(json.dumps(made.enter_context(make())), encoding="utf-8")
        fcntl.flock(using, fcntl.LOCK_SH)
        fcntl.flock(making, fcntl.LOCK_UN)
        try:
            yield json.loads(told.read_text(encoding="utf-8"))
        finally:
            if is_maker:
                fcntl.flock(making, fcntl.LOCK_EX)
                fcntl.flock(using, fcntl.LOCK_EX)
                told.unlink()
