"""A first look at the text of a rule: only known signs, and nothing that could be a bomb.

Runs before Python's own parser, so that a wrong sign is named with its place and its cure, and so
that no nesting reaches that parser which it could not digest.
"""

from __future__ import annotations

import re

from .errors import BadSyntax, OutOfBounds, Where

SOURCE_BOUND = 2_000
DEPTH_BOUND = 20
NODE_BOUND = 200
_TOKEN_BOUND = 4 * NODE_BOUND

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<string>'[^'\\]*'|"[^"\\]*")(?!['"\w])
  | (?P<number>[0-9][0-9_]*(\.[0-9]+)?)(?![\w.])
  | (?P<name>[^\W\d]\w*+)(?!['"])
  | (?P<sign>==|!=|<=|>=|[-+*/<>()\[\],.])
    """,
    re.VERBOSE,
)
_CURES = {
    "（": "(", "）": ")", "，": ",", "“": "'", "”": "'", "‘": "'", "’": "'", "【": "[", "】": "]",
    "＝": "==", "＜": "<", "＞": ">", "≤": "<=", "≥": ">=", "≠": "!=", "＋": "+", "－": "-",
    "—": "-", "–": "-", "×": "*", "÷": "/", "。": ".", "．": ".", "=": "==", "!": "not",
    "&": "and", "|": "or", "；": ",", ";": ",", "{": "[", "}": "]",
}  # fmt: skip


def plain_line(source: str, *, at: Where) -> str:
    """Return the rule as one line that holds only signs of the language.

    Raises BadSyntax with column and cure, or OutOfBounds when it is too long or too deep.
    """
    if len(source) > SOURCE_BOUND:
        raise OutOfBounds(
            f"规则有 {len(source)} 个字符，最多 {SOURCE_BOUND} 个；请拆成几条，或者写成表",
            f"the rule has {len(source)} characters, at most {SOURCE_BOUND}; "
            "split it or use a table",
            at=at,
        )
    line = re.sub(r"[\r\n\t]", " ", source).strip()
    if not line:
        raise BadSyntax("规则是空的", "the rule is empty", at=at)
    position, open_brackets, run, tokens, kind_before = 0, 0, 0, 0, ""
    while position < len(line):
        token = _TOKEN.match(line, position)
        if token is None or (token.lastgroup == kind_before == "string"):
            raise _wrong_sign(line, position, at)
        position = token.end()
        if token.lastgroup == "space":
            continue
        tokens += 1
        kind_before = token.lastgroup or ""
        text = token.group()
        open_brackets += (text in "([") - (text in ")]")
        run = run + 1 if text in ("not", "-", "+") else 0
        if max(open_brackets, run) > DEPTH_BOUND:
            raise too_deep(at)
        if tokens > _TOKEN_BOUND:
            raise too_many_parts(at)
    return line


def too_deep(at: Where) -> OutOfBounds:
    """Return the error for a rule with too many levels."""
    return OutOfBounds(
        f"规则一层套一层超过 {DEPTH_BOUND} 层；请拆成几条，或者写成表",
        f"the rule is nested more than {DEPTH_BOUND} levels deep; split it or use a table",
        at=at,
    )


def too_many_parts(at: Where) -> OutOfBounds:
    """Return the error for a rule with too many parts."""
    return OutOfBounds(
        f"规则的组成部分超过 {NODE_BOUND} 个；请拆成几条，或者写成表",
        f"the rule has more than {NODE_BOUND} parts; split it or use a table",
        at=at,
    )


def _wrong_sign(line: str, position: int, at: Where) -> BadSyntax:
    column = position + 1
    sign = line[position]
    cure = _CURES.get(sign, "")
    if sign in "'\"" or (sign.isascii() and (sign.isalnum() or sign == "_")):
        return BadSyntax(
            f"第 {column} 个字符起看不懂：{line[position : position + 20]}",
            f"can't read from column {column}: {line[position : position + 20]}",
            at=at,
            column=column,
        )
    return BadSyntax(
        f"第 {column} 个字符“{sign}”不能用" + (f"；请写 {cure}" if cure else ""),
        f"the sign {sign!r} in column {column} can't be used" + (f"; write {cure}" if cure else ""),
        at=at,
        column=column,
    )
