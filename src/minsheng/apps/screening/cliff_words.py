"""A schedule in words: what is given where, how fast it is lost, and each cliff."""

from __future__ import annotations

from minsheng.engines.simulation import Cliff, Piece
from minsheng.lib.texts import Text
from minsheng.rules import FieldKind
from minsheng.rules.show import shown, shown_money

NO_CLIFF = Text("没有一处多了反而少得。", "Nowhere does more of it lose.")
YUAN = FieldKind("number", unit=Text("元", "yuan"))
SAID = {
    True: Text("符合", "qualifies"),
    False: Text("不符合", "doesn't qualify"),
    None: Text("定不了", "can't be told"),
}


def stretch_said(one: Piece, kind: FieldKind) -> Text:
    """Return from where to where a piece goes."""
    low, high = shown(one.low, kind), shown(one.high, kind)
    if one.low == one.high:
        return low
    return Text(f"{low.zh}到 {high.zh}", f"{low.to('en')} to {high.to('en')}")


def given_said(one: Piece, *, gives_money: bool) -> Text:
    """Return what is given on a piece: an amount, or from one to another."""
    said = SAID[one.value]
    if one.value is not True or not gives_money:
        return said
    if one.at_low is None or one.at_high is None:
        return Text(f"{said.zh}，金额不知道", f"{said.to('en')}, the amount isn't known")
    first, last = shown_money(one.at_low), shown_money(one.at_high)
    if one.slope == 0 or first == last:
        return first
    return Text(f"{first.zh} → {last.zh}", f"{first.to('en')} → {last.to('en')}")


def rate_said(one: Piece, kind: FieldKind) -> Text:
    """Return how much more or less each further yuan, month or year gives; nothing where it doesn't."""
    if not one.slope:
        return Text("")
    more = Text("多得", "more") if one.slope > 0 else Text("少得", "less")
    if kind.type == "money":
        rate, each = shown(abs(one.slope), YUAN), Text("每多 1 元", "for each yuan")
    else:
        rate = shown(abs(one.slope) / 100, YUAN)
        each = Text(f"每多 1 {kind.unit.zh}".rstrip(), "for each one")
    return Text(f"{each.zh}{more.zh} {rate.zh}", f"{each.to('en')} {rate.to('en')} {more.to('en')}")


def piece_said(one: Piece, kind: FieldKind, *, gives_money: bool) -> Text:
    """Return a piece in one line."""
    where, given = stretch_said(one, kind), given_said(one, gives_money=gives_money)
    rate = rate_said(one, kind) if gives_money and one.value is True else Text("")
    zh, en = f"{where.zh}：{given.zh}", f"{where.to('en')}: {given.to('en')}"
    return Text(f"{zh}，{rate.zh}", f"{en}, {rate.to('en')}") if rate.zh else Text(zh, en)


def cliff_said(one: Cliff, kind: FieldKind) -> Text:
    """Return what one more loses: 超过 2,000.00 元，多 0.01 元，少领 600.00 元."""
    before, at = shown(one.at - 1, kind), shown(one.at, kind)
    loss = shown_money(one.loss_fen)
    if kind.type == "money":
        step = shown_money(1)
        return Text(
            f"超过 {before.zh}：多 {step.zh}，少领 {loss.zh}",
            f"Above {before.to('en')}: {step.to('en')} more loses {loss.to('en')}",
        )
    return Text(
        f"从 {before.zh}到 {at.zh}：少领 {loss.zh}",
        f"From {before.to('en')} to {at.to('en')}: it loses {loss.to('en')}",
    )
