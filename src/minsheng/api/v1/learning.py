"""精准教学: works given, handed in and shown; portraits, what comes next, rulings, objections, notes.

Works and their rows carry OneRoster's names where they mean the same: a work is a line item
(assignDate, dueDate, resultValueMax), a sheet a result (scoreStatus, score).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import caller, officer, resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.mastery import access, actions, reads
from minsheng.apps.schools import access as schools
from minsheng.apps.schools import reads as school_reads

if TYPE_CHECKING:
    from minsheng.apps.mastery.models import Sheet, Work
    from minsheng.apps.mastery.reads import AskedItem, PortraitView

router = Router()
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Key = Annotated[str, Field(max_length=60)]
Said = (
    Annotated[str, Field(max_length=2000)]
    | Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=40)]
)
STATUS = {"waiting": "not submitted", "handed_in": "fully graded", "excused": "exempt"}


class LineItem(Shape):
    """A work. `state`: open, closed, cancelled. `result_value_max` is the number of items."""

    id: int
    kind: str
    title: str
    class_id: int
    subject: str
    items: list[str]
    assign_date: date
    due_date: datetime | None
    minutes: int
    state: str
    result_value_max: int


class LineItems(Shape):
    """Works, the newest first."""

    rows: list[LineItem]


class LineItemWanted(Shape):
    """What is given; `minutes` 0 means what the items are expected to take."""

    kind: Literal["ticket", "homework"]
    subject: Key
    title: str = Field(max_length=60)
    items: list[Key] = Field(max_length=40)
    day: date | None = None
    due: datetime | None = None
    minutes: int = Field(0, ge=0, le=600)


class ItemRow(Shape):
    """How one item of a work went, with the mistakes that answers betray and how often."""

    item: str
    right: int
    of: int
    mistakes: dict[str, int]


class StepRow(Shape):
    """One thing to do tomorrow, and why."""

    what: Words
    why: Words


class WorkResults(Shape):
    """What a work has shown by now."""

    work: LineItem
    handed_in: int
    of: int
    to_decide: int
    items: list[ItemRow]
    tomorrow: list[StepRow]


class SkillCount(Shape):
    """How many of a class stand at each level of a skill; never who."""

    skill: str
    title: Words
    mastered: int
    growing: int
    at_risk: int
    unknown: int


class SkillCounts(Shape):
    """A class skill by skill."""

    rows: list[SkillCount]


class QuestionRow(Shape):
    """An item of my sheet. `right` and `why` are empty until it was handed in."""

    item: str
    control: str
    ask: str
    options: dict[str, str]
    places: list[str]
    result: str
    right: str
    why: str


class OwnSheetRow(Shape):
    """A pupil's sheet. `score` counts what was right; None until it was handed in."""

    work: LineItem
    score_status: str
    score: int | None
    items: list[QuestionRow]


class Answers(Shape):
    """Answers by item: one text, or one for each blank, letter or place."""

    answers: dict[Key, Said] = Field(max_length=40)


class SheetReceipt(Shape):
    """How a sheet stands now."""

    work_id: int
    score_status: str


class Score(Shape):
    """The worth that a teacher sees in an answer, in thousandths."""

    score: int = Field(ge=0, le=1000)


class AnswerReceipt(Shape):
    """An answer as it was settled."""

    id: int
    result: str
    score: int


class FindingRow(Shape):
    """One finding; `known`, `low` and `high` in per cent, None without an answer."""

    skill: str
    title: Words
    level: str
    known: int | None
    right: int
    of: int
    low: int | None
    high: int | None
    last: date | None
    by_teacher: bool


class NoteRow(Shape):
    """An interest, an activity or help."""

    id: int
    kind: str
    domain: str
    words: str
    on: date


class RulingRow(Shape):
    """A teacher's word that holds."""

    id: int
    kind: str
    target: str
    until: date


class Portrait(Shape):
    """A pupil in one subject: the same for pupil, family and teacher."""

    pupil_id: int
    subject: str
    answers: int
    findings: list[FindingRow]
    notes: list[NoteRow]
    rulings: list[RulingRow]


