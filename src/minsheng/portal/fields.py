"""Form fields as templates show them, made from a pack's field or written by hand.

The include is `portal/components/_field.html`; the list of mistakes above a form is
`portal/components/_errors.html`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from minsheng.engines.casework.spec import FieldSpec
from minsheng.lib.texts import Text
from minsheng.portal.languages import Language

Control = Literal["text", "textarea", "radio", "checks", "select", "checkbox", "file", "known"]

FEW = 7


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a choice, with what follows from it in small type; `group` heads those of a list."""

    value: str
    label: str
    note: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a form. `why` says why it is asked, `help` how it is written.

    `error` says what is wrong and that nothing was lost; it puts a bar beside the field.
    `width` is "s" (a number), "m" or "l". `source` belongs to control "known" only. Control "checks" takes
    several answers; its `value` holds them with blanks between.
    """

    id: str
    name: str
    label: str
    control: Control = "text"
    why: str = ""
    help: str = ""
    value: str = ""
    error: str = ""
    options: Sequence[Choice] = ()
    required: bool = True
    autocomplete: str = "off"
    inputmode: str = ""
    maxlength: int = 0
    width: Literal["s", "m", "l"] = "m"
    rows: int = 3
    accept: str = ""
    source: str = ""

    @property
    def described_by(self) -> str:
        """The ids of the texts a screen reader adds to the label."""
        parts = (("why", self.why), ("help", self.help), ("msg", self.error))
        return " ".join(f"{self.id}-{suffix}" for suffix, said in parts if said)

    @property
    def chosen(self) -> frozenset[str]:
        """The answers of control "checks"."""
        return frozenset(self.value.split())


@dataclass(frozen=True, slots=True)
class Mistake:
    """One line of the error summary: the field's id and the words of its link."""

    id: str
    text: str


def mistakes(fields: Iterable[Field]) -> list[Mistake]:
    """Return a line per field with an error, in the order of the form.

    The line says the same words as the field. A group of radios is reached at its first answer.
    """
    return [
        Mistake(f"{field.id}-1" if field.control in ("radio", "checks") else field.id, field.error)
        for field in fields
        if field.error
    ]


def field_of(
    spec: FieldSpec,
    *,
    lang: Language,
    value: str = "",
    error: str = "",
    own: bool = False,
    limits: Mapping[str, int] | None = None,
) -> Field:
    """Return a pack's field ready for the page.

    `own` says that the field is about the person who fills it in, so that the browser may offer
    their own name, phone or address. `limits` may hold "upload_bytes".
    """
    form = _FORMS[spec.type]
    options = [
        Choice(option.key, option.label.to(lang), option.note.to(lang)) for option in spec.options
    ]
    control: Control = form.control
    if spec.type == "choice" and len(options) > FEW:
        control = "select"
    if spec.type == "boolean":
        options = [Choice("yes", YES.to(lang)), Choice("no", NO.to(lang))]
    hint = spec.help.to(lang) or form.help.to(lang)
    if spec.type == "file" and limits and "upload_bytes" in limits:
        hint += SIZE.to(lang).format(size=limits["upload_bytes"] // 1_000_000)
    return Field(
        id=f"f-{spec.key}",
        name=spec.key,
        label=spec.label.to(lang),
        control=control,
        why=spec.why.to(lang),
        help=hint,
        value=value,
        error=error,
        options=options,
        required=spec.required,
        autocomplete=form.autocomplete if own else "off",
        inputmode=form.inputmode,
        maxlength=spec.max_length if spec.type in {"text", "name", "address"} else 0,
        width=form.width,
        accept=form.accept,
    )


@dataclass(frozen=True, slots=True)
class _Form:
    """How one type of field is asked."""

    control: Control = "text"
    inputmode: str = ""
    autocomplete: str = "off"
    width: Literal["s", "m", "l"] = "m"
    help: Text = Text("")  # noqa: RUF009  Text is frozen
    accept: str = ""


YES = Text("是", "Yes")
NO = Text("否", "No")
SIZE = Text("，最大 {size} MB", ", {size} MB at most")
_FORMS: dict[str, _Form] = {
    "text": _Form(),
    "name": _Form(autocomplete="name"),
    "date": _Form(
        inputmode="numeric",
        width="s",
        help=Text("写成 2026-03-24 这样", "Like this: 2026-03-24"),
    ),
    "choice": _Form("radio"),
    "boolean": _Form("radio"),
    "integer": _Form(inputmode="numeric", width="s"),
    "money": _Form(inputmode="decimal", width="s", help=Text("单位：元", "In yuan")),
    "citizen_number": _Form(
        help=Text("18 位，最后一位可能是 X", "18 characters; the last one may be X")
    ),
    "phone": _Form(
        inputmode="tel", autocomplete="tel", help=Text("11 位手机号", "A mobile number, 11 digits")
    ),
    "bank_card": _Form(inputmode="numeric"),
    "address": _Form("textarea", autocomplete="street-address", width="l"),
    "file": _Form(
        "file",
        help=Text("PDF 或照片（JPG、PNG）", "PDF or a photo (JPG, PNG)"),
        accept=".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png",
    ),
}
