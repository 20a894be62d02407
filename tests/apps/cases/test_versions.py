"""A later form: two pairs of eyes, in force on its day; stored cases tried; running cases moved."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.apps.cases.cases_cast import (
    Clock,
    Packs,
    at_once,
    case,
    follow,
    item,
    replay_agrees,
)
from tests.factories import District, Newborn, newborn, siblings

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions, catalogue, reads
from minsheng.apps.cases.models import Case, Item, Move, PackVersion, Publication
from minsheng.apps.notices.models import Notice
from minsheng.apps.outbox.models import Effect
from minsheng.apps.records.models import Licence
from minsheng.cli.worker_command import work
from minsheng.lib.errors import MinshengError, NotAllowed, WrongInput

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("killed_mover.py")
SERVICE = "services/newborn"
BEGINS = "2026-04-01"
FROM = "effective: {from: 2026-01-01}"
HOUSEHOLD = '    title: {zh: "出生户口登记"'


def draft(packs: Packs, begins: str, *pairs: tuple[str, str], tests: bool = False) -> Path:
    """Draft a later form in the folder; without its own sentences the old ones must hold."""
    folder = packs.root / SERVICE / begins
    text = (packs.root / SERVICE / "service.yaml").read_text(encoding="utf-8")
    for before, after in ((FROM, f"effective: {{from: {begins}}}"), *pairs):
        assert before in text, before
        text = text.replace(before, after)
    folder.mkdir(exist_ok=True)
    (folder / "service.yaml").write_text(text, encoding="utf-8")
    if tests:
        (folder / "tests").mkdir(exist_ok=True)
        (folder / "tests" / "plan.yaml").write_text(sentences(packs), encoding="utf-8")
    packs.publish()
    return folder


SENTENCE = """
  - name: "照常受理"
    on: 2026-04-02
    expect: {admitted: yes}
