"""The night over a whole district: answers read from the database, skills fitted, portraits made and written.

Pupils, works, sheets and answers are made by SQL of their own, so that the clock sees only the night. CPU
seconds of this process and of the server's process of this connection (where /proc shows it).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from benchmarks.measuring import one_thread, row, settings

one_thread()

from benchmarks.crew import server_cpu  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from minsheng.apps.mastery import actions, bulk  # noqa: E402
from minsheng.apps.mastery.actions import nightly  # noqa: E402
from minsheng.apps.mastery.bank import shelf  # noqa: E402
from minsheng.apps.mastery.models import Snapshot, Standing  # noqa: E402
from minsheng.lib.errors import WrongInput  # noqa: E402

SUBJECT = "mathematics-4"
WORKS, EACH = 10, 10
"""So many works of so many items for every pupil."""
DAY = date(2026, 11, 30)


def measure(*, count: int) -> Mapping[str, Any]:
    """Return what one night costs over `count` pupils with 100 answers each; PostgreSQL only."""
    if connection.vendor != "postgresql":
        raise WrongInput(
            "bench_night",
            "这一项要 PostgreSQL：请加上 --postgres URL。",
            "This is measured on PostgreSQL: add --postgres URL.",
        )
    print(f"making {count:,} pupils with {WORKS * EACH} answers each", file=sys.stderr, flush=True)
    answers = make(count)
    rows = [
        spent("portraits made anew from all answers and written", remade),
        spent("skills fitted from all answers", lambda: actions.fit_skills(SUBJECT, on=DAY)),
        spent("snapshots of the day written", lambda: actions.take_snapshots(SUBJECT, on=DAY)),
    ]
    whole = sum(one["ours_cpu_seconds"] + one["server_cpu_seconds"] for one in rows)
    return {
        "bench": "night",
        "settings": settings(),
        "pupils": count,
        "answers": answers,
        "skills_in_the_map": len(shelf(SUBJECT).skills),
        "standings": Standing.objects.exclude(skills={}).count(),
        "snapshots": Snapshot.objects.count(),
        "cpu_seconds_both": round(whole, 2),
        "parts": {one.pop("what"): one for one in rows},
    }


def remade() -> None:
    """Do what the night does for each batch of pupils whose works changed: here all of them."""
    pupils = list(Standing.objects.order_by("pupil_id").values_list("pupil_id", flat=True))
    for start in range(0, len(pupils), nightly.BATCH):
        with transaction.atomic():
            bulk.remake(shelf(SUBJECT), pupils[start : start + nightly.BATCH])


def spent(what: str, run: Callable[[], object]) -> dict[str, Any]:
    """Return the CPU seconds of a step here and in the server, and its time on the clock."""
    print(what, file=sys.stderr, flush=True)
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    began, here, there = time.monotonic(), time.process_time(), server_cpu(pid)
    run()
    return row(
        what,
        ours=time.process_time() - here,
        peer=None,
        peer_name="",
        server_cpu_seconds=server_cpu(pid) - there,
        seconds=time.monotonic() - began,
    )


def make(count: int) -> int:
    """Store the pupils with their answers; return how many answers there are.

    Items are dealt out by a rule that visits the whole bank; two in three are right, by a hash of pupil and item.
    Foreign keys to persons and classes are left unchecked: the night reads none of them.
    """
    items = list(shelf(SUBJECT).items)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO schools_schooluser (sourced_id, role, org_id, person_id, status)"
            " SELECT 'night-' || n, 'student', 1, gen_random_uuid(), 'active' FROM generate_series(1, %s) n",
            [count],
        )
        cursor.execute(
            "INSERT INTO mastery_work (kind, school_class_id, subject, pack, title, items, reasons,"
            " day, minutes, state, at)"
            " SELECT 'ticket', 1, %s, '', 'night', '[]', '{}', %s::date - 7 * n, 2, 'closed', now()"
            " FROM generate_series(1, %s) n",
            [SUBJECT, DAY, WORKS],
        )
        cursor.execute(
            "INSERT INTO mastery_sheet (work_id, pupil_id, state, source, handed_in_at)"
            " SELECT work.id, pupil.id, 'handed_in', 'phone', work.day + interval '10 hours'"
            " FROM mastery_work work CROSS JOIN schools_schooluser pupil"
        )
        cursor.execute(
            "INSERT INTO mastery_answer (sheet_id, item, result, score, misconception, given)"
            " SELECT sheet_id, item, CASE WHEN is_right THEN 'right' ELSE 'wrong' END,"
            " CASE WHEN is_right THEN 1000 ELSE 0 END, '', '' FROM (SELECT sheet.id AS sheet_id,"
            " (%s::text[])[1 + (sheet.pupil_id * 7 + sheet.work_id * 13 + n * 31) %% %s] AS item,"
            " hashint8(sheet.id * 16 + n) %% 3 <> 0 AS is_right"
            " FROM mastery_sheet sheet CROSS JOIN generate_series(1, %s) n) made"
            " ON CONFLICT DO NOTHING",
            [items, len(items), EACH],
        )
        made = int(cursor.rowcount)
        cursor.execute(
            "INSERT INTO mastery_standing (pupil_id, subject, skills, answers, renewed)"
            " SELECT id, %s, '{}', 0, 0 FROM schools_schooluser",
            [SUBJECT],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    return made
