"""A service as a BPMN 2.0 diagram: for other tools to draw and discuss, never to run a case here.

It shows the course of a case in which every office agrees: an item begins when all it needs have
ended, and one that is a choice or has a condition may be left out. What happens to a refusal, a
question or a stop is told by this engine alone, because items carry no tokens.

Source: OMG, Business Process Model and Notation 2.0 (formal/2011-01-03).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as Xml

from minsheng.engines.casework.spec import ItemSpec, ServiceSpec
from minsheng.engines.casework.step import order_of

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DRAWN = "http://www.omg.org/spec/BPMN/20100524/DI"
FIGURE = "http://www.omg.org/spec/DD/20100524/DC"
LINE = "http://www.omg.org/spec/DD/20100524/DI"
TYPED = "http://www.w3.org/2001/XMLSchema-instance"
OURS = "urn:minsheng:service"
_SIZE = {"task": (140, 70), "gateway": (50, 50), "event": (36, 36)}
_COLUMN, _ROW, _LEFT = 110, 120, 60

for _prefix, _space in (("bpmn", BPMN), ("bpmndi", DRAWN), ("dc", FIGURE), ("di", LINE)):
    Xml.register_namespace(_prefix, _space)


@dataclass(frozen=True, slots=True)
class _Node:
    """One thing in the diagram: its kind in BPMN, in which column and lane it is drawn."""

    key: str
    kind: str
    name: str
    column: int
    lane: str

    @property
    def size(self) -> tuple[int, int]:
        shape = {"userTask": "task", "startEvent": "event", "endEvent": "event"}
        return _SIZE[shape.get(self.kind, "gateway")]


@dataclass(slots=True)
class _Graph:
    """Nodes and the flows between them; `when` of a flow is the name of what must have been chosen."""

    nodes: dict[str, _Node] = field(default_factory=dict)
    flows: list[tuple[str, str, str]] = field(default_factory=list)
    otherwise: dict[str, str] = field(default_factory=dict)

    def add(self, key: str, kind: str, name: str, column: int, lane: str) -> str:
        self.nodes[key] = _Node(key, kind, name, column, lane)
        return key

    def link(self, source: str, target: str, when: str = "") -> str:
        self.flows.append((source, target, when))
        return f"flow_{len(self.flows)}"


def bpmn(spec: ServiceSpec, *, offices: Mapping[str, str]) -> str:
    """Return the BPMN 2.0 text of a service; `offices` names the lanes by key.

    The flow into an item that may be left out is taken where the variable `take_<item>` is true.
    """
    graph = _graph(spec)
    root = Xml.Element(
        _q(BPMN, "definitions"), {"id": f"service_{_id(spec.slug)}", "targetNamespace": OURS}
    )
    process = Xml.SubElement(
        root,
        _q(BPMN, "process"),
        {"id": _id(spec.slug), "name": spec.title.zh, "isExecutable": "true"},
    )
    lanes = list(dict.fromkeys(item.office for item in _items(spec)))
    _lanes(process, graph, {key: offices.get(key, key) for key in lanes})
    _nodes(process, graph, spec)
    _flows(process, graph)
    _drawing(root, graph, spec, lanes)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _items(spec: ServiceSpec) -> list[ItemSpec]:
    return [spec.items[key] for key in order_of(spec)]


def may_be_left_out(item: ItemSpec) -> bool:
    """Whether a case may go on without this item."""
    return item.optional or item.when is not None


def _graph(spec: ServiceSpec) -> _Graph:
    graph, items = _Graph(), _items(spec)
    first_lane = items[0].office
    start = graph.add("start", "startEvent", "提交 / submitted", 0, first_lane)
    fork = graph.add("fork", "parallelGateway", "", 1, first_lane)
    graph.link(start, fork)
    column: dict[str, int] = {}
    exits: dict[str, str] = {}
    for item in items:
        at = max((column[need] for need in item.needs), default=1) + 2
        column[item.key] = at + 3
        entry = _entry(graph, item, at)
        for source in [exits[need] for need in item.needs] or [fork]:
            graph.link(source, entry)
        exits[item.key] = _body(graph, item, entry, at)
    needed = {need for item in items for need in item.needs}
    last = max(column.values()) + 2
    for key in [item.key for item in items if item.key in needed]:
        _fan_out(graph, exits[key], key)
    join = graph.add("join", "parallelGateway", "", last, first_lane)
    for item in items:
        if item.key not in needed:
            graph.link(exits[item.key], join)
    graph.link(join, graph.add("end", "endEvent", "办结 / closed", last + 1, first_lane))
    return graph


def _entry(graph: _Graph, item: ItemSpec, at: int) -> str:
    """Return where the flows into an item arrive: a join where it needs several."""
    if len(item.needs) > 1:
        return graph.add(f"{item.key}_when_all", "parallelGateway", "", at - 1, item.office)
    if may_be_left_out(item):
        return graph.add(
            f"{item.key}_asked", "exclusiveGateway", "要办吗 / wanted?", at, item.office
        )
    return graph.add(item.key, "userTask", _name(item), at + 1, item.office)


def _body(graph: _Graph, item: ItemSpec, entry: str, at: int) -> str:
    """Draw an item behind its entry and return where the flow goes on from."""
    if not may_be_left_out(item):
        if entry != item.key:
            graph.link(entry, graph.add(item.key, "userTask", _name(item), at + 1, item.office))
        return item.key
    asked = f"{item.key}_asked"
    if entry != asked:
        graph.link(entry, graph.add(asked, "exclusiveGateway", "要办吗 / wanted?", at, item.office))
    graph.add(item.key, "userTask", _name(item), at + 1, item.office)
    over = graph.add(f"{item.key}_over", "exclusiveGateway", "", at + 3, item.office)
    graph.link(asked, item.key, f"take_{_id(item.key)}")
    graph.otherwise[asked] = graph.link(asked, over)
    graph.link(item.key, over)
    return over


def _fan_out(graph: _Graph, source: str, key: str) -> None:
    """Put a fork behind an item that several others wait for."""
    out = [n for n, (a, _, _) in enumerate(graph.flows) if a == source]
    if len(out) < 2:
        return
    node = graph.nodes[source]
    fork = graph.add(f"{key}_then", "parallelGateway", "", node.column + 1, node.lane)
    for n in out:
        _, target, when = graph.flows[n]
        graph.flows[n] = (fork, target, when)
    graph.link(source, fork)


def _name(item: ItemSpec) -> str:
    return f"{item.title.zh}（{item.due.text.zh}）"


def _lanes(process: Xml.Element, graph: _Graph, lanes: Mapping[str, str]) -> None:
    whole = Xml.SubElement(process, _q(BPMN, "laneSet"), {"id": "lanes"})
    for key, name in lanes.items():
        lane = Xml.SubElement(whole, _q(BPMN, "lane"), {"id": f"lane_{_id(key)}", "name": name})
        for node in graph.nodes.values():
            if node.lane == key:
                Xml.SubElement(lane, _q(BPMN, "flowNodeRef")).text = _id(node.key)


def _nodes(process: Xml.Element, graph: _Graph, spec: ServiceSpec) -> None:
    for node in graph.nodes.values():
        given = {"id": _id(node.key)}
        if node.name:
            given["name"] = node.name
        if node.key in graph.otherwise:
            given["default"] = graph.otherwise[node.key]
        made = Xml.SubElement(process, _q(BPMN, node.kind), given)
        item = spec.items.get(node.key)
        if item is not None and item.cite is not None:
            said = f"{item.result.zh}。{item.cite.said.zh}（{item.cite.mark}）"
            Xml.SubElement(made, _q(BPMN, "documentation")).text = said
        for number, (_, target, _) in enumerate(graph.flows, 1):
            if target == node.key:
                Xml.SubElement(made, _q(BPMN, "incoming")).text = f"flow_{number}"
        for number, (source, _, _) in enumerate(graph.flows, 1):
            if source == node.key:
                Xml.SubElement(made, _q(BPMN, "outgoing")).text = f"flow_{number}"


def _flows(process: Xml.Element, graph: _Graph) -> None:
    for number, (source, target, when) in enumerate(graph.flows, 1):
        flow = Xml.SubElement(
            process,
            _q(BPMN, "sequenceFlow"),
            {"id": f"flow_{number}", "sourceRef": _id(source), "targetRef": _id(target)},
        )
        if when:
            said = Xml.SubElement(flow, _q(BPMN, "conditionExpression"))
            said.set(_q(TYPED, "type"), "bpmn:tFormalExpression")
            said.text = when


# ── where everything is drawn ───────────────────────────────────────────────────────────────────


def _drawing(root: Xml.Element, graph: _Graph, spec: ServiceSpec, lanes: list[str]) -> None:
    places = dict(_places(graph, lanes))
    diagram = Xml.SubElement(root, _q(DRAWN, "BPMNDiagram"), {"id": "diagram"})
    plane = Xml.SubElement(
        diagram, _q(DRAWN, "BPMNPlane"), {"id": "plane", "bpmnElement": _id(spec.slug)}
    )
    for key, (x, y, width, height) in places.items():
        shape = Xml.SubElement(
            plane, _q(DRAWN, "BPMNShape"), {"id": f"shape_{_id(key)}", "bpmnElement": _id(key)}
        )
        bounds = {"x": x, "y": y, "width": width, "height": height}
        Xml.SubElement(shape, _q(FIGURE, "Bounds"), {k: str(v) for k, v in bounds.items()})
    for number, (source, target, _) in enumerate(graph.flows, 1):
        edge = Xml.SubElement(
            plane,
            _q(DRAWN, "BPMNEdge"),
            {"id": f"edge_{number}", "bpmnElement": f"flow_{number}"},
        )
        a, b = places[source], places[target]
        ends = ((a[0] + a[2], a[1] + a[3] // 2), (b[0], b[1] + b[3] // 2))
        for x, y in ends:
            Xml.SubElement(edge, _q(LINE, "waypoint"), {"x": str(x), "y": str(y)})


def _places(graph: _Graph, lanes: list[str]) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """Yield where each lane and node stands: lanes one below another, as high as they need."""
    rows: dict[str, int] = {}
    taken: dict[tuple[str, int], int] = {}
    row_of: dict[str, int] = {}
    for node in graph.nodes.values():
        row = taken.get((node.lane, node.column), 0)
        taken[node.lane, node.column] = row + 1
        row_of[node.key] = row
        rows[node.lane] = max(rows.get(node.lane, 1), row + 1)
    top, tops = 0, {}
    width = _LEFT + (max(node.column for node in graph.nodes.values()) + 1) * _COLUMN
    for lane in lanes:
        tops[lane] = top
        yield f"lane_{lane}", (0, top, width, rows.get(lane, 1) * _ROW)
        top += rows.get(lane, 1) * _ROW
    for node in graph.nodes.values():
        w, h = node.size
        y = tops[node.lane] + row_of[node.key] * _ROW + (_ROW - h) // 2
        yield node.key, (_LEFT + node.column * _COLUMN, y, w, h)


def _q(space: str, name: str) -> str:
    return f"{{{space}}}{name}"


def _id(key: str) -> str:
    """Return a key as an XML name."""
    return key.replace("-", "_").replace(".", "_")
