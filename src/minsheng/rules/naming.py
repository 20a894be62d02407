"""Finding what a name in a rule stands for, and what was meant when there is no such name."""

from __future__ import annotations

from .errors import UnknownName, Where, WrongType, did_you_mean
from .ir import Field, Node, Parameter, Related, Today
from .schema import FUNCTION_NAMES, FieldKind, Relation, Schema

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
    if name in schema.derived:
        return schema.derived[name]
    first, _, rest = name.partition(".")
    if rest and first in schema.relations:
        return _over_there(first, rest, schema, at)
    if name in schema.relations:
        raise _not_a_value(name, schema, at)
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


def _over_there(first: str, rest: str, schema: Schema, at: Where) -> Node:
    relation = schema.relations[first]
    if relation.many:
        raise WrongType(
            f"{first} 有好几个，不能直接写 {first}.{rest}；请用 sum、count、any 或 all",
            f"{first} are several, so {first}.{rest} has no one value; use sum, count, any or all",
            at=at,
        )
    there = named_node(rest, schema.entities[relation.to], at=at)
    return Related(first, relation.label, there)


def _not_a_value(name: str, schema: Schema, at: Where) -> WrongType:
    many = schema.relations[name].many
    use = f"count({name})" if many else f"{name}.…"
    return WrongType(
        f"{name} 本身不是一个值，请写 {use}", f"{name} by itself has no value; write {use}", at=at
    )


def relation_of(name: str, schema: Schema, *, at: Where) -> tuple[tuple[str, ...], Relation]:
    """Return the relations on the way to the last one a dotted name spells, and that last one.

    Raises UnknownName when there is no such way, WrongType when it forks before its end.
    """
    *way, last = name.split(".")
    for step in way:
        found = schema.relations.get(step)
        if found is None or found.many:
            raise _no_relation(name, step, schema, at)
        schema = schema.entities[found.to]
    found = schema.relations.get(last)
    if found is None:
        raise _no_relation(name, last, schema, at)
    return tuple(way), found


def _no_relation(name: str, step: str, schema: Schema, at: Where) -> UnknownName:
    guess = did_you_mean(step, schema.relations)
    return UnknownName(
        f"从 {schema.name or '这里'} 走不到 {name}"
        + (f"，是不是 {guess}" if guess else f"；有：{'、'.join(schema.relations) or '没有关系'}"),
        f"{schema.name or 'this'} has no relation {step!r}"
        + (f"; did you mean {guess!r}?" if guess else f"; it has: {', '.join(schema.relations)}"),
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
    labels = {key: kind.label for key, kind in schema.fields.items()}
    labels |= {key: param.label for key, param in schema.params.items()}
    labels |= {key: fact.kind.label for key, fact in schema.derived.items()}
    for key, label in labels.items():
        if name in (label.zh, label.en):
            return key
    scope, _, last = name.rpartition(".")
    siblings = [key for key in labels if scope and key.startswith(f"{scope}.")]
    return did_you_mean(name, siblings or labels) or did_you_mean(last, labels)
