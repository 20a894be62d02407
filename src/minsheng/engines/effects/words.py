"""What a comparison came to, in a sentence."""

from __future__ import annotations

from math import isfinite

from minsheng.engines.effects.comparison import BETTER, TOO_FEW, WORSE, Effect
from minsheng.lib.texts import Text


def said(effect: Effect) -> Text:
    """Return the finding in plain words, with its interval where there is one."""
    dual, others = len(effect.dual), len(effect.comparison)
    if effect.verdict == TOO_FEW:
        if not dual or not others:
            return Text(
                "说不出有没有用：还没有既有双师、又能找到相似班的两次成绩。",
                "Nothing can be said: there are no dual and similar classes with two results yet.",
            )
        zh = f"说不出有没有用：只有 {dual} 个双师班、{others} 个相似的班，班太少，差多少都可能是碰巧。"
        en = (
            f"Nothing can be said: with {dual} dual and {others} similar classes any difference may"
            " be chance."
        )
        return Text(zh, en)
    range_zh, range_en = _range(effect)
    if effect.verdict == BETTER:
        return Text(
            f"双师班长进更多一些：{range_zh}。别的原因没有全部排除。",
            f"The dual classes gained more: {range_en}. Other causes aren't ruled out.",
        )
    if effect.verdict == WORSE:
        return Text(
            f"双师班长进少一些：{range_zh}。请两边一起看看哪里不顺。",
            f"The dual classes gained less: {range_en}. Look together at what goes wrong.",
        )
    return Text(
        f"看不出差别：{range_zh}，包括没有差别。",
        f"No difference is seen: {range_en}, which holds none at all.",
    )


def _range(effect: Effect) -> tuple[str, str]:
    if not isfinite(effect.low):
        return "差多少说不准", "how much can't be told"
    low, high = f"{effect.low:+.2f}", f"{effect.high:+.2f}"
    return (
        f"差 {effect.estimate:+.2f} 个标准差，多半在 {low} 到 {high} 之间",
        f"by {effect.estimate:+.2f} standard deviations, likely between {low} and {high}",
    )
