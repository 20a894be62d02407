"""Typed readers of the environment, which refuse a bad value loudly."""

from __future__ import annotations

import os
from pathlib import Path


class BadSetting(RuntimeError):
    """A setting of the environment can't be used; the message says which and why."""


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or what stands in the file named by `<name>_FILE`, or the default."""
    if name in os.environ:
        return os.environ[name]
    if f"{name}_FILE" in os.environ:
        return Path(os.environ[f"{name}_FILE"]).read_text(encoding="utf-8").strip()
    if default is None:
        raise BadSetting(f"{name} must be set / 必须设置 {name}")
    return default


def choice(name: str, options: tuple[str, ...], default: str) -> str:
    """Return one of `options`."""
    value = text(name, default)
    if value not in options:
        raise BadSetting(f"{name}={value!r} is not one of {', '.join(options)}")
    return value


def integer(name: str, default: int) -> int:
    """Return a whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise BadSetting(f"{name}={value!r} is not a whole number") from error


def folder(name: str, default: Path) -> Path:
    """Return an absolute folder."""
    return Path(text(name, str(default))).expanduser().resolve()


def folders(name: str, default: Path) -> list[Path]:
    """Return several absolute folders, separated as the system separates them."""
    return [
        Path(part).expanduser().resolve() for part in text(name, str(default)).split(os.pathsep)
    ]


def first_line(path: Path, default: str) -> str:
    """Return the first line of a file, or the default where there is no such file."""
    return path.read_text(encoding="utf-8").splitlines()[0].strip() if path.exists() else default
