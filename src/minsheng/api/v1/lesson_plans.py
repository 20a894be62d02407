"""Plans of 五学课堂: kept, written anew, shared, copied, compared."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.paging import Cursor, Limit, page
from minsheng.api.problems import Mistakes
from minsheng.api.v1.shapes import LARGEST_ID, LONGEST_TEXT, Shape, Words
from minsheng.api.v1.shapes import words as said
from minsheng.apps.lessons import access, actions, reads
from minsheng.apps.lessons.actions.planning import WrongPlan
from minsheng.engines.lessons import Material, Pattern, Plan, Step
from minsheng.lib.errors import WrongInput

if TYPE_CHECKING:
    from minsheng.apps.lessons.models import LessonPlan

router = Router()
PlanId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Name = Annotated[str, Field(max_length=60)]
Line = Annotated[str, Field(max_length=400)]
Said = Annotated[str, Field(max_length=LONGEST_TEXT)]


class LessonMaterial(Shape):
    """Something a lesson needs, with its address where it has one."""

    title: Line
    link: Line = ""


class LessonPlanStep(Shape):
    """A step as it is planned. `practice`: exercises for each pupil, of `skills`."""

    minutes: int = Field(ge=0, le=60)
    teacher: Said = ""
    pupils: Said = ""
    questions: list[Line] = Field(default_factory=list, max_length=20)
    materials: list[LessonMaterial] = Field(default_factory=list, max_length=20)
    skills: list[Name] = Field(default_factory=list, max_length=40)
    practice: int = Field(0, ge=0, le=20)


class LessonPlanBody(Shape):
    """A plan as it is written: `steps` by the keys of the way of teaching."""

    title: Line
    aim: Said = ""
    skills: list[Name] = Field(max_length=40)
    steps: dict[Name, LessonPlanStep] = Field(max_length=20)


class LessonPlanWanted(Shape):
    """A plan to keep. All that has to be mended is named at once."""

    subject: Name
    pattern: Name = access.FIRST
    plan: LessonPlanBody


class LessonPlanRevised(Shape):
    """The next version of a plan, and what it is for."""

    plan: LessonPlanBody
    why: str = Field("", max_length=200)


class LessonPlanShared(Shape):
    """With whom a plan is shared; "" is nobody."""

    shared: Literal["", "school", "district"]


class LessonPlanReceipt(Shape):
    """A version of a plan. Where nothing was changed, the version that was there."""

    id: int
    version: int
    shared: str


class LessonPlanRow(Shape):
    """The newest version of a plan."""

    id: int
    title: str
    subject: str
    grade: int
    version: int
    author: str
    school: Words
    shared: str
    at: datetime


class LessonPlanRows(Shape):
    """Plans, the newest first."""

    rows: list[LessonPlanRow]
    next: str | None


class LessonPlanVersion(Shape):
    """One of the versions of a plan."""

    id: int
    version: int
    why: str
    at: datetime


class LessonPlanShown(Shape):
    """A version of a plan with all the others, the newest first."""

    plan: LessonPlanRow
    pattern: str
    body: LessonPlanBody
    versions: list[LessonPlanVersion]
    is_newest: bool
    is_mine: bool


class LessonPlanPiece(Shape):
    """A piece of text: "+" is new, "-" is gone, "" is as before."""

    mark: Literal["", "+", "-"]
    text: str


class LessonPlanChange(Shape):
    """What changed: in which step ("" of the lesson), which part, piece by piece."""

    step: str
    part: str
    pieces: list[LessonPlanPiece]


class LessonPlanChanges(Shape):
    """Two versions, the earlier first, and what changed."""

    before: int
    after: int
    changes: list[LessonPlanChange]


class WrongFields(Mistakes):
    """A plan that can't be kept, with everything that has to be mended; nothing of it was kept."""

    def __init__(self, wrong: WrongPlan) -> None:
        super().__init__(
            [WrongInput(wrong.code, one.said.zh, one.said.to("en"), field=one.field) for one in wrong.wrong]
        )  # fmt: skip
        self.zh = f"有 {len(self.errors)} 处要改，教案还没有存。改好再发一次。"
        self.en = f"Not kept: {len(self.errors)} to be mended. Mend all and send again."


@router.get("/lessons/plans", response=LessonPlanRows)
def list_lesson_plans(
    request: HttpRequest,
    of: Literal["mine", "shared"] = "mine",
    words: str = "",
    cursor: Cursor = "",
    limit: Limit = 20,
) -> LessonPlanRows:
    """Return my plans, or those that others share with me, by words of the title."""
    account = officer(request)
    found = reads.own_plans(account) if of == "mine" else reads.library(account, words=words[:60])
    rows, following = page(
        found,
        place=lambda one: (-round(one.at.timestamp() * 1_000_000), -one.pk),
        cursor=cursor,
        limit=limit,
    )
    return LessonPlanRows(rows=[_plan_row(one) for one in rows], next=following)


