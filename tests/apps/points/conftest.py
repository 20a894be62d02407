"""A village with points in it: 王芳 and 刘洋 take part, 李强 does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories import District

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.people.models import Account
from minsheng.apps.points import actions
from minsheng.apps.points.models import Participant, Proposal

SCHEME, CIRCLE, UNIT = "village", "dongpo", "points:village.dongpo"


@dataclass
class Village:
    """Dongpo Village: 杨群 records, 唐萍 decides and keeps the shop."""

    district: District
    wang: Participant
    liu: Participant
    go_to: Callable[[date], None]

    def account(self, username: str) -> Account:
        return self.district.account(username)

    def propose(self, number: int = 1, *, item: str = "cleanup", times: int = 1) -> Proposal:
        return actions.propose(
            SCHEME, CIRCLE, number, item=item, day=timezone.localdate(), times=times,
            by=self.account("yangqun"),
        )  # fmt: skip

    def publish(self) -> None:
        actions.publish(SCHEME, CIRCLE, by=self.account("yangqun"))

    def days_pass(self, days: int) -> None:
        """Let some days go by."""
        self.go_to(timezone.localdate() + timedelta(days=days))

    def earn(self, *, times: int = 4) -> Proposal:
        """Let 王芳 earn points, up to the account."""
        proposal = self.propose(times=times)
        self.publish()
        self.days_pass(8)
        assert actions.post_due() == 1
        return proposal

    def balance(self, row: Participant) -> accounts.Balance:
        return accounts.balance(UNIT, row.holder, on=timezone.localdate())


@pytest.fixture
def village(district: District, monkeypatch: Any) -> Village:
    real = timezone.localdate()

    def go_to(day: date) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *args, **named: day)

    wang = actions.join(SCHEME, CIRCLE, by=district.account("wangfang"))
    liu = actions.join(SCHEME, CIRCLE, by=district.account("liuyang"))
    actions.add_stock(SCHEME, CIRCLE, "soap", 2, by=district.account("tangping"))
    assert real == district.today
    return Village(district, wang, liu, go_to)
