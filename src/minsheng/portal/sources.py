"""What registers are called on a page."""

from __future__ import annotations

from minsheng.apps.cases import catalogue
from minsheng.lib.texts import Text


def register_name(register: str) -> Text:
    """Return what the district calls a register; one without a name is shown by its key."""
    found = catalogue.packs().district.registers.get(register)
    return found.title if found else Text(register)


OWN = {
    "asked": Text("您填的", "your answer"),
    "applicant": Text("您上传的", "your upload"),
    "promise": Text("您的承诺", "your promise"),
    "licence": Text("您的证照夹", "your certificates"),
}
APPLICANTS = {
    "asked": Text("申请人填的", "the applicant's answer"),
    "applicant": Text("申请人上传的", "uploaded by the applicant"),
    "promise": Text("申请人的承诺", "the applicant's promise"),
    "licence": Text("申请人的证照夹", "the applicant's certificates"),
}
OF_THIS_CASE = Text("同一案卷里的另一件办好就有", "made by another item of this case")


def origin_name(origin: str, who: str = "resident") -> Text:
    """Return where a value or document came from, said to its applicant or to the "desk"."""
    kind, _, name = origin.partition(":")
    if kind == "register":
        return register_name(name)
    if kind == "item":
        return OF_THIS_CASE
    return (APPLICANTS if who == "desk" else OWN).get(kind, Text(origin))


def kept_name(what: str) -> Text:
    """Return where a mistake stands: a register by its name, or a case by its number."""
    kind, _, name = what.partition(":")
    return register_name(name) if kind == "register" else Text(f"案卷 {name}", f"case {name}")
