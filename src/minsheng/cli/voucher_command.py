"""`minsheng voucher`: how the pools of vouchers stand, and whether their books are whole."""

from __future__ import annotations

import argparse
from typing import Any

from minsheng.cli import printing
from minsheng.lib.money import format_yuan


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("voucher", help="创新券 / innovation vouchers")
    acts = parser.add_subparsers(dest="act", required=True, metavar="动作/act")
    listing = acts.add_parser("list", help="每年的总额用了多少 / how the pools stand")
    listing.add_argument("--year", type=int, help="哪一年 / which year")
    printing.add_json(listing)
    listing.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print each pool of a year; 1 where its books aren't whole."""
    from minsheng.cli.starting import start_django

    start_django()
    from django.utils import timezone

    from minsheng.apps.accounts import reads as books
    from minsheng.apps.vouchers import access, reads

    year, whole, rows = arguments.year or timezone.localdate().year, True, []
    for one in access.kinds():
        pool = reads.pool(one.scheme.voucher, year)
        is_whole = books.verify(one.scheme.unit(year)).is_whole
        whole = whole and is_whole
        rows.append(
            {
                "voucher": one.scheme.voucher,
                "year": year,
                "open": pool.is_open,
                "total_fen": pool.total_fen,
                "free_fen": pool.free_fen,
                "held_fen": pool.held_fen,
                "paid_fen": pool.paid_fen,
                "whole": is_whole,
            }
        )
        if not arguments.json:
            print(
                f"{one.scheme.title.zh} {year}：总额 {format_yuan(pool.total_fen)}，"
                f"没答应 {format_yuan(pool.free_fen)}，答应了 {format_yuan(pool.held_fen)}，"
                f"付了 {format_yuan(pool.paid_fen)} 元 / total, free, promised, paid"
            )
    printing.print_json(arguments, {"pools": rows})
    return 0 if whole else 1
