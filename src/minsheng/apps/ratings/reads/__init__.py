"""What may be known of ratings, by whom."""

from __future__ import annotations

from minsheng.apps.ratings.reads.figures import (
    FORMULA,
    SOURCE,
    RatedLine,
    Satisfaction,
    own_months,
    own_words,
    ratings_behind,
    satisfaction,
    shown_rate,
    total,
)

__all__ = [
    "FORMULA",
    "SOURCE",
    "RatedLine",
    "Satisfaction",
    "own_months",
    "own_words",
    "ratings_behind",
    "satisfaction",
    "shown_rate",
    "total",
]
