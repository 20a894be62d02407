"""From the text of a rule to its typed form, with every name, type and bound checked."""

from __future__ import annotations

import ast
import warnings
from datetime import date
from fractions import Fraction

from minsheng.lib.texts import Text

from .calls import aggregate_node, call_node, needs_relation
from .errors import BadSyntax, OutOfBounds, Where, WrongType
from .fitting import accepts, combined, comparable, fitted, joined
from .interpret import value_of
from .ir import (
    Aggregate,
    And,
    Arithmetic,
    ArithmeticOp,
    Branch,
    Choose,
    Compare,
    CompareOp,
    Const,
    Contains,
    Field,
    Negate,
    Node,
    Not,
    OneOf,
    Or,
    Parameter,
    Related,
    Today,
    walk,
    walk_written,
)
from .naming import named_node, relation_of, wrong_option
from .scan import DEPTH_BOUND, NODE_BOUND, plain_line, too_deep, too_many_parts
from .schema import GATHERINGS, NUMBER_BOUND, TYPE_TEXTS, Schema
from .values import NUMERIC, TEXTUAL, ValueType

_COMPARE: dict[type[ast.cmpop], CompareOp] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], ArithmeticOp] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip


def parse(source: str, schema: Schema, *, at: Where, gives: ValueType = "boolean") -> Node:
    """Return the typed form of a rule whose result is of type `gives`.

    Raises a RuleError (BadSyntax, UnknownName, WrongType, OutOfBounds) that names file and line.
    """
    node = fitted(parse_formula(source, schema, at=at), gives, at=at)
    if not accepts(gives, node.type):
        raise WrongType(
            f"结果是{TYPE_TEXTS[node.type].zh}，这里要的是{TYPE_TEXTS[gives].zh}",
            f"the rule gives {TYPE_TEXTS[node.type].en}, but {TYPE_TEXTS[gives].en} is needed here",
            at=at,
        )
    return node


def parse_formula(source: str, schema: Schema, *, at: Where) -> Node:
    """Return the typed form of a formula, whatever type its result has."""
    line = plain_line(source, at=at)
    node = _Reader(line, schema, at).node(_tree(line, at), depth=1)
    if sum(1 for _ in walk_written(node)) > NODE_BOUND:
        raise too_many_parts(at)
    return node


