"""Every write of supervision that is a business act."""

from __future__ import annotations

from minsheng.apps.supervision.actions.digests import send_digests
from minsheng.apps.supervision.actions.orders import (
    close_order,
    order_subject,
    reply_order,
    send_back_reply,
)
from minsheng.apps.supervision.actions.watching import watch

__all__ = [
    "close_order",
    "order_subject",
    "reply_order",
    "send_back_reply",
    "send_digests",
    "watch",
]
