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
from minsheng.apps.clubs.reads.paper import (
    PaperClass,
    PaperForm,
    PaperLine,
    paper_class,
    paper_form,
)
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
    EnrolRoom,
    LeaderLine,
    Room,
    RoundView,
    club_list,
    district,
    enrol_room,
    possible_leaders,
    room,
    round_view,
    terms,
)
from minsheng.apps.clubs.reads.verifying import Verdict, trial, verify

__all__ = [
    "ChildClubs",
    "ChoiceRow",
    "ClubList",
    "DistrictRow",
    "EnrolRoom",
    "LeaderLine",
    "LessonRoom",
    "OfferRow",
    "PaperClass",
    "PaperForm",
    "PaperLine",
    "Room",
    "RoundLine",
    "RoundView",
    "SlotRow",
    "Verdict",
    "children_with_clubs",
    "club_list",
    "district",
    "enrol_room",
    "figures",
    "held_about",
    "lesson_room",
    "obstacles",
    "paper_class",
    "paper_form",
    "possible_leaders",
    "record_of",
    "room",
    "round_line",
    "round_view",
    "rounds",
    "said_of_round",
    "terms",
    "trial",
    "upcoming",
    "verify",
]
