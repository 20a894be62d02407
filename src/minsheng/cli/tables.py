"""Tables that a person hands to a command."""

from __future__ import annotations

from pathlib import Path

from minsheng.lib.errors import NotFound, WrongInput


def lines_of(path: Path) -> list[str]:
    """Lines of a file as Excel saves it in China too: UTF-8 with or without mark, or GB 18030."""
    try:
        raw = path.read_bytes()
    except OSError as cause:
        raise NotFound(
            "measure_file",
            f"打不开 {path}。请检查文件名。",
            f"Can't open {path}. Check the name.",
        ) from cause
    try:
        return raw.decode("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("gb18030").splitlines(keepends=True)
    except UnicodeDecodeError as cause:
        raise WrongInput(
            "measure_encoding",
            f"{path.name} 不是文本文件。请另存为 CSV（UTF-8）。",
            f"{path.name} is no text file. Save it as CSV (UTF-8).",
        ) from cause
