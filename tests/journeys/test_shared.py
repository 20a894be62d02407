"""What the processes of a run share is made by the first and ended when the last has left."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.shared import shared

pytestmark = pytest.mark.skipif(os.name != "posix", reason="every process makes its own")


class Made:
    """Something to share that tells when it was made and ended."""

    def __init__(self) -> None:
        self.told: list[str] = []

    @contextmanager
    def make(self) -> Iterator[dict[str, Any]]:
        self.told.append("made")
        yield {"number": 7}
        self.told.append("ended")


def test_who_made_it_ends_it_after_the_others_have_left(tmp_path: Path):
    dear, is_in, may_go = Made(), threading.Event(), threading.Event()

    def other() -> None:
        with shared(tmp_path, dear.make) as found:
            dear.told.append(f"found {found['number']}")
            is_in.set()
            may_go.wait(10)
            dear.told.append("left")

    thread = threading.Thread(target=other)
    with shared(tmp_path, dear.make) as found:
        assert found == {"number": 7}
        thread.start()
        assert is_in.wait(10)
        threading.Timer(0.2, may_go.set).start()
    thread.join()
    assert dear.told == ["made", "found 7", "left", "ended"]


def test_who_comes_after_the_end_makes_it_anew(tmp_path: Path):
    dear = Made()
    for _ in range(2):
        with shared(tmp_path, dear.make):
            pass
    assert dear.told == ["made", "ended", "made", "ended"]


def test_the_next_makes_it_where_the_first_could_not(tmp_path: Path):
    @contextmanager
    def broken() -> Iterator[dict[str, Any]]:
        raise RuntimeError("it did not start")
        yield {}

    with pytest.raises(RuntimeError), shared(tmp_path, broken):
        pass
    dear = Made()
    with shared(tmp_path, dear.make) as found:
        assert found == {"number": 7}
