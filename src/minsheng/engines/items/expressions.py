"""Expressions as pupils write them, read by a parser of our own and compared exactly.

Two expressions are equal when they agree for all values of their letters. That is decided by
evaluating both at fixed points of two prime fields: exact arithmetic on bounded numbers, so that no
answer can hang (an expansion can), and wrong with a probability below 10⁻³⁰ (Schwartz–Zippel:
Schwartz, J. ACM 27, 1980). The tests compare it with sympy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import gcd
from typing import TypeAlias

from minsheng.engines.items.numbers import folded
from minsheng.lib.texts import Text

MAX_CHARS = 120
MAX_DEPTH = 20
MAX_DIGITS = 12
MAX_DEGREE = 40
MAX_SIDES = 6
SIGNS = ("+", "-", "*", "/", "^", "(", "=")
_PRIMES = (2**61 - 1, 2**89 - 1)
_POINTS = 3
_TOKEN = re.compile(r"(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<letter>[a-z])|(?P<sign>[-+*/^()=%])| +")
_BRACKETS = str.maketrans({"[": "(", "]": ")", "{": "(", "}": ")", ":": "/", "【": "(", "】": ")"})


class UnreadableError(ValueError):
    """What was written is no expression. `said` is what to write instead."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.said = Text(zh, en)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as written, `top` over `bottom` (a power of ten)."""

    top: int
    bottom: int = 1


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that stands for any number."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """`left` and `right` joined by one of + - * /."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus `inner`."""

    inner: Node


@dataclass(frozen=True, slots=True)
class Power:
    """`base` to a whole exponent."""

    base: Node
    exponent: int


Node: TypeAlias = Figure | Letter | Operation | Negative | Power


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: one side, or several joined by =. `signs` are those that were used."""

    sides: tuple[Node, ...]
    signs: frozenset[str]

    @property
    def is_equation(self) -> bool:
        """Whether there is an = in it."""
        return len(self.sides) > 1


@lru_cache(maxsize=4096)
def read_expression(text: str) -> Read:
    """Return what an expression says. Raises UnreadableError with what to write instead.

    Knows + - * × · / ÷ : ^ ² ³ % brackets of any shape, decimals, single letters, = between sides,
    and a product without its sign (2a, 3(a+b)); a leading = is dropped.
    """
    if len(text) > MAX_CHARS:
        raise UnreadableError(
            f"太长了，最多写 {MAX_CHARS} 个字符。", f"Too long: at most {MAX_CHARS} characters."
        )
    plain = folded(text).lower().translate(_BRACKETS).rstrip(".").removeprefix("=")
    tokens = _tokens(plain)
    if not tokens:
        raise UnreadableError("还没有写答案。", "There is no answer yet.")
    reader = _Reader(tokens)
    sides = [reader.side()]
    while reader.takes("="):
        sides.append(reader.side())
    if reader.left:
        raise UnreadableError(
            f"“{reader.left[0]}”这里读不懂，检查括号和符号。",
            f"Can't read on at '{reader.left[0]}': look at brackets and signs.",
        )
    if len(sides) > MAX_SIDES:
        raise UnreadableError("等号太多了。", "Too many equals signs.")
    for side in sides:
        if _degree(side) > MAX_DEGREE:
            raise UnreadableError("次数太高了，写简单一点。", "The powers are too high.")
        if all(value is None for value in _values(side)):
            raise UnreadableError("除数不能是 0。", "Nothing can be divided by 0.")
    return Read(tuple(sides), frozenset(reader.used))


def _tokens(plain: str) -> list[str]:
    found, at = [], 0
    while at < len(plain):
        match = _TOKEN.match(plain, at)
        if match is None:
            raise UnreadableError(
                f"“{plain[at]}”读不懂。只写数、字母、+ - × ÷ 和括号。",
                f"Can't read '{plain[at]}'. Write numbers, letters, + - × ÷ and brackets only.",
            )
        if match.lastgroup == "number" and len(match[0]) > MAX_DIGITS:
            raise UnreadableError("数太长了。", "A number is too long.")
        if match.lastgroup:
            found.append(match[0])
        at = match.end()
    return found


class _Reader:
    """Recursive descent over tokens: side → product → factor → atom. Depth is bounded."""

    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens
        self.used: set[str] = set()
        self.depth = 0

    def takes(self, *signs: str) -> str:
        """Return the next token and pass it when it is one of `signs`, else ""."""
        if self.left and self.left[0] in signs:
            sign = self.left.pop(0)
            self.used.add(sign)
            return sign
        return ""

    def side(self) -> Node:
        """Return a sum."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadableError("括号套得太深了。", "The brackets are nested too deep.")
        found = self.product()
        while sign := self.takes("+", "-"):
            found = Operation(sign, found, self.product())
        self.depth -= 1
        return found

    def product(self) -> Node:
        """Return a product or quotient, also 2a and 3(a+b)."""
        found = self.factor()
        while True:
            if sign := self.takes("*", "/"):
                found = Operation(sign, found, self.factor())
            elif self.left and (self.left[0] == "(" or self.left[0].isalpha()):
                self.used.add("*")
                found = Operation("*", found, self.power())
            else:
                return found

    def factor(self) -> Node:
        """Return a power, with its sign."""
        negative = False
        while sign := self.takes("+", "-"):
            negative ^= sign == "-"
        found = self.power()
        return Negative(found) if negative else found

    def power(self) -> Node:
        """Return an atom with its exponent or percent sign."""
        found = self.atom()
        if self.takes("^"):
            bracket = self.takes("(")
            exponent = self.left.pop(0) if self.left else ""
            if not exponent.isdigit() or len(exponent) > 1 or (bracket and not self.takes(")")):
                raise UnreadableError(
                    "指数只写一个一位的整数，例如 a^2。", "An exponent is one digit, as in a^2."
                )
            found = Power(found, int(exponent))
        if self.takes("%"):
            found = Operation("/", found, Figure(100))
        return found

    def atom(self) -> Node:
        """Return a number, a letter or what stands in brackets."""
        if self.takes("("):
            found = self.side()
            if not self.takes(")"):
                raise UnreadableError("少了一个右括号。", "A closing bracket is missing.")
            return found
        token = self.left.pop(0) if self.left else ""
        if token and token[0] in "0123456789.":
            whole, _, places = token.partition(".")
            return Figure(int(whole + places), 10 ** len(places))
        if token.isalpha():
            return Letter(token)
        raise UnreadableError(
            f"“{token}”前面少了一个数或字母。" if token else "没有写完，最后少了一个数。",
            f"A number or letter is missing before '{token}'." if token else "It is not finished.",
        )


