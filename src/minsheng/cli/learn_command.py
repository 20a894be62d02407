"""`minsheng learn`: what logs of answers say of skills, how good models are, a class on paper.

A CSV file is enough. Only `nightly` needs the database: it makes portraits anew whose works changed.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minsheng.cli.printing import add_json, group, print_json
from minsheng.cli.tables import lines_of
from minsheng.lib.errors import WrongInput

if TYPE_CHECKING:
    from minsheng.engines.learning.logs import Log
    from minsheng.engines.learning.rehearsal import Step
    from minsheng.engines.learning.scores import Score
    from minsheng.engines.measurement.agreement import Agreement

WORDS = "学得怎样 / how learning goes: trace, evaluate, diagnose, agree, twin, nightly"
LOG = (
    "作答记录：user_id, correct, skill_id 或 skill_name… / a log of answers, as ASSISTments has it"
)
SHOWN = 20


def add(commands: Any) -> None:
    """Add the command."""
    acts = group(commands, "learn", WORDS)
    trace = _act(acts, "trace", "每个知识点的追踪参数 / tracing, skill by skill", LOG, run_trace)
    trace.add_argument("--forget", action="store_true", help="也会忘 / what was known can be lost")
    judge = _act(
        acts, "evaluate", "没见过的作答猜得准不准 / foretell unseen answers", LOG, run_evaluate
    )
    judge.add_argument(
        "--by", choices=["pupil", "time"], default="pupil", help="怎么留 / hold out by"
    )
    judge.add_argument("--share", type=float, default=0.3, metavar="0.3", help="留多少 / how much")
    judge.add_argument("--seed", type=int, default=1)
    judge.add_argument(
        "--forget", action="store_true", help="追踪时也会忘 / tracing with forgetting"
    )
    sheet = "作答表：1 对，0 错，- 没出，空是没答 / answers: 1, 0, -, blank"
    find = _act(acts, "diagnose", "哪些知识点会了 / skills of each pupil", sheet, run_diagnose)
    find.add_argument(
        "--needs", type=Path, required=True, metavar="CSV", help="每题一行：item,知识点… / 0 and 1"
    )
    find.add_argument("--model", choices=["dina", "gdina"], default="dina")
    find.add_argument(
        "--prior",
        choices=["saturated", "flat"],
        default="saturated",
        help="flat 只用来比较 / to compare",
    )
    find.add_argument(
        "--omitted", choices=["wrong", "left_out"], help="空着的算什么 / what a blank means"
    )
    find.add_argument("--out", type=Path, metavar="CSV", help="每个人写到这里 / write each pupil")
    raters = "每件一行，每位评分人一列 / a row for each case, a column for each rater"
    agree = _act(acts, "agree", "评分人一致吗 / do raters agree", raters, run_agree)
    agree.add_argument("--of", choices=["scores", "categories"], default="scores")
    agree.add_argument(
        "--order", default="", metavar="A,B,C", help="档次的顺序 / categories in order"
    )
    twin = _act(acts, "twin", "AI孪生课堂：先排练再上课 / a class on paper", LOG, run_twin)
    twin.add_argument(
        "--hold", type=int, default=3, metavar="DAYS", help="留最后几天来对照 / held out"
    )
    twin.add_argument(
        "--step",
        action="append",
        default=[],
        metavar="SKILL:LEVELS:TASKS[:MINUTES[:peer]]",
        help="教案的一步，可以写几次 / one step of a plan, such as fractions:2,3:4:10; repeat",
    )
    twin.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="STEP",
        help="另一个教案的一步 / of another",
    )
    twin.add_argument("--draws", type=int, default=200)
    twin.add_argument("--seed", type=int, default=1)
    night = acts.add_parser(
        "nightly", help="夜里：作业有变化的学生，画像重算 / renew portraits whose works changed"
    )
    night.add_argument(
        "--only-renew", action="store_true", help="不拟合、不留底 / neither fit nor keep the day"
    )
    add_json(night)
    night.set_defaults(run=run_nightly)


def run_nightly(arguments: argparse.Namespace) -> int:
    """Make portraits anew, fit, keep the day; print each batch. Killed: run it again, it goes on."""
    from minsheng.cli.starting import start_django

    start_django()
    from minsheng.apps.mastery import actions

    def progress(subject: str, done: int, of: int) -> None:
        _say(f"{subject}: {done:,}/{of:,} portraits renewed")

    renewed = {
        subject: actions.renew_changed(subject, progress=progress)
        for subject in actions.subjects_answered()
    }
    kept = 0 if arguments.only_renew else actions.close_day()
    print(
        f"{sum(renewed.values())} 份画像重算，{kept} 份留了今天的底 / "
        f"{sum(renewed.values())} portraits renewed, {kept} kept for today"
    )
    print_json(arguments, {"ok": True, "renewed": renewed, "kept": kept})
    return 0


def run_trace(arguments: argparse.Namespace) -> int:
    """Fit tracing and print each skill."""
    log = _log(arguments)
    from minsheng.engines.learning import tracing

    _say(f"{len(log):,} interactions, {len(log.skills)} skills: fitting")
    found = tracing.fit(log.answers(), forgets=arguments.forget)
    names = ("known", "learn", "forget", "guess", "slip")
    skills = [
        {
            "skill": name,
            "answers": int(found.answers[at]),
            "pupils": int(found.pupils[at]),
            **{part: float(getattr(found.skills, part)[at]) for part in names},
            "flags": list(found.flags[at]),
        }
        for at, name in enumerate(log.skills)
    ]
    shown = sorted(skills, key=lambda row: -int(str(row["answers"])))
    _table(("skill", "answers", *names, "flags"), shown)
    whole = {**_of(log), "log_likelihood": float(found.log_likelihood.sum()), "steps": found.steps}
    print_json(arguments, {**whole, "skills": skills})
    return 0


def run_evaluate(arguments: argparse.Namespace) -> int:
    """Hold out a part, foretell it, and print every model beside what needs none."""
    log = _log(arguments)
    import numpy as np

    from minsheng.engines.learning import evaluation, logs

    if not 0 < arguments.share < 1:
        raise WrongInput(
            "learn_share",
            "--share 在 0 和 1 之间，比如 0.3。",
            "--share lies between 0 and 1, such as 0.3.",
        )
    if arguments.by == "pupil":
        generator = np.random.default_rng(arguments.seed)
        held = logs.by_pupil(log, arguments.share, generator=generator)
    else:
        held = logs.by_time(log, arguments.share)
    if held.all() or not held.any():
        raise WrongInput(
            "learn_split",
            "这份记录分不成两部分：学生或日子太少。",
            "This log can't be parted: there are too few pupils or days.",
        )
    _say(f"{int((~held).sum()):,} interactions seen, {int(held.sum()):,} held out: fitting")
    found = evaluation.evaluate(log, held, forgets=arguments.forget)
    models = {name: _scores(one) for name, one in found.scores.items()}
    _table(
        ("model", "auc", "brier", "log_loss", "calibration_error"),
        [{"model": name, **row} for name, row in models.items()],
    )
    whole = {**_of(log), "by": arguments.by, "seen": found.seen, "held": found.held}
    print_json(arguments, {**whole, "models": models})
    return 0


def run_diagnose(arguments: argparse.Namespace) -> int:
    """Fit DINA or G-DINA and print items and skills; pupils are written where asked."""
    from minsheng.engines.measurement import diagnosis, sheets

    answers = sheets.sheet(lines_of(arguments.file), name=arguments.file.name)
    responses = answers.responses(omitted=arguments.omitted)
    needs = _needs(arguments.needs, responses.items)
    _say(f"{responses.shape[0]:,} pupils, {responses.shape[1]} items: fitting")
    found = diagnosis.diagnose(responses, needs, model=arguments.model, prior=arguments.prior)
    items = [
        {
            "item": name,
            "chances": {
                "+".join(needs.skills[skill] for skill in one) or "-": float(chance)
                for one, chance in zip(found.sets[at], found.chances[at], strict=True)
            },
            "errors": [_number(error) for error in found.errors[at]],
            "flags": list(found.item_flags[at]),
        }
        for at, name in enumerate(responses.items)
    ]
    skills = [
        {
            "skill": name,
            "share": float(found.share[at]),
            "sure": float(found.sure[at]),
            "flags": list(found.skill_flags[at]),
        }
        for at, name in enumerate(needs.skills)
    ]
    fit = {
        "model": arguments.model,
        "prior": arguments.prior,
        "log_likelihood": found.log_likelihood,
        "reached": list(found.reached),
        "parameters": found.parameters,
        "aic": found.aic,
        "bic": found.bic,
        "classes": len(found.prior),
        "settled": found.settled,
        "steps": found.steps,
    }
    for name, value in fit.items():
        print(f"{name:<16} {value}")
    _table(("skill", "share", "sure", "flags"), skills)
    if arguments.out:
        names = responses.persons or [str(at + 1) for at in range(responses.shape[0])]
        rows = [[name, *map(float, row)] for name, row in zip(names, found.mastery, strict=True)]
        _write(arguments.out, ["person", *needs.skills], rows)
    print_json(arguments, {"fit": fit, "items": items, "skills": skills})
    return 0


def run_agree(arguments: argparse.Namespace) -> int:
    """Print how far raters agree: scores by intraclass correlation, categories by kappa."""
    from minsheng.engines.measurement import agreement, sheets

    table = sheets.sheet(lines_of(arguments.file), name=arguments.file.name)
    found: list[tuple[str, Agreement]] = []
    if arguments.of == "scores":
        scores = _scored(table.rows, table.lines, table.items, table.name)
        for model, kind in (
            ("one_way", "agreement"),
            ("two_way_random", "agreement"),
            ("two_way_mixed", "consistency"),
        ):
            for average in (False, True):
                one = agreement.icc(scores, model=model, kind=kind, average=average)  # type: ignore[arg-type]
                found.append((" ".join(table.items), one))
    else:
        order = [each.strip() for each in arguments.order.split(",") if each.strip()] or None
        columns = list(zip(*table.rows, strict=True))
        for first in range(len(columns)):
            for second in range(first + 1, len(columns)):
                for weights in ("none", "linear", "quadratic") if order else ("none",):
                    one = agreement.kappa(
                        columns[first],
                        columns[second],
                        categories=order,
                        weights=weights,
                    )
                    found.append((f"{table.items[first]} {table.items[second]}", one))
    rows = [
        {
            "raters": raters,
            "name": one.name,
            "value": one.value,
            "low": one.low,
            "high": one.high,
            "se": one.se,
            "cases": one.cases,
            "flags": list(one.flags),
        }
        for raters, one in found
    ]
    _table(("raters", "name", "value", "low", "high", "flags"), rows)
    print_json(arguments, {"agreement": rows})
    return 0


def run_twin(arguments: argparse.Namespace) -> int:
    """Fit the twin without the last days, lay it beside them, and rehearse the plans that are given."""
    log = _log(arguments)
    import numpy as np

    from minsheng.engines.learning import rehearsal, twin
    from minsheng.engines.learning.twin_rows import until

    past = _past(log)
    days = np.unique(past.day)
    if arguments.hold < 1 or len(days) <= arguments.hold:
        raise WrongInput(
            "learn_hold",
            f"{arguments.file.name} 只有 {len(days)} 天（列 day）：留 {arguments.hold} 天来对照不行。",
            f"{arguments.file.name} has {len(days)} days (column day): {arguments.hold} can't be held out.",
        )
    if arguments.draws < 2:
        raise WrongInput("learn_draws", "--draws 至少 2。", "--draws is 2 at least.")
    early, late = until(past, int(days[-arguments.hold]))
    _say(f"{len(early):,} answers before, {len(late):,} held out: fitting")
    fitted = twin.fit(early)
    luck = rehearsal.luck_for(fitted, np.random.default_rng(arguments.seed), draws=arguments.draws)
    beside = rehearsal.beside(fitted, early, late, rehearsal.predict(fitted, late, luck))
    names = ("twin", "base_rate", "last_time", "own_rate")
    scores = {name: _scores(getattr(beside, name)) for name in names}
    _table(
        ("model", "auc", "brier", "log_loss", "calibration_error"),
        [{"model": name, **row} for name, row in scores.items()],
    )
    print(
        "孪生在前 / the twin is ahead" if beside.ahead else "孪生没有在前 / the twin is NOT ahead"
    )
    plans = [
        [_step(text, log.skills) for text in texts] for texts in (arguments.step, arguments.against)
    ]
    whole: dict[str, Any] = {
        **_of(log),
        "held": len(late),
        "ahead": beside.ahead,
        "scores": scores,
        "weights": {name: list(pair) for name, pair in fitted.common().items()},
        "spreads": fitted.spreads,
        "half_life": _number(fitted.half_life),
        "settled": fitted.settled,
    }
    if plans[0]:
        whole["rehearsed"] = _rehearsed(fitted, plans[0], luck, int(days[-1]), log)
    if plans[0] and plans[1]:
        found = rehearsal.compare(fitted, plans[0], plans[1], luck, day=int(days[-1]))
        whole["compared"] = {name: getattr(found, name) for name in found.__slots__}
        print(f"{found.difference:+.4f} ± {found.spread:.4f}  better {found.better:.2f}")
    print_json(arguments, whole)
    return 0


def _rehearsed(fitted: Any, plan: list[Step], luck: Any, day: int, log: Log) -> dict[str, Any]:
    from minsheng.engines.learning import rehearsal

    found = rehearsal.rehearse(fitted, plan, luck, day=day)
    steps = [
        {
            "skill": log.skills[step.skill],
            "tasks": step.tasks,
            "share": float(found.share[at]),
            "low": float(found.low[at]),
            "high": float(found.high[at]),
            "likely_stuck": [
                log.pupils[pupil]
                for pupil in range(len(log.pupils))
                if found.stuck[at, pupil] > 0.5
            ],
        }
        for at, step in enumerate(plan)
    ]
    _table(("skill", "tasks", "share", "low", "high"), steps)
    for flag in found.flags:
        print(f"! {flag}")
    after = {
        log.skills[skill]: [float(found.before[at]), float(found.after[at])]
        for at, skill in enumerate(found.skills)
    }
    return {
        "steps": steps,
        "before_after": after,
        "minutes": found.minutes,
        "flags": list(found.flags),
    }


def _past(log: Log) -> Any:
    """Return the class's past: of an interaction of several skills, the first counts as its skill."""
    import numpy as np

    from minsheng.engines.learning.answers import answers_of
    from minsheng.engines.learning.twin_rows import past_of

    return past_of(
        answers_of(
            log.pupil,
            log.skill[log.first[:-1]],
            log.right,
            day=log.day,
            pupils=len(log.pupils),
            skills=len(log.skills),
        ),
        item=log.problem,
        level=np.where(log.level > 0, log.level, 3),
        peer=log.peer,
    )


