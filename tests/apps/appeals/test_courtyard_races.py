"""Two workers and two officers at the same moment: each finding is one request, each request one repair."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from tests.apps.appeals.courtyards import house, in_hand, the_request
from tests.factories import District

from minsheng.apps.appeals import actions, reads
from minsheng.apps.appeals.models import Request
from minsheng.apps.audit import reads as audit
from minsheng.apps.outbox.models import Effect
from minsheng.apps.repairs.models import Repair
from minsheng.apps.visits import actions as visits
from minsheng.cli.worker_command import follow_requests, work

pytestmark = pytest.mark.django_db(transaction=True)
VOICES = 4


def at_once(*acts: Callable[[], object]) -> None:
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_workers_make_each_voice_one_request(district: District) -> None:
    helper = district.account("shizhu")
    for number in range(VOICES):
        visits.note_voice("courtyard", "courtyard.07", "wish", f"第 {number} 件", by=helper)

    def worker(name: str) -> None:
        for _ in range(20):
            follow_requests()
            work(name, kinds=(actions.HEARD,))

    at_once(lambda: worker("one"), lambda: worker("two"))
    assert Request.objects.count() == VOICES
    assert Request.objects.values("finding").distinct().count() == VOICES
    assert set(Effect.objects.filter(kind=actions.HEARD).values_list("state", flat=True)) == {
        "done"
    }
    assert all(reads.check_request(row).is_good for row in Request.objects.all())


def test_two_officers_open_one_repair(district: District) -> None:
    number, building = in_hand(district).number, house().pk
    officer, opened = district.account("fangwei"), list[int]()

    def open_it(part: str) -> None:
        defect = actions.Defect(building=building, part=part, words="渗水", flat="3-1")
        opened.append(actions.open_repair(number, defect, by=officer).pk)

    at_once(lambda: open_it("roof"), lambda: open_it("wet_room"))
    assert len(opened) == 2
    assert set(opened) == {Repair.objects.get().pk}
    kinds = [entry.kind for entry in audit.history("request", str(the_request().pk))]
    assert kinds.count("request.to_repair") == 1
