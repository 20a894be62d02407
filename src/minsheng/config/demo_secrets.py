"""Secrets of a demonstration: made once, kept in the runtime folder, never used in production."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path


def demo_secret(folder: Path, name: str) -> str:
    """Return the secret called `name`, made at the first call and kept in `folder`."""
    path = folder / f"{name}.secret"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(50))
    return path.read_text(encoding="utf-8")


def demo_keys(folder: Path) -> dict[str, bytes]:
    """Return the data keys of this demonstration: key id → 32 bytes, the current one first."""
    return parse_keys(_kept(folder / "keys.json"))


def parse_keys(text: str) -> dict[str, bytes]:
    """Return the data keys in a JSON object of key id → 32 bytes in base64, current one first."""
    return {key: base64.b64decode(value) for key, value in json.loads(text).items()}


def _kept(path: Path) -> str:
    if not path.exists():
        _write_once(path, json.dumps({"k1": base64.b64encode(secrets.token_bytes(32)).decode()}))
    return path.read_text(encoding="utf-8")


def _write_once(path: Path, text: str) -> None:
    """Write `text` unless another process was faster; readable by the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