def _step(text: str, skills: Sequence[str]) -> Step:
    from minsheng.engines.learning.rehearsal import Step

    parts = text.split(":")
    try:
        skill = skills.index(parts[0])
        levels = tuple(int(level) for level in parts[1].split(","))
        minutes = float(parts[3]) if len(parts) > 3 else 60.0
        return Step(skill, levels, int(parts[2]), minutes, peer=len(parts) > 4)
    except (ValueError, IndexError) as cause:
        raise WrongInput(
            "learn_step",
            f"教案的一步“{text}”看不懂：照 SKILL:LEVELS:TASKS:MINUTES 写，SKILL 要在记录里。",
            f"The step {text!r} can't be read: write SKILL:LEVELS:TASKS:MINUTES, with a skill of the log.",
        ) from cause


def _needs(path: Path, items: Sequence[str]) -> Any:
    from minsheng.engines.measurement import diagnosis, sheets

    table = sheets.sheet(lines_of(path), name=path.name, apart=["item"])
    named = {item: at for at, item in enumerate(table.apart["item"])}
    missing = [item for item in items if item not in named]
    if missing:
        raise WrongInput(
            "learn_needs",
            f"{path.name} 里没有题目 {missing[0]}。请补一行。",
            f"{path.name} has no item {missing[0]}. Add a row.",
        )
    rows = []
    for item in items:
        at = named[item]
        for column, cell in zip(table.items, table.rows[at], strict=True):
            if cell not in ("0", "1"):
                raise WrongInput(
                    "learn_needs_cell",
                    f"{path.name} 第 {table.lines[at]} 行 {column} 写着“{cell[:20]}”：只能是 0 或 1。",
                    f"{path.name}, line {table.lines[at]}, {column} says {cell[:20]!r}: only 0 or 1.",
                )
        rows.append([int(cell) for cell in table.rows[at]])
    return diagnosis.needs_of(rows, table.items)


