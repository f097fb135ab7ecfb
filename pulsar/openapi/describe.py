"""The OpenAPI 3.1 document of a configured application."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

from pyramid.security import NO_PERMISSION_REQUIRED
from zope.interface import Interface
from zope.interface.interfaces import IInterface

from ..errors import MAX_ERRORS
from ..interfaces import IRateLimitRule, ISerializer
from ..paths import resource_paths
from ..plugins import enabled
from ..security import AUTHENTICATED
from ..serialization.fields import STRING, JsonSchema, array_of
from ..serialization.responses import Listing, Message, Raw
from ..serialization.serialize import added
from ..validation.declared import build
from .schemas import json_schema

_PARAMETER = re.compile(r"{(\w+)}")
_WORD = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_COMPONENTS = "#/components/schemas/"
_JSON = "application/json"
_SIMPLE = {"GET", "PUT", "POST", "DELETE"}


def describe(registry: Any) -> dict[str, Any]:
    """The whole document; the same configuration gives the same document."""
    return _Description(registry).document()


class _Description:
    def __init__(self, registry: Any) -> None:
        self.registry = registry
        self.components: dict[str, JsonSchema] = {"Error": ERROR}
        self._titles = {one.package: one.title for one in enabled(registry).values()}

    def document(self) -> dict[str, Any]:
        settings = self.registry.settings
        operations = sorted(self._operations(), key=lambda found: (found[0], found[1]))
        paths: dict[str, Any] = {}
        for path, method, operation in operations:
            paths.setdefault(path, {})[method] = operation
        return {
            "openapi": "3.1.0",
            "info": {
                "title": f"{settings['pulsar.site_name']} API",
                "version": version("pulsar-core"),
                "description": (
                    'Success is `{"status": "success", "response": ...}`, failure is '
                    '`{"status": "failed", "code": ..., "response": sentence}`.'
                ),
            },
            "paths": paths,
            "components": {
                "schemas": dict(sorted(self.components.items())),
                "securitySchemes": {
                    "key": {
                        "type": "apiKey",
                        "in": "header",
                        "name": "Authorization",
                        "description": "`Token KEY`; make a key with POST /api_keys.",
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
        """Whether a subclass of the view's context is served by it, having no view of its own."""
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

    def _tag(self, path: str, view: Any) -> str:
        """What the endpoint is listed under: its plugin, or its place where it is of the core."""
        package = view["context"].__module__.partition(".")[0]
        place = path.split("/")[1].partition(".")[0] or "site"
        return self._titles.get(package) or place.replace("_", " ").capitalize()

    def _operation(self, path: str, method: str, view: Any, permission: str) -> JsonSchema:
        summary, _, rest = (view["callable"].__doc__ or "").strip().partition("\n")
        declared = view.get("schema")
        operation: JsonSchema = {
            "operationId": "_".join(
                [method.lower(), *_WORD.findall(path)] if path != "/" else ["get_site"]
            ),
            "summary": summary.rstrip("."),
            "tags": [self._tag(path, view)],
            "responses": self._responses(path, method, view, permission),
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
            operation["requestBody"] = {
                "required": any(node.required for node in schema.children),
                "content": {kind: {"schema": json_schema(schema)}},
            }
        if parameters:
            operation["parameters"] = parameters
        return operation

    def _responses(self, path: str, method: str, view: Any, permission: str) -> JsonSchema:
        status = view.get("status") or 200
        answers: JsonSchema = {str(status): self._success(view.get("response"), status)}
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
        inputs = [found for found in (view.get("schema"), view.get("query")) if found is not None]
        of_inputs = (error for found in inputs for error in found.errors)
        for error in (*(view.get("errors") or ()), *of_inputs):
            failures.setdefault(error.status, set()).add(error.code)
        for number, codes in sorted(failures.items()):
            answers[str(number)] = _failure(sorted(codes))
        return answers

    def _exempt(self, path: str, method: str) -> bool:
        """Whether the path is free of rate limits; then no key is looked at before the view."""
        sample = _PARAMETER.sub("0" * 32, path)
        rules = self.registry.getUtilitiesFor(IRateLimitRule)
        covering = [rule for _, rule in sorted(rules) if rule.covers(method, sample)]
        return bool(covering) and covering[0].limit is None

    def _success(self, response: Any, status: int) -> JsonSchema:
        answer: JsonSchema = {"description": "Created." if status == 201 else "Success."}
        if isinstance(response, Raw) and (response.bare or response.media_type != _JSON):
            answer["content"] = {response.media_type: {"schema": response.schema}}
            return answer
        schema: JsonSchema
        if isinstance(response, Listing):
            numbers = ("limit",) if response.keyset else ("page", "limit", "total", "pages")
            properties = {
                "items": array_of(self._refer(response.content)),
                **{name: {"type": "integer"} for name in numbers},
            }
            if response.keyset:
                properties["after"] = {"type": ["integer", "null"]}
            schema = {"type": "object", "required": [*properties], "properties": properties}
        elif isinstance(response, Message):
            schema = STRING
        elif isinstance(response, Raw):
            schema = response.schema
        elif IInterface.providedBy(response):
            schema = self._refer(response)
        else:
            schema = {}
        answer["content"] = {
            _JSON: {
                "schema": {
                    "type": "object",
                    "required": ["status", "response"],
                    "properties": {"status": {"const": "success"}, "response": schema},
                }
            }
        }
        return answer

    def _refer(self, content: type[Interface]) -> JsonSchema:
        """A reference to the content's schema, which is made at the first mention."""
        name = content.__name__[1:]
        if name not in self.components:
            self.components[name] = {}  # ends the recursion of content that holds its own kind
            serializer = self.registry.queryUtility(ISerializer, content.__identifier__)
            fields = dict(serializer.fields) | added(self.registry, content)
            properties = {}
            for field_name, field in fields.items():
                schema = dict(field.json_schema(self._refer))
                if field.permission:
                    schema["x-permission"] = field.permission
                properties[field_name] = schema
            self.components[name] = {
                "type": "object",
                "properties": properties,
                "required": [
                    key
                    for key, field in fields.items()
                    if field.permission is None and field.nested
                ],
            }
        return {"$ref": f"{_COMPONENTS}{name}"}


def _failure(codes: list[str]) -> JsonSchema:
    """A failure that is told by one of the codes."""
    schema = {"$ref": f"{_COMPONENTS}Error", "properties": {"code": {"enum": codes}}}
    return {
        "description": f"Failed: {', '.join(f'`{code}`' for code in codes)}.",
        "content": {_JSON: {"schema": schema}},
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
        "status": {"const": "failed"},
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
