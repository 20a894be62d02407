"""Items as QTI 3 assessment items, and back: choices, judgements, numbers, orders.

What QTI has no word for (skills, level, time, what a wrong answer betrays) stands in `data-minsheng-…`
of the item's body, which QTI allows, so that an item of ours comes back whole. Kinds that can't be carried
over are refused by name, never dropped in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as Xml

from minsheng.engines.items.formula import Fraction, Part, Power, pieces, spoken_parts
from minsheng.engines.items.items import Choice, Choices, Item, Judge, Named, Number, Order
from minsheng.engines.items.numbers import read_number
from minsheng.lib.errors import WrongInput

SPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
MATHML = "http://www.w3.org/1998/Math/MathML"
MATCH = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"
CARRIED = (Choice, Choices, Judge, Number, Order)
MAX_CHARS = 200_000
MAX_DEPTH = 40
OWN = "data-minsheng-"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_TRUTHS = {"true": "对", "false": "错"}
_TAGS = {"number": "mn", "letter": "mi", "sign": "mo", "blank": "mtext", "words": "mtext"}
_FLOAT = re.compile(r"-?\d+(?:\.\d+)?")


def may_be_carried(item: Item) -> bool:
    """Whether an item has a form in QTI here."""
    return isinstance(item, CARRIED) and item.picture is None


def to_qti(item: Item) -> str:
    """Return an item as a QTI 3 document. Raises WrongInput for a kind that can't be carried over."""
    if not isinstance(item, CARRIED) or item.picture is not None:
        raise WrongInput(
            "qti_kind",
            f"{item.key} 不能导出成 QTI：带图的题和填空、算式、文字题只在本系统里用。",
            f"{item.key} can't be exported: pictures, blanks, expressions and texts stay here.",
            facts={"item": item.key, "kind": item.kind},
        )
    top = Xml.Element(
        _q("assessment-item"),
        {"identifier": item.key, "title": item.key, "adaptive": "false",
         "time-dependent": "false", _LANGUAGE: "zh-CN"},
    )  # fmt: skip
    _declared(top, item)
    outcome = _put(top, "outcome-declaration", identifier="SCORE", cardinality="single",
                   base_type="float")  # fmt: skip
    _put(_put(outcome, "default-value"), "value", "0")
    _body(top, item)
    _processing(top, item)
    Xml.register_namespace("", SPACE)
    Xml.register_namespace("m", MATHML)
    return Xml.tostring(top, encoding="unicode", xml_declaration=True) + "\n"


def _q(name: str) -> str:
    return f"{{{SPACE}}}qti-{name}"


def _put(at: Xml.Element, name: str, text: str = "", **named: str) -> Xml.Element:
    words = {key.replace("_", "-"): value for key, value in named.items()}
    found = Xml.SubElement(at, _q(name), words)
    found.text = text or None
    return found


def _plain(at: Xml.Element, name: str, **named: str) -> Xml.Element:
    words = {key.replace("_", "-"): value for key, value in named.items()}
    return Xml.SubElement(at, f"{{{SPACE}}}{name}", words)


def _answers(item: Item) -> Sequence[str]:
    answer = getattr(item, "answer", ())
    return (answer,) if isinstance(answer, str) else answer


def _base_type(item: Item) -> str:
    if isinstance(item, Number):
        return "float" if _FLOAT.fullmatch(item.answer) else "string"
    return "identifier"


def _declared(top: Xml.Element, item: Item) -> None:
    cardinality = {"choices": "multiple", "order": "ordered"}.get(item.kind, "single")
    declared = _put(top, "response-declaration", identifier="RESPONSE", cardinality=cardinality,
                    base_type=_base_type(item))  # fmt: skip
    correct = _put(declared, "correct-response")
    for answer in _answers(item):
        _put(correct, "value", answer)


def _body(top: Xml.Element, item: Item) -> None:
    body = _put(top, "item-body")
    own = {
        "kind": item.kind, "skills": " ".join(item.skills), "level": str(item.level),
        "seconds": str(item.seconds),
    }  # fmt: skip
    if item.wrong:
        own["wrong"] = json.dumps(dict(item.wrong), ensure_ascii=False)
    asked = _plain(body, "div")
    asked.attrib.update({OWN + name: value for name, value in own.items()})
    _write(_plain(asked, "p"), item.ask)
    match item:
        case Number():
            line = _plain(body, "p")
            entry = _put(line, "text-entry-interaction", response_identifier="RESPONSE")
            entry.tail = item.unit or None
        case Order():
            _options(body, "order-interaction", item.options, {"response-identifier": "RESPONSE"})
        case Choice() | Choices():
            most = "1" if isinstance(item, Choice) else "0"
            words = {"response-identifier": "RESPONSE", "max-choices": most}
            _options(body, "choice-interaction", item.options, words)
        case Judge():
            words = {"response-identifier": "RESPONSE", "max-choices": "1"}
            _options(body, "choice-interaction", Named(_TRUTHS), words)
    rubric = _put(body, "rubric-block", use="scoring", view="scorer tutor")
    _write(_plain(_put(rubric, "content-body"), "p"), item.why)


