"""Every write about what is given, answered and found."""

from minsheng.apps.mastery.actions.erasing import forget
from minsheng.apps.mastery.actions.giving import (
    Given,
    cancel_work,
    close_due_works,
    close_work,
    give_homework,
    give_ticket,
    start_practice,
)
from minsheng.apps.mastery.actions.handing import (
    decide_answer,
    decide_suggested,
    excuse,
    hand_in,
    open_sheet,
    type_in,
)
from minsheng.apps.mastery.actions.importing import PastSheet, PastWork, import_works
from minsheng.apps.mastery.actions.looking import note_look
from minsheng.apps.mastery.actions.nightly import (
    close_day,
    fit_skills,
    renew_changed,
    subjects_answered,
    take_snapshots,
)
from minsheng.apps.mastery.actions.ruling import (
    add_note,
    answer_objection,
    end_note,
    end_ruling,
    object_to,
    rule_on,
)
from minsheng.apps.mastery.actions.scanning import (
    MOST_SCANS,
    Taken,
    drop_expired_scans,
    drop_scans,
    read_scans,
    take_scans,
)

__all__ = [
    "MOST_SCANS",
    "Given",
    "PastSheet",
    "PastWork",
    "Taken",
    "add_note",
    "answer_objection",
    "cancel_work",
    "close_day",
    "close_due_works",
    "close_work",
    "decide_answer",
    "decide_suggested",
    "drop_expired_scans",
    "drop_scans",
    "end_note",
    "end_ruling",
    "excuse",
    "fit_skills",
    "forget",
    "give_homework",
    "give_ticket",
    "hand_in",
    "import_works",
    "note_look",
    "object_to",
    "open_sheet",
    "read_scans",
    "renew_changed",
    "rule_on",
    "start_practice",
    "subjects_answered",
    "take_scans",
    "take_snapshots",
    "type_in",
]
