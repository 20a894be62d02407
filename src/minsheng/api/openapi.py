"""The description of the API: OpenAPI 3.1, with every error of every operation in it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from minsheng.api import problems
from minsheng.api.problems import DECLARED, MEDIA_TYPE, TITLES, Problem


class _PlainChinese(JSONRenderer):
    """JSON with Chinese as it is written, not as escapes."""

    json_dumps_params = {"ensure_ascii": False}


class _WholeText(Parser):
    """Reads JSON, and refuses halves of characters, which nothing here could store or send."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return what was sent; the caller answers 400 to whatever is raised."""
        sent = super().parse_body(request)
        json.dumps(sent, ensure_ascii=False).encode()
        return sent


class Api(NinjaAPI):
    """An API whose errors are problems, and whose description says so."""

    def __init__(self, **options: Any) -> None:
        super().__init__(renderer=_PlainChinese(), parser=_WholeText(), **options)

    _described: OpenAPISchema | None = None

    def set_default_exception_handlers(self) -> None:
        """Let every exception become a problem."""
        problems.add_handlers(self)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of the function: it is what generated clients call."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the description, made once."""
        if self._described is None:
            described = super().get_openapi_schema(**options)
            _declare_problems(described)
            self._described = described
        return self._described


def _declare_problems(described: OpenAPISchema) -> None:
    schema = Problem.model_json_schema(ref_template=REF_TEMPLATE, mode="serialization")
    schemas = described["components"]["schemas"]
    schemas.update(schema.pop("$defs"))
    schemas["Problem"] = schema
    responses = {
        f"Problem{status}": {
            "description": f"{TITLES[status].zh} / {TITLES[status].en}",
            "content": {MEDIA_TYPE: {"schema": {"$ref": REF_TEMPLATE.format(model="Problem")}}},
        }
        for status in DECLARED
    }
    described["components"]["responses"] = responses
    for methods in described["paths"].values():
        for operation in methods.values():
            for status in DECLARED:
                name = f"#/components/responses/Problem{status}"
                operation["responses"].setdefault(status, {"$ref": name})
            operation["responses"] = {
                str(int(status)): response
                for status, response in sorted(operation["responses"].items())
            }
    unauthorized = responses[f"Problem{int(HTTPStatus.UNAUTHORIZED)}"]
    unauthorized["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
