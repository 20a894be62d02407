"""Words of vouchers and who owns whom, sealed under the key of the installation; and checked before."""

from __future__ import annotations

import json
import re
import unicodedata

from minsheng.apps.people import keys
from minsheng.engines.vouchers import Party
from minsheng.lib.errors import WrongInput

FIELD = "voucher"
LONGEST = 300
MOST_OWNERS = 50
_NUMBER = re.compile(r"[0-9]{6,17}[0-9X]|[0-9A-HJ-NP-RTUWXY]{18}")


def sealed(text: str) -> str:
    """Return the token of some words; "" for none."""
    return keys.seal_setting(FIELD, text) if text else ""


def opened(token: str) -> str:
    """Return sealed words; "" for none."""
    return keys.open_setting(FIELD, token) if token else ""


def checked(text: str, *, field: str) -> str:
    """Return words without blanks around; raises WrongInput, naming the field."""
    text = text.replace("\r\n", "\n").strip()
    odd = any(unicodedata.category(one) in {"Cc", "Cs"} and one != "\n" for one in text)
    if not text or len(text) > LONGEST or odd:
        raise WrongInput(
            "vouchers.words",
            f"请写一句，{LONGEST} 个字以内。别的都还在。",
            f"Write a sentence of at most {LONGEST} characters. The rest is kept.",
            field=field,
        )
    return text


def number(text: str, *, field: str) -> str:
    """Return the number of an identity card or a credit code as it is compared; raises WrongInput."""
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if not _NUMBER.fullmatch(plain):
        raise WrongInput(
            "vouchers.number",
            "证件号或统一社会信用代码要写 18 位。别的都还在。",
            "An identity number or credit code has 18 characters. The rest is kept.",
            field=field,
        )
    return plain


def sealed_party(code: str, head: str, owners: str, managers: str = "") -> str:
    """Return the token of who leads and owns a firm; owners and managers one number a line, or none."""
    told = {
        "code": code,
        "head": number(head, field="head"),
        "owners": _numbers(owners, field="owners"),
        "managers": _numbers(managers, field="managers"),
    }
    return sealed(json.dumps(told))


def _numbers(text: str, *, field: str) -> list[str]:
    lines = [
        line for line in text.replace("，", "\n").replace(",", "\n").splitlines() if line.strip()
    ]
    if len(lines) > MOST_OWNERS:
        raise WrongInput(
            "vouchers.owners",
            f"最多写 {MOST_OWNERS} 个，先写份额大的。别的都还在。",
            f"At most {MOST_OWNERS}, the largest first. The rest is kept.",
            field=field,
        )
    return sorted({number(line, field=field) for line in lines})


def opened_party(token: str) -> Party:
    """Return who leads and owns a firm."""
    told = json.loads(opened(token))
    return Party(
        code=told["code"],
        head=told["head"],
        owners=frozenset(told["owners"]),
        managers=frozenset(told.get("managers", ())),
    )
