"""`minsheng score`: list the tables of scores, explain one for a firm of the demonstration."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from minsheng.cli import printing
from minsheng.lib.errors import NotFound

if TYPE_CHECKING:
    from minsheng.apps.people.models import Organisation
    from minsheng.apps.scores.reads import Explained

DEMO = "demo:"
SIGNS = {True: "是", False: "否", None: "？"}


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "score", help="积分表 / scores: points line by line, what raises them"
    )
    acts = parser.add_subparsers(dest="act", required=True, metavar="动作/act")
    listing = acts.add_parser("list", help="有哪些表 / which tables there are")
    explain = acts.add_parser("explain", help="一张表对一家企业怎么样 / one table for one firm")
    explain.add_argument("score", help="表的名字，例如 tech-sme / its name")
    explain.add_argument(
        "--firm",
        required=True,
        help="演示里的企业：信用代码，或 demo:代表人，例如 demo:huangyi / a firm of the demonstration",
    )
    explain.add_argument("--on", type=date.fromisoformat, help="按哪一天 / on which day")
    explain.add_argument("--language", choices=("zh", "en"), help="只用一种语言 / one language")
    for one in (listing, explain):
        printing.add_json(one)
        one.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out one act."""
    from minsheng.cli.starting import start_django

    start_django()
    return {"list": _list, "explain": _explain}[arguments.act](arguments)


def _list(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from minsheng.apps.scores import access, reads

    rows = []
    for one in access.scores():
        score = one.score
        found = reads.counted(one, {}, on=timezone.localdate())
        rows.append(
            {
                "score": score.score,
                "title": score.title.zh,
                "parts": len(score.parts),
                "configured": found.is_configured,
                "digest": one.digest,
            }
        )
    printing.print_json(arguments, {"scores": rows})
    for row in () if arguments.json else rows:
        lacks = "" if row["configured"] else "（还没有权重 / no weights yet）"
        print(f"{row['score']}  {row['title']}{lacks}")
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from minsheng.apps.scores import access, reads

    on = arguments.on or timezone.localdate()
    found = reads.explained(access.loaded(arguments.score), firm_of(arguments.firm), on=on)
    if arguments.json:
        printing.print_json(arguments, as_json(found))
        return 0
    for language in (arguments.language,) if arguments.language else ("zh", "en"):
        print("\n".join(page_of(found, language)), end="\n\n")
    return 0


def firm_of(text: str) -> Organisation:
    """Return a firm of the demonstration by its credit code or `demo:` and who speaks for it; raises NotFound."""
    from minsheng.apps.people import reads as people

    if text.startswith(DEMO):
        account = people.account_by_username(text.removeprefix(DEMO))
        firms = people.organisations_of(account) if account is not None else []
        found = firms[0] if firms else None
    else:
        found = people.organisation_by_code(text)
    if found is None or not found.demo:
        raise NotFound(
            "score.no_demo_firm",
            "演示里没有这家企业。写 demo:huangyi，或演示企业的信用代码。",
            "There is no such firm in the demonstration. Write demo:huangyi, or its credit code.",
        )
    return found


def page_of(found: Explained, lang: str) -> list[str]:
    """Return the explanation as somebody reads it who never saw the system."""
    from minsheng.engines.scoring.words import (
        band_said,
        change_said,
        conclusion,
        line_said,
        raise_said,
        range_said,
    )

    is_zh, score = lang == "zh", found.loaded.score
    lines = [score.title.to(lang), conclusion(found.count).to(lang)]
    for part in found.count.parts:
        points = range_said(part.points).to(lang) if part.points else f"{part.bands.low}%"
        lines.append(f"· {part.part.title.to(lang)}: {points}")
        for line in part.lines:
            band = f" → {band_said(line.line, line.row, score).to(lang)}" if line.row else ""
            lines.append(f"    {line_said(line, score).to(lang)}{band}")
    lines += [f"{SIGNS[one.value]} {one.text.to(lang)}" for one in found.count.needed]
    if found.ways:
        lines.append("最少改几项就达标：" if is_zh else "The fewest changes that pass:")
        for way in found.ways:
            steps = [change_said(change, score) for one in way.raises for change in one.changes]
            lines.append("  " + "; ".join(step.to(lang) for step in steps))
    if found.raises:
        lines.append("怎样多得分：" if is_zh else "What would bring more:")
        lines += [f"  {raise_said(one, score).to(lang)}" for one in found.raises]
    return lines


def as_json(found: Explained) -> dict[str, object]:
    """Return the explanation as JSON: points as exact fractions."""
    counted = found.count
    return {
        "score": counted.score.score,
        "configured": counted.is_configured,
        "stage": counted.stage,
        "low": str(counted.total.low) if counted.total else None,
        "high": str(counted.total.high) if counted.total else None,
        "passes": counted.passes,
        "parts": {one.part.key: [str(one.bands.low), str(one.bands.high)] for one in counted.parts},
        "raises": [
            {
                "part": one.part,
                "gain": str(one.gain),
                "changes": {change.fact: [change.before, change.after] for change in one.changes},
            }
            for one in found.raises
        ],
        "missing": list(counted.missing),
    }
