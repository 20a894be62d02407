"""The page about the engine names everything a reader may meet."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from minsheng.engines.casework import decide, fold, words
from minsheng.engines.casework.state import ItemStatus

PAGE = (Path(__file__).parents[2] / "docs/engines/casework.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", sorted(fold.KINDS))
def test_every_event_is_in_the_table(kind):
    assert f"`{kind}`" in PAGE


@pytest.mark.parametrize("command", sorted(c.__name__ for c in decide.ACTS))
def test_every_command_is_explained(command):
    assert f"`{command}" in PAGE or f"**{command}" in PAGE or f"{command[:-1]}ing" in PAGE


@pytest.mark.parametrize("status", get_args(ItemStatus))
def test_every_status_has_its_word_and_its_line(status):
    assert f"`{status}`" in PAGE
    assert words.STATUS[status].zh.split("，")[0] in PAGE
