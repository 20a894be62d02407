"""Officers, applicants, registers and workers who act at random on the same cases. See `tests.marathon`."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from tests.marathon import Chosen, Days

from minsheng.apps.cases import actions, catalogue
from minsheng.apps.cases.models import Case, Item
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.cli.worker_command import work
from minsheng.engines.casework.spec import ReasonSpec

KINDS = ("case.follow", "case.effect", "case.rewrite", "case.revoke", "case.certificate")
A_SEASON = 95  # longer than a question may wait for its answer


def choose(cases: Sequence[int], days: Days, chance: random.Random, worker: str) -> Chosen:
    """Return one act that somebody may well try now."""
    draw = chance.random()
    if draw < 0.16:
        return "work", lambda: work(worker, limit=5, kinds=KINDS)
    if draw < 0.19:
        return "timers", actions.fire_timers
    if draw < 0.218:
        return "a day", days.go_by
    if draw < 0.22:
        return "a season", lambda: days.go_by(A_SEASON)
    case = Case.objects.select_related("filed_by").get(pk=chance.choice(list(cases)))
    if draw < 0.23:
        return "withdraw", lambda: actions.withdraw_case(case.pk, by=case.filed_by)
    if draw < 0.29:
        return "consent", lambda: _consent(case, given=chance.random() < 0.9)
    row = chance.choice(list(case.items.exclude(status="skipped").order_by("pk")))
    return _on_item(chance, case, row)


def _on_item(chance: random.Random, case: Case, row: Item) -> Chosen:
    """Return an act on one item: what fits its state twice out of three, else anything."""
    officer = chance.choice(people.accounts_of(row.post))
    if row.status == "returned" and chance.random() < 0.6:
        supply = lambda: actions.supply_item(case.pk, row.key, by=case.filed_by, answer="补了")  # noqa: E731
        return "supply", supply
    if row.status == "refused" and chance.random() < 0.6:
        words = "我不同意"
        return "object", lambda: actions.object_item(
            case.pk, row.key, by=case.filed_by, words=words
        )
    if row.asks_post and chance.random() < 0.5:
        return "answer", lambda: _answer(chance, row)
    fitting = {
        "open": (
            *["approve"] * 5,
            "refuse",
            "return",
            "pause",
            "claim",
            "accept",
            "extend",
            "transfer",
        ),
        "external": ("pause", "resume"),
        "returned": ("refuse", "resume", "transfer"),
        "done": ("reverse", "correct"),
        "held": ("keep", "redo", "claim", "transfer"),
        "objected": ("decide", "decide", "claim"),
    }
    likely = ("resume", *fitting.get(row.status, ())) if row.is_stopped else fitting.get(row.status)
    anything = (*_ACTS, "approve", "approve")
    name = chance.choice(likely if likely and chance.random() < 0.7 else anything)
    return name, lambda: _ACTS[name](chance, case, row, officer)


def _reason(chance: random.Random, case: Case, row: Item, act: str) -> str:
    declared = catalogue.pinned_spec(case.pack_id).reasons.values()
    # A public notice ends by its days alone: nobody can be told that they ended it.
    fit: list[ReasonSpec] = [
        one
        for one in declared
        if one.act == act and one.fits(row.key) and one.kind != "public_notice"
    ]
    return chance.choice(fit).key if fit else "none"


def _consent(case: Case, *, given: bool) -> object:
    father = people.account_by_username("chenli")
    assert father is not None
    return actions.consent_case(case.pk, by=father, given=given)


def _answer(chance: random.Random, row: Item) -> object:
    leader = chance.choice(people.accounts_of(row.asks_post))
    return actions.answer_extension(row.pk, by=leader, granted=chance.random() < 0.7)


POSTS = ("hospital.birth", "police.household", "hall.window", "hr.card")
NAMES = ("陈予珺", "陈予君", "陈雨珺", "陈昱珺")
Act = Callable[[random.Random, Case, Item, Account], object]
_ACTS: dict[str, Act] = {
    "approve": lambda r, c, i, by: actions.approve_item(i.pk, by=by, evidence="看过"),
    "refuse": lambda r, c, i, by: actions.refuse_item(
        i.pk, by=by, reason=_reason(r, c, i, "refuse")
    ),
    "return": lambda r, c, i, by: actions.return_item(
        i.pk, by=by, reason=_reason(r, c, i, "return"), message="请补"
    ),
    "pause": lambda r, c, i, by: actions.pause_item(i.pk, by=by, reason=_reason(r, c, i, "stop")),
    "resume": lambda r, c, i, by: actions.resume_item(
        i.pk, by=by, outcome="unclear", finding="看过"
    ),
    "reverse": lambda r, c, i, by: actions.reverse_item(
        i.pk, by=by, reason=_reason(r, c, i, "reverse")
    ),
    "claim": lambda r, c, i, by: actions.claim_item(i.pk, by=by, take_over=r.random() < 0.5),
    "unclaim": lambda r, c, i, by: actions.unclaim_item(i.pk, by=by),
    "accept": lambda r, c, i, by: actions.accept_item(i.pk, by=by),
    "extend": lambda r, c, i, by: actions.ask_extension(
        i.pk, by=by, reason=_reason(r, c, i, "extend")
    ),
    "transfer": lambda r, c, i, by: actions.transfer_item(
        i.pk, by=by, to=r.choice(POSTS), handover="请接着办"
    ),
    "correct": lambda r, c, i, by: actions.correct_item(
        i.pk,
        by=by,
        reason=_reason(r, c, i, "correct"),
        values={"child_name": r.choice(NAMES)},
    ),
    "decide": lambda r, c, i, by: actions.decide_objection(
        i.pk, by=by, upheld=r.random() < 0.6, reason="refusal_right"
    ),
    "keep": lambda r, c, i, by: actions.release_item(i.pk, by=by, redo=False),
    "redo": lambda r, c, i, by: actions.release_item(i.pk, by=by, redo=True),
}
