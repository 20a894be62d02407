"""Names of persons: any Chinese character a computer can hold, and names in Latin letters.

Chinese characters are those of Unicode's unified and compatibility ideographs, which GB 18030
encodes all; `·` joins the parts of a name of a minority. Nothing that a spreadsheet would run as
a formula, no digits, no invisible characters.
"""

from __future__ import annotations

import re
import unicodedata

from minsheng.lib.errors import WrongInput

MAX_NAME = 50
DOT = "·"
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f\U00030000-\U000323af"
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_ALLOWED = re.compile(f"[{_HAN}{_LATIN}{DOT}' .-]")
_RADICAL = re.compile("[\u2f00-\u2fd5]")  # what a copied PDF holds instead of 人, 王, 马 …
_CHINESE_NAME = re.compile(f"[{_HAN}]+(?:{DOT}[{_HAN}]+)*")
_LATIN_NAME = re.compile(f"[{_LATIN}]+(?:(?:[-' {DOT}]|\\. ?)[{_LATIN}]+)*\\.?")
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･．●˙", DOT) | {"’": "'", "‘": "'", "－": "-"})
_FORMULA = "=+-@"
_FULL_FORMULA = "＝＋－＠﹢﹣﹦﹫"

# Surnames of two characters that are in use today; any other name begins with one.
DOUBLE_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳司马上官诸葛东方皇甫尉迟公孙慕容司徒令狐夏侯宇文长孙端木轩辕独孤南宫西门百里呼延闻人澹台公冶淳于"
        "单于太叔申屠钟离鲜于闾丘万俟赫连拓跋左丘东郭濮阳公羊宗政司空亓官子车颛孙巫马公西漆雕乐正壤驷公良夹谷"
        "宰父谷梁段干梁丘东门南门羊舌",
    )
)


def parse_name(text: str) -> str:
    """Return the name as it is stored: NFC, one kind of `·`, no stray spaces.

    Raises WrongInput that names the character in the way. At most 50 characters.
    """
    name = unicodedata.normalize("NFC", _RADICAL.sub(_character_of, text)).strip()
    if not name:
        raise WrongInput(
            "names.empty",
            "还没有填姓名。请写全名。",
            "The name is missing. Write the full name.",
        )
    if name[0] in _FORMULA or name[0] in _FULL_FORMULA:
        raise WrongInput(
            "names.formula",
            f"姓名不能用“{name[0]}”开头。请去掉它，别的不用改。",
            f'A name can\'t begin with "{name[0]}". Remove it; the rest may stay.',
        )
    name = _tidy(name)
    if len(name) > MAX_NAME:
        raise WrongInput(
            "names.long",
            f"姓名最多 {MAX_NAME} 个字，现在是 {len(name)} 个。请写证件上的姓名。",
            f"A name has at most {MAX_NAME} characters, this one {len(name)}. "
            "Write it as on the document.",
            facts={"length": len(name)},
        )
    if _CHINESE_NAME.fullmatch(name) or _LATIN_NAME.fullmatch(name):
        return name
    raise _first_wrong(name)


def is_chinese_name(name: str) -> bool:
    """Whether `name` is written in Chinese characters only, `·` aside."""
    return _CHINESE_NAME.fullmatch(name) is not None


def split_name(name: str) -> tuple[str, str]:
    """Return surname and given name of a Chinese name; a name with `·` has no surname."""
    if DOT in name or not is_chinese_name(name):
        return "", name
    length = 2 if len(name) > 2 and name[:2] in DOUBLE_SURNAMES else 1
    return name[:length], name[length:]


def _character_of(radical: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", radical[0])


def _tidy(name: str) -> str:
    """Return the name with one kind of dot, and without spaces between Chinese characters."""
    plain = " ".join(name.translate(_DOTS).split())
    plain = re.sub(f" *{DOT} *", DOT, plain)
    return re.sub(f"(?<=[{_HAN}]) (?=[{_HAN}])", "", plain)


def _first_wrong(name: str) -> WrongInput:
    """Return the error that says which character is in the way, and why."""
    for place, char in enumerate(name, start=1):
        if _ALLOWED.fullmatch(char):
            continue
        kind = unicodedata.category(char)
        if kind.startswith("N"):
            return WrongInput(
                "names.digit",
                f"姓名里不能有数字：“{char}”。请去掉它。",
                f'A name has no digits: "{char}". Remove it.',
                facts={"place": place},
            )
        if kind == "Co":
            return WrongInput(
                "names.private_use",
                f"姓名第 {place} 个字是自造字，别的电脑显示不出来。请用输入法重新打这个字，"
                "打不出来就到窗口办。",
                f"Character {place} of the name is one of your own making that other computers can't show. "
                "Type it again, or ask at a counter.",
                facts={"place": place},
            )
        if kind.startswith(("C", "Z", "M")):
            return WrongInput(
                "names.invisible",
                f"姓名第 {place} 个位置有看不见的字符。请删掉重新打一遍。",
                f"There is an invisible character at place {place} of the name. Type it again.",
                facts={"place": place},
            )
        return WrongInput(
            "names.sign",
            f"姓名里不能有“{char}”。请写证件上的姓名。",
            f'A name can\'t hold "{char}". Write it as on the document.',
            facts={"place": place},
        )
    return WrongInput(
        "names.form",
        "这个姓名看不懂：汉字和字母不要混写，“·”只放在两个字之间。请写证件上的姓名。",
        "This name can't be read: don't mix Chinese characters and letters, and put · only "
        "between characters. Write it as on the document.",
    )
