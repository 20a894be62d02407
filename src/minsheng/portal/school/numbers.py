"""Numbers out of forms and addresses."""

from __future__ import annotations

LONGEST = 18


def whole(text: str | None) -> int:
    """Return a whole number from a form; 0 for anything else."""
    said = (text or "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= LONGEST else 0
