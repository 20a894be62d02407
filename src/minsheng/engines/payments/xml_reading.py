"""XML from outside, read without following anything it asks for."""

from __future__ import annotations

from xml.etree import ElementTree as ET
from xml.parsers import expat

from minsheng.engines.payments.orders import unreadable

DEEPEST = 40
MOST_BYTES = 20_000_000


def read_xml(content: bytes) -> ET.Element:
    """Return the root of a document; WrongInput for what isn't XML, is too deep, or has a DOCTYPE.

    A document type can name files to fetch and words that grow without end; no bank's answer has one.
    """
    if len(content) > MOST_BYTES:
        raise unreadable("文件太大。", "The file is too large.")
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise unreadable("文件一层套一层，太深了。", "The file is nested too deeply.")

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise unreadable(
            "文件里有 DOCTYPE 声明，为了安全不读。",
            "The file has a DOCTYPE; for safety it isn't read.",
        )

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
        return ET.fromstring(content)  # noqa: S314  what could hurt was refused above
    except (expat.ExpatError, ET.ParseError, ValueError, LookupError) as error:
        raise unreadable("这不是完整的 XML 文件。", "This isn't a whole XML file.") from error


def local_name(element: ET.Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def found(element: ET.Element, *path: str) -> ET.Element | None:
    """Return the first element down a path of names, whatever version of the standard it is in."""
    at: ET.Element | None = element
    for name in path:
        at = next((one for one in at if local_name(one) == name), None) if at is not None else None
    return at


def words(element: ET.Element, *path: str) -> str:
    """Return the text down a path, or ""."""
    at = found(element, *path)
    return (at.text or "").strip() if at is not None else ""


def every(element: ET.Element, name: str) -> list[ET.Element]:
    """Return the children with a name."""
    return [one for one in element if local_name(one) == name]
