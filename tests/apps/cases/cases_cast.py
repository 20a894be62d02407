"""What the tests of cases share: a clock, a publisher of changed packs, acts at the same moment."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection, models
from django.utils import timezone
from tests.factories import Newborn

from minsheng import content
from minsheng.apps.cases import catalogue, store
from minsheng.apps.cases.models import Case, Item
from minsheng.cli.worker_command import work
from minsheng.lib.errors import MinshengError

CHINA = ZoneInfo("Asia/Shanghai")
SERVICE = "services/newborn/service.yaml"
WITHOUT_PRINTING = ("case.follow", "case.effect", "case.rewrite", "case.revoke")


class Clock:
    """Stops the time of the whole product at ten in the morning of a day."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, day: date) -> None:
        self.at = self._ten(day)
        monkeypatch.setattr(timezone, "now", lambda: self.at)

    def go_to(self, day: date) -> None:
        """Let it be another day."""
        self.at = self._ten(day)

    @staticmethod
    def _ten(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 10, tzinfo=CHINA)


class Packs:
    """A copy of the packs in which files can be changed and published."""

    def __init__(self, folder: Path) -> None:
        self.root = Path(shutil.copytree(content.default_roots()[0], folder / "packs"))

    def change(self, *pairs: tuple[str, str], file: str = SERVICE) -> None:
        """Replace texts in a file, each of which must be there, and publish."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        for before, after in pairs:
            assert before in text, before
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")
        self.publish()

    def publish(self) -> None:
        """Let the product read these packs."""
        settings.MINSHENG_PACKS = [self.root]
        catalogue.reload()


def follow() -> None:
    """Carry out what follows, save printing certificates and mailing."""
    with mock.patch("django.db.close_old_connections"):
        while work("test", kinds=WITHOUT_PRINTING):
            pass


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run all acts at the same moment, each on its own connection; return what they gave or raised."""
    barrier = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait()
            results[place] = act()
        except MinshengError as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def item(story: Newborn, key: str) -> Item:
    """Return one item's row as it is now."""
    return Item.objects.get(case_id=story.case_id, key=key)


def case(story: Newborn) -> Case:
    """Return the case's row as it is now."""
    return Case.objects.get(pk=story.case_id)


def statuses(story: Newborn) -> Mapping[str, str]:
    """Return the status of each item that was chosen."""
    rows = Item.objects.filter(case_id=story.case_id).exclude(status="skipped")
    return dict(rows.values_list("key", "status"))


def replay_agrees(story: Newborn) -> bool:
    """Whether replaying the events gives the state that is stored."""
    now = case(story)
    return store.replayed(now) == store.state_of(now)


def everything_stored(*apps: str) -> dict[str, str]:
    """Return the text of every column of every row of some apps, by table and column."""
    from django.apps import apps as registry

    found: dict[str, str] = {}
    for app in apps:
        for model in registry.get_app_config(app).get_models():
            for row in model._default_manager.all():
                for field in model._meta.concrete_fields:
                    found.setdefault(f"{model._meta.label}.{field.name}", "")
                    found[f"{model._meta.label}.{field.name}"] += _text(row, field)
    return found


def _text(row: models.Model, field: Any) -> str:
    return f"{getattr(row, field.attname)}\n"
