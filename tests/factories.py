"""The named cast in its district, with registers over real sockets, and the newborn story.

王芳 wangfang (mother), 陈立 chenli (father), 李强 liqiang (a stranger), 赵敏 zhaomin (clerk),
林岚 linlan, 孙伟 sunwei, 吴桐 wutong (officers), 周静 zhoujing (leader), 何军 hejun (audit), and those
of `packs/districts/demo/cast.yaml`.
Use the fixture `district`, and `newborn(district, until=…)` to be led to a point of the story.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal
from unittest import mock
from uuid import UUID

from django.conf import settings
from django.test import Client
from django.utils import timezone
from tests.settled import settled

from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import reads as case_reads
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account
from minsheng.apps.ratings import actions as ratings
from minsheng.cli.demo import cast, loading, schools
from minsheng.cli.registers.server import serve
from minsheng.cli.registers.store import Store
from minsheng.cli.worker_command import work
from minsheng.engines import population

ANSWERS = {
    "child": {"child_name": "陈予珺", "phone": "13800001234"},
    "household": {"household": "mother"},
    "card": {"card_delivery": "collect"},
}
COSTS = {"bank_card": "6222020000000000000"}
OFFICERS = {"birth_certificate": "linlan", "household": "sunwei", "social_card": "wutong"}
OTHER_OFFICERS = {
    "vaccination": "luoyun",
    "guidance": "hemiao",
    "insurance": "zhengqi",
    "birth_costs": "zhengqi",
}
POINTS = ("draft", "answered", "submitted", *OFFICERS, "rated")
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class District:
    """The demonstration district with the cast alone, on `today`."""

    today: date
    store: Store

    def account(self, username: str) -> Account:
        """Return a sign-in of the cast, read anew."""
        found = people_reads.account_by_username(username)
        assert found is not None, username
        return found

    def client(self, username: str = "", **options: Any) -> Client:
        """Return a browser, signed in unless the name is empty."""
        client = Client(**options)
        if username:
            client.force_login(self.account(username), backend=BACKEND)
            session = (
                client.session
            )  # an officer who has said today why sensitive records are opened
            session["purpose"] = {"key": "case", "until": 2**40}
            session.save()
        return client

    def token(self, username: str) -> str:
        """Return a bearer token."""
        return people.issue_token(self.account(username))[0]

    def bear(self, *births: population.Birth) -> None:
        """Let the registers know exactly these births, and nothing else has changed."""
        self.store.fill(loading.register_rows(population.District(cast.households(), births)))

    def switch(self, register: str, mode: str) -> None:
        """Set the fault switch of one register: ok, slow, failing or wrong."""
        self.store.set_mode(register, mode)

    def work(self) -> int:
        """Carry out everything that is due, as the worker does, and return how much that was."""
        total = 0
        # A worker drops stale connections; a test's own one holds its transaction.
        with mock.patch("django.db.close_old_connections"):
            while done := work("test"):
                total += done
        return total


@contextmanager
def registers(store: Store) -> Iterator[str]:
    """Serve the registers on a free port and give their address."""
    server = serve(store, token=settings.MINSHENG_REGISTERS_TOKEN, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def settle(folder: Path, *, pupils: int = 0) -> District:
    """Put offices, people and sign-ins into the database, and what registers know into `folder`.

    With `pupils` also the schools of the demonstration, so many in a class besides those of the cast.
    """
    today = timezone.localdate()
    district = District(today, Store(folder / "registers.sqlite3"))
    district.bear(cast.birth(today))

    def load() -> None:
        loading.load_offices()
        loading.load_people(population.District(cast.households(), ()))
        loading.load_cast(today)
        if pupils:
            people = population.District(cast.households(), ())
            schools.begin(people, on=today, seed=1, most=pupils)

    # What is sealed and when it was said follow from these; the rest follows from the day.
    settled(
        (
            today,
            timezone.now.__module__,
            settings.MINSHENG_SUITE,
            tuple(settings.MINSHENG_KEYS.items()),
            tuple(map(str, settings.MINSHENG_PACKS)),
            pupils,
        ),
        load,
    )
    return district


@dataclass
class Newborn:
    """王芳's application for her child, as far as it went. `case_id` is 0 before submission."""

    district: District
    draft: UUID
    case_id: int = 0
    number: str = ""

    def item_id(self, key: str) -> int:
        """Return the id of one item."""
        view = case_reads.case_view(self.number, account=self.district.account("wangfang"))
        return next(item.row.pk for item in view.items if item.row.key == key)

    def submit(self) -> None:
        """Submit as 王芳 and let the worker run."""
        case = cases.submit_draft(self.draft, by=self.district.account("wangfang"))
        self.case_id, self.number = case.pk, case.number
        self.district.work()

    def approve(self, key: str) -> None:
        """Let the officer agree to one item, and let the worker run."""
        officer = self.district.account({**OFFICERS, **OTHER_OFFICERS}[key])
        cases.approve_item(self.item_id(key), by=officer, evidence="看过原件")
        self.district.work()


def siblings(district: District, count: int) -> list[str]:
    """Let 王芳 have `count` children at once, and return their records, for as many cases."""
    first = cast.birth(district.today)
    births = [replace(first, record=f"YS-DEMO-{n:04d}") for n in range(1, count + 1)]
    district.bear(*births)
    return [birth.record for birth in births]


def newborn(
    district: District,
    *,
    until: str = "submitted",
    household: str = "mother",
    event: str = "",
    items: Collection[str] | Literal["three", "all"] = "three",
) -> Newborn:
    """Return the newborn story, led to one of POINTS; the next point hasn't happened yet.

    `event` chooses a child where `district.bear` has told the registers of several. `items`: the
    three of the story, all seven, or the optional ones named; those of OTHER_OFFICERS are approved
    right after what they need.
    """
    named = {"three": ["social_card"], "all": ["social_card", *OTHER_OFFICERS]}
    chosen = named[items] if isinstance(items, str) else items
    last = POINTS.index(until)
    wang = district.account("wangfang")
    story = Newborn(district, cases.open_draft(wang, "newborn").pk)
    if event:
        cases.choose_event(story.draft, by=wang, event=event)
    cases.choose_items(story.draft, by=wang, items=chosen)
    if last >= POINTS.index("answered"):
        for step, answers in {**ANSWERS, "household": {"household": household}}.items():
            assert not cases.save_answers(story.draft, by=wang, step=step, answers=answers)
        if "birth_costs" in chosen:
            assert not cases.save_answers(story.draft, by=wang, step="costs", answers=COSTS)
    if last >= POINTS.index("submitted"):
        story.submit()
    for key in OFFICERS:
        if last >= POINTS.index(key):
            story.approve(key)
            if key == "household":
                for other in (other for other in OTHER_OFFICERS if other in chosen):
                    story.approve(other)
    if last >= POINTS.index("rated"):
        ratings.rate_case(story.case_id, ratings.Given(5, {}, "很快"), by=wang)
        district.work()
    return story