"""


def sentences(packs: Packs) -> str:
    """The tests of a form that promises other days: who is known, and that they are taken in."""
    old = (packs.root / SERVICE / "tests/plan.yaml").read_text(encoding="utf-8")
    return old[: old.index("tests:") + len("tests:")] + SENTENCE


FASTER = ("    due: 3wd\n", "    due: 2wd\n")
SLOWER = ("    due: 3wd\n", "    due: 9wd\n")


def published(packs: Packs, district: District, *pairs: tuple[str, str]) -> Publication:
    draft(packs, BEGINS, *pairs, tests=True)
    row = actions.propose_form("newborn", BEGINS, by=district.account("linlan"))
    return actions.publish_form(row.pk, by=district.account("zhoujing"), seen=row.pack_id)


def refused(code: str, act: object, *args: object, **named: object) -> None:
    with pytest.raises(MinshengError) as told:
        act(*args, **named)  # type: ignore[operator]
    assert told.value.code == code


def test_two_people_publish_a_form_that_holds_from_its_day(
    packs: Packs, clock: Clock, spring: District
):
    lin, zhou, li = (spring.account(name) for name in ("linlan", "zhoujing", "liqiang"))
    before = catalogue.service_on("newborn", spring.today).hash
    draft(packs, BEGINS, FASTER)
    refused("form_not_proved", actions.propose_form, "newborn", BEGINS, by=lin)
    (packs.root / SERVICE / BEGINS / "tests").mkdir()
    (packs.root / SERVICE / BEGINS / "tests/plan.yaml").write_text(
        sentences(packs), encoding="utf-8"
    )
    for stranger in (li, spring.account("hejun")):
        refused("not_your_service", actions.propose_form, "newborn", BEGINS, by=stranger)

    row = actions.propose_form("newborn", BEGINS, by=lin)
    assert catalogue.service_on("newborn", date(2026, 4, 1)).hash == before, "not published yet"
    refused("form_proposed_already", actions.propose_form, "newborn", BEGINS, by=zhou)
    for one, code in ((lin, "not_your_service"), (li, "not_your_service")):
        refused(code, actions.publish_form, row.pk, by=one, seen=row.pack_id)
    refused("form_changed", actions.publish_form, row.pk, by=zhou, seen=before)
    actions.publish_form(row.pk, by=zhou, seen=row.pack_id)
    refused("form_changed", actions.publish_form, row.pk, by=zhou, seen=row.pack_id)

    # Its text is stored: the folder may change or go.
    draft(packs, BEGINS, SLOWER)
    assert catalogue.service_on("newborn", date(2026, 3, 31)).hash == before
    now = catalogue.service_on("newborn", date(2026, 4, 1))
    assert now.hash == row.pack_id
    assert now.spec.items["household"].due.amount == 2
    events = audit.history("pack", "newborn")
    assert [event.kind for event in events] == ["version.proposed", "version.published"]
    assert events[1].data["hash"] == row.pack_id
    assert (events[1].data["proposed_by"], events[1].by) == (
        f"account:{lin.pk}",
        f"account:{zhou.pk}",
    )

    story = newborn(spring)
    assert case(story).pack_id == before, "the day of submission decides"
    clock.go_to(date(2026, 4, 1))
    assert catalogue.service_on("newborn", date(2026, 4, 1)).hash == row.pack_id
    refused("form_in_force", actions.withdraw_form, row.pk, by=zhou)
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=row.pk).update(published_by=lin)


def test_a_leader_who_proposes_needs_another_one(packs: Packs, spring: District):
    zhou = spring.account("zhoujing")
    draft(packs, BEGINS, tests=True)
    row = actions.propose_form("newborn", BEGINS, by=zhou)
    with pytest.raises(NotAllowed) as told:
        actions.publish_form(row.pk, by=zhou, seen=row.pack_id)
    assert told.value.code == "two_pairs_of_eyes"
    actions.withdraw_form(row.pk, by=zhou)
    again = actions.propose_form("newborn", BEGINS, by=spring.account("linlan"))
    assert again.pk != row.pk


def test_a_form_begins_tomorrow_at_the_earliest_and_follows_the_one_before(
    packs: Packs, clock: Clock, spring: District
):
    lin, zhou = spring.account("linlan"), spring.account("zhoujing")
    draft(packs, "2026-03-24", tests=True)
    with pytest.raises(WrongInput) as told:
        actions.propose_form("newborn", "2026-03-24", by=lin)
    assert told.value.code == "form_begins_too_early"
    draft(packs, BEGINS, tests=True)
    row = actions.propose_form("newborn", BEGINS, by=lin)
    clock.go_to(date(2026, 4, 1))
    refused("form_begins_too_early", actions.publish_form, row.pk, by=zhou, seen=row.pack_id)


def test_the_versions_of_a_service_are_listed_with_who_published_and_what_differs(
    packs: Packs, spring: District
):
    row = published(packs, spring, FASTER)
    draft(packs, "2026-07-01", SLOWER)
    zhou = spring.account("zhoujing")
    lines = reads.versions_of("newborn")
    assert [(line.begins.isoformat(), line.state) for line in lines] == [
        ("2026-07-01", "draft"), (BEGINS, "coming"), ("2026-01-01", "in_force"),
    ]  # fmt: skip
    assert lines[1].proposed_by
    assert lines[1].published_by
    view = reads.form_view("newborn", BEGINS, account=zhou)
    assert view.line.publication == row.pk
    said = [one.text.zh for one in view.differences]
    assert "出生户口登记：时限从 3 个工作日改为 2 个工作日" in said
    assert not view.may_publish
    assert view.may_withdraw
    broken = reads.form_view("newborn", "2026-07-01", account=zhou)
    assert broken.problems, "the old sentences about the term don't hold"
    assert broken.before is not None
    assert broken.before.begins.isoformat() == BEGINS
    (packs.root / SERVICE / "2026-07-01/service.yaml").write_text("service: [", encoding="utf-8")
    assert reads.form_view("newborn", "2026-07-01", account=zhou).problems


def test_stored_cases_are_tried_on_a_form_and_nothing_is_written(
    packs: Packs, clock: Clock, spring: District
):
    story = newborn(spring, until="birth_certificate")
    clock.go_to(date(2026, 3, 27))
    actions.approve_item(item(story, "household").pk, by=spring.account("sunwei"))
    follow()
    draft(packs, BEGINS, ("    due: 3wd\n", "    due: 1wd\n"))
    before = [list(model.objects.values()) for model in (Case, Item, PackVersion)]
    report = reads.try_form("newborn", BEGINS)
    assert before == [list(model.objects.values()) for model in (Case, Item, PackVersion)]
    assert (report.cases, report.different, report.same) == (1, 1, 0)
    assert {group.kind for group in report.groups} == {"due", "finish", "late"}
    assert report.lines[0].number == story.number
    draft(packs, BEGINS)
    assert reads.try_form("newborn", BEGINS).different == 0
    Case.objects.update(protected=True)
    draft(packs, BEGINS, FASTER)
    hidden = reads.try_form("newborn", BEGINS)
    assert hidden.different == 1
    assert hidden.lines == []
    assert {number for group in hidden.groups for number in group.cases} == {""}


def test_running_cases_go_over_once_and_replay_agrees(packs: Packs, clock: Clock, spring: District):
    clock.go_to(date(2026, 3, 31))
    story = newborn(spring, until="birth_certificate")
    wang = spring.account("wangfang")
    row = published(packs, spring, ("    due: 10wd\n", "    due: 8wd\n"))
    clock.go_to(date(2026, 4, 1))
    promised, certificate = case(story).promised_day, item(story, "birth_certificate")
    dry = actions.assess_cases("newborn")
    assert dry.counts == {"there": 0, "can_move": 1, "moved": 0, "stays": 0}
    assert dry.lines[0].texts
    assert case(story).pack_id != row.pack_id

    done = actions.move_cases("newborn", by="operator")
    assert done.counts["moved"] == 1
    assert done.lines[0].texts == dry.lines[0].texts
    now = case(story)
    assert now.pack_id == row.pack_id
    assert now.promised_day < promised
    assert replay_agrees(story)
    same = item(story, "birth_certificate")
    assert (same.status, same.finished, same.due_day) == (
        "done",
        certificate.finished,
        certificate.due_day,
    )
    moved = [e for e in audit.history("case", str(now.pk)) if e.kind == "moved"]
    assert [event.by for event in moved] == ["operator"]
    assert moved[0].data["to"] == row.pack_id
    follow()
    told = Notice.objects.get(account=wang, kind="case.moved")
    assert "前全部办好，比原来早" in told.body_zh
    assert told.title_zh.startswith("改按新办法办")
    reads.case_view(story.number, account=wang)

    again = actions.move_cases("newborn", by="operator")
    assert again.counts == {"there": 1, "can_move": 0, "moved": 0, "stays": 0}
    finish(story, spring)
    assert case(story).status == "done"
    assert replay_agrees(story)


def test_a_case_that_would_lose_its_promise_stays_and_says_why(
    packs: Packs, clock: Clock, spring: District
):
    clock.go_to(date(2026, 3, 31))
    story = newborn(spring)
    published(packs, spring, SLOWER)
    clock.go_to(date(2026, 4, 1))
    before = case(story)
    report = actions.move_cases("newborn", by="operator")
    assert report.counts["stays"] == 1
    assert report.lines[0].texts[0].zh.startswith("答应过")
    after = case(story)
    assert (after.pack_id, after.seq) == (before.pack_id, before.seq)


def in_force(packs: Packs, clock: Clock, district: District, *pairs: tuple[str, str]) -> str:
    """Publish a later form and let its day come; return its hash."""
    row = published(packs, district, *pairs)
    clock.go_to(date(2026, 4, 1))
    return row.pack_id


def test_two_people_move_running_cases_and_each_is_looked_at_again(
    packs: Packs, clock: Clock, spring: District
):
    clock.go_to(date(2026, 3, 31))
    story, other = (newborn(spring, event=record) for record in siblings(spring, 2))
    to = in_force(packs, clock, spring, ("    due: 10wd\n", "    due: 8wd\n"))
    follow()
    lin, zhou = spring.account("linlan"), spring.account("zhoujing")
    before = case(story).pack_id
    seen = reads.move_view("newborn", account=lin)
    assert seen.report.counts == {"there": 0, "can_move": 2, "moved": 0, "stays": 0}
    assert case(story).pack_id == before, "a report writes nothing"
    for stranger in (spring.account("liqiang"), spring.account("hejun")):
        refused("not_your_service", reads.move_view, "newborn", account=stranger)
        refused("not_your_service", actions.ask_to_move, "newborn", by=stranger, seen=to)
    refused("move_changed", actions.ask_to_move, "newborn", by=lin, seen=before)
    asked = actions.ask_to_move("newborn", by=lin, seen=to)
    refused("move_asked_already", actions.ask_to_move, "newborn", by=zhou, seen=to)
    refused("not_your_service", actions.agree_to_move, asked.pk, by=lin, seen=to)
    refused("move_changed", actions.agree_to_move, asked.pk, by=zhou, seen=before)
    follow_moves()
    assert case(story).pack_id == before, "nobody has agreed"

    actions.agree_to_move(asked.pk, by=zhou, seen=to)
    refused("move_changed", actions.agree_to_move, asked.pk, by=zhou, seen=to)
    # Meanwhile the other case has got what the new form wouldn't keep.
    Case.objects.filter(pk=other.case_id).update(status="withdrawn", closed_day=date(2026, 4, 1))
    follow_moves()
    assert case(story).pack_id == to
    assert case(other).pack_id == before
    assert replay_agrees(story)
    (moved,) = [e for e in audit.history("case", str(story.case_id)) if e.kind == "moved"]
    assert moved.by == f"account:{zhou.pk}"
    kinds = [event.kind for event in audit.history("pack", "newborn")]
    assert kinds[-2:] == ["move.asked", "move.agreed"]
    (done,) = reads.move_view("newborn", account=lin).before
    assert (done.under_way, bool(done.asked_by), bool(done.agreed_by)) == (0, True, True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Move.objects.filter(pk=asked.pk).update(agreed_by=lin)


def test_who_asks_to_move_never_agrees_and_may_take_it_back(
    packs: Packs, clock: Clock, spring: District
):
    clock.go_to(date(2026, 3, 31))
    newborn(spring)
    to = in_force(packs, clock, spring)
    zhou = spring.account("zhoujing")
    asked = actions.ask_to_move("newborn", by=zhou, seen=to)
    refused("two_pairs_of_eyes", actions.agree_to_move, asked.pk, by=zhou, seen=to)
    refused("not_your_service", actions.withdraw_move, asked.pk, by=spring.account("linlan"))
    actions.withdraw_move(asked.pk, by=zhou)
    assert actions.ask_to_move("newborn", by=zhou, seen=to).pk != asked.pk


def test_a_decision_is_followed_under_its_own_form_before_the_case_moves(
    packs: Packs, clock: Clock, spring: District
):
    clock.go_to(date(2026, 3, 31))
    story = newborn(spring)
    follow()
    to = in_force(packs, clock, spring)
    actions.approve_item(item(story, "birth_certificate").pk, by=spring.account("linlan"))
    assert actions.move_cases("newborn", by="operator").counts["stays"] == 1
    assert "后台步骤" in actions.assess_cases("newborn").lines[0].texts[0].zh
    spring.work()
    assert actions.move_cases("newborn", by="operator").counts["moved"] == 1
    assert case(story).pack_id == to
    assert Licence.objects.filter(origin_case=story.number).count() == 1


def test_a_protected_case_moves_without_its_number_in_any_report(
    packs: Packs, clock: Clock, spring: District
):
    clock.go_to(date(2026, 3, 31))
    story = newborn(spring)
    follow()
    Case.objects.update(protected=True)
    in_force(packs, clock, spring)
    view = reads.move_view("newborn", account=spring.account("linlan"))
    assert [line.number for line in view.report.lines] == [""]
    report = actions.move_cases("newborn", by="operator")
    assert [(line.number, line.outcome) for line in report.lines] == [("", "moved")]
    assert story.number not in repr(report)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_an_officer_decides_while_the_case_moves_and_nothing_is_lost(
    packs: Packs, clock: Clock, district: District, turn: int
):
    """Exactly one order: the decision stands once, under one form or the other; replay agrees."""
    clock.go_to(date(2026, 3, 31))
    story = newborn(district)
    district.work()
    to = in_force(packs, clock, district, ("    due: 10wd\n", "    due: 8wd\n"))
    lin, row = district.account("linlan"), item(story, "birth_certificate")
    acts = [
        lambda: actions.approve_item(row.pk, by=lin),
        lambda: actions.move_cases("newborn", by="operator"),
        lambda: actions.move_cases("newborn", by="operator"),
    ]
    results = at_once(*acts[turn % 3 :], *acts[: turn % 3])
    assert not [one for one in results if isinstance(one, BaseException)], results
    district.work()
    actions.move_cases("newborn", by="operator")
    kinds = [event.kind for event in audit.history("case", str(story.case_id))]
    assert kinds.count("moved") == 1
    assert kinds.count("approved") == 1
    assert case(story).pack_id == to
    assert item(story, "birth_certificate").status == "done"
    assert item(story, "household").status == "open"
    assert replay_agrees(story)
    assert audit.verify().ok


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["append", "place_items", "put_follow"])
def test_a_worker_killed_in_the_middle_of_a_move_leaves_the_case_whole(
    packs: Packs, clock: Clock, district: District, place: str
):
    """SIGKILL at each step of the move: never half of it is seen, and the next worker moves it."""
    clock.go_to(date(2026, 3, 31))
    story = newborn(district)
    district.work()
    to = in_force(packs, clock, district, ("    due: 10wd\n", "    due: 8wd\n"))
    asked = actions.ask_to_move("newborn", by=district.account("linlan"), seen=to)
    actions.agree_to_move(asked.pk, by=district.account("zhoujing"), seen=to)
    before = [list(model.objects.values()) for model in (Case, Item)]
    kill_in_the_middle(packs.root, place)
    assert [list(model.objects.values()) for model in (Case, Item)] == before
    assert replay_agrees(story)
    clock.at += timedelta(minutes=5)
    district.work()
    assert case(story).pack_id == to
    kinds = [event.kind for event in audit.history("case", str(story.case_id))]
    assert kinds.count("moved") == 1
    assert replay_agrees(story)
    assert Effect.objects.filter(kind=actions.MOVE).values_list("state", "fence")[0] == ("done", 2)


def kill_in_the_middle(root: Path, place: str) -> None:
    """Start a worker on this test's database, and kill it as soon as it hangs."""
    here = connection.settings_dict
    database = (
        f"sqlite://{here['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgresql://{here['USER']}@{here['HOST']}:{here['PORT']}/{here['NAME']}"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "MINSHENG_VAR": str(settings.MINSHENG_VAR),
        "MINSHENG_DATABASE": database,
    }
    command = [sys.executable, str(SCRIPT), place, timezone.now().isoformat(), str(root)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"hanging\n"
        process.kill()


def follow_moves() -> None:
    """Let the worker do what two people have agreed to."""
    with mock.patch("django.db.close_old_connections"):
        while work("test", kinds=[actions.MOVE]):
            pass


def finish(story: Newborn, district: District) -> None:
    officers = {"household": "sunwei", "social_card": "wutong"}
    for key, officer in officers.items():
        actions.approve_item(item(story, key).pk, by=district.account(officer), evidence="看过")
        follow()
