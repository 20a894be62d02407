"""Money is taken back on a ground that holds: opened, heard, confirmed by another, repaid in parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.grants import access
from minsheng.apps.grants.access import policy_of
from minsheng.apps.grants.grounds import does_not_hold, ground_of, held
from minsheng.apps.grants.models import (
    CONFIRMED,
    DROPPED,
    HEARD,
    REPAID,
    Grant,
    RecoveredMonth,
    Recovery,
)
from minsheng.apps.grants.writing import (
    checked,
    done_already,
    locked,
    record,
    sealed,
    tell,
    tell_post,
)
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.payouts import reads as payout_reads
from minsheng.apps.payouts.access import acting, rules
from minsheng.apps.payouts.models import PAID
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.texts import Text

STATES = ("running", "ended")


def open_recovery(
    grant_id: int, ground: str, instalments: Sequence[int], words: str, *, by: Account
) -> Recovery:
    """Ask paid months of an award back on a declared ground; the person has some days to speak.

    Raises WrongInput naming the field for a ground that doesn't hold for each of the months, Conflict
    for a month that isn't paid or is asked back already.
    """
    with transaction.atomic():
        grant = locked(grant_id, *STATES)
        who, found = access.deciding(grant, by), ground_of(grant, ground)
        text = checked(words, field="why")
        rows = [
            row
            for row in payout_reads.instalments_of(grant.person, grant.policy)
            if row.pk in set(instalments)
        ]
        if not rows or len(rows) != len(set(instalments)) or any(one.state != PAID for one in rows):
            raise WrongInput(
                "grants.months",
                "请选到账了的月份。没有到账的不用收回。",
                "Choose months that were paid; nothing else can be taken back.",
                field="months",
            )
        dues = [(row, held(grant, found, row)) for row in rows]
        for _, one in dues:
            if not one.due_fen:
                raise does_not_hold(found, one)
        days = timedelta(days=rules().hear_days)
        try:
            with transaction.atomic():
                recovery = Recovery.objects.create(
                    grant=grant, ground=ground, hear_until=timezone.localdate() + days,
                    opened_by=by, words_sealed=sealed(grant.person, text),
                )  # fmt: skip
                RecoveredMonth.objects.bulk_create(
                    RecoveredMonth(
                        recovery=recovery, instalment=row, due_fen=one.due_fen,
                        right_fen=row.amount_fen - one.due_fen,
                    )
                    for row, one in dues
                )  # fmt: skip
        except IntegrityError as error:
            raise Conflict(
                "grants.asked_back",
                "这些月份已经提出过收回，没有再提一次。刷新看看。",
                "These months are asked back already; nothing was asked twice. Reload and look.",
            ) from error
        due = sum(one.due_fen for _, one in dues)
        record(grant, "recovery_opened", who, recovery=recovery.pk, ground=ground, due_fen=due)
        tell(
            grant, Text("有一笔补贴可能要收回，先听您说", "Some of your subsidy may be taken back; you are heard first"),
            Text("里面写了理由和到哪天为止", "Inside is why, and until which day you can speak"),
            key=f"recovery:{recovery.pk}:opened",
        )  # fmt: skip
    return recovery


def speak(recovery_id: int, words: str, *, by: Account) -> Recovery:
    """Keep what the person says against it, once, until the last day."""
    with transaction.atomic():
        recovery = _locked(recovery_id, HEARD)
        if not access.is_own(recovery.grant.person, by):
            raise access.no_such_grant()
        if recovery.answer_sealed:
            raise done_already()
        if timezone.localdate() > recovery.hear_until:
            raise Conflict(
                "grants.heard",
                "说话的日子过了。请打 12345，或者到窗口说。",
                "The days for speaking are over; call 12345 or come to a counter.",
            )
        recovery.answer_sealed = sealed(recovery.grant.person, checked(words))
        recovery.save(update_fields=["answer_sealed"])
        record(recovery.grant, "recovery_answered", f"account:{by.pk}", recovery=recovery.pk)
        tell_post(
            recovery.grant, rules().approve.get(policy_of(recovery.grant).office, ""),
            Text("本人对收回有话说", "The person has answered a recovery"),
            key=f"recovery:{recovery.pk}:answered",
        )  # fmt: skip
    return recovery


def confirm(recovery_id: int, parts: int, *, by: Account) -> Recovery:
    """Confirm a recovery as another officer, once the person has spoken or the days are over.

    `parts` is the plan: months are spread over so many parts, the earliest first.
    """
    with transaction.atomic():
        recovery = _locked(recovery_id, HEARD)
        who = _second(recovery, by)
        if not recovery.answer_sealed and timezone.localdate() <= recovery.hear_until:
            raise Conflict(
                "grants.not_heard",
                f"先听本人说：到 {recovery.hear_until} 为止，或者本人说完以后，才能确认。",
                f"The person is heard first: until {recovery.hear_until}, or once they have spoken.",
            )
        months = list(recovery.months.select_related("instalment").order_by("instalment__month"))
        most = min(rules().most_parts, len(months))
        if not 1 <= parts <= most:
            raise WrongInput(
                "grants.parts", f"分 1 到 {most} 期，一个月的钱不拆开。",
                f"From 1 to {most} parts; a month isn't split.", field="parts",
            )  # fmt: skip
        ground = ground_of(recovery.grant, recovery.ground)
        for number, month in enumerate(months):
            now = held(recovery.grant, ground, month.instalment)
            if now.due_fen != month.due_fen:
                raise does_not_hold(ground, now)
            month.part = number * parts // len(months) + 1
            month.save(update_fields=["part"])
        recovery.state, recovery.parts, recovery.settled_by = CONFIRMED, parts, by
        recovery.save()
        due = sum(one.due_fen for one in months)
        record(
            recovery.grant,
            "recovery_confirmed",
            who,
            recovery=recovery.pk,
            parts=parts,
            due_fen=due,
        )
        _tell(
            recovery,
            Text("收回定下来了，可以分期还", "The recovery is confirmed; it is repaid in parts"),
            "confirmed",
        )
    return recovery


def drop(recovery_id: int, words: str, *, by: Account) -> Recovery:
    """Drop a recovery as another officer, with words the person reads; nothing is taken back."""
    with transaction.atomic():
        recovery = _locked(recovery_id, HEARD)
        who = _second(recovery, by)
        recovery.closing_sealed = sealed(recovery.grant.person, checked(words, field="closing"))
        recovery.state, recovery.settled_by = DROPPED, by
        recovery.save()
        recovery.months.update(is_dropped=True)
        record(recovery.grant, "recovery_dropped", who, recovery=recovery.pk)
        _tell(recovery, Text("不收回了", "Nothing is taken back"), "dropped")
    return recovery


def note_repaid(recovery_id: int, part: int, *, by: Account) -> Recovery:
    """Book one part of the plan as repaid, as whoever pays: each of its months is reversed, once."""
    who = acting(rules().pay, by)
    with transaction.atomic():
        recovery = _locked(recovery_id, CONFIRMED)
        months = list(recovery.months.filter(part=part, repaid_at=None).order_by("pk"))
        if not months:
            raise done_already()
        for month in months:
            payouts.reverse_instalment(month.instalment_id, right_fen=month.right_fen, by=who)
            month.repaid_at = timezone.now()
            month.save(update_fields=["repaid_at"])
        fen = sum(one.due_fen for one in months)
        record(recovery.grant, "recovery_repaid", who, recovery=recovery.pk, part=part, fen=fen)
        if not recovery.months.filter(repaid_at=None).exists():
            recovery.state = REPAID
            recovery.save(update_fields=["state"])
    return recovery


def _second(recovery: Recovery, by: Account) -> str:
    who = access.approving(recovery.grant, by)
    if recovery.opened_by_id == by.pk:
        raise NotAllowed(
            "grants.own_recovery",
            "收回要另一个人来确认。",
            "Somebody else confirms a recovery that you opened.",
        )
    return who


def _locked(recovery_id: int, *states: str) -> Recovery:
    grant_id = Recovery.objects.filter(pk=recovery_id).values_list("grant_id", flat=True).first()
    if grant_id is None:
        raise access.no_such_grant()
    grant: Grant = locked(grant_id, *STATES)
    recovery = Recovery.objects.select_for_update().get(pk=recovery_id)
    recovery.grant = grant
    if recovery.state not in states:
        raise done_already()
    return recovery


def _tell(recovery: Recovery, title: Text, key: str) -> None:
    body = Text("里面有细节，不同意的打 12345", "Details inside; if you don't agree, call 12345")
    tell(recovery.grant, title, body, key=f"recovery:{recovery.pk}:{key}")
