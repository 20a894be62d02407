"""What a validator found, as one of our errors: a sentence in both languages, and the field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

# validator's type → (our code, sentence); {…} are the validator's own facts
WORDS: Mapping[str, tuple[str, Text]] = {
    "missing": (
        "field_missing",
        Text("少了“{field}”这一项，补上再发。", "“{field}” is missing. Add it and send again."),
    ),
    "extra_forbidden": (
        "field_unknown",
        Text(
            "不认识“{field}”这一项，去掉或改名再发。",
            "There is no field “{field}” here. Remove or rename it and send again.",
        ),
    ),
    "string_too_long": (
        "too_long",
        Text("“{field}”最多 {max_length} 个字。", "“{field}” has at most {max_length} characters."),
    ),
    "string_too_short": (
        "too_short",
        Text(
            "“{field}”至少 {min_length} 个字。", "“{field}” has at least {min_length} characters."
        ),
    ),
    "string_pattern_mismatch": (
        "wrong_form",
        Text(
            "“{field}”的写法不对，对照接口说明改好再发。",
            "“{field}” isn't written as it should be. Compare it with the description and send again.",
        ),
    ),
    "literal_error": (
        "no_such_choice",
        Text("“{field}”只能是 {expected}。", "“{field}” must be {expected}."),
    ),
    "greater_than_equal": (
        "too_small",
        Text("“{field}”最小是 {ge}。", "“{field}” is at least {ge}."),
    ),
    "less_than_equal": (
        "too_large_number",
        Text("“{field}”最大是 {le}。", "“{field}” is at most {le}."),
    ),
    "too_long": (
        "too_many",
        Text("“{field}”最多 {max_length} 项。", "“{field}” has at most {max_length} entries."),
    ),
}
_KINDS = {
    "string_type": Text("文字", "text"),
    "string_unicode": Text("文字", "text"),
    "int_type": Text("整数", "a whole number"),
    "int_parsing": Text("整数", "a whole number"),
    "int_parsing_size": Text("整数", "a whole number"),
    "int_from_float": Text("整数", "a whole number"),
    "bool_type": Text("true 或 false", "true or false"),
    "bool_parsing": Text("true 或 false", "true or false"),
    "uuid_type": Text("编号", "an id"),
    "uuid_parsing": Text("编号", "an id"),
    "dict_type": Text("一组“名字: 值”", "an object"),
    "model_type": Text("一组“名字: 值”", "an object"),
    "model_attributes_type": Text("一组“名字: 值”", "an object"),
}
_OTHER = Text(
    "“{field}”不对，对照接口说明改好再发。",
    "“{field}” is wrong. Compare it with the description and send again.",
)
_ASKED = ("payload",)


@contextmanager
def named_as_sent(**names: str) -> Iterator[None]:
    """Let a mistake name its field as it is sent here, where a form calls it otherwise.

    A form on a list numbers its fields: `why-12` is `why` here.
    """
    try:
        yield
    except WrongInput as wrong:
        plain = re.sub(r"-[0-9]+$", "", wrong.field)
        raise WrongInput(
            wrong.code, wrong.zh, wrong.en, field=names.get(plain, plain), facts=wrong.facts
        ) from wrong


def mistake_of(found: Mapping[str, Any]) -> WrongInput:
    """Return the error of one finding of the validator. Never shows the value that was sent."""
    field = _field(found["loc"])
    facts = {"field": field or "body", **found.get("ctx", {})}
    kind = str(found["type"])
    if kind in _KINDS:
        wanted = _KINDS[kind]
        return WrongInput(
            "wrong_kind",
            f"“{facts['field']}”要的是{wanted.zh}。",
            f"“{facts['field']}” must be {wanted.en}.",
            field=field,
        )
    code, words = WORDS.get(kind, ("wrong_value", _OTHER))
    return WrongInput(code, words.zh.format(**facts), words.en.format(**facts), field=field)


def _field(loc: tuple[Any, ...]) -> str:
    """Return the field's name as the sender wrote it: without where the validator looked."""
    parts = [str(part) for part in loc[1:]]
    if parts and parts[0] in _ASKED:
        parts = parts[1:]
    return ".".join(parts)
