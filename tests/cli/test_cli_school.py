"""`minsheng school`: the same doors as the pages, for who has a shell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.cli_caller import call
from tests.factories import District

from minsheng.apps.schools import registers, sheets
from minsheng.apps.schools.models import Enrollment, RosterImport
from minsheng.cli.demo import cast, schools
from minsheng.engines import population
from minsheng.engines.rosters import Roster

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def whole(district: District) -> Roster:
    schools.begin(population.District(cast.households(), ()), on=district.today, seed=1, most=6)
    return registers.register_of(["qinghuai"])


@pytest.mark.parametrize("name", ["out.xlsx", "out.zip"])
def test_what_was_exported_imports_without_a_change(
    capsys: Capture, whole: Roster, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    out = call(capsys, "school", "export", str(file), "--school", "qinghuai", "--by", "kongrui", "--json")  # fmt: skip
    assert out.status == 0
    assert file.stat().st_mode & 0o077 == 0
    back = call(capsys, "school", "import", str(file), "--by", "kongrui", "--json")
    assert (back.status, back.json["counts"], back.json["written"]) == (0, {}, False)
    assert "没有变化" in back.out


def test_a_register_is_looked_at_and_then_written(
    capsys: Capture, whole: Roster, tmp_path: Path
) -> None:
    moved = tuple(replace(row, seat=row.seat + 20 if row.seat else 0) for row in whole.enrollments)
    file = tmp_path / "in.xlsx"
    file.write_bytes(sheets.workbook(replace(whole, enrollments=moved)))
    words = ("school", "import", str(file), "--by", "kongrui", "--json")
    seen = call(capsys, *words, "--preview")
    assert (seen.status, seen.json["written"]) == (0, False)
    assert not Enrollment.objects.filter(seat=21).exists()
    assert call(capsys, *words).json["written"] is True
    assert Enrollment.objects.filter(seat=21).exists()
    assert not RosterImport.objects.exclude(content="").exists()


def test_what_is_wrong_or_takes_much_away_is_not_written(
    capsys: Capture, whole: Roster, tmp_path: Path
) -> None:
    file = tmp_path / "in.xlsx"
    lost = {row.sourced_id for row in whole.users if row.role == "student"}
    fewer = replace(
        whole,
        users=tuple(row for row in whole.users if row.sourced_id not in set(sorted(lost)[:6])),
        enrollments=tuple(row for row in whole.enrollments if row.user not in set(sorted(lost)[:6])),
        guardians=(),
    )  # fmt: skip
    file.write_bytes(sheets.workbook(fewer))
    stopped = call(capsys, "school", "import", str(file), "--by", "kongrui", "--json")
    assert (stopped.status, stopped.json["stops"]) == (1, ["users", "enrollments"])
    assert stopped.json["waiting"] in stopped.out
    wrong = replace(whole, classes=tuple(replace(one, school="nowhere") for one in whole.classes))
    file.write_bytes(sheets.workbook(wrong))
    refused = call(capsys, "school", "import", str(file), "--by", "kongrui", "--json")
    assert refused.status == 1
    assert {one["file"] for one in refused.json["problems"]} >= {"班级"}
    for stranger in ("tanmei", "liqiang"):
        assert call(capsys, "school", "import", str(file), "--by", stranger).status != 0
