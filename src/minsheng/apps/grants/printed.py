"""What was decided, on paper: the sheet of an award with every source, how to object and by when, signed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from minsheng.apps.grants import access, reads
from minsheng.apps.grants.sheets import Row, Sheet
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.records import signing
from minsheng.apps.records.certificates.fonts import font_book
from minsheng.apps.records.certificates.render import compile_pdf, qr_svg
from minsheng.lib.errors import NotFound
from minsheng.lib.money import format_yuan
from minsheng.lib.texts import Text

TEMPLATE = Path(__file__).with_name("award.typ")
KINDS = {
    "running": Text("决定书和计算单", "Decision and calculation sheet"),
    "ended": Text("决定书和计算单", "Decision and calculation sheet"),
    "refused": Text("不予通过的决定和计算单", "Refusal and calculation sheet"),
}
"""What is printed in each state; before it is settled nothing is."""
VERDICTS = {
    "yes": Text("符合", "met"),
    "no": Text("不符合", "not met"),
    "unknown": Text("定不了", "open"),
}
WORDS = {
    "conditions": Text("一条一条看", "Line by line"),
    "facts": Text("用到的事实，谁说的", "Facts used, and who said them"),
    "numbers": Text("用到的数，来源和把握", "Numbers used, source and how sure"),
    "object": Text("不同意怎么办", "If you don't agree"),
    "qr": Text(
        "扫码打开“我的补贴”里的这一项，本人登录才看得到。这份文件有电子签名，改过一个字，验签就通不过。",
        "The code opens this award under “What I get”, for the person alone. The file is signed: changed by a "
        "single character, its signature no longer holds.",
    ),
}  # fmt: skip


def own_sheet(grant_id: int, *, account: Account, language: str) -> bytes:
    """Return the decision on one's own claim as a signed PDF/A, in one language.

    Raises NotFound for anybody else's and before it is settled, Unavailable for a character no font has.
    """
    return _printed(reads.own_view(grant_id, account=account), language)


def desk_sheet(grant_id: int, *, account: Account, language: str) -> bytes:
    """Return the same for the office of the policy; the look is written down."""
    return _printed(reads.desk_view(grant_id, account=account), language)


def may_print(state: str) -> bool:
    """Whether there is something to print of an award in this state."""
    return state in KINDS


def _printed(view: reads.View, language: str) -> bytes:
    # Half a second to load, and every command would pay for it.
    from minsheng.apps.records.certificates.sign import sign

    grant, sheet = view.grant, view.sheet
    if sheet is None or not may_print(grant.state):
        raise NotFound(
            "grants.no_sheet",
            "还没有定，没有决定书。定了会通知本人。",
            "Nothing is decided yet, so there is nothing to print. The person is told.",
        )
    lang, book, now = "zh" if language != "en" else "en", font_book(), timezone.localtime()
    district = installed.packs().district
    number = f"BT{grant.pk:08d}"
    content: dict[str, Any] = {
        "language": lang,
        "title": view.policy.title.to(lang),
        "kind": KINDS[grant.state].to(lang),
        "number": number,
        "place": district.organ.to(lang),
        "printed": f"{now:%Y-%m-%d %H:%M}",
        "demo": Text("演示：人物、单位、数据均为虚构", "Demonstration: all invented").to(lang)
        if settings.DEMO
        else "",
        "outcome": f"{view.said.to(lang)}　{(sheet.amount if sheet.amount.zh else sheet.conclusion).to(lang)}",
        "head": [[label.to(lang), value] for label, value in _head(view, number, lang)],
        "conditions": [
            [one.label.to(lang), VERDICTS[one.verdict].to(lang), one.value.to(lang)]
            for one in sheet.conditions
        ],
        "facts": [
            [one.label.to(lang), one.value.to(lang), _said(one, lang)] for one in sheet.facts
        ],
        "numbers": [
            [
                one.label.to(lang),
                one.value.to(lang),
                f"{one.cite.to(lang)} {one.source} [{one.mark}]",
            ]
            for one in sheet.numbers
        ],
        "how": sheet.how.to(lang),
        "object": _object(view, sheet, lang),
        "qr": qr_svg(f"{settings.MINSHENG_BASE_URL.rstrip('/')}/mine/grants/{grant.pk}"),
        "words": {key: one.to(lang) for key, one in WORDS.items()},
        "fonts": {"song": book.song, "sans": book.sans},
    }
    book.check([("text", one) for one in _texts(content)], folder=None)
    pdf = compile_pdf(TEMPLATE, content, book, at=timezone.now())
    return sign(pdf, signing.authority(), reason=f"{KINDS[grant.state].zh} {number}")


def _head(view: reads.View, number: str, lang: str) -> Iterable[tuple[Text, str]]:
    grant = view.grant
    office = installed.packs().district.departments[view.policy.office].title
    yield Text("编号", "Number"), number
    yield Text("给谁", "For"), f"{people.name_of(grant.person)}　{grant.person.number_masked}"
    yield Text("哪个部门定的", "Decided by"), office.to(lang)
    yield Text("哪天申请的", "Claimed on"), f"{timezone.localdate(grant.claimed_at)}"
    if view.words:
        yield Text("为什么", "Why"), view.words
    for row, said in view.instalments:
        yield Text(f"{row.month:%Y-%m}"), f"{format_yuan(row.amount_fen)}　{said.to(lang)}"
    for cite in view.policy.cites:
        yield Text("依据", "Basis"), f"{cite.said.to(lang)} [{cite.mark}]"


def _said(one: Row, lang: str) -> str:
    parts = [one.said.to(lang), one.as_of]
    if one.inferred:
        parts.append(
            Text(f"按 {one.inferred} 的情况推断", f"inferred from {one.inferred}").to(lang)
        )
    if one.proof.zh:
        parts.append(Text(f"要看：{one.proof.zh}", f"to be shown: {one.proof.to('en')}").to(lang))
    return (
        "，".join(part for part in parts if part)
        if lang == "zh"
        else ", ".join(filter(None, parts))
    )


def _object(view: reads.View, sheet: Sheet, lang: str) -> str:
    until = access.object_until(view.grant.settled_on or sheet.on)
    return Text(
        f"{until} 以前，在“我的补贴”里点“不同意”，写上为什么，由另一个人再看一遍；也可以打 12345。"
        f"这个期限是本区的设置。另外依法可以申请行政复议、提起行政诉讼，期限按法律规定。登记错了的，先找管那个登记库的部门改。",
        f"Until {until}, under “What I get”, say that you don't agree and why: somebody else looks again; or call "
        "12345. That term is this district's own setting. Administrative review and a suit are open to you "
        "besides, within the terms of the law. A mistake in a register is put right by the office that keeps it.",
    ).to(lang)


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        if not value.startswith("<"):
            yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in ("fonts", "qr"):
                yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
