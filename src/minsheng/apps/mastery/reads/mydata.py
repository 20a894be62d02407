"""What is held about a pupil's learning, for "my data"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from minsheng.apps.mastery.models import TO_DECIDE, Answer, Note, Objection, Ruling, Standing
from minsheng.apps.mastery.reads.portrait import NOTES, RULED
from minsheng.apps.mastery.sealing import opened
from minsheng.apps.people.models import Account
from minsheng.apps.schools.models import STUDENT, SchoolUser
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that is held: what, its words, when and where it comes from."""

    what: Text
    words: str
    note: str


def held_about(account: Account) -> Iterator[Held]:
    """Yield everything held about the learning of the person of a proved account."""
    if account.person_id is None or not account.is_proved:
        return
    for pupil in SchoolUser.objects.select_related("person").filter(
        role=STUDENT, person=account.person_id
    ):
        yield from _of_pupil(pupil)


def _of_pupil(pupil: SchoolUser) -> Iterator[Held]:
    answers = Answer.objects.filter(sheet__pupil=pupil).select_related("sheet__work").order_by("pk")
    for one in answers:
        given = opened(pupil, one.given) or ""
        said = given if isinstance(given, str) else "；".join(given)
        waits = "，等老师看" if one.result in TO_DECIDE else ""
        work = one.sheet.work
        yield Held(Text("作答", "An answer"), said, f"{work.day}，{work.title}，{one.item}{waits}")
    for standing in Standing.objects.filter(pupil=pupil):
        yield Held(
            Text("学习画像", "How I learn"),
            f"{len(standing.skills)} 个知识点",
            f"根据 {standing.answers} 次作答算的",
        )
    for ruling in Ruling.objects.filter(pupil=pupil):
        why = opened(pupil, ruling.why) or ""
        yield Held(RULED[ruling.kind], why, f"{timezone.localdate(ruling.at)}，{ruling.target}")
    for one_objection in Objection.objects.filter(pupil=pupil):
        words = opened(pupil, one_objection.words) or ""
        answer = opened(pupil, one_objection.answer) or ""
        yield Held(Text("说过不对", "Disagreed"), words, answer or "等老师答复")
    for note in Note.objects.filter(pupil=pupil, ended_at__isnull=True):
        yield Held(NOTES[note.kind], opened(pupil, note.words) or "", f"{note.on}")