class NextRow(Shape):
    """An exercise that comes next, and why, as said to the pupil."""

    item: str
    skill: Words
    why: Words


class NextRows(Shape):
    """What a pupil should work on next, in order."""

    rows: list[NextRow]


class Disagreement(Shape):
    """Which finding is wrong, and why."""

    subject: Key
    skill: Key
    words: str = Field(min_length=1, max_length=500)


class ObjectionAnswer(Shape):
    """A teacher's answer; with `changes`, `is_mastered` takes the finding's place."""

    answer: str = Field(min_length=1, max_length=500)
    changes: bool
    is_mastered: bool = True


class RulingWanted(Shape):
    """A teacher's word on a skill or an item."""

    subject: Key
    kind: Literal["pin", "ban", "mastered", "not_mastered"]
    target: Key
    why: str = Field("", max_length=500)


class NoteWanted(Shape):
    """An interest, an activity or help, in school or outside."""

    kind: Literal["interest", "activity", "help"]
    domain: Literal["in", "out"]
    words: str = Field(min_length=1, max_length=200)


class Made(Shape):
    """The id of what was made or ended."""

    id: int


@router.get("/learning/classes/{class_id}/line-items", response=LineItems)
def list_line_items(request: HttpRequest, class_id: RowId) -> LineItems:
    """Return what was given to a class that I teach or lead."""
    found = reads.works_of(class_id, account=officer(request))
    return LineItems(rows=[_line(one.work) for one in found])