def _parts(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Operation):
        yield from _parts(node.left)
        yield from _parts(node.right)
    elif isinstance(node, Negative):
        yield from _parts(node.inner)
    elif isinstance(node, Power):
        yield from _parts(node.base)


def _degree(node: Node) -> int:
    if isinstance(node, Power):
        return _degree(node.base) * max(1, node.exponent)
    if isinstance(node, Negative):
        return _degree(node.inner)
    if isinstance(node, Operation):
        left, right = _degree(node.left), _degree(node.right)
        return max(left, right) if node.sign in "+-" and not (left and right) else left + right
    # A figure counts as a letter does: powers of numbers grow in the same way.
    return 1


def _values(node: Node) -> tuple[int | None, ...]:
    """Return the value at each point; None where something is divided by 0."""
    return tuple(_value(node, prime, at) for prime in _PRIMES for at in range(_POINTS))


def _value(node: Node, prime: int, at: int) -> int | None:
    if isinstance(node, Figure):
        return node.top * pow(node.bottom, -1, prime) % prime
    if isinstance(node, Letter):
        return pow(37, 10_007 * (at + 1) + 613 * ord(node.name), prime)
    if isinstance(node, Negative):
        inner = _value(node.inner, prime, at)
        return None if inner is None else -inner % prime
    if isinstance(node, Power):
        base = _value(node.base, prime, at)
        return None if base is None else pow(base, node.exponent, prime)
    left, right = _value(node.left, prime, at), _value(node.right, prime, at)
    if left is None or right is None or (node.sign == "/" and right == 0):
        return None
    if node.sign == "+":
        return (left + right) % prime
    if node.sign == "-":
        return (left - right) % prime
    return left * (right if node.sign == "*" else pow(right, -1, prime)) % prime


def same_value(one: Node, other: Node) -> bool:
    """Whether two expressions agree for all values of their letters."""
    return _values(one) == _values(other)


def same_equation(one: Read, other: Read) -> bool:
    """Whether two equations of two sides say the same: one is a multiple of the other."""
    if len(one.sides) != 2 or len(other.sides) != 2:
        return False
    first = _values(Operation("-", *one.sides))
    second = _values(Operation("-", *other.sides))
    pairs = list(zip(first, second, strict=True))
    if any(a is None or b is None or a == 0 or b == 0 for a, b in pairs):
        return False
    for index, prime in enumerate(_PRIMES):
        group = pairs[index * _POINTS : (index + 1) * _POINTS]
        ratios = {a * pow(b, -1, prime) % prime for a, b in group if a and b}
        if len(ratios) != 1:
            return False
    return True


def length(node: Node) -> int:
    """Return how many operations there are in an expression."""
    return sum(not isinstance(part, Figure | Letter) for part in _parts(node))


def has_letters(read: Read) -> bool:
    """Whether a letter stands in it."""
    return any(isinstance(part, Letter) for side in read.sides for part in _parts(side))


def is_reduced(node: Node) -> bool:
    """Whether no fraction of two numbers in it can be reduced."""
    return all(
        gcd(part.left.top, part.right.top) == 1 and part.right.top != 1
        for part in _parts(node)
        if isinstance(part, Operation)
        and part.sign == "/"
        and isinstance(part.left, Figure)
        and isinstance(part.right, Figure)
        and part.left.bottom == part.right.bottom == 1
    )
