"""The voice of the house, over every sentence a person can see: templates, packs and Python.

Each rule has a reason; a sentence that breaks one is named with its file and line. The words are
those of the visual language (§3 punctuation, §8 voice) and of the word list in docs/glossary.md.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/minsheng"
HAN = r"\u3400-\u9fff\uf900-\ufaff"
_HAN = re.compile(f"[{HAN}]")
_SLOT = re.compile(r"\{(\w+)[^{}]*\}")
_PATTERN = re.compile(r"\\[dws]|\(\?|\[\^?-")  # a regular expression is not a sentence

# Words of an office form, and words of which we have another for the same thing.
BANNED = {
    "请知悉": "tell it, don't announce it",
    "予以": "officialese: say the verb itself",
    "进行": "officialese: say the verb itself",
    "相关": "says nothing: name the thing",
    "按照规定": "name the rule, or say what is done",
    "按照有关规定": "name the rule, or say what is done",
    "耐心等待": "say until when",
    "敬请": "too ceremonious",
    "务必": "an order without a reason",
    "特此": "officialese",
    "届时": "officialese: say the day",
    "上述": "officialese: name the thing",
    "方可": "officialese: 才能",
    "如需": "officialese: 要……就……",
    "温馨提示": "a notice needs no title",
    "系统异常": "say what is broken and what is kept",
    "操作失败": "say what happened and what to do next",
    "格式有误": "say what is wrong and how to write it",
    "办理完毕": "办好",
    "点个头": "同意",
    "登记系统": "登记库",
    "登记回执": "登记库的回答",
    "办件": "案卷",
    "案件": "案卷",
    "没交的表": "没提交的表",
    "身份证号": "公民身份号码, as on the card",
    "社保卡片": "社会保障卡, in speech 社保卡",
    "分管领导": "分管负责人",
    "对外动作": "后台步骤",
    "你": "您",
    "！": "no exclamation marks",
    "……": "an ellipsis doesn't finish a sentence",
    "——": "a dash doesn't replace a sentence",
}
BANNED_ENGLISH = {
    "kindly": "too ceremonious",
    "please note": "tell it, don't announce it",
    "utilize": "use",
    "in order to": "to",
    "oops": "say what happened",
    "matters": "items",
    "proofs": "documents",
    "at the window": "at a counter",
    "to the window": "to a counter",
    "social card": "social security card",
    "prove who you are": "confirm who you are",
    "outside effect": "background step",
    "wd left": "working days left",
    "police branch": "District police",
}


@dataclass(frozen=True)
class Said:
    """One sentence, or a pair of them, and where it stands."""

    line: int
    zh: str
    en: str | None = None


Rule = Callable[[Said], str]


def stiff_words(said: Said) -> str:
    """No officialese, and one word for one idea."""
    found = [f"{word}: {why}" for word, why in BANNED.items() if word in said.zh]
    english = (said.en or "").lower()
    found += [f"{word}: {why}" for word, why in BANNED_ENGLISH.items() if word in english]
    return "; ".join(found)


def exclamation(said: Said) -> str:
    """No "!", except the sign of YAML and of rules (!=) that a sentence may be about."""
    words = re.sub(r"!=|[ “'\"]![ ”'\"]", "", said.zh + (said.en or ""))
    return "an exclamation mark" if "!" in words else ""


def half_width(said: Said) -> str:
    """Chinese takes full-width punctuation; , ; : ? ( ) between Han characters are mistakes."""
    close = re.search(
        f"[{HAN}”）][,;:?][{HAN}“]|[{HAN}][,;?](?:\\s|$)|[{HAN}]\\([^)]*[{HAN}]", said.zh
    )
    return f"half-width punctuation in Chinese: {close[0]}" if close else ""


def spaces(said: Said) -> str:
    """The browser sets the space between Han and Latin; between two Han there is none."""
    close = re.search(f"[{HAN}，。；：（）“”、] +[{HAN}“”（）]", said.zh.replace(" 或 ", ""))
    return f"a space between Chinese characters: {close[0]}" if close else ""


def dashes(said: Said) -> str:
    """No dash as a pause in either language; a range keeps its own (9:00–17:30)."""
    close = re.search(r"—|(?<![\d}]) ?–(?! ?[\d{])", said.zh + "\n" + (said.en or ""))
    return "a dash as a pause" if close else ""


def english_marks(said: Said) -> str:
    """English has no Chinese punctuation."""
    close = re.search("[，。；：（）、？]", said.en or "")
    return f"Chinese punctuation in English: {close[0]}" if close else ""


def both_languages(said: Said) -> str:
    """A pair has both its sides; English, which is also for the log, leaves no value out."""
    if said.en is None:
        return ""
    if bool(said.zh.strip()) != bool(said.en.strip()):
        return "one language is empty"
    lost = set(_SLOT.findall(said.zh)) - set(_SLOT.findall(said.en))
    return f"not said in English: {sorted(lost)}" if lost else ""


RULES: tuple[Rule, ...] = (
    stiff_words,
    exclamation,
    half_width,
    spaces,
    dashes,
    english_marks,
    both_languages,
)


# ── where sentences stand ──────────────────────────────────────────────────────────────────────

_STRING = r'"([^"]*)"|\'([^\']*)\''
_TAG = re.compile(rf"{{%\s*t\s+(?:{_STRING})\s+(?:{_STRING})([^%]*)%}}")


def of_template(path: Path) -> Iterator[Said]:
    """Yield every {% t %} of a template; `{{n:day|days}}` counts as n."""
    text = path.read_text(encoding="utf-8")
    for tag in _TAG.finditer(text):
        zh, en = tag[1] or tag[2] or "", tag[3] or tag[4] or ""
        yield Said(text.count("\n", 0, tag.start()) + 1, zh, en)


def of_pack(path: Path) -> Iterator[Said]:
    """Yield every text of a pack, of a district or of a baseline."""
    yield from _in_node(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader))


def _in_node(node: yaml.Node | None) -> Iterator[Said]:
    if isinstance(node, yaml.MappingNode):
        plain = {key.value: value for key, value in node.value}
        if "zh" in plain:
            english = plain["en"].value if "en" in plain else ""
            yield Said(node.start_mark.line + 1, plain["zh"].value, english)
            return
        for value in plain.values():
            yield from _in_node(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _in_node(value)


def of_python(path: Path) -> Iterator[Said]:
    """Yield every Chinese string of a module, with the English one that follows it in a call."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    done = {id(node) for node in _docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _pairs(node, done)
    for node in ast.walk(tree):
        words = "" if id(node) in done else _words(node) or ""
        if _HAN.search(words) and not _PATTERN.search(words):
            done |= {id(part) for part in ast.walk(node)}
            yield Said(getattr(node, "lineno", 0), words)


