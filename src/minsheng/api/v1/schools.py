"""Schools, classes and pupils by OneRoster's names; registers handed in, looked at and written."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.schools import access, actions, figures, reads
from minsheng.apps.schools.actions.importing import counts_of
from minsheng.lib.errors import WrongInput
from minsheng.lib.names import split_name

if TYPE_CHECKING:
    from minsheng.apps.schools.actions import Preview
    from minsheng.apps.schools.models import SchoolClass

router = Router()
ClassId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
MOST_PROBLEMS = 1000
MOST_CHARACTERS = 2_000_000


class SourcedRef(Shape):
    """A row of a register by its key."""

    sourcedId: str


class OrgFigures(Shape):
    """A school. `pupils` is null where the count speaks of too few; `above`: classes above the norm."""

    sourcedId: str
    name: Words
    stage: str
    classes: int
    pupils: int | None
    teachers: int
    above: int


class OrgFiguresList(Shape):
    """The schools I lead, or those of the district, in the order of the register."""

    orgs: list[OrgFigures]


class RosterClass(Shape):
    """A class. `id` is its own number here, by which its pupils are asked for."""

    id: int
    sourcedId: str
    title: str
    classType: str
    grades: list[str]
    school: SourcedRef
    terms: list[SourcedRef]


class RosterClassList(Shape):
    """The classes I teach, or those of the schools I lead."""

    classes: list[RosterClass]


class RosterStudent(Shape):
    """A pupil in a class."""

    sourcedId: str
    givenName: str
    familyName: str
    seat: int


class RosterStudentList(Shape):
    """The pupils of a class by seat."""

    users: list[RosterStudent]


class RegisterGiven(Shape):
    """A workbook or a zip of OneRoster files, in base64."""

    content: str = Field(min_length=4, max_length=MOST_CHARACTERS)


class RegisterProblem(Shape):
    """One thing that is wrong: where, what, how to mend it."""

    file: str
    line: int
    column: str
    what: Words
    mend: Words


class RegisterCount(Shape):
    """How many rows of a table come, change and go."""

    table: str
    added: int
    changed: int
    gone: int


class RegisterPreview(Shape):
    """What a register would do now. `seen` goes back with the act that writes it.

    `stops`: tables that would lose too much; a second person writes such a register, with a reason.
    """

    id: UUID
    state: str
    form: str
    expires: datetime
    schools: list[str]
    problems: list[RegisterProblem]
    counts: list[RegisterCount]
    stops: list[str]
    left_out: int
    seen: str


class RegisterAct(Shape):
    """Write a register as it was seen, or throw it away."""

    act: Literal["write", "drop"]
    seen: str = Field("", max_length=200)
    reason: str = Field("", max_length=20)


class RegisterReceipt(Shape):
    """What has become of a register."""

    id: UUID
    state: str


@router.get("/schools/orgs", response=OrgFiguresList)
def list_school_orgs(request: HttpRequest) -> OrgFiguresList:
    """Return the schools that I lead, or for the bureau all of them without small counts."""
    account = officer(request)
    rows = figures.of_led(account, reads.schools_led(account))
    if not rows:
        stages = figures.of_district(account)
        rows = [one for stage in stages for group in stage.groups for one in group.schools]
    return OrgFiguresList(
        orgs=[
            OrgFigures(
                sourcedId=one.key,
                name=words(one.title),
                stage=one.stage,
                classes=len(one.classes),
                pupils=one.pupils,
                teachers=one.teachers,
                above=one.above,
            )
            for one in rows
        ]
    )


@router.get("/schools/classes", response=RosterClassList)
def list_school_classes(request: HttpRequest) -> RosterClassList:
    """Return the classes that I teach, and those of the schools that I lead."""
    account = officer(request)
    mine = {one.pk: one for one in reads.classes_of(account)}
    mine |= {one.pk: one for led in reads.schools_led(account) for one in reads.classes_at(led)}
    return RosterClassList(classes=[_class(one) for one in mine.values()])


@router.get("/schools/classes/{class_id}/students", response=RosterStudentList)
def list_class_students(request: HttpRequest, class_id: ClassId) -> RosterStudentList:
    """Return the pupils of a class by seat; that they were seen is written down."""
    account = officer(request)
    found = access.require_class(account, class_id)
    actions.note_look(found, by=account)
    return RosterStudentList(users=[_student(one) for one in reads.pupils_in(found)])


@router.post("/schools/imports", response=RegisterPreview)
def hand_register_in(
    request: HttpRequest, payload: RegisterGiven, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Hand a register in and return what it would do; nothing is written. It is kept for a day."""
    account = officer(request)

    def act() -> RegisterPreview:
        try:
            content = base64.b64decode(payload.content, validate=True)
        except (binascii.Error, ValueError) as error:
            raise WrongInput(
                "schools.not_base64",
                "文件要用 base64 写。请改好再发。",
                "The file has to be written in base64. Send it so.",
                field="content",
            ) from error
        return _preview(actions.preview(actions.hand_in(content, by=account).pk, account=account))

    return answer_once(request, idempotency_key, act)


@router.get("/schools/imports/{import_id}", response=RegisterPreview)
def read_register(request: HttpRequest, import_id: UUID) -> RegisterPreview:
    """Return what a register would do now, to who handed it in and who may second it."""
    return _preview(actions.preview(import_id, account=officer(request)))


@router.post("/schools/imports/{import_id}/acts", response=RegisterReceipt)
def act_on_register(
    request: HttpRequest,
    import_id: UUID,
    payload: RegisterAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Write a register as it was seen, all of it or nothing; or throw it away."""
    account = officer(request)

    def act() -> RegisterReceipt:
        if payload.act == "drop":
            actions.drop_import(import_id, by=account)
            return RegisterReceipt(id=import_id, state="dropped")
        actions.write_import(import_id, seen=payload.seen, by=account, reason=payload.reason)
        return RegisterReceipt(id=import_id, state="written")

    return answer_once(request, idempotency_key, act)


def _class(one: SchoolClass) -> RosterClass:
    return RosterClass(
        id=one.pk,
        sourcedId=one.sourced_id,
        title=one.title,
        classType=one.kind,
        grades=[f"{one.grade:02d}"],
        school=SourcedRef(sourcedId=one.school.sourced_id),
        terms=[SourcedRef(sourcedId=one.session.sourced_id)],
    )


def _student(one: reads.PupilLine) -> RosterStudent:
    family, given = split_name(one.name)
    return RosterStudent(sourcedId=one.key, givenName=given, familyName=family, seat=one.seat)


def _preview(shown: Preview) -> RegisterPreview:
    counts = {} if shown.problems else counts_of(shown.found)
    return RegisterPreview(
        id=shown.row.pk,
        state=shown.row.state,
        form=shown.row.form,
        expires=shown.row.expires,
        schools=shown.row.schools,
        problems=[
            RegisterProblem(
                file=one.place.file,
                line=one.place.line,
                column=one.column,
                what=words(one.what),
                mend=words(one.mend),
            )
            for one in shown.problems[:MOST_PROBLEMS]
        ],
        counts=[
            RegisterCount(table=table, added=three[0], changed=three[1], gone=three[2])
            for table, three in counts.items()
        ],
        stops=[] if shown.problems else list(shown.stops),
        left_out=shown.left_out,
        seen=shown.seen,
    )
