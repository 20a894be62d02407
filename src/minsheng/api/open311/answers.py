"""Answers of GeoReport v2 as JSON or XML; what goes wrong is a list of errors with a code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Literal
from xml.etree import ElementTree

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from minsheng.api.languages import language_of
from minsheng.lib.errors import MinshengError

Form = Literal["json", "xml"]
Value = str | int | float | bool | None | Sequence[Mapping[str, "Value"]]
View = Callable[..., HttpResponse]
KINDS = {"json": "application/json", "xml": "text/xml"}


def answer(
    root: str, one: str, rows: Sequence[Mapping[str, Value]], form: Form, *, status: int = 200
) -> HttpResponse:
    """Return a list: in JSON the list, in XML the element `root` that holds an element `one` for each."""
    if form == "json":
        return JsonResponse(list(rows), safe=False, status=status)
    top = ElementTree.Element(root)
    for row in rows:
        _put(ElementTree.SubElement(top, one), row)
    return _xml(top, status=status)


def definition(root: str, row: Mapping[str, Value], form: Form) -> HttpResponse:
    """Return one thing that isn't a list."""
    if form == "json":
        return JsonResponse(dict(row))
    top = ElementTree.Element(root)
    _put(top, row)
    return _xml(top)


def in_geo_report(*methods: str) -> Callable[[View], View]:
    """Let a view answer these methods alone, uncached, and say errors as the standard does."""

    def around(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, form: Form, **kwargs: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    response = _error(405, "This method isn't offered here.", form)
                    response.headers["Allow"] = ", ".join(methods)
                else:
                    response = view(request, *args, form=form, **kwargs)
            except MinshengError as error:
                said = error.to(language_of(request))
                # The standard knows 400 for wrong input, never 422.
                status = 400 if error.status == 422 else error.status
                response = _error(status, said, form)
            response.headers["Cache-Control"] = "private, no-store"
            return response

        return csrf_exempt(inner)

    return around


def _error(status: int, said: str, form: Form) -> HttpResponse:
    return answer("errors", "error", [{"code": status, "description": said}], form, status=status)


def _put(at: ElementTree.Element, row: Mapping[str, Value]) -> None:
    for key, value in row.items():
        inner = ElementTree.SubElement(at, key)
        if isinstance(value, bool):
            inner.text = "true" if value else "false"
        elif value is None:
            continue
        elif isinstance(value, str | int | float):
            inner.text = str(value)
        else:
            for one in value:
                _put(ElementTree.SubElement(inner, _singular(key)), one)


def _singular(key: str) -> str:
    return key.removesuffix("s")


def _xml(top: ElementTree.Element, *, status: int = 200) -> HttpResponse:
    content = ElementTree.tostring(top, encoding="utf-8", xml_declaration=True)
    return HttpResponse(content, content_type=f"{KINDS['xml']}; charset=utf-8", status=status)
