"""Who may see and do what of two schools that teach together."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from minsheng.apps.dual.models import CANCELLED, FAR, LEAD, DualLesson, Pairing, Part
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.apps.schools import reads as school_reads
from minsheng.lib.errors import NotAllowed, NotFound


def pairings(account: Account) -> QuerySet[Pairing]:
    """Return the pairings that this account may see: who teaches in them, both heads, the bureau."""
    if not account.is_active or not account.is_staff_member:
        return Pairing.objects.none()
    rows = Pairing.objects.select_related("lead_school", "far_school", "lead_teacher")
    if schools.is_bureau(account):
        return rows.order_by("-since", "-pk")
    led = [one.pk for one in school_reads.schools_led(account)]
    mine = (
        Q(lead_teacher=account)
        | Q(classes__teacher=account)
        | Q(lessons__teacher=account)
        | Q(lessons__parts__lesson__teacher=account)
        | Q(lead_school__in=led)
        | Q(far_school__in=led)
    )
    found = Pairing.objects.filter(mine).values("pk")
    return rows.filter(pk__in=found).order_by("-since", "-pk")


def require_pairing(account: Account, pairing_id: int) -> Pairing:
    """Return a pairing that this account may see; raises NotFound for anybody else."""
    found = pairings(account).filter(pk=pairing_id).first()
    if found is None:
        raise no_such_pairing()
    return found


def sides_led(account: Account, pairing: Pairing) -> tuple[str, ...]:
    """Return the sides whose school this account leads."""
    orgs = {LEAD: pairing.lead_school, FAR: pairing.far_school}
    return tuple(side for side, org in orgs.items() if schools.heads(account, org))


def require_head(account: Account, pairing_id: int) -> tuple[Pairing, tuple[str, ...]]:
    """Return a pairing and the sides this account leads; raises NotFound, NotAllowed for who leads none."""
    pairing = require_pairing(account, pairing_id)
    sides = sides_led(account, pairing)
    if not sides:
        raise NotAllowed(
            "dual.heads_only",
            "结对由两边的校长来定，您可以看。",
            "A pairing is for the heads of both schools; you may look.",
        )
    return pairing, sides


def require_lead(account: Account, pairing_id: int) -> Pairing:
    """Return a pairing in which this account is the lead teacher; raises NotFound or NotAllowed."""
    pairing = require_pairing(account, pairing_id)
    if pairing.lead_teacher_id != account.pk:
        raise _lead_only()
    return pairing


def teaches_in(account: Account, dual: DualLesson) -> bool:
    """Whether this account leads the lesson or stands in one of its rooms."""
    return (
        account.pk in (dual.teacher_id, dual.pairing.lead_teacher_id)
        or dual.parts.filter(lesson__teacher=account).exists()
        or dual.pairing.classes.filter(teacher=account).exists()
    )


def require_dual(account: Account, dual_id: int) -> DualLesson:
    """Return a dual lesson that this account may see; raises NotFound for anybody else."""
    found = (
        DualLesson.objects.select_related(
            "pairing__lead_school__parent", "pairing__far_school__parent", "pairing__lead_teacher",
            "plan", "teacher",
        )
        .filter(pk=dual_id, pairing__in=pairings(account).values("pk"))
        .first()
    )  # fmt: skip
    if found is None:
        raise no_such_lesson()
    return found


def require_running_it(account: Account, dual_id: int) -> DualLesson:
    """Return a dual lesson that this account leads today; raises NotFound or NotAllowed."""
    found = require_dual(account, dual_id)
    if account.pk not in (found.teacher_id, found.pairing.lead_teacher_id):
        raise _lead_only()
    return found


def require_part(account: Account, part_id: int) -> Part:
    """Return the part of a class in whose room this account stands; raises NotFound or NotAllowed."""
    found = (
        Part.objects.select_related(
            "dual__pairing", "dual__plan", "lesson__school_class__school", "lesson__teacher"
        )
        .exclude(dual__state=CANCELLED)
        .filter(pk=part_id, dual__pairing__in=pairings(account).values("pk"))
        .first()
    )
    if found is None:
        raise no_such_lesson()
    if not is_room_teacher(account, found):
        raise NotAllowed(
            "dual.room_teacher",
            "点名和写话由站在这个教室里的老师来做，您可以看。",
            "This is for the teacher in that room; you may look.",
        )
    return found


def is_room_teacher(account: Account, part: Part) -> bool:
    """Whether this account stands in the room of a part, or teaches its class in this pairing."""
    return part.lesson.teacher_id == account.pk or bool(
        part.dual.pairing.classes.filter(
            school_class=part.lesson.school_class_id, teacher=account
        ).exists()
    )


def sees_names(account: Account, part: Part) -> bool:
    """Whether this account may see the names of a class: who stands in its room or teaches it."""
    return is_room_teacher(account, part) or schools.teaches(account, part.lesson.school_class)


def no_such_pairing() -> NotFound:
    """Return the answer to who asks for a pairing that isn't there, or isn't theirs."""
    return NotFound(
        "dual.no_pairing",
        "没有这个结对，或者您不在里面。请从“双师”里选。",
        "There is no such pairing, or you aren't part of it. Choose one under Dual.",
    )


def no_such_lesson() -> NotFound:
    """Return the answer to who asks for a dual lesson that isn't there, or isn't theirs."""
    return NotFound(
        "dual.no_lesson",
        "没有这节双师课，或者您不在里面。请从“双师”里选。",
        "There is no such dual lesson, or you aren't part of it. Choose one under Dual.",
    )


def _lead_only() -> NotAllowed:
    return NotAllowed(
        "dual.lead_only",
        "这一步由主讲老师来做，您可以看。",
        "This is for the lead teacher; you may look.",
    )
