"""Every write to requests that is a business act."""

from __future__ import annotations

from minsheng.apps.appeals.actions.deeds import Deed, do
from minsheng.apps.appeals.actions.filing import (
    Told,
    checked_told,
    file_for_firm,
    file_once,
    file_request,
    take_up_again,
)
from minsheng.apps.appeals.actions.follow import FOLLOW, follow_request
from minsheng.apps.appeals.actions.hearing import (
    HEARD,
    REPAIR,
    follow_ledger,
    make_of_finding,
)
from minsheng.apps.appeals.actions.joining import (
    Answered,
    answer_all,
    dispatch_together,
    join_request,
    part_request,
    send_back_together,
)
from minsheng.apps.appeals.actions.mailing import Taken, take_mail
from minsheng.apps.appeals.actions.repairing import Defect, open_repair, tell_of_repair
from minsheng.apps.appeals.actions.sorting import (
    challenge_sorting,
    send_back_sorting,
    sort_request,
)
from minsheng.apps.appeals.actions.steps import (
    add_helper,
    answer_extension,
    answer_hold,
    answer_item,
    answer_visit,
    ask_extension,
    ask_hold,
    classify,
    contact,
    decide_dispute,
    dispatch,
    end_hold,
    raise_dispute,
    record_visit,
    refuse_request,
    relieve,
    send_back,
    sign,
    urge,
    withdraw_request,
)
from minsheng.apps.appeals.actions.subscribing import forget, subscribe, unsubscribe
from minsheng.apps.appeals.actions.timers import fire_timers

__all__ = [
    "FOLLOW",
    "HEARD",
    "REPAIR",
    "Answered",
    "Deed",
    "Defect",
    "Taken",
    "Told",
    "add_helper",
    "answer_all",
    "answer_extension",
    "answer_hold",
    "answer_item",
    "answer_visit",
    "ask_extension",
    "ask_hold",
    "challenge_sorting",
    "checked_told",
    "classify",
    "contact",
    "decide_dispute",
    "dispatch",
    "dispatch_together",
    "do",
    "end_hold",
    "file_for_firm",
    "file_once",
    "file_request",
    "fire_timers",
    "follow_ledger",
    "follow_request",
    "forget",
    "join_request",
    "make_of_finding",
    "open_repair",
    "part_request",
    "raise_dispute",
    "record_visit",
    "refuse_request",
    "relieve",
    "send_back",
    "send_back_sorting",
    "send_back_together",
    "sign",
    "sort_request",
    "subscribe",
    "take_mail",
    "take_up_again",
    "tell_of_repair",
    "unsubscribe",
    "urge",
    "withdraw_request",
]
