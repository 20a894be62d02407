"""Residents, firms, dispatchers, offices and the worker who act at random on the same requests."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from tests.apps.appeals.requests_of import CONTACT
from tests.marathon import Chosen, Days

from minsheng.apps.appeals import access, actions, store
from minsheng.apps.appeals.models import Request
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.cli.worker_command import work
from minsheng.engines.appeals.state import Item
from minsheng.engines.appeals.state import Request as State

KINDS = (actions.FOLLOW,)
KEYS = 6
"""Under so few keys requests are filed, so that several processes send the same one at once."""
POSTS = ("urban.roads", "urban.order", "planning.land", "economy.energy", "construction.buildings")


def told(key: str) -> actions.Told:
    """Return a request whose words say under which key it was sent."""
    return actions.Told(
        category="utilities.light.out",
        words=f"路灯不亮，{key}。",
        area="jinhu.hubin",
        contact=CONTACT,
    )


def choose(days: Days, chance: random.Random, worker: str) -> Chosen:
    """Return one act that somebody may well try now."""
    draw = chance.random()
    if draw < 0.16:
        return "work", lambda: work(worker, limit=5, kinds=KINDS)
    if draw < 0.22:
        return "timers", actions.fire_timers
    if draw < 0.27:
        return "a day", lambda: days.go_by(chance.choice((1, 1, 3, 9)))
    if draw < 0.33:
        key, who = f"k{chance.randrange(KEYS)}", account("wangfang")
        return "file", lambda: actions.file_once("hotline", told(key), by=who, key=key)
    rows = list(Request.objects.order_by("pk"))
    still = [row for row in rows if row.status != "closed"]
    return on_request(chance, chance.choice(still if still and chance.random() < 0.9 else rows))


def account(username: str) -> Account:
    """Return one of the cast."""
    found = people.account_by_username(username)
    assert found is not None
    return found


def one_of(chance: random.Random, post: str) -> Account:
    """Return somebody who fills a post, or once in twenty a stranger."""
    filled = people.accounts_of(post)
    return chance.choice(filled) if filled and chance.random() < 0.95 else account("sunwei")


def on_request(chance: random.Random, row: Request) -> Chosen:
    """Return an act on one request that fits how it stood a moment ago."""
    state, number, asker = store.state_of(row), row.number, _asker(row)
    if chance.random() < 0.03:
        return "withdraw", lambda: actions.withdraw_request(number, by=asker)
    if chance.random() < 0.06:
        return "urge", lambda: actions.urge(number, by=asker)
    if state.status == "received":
        return _dispatching(chance, row, state)
    if state.status == "visiting":
        return _calling(chance, row, asker)
    if state.status == "closed":
        return "again", lambda: actions.take_up_again(number, "又坏了。", by=asker)
    return _working(chance, row, state)


def _asker(row: Request) -> Account:
    return account("huangyi") if row.organisation_id else people.account(row.account_id or 0)


def _dispatching(chance: random.Random, row: Request, state: State) -> Chosen:
    number, spec = row.number, access.spec_of(row)
    by, draw = one_of(chance, access.dispatcher(spec, state)), chance.random()
    if draw < 0.05:
        return "refuse", lambda: actions.refuse_request(number, "in_court", by=by)
    if draw < 0.25:
        others = Request.objects.filter(slug=row.slug).exclude(pk=row.pk)
        to = chance.choice([*others.values_list("number", flat=True), number])
        return "join", lambda: actions.join_request(number, to, by=by)
    if draw < 0.3:
        return "part", lambda: actions.part_request(number, by=by)
    lead, *helpers = chance.sample(POSTS, chance.choice((1, 1, 2, 3)))
    return "dispatch", lambda: actions.dispatch_together(number, lead, helpers, by=by)


def _calling(chance: random.Random, row: Request, asker: Account) -> Chosen:
    number, caller = row.number, one_of(chance, access.spec_of(row).visit.post)
    is_solved, score = chance.random() < 0.6, chance.randint(1, 5)
    draw = chance.random()
    if draw < 0.3:
        return "in vain", lambda: actions.record_visit(number, by=caller, reached=False)
    if draw < 0.6:
        return "visit", lambda: actions.record_visit(
            number, by=caller, solved=is_solved, score=score
        )
    return "say", lambda: actions.answer_visit(number, by=asker, solved=is_solved, score=score)


def _working(chance: random.Random, row: Request, state: State) -> Chosen:
    spec = access.spec_of(row)
    item = chance.choice(list(state.items.values()))
    if item.status == "disputed":
        to, leader = chance.choice((*POSTS, "")), one_of(chance, spec.dispute.decide)
        return "decide", lambda: actions.decide_dispute(row.number, item.key, to, by=leader)
    if item.hold == "asked":
        leader = one_of(chance, spec.hold.approver)
        granted = chance.random() < 0.6
        return "answer_hold", lambda: actions.answer_hold(
            row.number, item.key, by=leader, granted=granted
        )
    if chance.random() < 0.08:
        by, post = one_of(chance, spec.dispatcher), chance.choice(POSTS)
        return "add_helper", lambda: actions.add_helper(row.number, post, by=by)
    if chance.random() < 0.05:
        by = one_of(chance, spec.dispatcher)
        return "relieve", lambda: actions.relieve(row.number, item.key, by=by)
    return _in_office(chance, row, item)


def _in_office(chance: random.Random, row: Request, item: Item) -> Chosen:
    fitting = {
        "waiting": ("sign", "sign", "sign", "send_back", "dispute"),
        "open": ("contact", "contact", "answer", "answer", "answer_all", "send_back", "hold"),
        "held": ("end_hold",),
    }
    name = chance.choice(fitting.get(item.status, ("sign", "answer")))
    by = one_of(chance, item.post)
    return name, lambda: ACTS[name](row.number, item.key, by)


ACTS: dict[str, Callable[[str, str, Account], object]] = {
    "sign": lambda n, i, by: actions.sign(n, i, by=by),
    "contact": lambda n, i, by: actions.contact(n, i, "call", by=by),
    "answer": lambda n, i, by: actions.answer_item(n, i, "done", "办好了。", by=by),
    "answer_all": lambda n, i, by: actions.answer_all(n, i, "done", "都办好了。", by=by),
    "send_back": lambda n, i, by: actions.send_back_together(n, i, "not_ours", by=by),
    "dispute": lambda n, i, by: actions.raise_dispute(n, i, "duty_unclear", by=by),
    "hold": lambda n, i, by: actions.ask_hold(
        n, i, "waits_money", timezone.localdate() + timedelta(days=5), by=by
    ),
    "end_hold": lambda n, i, by: actions.end_hold(n, i, by=by),
}


def next_act(row: Request) -> None:
    """Do the next thing that somebody can do about an open request, so that it comes to its end."""
    state, spec = store.state_of(row), access.spec_of(row)
    if state.status == "received":
        by = people.accounts_of(access.dispatcher(spec, state))[0]
        actions.dispatch(row.number, spec.backstop_of(state.category), by=by)
        return
    if state.status == "visiting":
        by = people.accounts_of(spec.visit.post)[0]
        actions.record_visit(row.number, by=by, solved=True)
        return
    item = min(state.open_items, key=lambda one: one.is_lead)
    by = people.accounts_of(item.post)[0]
    match item.status:
        case "waiting":
            actions.sign(row.number, item.key, by=by)
        case "disputed":
            leader = people.accounts_of(spec.dispute.decide)[0]
            actions.decide_dispute(row.number, item.key, by=leader)
        case "held":
            actions.end_hold(row.number, item.key, by=by)
        case _ if item.is_lead and item.contacted is None:
            actions.contact(row.number, item.key, "call", by=by)
        case _:
            actions.answer_item(row.number, item.key, "done", "办好了。", by=by)
