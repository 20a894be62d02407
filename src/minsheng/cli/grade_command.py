"""`minsheng grade`: an assessment by points, in words; a form to fill in.

Needs neither Django nor a database: a folder of packs and the file of an assessment are enough.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minsheng.cli import pack_versions, printing
from minsheng.lib.errors import NotFound, WrongInput

if TYPE_CHECKING:
    from minsheng.engines.grading.grade import Assessor, Graded
    from minsheng.engines.grading.spec import Grading

KEYS = ("on", "assessors", "informant", "scores", "facts")


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("grade", help="评级 / an assessment by points, in words")
    parser.add_argument("grading", help="哪一种评估 / which, e.g. gbt-42195")
    parser.add_argument("file", nargs="?", type=Path, help="评估表（YAML）/ the assessment")
    parser.add_argument("--form", action="store_true", help="打印空表 / print an empty form")
    parser.add_argument(
        "--folder", action="append", type=Path, default=[], help="服务包文件夹 / folder of packs"
    )
    printing.add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the level, or the levels still possible, and what would settle it."""
    from minsheng import content

    found = content.load(pack_versions.roots_of(arguments)).gradings
    if arguments.grading not in found:
        raise NotFound(
            "grading.no_such",
            f"没有“{arguments.grading}”这种评估。有：{'、'.join(found)}。",
            f"There is no grading {arguments.grading!r}. There are: {', '.join(found)}.",
        )
    grading = found[arguments.grading].grading
    if arguments.form or arguments.file is None:
        print("\n".join(_form(grading)))
        return 0
    return _graded(arguments, grading)


def _graded(arguments: argparse.Namespace, grading: Grading) -> int:
    from minsheng.engines.grading.grade import grade, lacking, named, valid_until

    written = _read(arguments.file)
    on = written.get("on")
    if not isinstance(on, date):
        raise WrongInput(
            "grading.no_day",
            "评估表里要写哪一天评的，例如 on: 2026-10-15。",
            "The form must say on which day, e.g. on: 2026-10-15.",
            field="on",
        )
    graded = grade(grading, _mapping(written, "scores"), _mapping(written, "facts"), on=on)
    lacks = lacking(grading, _assessors(written), str(written.get("informant") or ""))
    until = valid_until(grading, on)
    if arguments.json:
        printing.print_json(
            arguments,
            {
                "grading": grading.slug,
                "on": on.isoformat(),
                "total": [graded.low, graded.high],
                "sums": graded.sums,
                "levels": list(graded.levels),
                "level": graded.level,
                "open_items": [one.key for one in graded.open_items],
                "open_facts": sorted(one.field for one in graded.open_facts),
                "lacks": [one.zh for one in lacks],
                "holds_until": until.isoformat(),
            },
        )
        return 0 if graded.level is not None and not lacks else 1
    print(f"{grading.title.zh} / {grading.title.to('en')}（{on}）")
    for group in grading.groups:
        low, high = graded.sums[group.key]
        print(f"  {group.title.zh}：{low if low == high else f'{low}–{high}'}")
    for why in graded.why:
        print(f"{why.zh} / {why.to('en')}")
    levels = [named(grading, one) for one in graded.levels]
    word = "等级" if graded.level is not None else "还定不了，可能是"
    print(
        f"{word}：{'、'.join(one.zh.strip() for one in levels)} / {', '.join(one.to('en') for one in levels)}"
    )
    _print_open(grading, graded)
    for lack in lacks:
        print(f"还缺：{lack.zh} / {lack.to('en')}")
    print(
        f"有效到 {until} 前；等级以标准文本为准 / holds until {until}; the text of the standard counts"
    )
    return 0 if graded.level is not None and not lacks else 1


def _print_open(grading: Grading, graded: Graded) -> None:
    open_ = [(one.title.zh, one.title.to("en")) for one in graded.open_items]
    for missing in sorted(graded.open_facts, key=str):
        label = grading.schema.fields[missing.field].label
        open_.append((label.zh, label.to("en")))
    if open_:
        print(
            f"还能改变等级的：{'、'.join(zh for zh, _ in open_)} / {', '.join(en for _, en in open_)}"
        )


def _read(file: Path) -> Mapping[str, Any]:
    from minsheng.content.problems import unknown_word
    from minsheng.content.reading import read_file

    node = read_file(file, shown=file.name)
    for key, inner in node.mapping.items():
        if key not in KEYS:
            problem = unknown_word(inner.place, key, KEYS, kind_zh="字段", kind_en="field")
            raise WrongInput("grading.no_such_field", str(problem), str(problem), field=key)
    found: Mapping[str, Any] = node.plain
    return found


def _mapping(written: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = written.get(key) or {}
    if not isinstance(found, Mapping):
        raise WrongInput(
            "grading.not_a_list", f"{key} 要写成“名字: 值”。", f"{key} is written as name: value."
        )
    return dict(found)


def _assessors(written: Mapping[str, Any]) -> list[Assessor]:
    from minsheng.engines.grading.grade import Assessor

    found = written.get("assessors") or []
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise WrongInput(
            "grading.assessors",
            "每名评估员写一行，写姓名（name）和有没有证书（certified）。",
            "Write assessors as - {name: …, certified: true}.",
            field="assessors",
        )
    return [
        Assessor(name=str(one.get("name") or ""), is_certified=one.get("certified") is True)
        for one in found
    ]


def _form(grading: Grading) -> list[str]:
    """Return an empty form; what is left empty stays unknown."""
    lines = [f"# {grading.title.zh} / {grading.title.to('en')}", "on:", "assessors:"]
    lines += ["  - {name: , certified: true}"] * grading.certified
    lines += ["  - {name: , certified: false}"] * (grading.assessors - grading.certified)
    lines += ["informant:", "scores:"]
    for group in grading.groups:
        lines.append(f"  # {group.title.zh} / {group.title.to('en')}")
        for item in group.items:
            allowed = "/".join(str(one) for one in reversed(item.points))
            lines.append(f"  {item.key}:  # {item.title.zh}，{allowed}：{item.scale.zh}")
    lines.append("facts:")
    lines += [f"  {key}:  # {kind.label.zh}" for key, kind in grading.schema.fields.items()]
    return lines
