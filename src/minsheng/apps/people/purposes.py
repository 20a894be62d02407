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
        "emergency": Text("紧急查看", "an emergency"),
        "visit": Text("走访您", "visiting you"),
        "teaching": Text("教学", "teaching"),
        "screening": Text("告诉您可能符合的政策", "telling you what you may be entitled to"),
    }
)
# What an officer is asked to choose from before a sensitive record opens.
ASKED_PURPOSES = ("case", "review", "audit")
# What a resident may agree to, each apart, and take back as easily.
CONSENTS: Mapping[str, Text] = MappingProxyType(
    {
        "mail": Text(
            "有进展时给我的邮箱发一封提醒，信里没有内容",
            "send a reminder to my mail address when there is news; the mail says nothing of it",
        ),
        "screening": Text(
            "找我可能符合的政策时，也看只有我同意才能看的登记库",
            "when looking for what I may be entitled to, also read registers that need my consent",
        ),
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
        "learning": Text("学习画像", "how somebody learns"),
        "talent": Text("人才积分", "points of a talent"),
        "assessment": Text("能力评估", "an ability assessment"),
        "visit": Text("走访的地址和记录", "where you are visited, and what was noted"),
    }
)
