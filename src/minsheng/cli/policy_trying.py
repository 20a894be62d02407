"""`minsheng policy screen | diff | simulate | check | interview`: policies asked of many, and tried."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from minsheng.cli import printing
from minsheng.lib.errors import WrongInput

INVENTED = 5_000


def add(acts: Any) -> None:
    """Add the acts to the command."""
    screen = acts.add_parser(
        "screen", help="政策找人：谁符合，差什么 / who qualifies, what is missing"
    )
    screen.add_argument(
        "--policy", action="append", help="哪几项，默认全部 / which, all by default"
    )
    screen.add_argument(
        "--people", type=int, help="用虚构的这么多人；不写就用演示区 / so many invented people"
    )
    compare = acts.add_parser("diff", help="这一次和上次比变了什么 / what a run changed")
    compare.add_argument("number", type=int, help="第几次 / number of the run")
    simulate = acts.add_parser("simulate", help="改一个数试算 / try a policy with another number")
    simulate.add_argument("policy", help="政策的名字 / its name")
    simulate.add_argument(
        "--set",
        required=True,
        metavar="NAME=VALUE",
        help="例如 share=1/2，金额写元 / money in yuan",
    )
    simulate.add_argument("--people", type=int, help="用虚构的这么多人 / so many invented people")
    simulate.add_argument(
        "--curve",
        type=int,
        metavar="POINTS",
        help="从现在的值到新值画几个点 / points of a cost curve",
    )
    check = acts.add_parser("check", help="只检查政策包 / check the packs of policies alone")
    interview = acts.add_parser("interview", help="一问一答 / one question after the other")
    interview.add_argument("--person", required=True, help="例如 demo:qinsu")
    interview.add_argument(
        "--answers", help="JSON：事实的名字 → 答案 / JSON: name of a fact → answer"
    )
    for name, one in {
        "screen": screen, "diff": compare, "simulate": simulate, "check": check, "interview": interview,
    }.items():  # fmt: skip
        if name not in ("diff", "check"):
            one.add_argument("--on", type=date.fromisoformat, help="按哪一天 / on which day")
        if name in ("screen", "simulate"):
            one.add_argument("--seed", type=int, default=7, help="虚构的人从哪个数来 / seed")
        printing.add_json(one)
        one.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Carry out one act."""
    from minsheng.cli.starting import start_django

    start_django()
    acts = {
        "screen": _screen,
        "diff": _diff,
        "simulate": _simulate,
        "check": _check,
        "interview": _interview,
    }
    return acts[arguments.act](arguments)


def _screen(arguments: argparse.Namespace) -> int:
    """Count verdicts, of invented people or by a run of the demonstration that waits for approval."""
    from django.utils import timezone

    on = arguments.on or timezone.localdate()
    if arguments.people:
        found = _invented(arguments, on)
    else:
        found = _run(arguments, on)
    printing.print_json(arguments, found)
    if not arguments.json:
        print(f"{found['people']} 人 / people, {on.isoformat()}")
        for slug, one in found["policies"].items():
            print(
                f"{slug}：符合 {one['yes']}，定不了 {one['unknown']}，不符合 {one['no']}，"
                f"{one['amount_fen'] / 100:,.2f} 元 / yes, unknown, no, yuan"
            )
            for path, count in sorted(one.get("missing", {}).items(), key=lambda item: -item[1]):
                print(f"    差 {path}：{count}")
    return 0


def _invented(arguments: argparse.Namespace, on: date) -> dict[str, Any]:
    from minsheng.apps.policies.shelf import policy, shelf
    from minsheng.apps.screening import outcomes, trials
    from minsheng.engines.screening import judged

    policies = [policy(slug) for slug in arguments.policy or ()] or [
        one for one in shelf(on).in_force(on) if one.about == "person"
    ]
    population = trials.invented_people(arguments.people, on=on, seed=arguments.seed)
    subjects = [outcomes.subject_of(one) for one in policies]
    found = judged(subjects, population, shelf().vocabulary.model, on=on)
    counts: dict[str, dict[str, int]] = {}
    for slug, (verdicts, amounts) in found.items():
        yes = verdicts.values == 1
        paid = 0 if amounts is None else int(amounts.values[yes & amounts.known].sum())
        counts[slug] = {
            "yes": int(yes.sum()),
            "unknown": int((verdicts.values == -1).sum()),
            "no": int((verdicts.values == 0).sum()),
            "amount_fen": paid,
        }
    return {"people": population.tables["person"].count, "on": on.isoformat(), "policies": counts}


