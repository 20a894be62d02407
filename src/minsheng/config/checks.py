"""What production refuses to start with: anything of the demonstration, anything made up.

Registered under a tag of their own and for deployment only, so that the web server, the worker and
every command run them (`minsheng.cli.starting`) and `minsheng django migrate` doesn't.
`minsheng django check --deploy` shows them among Django's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import DatabaseError

from minsheng.apps.cases import catalogue
from minsheng.apps.people import reads as people
from minsheng.apps.records import reads as records
from minsheng.apps.records import signing
from minsheng.cli.starting import START
from minsheng.lib.errors import MinshengError, Unavailable

DEMO_FILES = ("session.secret", "registers.secret", "keys.json", "registers.sqlite3")
"""What a demonstration leaves in its runtime folder."""
Check = Callable[..., list[CheckMessage]]


def start_check(find: Callable[[], Iterator[CheckMessage]]) -> Check:
    """Register `find` as a start check of production; a demonstration passes all of them."""

    @register(START, deploy=True)
    def check(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
        return [] if settings.DEMO else list(find())

    return check


@start_check
def demo_rows() -> Iterator[CheckMessage]:
    """Yield an error for demonstration people or licences in the database."""
    try:
        if people.has_demo_people():
            yield Error(
                "数据库里有演示的人员或账号。换一个空的数据库。",
                hint="The database holds people or accounts of the demonstration. Use an empty one.",
                id="minsheng.E001",
            )
        if records.has_demo_licences():
            yield Error(
                "数据库里有演示的证照。换一个空的数据库。",
                hint="The database holds certificates of the demonstration. Use an empty one.",
                id="minsheng.E002",
            )
    except DatabaseError as error:
        yield Error(
            f"数据库连不上，或者还没有建表：{error}。建表请运行 minsheng django migrate。",
            hint=f"The database can't be reached or has no tables: {error}. "
            "Make them with minsheng django migrate.",
            id="minsheng.E003",
        )


@start_check
def demo_district() -> Iterator[CheckMessage]:
    """Yield an error for packs that can't be read or are those of the invented district."""
    try:
        district = catalogue.packs().district
    except MinshengError as error:
        yield Error(
            f"服务包读不出来：{error.zh}。运行 minsheng pack check 看全部。",
            hint=f"The packs can't be read: {error.en}. See all with minsheng pack check.",
            id="minsheng.E004",
        )
        return
    if district.demo:
        yield Error(
            f"服务包里是演示的区（{district.title.zh}）。把自己的区放进 MINSHENG_PACKS。",
            hint=f"The packs hold the invented district ({district.title.to('en')}). "
            "Name a folder with your own in MINSHENG_PACKS.",
            id="minsheng.E005",
        )


@start_check
def demo_files() -> Iterator[CheckMessage]:
    """Yield an error for a runtime folder that a demonstration has used."""
    folder: Path = settings.MINSHENG_VAR
    left = [name for name in DEMO_FILES if (folder / name).exists()]
    mode = folder / "mode"
    if mode.exists() and mode.read_text(encoding="utf-8").strip() == "demo":
        left.append("mode")
    if left:
        yield Error(
            f"{folder} 是演示用过的文件夹（{'、'.join(left)}）。MINSHENG_VAR 换一个新的。",
            hint=f"{folder} was used by a demonstration ({', '.join(left)}). "
            "Name a new folder in MINSHENG_VAR.",
            id="minsheng.E006",
        )


@start_check
def authority() -> Iterator[CheckMessage]:
    """Yield an error for a demonstration's signing certificate, a warning for one unfit to sign."""
    try:
        signing.authority()
    except Unavailable as error:
        if error.code == "authority_demo":
            yield Error(error.zh, hint=error.en, id="minsheng.E007")
        else:
            yield Warning(error.zh, hint=error.en, id="minsheng.W001")


@start_check
def addresses() -> Iterator[CheckMessage]:
    """Yield what is provisional about hosts, address and mail."""
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "MINSHENG_HOSTS 是 *，谁的域名都能用。写上自己的域名。",
            hint="MINSHENG_HOSTS is *, which lets any name through. Write your own.",
            id="minsheng.E008",
        )
    if not settings.MINSHENG_BASE_URL.startswith("https://"):
        yield Warning(
            f"MINSHENG_BASE_URL 是 {settings.MINSHENG_BASE_URL}，不是 https。居民的信息会明着传。",
            hint=f"MINSHENG_BASE_URL is {settings.MINSHENG_BASE_URL}, not https: "
            "personal values travel in the clear.",
            id="minsheng.W002",
        )
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        yield Warning(
            "没有设 MINSHENG_SMTP_HOST，通知不会发邮件，只在站内。",
            hint="MINSHENG_SMTP_HOST isn't set: notices are shown here and not mailed.",
            id="minsheng.W003",
        )
