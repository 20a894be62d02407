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
    open_pool,
    redeem,
    refuse,
    send_back,
)

__all__ = [
    "NewProvider",
    "ask",
    "declare_ownership",
    "end_provider",
    "expire",
    "give_up",
    "issue",
    "list_provider",
    "open_pool",
    "prove",
    "redeem",
    "refuse",
    "reserve_for",
    "send_back",
]