def _run(arguments: argparse.Namespace, on: date) -> dict[str, Any]:
    from minsheng.apps.policies.shelf import shelf
    from minsheng.apps.screening import actions
    from minsheng.cli.demo import policies as demo

    slugs = arguments.policy or [
        one.slug for one in shelf(on).in_force(on) if one.about == "person"
    ]
    row = actions.finish(actions.start(demo.begun(slugs, on), by=demo.account_of("tangli")))
    return {
        "run": row.pk,
        "people": row.screened,
        "left_out": row.left_out,
        "on": on.isoformat(),
        "input": row.input_hash,
        "versions": row.policies,
        "policies": row.counts,
    }


def _diff(arguments: argparse.Namespace) -> int:
    from minsheng.apps.screening import reads
    from minsheng.cli.demo import policies as demo

    view = reads.run_view(arguments.number, demo.account_of("tangli"))
    changes: dict[str, list[Any]] = {
        one.slug: [
            {"change": change.said.zh, "people": change.people,
             "because": {why.said.zh: why.people for why in change.because}}
            for change in one.changes
        ]
        for one in view.policies
    }  # fmt: skip
    before = view.row.previous_id
    printing.print_json(
        arguments,
        {"run": view.row.pk, "before": before, "smallest": view.smallest, "changes": changes},
    )
    if not arguments.json:
        print(f"第 {view.row.pk} 次，和第 {before or 0} 次比；少于 {view.smallest} 人的写“少”")
        for slug, several in changes.items():
            for change in several:
                why = "；".join(
                    f"{said} {_or_dash(count)}" for said, count in change["because"].items()
                )
                print(f"{slug}  {change['change']} {_or_dash(change['people'])}  {why}")
    return 0


def _or_dash(count: object) -> str:
    return "少" if count is None else str(count)


