"""Seals outside, and which attacks a look finds with them and without.

| the attacker may alter tables and …            | without the outside | with it |
|------------------------------------------------|---------------------|---------|
| edits an event                                 | found               | found   |
| edits an event and hashes the chain again      | not found           | found   |
| cuts the end and leaves the head               | found               | found   |
| cuts the end and makes the head fit            | not found           | found   |
| removes a whole chain                          | not found           | found   |
| does any of these before the next seal         | as without          | as without |
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.apps.audit.conftest import Attacker

from minsheng.apps.audit import actions
from minsheng.apps.audit.actions import Head, News, append, record, seal
from minsheng.apps.audit.models import Chain, Entry, Seal
from minsheng.apps.audit.outside import LOG, SealLine, last_in_log, parse, read_log, write_log
from minsheng.apps.audit.reads import Claim, VerifyReport, history, last_seal, unsealed, verify
from minsheng.lib.errors import Conflict

pytestmark = pytest.mark.django_db


def codes(report: VerifyReport) -> set[str]:
    return {problem.code for problem in report.problems}


def looks(at: datetime, *, person: str = "p1", times: int = 4) -> list[Entry]:
    return [
        record("look", person, News("looked", at, f"clerk-{n}", {"purpose": "household"}))
        for n in range(times)
    ]


def forge_the_copy_inside(attacker: Attacker) -> None:
    """What a careful attacker does too: the seal's copy inside fits the forged entries."""
    with attacker.unguarded():
        copy = Seal.objects.get()
        old = parse(copy.text)
        assert old is not None
        root, count = actions._root(old.after, old.upto, "a1")
        new = SealLine(
            number=old.number,
            at=old.at,
            after=old.after,
            upto=old.upto,
            count=count,
            root=root,
            previous=old.previous,
        )
        Seal.objects.filter(pk=copy.pk).update(
            text=new.text, root=root, count=count, digest=new.digest
        )


def test_a_whole_ledger_verifies_with_the_seals_and_without(at: datetime, tmp_path: Path) -> None:
    looks(at)
    looks(at, person="p2")
    made = seal(at, tmp_path)
    assert made is not None
    looks(at, times=2)
    report = verify(tmp_path)
    assert (report.ok, report.entries, report.chains, report.seals) == (True, 10, 2, 1)
    assert report.unsealed == unsealed() == 2
    assert verify().ok
    assert last_seal() == made


def test_an_edited_event_is_found_without_the_file_outside(
    at: datetime, tmp_path: Path, attacker: Attacker
) -> None:
    second = looks(at)[1]
    seal(at, tmp_path)
    attacker.edit(second, text='{"purpose":"nothing"}')
    for report in (verify(), verify(tmp_path)):
        assert [(p.code, p.where) for p in report.problems] == [("audit.changed", "look/p1#2")]
        assert not report.ok


def test_a_chain_that_was_hashed_again_is_found_only_with_the_file_outside(
    at: datetime, tmp_path: Path, attacker: Attacker
) -> None:
    second = looks(at)[1]
    seal(at, tmp_path)
    attacker.edit(second, text='{"purpose":"nothing"}')
    attacker.hash_again("look", "p1")
    assert codes(verify()) == {"audit.seal_broken"}  # a careless attacker, and luck
    forge_the_copy_inside(attacker)
    assert verify().ok
    assert codes(verify(tmp_path)) == {"audit.seal_broken", "audit.seal_differs"}


def test_a_cut_tail_is_found_only_with_the_file_outside_once_the_head_fits(
    at: datetime, tmp_path: Path, attacker: Attacker
) -> None:
    looks(at)
    seal(at, tmp_path)
    attacker.cut("look", "p1", keep=2, head_too=False)
    assert "audit.cut" in codes(verify())
    attacker.cut("look", "p1", keep=2, head_too=True)
    forge_the_copy_inside(attacker)
    assert verify().ok
    assert "audit.seal_broken" in codes(verify(tmp_path))


def test_a_chain_that_is_gone_altogether_is_found_only_with_the_file_outside(
    at: datetime, tmp_path: Path, attacker: Attacker
) -> None:
    looks(at)
    looks(at, person="p2")
    seal(at, tmp_path)
    attacker.cut("look", "p1", keep=0, head_too=True)
    forge_the_copy_inside(attacker)
    assert verify().ok
    assert "audit.seal_broken" in codes(verify(tmp_path))


def test_what_is_not_sealed_yet_can_be_cut_unseen_and_the_report_says_so(
    at: datetime, tmp_path: Path, attacker: Attacker
) -> None:
    looks(at)
    seal(at, tmp_path)
    looks(at, times=2)
    attacker.cut("look", "p1", keep=5, head_too=True)
    report = verify(tmp_path)
    assert report.ok
    assert report.unsealed == 1
    assert any(not d.seen and "not sealed yet" in d.attack.en for d in report.detects)


