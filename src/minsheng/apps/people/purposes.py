"""Why somebody may open a personal record, and what was opened: declared, never free text."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from minsheng.lib.texts import Text

GUARDIAN = "guardian"

# What an officer may state. Free text would carry personal values into the chain.
STAFF_PURPOSES: Mapping[str, Text] = MappingProxyType(
    {
        "case": Text("办理您的事", "working on your case"),
        "window": Text("您在窗口办事", "helping you at the counter"),
        "proof": Text("核实您的身份", "confirming who you are"),
        "review": Text("复查投诉或差错", "looking into a complaint or a mistake"),
        "audit": Text("抽查案卷", "a spot check"),
    }
)
PURPOSES: Mapping[str, Text] = MappingProxyType(
    {
        **STAFF_PURPOSES,
        GUARDIAN: Text("监护人查看孩子的信息", "a guardian looking after a child"),
    }
)
PARTS: Mapping[str, Text] = MappingProxyType(
    {
        "profile": Text("基本信息", "basic details"),
        "case": Text("案卷", "a case"),
        "values": Text("填写的内容", "what was filled in"),
        "licence": Text("证照", "a certificate"),
        "file": Text("上传的材料", "an uploaded file"),
        "register": Text("登记库里的记录", "a register entry"),
    }
)
