"""The ten cases in which systems of this kind go wrong, each as a test.

 1  two officers decide the same item                   test_01
 2  the last two items finish together                  test_02
 3  the definition changes while cases run              test_03
 4  a timer fires twice, late, or after the end         test_04
 5  an item is taken back after one that rests on it    test_05
 6  the applicant withdraws half way                    test_06
 7  a clock stops, and its calendar comes out late      test_07
 8  the register has done it and our commit is lost     test_08
 9  two devices, two clicks, two people for one event   test_09
10  offices merge and officers leave, with open items   test_10

All of them at random at once: `test_cases_marathon.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from tests.apps.cases.cases_cast import (
    Clock,
    Packs,
    at_once,
    case,
    follow,
    item,
    replay_agrees,
    statuses,
)
from tests.cli.cli_caller import call
from tests.factories import OFFICERS, District, Newborn, newborn, siblings

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions, catalogue, reads
from minsheng.apps.cases.actions import timers as timing
from minsheng.apps.cases.actions.steps import finish_effect
from minsheng.apps.cases.models import Case, Draft, FiredTimer
from minsheng.apps.notices.models import Notice
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.outbox.models import Effect
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account
from minsheng.apps.records import reads as records
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound, WrongInput

ROOT = Path(__file__).resolve().parents[3]
KILLED = Path(__file__).with_name("killed_registrar.py")
HOUSEHOLD = "population.household"
ROUNDS = pytest.mark.parametrize(
    "rounds", [pytest.param(3, id="few"), pytest.param(100, id="many", marks=pytest.mark.long)]
)
on_real_connections = pytest.mark.django_db(transaction=True)


# ── 1 ───────────────────────────────────────────────────────────────────────────────────────────
@on_real_connections
@ROUNDS
def test_01_of_two_officers_on_one_item_one_wins_and_the_other_is_told_who(
    district: District, rounds: int
):
    lin, gao = district.account("linlan"), colleague(district, post="hospital.birth")
    for n, event in enumerate(siblings(district, rounds)):
        story = newborn(district, event=event)
        row = item(story, "birth_certificate").pk
        refuse = lambda row=row: actions.refuse_item(row, by=gao, reason="not_born_here")  # noqa: E731
        approve = lambda row=row: actions.approve_item(row, by=gao)  # noqa: E731
        given = at_once(
            lambda row=row: actions.approve_item(row, by=lin), refuse if n % 2 else approve
        )
        (refused,) = [one for one in given if isinstance(one, MinshengError)]
        assert isinstance(refused, Conflict), given
        faster = gao if given[0] is refused else lin
        assert refused.facts["who"] == faster.display
        assert faster.display in refused.zh
        assert faster.display in refused.en
        kinds = [entry.kind for entry in audit.history("case", str(story.case_id))]
        assert kinds.count("approved") + kinds.count("refused") == 1
        assert replay_agrees(story)


# ── 2 ───────────────────────────────────────────────────────────────────────────────────────────
@on_real_connections
@ROUNDS
def test_02_the_last_items_finishing_together_never_leave_a_case_open(
    side_by_side: None, district: District, rounds: int
):
    for event in siblings(district, rounds):
        story = newborn(district, event=event)
        for key in ("household", "social_card"):
            officer = district.account(OFFICERS[key])
            actions.approve_item(item(story, key).pk, by=officer, evidence="看过")
        row = item(story, "birth_certificate").pk
        given = at_once(
            lambda row=row: actions.approve_item(row, by=district.account("linlan")),
            lambda c=story.case_id: finish_effect(c, "household", attempt=1, result="HK-1"),
            lambda c=story.case_id: finish_effect(c, "social_card", attempt=1, result="K-1"),
        )
        assert not [one for one in given if isinstance(one, MinshengError)], given
        assert (case(story).status, set(statuses(story).values())) == ("done", {"done"})
        kinds = [entry.kind for entry in audit.history("case", str(story.case_id))]
        assert kinds.count("closed") == 1
        assert replay_agrees(story)


@pytest.fixture
def side_by_side(packs: Packs) -> None:
    """Packs in which the three items of the newborn service need nothing of one another."""
    packs.change(
        ("    needs: [birth_certificate]\n", ""),
        ("    needs: [household]\n", ""),
    )


# ── 3 ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_03_a_running_case_keeps_its_version_until_it_is_moved_by_an_act_that_was_tried(
    packs: Packs, district: District
):
    story = newborn(district, until="birth_certificate")
    before = case(story).pack_id
    packs.change(("    due: 3wd\n", "    due: 2wd\n"))
    assert (case(story).pack_id, item(story, "household").due_day) == (before, due(story, "wd3"))

    dry = actions.assess_cases("newborn")
    assert (dry.counts["can_move"], case(story).pack_id) == (1, before)
    assert actions.move_cases("newborn", by="account:1").counts["moved"] == 1
    assert case(story).pack_id == catalogue.service_on("newborn", district.today).hash
    assert item(story, "household").due_day == due(story, "wd2")
    assert replay_agrees(story)
    assert actions.move_cases("newborn", by="account:1").counts["there"] == 1


# ── 4 ───────────────────────────────────────────────────────────────────────────────────────────
@on_real_connections
def test_04_a_timer_acts_once_however_late_or_often_and_not_after_the_end(
    clock: Clock, spring: District
):
    first, second = siblings(spring, 2)
    stories = [newborn(spring, event=event) for event in (first, second)]
    for story in stories:
        actions.approve_item(item(story, "birth_certificate").pk, by=spring.account("linlan"))
    clock.go_to(date(2026, 4, 20))  # three working days were over on 27 March
    found = [
        pair for pair in timing._due(date(2026, 4, 20)) if pair[0].case_id == stories[1].case_id
    ]
    assert len(found) == 3
    actions.refuse_item(
        item(stories[1], "household").pk, by=spring.account("sunwei"), reason="no_marriage"
    )
    # Found before the decision, fired after it: the case is looked at again once it is locked.
    assert [timing._fire(row, timer, date(2026, 4, 20)) for row, timer in found] == [0, 0, 0]
    given = at_once(*[actions.fire_timers] * 3)
    # Three timers, and the acceptance that follows from the days.
    assert sum(int(str(one)) for one in given) == 4
    assert actions.fire_timers() == 0
    assert set(FiredTimer.objects.values_list("item__case", "rule")) == {
        (stories[0].case_id, rule) for rule in ("soon", "due", "overdue")
    }
    assert (
        Notice.objects.filter(account=spring.account("sunwei"), kind__startswith="timer").count()
        == 3
    )


# ── 5 ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_05_taking_an_item_back_is_shown_first_revokes_its_certificate_and_holds_what_rests_on_it(
    district: District,
):
    story = newborn(district, until="household")
    row = item(story, "birth_certificate")
    licence = records.licence_of_origin(story.number, row.key, attempt=1)
    assert licence is not None
    shown = reads.decision(row.pk, account=district.account("linlan")).follows_reversal
    assert any("出生户口登记" in line.zh for line in shown)
    actions.reverse_item(row.pk, by=district.account("linlan"), reason="record_corrected")
    district.work()
    found = records.verification(licence.number)
    assert (found.status, found.reason.zh) == ("revoked", "医院更正了出生记录")
    assert statuses(story)["household"] == "held"
    assert statuses(story)["birth_certificate"] == "open"
    actions.approve_item(row.pk, by=district.account("linlan"))
    district.work()
    second = records.licence_of_origin(story.number, row.key, attempt=2)
    assert second is not None
    assert records.verification(second.number).status == "valid"
    actions.release_item(item(story, "household").pk, by=district.account("sunwei"), redo=False)
    assert statuses(story)["household"] == "done"


# ── 6 ───────────────────────────────────────────────────────────────────────────────────────────
@on_real_connections
@ROUNDS
def test_06_withdrawing_beside_an_approval_ends_in_one_of_the_two_orders(
    district: District, rounds: int
):
    wang, lin = district.account("wangfang"), district.account("linlan")
    for event in siblings(district, rounds):
        story = newborn(district, event=event)
        row = item(story, "birth_certificate").pk
        at_once(
            lambda row=row: actions.approve_item(row, by=lin),
            lambda c=story.case_id: actions.withdraw_case(c, by=wang),
        )
        assert case(story).status in {"withdrawn", "partly_done"}
        first = statuses(story)["birth_certificate"]
        assert first == ("done" if case(story).status == "partly_done" else "cancelled")
        assert replay_agrees(story)


@on_real_connections
def test_06_withdrawn_while_the_register_is_asked_the_answer_still_counts(district: District):
    """What is done outside is done: the case ends partly done, not for ever open."""
    story = newborn(district)
    district.switch(HOUSEHOLD, "failing")
    for key in ("birth_certificate", "household"):
        officer = district.account(OFFICERS[key])
        actions.approve_item(item(story, key).pk, by=officer, evidence="看过")
        follow()
    actions.withdraw_case(story.case_id, by=district.account("wangfang"))
    assert case(story).status == "running"
    district.switch(HOUSEHOLD, "ok")
    Effect.objects.filter(kind="case.effect").update(not_before=None)
    at_once(follow, follow)
    follow()
    assert case(story).status == "partly_done"
    assert statuses(story) == {
        "birth_certificate": "done", "household": "done", "social_card": "cancelled",
    }  # fmt: skip


# ── 7 ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_07_a_stopped_clock_and_a_calendar_that_comes_late_move_days_openly_and_never_shorten(
    packs: Packs, clock: Clock, request: pytest.FixtureRequest
):
    clock.go_to(date(2026, 12, 28))
    spring: District = request.getfixturevalue("district")  # born in December
    story = newborn(spring)
    assert (case(story).promised_day, case(story).promised_provisional) == (date(2027, 1, 18), True)
    actions.approve_item(item(story, "birth_certificate").pk, by=spring.account("linlan"))
    row, sun, wang = item(story, "household"), spring.account("sunwei"), spring.account("wangfang")
    clock.go_to(date(2026, 12, 30))
    actions.return_item(row.pk, by=sun, reason="marriage_unclear", message="?")
    clock.go_to(date(2026, 12, 31))
    actions.supply_item(story.case_id, "household", by=wang, answer="好")
    (view,) = [
        one for one in reads.case_view(story.number, account=wang).items if one.row.key == row.key
    ]
    assert view.due is not None
    assert (view.due.due.provisional, view.due.stopped, view.due.counted) == (True, 1, 3)

    packs.change(  # the notice for 2027: New Year's holidays last to the 5th
        ("provisional: true", "provisional: false"),
        ('mark: "L"', 'mark: "H"'),
        ('    to: "2027-01-01"', '    to: "2027-01-05"'),
        file="calendars/2027.yaml",
    )
    actions.fire_timers()
    now = case(story)
    assert (now.promised_day, now.promised_provisional) == (date(2027, 1, 20), False)
    moved = [e for e in audit.history("case", str(now.pk)) if e.kind == "promise.moved"]
    assert [e.data["to"] for e in moved] == ["2027-01-20"]
    follow()
    assert Notice.objects.filter(kind="case.promise.moved", body_zh__contains="1月20日").exists()

    # Promised without reserve, a day stands, whatever the calendar says later.
    packs.change(('    to: "2027-01-05"', '    to: "2027-01-08"'), file="calendars/2027.yaml")
    actions.rederive_days()
    assert case(story).promised_day == date(2027, 1, 20)
    assert replay_agrees(story)


# ── 8 ───────────────────────────────────────────────────────────────────────────────────────────
@on_real_connections
def test_08_killed_after_the_register_answered_there_is_one_entry_and_the_item_is_done_once(
    district: District,
):
    story = newborn(district)
    actions.approve_item(item(story, "birth_certificate").pk, by=district.account("linlan"))
    actions.approve_item(item(story, "household").pk, by=district.account("sunwei"))
    outbox.run_due({"case.follow": actions.follow_case}, now=timezone.now(), worker="one")
    kill_after_the_answer()
    assert len(district.store.written(HOUSEHOLD)) == 1
    assert statuses(story)["household"] == "external"
    effect = Effect.objects.get(kind="case.effect")
    assert (effect.state, effect.worker) == ("leased", "doomed")

    later = timezone.now() + outbox.LEASE + timedelta(seconds=1)
    handlers = {"case.effect": outbox.Outside(actions.call_effect, actions.finish_call)}
    outbox.run_due(handlers, now=later, worker="restarted")
    assert statuses(story)["household"] == "done"
    assert len(district.store.written(HOUSEHOLD)) == 1
    kinds = [(e.kind, e.data.get("item")) for e in audit.history("case", str(story.case_id))]
    assert kinds.count(("done", "household")) == 1
    assert replay_agrees(story)
    assert audit.verify(heads=reads.claims()).ok


def kill_after_the_answer() -> None:
    """Run a worker as a process of its own, and kill it when the register has answered."""
    from django.conf import settings

    here = connection.settings_dict
    database = f"sqlite://{here['NAME']}"
    if connection.vendor == "postgresql":
        database = f"postgresql://{here['USER']}@{here['HOST']}:{here['PORT']}/{here['NAME']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "MINSHENG_VAR": str(settings.MINSHENG_VAR),
        "MINSHENG_DATABASE": database,
    }
    words = [sys.executable, str(KILLED), settings.MINSHENG_REGISTERS_URL]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"hanging\n"
        process.kill()


# ── 9 ───────────────────────────────────────────────────────────────────────────────────────────
@on_real_connections
@ROUNDS
def test_09_two_clicks_at_once_make_one_case(district: District, rounds: int):
    wang = district.account("wangfang")
    for event in siblings(district, rounds):
        story = newborn(district, until="answered", event=event)
        given = at_once(*[lambda d=story.draft: actions.submit_draft(d, by=wang)] * 3)
        assert len({one.pk for one in given if isinstance(one, Case)}) == 1, given
        assert not [one for one in given if isinstance(one, MinshengError)], given


@on_real_connections
def test_09_two_drafts_of_one_child_submitted_at_once_are_one_case_and_one_sentence(
    district: District,
):
    """A second draft of the same child can only come from elsewhere; the table refuses it here."""
    wang = district.account("wangfang")
    for event in siblings(district, 2):
        story = newborn(district, until="answered", event=event)
        twin = Draft.objects.get(pk=story.draft)
        twin.pk, twin.account = None, other_sign_in(wang)
        twin._state.adding = True
        twin.save(force_insert=True)
        given = at_once(
            lambda d=story.draft: actions.submit_draft(d, by=wang),
            lambda d=twin.pk: actions.submit_draft(d, by=other_sign_in(wang)),
        )
        (refused,) = [one for one in given if isinstance(one, MinshengError)]
        assert isinstance(refused, Conflict)
        assert refused.code == "already_open"
        assert next(one for one in given if isinstance(one, Case)).number in refused.zh
        Draft.objects.all().delete()
    assert Case.objects.count() == 2


@pytest.mark.django_db
def test_09_the_second_parent_opens_no_second_case_and_joins_the_first_by_consent(
    district: District,
):
    """All of who may ask, who agrees and what nobody learns: `test_joining.py`."""
    story = newborn(district)
    chen, wang = district.account("chenli"), district.account("wangfang")
    draft = actions.open_draft(chen, "newborn").pk
    assert reads.join_offer(draft, account=chen) is not None
    wish = actions.ask_to_join(draft, by=chen)
    with pytest.raises(NotFound):
        reads.joined(wish.pk, account=chen)
    actions.answer_join(wish.pk, by=wang, agreed=True)
    view = reads.joined(wish.pk, account=chen)
    assert (view.number, len(view.items)) == (story.number, 3)
    assert "13800001234" not in str(view)
    with pytest.raises(MinshengError):
        actions.submit_draft(draft, by=chen)
    assert Case.objects.count() == 1
    assert replay_agrees(story)


def other_sign_in(account: Account) -> Account:
    """Return another sign-in of the same person, which no table would allow: only in memory."""
    found = Account.objects.filter(username="wangfang2").first()
    if found is None:
        found = people.open_account("wangfang2", None, display="王芳（演示）", demo=True)
    found.person, found.assurance = account.person, Account.PROVED
    return found


# ── 10 ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_10_offices_merge_and_officers_leave_and_no_item_is_lost_on_the_way(
    district: District, capsys: pytest.CaptureFixture[str]
):
    story = newborn(district)
    row = item(story, "birth_certificate").pk
    lin, sun = district.account("linlan"), district.account("sunwei")
    old, new = people_reads.post("hospital.birth"), people_reads.post("police.household")
    people.succeed_post(old, new, on=district.today, by="cli")
    # The item hasn't moved: who fills the successor has it at once, who filled the old post hasn't.
    assert item(story, "birth_certificate").post == "hospital.birth"
    assert [one.id for one in reads.inbox(sun)] == [row]
    assert reads.inbox(lin) == []
    with pytest.raises(NotAllowed):
        actions.approve_item(row, by=lin)
    assert [e.kind for e in audit.history("post", "hospital.birth")] == ["succeeded"]
    assert reads.orphans() == []
    for wrong in ((old, new), (new, old), (new, new)):
        with pytest.raises(WrongInput):
            people.succeed_post(*wrong, on=district.today, by="cli")

    # Everybody leaves: the nightly check tells who can fill the post, once.
    (held,) = people_reads.assignments_of(sun)
    people.end_assignment(held, on=district.today)
    (lost,) = reads.orphans()
    assert (lost.number, lost.post) == (story.number, "hospital.birth")
    assert (actions.report_orphans(), actions.report_orphans()) == (1, 1)
    assert Notice.objects.filter(kind="orphans", account=district.account("zhoujing")).count() == 1
    checked = call(capsys, "case", "check", "--json")
    assert (checked.status, checked.json["orphans"], checked.json["wrong"]) == (1, 1, [])

    gao = colleague(district, post="police.household")
    assert actions.approve_item(row, by=gao).status == "running"
    assert call(capsys, "case", "check", "--json").json["ok"] is True
    assert replay_agrees(story)


@pytest.mark.django_db
def test_10_a_post_is_merged_from_a_day_on_and_by_command(
    district: District, capsys: pytest.CaptureFixture[str]
):
    newborn(district)
    tomorrow = district.today + timedelta(days=1)
    told = call(
        capsys, "offices", "merge", "--post", "hospital.birth", "--into", "police.household",
        "--from", tomorrow.isoformat(), "--json",
    )  # fmt: skip
    assert told.status == 0
    lin, sun = district.account("linlan"), district.account("sunwei")
    assert (len(reads.inbox(lin)), len(reads.inbox(sun))) == (1, 0)
    assert "hospital.birth" in {post.key for post in people_reads.posts_of(sun, tomorrow)}
    assert people_reads.posts_of(lin, tomorrow) == []
    assert people_reads.accounts_of("hospital.birth", tomorrow) == [sun]


def colleague(district: District, *, post: str) -> Account:
    """Open a sign-in for 高梅 and let her fill a post from today."""
    people.open_account("gaomei", None, kind="staff", display="高梅（演示）", demo=True)
    gao = district.account("gaomei")
    people.assign(gao, people_reads.post(post), since=district.today)
    return gao


def due(story: Newborn, term: str) -> date:
    """Return when the household item is due that began today."""
    from minsheng.lib.workdays import Term

    amount = int(term.removeprefix("wd"))
    return catalogue.calendar().add(story.district.today, Term(amount, "wd")).day
