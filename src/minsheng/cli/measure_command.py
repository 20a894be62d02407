"""`minsheng measure`: what a table of answers says about its items and its pupils.

Needs neither Django nor a database: a CSV file is enough.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minsheng.cli.printing import add_json, group, print_json
from minsheng.cli.tables import lines_of
from minsheng.lib.errors import WrongInput

if TYPE_CHECKING:
    import numpy as np

    from minsheng.engines.measurement.irt import Fit
    from minsheng.engines.measurement.models import Bank
    from minsheng.engines.measurement.responses import Responses
    from minsheng.engines.measurement.sheets import Sheet

WORDS = "作答说明了什么 / what answers say: items, fit, ability, dif, adaptive"
SHEET = "作答表：第一行题名，每人一行；1 对，0 错，- 没出，空是没答 / answers: 1, 0, -, blank"
SHOWN = 20


def add(commands: Any) -> None:
    """Add the command."""
    acts = group(commands, "measure", WORDS)
    items = _answers(acts, "items", "难度、区分度、信度、选项 / classical analysis", run_items)
    items.add_argument(
        "--key", type=Path, metavar="CSV", help="item,key：作答写的是选项 / answers are options"
    )
    fit = _answers(acts, "fit", "标定题目 / calibrate the items", run_fit)
    fit.add_argument("--model", choices=["2pl", "rasch"], default="2pl")
    fit.add_argument("--anchors", type=Path, metavar="CSV", help="锚题 / items kept fixed")
    fit.add_argument(
        "--priors", action="store_true", help="人少时用弱先验，会写明 / weak priors, said so"
    )
    fit.add_argument("--out", type=Path, metavar="CSV", help="题目参数写到这里 / write the bank")
    ability = _answers(acts, "ability", "每个人的能力 / each person's ability", run_ability)
    ability.add_argument("--bank", type=Path, metavar="CSV", help="item,discrimination,difficulty")
    ability.add_argument("--method", choices=["eap", "wle", "ml"], default="wle")
    ability.add_argument("--out", type=Path, metavar="CSV", help="写到这里 / write all of them")
    dif = _answers(acts, "dif", "对某一组更难的题 / items harder for one group", run_dif)
    dif.add_argument("--group", required=True, metavar="COLUMN", help="哪一列是组 / its column")
    dif.add_argument("--focal", required=True, metavar="VALUE", help="关注哪一组 / the focal group")
    dif.add_argument("--no-purify", action="store_true", help="不净化 / match on every item")
    adaptive = acts.add_parser("adaptive", help="模拟自适应测验 / simulate adaptive tests")
    adaptive.add_argument("file", type=Path, metavar="BANK.csv")
    adaptive.add_argument("--pupils", type=int, default=10_000, metavar="N")
    adaptive.add_argument("--items", type=int, default=20, metavar="N", help="最多几题 / at most")
    adaptive.add_argument("--error", type=float, default=0.0, metavar="SE", help="误差够小就停")
    adaptive.add_argument(
        "--among", type=int, default=1, metavar="K", help="前 K 题里抽 / by chance"
    )
    adaptive.add_argument(
        "--exposed", type=float, default=0.0, metavar="SHARE", help="每题最多给多少人 / at most"
    )
    adaptive.add_argument("--seed", type=int, default=1)
    adaptive.set_defaults(run=run_adaptive)
    add_json(adaptive)


def run_items(arguments: argparse.Namespace) -> int:
    """Classical analysis; with a key, every option too."""
    from minsheng.engines.measurement import classical, sheets

    table = _sheet(arguments)
    options: list[dict[str, Any]] = []
    if arguments.key:
        key = sheets.key(lines_of(arguments.key), name=arguments.key.name)
        choices = table.choices(key)
        responses = choices.responses(omitted=arguments.omitted)
        found = classical.distractors(choices, omitted=arguments.omitted or "wrong")
        options = [asdict(option) for option in found]
    else:
        responses = table.responses(omitted=arguments.omitted)
    result = classical.analysis(responses)
    names = ("answered", "facility", "discrimination", "item_total", "upper_lower", "alpha_dropped")
    rows = _rows(result.items, result.flags, {name: getattr(result, name) for name in names})
    whole = {
        name: getattr(result, name)
        for name in ("persons", "mean_total", "sd_total", "alpha", "alpha_error", "sem")
    }
    whole |= {"alpha_interval": list(result.alpha_interval), "warnings": list(result.warnings)}
    return _print(arguments, {"test": whole, "items": rows, "options": options})


def run_fit(arguments: argparse.Namespace) -> int:
    """Calibrate by Rasch or 2PL."""
    responses = _responses(arguments)
    anchors = _bank(arguments.anchors)[0] if arguments.anchors else None
    fit = _fitted(responses, arguments.model, anchors=anchors, priors=arguments.priors)
    names = ("discrimination", "difficulty", "discrimination_error", "difficulty_error")
    rows = _rows(fit.items, fit.flags, {name: getattr(fit, name) for name in names})
    if arguments.out:
        _write(arguments.out, rows)
    whole = {
        "model": fit.model,
        "persons": fit.persons,
        "mean": fit.population.mean,
        "mean_error": fit.mean_error,
        "sd": fit.population.sd,
        "sd_error": fit.sd_error,
        "log_likelihood": fit.log_likelihood,
        "parameters": fit.free,
        "converged": fit.converged,
        "evaluations": len(fit.trace),
        "method": fit.method,
        "priors": asdict(fit.priors) if fit.priors else None,
        "warnings": list(fit.warnings),
    }
    return _print(arguments, {"fit": whole, "items": rows})


def run_ability(arguments: argparse.Namespace) -> int:
    """Abilities under a bank, or under the 2PL fit of the answers themselves."""
    from minsheng.engines.measurement import ability
    from minsheng.engines.measurement.models import Population

    responses, population = _responses(arguments), Population()
    if arguments.bank:
        bank = _bank(arguments.bank)[0]
    else:
        fit = _fitted(responses, "2pl")
        bank, population = fit.bank, fit.population
    if arguments.method == "eap":
        found = ability.eap(responses, bank, population=population)
    else:
        found = {"wle": ability.wle, "ml": ability.ml}[arguments.method](responses, bank)
    persons = responses.persons or tuple(str(n + 1) for n in range(responses.shape[0]))
    said = {ability.NO_ANSWERS: ("no_answers",), ability.NO_MAXIMUM: ("no_maximum",)}
    rows = _rows(
        persons,
        tuple(said.get(int(state), ()) for state in found.state),
        {"ability": found.estimate, "error": found.error, "answered": found.answered},
        name="person",
    )
    if arguments.out:
        _write(arguments.out, rows)
    whole = {
        "method": found.method,
        "persons": len(rows),
        "reliability": found.reliability,
        "items_not_in_bank": list(found.left_out),
    }
    return _print(arguments, {"abilities": whole, "persons": rows})


def run_dif(arguments: argparse.Namespace) -> int:
    """Mantel-Haenszel DIF between the focal group and all others."""
    import numpy as np

    from minsheng.engines.measurement.dif import dif

    table = _sheet(arguments, apart=[arguments.group])
    focal = np.array([value == arguments.focal for value in table.apart[arguments.group]])
    responses = table.responses(omitted=arguments.omitted)
    found = dif(responses, focal, purify=not arguments.no_purify)
    names = ("delta", "delta_error", "chi_square", "p_value", "difference")
    rows = _rows(found.items, found.flags, {name: getattr(found, name) for name in names})
    for row, letter in zip(rows, found.classes, strict=True):
        row["class"] = letter
    whole = {
        "focal": int(focal.sum()),
        "reference": int((~focal).sum()),
        "left_out_of_matching": list(found.left_out),
        "rounds": found.rounds,
    }
    return _print(arguments, {"dif": whole, "items": rows})


def run_adaptive(arguments: argparse.Namespace) -> int:
    """Simulate adaptive tests of pupils drawn from N(0, 1)."""
    import numpy as np

    from minsheng.engines.measurement import adaptive

    if arguments.pupils < 1:
        raise WrongInput(
            "measure_pupils", "--pupils 至少是 1。", "--pupils is 1 at least.", field="pupils"
        )
    bank, _ = _bank(arguments.file)
    generator = np.random.default_rng(arguments.seed)
    truth = generator.normal(size=arguments.pupils)
    rules = adaptive.Rules(arguments.items, error_enough=arguments.error, among=arguments.among)
    if arguments.exposed:
        admitted = adaptive.admission(
            bank,
            generator.normal(size=min(arguments.pupils, 2_000)),
            rules=rules,
            most_exposed=arguments.exposed,
            generator=generator,
        )
        rules = adaptive.Rules(
            arguments.items,
            error_enough=arguments.error,
            among=arguments.among,
            admitted=admitted,
        )
    found = adaptive.simulate(bank, truth, rules=rules, generator=generator)
    whole = {
        "pupils": arguments.pupils,
        "bank": len(bank.items),
        "items_mean": float(found.items.mean()),
        "rmse": float(np.sqrt(np.mean((found.estimate - truth) ** 2))),
        "error_mean": float(found.error.mean()),
        "most_exposed": float(found.exposure.max()),
        "never_given": int((found.exposure == 0).sum()),
        "ended_without_items": found.short,
    }
    return _print(arguments, {"adaptive": whole})


def _answers(
    acts: Any, name: str, words: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = acts.add_parser(name, help=words, description=words)
    parser.add_argument("file", type=Path, metavar="FILE.csv", help=SHEET)
    parser.add_argument(
        "--omitted", choices=["wrong", "left_out"], help="空着的算错还是不计 / what a blank means"
    )
    parser.add_argument(
        "--skip", default="", metavar="COL,COL", help="不是题目的列 / columns that are no items"
    )
    parser.set_defaults(run=run)
    add_json(parser)
    return parser


def _sheet(arguments: argparse.Namespace, *, apart: list[str] | None = None) -> Sheet:
    from minsheng.engines.measurement import sheets

    skipped = [column for column in arguments.skip.split(",") if column]
    return sheets.sheet(
        lines_of(arguments.file), name=arguments.file.name, apart=[*(apart or []), *skipped]
    )


def _responses(arguments: argparse.Namespace) -> Responses:
    return _sheet(arguments).responses(omitted=arguments.omitted)


def _bank(path: Path) -> tuple[Bank, tuple[str, ...]]:
    from minsheng.engines.measurement import sheets

    return sheets.bank(lines_of(path), name=path.name)


def _fitted(
    responses: Responses, model: str, *, anchors: Bank | None = None, priors: bool = False
) -> Fit:
    from minsheng.engines.measurement.irt import fit_2pl, fit_rasch
    from minsheng.engines.measurement.models import Priors

    weak = Priors() if priors else None
    if model == "rasch":
        return fit_rasch(responses, anchors=anchors, priors=weak)
    return fit_2pl(responses, anchors=anchors, priors=weak)


def _rows(
    names: tuple[str, ...],
    flags: tuple[tuple[str, ...], ...],
    columns: Mapping[str, np.ndarray[Any, Any]],
    *,
    name: str = "item",
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for at, each in enumerate(names):
        row: dict[str, Any] = {name: each}
        row |= {column: values[at].item() for column, values in columns.items()}
        row["flags"] = list(flags[at])
        rows.append(row)
    return rows


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for row in rows:
            writer.writerow(
                {
                    column: " ".join(value)
                    if isinstance(value, list)
                    else ("" if _nothing(value) else value)
                    for column, value in row.items()
                }
            )


def _nothing(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _print(arguments: argparse.Namespace, result: Mapping[str, Any]) -> int:
    """Print the whole, then the first rows of each list; and all as JSON, without NaN."""
    for name, part in result.items():
        if isinstance(part, Mapping):
            for key, value in part.items():
                print(f"{key:<24} {_short(value)}")
            continue
        if part:
            print("\n" + "  ".join(f"{column:>14}" for column in part[0]))
        for row in part[:SHOWN]:
            print("  ".join(f"{_short(value):>14}" for value in row.values()))
        if len(part) > SHOWN:
            print(f"… {name}: {len(part)}，全部见 --json 或 --out / all with --json or --out")
    print_json(arguments, _plain(result))
    return 0


def _short(value: Any) -> str:
    if value is None or _nothing(value):
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return " ".join(_short(each) for each in value)
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return None if _nothing(value) else value