def _options(body: Xml.Element, name: str, options: Named, words: dict[str, str]) -> None:
    interaction = Xml.SubElement(body, _q(name), words)
    for letter, said in options.items():
        _write(_put(interaction, "simple-choice", identifier=letter), said)


def _processing(top: Xml.Element, item: Item) -> None:
    if _base_type(item) != "float":
        _put(top, "response-processing", template=MATCH)
        return
    tolerance = item.tolerance if isinstance(item, Number) else ""
    condition = _put(_put(top, "response-processing"), "response-condition")
    right = _put(condition, "response-if")
    mode = "absolute" if tolerance else "exact"
    equal = _put(right, "equal", tolerance_mode=mode)
    if tolerance:
        equal.set("tolerance", f"{tolerance} {tolerance}")
    _put(equal, "variable", identifier="RESPONSE")
    _put(equal, "correct", identifier="RESPONSE")
    outcome = _put(right, "set-outcome-value", identifier="SCORE")
    _put(outcome, "base-value", "1", base_type="float")


def _write(at: Xml.Element, text: str) -> None:
    """Put a text with its formulas into an element."""
    last: Xml.Element | None = None
    for piece in pieces(text):
        if piece.parts:
            last = Xml.SubElement(at, f"{{{MATHML}}}math", {"alttext": spoken_parts(piece.parts)})
            _mathml(last, piece.parts)
        elif last is None:
            at.text = (at.text or "") + piece.text
        else:
            last.tail = (last.tail or "") + piece.text


def _mathml(at: Xml.Element, parts: Iterable[Part]) -> None:
    row = Xml.SubElement(at, f"{{{MATHML}}}mrow")
    for part in parts:
        if isinstance(part, Fraction):
            inner = Xml.SubElement(row, f"{{{MATHML}}}mfrac")
            _mathml(inner, part.top)
            _mathml(inner, part.bottom)
        elif isinstance(part, Power):
            inner = Xml.SubElement(row, f"{{{MATHML}}}msup")
            _mathml(inner, part.base)
            _mathml(inner, part.exponent)
        else:
            Xml.SubElement(row, f"{{{MATHML}}}{_TAGS[part.sort]}").text = part.text


# ── back ────────────────────────────────────────────────────────────────────────────────────────


def from_qti(text: str, *, skills: Sequence[str] = ()) -> Item:
    """Return the item of a QTI 3 document. `skills` are used where it names none of ours.

    Raises WrongInput for what isn't well formed, too large, or of a kind that isn't known here.
    """
    top = _parsed(text)
    body, declared = top.find(_q("item-body")), top.find(_q("response-declaration"))
    if top.tag != _q("assessment-item") or body is None or declared is None:
        raise _refused("不是 QTI 3 的一道题", "this is no QTI 3 assessment item")
    own = next((one for one in body.iter() if OWN + "kind" in one.attrib), None)
    told = {} if own is None else {key.removeprefix(OWN): value for key, value in own.items()}
    answers = tuple((one.text or "").strip() for one in declared.iter(_q("value")))
    if not answers or not all(answers):
        raise _refused("没有写正确答案", "there is no correct response")
    shared = {
        "key": _key(top.get("identifier", "")),
        "skills": tuple(told.get("skills", "").split()) or tuple(skills),
        "level": _whole(told.get("level", ""), 2),
        "seconds": _whole(told.get("seconds", ""), 60),
        "ask": _asked(body),
        "why": _why(body),
        "wrong": Named(_betrayed(told.get("wrong", ""))),
    }
    return _built(body, declared, answers, shared, top)


