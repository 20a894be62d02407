"""`minsheng audit` and `minsheng case`: whether what is stored is what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.apps.audit.conftest import Attacker
from tests.apps.audit.test_audit_verify import forge_the_copy_inside
from tests.cli.cli_caller import call
from tests.factories import ANSWERS, District, Newborn, newborn

from minsheng.apps.audit import guard
from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.models import Chain, Entry
from minsheng.apps.cases.models import Case
from minsheng.cli import ledger
from minsheng.cli.demo.cast import PERSONS

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def seals(settings: Any, tmp_path: Path) -> Path:
    """A folder for seals of its own."""
    settings.MINSHENG_SEALS = tmp_path / "seals"
    return tmp_path / "seals"


@pytest.fixture
def story(district: District) -> Newborn:
    """王芳's case, submitted and agreed to by the first office."""
    return newborn(district, until="birth_certificate")


def test_a_case_is_shown_with_its_clocks_and_nothing_personal(
    capsys: Capture, story: Newborn
) -> None:
    answer = call(capsys, "case", story.number, "--json")
    assert answer.status == 0
    shown = answer.json
    assert shown["status"] == "running"
    assert shown["replay_ok"] is True
    assert shown["materials_asked"] == 0
    assert shown["materials_avoided"] > 0
    items = {item["key"]: item for item in shown["items"] if item["status"] != "skipped"}
    assert {key: item["status"] for key, item in items.items()} == {
        "birth_certificate": "done",
        "household": "open",
        "social_card": "waiting",
    }
    assert items["household"]["left"] == 3
    secret = [one.name for one in PERSONS.values()] + [one.number for one in PERSONS.values()]
    for word in [*secret, ANSWERS["child"]["child_name"], ANSWERS["child"]["phone"]]:
        assert word not in answer.out


def test_no_such_case_is_status_one_with_what_to_do(capsys: Capture, db: None) -> None:
    answer = call(capsys, "case", "2026-000001")
    assert answer.status == 1
    assert "没有这个案卷" in answer.err
    assert "There is no such case" in answer.err


def test_every_case_replays_to_what_is_stored(capsys: Capture, story: Newborn) -> None:
    answer = call(capsys, "case", "check", "--json")
    assert answer.status == 0
    assert answer.json == {"ok": True, "cases": 1, "wrong": [], "lost": 0, "orphans": 0}


def test_a_state_that_was_changed_by_hand_is_found(capsys: Capture, story: Newborn) -> None:
    case = Case.objects.get(pk=story.case_id)
    case.state["items"][1]["status"] = "done"
    case.save(update_fields=["state"])
    answer = call(capsys, "case", "check", "--json")
    assert answer.status == 1
    assert answer.json["wrong"] == [story.number]
    assert call(capsys, "case", story.number, "--json").status == 1


def test_an_item_that_was_changed_by_hand_is_found(capsys: Capture, story: Newborn) -> None:
    Case.objects.get(pk=story.case_id).items.filter(key="household").update(status="done")
    assert call(capsys, "case", "check", "--json").json["wrong"] == [story.number]


def test_a_case_without_its_events_is_found(capsys: Capture, story: Newborn) -> None:
    remove_events(story)
    answer = call(capsys, "case", "check", "--json")
    assert answer.status == 1
    assert answer.json["lost"] == 1
    verified = call(capsys, "audit", "verify", "--json")
    assert verified.status == 1
    assert verified.json["ok"] is False


def test_a_whole_ledger_verifies_and_says_what_it_cannot_see(
    capsys: Capture, story: Newborn
) -> None:
    answer = call(capsys, "audit", "verify", "--json")
    assert answer.status == 0
    assert answer.json["ok"] is True
    assert answer.json["cases"] == 1
    assert answer.json["unsealed"] == answer.json["entries"]
    assert "不能 no" in answer.out


def test_a_cut_chain_is_found_by_the_head_its_case_keeps(capsys: Capture, story: Newborn) -> None:
    Case.objects.filter(pk=story.case_id).update(seq=99)
    answer = call(capsys, "audit", "verify", "--json")
    assert answer.status == 1
    assert [problem["code"] for problem in answer.json["problems"]] == ["audit.cut"]


EDITED, CUT, AGAIN = "an edited event", "a cut tail", "a chain that was hashed again"


@pytest.mark.parametrize(
    ("attack", "inside", "outside"),
    [
        (EDITED, {"audit.changed"}, {"audit.changed"}),
        (CUT, set(), {"audit.seal_broken", "audit.seal_differs"}),
        (AGAIN, set(), {"audit.seal_broken", "audit.seal_differs"}),
    ],
)
def test_what_is_found_in_the_database_and_what_only_the_seal_outside_shows(
    capsys: Capture, story: Newborn, seals: Path, attack: str, inside: set[str], outside: set[str]
) -> None:
    """Whoever may alter tables changes a real case, its row and the copies of seals so that all fit."""
    assert call(capsys, "audit", "seal").status == 0
    attacker, key = Attacker(), str(story.case_id)
    entries = audit.history("case", key)
    if attack == CUT:
        attacker.cut("case", key, keep=len(entries) - 1, head_too=True)
    else:
        attacker.edit(entries[1], text='{"item":"household"}')
    if attack == AGAIN:
        attacker.hash_again("case", key)
    if attack != EDITED:
        last = audit.history("case", key)[-1]
        Case.objects.filter(pk=story.case_id).update(seq=last.seq, head=last.hash)
        forge_the_copy_inside(attacker)
    assert {one.code for one in audit.verify(heads=ledger.claims()).problems} == inside
    told = call(capsys, "audit", "verify", "--json")
    assert told.status == 1
    assert outside <= {problem["code"] for problem in told.json["problems"]}


def test_sealing_twice_seals_once(capsys: Capture, story: Newborn, seals: Path) -> None:
    first = call(capsys, "audit", "seal", "--json")
    assert first.json["sealed"] == Entry.objects.count()
    assert (seals / "seals.log").is_file()
    again = call(capsys, "audit", "seal", "--json")
    assert (again.status, again.json) == (0, {"sealed": 0})
    assert call(capsys, "audit", "verify", "--json").json["unsealed"] == 0


def test_the_history_of_a_case_is_its_events_in_order(capsys: Capture, story: Newborn) -> None:
    answer = call(capsys, "audit", "history", f"case:{story.number}", "--json")
    kinds = [event["kind"] for event in answer.json["events"]]
    assert kinds[0] == "submitted"
    assert kinds.count("approved") == kinds.count("done") == 1
    assert [event["seq"] for event in answer.json["events"]] == list(range(1, len(kinds) + 1))


def test_a_chain_there_is_not_is_status_one(capsys: Capture, db: None) -> None:
    answer = call(capsys, "audit", "history", "look:nobody")
    assert answer.status == 1
    assert "case:2026-000001" in answer.err


def remove_events(story: Newborn) -> None:
    """Take the whole chain of a case away, as whoever may alter tables can."""
    from django.db import connection

    guard.take_off(connection)
    Entry.objects.filter(stream="case", key=str(story.case_id)).delete()
    Chain.objects.filter(stream="case", key=str(story.case_id)).delete()
    guard.put_on(connection)
