"""A service as BPMN 2.0, read again: whole, in lanes, and a token gets through it."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from xml.etree import ElementTree as Xml

import pytest
from tests.product_packs import PACKS

from minsheng.engines.casework.bpmn import BPMN, DRAWN, bpmn, may_be_left_out
from minsheng.engines.casework.spec import ServiceSpec

OFFICES = {key: office.title.zh for key, office in PACKS.district.departments.items()}
TASK, AND, XOR = (
    f"{{{BPMN}}}{kind}" for kind in ("userTask", "parallelGateway", "exclusiveGateway")
)
FLOW = f"{{{BPMN}}}sequenceFlow"
every_service = pytest.mark.parametrize("slug", PACKS.services)


def read(slug: str) -> tuple[ServiceSpec, Xml.Element, Xml.Element]:
    spec = PACKS.services[slug].spec
    root = Xml.fromstring(bpmn(spec, offices=OFFICES).encode())
    process = root.find(f"{{{BPMN}}}process")
    assert process is not None
    return spec, root, process


def walked(process: Xml.Element, taken: set[str]) -> list[str]:
    """Return the tasks a token passes where exactly the `taken` choices are made.

    A join lets a token on when all that lead to it have come: so none is left behind.
    """
    nodes = {node.get("id", ""): node for node in process if node.get("id") and node.tag != FLOW}
    out: dict[str, list[Xml.Element]] = defaultdict(list)
    wanted: dict[str, int] = defaultdict(int)
    for flow in process.iter(FLOW):
        out[flow.get("sourceRef", "")].append(flow)
        wanted[flow.get("targetRef", "")] += 1
    came: dict[str, int] = defaultdict(int)
    todo, tasks = ["start"], []
    while todo:
        key = todo.pop()
        node = nodes[key]
        came[key] += 1
        if node.tag == AND and came[key] < wanted[key]:
            continue
        if node.tag == TASK:
            tasks.append(key)
        flows = out[key]
        if node.tag == XOR and len(flows) > 1:
            chosen = [
                f for f in flows if (f.findtext(f"{{{BPMN}}}conditionExpression") or "") in taken
            ]
            flows = chosen or [f for f in flows if f.get("id") == node.get("default")]
            assert len(flows) == 1
        todo += [flow.get("targetRef", "") for flow in flows]
    assert came["end"] == 1, "the case is closed once"
    assert all(came[k] in {0, wanted[k]} for k, n in nodes.items() if n.tag == AND)
    return tasks


@every_service
def test_every_item_is_a_task_in_the_lane_of_its_office(slug: str) -> None:
    spec, _, process = read(slug)
    assert {task.get("id") for task in process.iter(TASK)} == set(spec.items)
    lanes = {
        ref.text: lane.get("name")
        for lane in process.iter(f"{{{BPMN}}}lane")
        for ref in lane.iter(f"{{{BPMN}}}flowNodeRef")
    }
    assert {key: lanes[key] for key in spec.items} == {
        key: OFFICES[item.office] for key, item in spec.items.items()
    }


@every_service
def test_a_token_gets_through_with_every_choice_and_with_none(slug: str) -> None:
    spec, _, process = read(slug)
    choices = {f"take_{key}" for key, item in spec.items.items() if may_be_left_out(item)}
    whole = walked(process, choices)
    assert sorted(whole) == sorted(spec.items)
    for key, item in spec.items.items():
        assert all(whole.index(need) < whole.index(key) for need in item.needs)
    always = {key for key, item in spec.items.items() if not may_be_left_out(item)}
    assert set(walked(process, set())) == always


@every_service
def test_everything_is_drawn_and_names_are_used_once(slug: str) -> None:
    _, root, process = read(slug)
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    drawn = {
        one.get("bpmnElement") for one in root.iter() if one.tag.startswith(f"{{{DRAWN}}}BPMN")
    }
    assert {node.get("id") for node in process if node.get("id") != "lanes"} <= drawn


@every_service
def test_another_program_reads_it_and_runs_it_to_its_end(slug: str) -> None:
    """SpiffWorkflow, where it is installed: with every choice made, each task once."""
    pytest.importorskip("SpiffWorkflow")
    spec, _, _ = read(slug)
    done = subprocess.run(
        [sys.executable, "-c", RUN, slug.replace("-", "_"), *spec.items],
        input=bpmn(spec, offices=OFFICES).encode(), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert sorted(done.stdout.decode().split()) == sorted(spec.items)


RUN = """
import sys
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState
parser = BpmnParser()
parser.add_bpmn_xml(etree.fromstring(sys.stdin.buffer.read()), filename="service.bpmn")
flow = BpmnWorkflow(parser.get_spec(sys.argv[1]))
flow.task_tree.data.update({f"take_{key}": True for key in sys.argv[2:]})
flow.do_engine_steps()
while not flow.is_completed():
    ready = [t for t in flow.get_tasks(state=TaskState.READY) if t.task_spec.manual]
    print(ready[0].task_spec.name)
    ready[0].run()
    flow.do_engine_steps()
"""
