"""A teacher's word wins; a pupil and their family may disagree, and are answered."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.mastery import access
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.models import (
    BAN,
    DOMAINS,
    MASTERED,
    NOT_MASTERED,
    NOTES,
    PIN,
    RULINGS,
    Note,
    Objection,
    Ruling,
)
from minsheng.apps.mastery.sealing import checked, sealed
from minsheng.apps.notices import actions as notices
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.apps.schools import reads as school_reads
from minsheng.apps.schools.models import SchoolUser
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

STREAM = "learning"
HOLDS = timedelta(days=120)
"""A teacher's word holds for about a term, and is then asked for again."""


def rule_on(
    pupil_id: int,
    subject: str,
    kind: str,
    target: str,
    *,
    why: str = "",
    by: Account,
    until: date | None = None,
) -> Ruling:
    """Return a teacher's word on a pupil's item or skill; it takes the place of an earlier one."""
    pupil = access.require_teacher_of(by, pupil_id)
    of = shelf(subject)
    is_skill = target in of.skill_number
    if kind not in RULINGS or not (is_skill or (kind in (PIN, BAN) and target in of.item_number)):
        raise WrongInput(
            "mastery.ruling",
            "请选一个知识点或一道题，再选怎么定。",
            "Choose a skill or an item, and what you settle.",
            field="target",
        )
    day = timezone.localdate()
    with transaction.atomic():
        SchoolUser.objects.select_for_update().get(pk=pupil.pk)
        Ruling.objects.filter(
            pupil=pupil, subject=subject, target=target, ended_at__isnull=True
        ).update(ended_at=timezone.now())
        made = Ruling.objects.create(
            pupil=pupil, subject=subject, kind=kind, target=target, by=by,
            why=sealed(pupil, checked(why, field="why")) if why.strip() else "",
            until=until or day + HOLDS,
        )  # fmt: skip
        _record(pupil, "ruled", by, {"kind": kind, "target": target})
    return made


def end_ruling(ruling_id: int, *, by: Account) -> Ruling:
    """Take a teacher's word back: what was worked out counts again. Twice is once."""
    found = Ruling.objects.filter(pk=ruling_id).first()
    if found is None:
        raise schools.no_such_pupil()
    access.require_teacher_of(by, found.pupil_id)
    with transaction.atomic():
        found = Ruling.objects.select_for_update().get(pk=ruling_id)
        if found.ended_at is None:
            found.ended_at = timezone.now()
            found.save(update_fields=["ended_at"])
            _record(found.pupil, "ruling_ended", by, {"target": found.target})
    return found


def object_to(pupil_id: int, subject: str, skill: str, words: str, *, by: Account) -> Objection:
    """Return what a pupil or their family have against a finding; a teacher of the pupil answers."""
    pupil = schools.require_pupil(by, pupil_id)
    if not (schools.is_pupil(by, pupil) or schools.is_guardian(by, pupil)):
        raise NotAllowed(
            "mastery.family_objects",
            "这一步给学生和家长用。您是老师，可以直接改定。",
            "This is for pupils and families. As a teacher you can settle it yourself.",
        )
    if skill not in shelf(subject).skill_number:
        raise WrongInput("mastery.skill", "请选一个知识点。", "Choose a skill.", field="skill")
    text = sealed(pupil, checked(words, field="words"))
    try:
        with transaction.atomic():
            made = Objection.objects.create(
                pupil=pupil, subject=subject, skill=skill, words=text, by=by
            )
            _record(pupil, "objected", by, {"skill": skill})
    except IntegrityError as cause:
        raise Conflict(
            "mastery.objected",
            "这一条已经提过了，老师还没有答复。答复了会通知您。",
            "This was said already and waits for the teacher. You will be told.",
        ) from cause
    there = school_reads.class_of(pupil)
    for teacher in school_reads.teachers_of(there) if there else []:
        notices.notify(
            teacher,
            kind="learning",
            title=Text("有人说一条判断不对", "Somebody disagrees with a finding"),
            body=Text("请看一看，答复一句。", "Please look and answer."),
            link=f"/school/pupils/{pupil.pk}",
            key=f"objection:{made.pk}:{teacher.pk}",
        )
    return made


def answer_objection(
    objection_id: int, answer: str, *, changes: bool, is_mastered: bool = True, by: Account
) -> Objection:
    """Answer it; where it changes the finding, the teacher's word takes its place."""
    found = Objection.objects.filter(pk=objection_id).select_related("pupil__person").first()
    if found is None:
        raise schools.no_such_pupil()
    pupil = access.require_teacher_of(by, found.pupil_id)
    text = sealed(pupil, checked(answer, field="answer"))
    with transaction.atomic():
        found = Objection.objects.select_for_update().get(pk=objection_id)
        if found.outcome:
            raise Conflict(
                "mastery.answered",
                "已经有老师答复过了。请刷新看看。",
                "Another teacher has answered it. Reload the page.",
            )
        found.outcome, found.answer = "changed" if changes else "kept", text
        found.answered_by, found.answered_at = by, timezone.now()
        found.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
        if changes:
            kind = MASTERED if is_mastered else NOT_MASTERED
            rule_on(pupil.pk, found.subject, kind, found.skill, by=by)
        _record(pupil, "objection_answered", by, {"skill": found.skill, "outcome": found.outcome})
    notices.notify(
        found.by,
        kind="learning",
        title=Text("老师答复了", "The teacher has answered"),
        body=Text("您说不对的那一条，老师看过了。", "The teacher has looked at what you said."),
        link=f"/learn/pupils/{pupil.pk}",
        key=f"objection-answered:{found.pk}",
    )
    return found


def add_note(pupil_id: int, kind: str, domain: str, words: str, *, by: Account) -> Note:
    """Write down an interest, an activity or help: by the pupil, their family or a teacher."""
    pupil = schools.require_pupil(by, pupil_id)
    if kind not in NOTES or domain not in DOMAINS:
        raise WrongInput(
            "mastery.note",
            "请选是兴趣、活动还是帮助，校内还是校外。",
            "Choose interest, activity or help, in school or outside.",
            field="kind",
        )
    text = checked(words, field="words", longest=200)
    with transaction.atomic():
        made = Note.objects.create(
            pupil=pupil, kind=kind, domain=domain, words=sealed(pupil, text), by=by,
            on=timezone.localdate(),
        )  # fmt: skip
        _record(pupil, "noted", by, {"kind": kind, "domain": domain})
    return made


def end_note(note_id: int, *, by: Account) -> Note:
    """Take a note away: whoever wrote it, and the pupil and their family any note at all."""
    found = Note.objects.filter(pk=note_id).select_related("pupil__person").first()
    if found is None:
        raise schools.no_such_pupil()
    pupil = schools.require_pupil(by, found.pupil_id)
    is_family = schools.is_pupil(by, pupil) or schools.is_guardian(by, pupil)
    if found.by_id != by.pk and not is_family:
        raise NotFound(
            "mastery.note_not_yours",
            "这一条不是您写的，请写的人来改。",
            "You didn't write this; ask whoever did.",
        )
    if found.ended_at is None:
        with transaction.atomic():
            Note.objects.filter(pk=found.pk).update(ended_at=timezone.now(), words="")
            _record(pupil, "note_ended", by, {"kind": found.kind})
    return found


def _record(pupil: SchoolUser, kind: str, by: Account, facts: dict[str, str | int | bool]) -> None:
    news = audit.News(f"learning.{kind}", timezone.now(), f"account:{by.pk}", facts)
    audit.record(STREAM, str(pupil.pk), news)