def _tree(line: str, at: Where) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(line, mode="eval").body
    except SyntaxError as error:
        column = error.offset or 1
        raise BadSyntax(
            f"这一行读不通，问题在第 {column} 个字符附近",
            f"can't read the rule near column {column} ({error.msg})",
            at=at,
            column=column,
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise too_deep(at) from error


class _Reader:
    """Turns one syntax tree into nodes; holds what each step needs to check and to complain."""

    def __init__(self, line: str, schema: Schema, at: Where) -> None:
        self.line = line
        self.schema = schema
        self.at = at

    def node(self, tree: ast.expr, *, depth: int) -> Node:
        if depth > DEPTH_BOUND:
            raise too_deep(self.at)
        below = depth + 1
        match tree:
            case ast.Constant():
                return self.constant(tree)
            case ast.Name() | ast.Attribute():
                return named_node(self.dotted(tree), self.schema, at=self.at)
            case ast.BoolOp(op, parts):
                operands = tuple(self.condition(part, depth=below) for part in parts)
                return And(operands) if isinstance(op, ast.And) else Or(operands)
            case ast.UnaryOp(ast.Not(), operand):
                return Not(self.condition(operand, depth=below))
            case ast.UnaryOp(op, operand):
                return self.signed(tree, self.node(operand, depth=below))
            case ast.Compare():
                return self.comparison(tree, depth=below)
            case ast.BinOp(left, op, right):
                parts_read = self.node(left, depth=below), self.node(right, depth=below)
                return self.arithmetic(tree, *parts_read)
            case ast.IfExp():
                return self.choice(tree, depth=below)
            case ast.Call(ast.Name(name), arguments, []) if name in GATHERINGS:
                return self.gathered(name, arguments, depth=below)
            case ast.Call(ast.Name(name), arguments, []):
                read = [self.node(argument, depth=below) for argument in arguments]
                return call_node(name, read, self.schema, at=self.at)
        raise self.no_such_form(tree)

    def condition(self, tree: ast.expr, *, depth: int) -> Node:
        node = self.node(tree, depth=depth)
        if node.type == "boolean":
            return node
        kind, snippet = TYPE_TEXTS[node.type], self.snippet(tree)
        raise WrongType(
            f"{snippet} 是{kind.zh}，这里要的是“是”或“否”；请写成比较，例如 {snippet} == …",
            f"{snippet} is {kind.en}, but a yes or no is needed here; "
            f"compare it, e.g. {snippet} == …",
            at=self.at,
        )

    def constant(self, tree: ast.Constant) -> Const:
        value = tree.value
        if isinstance(value, bool):
            return Const(value, "boolean")
        if isinstance(value, str):
            return Const(value, "text")
        if not isinstance(value, int | float):
            raise BadSyntax(
                "规则里没有 None；要问“知不知道”，请写 known(…) 或 not known(…)",
                "there is no None in rules; write known(…) or not known(…)",
                at=self.at,
            )
        # The written digits, not the float Python made of them: 0.1 is exactly a tenth here.
        exact = Fraction(self.snippet(tree).replace("_", ""))
        if exact > NUMBER_BOUND:
            raise OutOfBounds(
                f"数字太大，最大 {NUMBER_BOUND}",
                f"the number is too large, at most {NUMBER_BOUND}",
                at=self.at,
            )
        return Const(int(exact), "integer") if isinstance(value, int) else Const(exact, "number")

    def dotted(self, tree: ast.expr) -> str:
        match tree:
            case ast.Name(name):
                return name
            case ast.Attribute(owner, name):
                return f"{self.dotted(owner)}.{name}"
        raise self.no_such_form(tree)

    def signed(self, tree: ast.UnaryOp, operand: Node) -> Node:
        if not isinstance(tree.op, ast.USub | ast.UAdd):
            raise self.no_such_form(tree)
        if operand.type not in NUMERIC:
            raise WrongType(
                f"只有数前面能写正负号，这里是{TYPE_TEXTS[operand.type].zh}",
                f"only a number takes a sign, this is {TYPE_TEXTS[operand.type].en}",
                at=self.at,
            )
        if isinstance(tree.op, ast.UAdd):
            return operand
        if isinstance(operand, Const) and isinstance(operand.value, int | Fraction):
            return Const(-operand.value, operand.type)
        return Negate(operand, operand.type)

    def arithmetic(self, tree: ast.BinOp, left: Node, right: Node) -> Node:
        op = _ARITHMETIC.get(type(tree.op))
        if op is None:
            raise BadSyntax(
                "算式里只有 + - * / 四种运算",
                "only + - * / are there to calculate with",
                at=self.at,
            )
        node = Arithmetic(op, left, right, combined(op, left.type, right.type, at=self.at))
        if op == "/" and _may_be_zero_by_itself(right):
            raise WrongType("除数是 0", "the divisor is zero", at=self.at)
        return node

    def comparison(self, tree: ast.Compare, *, depth: int) -> Node:
        links: list[Node] = []
        left_tree = tree.left
        for op, right_tree in zip(tree.ops, tree.comparators, strict=True):
            if isinstance(op, ast.In | ast.NotIn):
                link = self.membership(left_tree, right_tree, depth=depth)
                links.append(Not(link) if isinstance(op, ast.NotIn) else link)
            elif type(op) in _COMPARE:
                links.append(self.compare(_COMPARE[type(op)], left_tree, right_tree, depth=depth))
            else:
                raise BadSyntax(
                    "规则里没有 is；请写 ==，或者 known(…)",
                    "there is no 'is' in rules; write == or known(…)",
                    at=self.at,
                )
            left_tree = right_tree
        return links[0] if len(links) == 1 else And(tuple(links))

    def compare(self, op: CompareOp, one: ast.expr, other: ast.expr, *, depth: int) -> Node:
        left, right = self.node(one, depth=depth), self.node(other, depth=depth)
        left = self.like(left, right)
        right = self.like(right, left)
        comparable(op, left.type, right.type, at=self.at)
        return Compare(op, left, right)

    def like(self, node: Node, other: Node) -> Node:
        """Return a written value as the kind of the other side; refuse an answer it can't have."""
        node = fitted(node, other.type, at=self.at)
        if isinstance(node, Const) and isinstance(other, Field):
            option, kind = node.value, other.kind
            if isinstance(option, str) and kind.options and option not in kind.options:
                raise wrong_option(option, kind, at=self.at)
        return node

    def membership(self, item_tree: ast.expr, among: ast.expr, *, depth: int) -> Node:
        item = self.node(item_tree, depth=depth)
        if isinstance(among, ast.List | ast.Tuple):
            if not among.elts:
                raise BadSyntax("in 后面的列表是空的", "the list after 'in' is empty", at=self.at)
            values = [self.like(self.node(part, depth=depth + 1), item) for part in among.elts]
            for value in values:
                comparable("==", item.type, value.type, at=self.at)
            consts = tuple(value for value in values if isinstance(value, Const))
            if len(consts) < len(values):
                raise WrongType(
                    "in 后面的列表里只能写值，不能写名字",
                    "a list after 'in' may hold written values only, no names",
                    at=self.at,
                )
            return OneOf(item, consts)
        collection = self.node(among, depth=depth)
        if collection.type != "set" or item.type not in TEXTUAL:
            raise WrongType(
                "in 后面要写列表，例如 in ['a', 'b']，或者一个可多选的字段",
                "'in' needs a list such as ['a', 'b'], or a field with several answers",
                at=self.at,
            )
        return Contains(collection, self.like(item, collection))

    def choice(self, tree: ast.IfExp, *, depth: int) -> Node:
        first = Branch(self.condition(tree.test, depth=depth), self.node(tree.body, depth=depth))
        rest = self.node(tree.orelse, depth=depth)
        kind = joined(first.value.type, rest.type, at=self.at)
        if isinstance(rest, Choose):
            return Choose((first, *rest.branches), rest.otherwise, kind)
        return Choose((first,), rest, kind)

    def gathered(self, name: str, arguments: list[ast.expr], *, depth: int) -> Node:
        """Return the node for sum(members, income): what follows the relation is read over there."""
        if not arguments:
            raise needs_relation(name, self.at)
        way, relation = relation_of(self.dotted(arguments[0]), self.schema, at=self.at)
        there = _Reader(self.line, self.schema.entities[relation.to], self.at)
        read = [there.node(argument, depth=depth) for argument in arguments[1:]]
        scope = self.schema
        labels: list[Text] = []
        for step in way:
            labels.append(scope.relations[step].label)
            scope = scope.entities[scope.relations[step].to]
        last = self.dotted(arguments[0]).rpartition(".")[2]
        node = aggregate_node(name, last, relation, read, at=self.at)
        for step, label in zip(reversed(way), reversed(labels), strict=True):
            node = Related(step, label, node)
        return node

    def snippet(self, tree: ast.AST) -> str:
        return ast.get_source_segment(self.line, tree) or ""

    def no_such_form(self, tree: ast.expr) -> BadSyntax:
        snippet = self.snippet(tree)
        if isinstance(tree, ast.List | ast.Tuple):
            return BadSyntax("列表只能写在 in 后面", "a list may only follow 'in'", at=self.at)
        return BadSyntax(
            f"规则里没有这种写法：{snippet}", f"rules have no such form: {snippet}", at=self.at
        )


def _may_be_zero_by_itself(divisor: Node) -> bool:
    """Whether a divisor is zero whatever the facts are."""
    if isinstance(divisor, Parameter):
        return any(entry.value == 0 for entry in divisor.param.values)
    if any(isinstance(part, Field | Parameter | Today | Aggregate) for part in walk(divisor)):
        return False
    return value_of(divisor, {}, date.min) == 0
