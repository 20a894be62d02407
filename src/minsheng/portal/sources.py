"""What registers are called on a page."""

from __future__ import annotations

from minsheng.lib.texts import Text

REGISTERS = {
    "hospital.birth_record": Text("医院出生记录", "the hospital's birth record"),
    "population.person": Text("公安人口库", "the population register"),
    "population.household": Text("公安户籍登记", "household registration"),
    "civil.marriage": Text("民政婚姻登记库", "the marriage register"),
    "card.social": Text("社保卡登记库", "the social-card register"),
}


def register_name(register: str) -> Text:
    """Return what a register is called; one without a name is shown by its key."""
    return REGISTERS.get(register, Text(register))


def origin_name(origin: str) -> Text:
    """Return where a value or proof came from, in words."""
    kind, _, name = origin.partition(":")
    if kind == "register":
        return register_name(name)
    return {
        "asked": Text("您填的", "your answer"),
        "applicant": Text("您上传的", "your upload"),
        "promise": Text("您的承诺", "your promise"),
        "item": Text("这件事自己会产生", "made by another matter of this case"),
        "licence": Text("您的证照夹", "your certificates"),
    }.get(kind, Text(origin))
