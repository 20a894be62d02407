"""Django's `flush`, which must take the ledger's triggers off to empty a demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connections, transaction

from minsheng.apps.audit import guard


class Command(flush.Command):
    """Empties the database of a demonstration or a test; refuses in production."""

    def handle(self, **options: Any) -> None:
        """Empty every table, the ledger's too, and put its triggers back on."""
        if not settings.DEMO:
            raise CommandError(
                "Production is never emptied: its event ledger is append-only. "
                "正式环境不能清空：事件账本只增不改。"
            )
        database = options["database"]
        with transaction.atomic(using=database):
            guard.take_off(connections[database], guard.LEDGERS)
            super().handle(**options)
            guard.put_on(connections[database], guard.LEDGERS)
