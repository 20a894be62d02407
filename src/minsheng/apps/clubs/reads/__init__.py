"""What families, leaders, heads, the bureau and everybody read after school."""

from __future__ import annotations

from minsheng.apps.clubs.reads.family import (
    ChildClubs,
    ChoiceRow,
    children_with_clubs,
    held_about,
    obstacles,
)
from minsheng.apps.clubs.reads.lessons import LessonRoom, SlotRow, figures, lesson_room, upcoming
from minsheng.apps.clubs.reads.public import (
    OfferRow,
    RoundLine,
    record_of,
    round_line,
    rounds,
    said_of_round,
)
from minsheng.apps.clubs.reads.school import (
    ClubList,
    DistrictRow,
    Room,
    RoundView,
    club_list,
    district,
    possible_leaders,
    room,
    round_view,
)
from minsheng.apps.clubs.reads.verifying import Verdict, trial, verify

__all__ = [
    "ChildClubs",
    "ChoiceRow",
    "ClubList",
    "DistrictRow",
    "LessonRoom",
    "OfferRow",
    "Room",
    "RoundLine",
    "RoundView",
    "SlotRow",
    "Verdict",
    "children_with_clubs",
    "club_list",
    "district",
    "figures",
    "held_about",
    "lesson_room",
    "obstacles",
    "possible_leaders",
    "record_of",
    "room",
    "round_line",
    "round_view",
    "rounds",
    "said_of_round",
    "trial",
    "upcoming",
    "verify",
]
