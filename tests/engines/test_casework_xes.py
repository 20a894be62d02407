"""The event log in XES: what is read again is what was written, and nobody is in it."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

from minsheng.engines.casework.state import CHINA
from minsheng.engines.casework.xes import LoggedCase, LoggedEvent, xes

SPACE = "{http://www.xes-standard.org/}"
AT = datetime(2026, 3, 24, 9, 30, tzinfo=CHINA)
CASE = LoggedCase(
    number=1,
    service="newborn",
    version="a1:00ff",
    status="done",
    events=(
        LoggedEvent("opened", "household", "出生户口登记", AT, "system", 1),
        LoggedEvent(
            "returned", "household", 'A < B & "C"', AT, "police.household", 1,
            (("reason", "name_unclear"),),
        ),
        LoggedEvent("closed", "", "", AT, "system"),
    ),
)  # fmt: skip


def read(*cases: LoggedCase) -> Xml.Element:
    return Xml.fromstring("".join(xes(cases)).encode())


def values(node: Xml.Element) -> dict[str, str]:
    return {one.get("key", ""): one.get("value", "") for one in node if one.get("key")}


def test_what_is_read_again_is_what_was_written() -> None:
    (trace,) = read(CASE).findall(f"{SPACE}trace")
    told = values(trace)
    assert told["concept:name"] == "case-000001" and told["minsheng:status"] == "done"
    first, second, last = (values(event) for event in trace.findall(f"{SPACE}event"))
    assert first["concept:name"] == "household" and first["lifecycle:transition"] == "start"
    assert datetime.fromisoformat(first["time:timestamp"]) == AT.astimezone(UTC)
    assert second["minsheng:title"] == 'A < B & "C"'
    assert second["lifecycle:transition"] == "suspend"
    assert second["org:role"] == "police.household"
    assert second["minsheng:reason"] == "name_unclear"
    assert last["concept:name"] == "case" and last["lifecycle:transition"] == "unknown"


def test_a_log_without_a_case_is_a_log() -> None:
    log = read()
    assert log.tag == f"{SPACE}log" and log.get("xes.version") == "1849-2016"
    assert log.findall(f"{SPACE}trace") == []


def test_each_extension_that_is_used_is_declared() -> None:
    log = read(CASE)
    declared = {one.get("prefix") for one in log.findall(f"{SPACE}extension")}
    used = {(node.get("key") or "").partition(":")[0] for node in log.iter() if node.get("key")}
    assert used - declared == {"minsheng"}