def test_whoever_changes_both_sides_is_not_found_and_the_report_says_so(
    at: datetime, tmp_path: Path, attacker: Attacker
) -> None:
    second = looks(at)[1]
    seal(at, tmp_path)
    printed = (tmp_path / LOG).read_text()
    attacker.edit(second, text='{"purpose":"nothing"}')
    attacker.hash_again("look", "p1")
    forge_the_copy_inside(attacker)
    (tmp_path / LOG).write_text(Seal.objects.get().text + "\n")
    report = verify(tmp_path)
    assert report.ok
    assert any(not d.seen and "printed seal" in d.attack.en for d in report.detects)
    assert (tmp_path / LOG).read_text() != printed  # what a second witness would show


def test_the_report_promises_less_without_the_file_outside(at: datetime, tmp_path: Path) -> None:
    looks(at)
    seal(at, tmp_path)
    with_it = {d.attack.en for d in verify(tmp_path).detects if d.seen}
    without = {d.attack.en for d in verify().detects if d.seen}
    assert without < with_it
    assert any("hashed again" in attack for attack in with_it - without)
    assert all(d.attack.zh and d.attack.en for d in verify().detects)


def test_an_event_taken_out_of_the_middle_is_found(at: datetime, attacker: Attacker) -> None:
    second = looks(at)[1]
    with attacker.unguarded():
        second.delete()
    assert [(p.code, p.where) for p in verify().problems] == [("audit.number_missing", "look/p1#3")]


def test_an_event_exchanged_for_one_that_hashes_well_is_found(
    at: datetime, attacker: Attacker
) -> None:
    looks(at, times=3)
    looks(at, person="p2", times=3)
    other = history("look", "p2")[1]
    attacker.hash_again("look", "p2")
    with attacker.unguarded():
        Entry.objects.filter(pk=other.pk).update(prev_hash="a1:00")
    assert "audit.link_broken" in codes(verify())


def test_an_event_added_behind_the_head_is_found(at: datetime) -> None:
    looks(at, times=1)
    chain = Chain.objects.get()
    append("look", "p1", Head(chain.seq, chain.hash), [News("looked", at, "nobody")])
    assert [(p.code, p.where) for p in verify().problems] == [("audit.beyond_head", "look/p1#2")]


def test_a_head_kept_by_another_table_shows_a_cut_tail(at: datetime, attacker: Attacker) -> None:
    head = append("case", "N1", Head(), [News("a", at), News("b", at)])
    claims = [Claim("case", f"empty-{n}", 0, "") for n in range(150)]
    claims.append(Claim("case", "N1", head.seq, head.hash))
    assert verify(heads=claims).ok
    attacker.cut("case", "N1", keep=1, head_too=False)
    assert verify().ok
    assert [(p.code, p.where) for p in verify(heads=claims).problems] == [
        ("audit.cut", "case/N1#2")
    ]
    assert sum(d.seen for d in verify(heads=claims).detects) > sum(d.seen for d in verify().detects)


def test_a_hash_of_no_known_suite_is_found(at: datetime, attacker: Attacker) -> None:
    entry = looks(at, times=1)[0]
    with attacker.unguarded():
        Entry.objects.filter(pk=entry.pk).update(hash="z9:00")
    assert "audit.suite_unknown" in codes(verify())


def test_many_problems_are_counted_and_some_are_listed(at: datetime, attacker: Attacker) -> None:
    head = append("case", "N1", Head(), [News("a", at) for _ in range(90)])
    for _ in range(2):
        head = append("case", "N1", head, [News("a", at) for _ in range(90)])
    with attacker.unguarded():
        Entry.objects.update(by="nobody")
    report = verify()
    assert (report.entries, report.found, len(report.problems)) == (270, 270, 200)


# ── seals ───────────────────────────────────────────────────────────────────────────────────────


def test_there_is_no_seal_without_news(at: datetime, tmp_path: Path) -> None:
    assert seal(at, tmp_path) is None
    looks(at)
    assert seal(at, tmp_path) is not None
    assert seal(at, tmp_path) is None
    assert len((tmp_path / LOG).read_text().splitlines()) == 1


def test_each_seal_refers_to_the_one_before(at: datetime, tmp_path: Path) -> None:
    for n in range(3):
        looks(at, times=n + 1)
        seal(at + timedelta(minutes=5 * n), tmp_path)
    seals = read_log(tmp_path).seals
    assert [(s.number, s.count) for s in seals.values()] == [(1, 1), (2, 2), (3, 3)]
    assert seals[1].previous == ""
    assert seals[3].previous == seals[2].digest
    assert seals[3].after == seals[2].upto
    assert [s.text for s in Seal.objects.order_by("number")] == [s.text for s in seals.values()]
    assert verify(tmp_path).ok


