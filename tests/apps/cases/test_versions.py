"""A later form: two pairs of eyes, in force on its day; stored cases tried; running cases moved."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from tests.apps.cases.cases_cast import Clock, Packs, case, follow, item, replay_agrees
from tests.factories import District, Newborn, newborn

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions, catalogue, reads
from minsheng.apps.cases.models import Case, Item, PackVersion, Publication
from minsheng.apps.notices.models import Notice
from minsheng.lib.errors import MinshengError, NotAllowed, WrongInput

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


def finish(story: Newborn, district: District) -> None:
    officers = {"household": "sunwei", "social_card": "wutong"}
    for key, officer in officers.items():
        actions.approve_item(item(story, key).pk, by=district.account(officer), evidence="看过")
        follow()
