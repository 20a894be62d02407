"""Refuses production with anything of the demonstration in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from minsheng.apps.people import reads


@register(Tags.database)
def no_demo_people_in_production(
    app_configs: Sequence[AppConfig] | None,
    *,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Return an error when production would run on a database with demonstration people."""
    if settings.MINSHENG_MODE != "production":
        return []
    found = [
        alias
        for alias in databases or ()
        if _has_tables(alias) and reads.has_demo_people(using=alias)
    ]
    return [
        Error(
            "正式环境的数据库里有演示人员 / a production database holds demonstration people "
            f"({alias})",
            hint="换一个空数据库，或用 MINSHENG_MODE=demo 启动 / "
            "use an empty database, or start with MINSHENG_MODE=demo",
            id="people.E001",
        )
        for alias in found
    ]


def _has_tables(alias: str) -> bool:
    return "people_account" in connections[alias].introspection.table_names()
