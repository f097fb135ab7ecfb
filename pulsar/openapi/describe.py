"""The OpenAPI 3.1 document of a configured application."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Any, cast

from pyramid.security import NO_PERMISSION_REQUIRED
from zope.interface.interface import InterfaceClass
from zope.interface.interfaces import IInterface

from ..errors import MAX_ERRORS, ApiError
from ..interfaces import IRateLimitRule
from ..paths import resource_paths
from ..registry import Registry
from ..security import AUTHENTICATED
from ..serialization.fields import STRING, JsonSchema, array_of
from ..serialization.listings import listing_schema
from ..serialization.responses import Listing, Message, Raw
from ..settings import CoreSettings
from ..validation.declared import build
from .components import Components
from .domains import Domains
from .names import camel, operation_id, singular
from .schemas import json_schema

_PARAMETER = re.compile(r"{(\w+)}")
_JSON = "application/json"
_SIMPLE = {"GET", "PUT", "POST", "DELETE"}


def describe(registry: Registry) -> dict[str, Any]:
    """The whole document; the same configuration gives the same document."""
    return _Description(registry).document()


class _Description:
    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.components = Components(registry, Error=ERROR)
        self.domains = Domains(registry)

    def document(self) -> dict[str, Any]:
        settings = self.registry.settings
        operations = sorted(self._operations(), key=lambda pair: (pair[0], pair[1]))
        paths: dict[str, Any] = {}
        for path, method, operation in operations:
            paths.setdefault(path, {})[method] = operation
        used = {tag for _, _, operation in operations for tag in operation["tags"]}
        return {
            "openapi": "3.1.0",
            "info": {
                "title": f"{CoreSettings.site_name.read(settings)} API",
                "version": version("pulsar-core"),
                "description": (
                    'Success is `{"status": "success", "response": ...}`, failure is '
                    '`{"status": "failed", "code": ..., "response": sentence}`.'
                ),
            },
            "tags": [{"name": title} for title in self.domains.titles if title in used],
            "paths": paths,
            "components": {
                "schemas": self.components.all(),
                "securitySchemes": {
                    "key": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": (
                            "`Authorization: Bearer KEY`, or `Token KEY`; make a key with "
                            "POST /api_keys."
                        ),
                    }
                },
            },
        }

    def _operations(self) -> Any:
        introspector = self.registry.introspector
        places = resource_paths(self.registry)
        for entry in introspector.get_category("views") or ():
            view = entry["introspectable"]
            methods = view["request_methods"]
            if not methods or not isinstance(view["context"], type):
                continue
            permission = next(
                (
                    related["value"]
                    for related in entry["related"]
                    if related.category_name == "permissions"
                ),
                NO_PERMISSION_REQUIRED,
            )
            names = {methods} if isinstance(methods, str) else set(methods)
            for cls, paths in places.items():
                if cls is view["context"] or self._inherits(cls, view, names):
                    for path in paths:
                        place = f"{path.rstrip('/')}/{view['name']}" if view["name"] else path
                        for method in sorted(names & _SIMPLE):
                            yield (
                                place,
                                method.lower(),
                                self._operation(place, method, view, permission),
                            )

    def _inherits(self, cls: type, view: Any, names: set[str]) -> bool:
        """Return whether a subclass of the view's context inherits this view."""
        if not issubclass(cls, view["context"]):
            return False
        return not any(
            other["name"] == view["name"]
            and isinstance(other["context"], type)
            and other["context"] is not view["context"]
            and issubclass(cls, other["context"])
            and issubclass(other["context"], view["context"])
            and names
            & (
                {other["request_methods"]}
                if isinstance(other["request_methods"], str)
                else set(other["request_methods"] or ())
            )
            for other in (
                entry["introspectable"]
                for entry in self.registry.introspector.get_category("views") or ()
            )
        )

    def _operation(self, path: str, method: str, view: Any, permission: str) -> JsonSchema:
        summary, _, rest = (view["callable"].__doc__ or "").strip().partition("\n")
        declared = view.get("schema")
        name = operation_id(
            method, path, lists=_lists(path, view.get("response")), declared=view.get("operation")
        )
        operation: JsonSchema = {
            "operationId": name,
            "summary": summary.rstrip("."),
            "tags": [self.domains.title(view)],
            "responses": self._responses(name, path, method, view, permission),
        }
        if rest.strip():
            operation["description"] = re.sub(r"\s+", " ", rest).strip()
        parameters = [
            {"name": name, "in": "path", "required": True, "schema": _segment(name)}
            for name in _PARAMETER.findall(path)
        ]
        if permission != NO_PERMISSION_REQUIRED:
            operation["security"] = [{"key": []}]
        if permission not in (NO_PERMISSION_REQUIRED, AUTHENTICATED):
            operation["x-permission"] = permission
        query = declared if method == "GET" else view.get("query")
        if query is not None:
            parameters += [
                {
                    "name": node.name,
                    "in": "query",
                    "required": node.required,
                    "schema": json_schema(node),
                }
                for node in build(query, self.registry).children
            ]
        if declared is not None and method != "GET":
            schema = build(declared, self.registry)
            kind = "multipart/form-data" if schema.multipart else _JSON
            content: JsonSchema = {
                "schema": self.components.add(f"{camel(name)}Body", json_schema(schema))
            }
            if declared.example:
                content["example"] = declared.example
            operation["requestBody"] = {
                "required": any(node.required for node in schema.children),
                "content": {kind: content},
            }
        if parameters:
            operation["parameters"] = parameters
        return operation

    def _responses(
        self, name: str, path: str, method: str, view: Any, permission: str
    ) -> JsonSchema:
        status = view.get("status") or 200
        response = view.get("response")
        answers: JsonSchema = {str(status): self._success(name, response, status)}
        if view.get("redirects"):
            answers["303"] = {"description": view["redirects"]}
        if method == "GET" and not _is_outside(response):
            answers["304"] = {"description": "As it was when the `ETag` in `If-None-Match` was."}
        failures: dict[int, set[str]] = {400: {"malformed"}, 503: {"unavailable"}}
        if not self._exempt(path, method):
            failures[401] = {"unauthorized"}
            failures[403] = {"account_disabled", "address_banned"}
            failures[429] = {"rate_limited"}
        if permission not in (NO_PERMISSION_REQUIRED, AUTHENTICATED):
            failures[403] |= {"forbidden", "key_forbidden", "account_locked"}
        if view.get("schema") is not None or method != "GET":
            failures[400].add("invalid")
        if method != "GET":
            failures[413] = {"too_large"}
            failures[415] = {"unsupported_media_type"}
        if _PARAMETER.search(path):
            failures[404] = {"not_found"}
            # If the path may not exist, a caller without a key first gets 401.
            failures.setdefault(401, set()).add("unauthorized")
        inputs = [
            schema for schema in (view.get("schema"), view.get("query")) if schema is not None
        ]
        of_inputs = (error for schema in inputs for error in schema.errors)
        for error in (*self._declared(view.get("errors") or ()), *of_inputs):
            failures.setdefault(error.status, set()).add(error.code)
        for number, codes in sorted(failures.items()):
            answers[str(number)] = _failure(sorted(codes))
        return answers

    def _declared(self, errors: Iterable[Any]) -> Iterator[type[ApiError]]:
        """Yield the errors that a view declares.

        An interface stands for the ``errors`` of all utilities that provide it.
        """
        for error in errors:
            if not isinstance(error, InterfaceClass):
                yield error
                continue
            providers: Iterable[tuple[str, Any]] = self.registry.getUtilitiesFor(cast(Any, error))
            for _, provider in providers:
                yield from provider.errors

    def _exempt(self, path: str, method: str) -> bool:
        """Whether the path is exempt from rate limits; then no key is checked before the view."""
        sample = _PARAMETER.sub("0" * 32, path)
        rules = self.registry.getUtilitiesFor(IRateLimitRule)
        covering = [rule for _, rule in sorted(rules) if rule.covers(method, sample)]
        return bool(covering) and covering[0].limit is None

    def _success(self, name: str, response: Any, status: int) -> JsonSchema:
        answer: JsonSchema = {"description": "Created." if status == 201 else "Success."}
        if _is_outside(response):
            kinds = response.media_type.split(", ")
            answer["content"] = {kind: {"schema": response.schema} for kind in kinds}
            return answer
        answer["content"] = {_JSON: {"schema": self._envelope(name, response)}}
        return answer

    def _envelope(self, name: str, response: Any) -> JsonSchema:
        """The schema of a success, named after its content."""
        title = camel(name)
        schema: JsonSchema
        if isinstance(response, Listing):
            content = response.content
            schema = listing_schema(content.__name__[1:], self.components.content(content))
            title = schema["title"]
        elif isinstance(response, Message):
            title, schema = "Message", STRING
        elif isinstance(response, Raw):
            schema = response.schema
        elif IInterface.providedBy(response):
            title, schema = response.__name__[1:], self.components.content(response)  # type: ignore[arg-type]
        else:
            schema = {}
        envelope = {
            "type": "object",
            "required": ["status", "response"],
            "properties": {"status": {"type": "string", "const": "success"}, "response": schema},
        }
        return self.components.add(f"{title}Answer", envelope)


