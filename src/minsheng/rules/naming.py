"""Finding what a name in a rule stands for, and what was meant when there is no such name."""

from __future__ import annotations

from .errors import UnknownName, Where, did_you_mean
from .ir import Field, Node, Parameter, Today
from .schema import FUNCTION_NAMES, FieldKind, Param, Schema

_OTHER_WORDS = {
    "true": "True",
    "false": "False",
    "null": "known(…)",
    "none": "known(…)",
    "now": "today",
    "and": "and",
}


def named_node(name: str, schema: Schema, *, at: Where) -> Node:
    """Return the node a name stands for; raise UnknownName with the likely one when there is none."""
    if name == "today":
        return Today()
    if name in schema.fields:
        return Field(name, schema.fields[name])
    if name in schema.params:
        return Parameter(name, schema.params[name])
    guess = f"{name}(…)" if name in FUNCTION_NAMES else _meant(name, schema)
    scope, _, last = name.rpartition(".")
    inside = scope or schema.name
    raise UnknownName(
        (f"{inside} 里没有字段 {last}" if inside else f"没有字段 {name}")
        + (f"，是不是 {guess}" if guess else ""),
        f"no field {last if scope else name!r}"
        + (f" in {inside!r}" if inside else "")
        + (f"; did you mean {guess!r}?" if guess else ""),
        at=at,
        name=name,
        suggestion=guess,
    )


def wrong_option(option: str, kind: FieldKind, *, at: Where) -> UnknownName:
    """Return the error for an answer that the question doesn't offer."""
    labels = {text.zh: key for key, text in zip(kind.options, kind.labels, strict=False)}
    guess = labels.get(option) or did_you_mean(option, kind.options)
    offered = "、".join(kind.options)
    return UnknownName(
        f"“{kind.label.zh}”没有 {option} 这个答案"
        + (f"，是不是 {guess}" if guess else f"；有：{offered}"),
        f"{kind.label.to('en')!r} has no answer {option!r}"
        + (f"; did you mean {guess!r}?" if guess else f"; it has: {', '.join(kind.options)}"),
        at=at,
        name=option,
        suggestion=guess,
    )


def no_function(name: str, *, at: Where) -> UnknownName:
    """Return the error for a function the language doesn't have."""
    guess = did_you_mean(name, FUNCTION_NAMES)
    offered = "、".join(FUNCTION_NAMES)
    return UnknownName(
        f"没有函数 {name}" + (f"，是不是 {guess}" if guess else f"；有：{offered}"),
        f"no function {name!r}"
        + (f"; did you mean {guess!r}?" if guess else f"; there are: {', '.join(FUNCTION_NAMES)}"),
        at=at,
        name=name,
        suggestion=guess,
    )


def _meant(name: str, schema: Schema) -> str:
    if name.lower() in _OTHER_WORDS:
        return _OTHER_WORDS[name.lower()]
    kinds: dict[str, FieldKind | Param] = {**schema.fields, **schema.params}
    for key, kind in kinds.items():
        if name in (kind.label.zh, kind.label.en):
            return key
    scope, _, last = name.rpartition(".")
    siblings = [key for key in kinds if scope and key.startswith(f"{scope}.")]
    return did_you_mean(name, siblings or kinds) or did_you_mean(last, kinds)
