"""SpiffWorkflow as a web request would use it: load, deserialise, complete one task, serialise, store.

The peer. A case has the same shape (start, split, seven user tasks, the sixth after the first, the
seventh after the second, join, end), the same server, and one commit for each task. Of what we do
besides it does nothing: no permissions, values, checks, terms, ledger, outbox.
"""

from __future__ import annotations

import time
from importlib.metadata import version

from benchmarks.bare_sql import SEALED, Driver

from minsheng.lib.errors import NotFound

GROUP = "SpiffWorkflow>=3.2"
TABLE = "CREATE TABLE spiff_case (id BIGINT PRIMARY KEY, status TEXT NOT NULL, state TEXT NOT NULL)"
FLOWS = {
    "start": ["split"],
    "split": ["t1", "t2", "t3", "t4", "t5"],
    "t1": ["t6"],
    "t2": ["t7"],
    **{task: ["join"] for task in ("t3", "t4", "t5", "t6", "t7")},
    "join": ["end"],
}
TASKS = tuple(f"t{number}" for number in range(1, 8))


def require() -> str:
    """Return the version that is installed; NotFound says in one line how to install it."""
    try:
        import SpiffWorkflow  # noqa: F401
    except ImportError as error:
        raise NotFound(
            "no_spiff",
            f"没有装 SpiffWorkflow，请运行：.venv/bin/uv pip install '{GROUP}'；不比它，加 --no-peer。",
            f"SpiffWorkflow isn't installed. Run: .venv/bin/uv pip install '{GROUP}'; or add --no-peer.",
        ) from error
    return version("SpiffWorkflow")


def bpmn() -> bytes:
    """Return the process as BPMN 2.0."""
    nodes = [
        '<startEvent id="start"/><endEvent id="end"/>',
        '<parallelGateway id="split"/><parallelGateway id="join"/>',
        *(f'<userTask id="{task}" name="{task}"/>' for task in TASKS),
    ]
    flows = [
        f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
        for a, after in FLOWS.items()
        for b in after
    ]
    head = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="bench" '
        'targetNamespace="urn:bench"><process id="seven" isExecutable="true">'
    )
    return (head + "".join([*nodes, *flows]) + "</process></definitions>").encode()


class Spiff:
    """Runs cases on one connection of the driver, each request a load and a store.

    With `values` the data of the case travel in the process, as BPMN engines are commonly used: so
    many of a sealed value's length.
    """

    def __init__(self, driver: Driver, *, values: int = 0) -> None:
        from lxml import etree
        from SpiffWorkflow.bpmn.parser import BpmnParser
        from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
        from SpiffWorkflow.util.task import TaskState

        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(bpmn()))
        self._spec = parser.get_spec("seven")
        self._serializer = BpmnWorkflowSerializer()
        self._driver, self._ready = driver, TaskState.READY
        self._values = {f"value{n}": SEALED for n in range(values)}

    def case(self, number: int) -> list[float]:
        """Start one case and complete its seven tasks: eight requests, eight commits."""
        from SpiffWorkflow.bpmn import BpmnWorkflow

        number = number * 2 + bool(self._values)
        workflow = BpmnWorkflow(self._spec)
        workflow.get_next_task(state=self._ready).data.update(self._values)
        workflow.do_engine_steps()
        self._driver.begin()
        self._driver.run(
            "INSERT INTO spiff_case VALUES (?, 'running', ?)",
            number, self._serializer.serialize_json(workflow),
        )  # fmt: skip
        self._driver.run("COMMIT")
        status, steps = "", []
        for name in TASKS:
            began = time.perf_counter()
            status = self._request(number, name)
            steps.append((time.perf_counter() - began) * 1000)
        assert status == "done", status
        return steps

    def _request(self, number: int, name: str) -> str:
        self._driver.begin()
        found = self._driver.run("SELECT state FROM spiff_case WHERE id = ? FOR UPDATE", number)
        workflow = self._serializer.deserialize_json(found.fetchone()[0])
        ready = workflow.get_tasks(state=self._ready, manual=True)
        next(task for task in ready if task.task_spec.name == name).run()
        workflow.do_engine_steps()
        status = "done" if workflow.is_completed() else "running"
        self._driver.run(
            "UPDATE spiff_case SET status = ?, state = ? WHERE id = ?",
            status, self._serializer.serialize_json(workflow), number,
        )  # fmt: skip
        self._driver.run("COMMIT")
        return status
