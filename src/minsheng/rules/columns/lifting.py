"""Working over there: what is said only of a household is computed once for the household.

`household.income / household.size < line`, said of a person, is `income / size < line` said of the
household and then carried to its members: one mask travels instead of numbers, and there are fewer
households than persons. Nothing else changes: where there is no household, or nobody knows it,
every part was unknown, and so is the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from minsheng.rules import ir
from minsheng.rules.ir import And, Node, Or, Related

STRICT = (ir.Not, ir.Compare, ir.OneOf, ir.Contains, ir.Negate, ir.Arithmetic, ir.Call)
"""Unknown as soon as one part is unknown."""


@dataclass(eq=False)
class Lifting:
    """Rewrites nodes; each node once."""

    _lifted: dict[int, Node] = field(default_factory=dict)
    _reads: dict[int, bool] = field(default_factory=dict)
    _kept: list[Node] = field(default_factory=list)

    def lifted(self, node: Node) -> Node:
        """Return the same said over there as far as it can be; a derived fact as what it says."""
        if id(node) not in self._lifted:
            self._kept.append(node)
            self._lifted[id(node)] = self._one(node)
        return self._lifted[id(node)]

    def reads_facts(self, node: Node) -> bool:
        """Whether a node says something of the case, or is the same for all on a day."""
        if id(node) not in self._reads:
            self._kept.append(node)
            self._reads[id(node)] = isinstance(node, ir.Field | Related | ir.Aggregate) or any(
                self.reads_facts(part) for part in ir.children(node)
            )
        return self._reads[id(node)]

    def _one(self, node: Node) -> Node:
        if isinstance(node, ir.Derived):
            return self.lifted(node.node)
        if isinstance(node, And | Or):
            return self._merged(node)
        if not isinstance(node, STRICT):
            return node
        ways = {
            (part.relation, part.label) if isinstance(part, Related) else None
            for part in map(self.lifted, ir.children(node))
            if self.reads_facts(part)
        }
        if len(ways) != 1 or None in ways:
            return node
        relation, label = next(way for way in ways if way)
        return Related(relation, label, ir.rebuilt(node, self._below))

    def _below(self, part: Node) -> Node:
        part = self.lifted(part)
        return part.node if isinstance(part, Related) else part

    def _merged(self, node: And | Or) -> Node:
        """Return and, or with the operands over one relation put together over there."""
        operands = [self.lifted(part) for part in node.operands]
        over: dict[str, list[Related]] = {}
        for part in operands:
            if isinstance(part, Related):
                over.setdefault(part.relation, []).append(part)
        if all(len(parts) == 1 for parts in over.values()):
            return node
        rest: list[Node] = [part for part in operands if not isinstance(part, Related)]
        for relation, parts in over.items():
            together = type(node)(tuple(part.node for part in parts))
            rest.append(
                parts[0] if len(parts) == 1 else Related(relation, parts[0].label, together)
            )
        return rest[0] if len(rest) == 1 else type(node)(tuple(rest))