def _scored(
    rows: Sequence[Sequence[str]], lines: Sequence[int], raters: Sequence[str], name: str
) -> list[list[float]]:
    scores = []
    for line, row in zip(lines, rows, strict=True):
        for rater, cell in zip(raters, row, strict=True):
            try:
                good = math.isfinite(float(cell))
            except ValueError:
                good = False
            if not good:
                raise WrongInput(
                    "learn_score",
                    f"{name} 第 {line} 行 {rater} 写着“{cell[:20]}”：要一个分数；缺分的件请去掉。",
                    f"{name}, line {line}, {rater} says {cell[:20]!r}: a score is needed; leave the case out.",
                )
        scores.append([float(cell) for cell in row])
    return scores


def _act(
    acts: Any, name: str, words: str, file: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = acts.add_parser(name, help=words, description=words)
    parser.add_argument("file", type=Path, metavar="FILE.csv", help=file)
    parser.set_defaults(run=run)
    add_json(parser)
    return parser


def _log(arguments: argparse.Namespace) -> Log:
    # the matrices are small: more threads cost more than they bring; said before numpy is loaded
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from minsheng.engines.learning.logs import read_log

    _say(f"reading {arguments.file.name}")
    return read_log(lines_of(arguments.file), name=arguments.file.name)


def _of(log: Log) -> dict[str, Any]:
    return {
        "interactions": len(log),
        "pupils": len(log.pupils),
        "skills_in_log": len(log.skills),
        "second_skill_rows": log.doubled,
        "rows_without_skill": log.dropped,
    }


def _scores(one: Score) -> dict[str, Any]:
    bins = one.reliability
    return {
        "auc": one.auc,
        "brier": one.brier,
        "log_loss": one.log_loss,
        "calibration_error": bins.error,
        "reliability": [
            [float(said), float(seen), int(count)]
            for said, seen, count in zip(bins.expected, bins.seen, bins.count, strict=True)
        ],
    }


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Print the first rows under their names."""
    print("  ".join(f"{name:<14}" for name in columns))
    for row in rows[:SHOWN]:
        print("  ".join(f"{_shown(row.get(name)):<14}" for name in columns))
    if len(rows) > SHOWN:
        print(f"… 共 {len(rows)} 行，--json 给出全部 / {len(rows)} rows; --json gives all")


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.4f}"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _number(value: float) -> float | None:
    """Return a number JSON can hold: None for one that is none, or without end."""
    return float(value) if math.isfinite(value) else None


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def _say(line: str) -> None:
    """Tell how far it is, apart from the figures."""
    print(line, file=sys.stderr, flush=True)
