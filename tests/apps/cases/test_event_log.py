"""`minsheng cases export`: a whole case in the log, and nobody to be found in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from tests.cli.cli_caller import call
from tests.factories import District, newborn

from minsheng.apps.cases import reads
from minsheng.apps.cases.models import Case
from minsheng.cli.demo.cast import CHEN_LI, WANG_FANG

SPACE = "{http://www.xes-standard.org/}"


def test_a_case_is_told_by_post_and_without_anybody(
    district: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    story = newborn(district, until="rated")
    file = tmp_path / "log.xes"
    answer = call(capsys, "cases", "export", "--xes", str(file), "--json")
    assert answer.status == 0 and answer.json["cases"] == 1
    words = file.read_text(encoding="utf-8")
    (trace,) = Xml.fromstring(words.encode()).findall(f"{SPACE}trace")
    events = [
        {one.get("key"): one.get("value") for one in event}
        for event in trace.findall(f"{SPACE}event")
    ]
    assert answer.json["events"] == len(events)
    done = [event["concept:name"] for event in events if event["minsheng:kind"] == "done"]
    assert done == ["birth_certificate", "household", "social_card"]
    roles = {str(event.get("org:role")) for event in events}
    assert {"applicant", "hospital.birth", "police.household", "hr.card"} <= roles
    assert events[-1]["minsheng:kind"] == "rated"
    personal = [
        story.number, "陈予珺", "陈予安", "13800", "王芳", "陈立", WANG_FANG.number, CHEN_LI.number,
        "account:", "wangfang", "linlan", "很快", "看过原件",
    ]  # fmt: skip
    assert [one for one in personal if one in words] == []
    assert not re.search(r"\d{15}", words.replace(str(trace[2].get("value")), ""))


def test_protected_and_erased_people_are_not_in_it(district: District, settings: Any):
    newborn(district)
    assert [one.number for one in reads.event_log("newborn")] == [1]
    Case.objects.update(protected=True)
    assert list(reads.event_log()) == []
    assert list(reads.event_log("veteran")) == []
