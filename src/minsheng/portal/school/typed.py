"""What somebody typed into a form of a school page, read as a number or a day."""

from __future__ import annotations

from datetime import date, time

from minsheng.lib.errors import WrongInput

LONGEST = 18


def row_id(text: str | None) -> int:
    """Return the number of a row out of a form or address; 0, which no row has, for anything else."""
    said = (text or "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= LONGEST else 0


def whole(text: str, *, field: str, other: int | None = None) -> int:
    """Return a whole number; `other` for nothing typed. Raises WrongInput, naming the field."""
    text = text.strip()
    if not text and other is not None:
        return other
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise WrongInput(
            "typed.number", "请写一个整数。别的都还在。", "Write a whole number. The rest is kept.", field=field
        )  # fmt: skip
    return int(text)


def hours(text: str, *, field: str) -> float:
    """Return hours such as 1.5; nothing typed is none. Raises WrongInput, naming the field."""
    try:
        found = float(text.strip() or "0")
    except ValueError:
        found = -1.0
    if not 0 <= found < 10_000:
        raise WrongInput(
            "typed.hours", "学时写成 1.5 这样。别的都还在。", "Write hours like 1.5. The rest is kept.", field=field
        )  # fmt: skip
    return found


def day(text: str, *, field: str) -> date:
    """Return a day such as 2026-12-03. Raises WrongInput, naming the field."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as cause:
        raise WrongInput(
            "typed.day",
            "日期写成 2026-12-03 这样。别的都还在。",
            "Write the day like 2026-12-03. The rest is kept.",
            field=field,
        ) from cause


def hour(text: str, *, field: str) -> time:
    """Return an hour and minute such as 09:00. Raises WrongInput, naming the field."""
    try:
        return time.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError as cause:
        raise WrongInput(
            "typed.hour",
            "时间写成 09:00 这样。别的都还在。",
            "Write the time like 09:00. The rest is kept.",
            field=field,
        ) from cause
