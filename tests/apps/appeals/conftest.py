"""The clock of the cases' tests."""

from __future__ import annotations

from tests.apps.cases.conftest import clock

__all__ = ["clock"]
