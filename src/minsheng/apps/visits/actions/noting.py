"""What came of a visit: done with what was found, nobody at home, refused; and what is added later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.people.typed import typed
from minsheng.apps.visits import access
from minsheng.apps.visits.actions.findings import note_findings
from minsheng.apps.visits.actions.recording import locked, locked_any, named, note, open_next, saved
from minsheng.apps.visits.models import DONE, REFUSED, Visit
from minsheng.apps.visits.plans import head_of, plan
from minsheng.apps.visits.sealing import checked, sealed
from minsheng.content.visits import VisitSpec
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

BACK_DAYS = 31
"""How long after a visit it may still be written down: phones without network, holidays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a visitor writes down. `findings`: what was found → in a sentence.

    `revision` is the state of the visit that the visitor saw; None doesn't ask.
    """

    way: str
    on: date | None = None
    agreed: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, str] = field(default_factory=dict)
    revision: int | None = None


class WrongNote(WrongInput):
    """A form with mistakes; `errors` holds one for each field, nothing was written."""

    def __init__(self, errors: list[WrongInput]) -> None:
        first = errors[0]
        super().__init__(first.code, first.zh, first.en, field=first.field, facts=first.facts)
        self.errors = errors


def note_visit(number: str, written: Note, *, by: Account) -> Visit:
    """Return a visit that was made, with what was answered and found; the next one is opened.

    A way that doesn't count is kept in the history and leaves the visit open. Where the visited
    person didn't agree, only the fact of the visit is kept, and what must be acted on at once.
    Raises WrongNote with every mistake, Conflict when somebody has settled it, NotFound for others.
    """
    today = timezone.localdate()
    with transaction.atomic():
        visit = locked(number, revision=written.revision)
        access.require_open(visit, by)
        spec = plan(visit.visited.plan)
        answers = _checked(spec, written, today)
        on = written.on or today
        if not spec.plan.counts(written.way):
            note(visit, "contact", by=named(by), day=on, words=answers, way=written.way)
            return saved(visit)
        visit.outcome, visit.settled_on, visit.settled_by = DONE, on, by
        visit.way, visit.agreed = written.way, written.agreed if spec.agreed.zh else None
        visit.answers_sealed = sealed(visit.visited.person, answers)
        saved(visit, "outcome", "settled_on", "settled_by", "way", "agreed", "answers_sealed")
        note(visit, "done", by=named(by), day=on, way=written.way, late=on > visit.until)
        note_findings(visit, _kept(spec, written), by=by)
        _go_on(visit, on)
    return visit


def note_no_show(
    number: str, *, by: Account, words: str = "", revision: int | None = None
) -> Visit:
    """Return a visit at which nobody was met: it stays open. After as many tries as the pack says,
    the head of the office is told.
    """
    with transaction.atomic():
        visit = locked(number, revision=revision)
        access.require_open(visit, by)
        visit.no_shows += 1
        visit.day = visit.at = None
        saved(visit, "no_shows", "day", "at")
        words = checked(words, field="words")
        note(visit, "no_show", by=named(by), day=timezone.localdate(), words=words)
        if visit.no_shows == plan(visit.visited.plan).tries:
            _tell_head(visit)
    return visit


def note_refusal(number: str, *, by: Account, words: str = "") -> Visit:
    """Return a visit that the visited person didn't want, told to the visitor or said on their page.

    It is an answer like another: never a miss, never a mark against anybody.
    """
    today = timezone.localdate()
    with transaction.atomic():
        visit = locked(number)
        if not access.is_own(visit.visited, by):
            access.require_open(visit, by)
        visit.outcome, visit.settled_on, visit.settled_by = REFUSED, today, by
        saved(visit, "outcome", "settled_on", "settled_by")
        note(visit, "refused", by=named(by), day=today, words=checked(words, field="words"))
        _go_on(visit, today)
    return visit


def add_words(number: str, words: str, *, by: Account) -> Visit:
    """Return a visit, settled or not, with words added to its history: nothing typed is ever lost."""
    words = checked(words, field="words")
    if not words:
        raise _missing("words")
    with transaction.atomic():
        visit = locked_any(number)
        access.require_open(visit, by)
        note(visit, "added", by=named(by), day=timezone.localdate(), words=words)
    return saved(visit)


def _go_on(visit: Visit, on: date) -> None:
    """Open the next visit by the rhythm once this one is settled."""
    if visit.basis or visit.visited.ended_on is not None:
        return
    visit.visited.last_on = on
    visit.visited.save(update_fields=["last_on"])
    open_next(visit.visited, since=on, settled=True)


def _kept(spec: VisitSpec, written: Note) -> Mapping[str, str]:
    """Return the findings that may be kept: without agreement only what must be acted on at once."""
    if not spec.agreed.zh or written.agreed:
        return written.findings
    return {key: words for key, words in written.findings.items() if spec.findings[key].urgent}


def _checked(spec: VisitSpec, written: Note, today: date) -> dict[str, object]:
    """Return the typed answers that may be kept; raises WrongNote with every mistake."""
    errors: list[WrongInput] = []
    if written.way not in spec.ways:
        errors.append(
            _wrong("way", "请选是怎么去的。您填的都还在。", "Say in which way you visited.")
        )
    if written.on is not None and not today - timedelta(BACK_DAYS) <= written.on <= today:
        errors.append(
            _wrong(
                "on",
                f"哪天去的，要写今天或者 {BACK_DAYS} 天以内的日子。",
                f"The day of the visit is today or within the last {BACK_DAYS} days.",
            )
        )
    errors += [
        _wrong("findings", "没有这一项发现，请重新选。", "There is no such finding. Choose again.")
        for key in written.findings
        if key not in spec.findings
    ]
    answers: dict[str, object] = {}
    if not spec.agreed.zh or written.agreed:
        answers, mistakes = read_answers(spec, written.answers, today)
        errors += mistakes if written.way in spec.ways and spec.ways[written.way].counts else []
    if errors:
        raise WrongNote(errors)
    return answers


def read_answers(
    spec: VisitSpec, texts: Mapping[str, str], today: date
) -> tuple[dict[str, object], list[WrongInput]]:
    """Return what was answered, typed as the pack declares, and what can't be used."""
    answers: dict[str, object] = {}
    errors: list[WrongInput] = []
    for key, asked in spec.fields.items():
        text = texts.get(key, "").strip()
        if not text:
            errors += [_missing(key)] if asked.required else []
            continue
        try:
            value = typed(asked, text, on=today)
        except WrongInput as error:
            errors.append(error)
            continue
        answers[key] = value.isoformat() if isinstance(value, date) else value
    return answers, errors


def _tell_head(visit: Visit) -> None:
    tries = visit.no_shows
    for account in people.accounts_of(head_of(visit.visited.post)):
        notices.notify(
            account,
            kind="visit.no_show",
            title=Text(f"去了 {tries} 次都没有见到人", f"Nobody was met in {tries} tries"),
            body=Text(f"走访 {visit.number}：请定下一步怎么办。", f"Visit {visit.number}: decide."),
            link="/desk/rounds/coverage",
            key=f"visit.no_show:{visit.pk}",
        )


def _missing(key: str) -> WrongInput:
    return _wrong(key, "这一项还没有填。别的都还在。", "This is still empty. The rest is kept.")


def _wrong(at: str, zh: str, en: str) -> WrongInput:
    return WrongInput(f"visits.{at}"[:40], zh, en, field=at)


__all__ = [
    "Note", "WrongNote", "add_words", "note_no_show", "note_refusal", "note_visit",
]  # fmt: skip
