"""Every write to mandates that is a business act."""

from minsheng.apps.mandates.actions.ending import end_all_of, end_mandate, forget
from minsheng.apps.mandates.actions.giving import (
    accept_mandate,
    begin_at_counter,
    grant_family,
    open_contract,
)
from minsheng.apps.mandates.actions.noting import note_act

__all__ = [
    "accept_mandate",
    "begin_at_counter",
    "end_all_of",
    "end_mandate",
    "forget",
    "grant_family",
    "note_act",
    "open_contract",
]
