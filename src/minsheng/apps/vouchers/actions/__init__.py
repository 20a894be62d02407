"""Every write of vouchers."""

from minsheng.apps.vouchers.actions.firms import (
    ask,
    declare_ownership,
    give_up,
    prove,
    reserve_for,
)
from minsheng.apps.vouchers.actions.offices import (
    NewProvider,
    end_provider,
    expire,
    issue,
    list_provider,
    note_register,
    open_pool,
    redeem,
    refuse,
    resume_provider,
    send_back,
    suspend_provider,
)
from minsheng.apps.vouchers.actions.rechecks import Found, draw_rechecks, step_recheck

__all__ = [
    "Found",
    "NewProvider",
    "ask",
    "declare_ownership",
    "draw_rechecks",
    "end_provider",
    "expire",
    "give_up",
    "issue",
    "list_provider",
    "note_register",
    "open_pool",
    "prove",
    "redeem",
    "refuse",
    "reserve_for",
    "resume_provider",
    "send_back",
    "step_recheck",
    "suspend_provider",
]
