"""How a request was sorted, for whoever made it and for the post whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minsheng.apps.appeals import access, sealing, store
from minsheng.apps.appeals.levels import level_post, sorting_of, standing_of
from minsheng.apps.appeals.models import Request, RequestNote, Sorted
from minsheng.apps.appeals.reads.mine import area_title, whole_number
from minsheng.apps.appeals.reads.telling import post_title
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account
from minsheng.engines.triage import Question, Triage, Way, taken
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class Said:
    """One question with the answer it was sorted by."""

    ask: Text
    answer: Text


@dataclass(frozen=True, slots=True)
class SortingView:
    """How a request stands. `may`: "judge", "send_back" or "challenge", as far as this account may.

    `level` is whose turn it is, or who judged last; `reasons` what was said with challenges and with
    sending back, in order.
    """

    number: str
    title: Text
    area: Text
    words: str
    way: Way | None
    size: Text
    outcome: str
    level: Text
    post: Text
    answers: tuple[Said, ...]
    questions: tuple[Question, ...]
    chosen: Mapping[str, str]
    reasons: tuple[str, ...]
    may: frozenset[str]


def own_sorting(number: str, *, account: Account) -> SortingView | None:
    """Return how one's own request was sorted, or one that was noted; None where it isn't."""
    request = whole_number(number)
    if not access.may_follow(request, account):
        raise access.no_such_request()
    triage, row = sorting_of(request), Sorted.objects.filter(request=request).first()
    if triage is None or row is None or not row.judged:
        return None
    is_closed = store.state_of(request).status == "closed"
    is_theirs = bool(access.speaker(request, account)) and not is_closed
    may = taken(standing_of(row), len(triage.levels)) if is_theirs else frozenset()
    return _view(request, triage, row, may & {"challenge"})


def desk_sorting(number: str, *, account: Account) -> SortingView:
    """Return a request to be sorted, for the posts that have to do with it, with the look noted."""
    request = whole_number(number)
    spec, state = access.spec_of(request), store.state_of(request)
    held = access.held_by(account)
    posts = held.in_kind(spec)
    triage = sorting_of(request)
    if triage is None:
        raise access.no_such_request()
    row = Sorted.objects.filter(request=request).first() or Sorted(request=request, outcome="open")
    post = level_post(request, triage, row.level)
    judges = {level_post(request, triage, level) for level in range(row.level + 1)} & posts
    if not judges and not access.may_see(spec, state, held):
        raise access.no_such_request()
    if not request.person.is_erased:
        duty = sorted(judges or access.posts_on(spec, state) & posts)[0]
        people.record_look(
            request.person_id, by=account, purpose="case", what="values",
            case=request.number, post_key=duty, is_protected=spec.protected,
        )  # fmt: skip
    may = taken(standing_of(row), len(triage.levels)) & {"judge", "send_back"}
    is_turn = post in posts and state.status != "closed"
    return _view(request, triage, row, may if is_turn else frozenset())


def not_sorted() -> NotFound:
    """Return the answer about a request that wasn't sorted, yet or ever."""
    return NotFound(
        "triage.not_sorted",
        "这件诉求还没有分，或者这一类不分。",
        "This request wasn't sorted, yet or ever.",
    )


def challenges_to_judge(account: Account) -> list[tuple[str, Text]]:
    """Return the challenged requests that wait for this account to judge them."""
    held = access.held_by(account)
    rows = Sorted.objects.filter(waits_for__in=held.posts).exclude(waits_for="")
    found = rows.exclude(request__status="closed").select_related("request").order_by("pk")[:200]
    seen = [(row, access.spec_of(row.request)) for row in found]
    return [
        (row.request.number, spec.title_of(row.request.category))
        for row, spec in seen
        if row.waits_for in held.in_kind(spec)
    ]


def _view(request: Request, triage: Triage, row: Sorted, may: frozenset[str]) -> SortingView:
    notes = RequestNote.objects.filter(
        request=request, kind__in=["triage.challenged", "triage.sent_back"]
    ).order_by("seq")
    chosen = {k: {True: "yes", False: "no"}.get(v, v) for k, v in row.answers.items()}
    return SortingView(
        number=request.number,
        title=access.spec_of(request).title_of(request.category),
        area=area_title(request.area),
        words=sealing.opened(request.person, request.words, field=sealing.WORDS),
        way=triage.ways.get(row.way),
        size=triage.sizes.get(row.size, Text("")),
        outcome=row.outcome,
        level=triage.levels[row.level].title,
        post=post_title(level_post(request, triage, row.level)),
        answers=tuple(
            Said(question.ask, _answer(question, chosen[key]))
            for key, question in triage.questions.items()
            if key in chosen
        ),
        questions=tuple(triage.questions.values()),
        chosen=chosen,
        reasons=tuple(sealing.opened(request.person, n.sealed, field=sealing.NOTE) for n in notes),
        may=may,
    )


def _answer(question: Question, chosen: str) -> Text:
    if not question.options:
        return Text("是", "yes") if chosen == "yes" else Text("不是", "no")
    return next((one.label for one in question.options if one.key == chosen), Text(chosen))