def _pairs(call: ast.Call, done: set[int]) -> Iterator[Said]:
    spoken = [_words(part) for part in call.args]
    for at, (first, second) in enumerate(pairwise(spoken)):
        if not first or second is None or not _HAN.search(first) or _HAN.search(_unquoted(second)):
            continue
        done |= {id(part) for arg in call.args[at : at + 2] for part in ast.walk(arg)}
        yield Said(call.args[at].lineno, first, second)


def _unquoted(words: str) -> str:
    return re.sub(r"“[^”]*”|\{[^{}]*\}", "", words)


def _words(node: ast.AST) -> str | None:
    """Return the words of a string; a value in an f-string becomes {it}."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (_words(part) if isinstance(part, ast.Constant) else "{it}" for part in node.values)
        return "".join(part or "" for part in parts)
    return None


def _docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))


# Lists of words, patterns and columns of a database: nobody reads them as a sentence.
NOT_READ = {"content/wording.py"}
TEMPLATES = sorted((SOURCE / "portal/templates").rglob("*.html"))
PACKS = sorted((ROOT / "packs").rglob("*.yaml"))
MODULES = sorted(
    path
    for path in [*SOURCE.rglob("*.py"), ROOT / "start.py"]
    if "migrations" not in path.parts
    and path.name not in {"models.py", "apps.py"}
    and str(path.relative_to(ROOT)).removeprefix("src/minsheng/") not in NOT_READ
)
READERS = {".html": of_template, ".yaml": of_pack, ".py": of_python}


@cache
def said_in(path: Path) -> tuple[Said, ...]:
    return tuple(READERS[path.suffix](path))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT)).removeprefix("src/minsheng/")


@pytest.mark.parametrize("path", [*TEMPLATES, *PACKS, *MODULES], ids=name_of)
def test_every_sentence_keeps_the_voice(path: Path):
    wrong = [
        f"{name_of(path)}:{said.line}: {what}\n    {said.zh}\n    {said.en or ''}"
        for said in said_in(path)
        for rule in RULES
        if (what := rule(said))
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_there_are_sentences_to_look_at():
    assert sum(len(said_in(path)) for path in TEMPLATES) > 400
    assert sum(len(said_in(path)) for path in PACKS) > 200
    assert sum(len(said_in(path)) for path in MODULES) > 600


# Chinese that stands for itself: the mark, and the names of the two languages.
_ITSELF = re.compile(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>[^<]*</\1>|<i class="long">公共服务</i>')


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_chinese_stands_outside_the_tag_of_two_languages(path: Path):
    text = re.sub(
        r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text("utf-8"), flags=re.S
    )
    left = re.sub(r"{%.*?%}|{{.*?}}", "", _ITSELF.sub("", text), flags=re.S)
    found = re.findall(f"[^<>\\n]*[{HAN}，。；：？！][^<>\\n]*", left)
    assert not found


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_english_nouns_follow_their_number(path: Path):
    """ "{n} items" reads wrong for one; "{n} {n:item|items}" doesn't."""
    counted = re.compile(r"\{(\w+)\} (?:[a-z]+ )?([a-z]+s)\b")
    wrong = [
        f"{said.line}: {said.en}"
        for said in said_in(path)
        for found in [counted.search(said.en or "")]
        if found and found[2] not in {"is", "this", "as", "was", "has", "needs", "starts", "asks"}
    ]
    assert not wrong


