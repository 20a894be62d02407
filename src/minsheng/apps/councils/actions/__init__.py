"""Every write to what neighbours settle together, and to mediation, that is a business act."""

from __future__ import annotations

from minsheng.apps.councils.actions.calling import (
    Invitation,
    call_again,
    call_council,
    drop_matter,
    finish_matter,
    hold_meeting,
    share_out,
)
from minsheng.apps.councils.actions.mediation import (
    ask_mediator,
    cancel_mediation,
    make_appointment,
    record_outcome,
)
from minsheng.apps.councils.actions.roll import (
    answer_home,
    ask_for_home,
    forget,
    register_homes,
    settle_home,
    settle_home_of,
    vacate_home,
    write_homes,
)
from minsheng.apps.councils.actions.spending import (
    Proof,
    decide_payment,
    grant_budget,
    pay,
    propose_payment,
    release_payment,
    reverse_payment,
)
from minsheng.apps.councils.actions.telling import tell_of_matter
from minsheng.apps.councils.actions.voting import (
    cast_on_paper,
    cast_vote,
    close_due_votes,
    open_vote,
)
from minsheng.apps.councils.writing import TELL

__all__ = [
    "TELL",
    "Invitation",
    "Proof",
    "answer_home",
    "ask_for_home",
    "ask_mediator",
    "call_again",
    "call_council",
    "cancel_mediation",
    "cast_on_paper",
    "cast_vote",
    "close_due_votes",
    "decide_payment",
    "drop_matter",
    "finish_matter",
    "forget",
    "grant_budget",
    "hold_meeting",
    "make_appointment",
    "open_vote",
    "pay",
    "propose_payment",
    "record_outcome",
    "register_homes",
    "release_payment",
    "reverse_payment",
    "settle_home",
    "settle_home_of",
    "share_out",
    "tell_of_matter",
    "vacate_home",
    "write_homes",
]
