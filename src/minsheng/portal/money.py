"""Awards and their money as pages show them: which shape and colour each state has."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse

STATES: Mapping[str, str] = {
    "claimed": "open",
    "decided": "open",
    "running": "done",
    "refused": "no",
    "ended": "idle",
    "reserved": "open",
    "batched": "open",
    "paid": "done",
    "failed": "no",
    "reversed": "idle",
}
"""State of an award or an instalment → the state of `words.STATES` whose tag it takes."""


def pdf_file(content: bytes, name: str) -> HttpResponse:
    """Return a PDF to keep; nothing on the way keeps a copy."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
