"""What may be known of late work, warnings and orders."""

from __future__ import annotations

from minsheng.apps.supervision.reads.lateness import (
    FORMULA,
    LateItem,
    OfficeWeek,
    late_items,
    late_work_for,
)
from minsheng.apps.supervision.reads.orders import (
    Choice,
    Entry,
    OrderLine,
    OrderView,
    Taken,
    choices,
    item_lights,
    light_of_reading,
    open_order_of,
    order,
    orders,
    review_choice,
    rules,
    taken,
    waiting_count,
)

__all__ = [
    "FORMULA",
    "Choice",
    "Entry",
    "LateItem",
    "OfficeWeek",
    "OrderLine",
    "OrderView",
    "Taken",
    "choices",
    "item_lights",
    "late_items",
    "late_work_for",
    "light_of_reading",
    "open_order_of",
    "order",
    "orders",
    "review_choice",
    "rules",
    "taken",
    "waiting_count",
]
