"""`minsheng policy`: list the policies, explain one for somebody or a firm of the demonstration; try them."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from minsheng.cli import policy_cliffs, policy_trying, printing
from minsheng.cli.score_command import firm_of
from minsheng.rules import Reason

if TYPE_CHECKING:
    from minsheng.apps.policies.reads import Explained
    from minsheng.apps.policies.sources import Used
    from minsheng.engines.policies.spec import Policy

SIGNS = {True: "是", False: "否", None: "？"}


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("policy", help="政策 / policies: who gets what, and why")
    acts = parser.add_subparsers(dest="act", required=True, metavar="动作/act")
    listing = acts.add_parser("list", help="有哪些政策 / which policies there are")
    listing.add_argument(
        "--for",
        dest="whom",
        choices=("person", "household", "firm"),
        help="只列给谁的 / only those for a person, a household or a firm",
    )
    explain = acts.add_parser(
        "explain", help="一项政策对一个人、一家企业怎么样 / one policy for one person or firm"
    )
    explain.add_argument("policy", help="政策的名字 / its name, e.g. flexible-insurance")
    whom = explain.add_mutually_exclusive_group(required=True)
    whom.add_argument(
        "--person", help="演示里的人，例如 demo:qinsu / somebody of the demonstration"
    )
    whom.add_argument(
        "--firm",
        help="演示里的企业：信用代码，或 demo:代表人，例如 demo:huangyi / a firm of the demonstration",
    )
    explain.add_argument("--on", type=date.fromisoformat, help="按哪一天 / on which day")
    explain.add_argument("--language", choices=("zh", "en"), help="只用一种语言 / one language")
    for one in (listing, explain):
        printing.add_json(one)
        one.set_defaults(run=run)
    policy_trying.add(acts)
    policy_cliffs.add(acts)


def run(arguments: argparse.Namespace) -> int:
    """Carry out one act."""
    from minsheng.cli.starting import start_django

    start_django()
    return {"list": _list, "explain": _explain}[arguments.act](arguments)


def _list(arguments: argparse.Namespace) -> int:
    from minsheng.apps.policies.shelf import shelf

    rows = [
        {
            "policy": one.slug,
            "title": one.title.zh,
            "for": list(one.for_whom),
            "configured": one.is_configured,
            "lacks": [lack.zh for lack in one.lacks],
        }
        for one in shelf().policies.values()
        if arguments.whom is None or arguments.whom in one.for_whom
    ]
    printing.print_json(arguments, {"policies": rows})
    for row in () if arguments.json else rows:
        lacks = "" if row["configured"] else f"（还缺：{'；'.join(row['lacks'])}）"  # type: ignore[arg-type]
        print(f"{row['policy']}  {row['title']}{lacks}")
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from minsheng.apps.policies import firms, reads, shelf

    on = arguments.on or timezone.localdate()
    policy = shelf.policy(arguments.policy)
    if arguments.firm:
        found = firms.told_firm(firm_of(arguments.firm), policy.slug, on=on)
    else:
        found = reads.told_person(policy_trying.person_of(arguments.person), policy.slug, on=on)
    if arguments.json:
        printing.print_json(arguments, _as_json(policy, found, on))
        return 0
    for language in (arguments.language,) if arguments.language else ("zh", "en"):
        print("\n".join(_page(policy, found, on, language)), end="\n\n")
    return 0


def _page(policy: Policy, found: Explained | None, on: date, lang: str) -> list[str]:
    """Return the explanation as somebody reads it who never saw the system."""
    is_zh = lang == "zh"
    lines = [
        f"{policy.title.to(lang)}（{on.isoformat()}）"
        if is_zh
        else f"{policy.title.to(lang)} ({on})"
    ]
    lines.append(policy.why.to(lang))
    if found is None:
        lines.append("还没有配置好，缺：" if is_zh else "Not configured yet. Missing:")
        return [*lines, *(f"  - {one.to(lang)}" for one in policy.lacks)]
    told = found.told
    lines += ["", told.conclusion.to(lang)]
    if told.amount.zh:
        lines.append(told.amount.to(lang))
    lines.append("")
    for one in told.told:
        sign = SIGNS[one.value] if is_zh else {True: "yes", False: "no", None: "?"}[one.value]
        lines.append(f"[{sign}] {one.condition.text.to(lang)}")
        lines += [
            f"      {'  ' * line.depth}{line.evidence.to(lang)}"
            for line in one.explanation.lines
            if line.evidence.zh and line.matters
        ]
    if found.facts:
        lines += ["", "用到的事实：" if is_zh else "Facts used:"]
        lines += [f"  {_fact(one, lang)}" for one in found.facts]
    if found.ways.texts:
        lines += ["", "怎样才能符合：" if is_zh else "How you could qualify:"]
        lines += [f"  {one.to(lang)}" for one in (*found.ways.texts, *found.ways.advice)]
    if policy.amount is not None:
        lines += ["", ("怎么算：" if is_zh else "Worked out so: ") + policy.amount_text.to(lang)]
    for number in told.numbers:
        source = f"{number.entry.source.to(lang)} [{number.entry.mark}]"
        lines.append(
            f"  {number.label.to(lang)}：{number.shown.to(lang)}　{source}"
            if is_zh
            else f"  {number.label.to(lang)}: {number.shown.to(lang)} ({source})"
        )
    for param in found.waiting:
        waits = Reason.NOT_ENTERED.text.to(lang)
        sources = " ".join(f"{one.source.to(lang)} [{one.mark}]" for one in param.values)
        lines.append(
            f"  {param.label.to(lang)}：{waits}　{sources}"
            if is_zh
            else f"  {param.label.to(lang)}: {waits} ({sources})"
        )
    lines.append("依据：" if is_zh else "Basis:")
    lines += [f"  {cite.said.to(lang)} [{cite.mark}]" for cite in policy.cites]
    return lines


def _fact(one: Used, lang: str) -> str:
    """Return one fact with who said it and when, and what may have to be shown for it."""
    day = f"，{one.as_of}" if one.as_of else ""
    proof = f"；要看：{one.proof.zh}" if one.proof.zh else ""
    inferred = f"；按 {one.inferred} 的情况推断" if one.inferred else ""
    if lang == "zh":
        return f"{one.label.zh}：{one.value.zh}（{one.said.zh}{day}{inferred}{proof}）"
    day = f", {one.as_of}" if one.as_of else ""
    proof = f"; to be shown: {one.proof.to(lang)}" if one.proof.zh else ""
    inferred = f"; inferred from {one.inferred}" if one.inferred else ""
    return f"{one.label.to(lang)}: {one.value.to(lang)} ({one.said.to(lang)}{day}{inferred}{proof})"


def _as_json(policy: Policy, explained: Explained | None, on: date) -> dict[str, object]:
    found: dict[str, object] = {"policy": policy.slug, "on": on.isoformat()}
    if explained is None:
        return {**found, "configured": False, "lacks": [one.zh for one in policy.lacks]}
    told = explained.told
    return {
        **found,
        "configured": True,
        "eligible": told.decision.value,
        "amount_fen": told.decision.amount_fen,
        "failing": list(told.decision.failing),
        "missing": sorted(one.field for one in told.decision.missing),
        "conclusion": told.conclusion.zh,
        "ways": [sorted(one.paths) for one in explained.ways.flips.smallest],
        "facts": [
            {
                "label": one.label.zh,
                "value": one.value.zh,
                "source": one.source,
                "said": one.said.zh,
                "as_of": one.as_of.isoformat() if one.as_of else None,
            }
            for one in explained.facts
        ],
        "waiting": [one.label.zh for one in explained.waiting],
        "numbers": {one.name: [one.shown.zh, one.entry.mark] for one in told.numbers},
    }