def test_a_seal_taken_out_of_the_log_is_found(at: datetime, tmp_path: Path) -> None:
    for _ in range(3):
        looks(at, times=1)
        seal(at, tmp_path)
    log = tmp_path / LOG
    lines = log.read_text().splitlines(keepends=True)
    log.write_text(lines[0] + lines[2])
    assert codes(verify(tmp_path)) == {"audit.seal_missing", "audit.seal_differs"}
    log.write_text(lines[0])
    assert codes(verify(tmp_path)) == {"audit.seal_differs"}
    log.unlink()
    assert not verify(tmp_path).ok


def test_a_seal_changed_on_both_sides_no_longer_fits_the_next(
    at: datetime, tmp_path: Path, attacker: Attacker
) -> None:
    for _ in range(2):
        looks(at, times=1)
        seal(at, tmp_path)
    log = tmp_path / LOG
    log.write_text(log.read_text().replace("T09:30", "T08:30", 1))
    with attacker.unguarded():
        Seal.objects.filter(number=1).update(text=log.read_text().splitlines()[0])
    assert [(p.code, p.where) for p in verify(tmp_path).problems] == [
        ("audit.seal_missing", "seal 2")
    ]


def test_a_second_seal_of_the_same_number_is_found(at: datetime, tmp_path: Path) -> None:
    looks(at)
    seal(at, tmp_path)
    log = tmp_path / LOG
    log.write_text(log.read_text() + log.read_text().replace('"count":4', '"count":3'))
    assert "audit.seal_forked" in codes(verify(tmp_path))


def test_a_copy_inside_that_cannot_be_read_is_found(
    at: datetime, tmp_path: Path, attacker: Attacker
) -> None:
    looks(at)
    seal(at, tmp_path)
    with attacker.unguarded():
        Seal.objects.update(text="{}")
    assert "audit.seal_unreadable" in codes(verify())


def test_a_seal_cut_short_before_the_database_had_it_is_taken_over(
    at: datetime, tmp_path: Path, attacker: Attacker
) -> None:
    looks(at)
    made = seal(at, tmp_path)
    assert made is not None
    with attacker.unguarded():
        Seal.objects.all().delete()
    assert verify(tmp_path).ok
    looks(at, times=1)
    following = seal(at, tmp_path)
    assert following is not None
    assert (following.number, following.previous) == (2, made.digest)
    assert list(Seal.objects.order_by("number").values_list("text", flat=True)) == [
        made.text,
        following.text,
    ]
    assert verify(tmp_path).ok


def test_a_line_cut_short_by_a_power_failure_harms_nothing(at: datetime, tmp_path: Path) -> None:
    looks(at)
    seal(at, tmp_path)
    log = tmp_path / LOG
    log.write_text(log.read_text() + '{"after":4,"at":"2026-04')
    looks(at, times=1)
    seal(at, tmp_path)
    assert len(log.read_text().splitlines()) == 3
    assert verify(tmp_path).ok


def test_a_log_ahead_of_a_restored_database_stops_the_sealer_and_is_found(
    at: datetime, tmp_path: Path, attacker: Attacker
) -> None:
    looks(at)
    seal(at, tmp_path)
    with attacker.unguarded():  # as after an older backup was restored
        Seal.objects.all().delete()
        Entry.objects.filter(seq=4).delete()
    Chain.objects.filter(stream="look").update(seq=3, hash=history("look", "p1")[-1].hash)
    with pytest.raises(Conflict) as conflict:
        seal(at, tmp_path)
    assert conflict.value.code == "audit.log_ahead"
    assert "audit.seal_broken" in codes(verify(tmp_path))


def test_a_great_backlog_is_sealed_in_several_steps(
    at: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_SEALED", 4)
    monkeypatch.setattr(actions, "_SEAL_BATCH", 2)
    looks(at, times=7)
    counts = []
    while made := seal(at, tmp_path):
        counts.append(made.count)
    assert counts == [4, 3]
    assert verify(tmp_path).ok


def test_the_last_seal_is_found_at_the_end_of_a_long_log(at: datetime, tmp_path: Path) -> None:
    assert last_in_log(tmp_path) is None
    line = SealLine(number=1, at=at, after=0, upto=1, count=1, root="a1:00", previous="")
    for number in range(1, 151):
        line = SealLine(
            number=number, at=at, after=number - 1, upto=number, count=1, root="a1:00",
            previous=line.digest,
        )  # fmt: skip
        write_log(tmp_path, line)
    assert (tmp_path / LOG).stat().st_size > 16_384
    assert last_in_log(tmp_path) == line


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"number":1}', "null", '{"number":"1","at":"2026-04-01"}']
)
def test_a_line_that_is_no_seal_is_not_taken_for_one(text: str) -> None:
    assert parse(text) is None


def test_a_seal_is_read_only_in_the_form_it_was_written(at: datetime) -> None:
    line = SealLine(number=1, at=at, after=0, upto=1, count=1, root="a1:00", previous="")
    assert parse(line.text) == line
    assert parse(line.text.replace(":1,", ": 1,")) is None
    assert parse(line.text.replace('"root":"a1:', '"root":"zz:')) is None
    assert parse(line.text.replace('"count":1', '"count":"1"')) is None