def _built(
    body: Xml.Element,
    declared: Xml.Element,
    answers: tuple[str, ...],
    shared: dict[str, object],
    top: Xml.Element,
) -> Item:
    entry = body.find(f".//{_q('text-entry-interaction')}")
    choice = body.find(f".//{_q('choice-interaction')}")
    order = body.find(f".//{_q('order-interaction')}")
    if sum(found is not None for found in (entry, choice, order)) != 1:
        raise _refused("只认一个选择、排序或填数的题", "one choice, order or number is known here")
    if entry is not None:
        if read_number(answers[0]) is None:
            raise _refused("答案不是数", "the answer is no number")
        equal = top.find(f".//{_q('equal')}")
        tolerance = equal.get("tolerance", "") if equal is not None else ""
        return Number(
            kind="number", answer=answers[0], tolerance=(tolerance.split() or [""])[0],
            unit=(entry.tail or "").strip(), **shared,  # type: ignore[arg-type]
        )  # fmt: skip
    shown = choice if choice is not None else order
    assert shown is not None
    options = {
        one.get("identifier", ""): _read(one).strip() for one in shown.iter(_q("simple-choice"))
    }
    if not set(answers) <= set(options):
        raise _refused("答案不在选项里", "the answer is none of the options")
    if set(options) == set(_TRUTHS):
        return Judge(kind="judge", answer=answers[0], **shared)  # type: ignore[arg-type]
    letters = {name: chr(ord("A") + at) for at, name in enumerate(options)}
    named = Named({letters[name]: words for name, words in options.items()})
    mine = tuple(letters[answer] for answer in answers)
    if order is not None:
        return Order(kind="order", options=named, answer=mine, **shared)  # type: ignore[arg-type]
    if declared.get("cardinality") == "multiple":
        chosen = tuple(sorted(mine))
        return Choices(kind="choices", options=named, answer=chosen, **shared)  # type: ignore[arg-type]
    return Choice(kind="choice", options=named, answer=mine[0], **shared)  # type: ignore[arg-type]


def _parsed(text: str) -> Xml.Element:
    if len(text) > MAX_CHARS or "<!" in text.replace("<!--", ""):
        raise _refused(
            "文件太大，或者里面有 DOCTYPE、CDATA",
            "the file is too large, or holds a DOCTYPE or CDATA",
        )
    try:
        # No declaration, so no entity: what is left of XML can't grow beyond its own length.
        top = Xml.fromstring(text)  # noqa: S314
    except Xml.ParseError as cause:
        raise _refused("XML 写得不对", f"no well-formed XML: {cause}") from cause
    waiting = [(top, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise _refused("嵌套太深", "nested too deep")
        waiting += [(inner, depth + 1) for inner in one]
    return top


def _refused(zh: str, en: str) -> WrongInput:
    return WrongInput("qti_unreadable", f"这个 QTI 文件读不了：{zh}。", f"Can't be read: {en}.")


def _key(identifier: str) -> str:
    found = re.sub(r"[^a-z0-9]+", "-", identifier.lower()).strip("-")[:60].strip("-")
    return found if found[:1].isalpha() else f"q-{found}".rstrip("-")


def _whole(text: str, usual: int) -> int:
    return int(text) if re.fullmatch(r"\d{1,4}", text) else usual


def _betrayed(text: str) -> dict[str, str]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): str(value) for key, value in found.items()}


def _asked(body: Xml.Element) -> str:
    """Return everything before the interaction, paragraph by paragraph."""
    skipped = {_q(name) for name in ("choice-interaction", "order-interaction", "rubric-block")}
    found = [
        _read(one).strip()
        for one in body
        if one.tag not in skipped and one.find(f".//{_q('text-entry-interaction')}") is None
    ]
    prompt = body.find(f".//{_q('prompt')}")
    if prompt is not None:
        found.append(_read(prompt).strip())
    return "\n".join(part for part in found if part)


def _why(body: Xml.Element) -> str:
    rubric = body.find(_q("rubric-block"))
    return _read(rubric).strip() if rubric is not None else ""


def _read(at: Xml.Element) -> str:
    """Return the text of an element with its formulas between dollar signs."""
    found = at.text or ""
    for one in at:
        if one.tag == f"{{{MATHML}}}math":
            found += f"${_formula(one)}$"
        elif one.tag != _q("prompt"):
            found += _read(one)
        found += one.tail or ""
    return found


def _formula(at: Xml.Element) -> str:
    name = at.tag.removeprefix(f"{{{MATHML}}}")
    inner = [_formula(one) for one in at]
    if name == "mfrac" and len(inner) == 2:
        return f"{{{inner[0]}}}/{{{inner[1]}}}"
    if name == "msup" and len(inner) == 2:
        base = inner[0] if len(inner[0]) == 1 else f"{{{inner[0]}}}"
        return f"{base}^{{{inner[1]}}}"
    return (at.text or "").strip() + "".join(inner) if inner else (at.text or "")
