"""Two imports at once, and one that is killed in the middle: all of a register is written, or nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, connections
from tests.factories import District
from tests.marathon import can_fork

from minsheng.apps.audit import actions as audit
from minsheng.apps.schools import actions, registers, sheets
from minsheng.apps.schools.models import Enrollment, RosterImport, SchoolClass
from minsheng.engines.rosters import Roster
from minsheng.lib.errors import Conflict

pytestmark = pytest.mark.django_db(transaction=True)


def reseated(whole: Roster, by: int) -> bytes:
    rows = tuple(replace(row, seat=row.seat + by if row.seat else 0) for row in whole.enrollments)
    return sheets.workbook(replace(whole, enrollments=rows))


def handed_in(district: District, by: int) -> actions.Preview:
    head = district.account("kongrui")
    content = reseated(registers.register_of(["qinghuai"]), by)
    return actions.preview(actions.hand_in(content, by=head).pk, account=head)


def at_once(*acts: Callable[[], object]) -> list[str]:
    answers: list[str] = []
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
            answers.append("won")
        except Conflict as error:
            answers.append(error.code)
        except DatabaseError as error:  # a deadlock would be a fault
            answers.append(f"fault: {error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_of_two_imports_at_once_one_is_written_and_the_other_looked_at_again(
    school: SchoolClass, district: District
) -> None:
    first, second = handed_in(district, 20), handed_in(district, 40)
    head, bureau = district.account("kongrui"), district.account("shaoqing")
    answers = at_once(
        lambda: actions.write_import(first.row.pk, seen=first.seen, by=head),
        lambda: actions.write_import(second.row.pk, seen=second.seen, by=bureau),
        lambda: actions.write_import(first.row.pk, seen=first.seen, by=bureau),
    )
    assert answers.count("won") == 1, answers
    assert set(answers) <= {"won", "schools.seen_changed", "schools.import_over"}
    seats = {row.seat for row in Enrollment.objects.filter(school_class=school, until=None)} - {0}
    assert min(seats) in (21, 41)
    assert max(seats) - min(seats) == 16, "seats of both files are mixed"
    assert RosterImport.objects.filter(state="written").count() == 1


@can_fork
def test_an_import_that_is_killed_in_the_middle_leaves_nothing_half_written(
    school: SchoolClass, district: District
) -> None:
    shown = handed_in(district, 20)
    head = district.account("kongrui")
    before = registers.register_of(["qinghuai"])
    connections.close_all()  # a connection belongs to one process
    # Process rather than os.fork: the child must not run the test's own clean-up.
    child = multiprocessing.get_context("fork").Process(target=_die, args=(shown, head))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert registers.register_of(["qinghuai"]) == before
    assert RosterImport.objects.get().state == "waiting"
    again = actions.preview(shown.row.pk, account=head)
    actions.write_import(again.row.pk, seen=again.seen, by=head)
    assert {row.seat for row in registers.register_of(["qinghuai"]).enrollments} != {
        row.seat for row in before.enrollments
    }


def _die(shown: actions.Preview, by: object) -> None:
    """Write the register and be killed when everything is in but the last event."""
    record = audit.record

    def killed(stream: str, *rest: object) -> object:
        if stream == "roster":
            assert not Enrollment.objects.filter(sourced_id="qinghuai-4-2-01", seat=1).exists()
            os.kill(os.getpid(), signal.SIGKILL)
        return record(stream, *rest)  # type: ignore[arg-type]

    audit.record = killed  # type: ignore[assignment]
    actions.write_import(shown.row.pk, seen=shown.seen, by=by)  # type: ignore[arg-type]
