"""A copy of the product's packs that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from minsheng import content

SERVICE = "services/newborn/service.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder `packs` that holds what the product's own does."""
    return Path(shutil.copytree(content.default_roots()[0], tmp_path / "packs"))


@pytest.fixture
def spoil(root: Path) -> Callable[..., Path]:
    """Return a function that replaces one piece of one file of the copy."""

    def replace(old: str, new: str, *, file: str = SERVICE) -> Path:
        path = root / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return root

    return replace
