"""Policies over a whole population: ours beside numpy by hand and OpenFisca, on the same arrays.

Each is measured in a process of its own, so that its memory is its own. CPU seconds, the least of
some rounds; what is read in, and the rules as they are read, stand outside of it for all three.
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.measuring import cpu, one_thread, settings

one_thread()

import numpy as np  # noqa: E402
from benchmarks import policies_data, policies_floor, policies_rules  # noqa: E402

from minsheng.lib.errors import NotFound  # noqa: E402
from minsheng.rules import Scope, Unknown, evaluate  # noqa: E402
from minsheng.rules.columns import Program  # noqa: E402
from minsheng.rules.explain import explain  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
PART = 500_000
"""So many persons of a streamed population are in memory at once."""


def require() -> None:
    """Raise NotFound when OpenFisca isn't installed."""
    try:
        importlib.import_module("openfisca_core")
    except ImportError as error:
        raise NotFound(
            "no_openfisca",
            "没有安装对照软件。请运行：.venv/bin/uv pip install 'openfisca-core>=46'，或者加 --no-peer。",
            "The peer isn't installed. Run: .venv/bin/uv pip install 'openfisca-core>=46', "
            "or add --no-peer.",
        ) from error


def measure(
    *, count: int, peer: bool = True, streamed: int = 0, say: Callable[[str], None] = print
) -> Mapping[str, Any]:
    """Return the figures of each, and how many times the floor and the peer they are."""
    if peer:
        require()
    found: dict[str, Any] = {"settings": settings(), "people": count}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.npz"
        policies_data.save(policies_data.invented(count), path)
        for name in ("ours_12", "ours_36", "floor_12", *(["openfisca_12"] if peer else [])):
            say(name)
            found[name] = _apart(name, str(path))
    totals = [found[name].pop("totals") for name in ("ours_12", "floor_12")]
    found["totals_compared"] = len(totals[0])
    found["totals_that_differ"] = sum(totals[0][each] != totals[1][each] for each in totals[0])
    found["ratios"] = _ratios(found)
    if peer:
        found["missing_is_0"] = _granted_too_often(totals[0], found["openfisca_12"].pop("granted"))
    say("one person")
    found["one_person"] = one_person()
    if streamed:
        say(f"streamed {streamed}")
        found["streamed"] = _apart("streamed", str(streamed))
    return found


def _ratios(found: Mapping[str, Any]) -> dict[str, float]:
    ours = found["ours_12"]["cpu_seconds"]
    ratios = {"times_floor": ours / found["floor_12"]["cpu_seconds"]}
    if "openfisca_12" in found:
        theirs = found["openfisca_12"]
        ratios["of_openfisca_pipeline"] = ours / theirs["pipeline_cpu_seconds"]
        ratios["of_openfisca_calculate"] = ours / theirs["calculate_cpu_seconds"]
    return {name: round(value, 3) for name, value in ratios.items()}


def _granted_too_often(ours: Mapping[str, list[int]], theirs: Mapping[str, int]) -> dict[str, Any]:
    """Return how many the peer grants, of whom ours says yes or unknown."""
    yes = sum(each[0] for each in ours.values())
    unknown = sum(each[1] for each in ours.values())
    return {"ours_yes": yes, "ours_unknown": unknown, "openfisca_yes": sum(theirs.values())}


