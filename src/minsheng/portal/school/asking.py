"""Items as a form asks them: one name for each place, what was typed, how it is read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from minsheng.apps.mastery.reads import AskedItem
from minsheng.engines.items import Item, right_answer
from minsheng.lib.texts import Text

Said = str | tuple[str, ...]
LONGEST = 2_000
TRUTH = (("true", Text("对", "True")), ("false", Text("错", "False")))
FEW_KEYS = "0123456789.-"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: its value, its words with formulas, whether it is chosen."""

    id: str
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One control: a line, a choice, a place of an order. `label` is ① or 1st, or empty."""

    id: str
    label: str
    value: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """One item of a form. `error` says what may be mended; nothing typed is lost."""

    shown: AskedItem
    name: str
    places: tuple[Place, ...]
    inputmode: str
    hint: Text
    error: Text | None = None

    @property
    def first(self) -> str:
        """Return the id that a mistake leads to."""
        place = self.places[0]
        return place.options[0].id if place.options and self.shown.control != "order" else place.id


def asking(
    items: Sequence[AskedItem], typed: QueryDict | None, errors: Mapping[str, Text] | None = None
) -> list[Asking]:
    """Return items as a form, with what was typed so far and what may be mended."""
    return [_asking(one, typed, (errors or {}).get(one.key)) for one in items]


def said_in(form: QueryDict, items: Sequence[AskedItem]) -> dict[str, Said]:
    """Return what a form says, by item; places that are left out count as nothing."""
    return {one.key: _said(form, one) for one in items}


def _name(key: str) -> str:
    return f"a-{key}"


def _said(form: QueryDict, one: AskedItem) -> Said:
    parts = [part[:LONGEST] for part in form.getlist(_name(one.key))]
    if one.control in {"several", "lines", "order"}:
        return tuple(parts)
    return parts[0] if parts else ""


def _asking(one: AskedItem, typed: QueryDict | None, error: Text | None) -> Asking:
    name = _name(one.key)
    values = typed.getlist(name) if typed is not None else []
    return Asking(one, name, tuple(_places(one, name, values)), _mode(one.item), _hint(one), error)


def _places(one: AskedItem, name: str, values: Sequence[str]) -> list[Place]:
    if one.control in {"one", "several", "truth"}:
        options = (
            [(key, label.zh) for key, label in TRUTH]
            if one.control == "truth"
            else list(one.options.items())
        )
        return [
            Place(
                name,
                "",
                "",
                tuple(
                    Option(f"{name}-{at}", key, label, key in values)
                    for at, (key, label) in enumerate(options, 1)
                ),
            )
        ]
    labels = one.places or ("",)
    return [
        Place(
            f"{name}-{at}" if len(labels) > 1 else name,
            label,
            value := values[at - 1] if len(values) >= at else "",
            tuple(
                Option(f"{name}-{at}-{key}", key, key, key == value)
                for key in (one.options if one.control == "order" else ())
            ),
        )
        for at, label in enumerate(labels, 1)
    ]


def _mode(item: Item) -> str:
    """Return which keyboard a phone shows: figures only where every answer is of figures."""
    answer = right_answer(item)
    parts = [answer] if isinstance(answer, str) else list(answer)
    plain = item.kind in {"number", "blanks"} and all(set(part) <= set(FEW_KEYS) for part in parts)
    return "decimal" if plain else "text"


def _hint(one: AskedItem) -> Text:
    """Return how a teacher types it in one line from paper."""
    match one.control:
        case "one":
            letters = "".join(one.options)
            return Text(f"{letters[0]}–{letters[-1]}", f"{letters[0]}–{letters[-1]}")
        case "several":
            return Text("几个字母，如 AC", "letters, as AC")
        case "truth":
            return Text("对 或 错", "true or false")
        case "order":
            return Text("字母按顺序", "letters in order")
        case "lines":
            return Text(
                f"{len(one.places)} 个空，用分号隔开", f"{len(one.places)} blanks, divided by ;"
            )
        case "text":
            return Text("照着写的录", "as it was written")
    return Text("一个数或式子", "a number or an expression")
