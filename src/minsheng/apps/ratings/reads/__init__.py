"""What may be known of ratings, by whom."""

from __future__ import annotations

from minsheng.apps.ratings.reads.figures import (
    FORMULA,
    SOURCE,
    FollowUp,
    RatedLine,
    Satisfaction,
    follow_up,
    own_months,
    own_words,
    ratings_behind,
    satisfaction,
    satisfaction_for,
    shown_rate,
    total,
    year_before,
)
from minsheng.apps.ratings.reads.mydata import held_about
from minsheng.apps.ratings.reads.reviews import (
    Act,
    MyRating,
    ReviewLine,
    ReviewView,
    my_rating,
    my_ratings,
    open_count,
    rating_of_case,
    review,
    reviews,
)

__all__ = [
    "FORMULA",
    "SOURCE",
    "Act",
    "FollowUp",
    "MyRating",
    "RatedLine",
    "ReviewLine",
    "ReviewView",
    "Satisfaction",
    "follow_up",
    "held_about",
    "my_rating",
    "my_ratings",
    "open_count",
    "own_months",
    "own_words",
    "rating_of_case",
    "ratings_behind",
    "review",
    "reviews",
    "satisfaction",
    "satisfaction_for",
    "shown_rate",
    "total",
    "year_before",
]