def _apart(part: str, given: str) -> dict[str, Any]:
    """Return what one part measures of itself in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.policies", part, given],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def peak_mb() -> int:
    """The most memory this process has held."""
    status = Path("/proc/self/status")
    if status.exists():  # not ru_maxrss, which knows the process that started this one
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def ours(path: str, variants: tuple[str, ...]) -> dict[str, Any]:
    """Measure our rules on the arrays."""
    arrays = policies_data.load(Path(path))
    before = peak_mb()
    model = policies_rules.model()
    asked = policies_rules.asked(model, variants)
    program = Program(model, asked, policies_rules.DAY)

    def run() -> Any:
        return program.run(program.population(policies_data.tables(arrays)))

    first, _ = cpu(run, rounds=1)
    best, answers = cpu(run)
    totals = {
        name: _totals(answers[name].values, answers[f"{name}_fen"].values,
                      answers[f"{name}_fen"].known)
        for name in asked if not name.endswith("_fen")
    }  # fmt: skip
    return {
        "policies": len(asked) // 2, "cpu_seconds": best, "first_run_cpu_seconds": first,
        "steps": program.steps, "peak_mb": peak_mb(), "data_mb": before,
        "totals": {name.removesuffix("_a"): each for name, each in totals.items()}
        if len(variants) == 1 else {},
    }  # fmt: skip


def _totals(verdicts: Any, fen: Any, known: Any) -> list[int]:
    return [int((verdicts == 1).sum()), int((verdicts == -1).sum()), int(fen[known].sum()),
            int((~known).sum())]  # fmt: skip


def floor(path: str) -> dict[str, Any]:
    """Measure numpy by hand."""
    arrays = policies_data.load(Path(path))
    policies_floor.judged(arrays)
    best, found = cpu(lambda: policies_floor.judged(arrays))
    return {"cpu_seconds": best, "peak_mb": peak_mb(),
            "totals": {name: _totals(*each) for name, each in found.items()}}  # fmt: skip


def openfisca(path: str) -> dict[str, Any]:
    """Measure OpenFisca: all it needs from the same arrays, and its calculate alone."""
    from benchmarks import policies_openfisca as peer

    arrays = policies_data.load(Path(path))
    best: dict[str, float] = {}
    for _ in range(2):
        prepared, given = cpu(lambda: peer.inputs(arrays), rounds=1)
        found, spent = peer.calculated(arrays, given)
        spent = {"prepare": prepared, **spent}
        best = spent if not best or sum(spent.values()) < sum(best.values()) else best
    granted = {name[:-4]: int(values.sum()) for name, values in found.items() if "_who" in name}
    return {
        **{f"{name}_cpu_seconds": value for name, value in best.items()},
        "pipeline_cpu_seconds": sum(best.values()), "peak_mb": peak_mb(), "granted": granted,
    }  # fmt: skip


def streamed(count: int) -> dict[str, Any]:
    """Measure 36 policies over a population that is never in memory as a whole."""
    model = policies_rules.model()
    program = Program(model, policies_rules.asked(model, policies_rules.VARIANTS),
                      policies_rules.DAY)  # fmt: skip
    spent, yes = 0.0, 0
    for number in range(-(-count // PART)):
        arrays = policies_data.invented(min(PART, count - number * PART), seed=number)
        start = time.process_time()
        for answers in program.stream([program.population(policies_data.tables(arrays))]):
            yes += sum(int((a.values == 1).sum()) for a in answers.values() if a.kind == "boolean")
        spent += time.process_time() - start
    return {"people": count, "policies": 36, "cpu_seconds": spent, "peak_mb": peak_mb(), "yes": yes}


PERSON: dict[str, Any] = {
    "birth": "1980-05-06", "local": True, "status": "unemployed", "income": 0, "insured": True,
    "months_unemployed": 14, "months_since_grad": 230, "grade": "none", "medical": 120_000,
    "loan": 5_000_000, "has_loan": True,
}  # fmt: skip


def case() -> dict[str, Any]:
    """One person with a spouse who earns and a child, at home."""
    spouse = {**PERSON, "birth": "1982-01-31", "status": "employed", "income": 310_000,
              "has_loan": False, "spouse": [], "employer": {"staff": 40, "layoff_rate": "0.02"}}  # fmt: skip
    child = {**PERSON, "birth": "2024-02-29", "status": "at_home", "loan": 0, "spouse": []}
    me = {**PERSON, "spouse": spouse, "employer": []}
    home = {"assets": 3_000_000, "rent": 90_000, "rural": False, "members": [me, spouse, child]}
    for one in (me, spouse, child):
        one["household"] = home
    return me


def one_person(rounds: int = 300) -> dict[str, float]:
    """Return the milliseconds the interpreter takes to decide 12 policies, and to explain them."""
    model = policies_rules.model()
    asked = policies_rules.asked(model)
    rules = [each.node for each in asked.values()]
    conditions = [node for node in rules if node.type == "boolean"]
    facts = case()

    def decide() -> None:
        scope = Scope(facts)
        for node in rules:
            evaluate(node, scope, on=policies_rules.DAY)

    def told() -> None:
        scope = Scope(facts)
        for node in conditions:
            explain(node, scope, policies_rules.DAY)

    return {
        "decide_12_with_amounts_ms": _each_ms(decide, rounds),
        "explain_12_ms": _each_ms(told, max(rounds // 10, 1)),
        "unknown": sum(
            isinstance(evaluate(node, Scope(facts), on=policies_rules.DAY), Unknown)
            for node in rules
        ),
    }


def _each_ms(work: Callable[[], None], rounds: int) -> float:
    def many() -> None:
        for _ in range(rounds):
            work()

    return round(cpu(many)[0] / rounds * 1000, 4)


def main(part: str, given: str) -> Mapping[str, Any]:
    """Return what one part measures; `given` is the file of the arrays, or how many people."""
    if part == "streamed":
        return streamed(int(given))
    if part == "floor_12":
        return floor(given)
    if part == "openfisca_12":
        return openfisca(given)
    return ours(given, policies_rules.VARIANTS if part == "ours_36" else ("a",))


if __name__ == "__main__":
    figures = main(*sys.argv[1:])
    print(json.dumps(figures, default=lambda value: np.asarray(value).item()))
