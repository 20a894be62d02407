"""三事分流: judged at the desk, challenged by the requester, judged again one level up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.appeals import access, sealing, store
from minsheng.apps.appeals.actions.transition import locked, write_own
from minsheng.apps.appeals.levels import level_post, sorting_of, standing_of
from minsheng.apps.appeals.models import Request, Sorted
from minsheng.apps.people.models import Account
from minsheng.engines.appeals.state import Event
from minsheng.engines.triage import Challenge, Command, Judge, SendBack, Triage, take
from minsheng.lib.errors import NotFound, WrongInput


def sort_request(
    number: str, answers: Mapping[str, str], *, by: Account, at: datetime | None = None
) -> Sorted:
    """Sort a request by the table, as the post of the level whose turn it is."""
    at = at or timezone.now()
    with transaction.atomic():
        request, triage, row = _locked(number)
        who = access.acting(level_post(request, triage, row.level), by)
        known = _known(triage, answers)
        found = triage.judge(known, on=timezone.localtime(at).date())
        if found.way is None:
            raise WrongInput(
                "triage.unanswered",
                f"还差 {len(found.missing)} 个问题没有答，答了才分得出。您选的都还在。",
                f"{len(found.missing)} questions are open; answer them first. What you chose is kept.",
                field=found.missing[0],
            )
        row.answers = known
        command = Judge(found.way.key, found.way.size)
        return _write(request, triage, row, command, who=who, at=at, words="")


def send_back_sorting(
    number: str, reason: str, *, by: Account, at: datetime | None = None
) -> Sorted:
    """Give it back to the level below with a reason, once, as the level above."""
    at = at or timezone.now()
    with transaction.atomic():
        request, triage, row = _locked(number)
        who = access.acting(level_post(request, triage, row.level), by)
        words = sealing.checked(reason, name="reason", needed=False)
        return _write(request, triage, row, SendBack(words), who=who, at=at, words=words)


def challenge_sorting(
    number: str, reason: str, *, by: Account, at: datetime | None = None
) -> Sorted:
    """Say that one doesn't agree with how one's request was sorted; the next level judges."""
    at = at or timezone.now()
    with transaction.atomic():
        request, triage, row = _locked(number)
        who = access.speaker(request, by)
        if not who:
            raise access.no_such_request()
        words = sealing.checked(reason, name="reason")
        return _write(request, triage, row, Challenge(words), who=who, at=at, words=words)


def _write(
    request: Request,
    triage: Triage,
    row: Sorted,
    command: Command,
    *,
    who: str,
    at: datetime,
    words: str,
) -> Sorted:
    took = take(standing_of(row), command, levels=len(triage.levels))
    after = took.after
    row.level, row.outcome, row.way, row.size = after.level, after.outcome, after.way, after.size
    row.sent_back, row.judged = sorted(after.sent_back), after.judged
    row.judged_at = at if took.kind == "judged" else row.judged_at
    waits = level_post(request, triage, row.level) if after.outcome == "open" else ""
    row.waits_for = waits if row.judged else ""
    row.save()
    data: dict[str, str | int] = {
        "level": took.level,
        "way": after.way,
        "size": after.size,
        "post": waits,
    }
    if took.kind == "judged":
        data["answers"] = json.dumps(row.answers, sort_keys=True)
    write_own(request, Event(f"triage.{took.kind}", at, who, "", data), words=words, shown=True)
    return row


def _locked(number: str) -> tuple[Request, Triage, Sorted]:
    request = locked(number)
    triage = sorting_of(request)
    if triage is None or store.state_of(request).status == "closed":
        raise NotFound(
            "triage.none",
            "这一类诉求不分流，或者已经办结。请回到这件诉求看看。",
            "This kind of request isn't sorted, or it is closed. See the request.",
        )
    row = Sorted.objects.filter(request=request).first() or Sorted(request=request, outcome="open")
    return request, triage, row


def _known(triage: Triage, answers: Mapping[str, str]) -> dict[str, str | bool]:
    """Return the answers by their questions; raises WrongInput for one that isn't offered."""
    known: dict[str, str | bool] = {}
    for key, question in triage.questions.items():
        text = answers.get(key, "")
        offered = [one.key for one in question.options] or ["yes", "no"]
        if text and text not in offered:
            raise WrongInput(
                "triage.answer",
                "请从列出的里面选一个。您选的都还在。",
                "Choose one of those listed. What you chose is kept.",
                field=key,
            )
        if text:
            known[key] = text if question.options else text == "yes"
    return known
