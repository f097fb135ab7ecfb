"""Comparing responses with the OpenAPI document."""

from __future__ import annotations

import copy
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from webtest import TestResponse

from .client import JSON
from .operations import Operation, operations

_BASE = "urn:pulsar:openapi"

_SAFE_HEADERS = ("X-Content-Type-Options", "Referrer-Policy")


class Contract:
    """Checks responses with the document; content may have only documented members."""

    def __init__(self, document: dict[str, Any]) -> None:
        closed = copy.deepcopy(document)
        # An envelope may have additional members for callers with more permissions.
        envelopes = {"Error"}
        for operation in operations(closed):
            content = operation.answers[operation.success].get("content", {}).get(JSON, {})
            envelopes.add(content.get("schema", {}).get("$ref", "").rpartition("/")[2])
        for name, schema in closed["components"]["schemas"].items():
            if name not in envelopes:
                _close(schema)
        contents = DRAFT202012.create_resource(closed)
        self._registry: Registry[Any] = Registry().with_resource(_BASE, contents)

    def problems(self, operation: Operation, response: TestResponse) -> list[str]:
        """The faults of the response, in sentences."""
        status = response.status_int
        answer = operation.answers.get(status)
        if answer is None:
            return [f"status {status} is not documented: {response.text[:300]}"]
        missing = [name for name in _SAFE_HEADERS if name not in response.headers]
        if missing:
            return [f"lacks the headers {missing}"]
        documented = next(iter(answer.get("content", {})), None)
        if not _matches(response.content_type, documented):
            return [f"type {response.content_type} is not {documented}"]
        if documented != JSON:
            return []
        place = "/".join(_escape(segment) for segment in (operation.path, operation.method.lower()))
        pointer = f"#/paths/{place}/responses/{status}/content/application~1json/schema"
        validator = Draft202012Validator({"$ref": f"{_BASE}{pointer}"}, registry=self._registry)
        codes = answer.get("x-codes")
        if codes is not None and response.json["code"] not in codes:
            return [f"code {response.json['code']} of status {status} is not documented"]
        return [
            f"answer at {error.json_path}: {error.message[:300]}"
            for error in validator.iter_errors(response.json)
        ]


def _close(schema: Any) -> None:
    """Forbid members that the schema of an object does not name."""
    if isinstance(schema, dict):
        if "properties" in schema and schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
        for inner in schema.values():
            _close(inner)
    elif isinstance(schema, list):
        for inner in schema:
            _close(inner)


def _matches(media_type: str | None, documented: str | None) -> bool:
    if documented is not None and documented.endswith("/*"):
        return (media_type or "").startswith(documented[:-1])
    return media_type == documented


def _escape(segment: str) -> str:
    return segment.replace("~", "~0").replace("/", "~1")
