"""Typed values of a case: read from what a person types or a register says, kept as JSON.

A fact is a value with its origin, or an unknown with its reason. Dates travel as ISO text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import Case, CaseValue
from minsheng.apps.people import reads as people
from minsheng.engines.casework.spec import FieldSpec, ServiceSpec
from minsheng.engines.casework.state import CaseState
from minsheng.lib import identifiers, money, names
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import Missing, Reason, Unknown

ASKED = "asked"
YES, NO = Text("是", "Yes"), Text("否", "No")


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with where it came from; `value` may be an Unknown with its reason."""

    value: object
    origin: str

    @property
    def is_known(self) -> bool:
        """Whether there is a value."""
        return not isinstance(self.value, Unknown)


def unknown(field: str, reason: Reason) -> Unknown:
    """Return the unknown value of one field."""
    return Unknown(frozenset({Missing(field, reason)}))


def typed(field: FieldSpec, text: str, *, on: date) -> object:
    """Return the typed value of what a person or a register gave for `field`.

    Raises WrongInput with a sentence that says what is wrong; the field's key is in the error.
    """
    text = text.strip()
    try:
        return _READERS.get(field.type, _text)(field, text, on)
    except WrongInput as error:
        error.field = field.key
        raise


def shown(field: FieldSpec, value: object, language: str) -> str:
    """Return a value as a person reads it; long numbers are masked."""
    if field.type == "choice":
        return next((o.label.to(language) for o in field.options if o.key == value), str(value))
    if field.type == "boolean":
        return (YES if value else NO).to(language)
    if field.type == "money":
        return money.format_yuan(int(str(value)))
    if field.type == "citizen_number":
        return identifiers.mask_citizen_number(str(value))
    if field.type == "bank_card":
        return identifiers.mask_bank_card(str(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def said(field: FieldSpec, value: object) -> Text:
    """Return a value as a person reads it, in both languages."""
    return Text(shown(field, value, "zh"), shown(field, value, "en"))


def to_json(facts: Mapping[str, Fact]) -> str:
    """Return facts as JSON text."""
    return json.dumps({key: _out(fact) for key, fact in facts.items()}, ensure_ascii=False)


def from_json(text: str, fields: Mapping[str, FieldSpec]) -> dict[str, Fact]:
    """Return the facts of JSON text, typed by `fields`; keys the pack dropped are left out."""
    read = json.loads(text) if text else {}
    return {key: _in(fields[key], raw) for key, raw in read.items() if key in fields}


def values_of(case: Case) -> dict[str, Fact]:
    """Return the facts of a case, also those that a register gave in answer to a write."""
    spec = catalogue.pinned_spec(case.pack_id)
    known: dict[str, Fact] = {}
    for value in CaseValue.objects.filter(case=case):
        declared = spec.fields.get(value.field)
        if value.sealed:
            text = people.open_value(case.applicant, value.sealed, purpose_field=value.field)
            known[value.field] = Fact(value_from(declared, text), value.origin)
        else:
            known[value.field] = Fact(unknown(value.field, Reason(value.reason)), value.origin)
    return known


def chosen(spec: ServiceSpec, state: CaseState) -> frozenset[str]:
    """Return the optional items that the applicant of a case had chosen."""
    return frozenset(
        key
        for key, item in state.items.items()
        if spec.items[key].optional and item.status != "skipped"
    )


def for_rules(facts: Mapping[str, Fact], *, selected: frozenset[str]) -> dict[str, object]:
    """Return facts as the rule language reads them."""
    return {**{key: fact.value for key, fact in facts.items()}, "selected": selected}


def as_text(value: object) -> str:
    """Return a known value as the text it is sealed as."""
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def as_plain(value: object) -> object:
    """Return a known value as JSON can hold it."""
    return value.isoformat() if isinstance(value, date) else value


def value_from(field: FieldSpec | None, text: str) -> object:
    """Return the value that `as_text` wrote; without a field, as JSON says."""
    return date.fromisoformat(text) if field and field.type == "date" else json.loads(text)


def _out(fact: Fact) -> dict[str, Any]:
    if isinstance(fact.value, Unknown):
        reason = next(iter(fact.value.missing)).reason
        return {"unknown": str(reason.value), "origin": fact.origin}
    return {"value": as_text(fact.value), "origin": fact.origin}


def _in(field: FieldSpec, raw: Mapping[str, str]) -> Fact:
    if "unknown" in raw:
        return Fact(unknown(field.key, Reason(raw["unknown"])), raw["origin"])
    return Fact(value_from(field, raw["value"]), raw["origin"])


def _text(field: FieldSpec, text: str, on: date) -> object:
    if len(text) > field.max_length:
        raise WrongInput(
            "too_long",
            f"最多 {field.max_length} 个字，现在是 {len(text)} 个。请缩短一些，您填的都还在。",
            f"At most {field.max_length} characters; you typed {len(text)}. Shorten it a little; "
            "what you typed is still here.",
        )
    if any(ord(character) < 32 for character in text):
        raise WrongInput(
            "control_character",
            "里面有看不见的字符，多半是粘贴带进来的。请重新打一遍。",
            "There is an invisible character in it, probably pasted in. Type it again.",
        )
    return text


def _date(field: FieldSpec, text: str, on: date) -> object:
    try:
        day = date.fromisoformat(text.replace("/", "-").replace(".", "-"))
    except ValueError as error:
        raise WrongInput(
            "no_such_day",
            f"没有“{text}”这一天。请按 2026-03-24 这样写，您填的都还在。",
            f"There is no such day as “{text}”. Write it like 2026-03-24; what you typed is still here.",
        ) from error
    if field.past and day > on:
        raise WrongInput(
            "day_in_future",
            f"{day.isoformat()} 还没到，这里要填已经过去的日子。请改一下，您填的都还在。",
            f"{day.isoformat()} is still to come; this must be a day in the past. Change it; "
            "what you typed is still here.",
        )
    return day


def _choice(field: FieldSpec, text: str, on: date) -> object:
    if text not in {option.key for option in field.options}:
        raise WrongInput(
            "no_such_choice",
            "请在列出的几项里选一项。",
            "Choose one of those listed.",
        )
    return text


def _boolean(field: FieldSpec, text: str, on: date) -> object:
    return text.lower() in {"1", "true", "on", "yes"}


def _integer(field: FieldSpec, text: str, on: date) -> object:
    if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 15:
        raise WrongInput(
            "not_a_number",
            f"“{text}”不是整数。请只填数字。",
            f"“{text}” is not a whole number. Type digits only.",
        )
    return int(text)


def _citizen_number(field: FieldSpec, text: str, on: date) -> object:
    parsed = identifiers.CitizenNumber.parse(
        text, on=on, regions=catalogue.packs().regions, demo=settings.DEMO
    )
    return parsed.number


_READERS = {
    "name": lambda field, text, on: names.parse_name(text),
    "date": _date,
    "choice": _choice,
    "boolean": _boolean,
    "integer": _integer,
    "money": lambda field, text, on: money.parse_yuan(text),
    "citizen_number": _citizen_number,
    "phone": lambda field, text, on: identifiers.parse_phone(text),
    "bank_card": lambda field, text, on: identifiers.parse_bank_card(text),
}
