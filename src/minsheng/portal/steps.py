"""Steps that are open to whoever looks, as forms: what each asks for, what was typed, what was wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.money import parse_yuan
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn
from minsheng.portal.fields import Choice, Field, Mistake, mistakes
from minsheng.portal.languages import language_of

Options = Mapping[str, Sequence[tuple[str, Text]]]
NO_OPTIONS: Options = MappingProxyType({})
YES_NO = (("yes", Text("是", "Yes")), ("no", Text("否", "No")))
_YUAN = Text("单位是元，像 1000000.00", "In yuan, like 1000000.00")
_FIELDS: Mapping[str, tuple[Text, Text, str]] = MappingProxyType(
    {
        "reason": (Text("理由", "The reason"), Text("企业看得到", "The firm reads it"), "textarea"),
        "words": (Text("意见", "Your opinion"), Text("企业看得到意见，看不到是谁写的", "The firm reads it without your name"), "textarea"),
        "amount": (Text("金额", "Amount"), _YUAN, "text"),
        "event": (Text("发生了什么", "What has happened"), Text(""), "radio"),
        "pre_money": (Text("投前估值", "Value before new money"), _YUAN, "text"),
        "new_money": (Text("新投的钱", "New money"), Text("没有就写 0", "0 if there is none"), "text"),
        "investor": (Text("谁投的", "Who invests"), Text("没有就空着", "Empty if there is none"), "text"),
        "holdings": (Text("转股前谁出了多少", "Who holds how much before"), Text("一行一个：名称，空格，数。自然人写“创始人一”这样，不写姓名", "One on each line: name, blank, number. Natural persons by their role, not by name"), "textarea"),
        "way": (Text("怎样退出", "The way out"), Text(""), "radio"),
        "buyer": (Text("卖给谁", "Who buys"), Text(""), "text"),
        "value": (Text("全公司的价格", "Price of the whole firm"), Text("买回按本金加利息算，写 0", "0 where it is bought back: that is worked out"), "text"),
        "blames": (Text("机构有没有责任", "Is the provider to blame?"), Text("认定以后记在机构名单里", "If found so, the list of providers says it"), "radio"),
        "agrees": (Text("同意吗", "Do you agree?"), Text(""), "radio"),
        "has_interest": (Text("和这家企业有利害关系吗", "Do you have an interest in this firm?"), Text("有的话，意见不计数", "If so, your opinion isn't counted"), "radio"),
    }
)  # fmt: skip
_CHOICES: Options = {"agrees": YES_NO, "has_interest": YES_NO, "blames": YES_NO}


class Open(Protocol):
    """A step as an app's reads give it."""

    @property
    def act(self) -> str: ...
    @property
    def said(self) -> Text: ...
    @property
    def asks(self) -> tuple[str, ...]: ...
    @property
    def is_quiet(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class StepForm:
    """One step with its fields. `is_open`: it is the one that was sent and refused."""

    act: str
    said: Text
    fields: tuple[Field, ...]
    is_quiet: bool
    is_open: bool


def step_forms(
    request: SignedIn,
    steps: Iterable[Open],
    error: MinshengError | None,
    options: Options = NO_OPTIONS,
) -> list[StepForm]:
    """Return a form for each open step; the one that was sent keeps what was typed."""
    sent = request.POST.get("act", "") if error is not None else ""
    return [
        StepForm(
            act=one.act,
            said=one.said,
            fields=tuple(
                _field(request, one.act, name, error if one.act == sent else None, options)
                for name in one.asks
            ),
            is_quiet=one.is_quiet,
            is_open=one.act == sent,
        )
        for one in steps
    ]


def form_mistakes(
    request: SignedIn, forms: Iterable[StepForm], error: MinshengError | None
) -> list[Mistake]:
    """Return what the summary above the page says of an error: with its field where it has one."""
    if error is None:
        return []
    found = [mistake for one in forms for mistake in mistakes(one.fields)]
    return found or [Mistake("", error.to(language_of(request)))]


def typed_fen(request: SignedIn, name: str) -> int:
    """Return an amount that was typed in yuan, 0 for none; WrongInput names the field."""
    text = request.POST.get(name, "")[:40]
    if not text.strip():
        return 0
    try:
        return parse_yuan(text)
    except WrongInput as wrong:
        raise WrongInput(wrong.code, wrong.zh, wrong.en, field=name) from wrong


def typed_holdings(request: SignedIn) -> dict[str, int]:
    """Return who holds how much, one on each line; WrongInput for a line that isn't so."""
    found: dict[str, int] = {}
    for line in request.POST.get("holdings", "")[:6000].splitlines():
        name, _, number = line.strip().rpartition(" ")
        digits = number.replace(",", "")
        if not line.strip():
            continue
        if not name.strip() or not (digits.isascii() and digits.isdigit()) or name.strip() in found:
            raise WrongInput(
                "steps.holdings",
                f"这一行看不懂：“{line.strip()[:40]}”。写成“创始团队 700000”，一个名称只写一行。别的都还在。",
                f"This line can't be read: '{line.strip()[:40]}'. Write 'founders 700000', each name once. "
                "The rest is kept.",
                field="holdings",
            )
        found[name.strip()] = int(digits[:14])
    return found


def typed_number(text: str) -> int:
    """Return a number of ours that a form sends back, or 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _field(
    request: SignedIn, act: str, name: str, error: MinshengError | None, options: Options
) -> Field:
    lang = language_of(request)
    label, hint, control = _FIELDS[name]
    choices = options.get(name) or _CHOICES.get(name, ())
    made = Field(
        id=f"{act}-{name}",
        name=name,
        label=label.to(lang),
        help=hint.to(lang),
        control=control,  # type: ignore[arg-type]
        options=[Choice(key, title.to(lang)) for key, title in choices],
        width="l" if control == "textarea" else "m",
        maxlength=400 if name in ("reason", "words") else 0,
        required=name not in ("investor",),
    )
    if error is None:
        return made
    said = error.to(lang) if error.field == name else ""
    return replace(made, value=request.POST.get(name, ""), error=said)