@router.post("/learning/classes/{class_id}/line-items", response=LineItem)
def give_work(
    request: HttpRequest,
    class_id: RowId,
    payload: LineItemWanted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Give an exit ticket or homework to a class that I teach."""
    account = officer(request)

    def act() -> LineItem:
        given = actions.Given(
            subject=payload.subject, title=payload.title, items=tuple(payload.items),
            day=payload.day, due=payload.due, minutes=payload.minutes,
        )  # fmt: skip
        give = actions.give_ticket if payload.kind == "ticket" else actions.give_homework
        return _line(give(class_id, given, by=account))

    return answer_once(request, idempotency_key, act)


@router.get("/learning/classes/{class_id}/skills", response=SkillCounts)
def read_class_skills(request: HttpRequest, class_id: RowId) -> SkillCounts:
    """Return how a class stands in every skill that somebody has answered."""
    account = officer(request)
    of = reads.subject_of(schools.require_class(account, class_id))
    return SkillCounts(
        rows=[
            SkillCount(
                skill=one.skill.key, title=words(one.skill.title), mastered=one.mastered,
                growing=one.growing, at_risk=one.at_risk, unknown=one.unknown,
            )
            for one in reads.class_skills(class_id, of.key, account=account)
        ]
    )  # fmt: skip


@router.get("/learning/line-items/{work_id}/results", response=WorkResults)
def read_work_results(request: HttpRequest, work_id: RowId) -> WorkResults:
    """Return what a work has shown by now."""
    found = reads.result_of(work_id, account=officer(request))
    return WorkResults(
        work=_line(found.work),
        handed_in=found.handed_in,
        of=found.of,
        to_decide=len(found.to_decide),
        items=[
            ItemRow(
                item=one.item.key, right=one.right, of=one.of,
                mistakes={mistake.key: len(names) for mistake, names in one.betrayed},
            )
            for one in found.items
        ],
        tomorrow=[StepRow(what=words(one.what), why=words(one.why)) for one in found.tomorrow],
    )  # fmt: skip


@router.post("/learning/line-items/{work_id}/closing", response=LineItem)
def close_work(
    request: HttpRequest, work_id: RowId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Collect a work."""
    account = officer(request)
    return answer_once(
        request, idempotency_key, lambda: _line(actions.close_work(work_id, by=account))
    )


@router.post("/learning/line-items/{work_id}/cancellation", response=LineItem)
def cancel_work(
    request: HttpRequest, work_id: RowId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take a work back before anybody has handed it in."""
    account = officer(request)
    return answer_once(
        request, idempotency_key, lambda: _line(actions.cancel_work(work_id, by=account))
    )


@router.post("/learning/line-items/{work_id}/pupils/{pupil_id}/answers", response=SheetReceipt)
def type_in_sheet(
    request: HttpRequest,
    work_id: RowId,
    pupil_id: RowId,
    payload: Answers,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Type in what a pupil wrote on paper."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.type_in(work_id, pupil_id, payload.answers, by=account)),
    )


@router.post("/learning/line-items/{work_id}/pupils/{pupil_id}/exemption", response=SheetReceipt)
def excuse_pupil(
    request: HttpRequest, work_id: RowId, pupil_id: RowId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take a pupil out of a work: nothing is concluded from it."""
    account = officer(request)
    return answer_once(
        request, idempotency_key, lambda: _receipt(actions.excuse(work_id, pupil_id, by=account))
    )


@router.post("/learning/answers/{answer_id}/decision", response=AnswerReceipt)
def decide_answer(
    request: HttpRequest, answer_id: RowId, payload: Score, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Settle an answer that a machine can't."""
    account = officer(request)

    def act() -> AnswerReceipt:
        made = actions.decide_answer(answer_id, payload.score, by=account)
        return AnswerReceipt(id=made.pk, result=made.result, score=made.score)

    return answer_once(request, idempotency_key, act)


@router.get("/learning/own/sheets", response=LineItems)
def list_own_sheets(request: HttpRequest) -> LineItems:
    """Return what waits for me as a pupil."""
    me = school_reads.own_pupil(resident(request))
    if me is None:
        return LineItems(rows=[])
    pupil = schools.require_pupil(caller(request), me.id)
    return LineItems(rows=[_line(one.work) for one in reads.waiting_for(pupil)])


@router.get("/learning/own/sheets/{work_id}", response=OwnSheetRow)
def read_own_sheet(request: HttpRequest, work_id: RowId) -> OwnSheetRow:
    """Return my sheet: the items, and once it is handed in what was right and why."""
    own = reads.own_sheet(access.require_sheet(resident(request), work_id))
    done = own.sheet.state == "handed_in"
    return OwnSheetRow(
        work=_line(own.work),
        score_status=STATUS[own.sheet.state],
        score=own.right if done else None,
        items=[_question(one, is_done=done) for one in own.items],
    )


@router.post("/learning/own/sheets/{work_id}/answers", response=SheetReceipt)
def hand_in_sheet(
    request: HttpRequest, work_id: RowId, payload: Answers, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Hand in my sheet; what is left out counts as not right."""
    account = resident(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.hand_in(work_id, payload.answers, by=account)),
    )


@router.get("/learning/pupils/{pupil_id}/portrait", response=Portrait)
def read_portrait(request: HttpRequest, pupil_id: RowId, subject: str = "") -> Portrait:
    """Return a portrait: my own, of my child, of a pupil I teach. A teacher's look is written down."""
    account = caller(request)
    key = _subject(request, pupil_id, subject)
    actions.note_look(pupil_id, by=account)
    return _portrait(reads.portrait_of(pupil_id, key, account=account))


@router.get("/learning/pupils/{pupil_id}/next", response=NextRows)
def list_next_exercises(request: HttpRequest, pupil_id: RowId, subject: str = "") -> NextRows:
    """Return what a pupil should work on next, with the reasons."""
    pupil = schools.require_pupil(caller(request), pupil_id)
    return NextRows(
        rows=[
            NextRow(item=one.item.key, skill=words(one.skill), why=words(one.why))
            for one in reads.next_exercises(pupil, _subject(request, pupil_id, subject))
        ]
    )


@router.post("/learning/pupils/{pupil_id}/objections", response=Made)
def object_to_finding(
    request: HttpRequest,
    pupil_id: RowId,
    payload: Disagreement,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Disagree with a finding about me or my child."""
    account = caller(request)

    def act() -> Made:
        made = actions.object_to(
            pupil_id, payload.subject, payload.skill, payload.words, by=account
        )
        return Made(id=made.pk)

    return answer_once(request, idempotency_key, act)


@router.post("/learning/objections/{objection_id}/answer", response=Made)
def answer_learning_objection(
    request: HttpRequest,
    objection_id: RowId,
    payload: ObjectionAnswer,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Answer who disagrees, as a teacher of the pupil."""
    account = officer(request)

    def act() -> Made:
        made = actions.answer_objection(
            objection_id, payload.answer, changes=payload.changes,
            is_mastered=payload.is_mastered, by=account,
        )  # fmt: skip
        return Made(id=made.pk)

    return answer_once(request, idempotency_key, act)


@router.post("/learning/pupils/{pupil_id}/rulings", response=Made)
def rule_on_pupil(
    request: HttpRequest,
    pupil_id: RowId,
    payload: RulingWanted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Settle a skill or an item for a pupil whom I teach."""
    account = officer(request)

    def act() -> Made:
        made = actions.rule_on(
            pupil_id, payload.subject, payload.kind, payload.target, why=payload.why, by=account
        )
        return Made(id=made.pk)

    return answer_once(request, idempotency_key, act)


@router.post("/learning/rulings/{ruling_id}/end", response=Made)
def end_ruling(
    request: HttpRequest, ruling_id: RowId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take a teacher's word back."""
    account = officer(request)
    return answer_once(
        request, idempotency_key, lambda: Made(id=actions.end_ruling(ruling_id, by=account).pk)
    )


@router.post("/learning/pupils/{pupil_id}/notes", response=Made)
def add_learning_note(
    request: HttpRequest, pupil_id: RowId, payload: NoteWanted, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Write down an interest, an activity or help."""
    account = caller(request)

    def act() -> Made:
        made = actions.add_note(pupil_id, payload.kind, payload.domain, payload.words, by=account)
        return Made(id=made.pk)

    return answer_once(request, idempotency_key, act)


@router.post("/learning/notes/{note_id}/end", response=Made)
def end_learning_note(
    request: HttpRequest, note_id: RowId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take a note away."""
    account = caller(request)
    return answer_once(
        request, idempotency_key, lambda: Made(id=actions.end_note(note_id, by=account).pk)
    )


def _subject(request: HttpRequest, pupil_id: int, wanted: str) -> str:
    """Return the subject that is asked for, else the first of the pupil's class; NotFound for strangers."""
    pupil = schools.require_pupil(caller(request), pupil_id)
    there = school_reads.class_of(pupil)
    if there is None:
        raise schools.no_such_pupil()
    return reads.subject_of(there, wanted[:60]).key


def _line(work: Work) -> LineItem:
    return LineItem(
        id=work.pk, kind=work.kind, title=work.title, class_id=work.school_class_id,
        subject=work.subject, items=work.items, assign_date=work.day, due_date=work.due,
        minutes=work.minutes, state=work.state, result_value_max=len(work.items),
    )  # fmt: skip


def _receipt(sheet: Sheet) -> SheetReceipt:
    return SheetReceipt(work_id=sheet.work_id, score_status=STATUS[sheet.state])


def _question(one: AskedItem, *, is_done: bool) -> QuestionRow:
    return QuestionRow(
        item=one.key, control=one.control, ask=one.item.ask, options=dict(one.options),
        places=list(one.places), result=one.result, right=one.right if is_done else "",
        why=one.item.why if is_done else "",
    )  # fmt: skip


def _portrait(view: PortraitView) -> Portrait:
    return Portrait(
        pupil_id=view.pupil.pk,
        subject=view.subject_key,
        answers=view.answers,
        findings=[
            FindingRow(
                skill=one.skill.key, title=words(one.skill.title), level=one.level,
                known=one.known, right=one.right, of=one.of, low=one.low, high=one.high,
                last=one.last, by_teacher=one.ruling is not None,
            )
            for one in view.skills
            if one.of
        ],
        notes=[
            NoteRow(
                id=one.row.pk, kind=one.row.kind, domain=one.row.domain, words=one.words,
                on=one.row.on,
            )
            for one in view.notes
        ],
        rulings=[
            RulingRow(
                id=one.row.pk, kind=one.row.kind, target=one.row.target, until=one.row.until
            )
            for one in view.rulings
        ],
    )  # fmt: skip