_HEADS = re.compile(r"<(h[1-3]|button|legend|label)\b[^>]*>([^<]*)</\1>")


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_headlines_and_buttons_have_no_full_stop(path: Path):
    text = path.read_text(encoding="utf-8")
    for _, inside in _HEADS.findall(text):
        tags = list(_TAG.finditer(inside))
        last = (tags[-1][1] or tags[-1][2] or "") if tags and inside.endswith(tags[-1][0]) else ""
        assert not last.endswith("。"), last


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (stiff_words, Said(1, "材料不全，予以退回补正")),
        (stiff_words, Said(1, "带到窗口", "Bring it to the window")),
        (exclamation, Said(1, "办好了!")),
        (exclamation, Said(1, "办好了", "Done!")),
        (half_width, Said(1, "还差一样:出院小结")),
        (half_width, Said(1, "收到了,办好告诉您")),
        (half_width, Said(1, "公安(户籍)")),
        (spaces, Said(1, "联办后 最多 5 个")),
        (dashes, Said(1, "收到了—马上办")),
        (dashes, Said(1, "收到了", "We have it – all is well")),
        (english_marks, Said(1, "好", "Done。")),
        (both_languages, Said(1, "前全部办好", "")),
        (both_languages, Said(1, "{n} 件", "some items")),
    ],
)
def test_each_rule_finds_its_mistake(rule: Rule, said: Said):
    assert rule(said)


@pytest.mark.parametrize(
    "said",
    [
        Said(1, "4月22日前全部办好。", "All done by 22 April."),
        Said(1, "工作日 9:00–17:30，午间不休", "Working days 9:00–17:30, open over lunch"),
        Said(1, "{n} 件事", "{n} {n:item|items}"),
        Said(1, "只能用 == 或 !=", "use == or !="),
        Said(1, "打 {phone}，有人接", "Call {phone}: somebody answers"),
    ],
)
def test_a_good_sentence_breaks_no_rule(said: Said):
    assert not [rule(said) for rule in RULES if rule(said)]
