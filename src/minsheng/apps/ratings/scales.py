"""The five levels and the sub-scores, in words. Source: 国办发〔2019〕51号."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from minsheng.apps.ratings.models import BAD, CASE, ENTERED, KIOSK, VISIT
from minsheng.lib.texts import Text

__all__ = ["BAD", "CHANNEL_TITLES", "ENTERED", "KINDS", "KIOSK", "LEVELS", "PARTS", "STAGES"]

LEVELS: Mapping[int, Text] = MappingProxyType(
    {
        5: Text("非常满意", "Very satisfied"),
        4: Text("满意", "Satisfied"),
        3: Text("基本满意", "Fairly satisfied"),
        2: Text("不满意", "Dissatisfied"),
        1: Text("非常不满意", "Very dissatisfied"),
    }
)
# "whole" is the score itself.
PARTS: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        CASE: {
            "efficiency": Text("办得快不快", "Speed"),
            "guide": Text("办事指南准不准", "Whether the guide was right"),
            "ease": Text("好不好办", "How easy it was"),
            "platform": Text("网站好不好用", "The site itself"),
        },
        VISIT: {
            "efficiency": Text("办得快不快", "Speed"),
            "level": Text("业务熟不熟", "Whether they knew their work"),
            "manner": Text("态度好不好", "How you were treated"),
        },
    }
)
KINDS: Mapping[str, Text] = MappingProxyType(
    {CASE: Text("网上办的一件事", "a case"), VISIT: Text("窗口的一次来访", "a visit to a counter")}
)
CHANNEL_TITLES: Mapping[str, Text] = MappingProxyType(
    {
        "portal": Text("网站", "the site"),
        "api": Text("应用、小程序", "an app"),
        "qr": Text("扫码", "a QR code"),
        "kiosk": Text("窗口评价器、自助终端", "a kiosk"),
        "sms": Text("短信", "a text message"),
        "hotline": Text("12345 回访", "a call of 12345"),
        "paper": Text("现场纸质", "on paper"),
    }
)
STAGES: Mapping[str, Text] = MappingProxyType(
    {
        "visit": Text("回访", "Call back"),
        "verify": Text("核实", "Verify"),
        "correct": Text("整改", "Put right"),
        "answer": Text("答复", "Answer"),
        "confirm": Text("等评价人确认", "Wait for the rater"),
        "recheck": Text("复核", "Check again"),
        "closed": Text("办结", "Closed"),
    }
)
