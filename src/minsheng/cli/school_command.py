"""`minsheng school`: registers of schools in and out, by the same doors as the pages."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minsheng.cli.printing import add_json, group, print_json

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.apps.schools.actions import Preview


def add(commands: Any) -> None:
    """Add the command."""
    acts = group(commands, "school", "学校名册 / registers of schools: import, export")
    taken = acts.add_parser(
        "import", help="看看会变什么，再写入 / see what would change, then write"
    )
    taken.add_argument("file", metavar="FILE", type=Path, help=".xlsx, 或 OneRoster 的 .zip")
    taken.add_argument("--by", required=True, metavar="USERNAME", help="谁来导 / whose act it is")
    taken.add_argument("--preview", action="store_true", help="只看，不写 / look, write nothing")
    taken.set_defaults(run=run_import)
    given = acts.add_parser(
        "export", help="导出一所学校的名册 / write the register of a school out"
    )
    given.add_argument("file", metavar="FILE", type=Path, help=".xlsx, 或 .zip (OneRoster)")
    given.add_argument("--school", required=True, metavar="KEY", help="学校的编号 / its key")
    given.add_argument("--by", required=True, metavar="USERNAME", help="谁来导 / whose act it is")
    given.set_defaults(run=run_export)
    for parser in (taken, given):
        add_json(parser)


def run_import(arguments: argparse.Namespace) -> int:
    """Show what a register would change; write it unless that was all, or something stands against it."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.schools import actions

    if not arguments.file.is_file():
        return _said(arguments, 2, f"没有这个文件 / no such file: {arguments.file}", {})
    by = _account(arguments.by)
    made = actions.hand_in(arguments.file.read_bytes(), by=by)
    shown = actions.preview(made.pk, account=by)
    facts = _facts(shown)
    _print(shown)
    if shown.problems or arguments.preview or shown.found.is_empty():
        actions.drop_import(made.pk, by=by)
        words = "一行也没有写 / nothing was written" if not shown.found.is_empty() else "没有变化 / no change"  # fmt: skip
        return _said(arguments, 1 if shown.problems else 0, words, facts)
    if shown.stops:
        words = (
            "少掉的人太多，要第二个人在网页上确认，一天以内 / so many would go that a second person "
            f"confirms on the page within a day: /school/register/{made.pk}"
        )
        return _said(arguments, 1, words, {**facts, "waiting": str(made.pk)})
    actions.write_import(made.pk, seen=shown.seen, by=by)
    return _said(arguments, 0, "写入了 / written", {**facts, "written": True})


def run_export(arguments: argparse.Namespace) -> int:
    """Write the register of a school to a file that only its owner may read."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.schools import actions

    form = "oneroster" if arguments.file.suffix.lower() == ".zip" else "excel"
    content = actions.hand_out(arguments.school, form=form, by=_account(arguments.by))
    arguments.file.touch(mode=0o600)
    arguments.file.write_bytes(content)
    words = f"{arguments.file}：里面有完整的公民身份号码，请收好 / it holds citizen numbers in full; keep it safe"  # fmt: skip
    return _said(arguments, 0, words, {"file": str(arguments.file), "bytes": len(content)})


def _account(username: str) -> Account:
    from minsheng.apps.people import reads
    from minsheng.lib.errors import NotFound

    found = reads.account_by_username(username)
    if found is None:
        raise NotFound(
            "schools.no_account",
            f"没有“{username}”这个账号。请用管名册的人的登录名。",
            f"There is no account “{username}”. Name somebody who keeps registers.",
        )
    return found


def _facts(shown: Preview) -> dict[str, object]:
    from minsheng.apps.schools.actions.importing import counts_of

    return {
        "schools": shown.row.schools,
        "problems": [
            {"file": one.place.file, "line": one.place.line, "column": one.column,
             "what": one.what.to("en"), "mend": one.mend.to("en")}
            for one in shown.problems
        ],
        "counts": {} if shown.problems else counts_of(shown.found),
        "stops": [] if shown.problems else list(shown.stops),
        "left_out": shown.left_out,
        "written": False,
    }  # fmt: skip


def _print(shown: Preview) -> None:
    from minsheng.apps.schools import previews

    for one in shown.problems:
        where = f"{one.place.file}:{one.place.line}  {one.column}"
        print(f"{where}  {one.what.zh}；{one.mend.zh} / {one.what.to('en')}; {one.mend.to('en')}")
    for count in [] if shown.problems else previews.counts(shown.found):
        print(f"{count.table.zh}  {count.school or '—'}  新 {count.added}  变 {count.changed}  没有了 {count.gone}")  # fmt: skip


def _said(arguments: argparse.Namespace, status: int, words: str, facts: dict[str, object]) -> int:
    print(words)
    print_json(arguments, {"ok": status == 0, **facts})
    return status
