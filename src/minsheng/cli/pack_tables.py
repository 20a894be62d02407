"""The acts of `pack table`: a decision table out to Excel, and back into its file."""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minsheng.cli.pack_versions import roots_of
from minsheng.cli.printing import add_json, group, print_json
from minsheng.lib.errors import NotFound

if TYPE_CHECKING:
    from minsheng.content.problems import Problem
    from minsheng.content.table_files import TableInFile
    from minsheng.content.table_sheets import Sheet

_ROW = re.compile(r"(.*?)\.?rows\.([0-9]+)(?:\.(\w+))?")


def add(acts: Any) -> None:
    """Add the acts on tables."""
    tables = group(acts, "table", "决策表进出 Excel / decision tables to Excel and back")
    out = tables.add_parser("export", help="导出一张表 / one table as a workbook")
    out.set_defaults(run=run_export)
    into = tables.add_parser("import", help="改好的表放回文件 / an edited one back into its file")
    into.set_defaults(run=run_import)
    for parser in (out, into):
        parser.add_argument("file", type=Path, help="服务包里的文件 / a file of the packs")
        parser.add_argument("workbook", type=Path, help="Excel 文件 / the workbook")
        parser.add_argument("--at", default="", help="文件里哪张表 / which table of the file")
        parser.add_argument(
            "--folder",
            action="append",
            type=Path,
            default=[],
            help="服务包文件夹 / folder of packs",
        )
        add_json(parser)


def run_export(arguments: argparse.Namespace) -> int:
    """Write one table as a workbook."""
    from minsheng.content.table_sheets import write_sheet

    table = _table(arguments)
    arguments.workbook.write_bytes(write_sheet(table, file=arguments.file.name))
    print(f"{table.name}：{len(table.rows)} 行，写在 {arguments.workbook} / {len(table.rows)} rows")
    print_json(arguments, {"table": table.name, "rows": len(table.rows)})
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    """Put an edited table back, once the whole folder of packs has been read with it."""
    from minsheng.content.problems import PackError
    from minsheng.content.table_files import rewritten
    from minsheng.content.table_sheets import read_sheet

    table = _table(arguments)
    before = arguments.file.read_text(encoding="utf-8")
    try:
        sheet = read_sheet(arguments.workbook.read_bytes(), table, name=arguments.workbook.name)
        after = rewritten(before, table, sheet.rows, sheet.otherwise)
        problems = list(_wrong(arguments, table, sheet, after))
    except PackError as error:
        problems = [f"{one}" for one in error.problems]
    for problem in problems:
        print(f"错误 error  {problem}")
    if problems:
        print("文件没有改 / the file is as it was")
    else:
        if after != before:
            arguments.file.write_text(after, encoding="utf-8", newline="")
        print(
            f"{table.name}：{len(sheet.rows)} 行，放回了 {arguments.file}；再运行 minsheng pack check"
            f" / {len(sheet.rows)} rows; now run minsheng pack check"
            if after != before
            else f"{table.name}：没有变化 / nothing has changed"
        )
    print_json(arguments, {"table": table.name, "ok": not problems, "problems": problems})
    return 1 if problems else 0


def _table(arguments: argparse.Namespace) -> TableInFile:
    """Return the table that was named; NotFound with those there are."""
    from minsheng.content.reading import read_file
    from minsheng.content.table_files import tables_in
    from minsheng.content.table_sheets import listed

    found = tables_in(read_file(arguments.file, shown=arguments.file.name))
    named = [one for one in found if arguments.at in ("", one.name)]
    if len(named) != 1:
        raise NotFound(
            "pack.no_such_table",
            f"请用 --at 说明是哪张表。{arguments.file.name} 里有：{listed(found) or '没有表'}。",
            f"Say which table with --at. {arguments.file.name} holds: {listed(found) or 'none'}.",
        )
    return named[0]


def _wrong(
    arguments: argparse.Namespace, table: TableInFile, sheet: Sheet, after: str
) -> Iterator[str]:
    """Yield what is wrong with the packs once the table is in, by the cell of the workbook."""
    from minsheng.content.loading import default_roots, read_roots

    file = arguments.file.resolve()
    roots = [root.resolve() for root in (roots_of(arguments) or default_roots())]
    home = next((root for root in roots if file.is_relative_to(root)), None)
    if home is None:
        raise NotFound(
            "pack.not_in_folder",
            f"{arguments.file} 不在服务包文件夹里，请用 --folder 说明是哪个文件夹。",
            f"{arguments.file} is in no folder of packs; name the folder with --folder.",
        )
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / home.name
        shutil.copytree(home, copy)
        (copy / file.relative_to(home)).write_text(after, encoding="utf-8", newline="")
        found = read_roots([copy if root == home else root for root in roots]).problems
    errors = [problem for problem in found if problem.severity == "error"]
    before = set(read_roots(roots).problems) if errors else set()
    for problem in errors:
        if problem not in before:
            yield f"{_cell(problem, arguments, table, sheet)}{problem.zh} / {problem.en}"


def _cell(problem: Problem, arguments: argparse.Namespace, table: TableInFile, sheet: Sheet) -> str:
    """Return where a problem stands in the workbook, or in the file where it isn't of the table."""
    book = arguments.workbook.name
    row = _ROW.fullmatch(problem.field)
    if problem.file.endswith(arguments.file.name):
        if row is not None and table.name.startswith(row[1]):
            return f"{book} {sheet.cell_of(int(row[2]), row[3] or '')}: "
        if problem.field and table.name.startswith(problem.field):
            return f"{book}: "
    return f"{problem.file}:{problem.line}: "