def _is_outside(response: Any) -> bool:
    """Whether the response has no envelope."""
    return isinstance(response, Raw) and (response.bare or response.media_type != _JSON)


def _lists(path: str, response: Any) -> bool:
    """Whether the response is a list, or several lists at a path with a plural name."""
    if not isinstance(response, Raw):
        return isinstance(response, Listing)
    members = response.schema.get("properties", {})
    inner = [response.schema.get("additionalProperties"), *members.values()]
    several = any(isinstance(schema, dict) and schema.get("type") == "array" for schema in inner)
    word = path.rpartition("/")[2]
    return response.schema.get("type") == "array" or (
        several and ("items" in members or word != singular(word))
    )


def _failure(codes: list[str]) -> JsonSchema:
    """A failure with one of the codes."""
    return {
        "description": f"Failed: {', '.join(f'`{code}`' for code in codes)}.",
        "content": {_JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
        "x-codes": codes,
    }


def _segment(name: str) -> JsonSchema:
    if name.endswith("_id"):
        return {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
    return {"type": "string"}


ERROR: JsonSchema = {
    "type": "object",
    "description": "What every failure looks like; some carry further members, e.g. existing_id.",
    "required": ["status", "code", "response"],
    "properties": {
        "status": {"type": "string", "const": "failed"},
        "code": {"type": "string", "description": "Stable, for programs."},
        "response": {"type": "string", "description": "A sentence, for people."},
        "errors": {
            "type": "object",
            "additionalProperties": array_of(STRING),
            "maxProperties": MAX_ERRORS,
            "description": "Reasons by field path.",
        },
        "more_errors": {
            "type": "integer",
            "minimum": 1,
            "description": "How many errors there are beside those in errors.",
        },
    },
}
