"""Invariants 7 and 8: outside effects once, pending in sight, stuck for a person; what is reversed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.apps.cases.cases_cast import case, follow, item, replay_agrees, statuses
from tests.factories import OFFICERS, District, Newborn, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions, lookups, reads, stuck
from minsheng.apps.cases.connect.registers import Written
from minsheng.apps.cases.models import CaseValue
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.outbox import reads as outbox_reads
from minsheng.apps.outbox.models import Effect
from minsheng.apps.records import reads as records
from minsheng.apps.records.models import Licence
from minsheng.cli import worker_command
from minsheng.lib.errors import Conflict

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("killed_registrar.py")
HOUSEHOLD = "population.household"
HANDLERS: Mapping[str, outbox.Handler] = {
    "case.follow": actions.follow_case,
    "case.effect": outbox.Outside(actions.call_effect, actions.finish_call),
}


def approve(story: Newborn, *keys: str) -> None:
    """Let officers agree to items, without printing anything."""
    for key in keys:
        officer = story.district.account(OFFICERS[key])
        actions.approve_item(item(story, key).pk, by=officer, evidence="看过原件")
        follow()


def effect() -> Effect:
    return Effect.objects.get(kind="case.effect")


# ── pending, stuck ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", ["failing", "wrong"])
def test_a_register_that_does_not_confirm_leaves_the_item_pending_in_sight(
    district: District, mode: str
):
    story = newborn(district)
    district.switch(HOUSEHOLD, mode)
    approve(story, "birth_certificate", "household")
    assert statuses(story)["household"] == "external"
    assert statuses(story)["social_card"] == "waiting"
    assert (effect().state, effect().attempts) == ("waiting", 1)
    assert [row.status for row in reads.inbox(district.account("sunwei"))] == ["external"]
    mine = reads.case_view(story.number, account=district.account("wangfang"))
    assert [one.row.status for one in mine.active][1] == "external"


def test_a_register_that_never_confirms_becomes_work_for_a_person_who_lets_it_be_tried_again(
    district: District,
):
    story = newborn(district)
    district.switch(HOUSEHOLD, "failing")
    approve(story, "birth_certificate", "household")
    for days in range(1, outbox.MAX_ATTEMPTS):
        outbox.run_due(HANDLERS, now=timezone.now() + timedelta(days=days), worker="later")
    (line,) = outbox_reads.stuck()
    assert (line.kind, line.last_error_code) == ("case.effect", "register_silent")
    assert statuses(story)["household"] == "external"

    district.switch(HOUSEHOLD, "ok")
    outbox.retry(line.id, by="account:1")
    follow()
    assert statuses(story)["household"] == "done"
    assert len(district.store.written(HOUSEHOLD)) == 1


def test_what_a_register_refuses_is_stuck_at_once(district: District):
    """Sending the same again would not help; somebody must look."""
    story = newborn(district)
    CaseValue.objects.filter(case_id=story.case_id, field="child_birth").delete()
    approve(story, "birth_certificate", "household")
    (line,) = outbox_reads.stuck()
    assert (line.attempts, line.last_error_code) == (1, "register_refused")


def test_an_answer_that_no_field_can_hold_is_not_kept(
    district: District, monkeypatch: pytest.MonkeyPatch
):
    def odd(register: str, body: Mapping[str, Any], *, key: str) -> Written:
        return Written("HK-1", {"child_number": "123", "household_entry": "HK-1"})

    story = newborn(district)
    monkeypatch.setattr(lookups, "write", odd)
    approve(story, "birth_certificate", "household")
    assert [line.last_error_code for line in outbox_reads.stuck()] == ["identifiers.length"]
    assert statuses(story)["household"] == "external"
    assert not CaseValue.objects.filter(field="household_entry").exclude(sealed="").exists()


def test_what_nobody_declared_is_not_kept_of_an_answer(
    district: District, monkeypatch: pytest.MonkeyPatch
):
    write = lookups.write

    def chatty(register: str, body: Mapping[str, Any], *, key: str) -> Written:
        written = write(register, body, key=key)
        return Written(written.result, {**written.values, "blood_group": "AB"})

    story = newborn(district)
    monkeypatch.setattr(lookups, "write", chatty)
    approve(story, "birth_certificate", "household")
    assert statuses(story)["household"] == "done"
    assert not CaseValue.objects.filter(field="blood_group").exists()


def test_a_register_is_told_only_what_the_office_may_read(district: District):
    story = newborn(district)
    approve(story, "birth_certificate", "household")
    (sent,) = district.store.written(HOUSEHOLD)
    assert "陈予珺" in str(sent)
    assert "3280" not in str(sent)
    assert "collect" not in str(sent)


# ── once ────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_call_again_is_one_entry_in_the_register(district: District):
    story = newborn(district)
    approve(story, "birth_certificate")
    row = item(story, "household").pk
    actions.approve_item(row, by=district.account("sunwei"))
    outbox.run_due({"case.follow": actions.follow_case}, now=timezone.now(), worker="one")
    waiting = effect()
    job = outbox.Job(
        waiting.pk, waiting.kind, waiting.key, waiting.payload, attempt=1, fence=1, worker="one"
    )
    answers = [actions.call_effect(job) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(district.store.written(HOUSEHOLD)) == 1
    for _ in range(2):
        actions.finish_call(job, answers[0])
    kinds = [e.kind for e in audit.history("case", str(story.case_id)) if e.data.get("item")]
    assert kinds.count("done") == 2  # the birth certificate and the household, once each


def test_two_cases_never_share_a_key_even_when_numbers_begin_again(district: District):
    """A restored backup or a new database counts from 1 again; the register would answer for
    another child."""
    story = newborn(district)
    approve(story, "birth_certificate", "household")
    assert str(case(story).draft) in effect().key
    assert f":{story.case_id}:" not in effect().key


# ── reversal ────────────────────────────────────────────────────────────────────────────────────


def test_what_a_reversal_leads_to_is_shown_before_it_is_confirmed(district: District):
    story = newborn(district)
    approve(story, "birth_certificate", "household")
    shown = reads.decision(
        item(story, "birth_certificate").pk, account=district.account("linlan")
    ).follows_reversal
    assert len(shown) == 1
    assert "“出生户口登记”会停下" in shown[0].zh


def test_a_redo_tells_the_register_which_entry_it_replaces(district: District):
    story = newborn(district)
    approve(story, "birth_certificate", "household")
    first = CaseValue.objects.get(field="household.receipt").sealed
    actions.reverse_item(
        item(story, "household").pk, by=district.account("sunwei"), reason="issued_by_mistake"
    )
    approve(story, "household")
    bodies = district.store.written(HOUSEHOLD)
    assert len(bodies) == 2
    assert "replaces" not in str(bodies[0])
    assert "HK-" in str(bodies[1])
    assert CaseValue.objects.get(field="household.receipt").sealed != first


def test_a_certificate_of_a_reversed_attempt_is_not_issued_any_more(district: District):
    """The printer was slow or down; meanwhile the item was taken back."""
    story = newborn(district)
    approve(story, "birth_certificate")
    reverse(story, "birth_certificate")
    follow()
    district.work()
    assert not Licence.objects.filter(origin_item="birth_certificate").exists()


def test_a_certificate_that_is_reversed_while_it_is_printed_is_revoked_at_once(
    district: District, monkeypatch: pytest.MonkeyPatch
):
    from minsheng.apps.cases.actions import certificates

    story = newborn(district)
    approve(story, "birth_certificate")
    issue = certificates.records.issue_licence

    def slowly(*arguments: Any, **named: Any) -> Licence:
        licence = issue(*arguments, **named)
        reverse(story, "birth_certificate")
        return licence

    monkeypatch.setattr(certificates.records, "issue_licence", slowly)
    district.work()
    licence = Licence.objects.get(origin_item="birth_certificate", origin_attempt=1)
    assert records.verification(licence.number).status == "revoked"


def test_a_certificate_kept_by_a_worker_that_was_killed_is_revoked_where_it_stands_no_more(
    district: District, monkeypatch: pytest.MonkeyPatch
):
    """Reversed and looked for while it was printed; then kept; then the worker was killed."""
    from minsheng.apps.cases.actions import certificates

    class Killed(BaseException):
        pass

    story = newborn(district)
    approve(story, "birth_certificate")
    follow()
    issue = certificates.records.issue_licence

    def killed(*arguments: Any, **named: Any) -> Licence:
        reverse(story, "birth_certificate")
        follow()
        issue(*arguments, **named)
        raise Killed

    monkeypatch.setattr(certificates.records, "issue_licence", killed)
    with pytest.raises(Killed):
        district.work()
    monkeypatch.setattr(certificates.records, "issue_licence", issue)
    later = timezone.now() + outbox.LEASE + timedelta(seconds=1)
    outbox.run_due(
        {"case.certificate": outbox.Outside(actions.issue_certificate)}, now=later, worker="two"
    )
    licence = Licence.objects.get(origin_item="birth_certificate", origin_attempt=1)
    assert records.verification(licence.number).status == "revoked"


def test_a_case_that_is_opened_again_takes_its_certificate_of_completion_back(
    district: District,
):
    story = newborn(district, until="social_card")
    first = Licence.objects.get(kind="completion")
    actions.reverse_item(
        item(story, "social_card").pk, by=district.account("wutong"), reason="issued_by_mistake"
    )
    assert case(story).status == "running"
    district.work()
    assert records.verification(first.number).status == "revoked"
    story.approve("social_card")
    mine = reads.case_view(story.number, account=district.account("wangfang"))
    assert mine.certificate is not None
    assert mine.certificate.number != first.number
    assert records.verification(mine.certificate.number).status == "valid"
    assert [one.kind for one in mine.timeline].count("closed") == 2
    assert replay_agrees(story)


def test_a_held_item_is_decided_by_nobody_until_somebody_has_looked(district: District):
    story = newborn(district)
    approve(story, "birth_certificate", "household")
    reverse(story, "birth_certificate")
    assert statuses(story)["household"] == "held"
    with pytest.raises(Conflict):
        actions.approve_item(item(story, "household").pk, by=district.account("sunwei"))
    assert [row.status for row in reads.inbox(district.account("sunwei"))] == ["held"]


def test_a_released_item_is_done_again_where_somebody_says_so(district: District):
    story = newborn(district)
    approve(story, "birth_certificate", "household")
    reverse(story, "birth_certificate")
    approve(story, "birth_certificate")
    actions.release_item(item(story, "household").pk, by=district.account("sunwei"), redo=True)
    row = item(story, "household")
    assert (row.status, row.attempt) == ("open", 2)
    approve(story, "household")
    assert statuses(story)["household"] == "done"
    assert len(district.store.written(HOUSEHOLD)) == 2


def reverse(story: Newborn, key: str) -> None:
    officer = story.district.account(OFFICERS[key])
    actions.reverse_item(item(story, key).pk, by=officer, reason="issued_by_mistake")


def test_a_certificate_has_the_day_until_which_it_is_valid(district: District, packs: Any):
    packs.change(
        ('    title: {zh: "出生医学证明", en: "Birth certificate"}\n    holder: parent\n',
         '    title: {zh: "出生医学证明", en: "Birth certificate"}\n    holder: parent\n    valid: 30cd\n'),
    )  # fmt: skip
    newborn(district, until="birth_certificate")
    licence = Licence.objects.get(kind="birth-certificate")
    assert licence.valid_until is not None
    assert licence.valid_until - district.today >= timedelta(days=30)
    assert isinstance(licence.valid_until, date)


def test_what_a_register_answered_while_the_item_was_held_is_certified(district: District):
    """Found by the sixteen processes: the item stood, and its certificate never came."""
    story = newborn(district, until="birth_certificate")
    sun, lin = district.account("sunwei"), district.account("linlan")
    actions.approve_item(story.item_id("household"), by=sun, evidence="看过")
    actions.reverse_item(story.item_id("birth_certificate"), by=lin, reason="record_corrected")
    district.work()
    actions.release_item(story.item_id("household"), by=sun, redo=False)
    district.work()
    licences = Licence.objects.filter(origin_item="household", status="valid")
    assert [(one.origin_case, one.origin_attempt) for one in licences] == [(story.number, 1)]


def test_each_kind_of_effect_has_words_for_who_finds_it_stuck():
    assert set(worker_command.handlers()) == set(stuck.KINDS)