def _simulate(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from minsheng.apps.policies.shelf import policy
    from minsheng.apps.screening import trials

    on = arguments.on or timezone.localdate()
    found = policy(arguments.policy)
    name, _, text = arguments.set.partition("=")
    value = trials.value_of_text(found, name, text)
    population = (
        trials.invented_people(arguments.people, on=on, seed=arguments.seed)
        if arguments.people
        else trials.everybody([found], on=on)
    )
    smallest = 1 if arguments.people else None  # of invented people nobody is small
    told = trials.trial(found, {name: value}, population, on=on, smallest=smallest)
    result: dict[str, Any] = {
        "policy": found.slug,
        "set": {name: str(value)},
        "people": told.people,
        "before": asdict(told.before),
        "after": asdict(told.after),
        "more_fen": told.more_fen,
        "winners": told.winners,
        "losers": told.losers,
        "undecided": told.undecided,
        "groups": {
            one.title.zh: {
                band.said.zh: [band.people, band.winners, band.losers] for band in one.bands
            }
            for one in told.groupings
        },
    }
    if arguments.curve and told.is_whole:
        entry = trials.params_of(found)[name].at(on)
        if entry is None or entry.value is None:
            raise WrongInput(
                "trials.no_start",
                "这个数现在没有值，画不出曲线。",
                "It has no value now; no curve.",
            )
        values = trials.steps(entry.value, value, arguments.curve)
        points = trials.cost_curve(found, name, values, population, on=on, smallest=smallest)
        result["curve"] = [[str(one.value), one.side.cost_fen, one.side.yes] for one in points]
    printing.print_json(arguments, result)
    if not arguments.json:
        _print_trial(found.title.zh, result)
    return 0


def _print_trial(title: str, result: Mapping[str, Any]) -> None:
    before, after = result["before"], result["after"]
    said = {key: f"{_or_dash(before[key])} → {_or_dash(after[key])}" for key in ("yes", "unknown")}
    costs = [
        _or_dash(None) if one["cost_fen"] is None else f"{one['cost_fen'] / 100:,.2f}"
        for one in (before, after)
    ]
    moved = [_or_dash(result[key]) for key in ("winners", "losers", "undecided")]
    print(f"{title}，{result['people']} 人，改 {result['set']}")
    print(f"符合 {said['yes']}；定不了 {said['unknown']}")
    print(f"每次要 {costs[0]} → {costs[1]} 元")
    print(f"多得的 {moved[0]} 人，少得的 {moved[1]} 人，定不了的 {moved[2]} 人")
    for grouping, bands in result["groups"].items():
        print(f"{grouping}（人 / 多得 / 少得）")
        for said, counts in bands.items():
            print(f"    {said}：{' / '.join(_or_dash(one) for one in counts)}")
    for value, fen, yes in result.get("curve", ()):
        print(f"    {value}：{fen / 100:,.2f} 元，{yes} 人")


def _check(arguments: argparse.Namespace) -> int:
    from minsheng import content
    from minsheng.apps.people import installed

    report = content.check(installed.roots())
    wrong = [one for one in report.problems if {"policies", "facts"} & set(Path(one.file).parts)]
    errors = [one for one in wrong if one.severity == "error"]
    printing.print_json(arguments, {"errors": [str(one) for one in errors], "problems": len(wrong)})
    if not arguments.json:
        for one in wrong:
            print(one)
        print(f"{len(errors)} 处错误 / errors, {len(wrong) - len(errors)} 处提醒 / warnings")
    return int(bool(errors))


def _interview(arguments: argparse.Namespace) -> int:
    """Ask one question after the other; nothing is kept."""
    from django.utils import timezone

    from minsheng.apps.policies import reads

    on = arguments.on or timezone.localdate()
    given = mapping_of(arguments.answers) if arguments.answers else None
    session = reads.session_of(person_of(arguments.person), on=on)
    asked: list[str] = []
    while (question := session.next_question()) is not None:
        answer = _answer(question, given)
        asked.append(question.path)
        session = (
            session.refuse(question.path)
            if answer is None
            else session.answer(question.path, answer)
        )
    progress = session.progress()
    result = {"asked": asked, "settled": progress.settled, "saved": progress.saved}
    printing.print_json(arguments, result)
    if not arguments.json:
        print(
            f"问了 {len(asked)} 个，定下来 {progress.settled} 项，省了 {progress.saved} 个 / asked, settled, saved"
        )
    return 0


def mapping_of(text: str) -> dict[str, Any]:
    """Return what JSON says by name, written out or in a file; WrongInput where it says nothing so."""
    path = Path(text)
    is_file = text.endswith(".json") and path.is_file()
    try:
        found = json.loads(path.read_text(encoding="utf-8") if is_file else text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise WrongInput(
            "policies.json",
            '要写成 JSON，例如 {"work": "flexible"}，或者给一个 .json 文件。',
            'Write JSON such as {"work": "flexible"}, or name a .json file.',
        )
    return found


def _answer(question: Any, given: Mapping[str, Any] | None) -> Any:
    """Return the answer from the given ones, or from the terminal; None: none is given."""
    if given is not None:
        return given.get(question.path)
    print(f"{question.label.zh} / {question.label.to('en')}（空着不答 / leave empty to skip）")
    text = input("> ").strip()
    plain = {"是": True, "yes": True, "否": False, "no": False}
    return None if not text else plain.get(text, int(text) if text.isdecimal() else text)


def person_of(named: str) -> Any:
    """Return somebody of the demonstration by `demo:name`; raises NotFound."""
    from minsheng.apps.people import reads as people
    from minsheng.cli.demo.cast import known_person
    from minsheng.lib.errors import NotFound

    kind, _, key = named.partition(":")
    try:
        person = people.person_by_number(known_person(key).number) if kind == "demo" else None
    except KeyError:
        person = None
    if person is None:
        raise NotFound(
            "policies.nobody",
            f"演示里没有“{named}”这个人。先运行 minsheng demo；写法例如 demo:qinsu。",
            f"There is nobody called {named!r}. Run minsheng demo first; write e.g. demo:qinsu.",
        )
    return person