@router.post("/lessons/plans", response=LessonPlanReceipt)
def save_lesson_plan(
    request: HttpRequest, payload: LessonPlanWanted, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Keep a new plan, as a teacher."""
    account = officer(request)

    def act() -> LessonPlanReceipt:
        access.school_of(account)
        plan = _plan(payload.plan, access.pattern(payload.pattern))
        drafted = actions.Drafted(subject=payload.subject, plan=plan, pattern=payload.pattern)
        try:
            return _plan_receipt(actions.save_plan(drafted, by=account))
        except WrongPlan as wrong:
            raise WrongFields(wrong) from wrong

    return answer_once(request, idempotency_key, act)


@router.get("/lessons/plans/{plan_id}", response=LessonPlanShown)
def read_lesson_plan(request: HttpRequest, plan_id: PlanId) -> LessonPlanShown:
    """Return a version of a plan that I wrote, that is shared with me, or of a lesson I may see."""
    view = reads.plan_view(plan_id, account=officer(request))
    return LessonPlanShown(
        plan=_plan_row(view.row),
        pattern=view.row.pattern,
        body=_body(view.plan),
        versions=[
            LessonPlanVersion(id=one.pk, version=one.version, why=one.why, at=one.at)
            for one in view.versions
        ],
        is_newest=view.is_newest,
        is_mine=view.is_mine,
    )


@router.post("/lessons/plans/{plan_id}/versions", response=LessonPlanReceipt)
def revise_lesson_plan(
    request: HttpRequest,
    plan_id: PlanId,
    payload: LessonPlanRevised,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Write a plan of mine anew, as its next version."""
    account = officer(request)

    def act() -> LessonPlanReceipt:
        row = access.require_author(account, plan_id)
        plan = _plan(payload.plan, access.pattern(row.pattern))
        drafted = actions.Drafted(
            subject=row.subject, plan=plan, why=payload.why, pattern=row.pattern
        )
        try:
            return _plan_receipt(actions.revise_plan(plan_id, drafted, by=account))
        except WrongPlan as wrong:
            raise WrongFields(wrong) from wrong

    return answer_once(request, idempotency_key, act)


@router.post("/lessons/plans/{plan_id}/copies", response=LessonPlanReceipt)
def copy_lesson_plan(
    request: HttpRequest, plan_id: PlanId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Make a plan of my own of one that I may read."""
    account = officer(request)
    return answer_once(
        request, idempotency_key, lambda: _plan_receipt(actions.copy_plan(plan_id, by=account))
    )


@router.post("/lessons/plans/{plan_id}/sharing", response=LessonPlanReceipt)
def share_lesson_plan(
    request: HttpRequest,
    plan_id: PlanId,
    payload: LessonPlanShared,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Share a plan of mine with my school or the district, or with nobody any more."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _plan_receipt(actions.share_plan(plan_id, payload.shared, by=account)),
    )


@router.get("/lessons/plans/{plan_id}/differences/{other_id}", response=LessonPlanChanges)
def compare_lesson_plans(
    request: HttpRequest, plan_id: PlanId, other_id: PlanId
) -> LessonPlanChanges:
    """Return what changed between two versions; joined without "-", the pieces are the new text."""
    old, new, found = reads.changes_between(plan_id, other_id, account=officer(request))
    return LessonPlanChanges(
        before=old.pk,
        after=new.pk,
        changes=[
            LessonPlanChange(
                step=one.step,
                part=one.part,
                pieces=[LessonPlanPiece(mark=mark, text=text) for mark, text in one.words],
            )
            for one in found
        ],
    )


def _plan(body: LessonPlanBody, pattern: Pattern) -> Plan:
    """Return a plan as the engine takes it; a step that the way of teaching lacks is refused."""
    for key in body.steps:
        if key not in pattern.steps:
            raise WrongInput(
                "lessons.step",
                f"没有这一步，只有：{'、'.join(pattern.steps)}。",
                f"There is no such step. The steps are: {', '.join(pattern.steps)}.",
                field="plan.steps",
            )
    return Plan(
        title=body.title.strip(),
        aim=body.aim.strip(),
        skills=tuple(body.skills),
        steps={key: _step(body.steps[key]) for key in pattern.steps if key in body.steps},
    )


def _step(one: LessonPlanStep) -> Step:
    return Step(
        minutes=one.minutes, teacher=one.teacher.strip(), pupils=one.pupils.strip(),
        questions=tuple(one.questions),
        materials=tuple(Material(row.title, row.link) for row in one.materials),
        skills=tuple(one.skills), practice=one.practice,
    )  # fmt: skip


def _body(plan: Plan) -> LessonPlanBody:
    # kept as it was: an older plan may be longer than what is taken today
    return LessonPlanBody.model_construct(
        title=plan.title,
        aim=plan.aim,
        skills=list(plan.skills),
        steps={
            key: LessonPlanStep.model_construct(
                minutes=one.minutes, teacher=one.teacher, pupils=one.pupils,
                questions=list(one.questions),
                materials=[
                    LessonMaterial.model_construct(title=row.title, link=row.link)
                    for row in one.materials
                ],
                skills=list(one.skills), practice=one.practice,
            )
            for key, one in plan.steps.items()
        },
    )  # fmt: skip


def _plan_row(row: LessonPlan) -> LessonPlanRow:
    return LessonPlanRow(
        id=row.pk, title=row.title, subject=row.subject, grade=row.grade, version=row.version,
        author=row.author.display, school=said(row.school.title), shared=row.shared, at=row.at,
    )  # fmt: skip


def _plan_receipt(row: LessonPlan) -> LessonPlanReceipt:
    return LessonPlanReceipt(id=row.pk, version=row.version, shared=row.shared)
