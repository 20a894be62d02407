"""Whose money the risk fund is."""

from __future__ import annotations

from minsheng.engines.lending import LoanTerms


def holder_of(terms: LoanTerms) -> str:
    """Return the holder of a scheme's risk fund."""
    return f"fund:{terms.scheme}"
