"""What may be known of late work, warnings and orders."""

from __future__ import annotations

from minsheng.apps.supervision.reads.lateness import (
    FORMULA,
    LateItem,
    OfficeWeek,
    late_by_office_week,
    late_items,
)

__all__ = ["FORMULA", "LateItem", "OfficeWeek", "late_by_office_week", "late_items"]
