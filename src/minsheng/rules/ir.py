"""The typed form of a rule: eighteen frozen node kinds, each evaluator walks the same ones.

No node knows how it is computed. Fields and parameters carry what an explanation needs, so that
a rule can be judged, explained and pickled without its schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from minsheng.lib.texts import Text

from .schema import FieldKind, Param
from .values import Value, ValueType

CompareOp = Literal["==", "!=", "<", "<=", ">", ">="]
ArithmeticOp = Literal["+", "-", "*", "/"]
Gathering = Literal["sum", "count", "any", "all", "highest", "lowest"]
Function = Literal[
    "age_months", "age_years", "days_since", "months_between", "min", "max", "abs", "round_fen"
]


@dataclass(frozen=True, slots=True)
class Const:
    """A value written in the rule."""

    value: Value
    type: ValueType


@dataclass(frozen=True, slots=True)
class Field:
    """A fact of the case."""

    name: str
    kind: FieldKind

    @property
    def type(self) -> ValueType:
        """Return the kind of value the field holds."""
        return self.kind.type


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated number of the law."""

    name: str
    param: Param

    @property
    def type(self) -> ValueType:
        """Return the kind of value the parameter holds."""
        return self.param.type


@dataclass(frozen=True, slots=True)
class Today:
    """The day the rule is judged on."""

    type: ValueType = "date"


@dataclass(frozen=True, slots=True)
class Not:
    """True when the operand is false."""

    operand: Node
    type: ValueType = "boolean"


@dataclass(frozen=True, slots=True)
class And:
    """True when every operand is; false as soon as one is false, whatever is unknown."""

    operands: tuple[Node, ...]
    type: ValueType = "boolean"


@dataclass(frozen=True, slots=True)
class Or:
    """True as soon as one operand is true; false when every one is false."""

    operands: tuple[Node, ...]
    type: ValueType = "boolean"


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values of fitting types compared."""

    op: CompareOp
    left: Node
    right: Node
    type: ValueType = "boolean"


@dataclass(frozen=True, slots=True)
class OneOf:
    """The item is one of the values written in the rule."""

    item: Node
    values: tuple[Const, ...]
    type: ValueType = "boolean"


@dataclass(frozen=True, slots=True)
class Contains:
    """The set holds the item."""

    collection: Node
    item: Node
    type: ValueType = "boolean"


@dataclass(frozen=True, slots=True)
class Known:
    """True when the operand isn't unknown. The one node that tells unknown from known."""

    operand: Node
    type: ValueType = "boolean"


@dataclass(frozen=True, slots=True)
class Negate:
    """The number with the other sign."""

    operand: Node
    type: ValueType


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers combined exactly."""

    op: ArithmeticOp
    left: Node
    right: Node
    type: ValueType


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language applied to its arguments."""

    function: Function
    arguments: tuple[Node, ...]
    type: ValueType


@dataclass(frozen=True, slots=True)
class Branch:
    """One way of a choice: the value that holds when the condition is true."""

    condition: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Choose:
    """The value of the first branch whose condition is true, or else `otherwise`.

    `otherwise` None: the branches are proved to meet every case (a complete decision table).
    """

    branches: tuple[Branch, ...]
    otherwise: Node | None
    type: ValueType


@dataclass(frozen=True, slots=True)
class Related:
    """A value of the one thing a relation leads to: of a person's household, of the employer."""

    relation: str
    label: Text
    node: Node

    @property
    def type(self) -> ValueType:
        """Return the kind of value the node has over there."""
        return self.node.type


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What the things a relation leads to come to together; operand and where are theirs.

    sum, highest, lowest: of the operand, over those for which `where` holds. count, any, all: of
    the condition `where`; None stands for every one. `many` False: there is one at most.
    """

    function: Gathering
    relation: str
    label: Text
    operand: Node | None
    where: Node | None
    type: ValueType
    many: bool = True


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact that is computed from others by a formula with a name of its own."""

    name: str
    kind: FieldKind
    node: Node

    @property
    def type(self) -> ValueType:
        """Return the kind of value the fact holds."""
        return self.kind.type


Node = (
    Const | Field | Parameter | Today | Not | And | Or | Compare | OneOf | Contains | Known
    | Negate | Arithmetic | Call | Choose | Related | Aggregate | Derived
)  # fmt: skip


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below, in the order they are written."""
    match node:
        case Const() | Field() | Parameter() | Today():
            return ()
        case Not() | Known() | Negate():
            return (node.operand,)
        case And() | Or():
            return node.operands
        case Compare() | Arithmetic():
            return (node.left, node.right)
        case OneOf():
            return (node.item, *node.values)
        case Contains():
            return (node.item, node.collection)
        case Call():
            return node.arguments
        case Choose():
            ways = [part for way in node.branches for part in (way.condition, way.value)]
            return (*ways, *([node.otherwise] if node.otherwise else []))
        case Related() | Derived():
            return (node.node,)
        case Aggregate():
            return tuple(part for part in (node.operand, node.where) if part is not None)


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the node with each child replaced by what `change` makes of it."""
    match node:
        case Const() | Field() | Parameter() | Today():
            return node
        case Not(operand) | Known(operand) | Negate(operand):
            return replace(node, operand=change(operand))
        case And(operands) | Or(operands):
            return replace(node, operands=tuple(change(operand) for operand in operands))
        case Compare() | Arithmetic():
            return replace(node, left=change(node.left), right=change(node.right))
        case OneOf():
            return replace(node, item=change(node.item))
        case Contains():
            return replace(node, item=change(node.item), collection=change(node.collection))
        case Call():
            return replace(node, arguments=tuple(change(part) for part in node.arguments))
        case Choose():
            ways = (Branch(change(way.condition), change(way.value)) for way in node.branches)
            last = change(node.otherwise) if node.otherwise else None
            return replace(node, branches=tuple(ways), otherwise=last)
        case Related() | Derived():
            return replace(node, node=change(node.node))
        case Aggregate(operand=operand, where=where):
            return replace(
                node,
                operand=change(operand) if operand else None,
                where=change(where) if where else None,
            )


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, in the order it is written."""
    yield node
    for child in children(node):
        yield from walk(child)


def walk_written(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it as far as it was written here.

    What a derived fact is computed from was written elsewhere.
    """
    yield node
    if not isinstance(node, Derived):
        for child in children(node):
            yield from walk_written(child)


def fields_of(node: Node) -> tuple[str, ...]:
    """Return the names of the facts a rule reads, each once, in the order of first mention.

    A fact of something else is named with the way to it: `household.income_fen`, and
    `household.members[].income_fen` for each of several.
    """
    return tuple(dict.fromkeys(_field_paths(node, "")))


def _field_paths(node: Node, way: str) -> Iterator[str]:
    if isinstance(node, Field):
        yield way + node.name
    below = way
    if isinstance(node, Related | Aggregate):
        yield way + node.relation
        below = (
            f"{way}{node.relation}." if isinstance(node, Related) else f"{way}{node.relation}[]."
        )
    for child in children(node):
        yield from _field_paths(child, below)


def depends_on_day(node: Node) -> bool:
    """Whether this node by itself reads the day the rule is judged on."""
    if isinstance(node, Call):
        return node.function in ("age_months", "age_years", "days_since")
    return isinstance(node, Today | Parameter)
