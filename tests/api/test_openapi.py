"""The OpenAPI document is valid, whole and true, and is shown without help from elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
from openapi_spec_validator import validate
from pyramid.interfaces import IExceptionResponse

from pulsar.errors import ApiError
from pulsar.openapi.describe import describe
from pulsar.security import CLOSED
from pulsar.testing.client import Client
from pulsar.testing.contract import Contract
from pulsar.testing.operations import Operation, operations
from pulsar.testing.world import World


class TestDocument:
    def test_it_is_valid(self, document: dict[str, Any]) -> None:
        validate(document)

    def test_it_describes_the_running_site(self, document: dict[str, Any], registry: Any) -> None:
        assert document == describe(registry)

    def test_operation_ids_are_unique(self, document: dict[str, Any]) -> None:
        ids = [found.description["operationId"] for found in operations(document)]
        assert len(ids) == len(set(ids))
        assert [name for name in ids if not re.fullmatch(r"[a-z][a-z0-9_]*[a-z0-9]", name)] == []

    @pytest.mark.parametrize(
        ("method", "path", "tag"),
        [
            ("post", "/forums/posts", "Forums"),
            ("post", "/polls", "Forums"),
            ("get", "/news/{news_entry_id}/comments", "News"),
            ("get", "/scrape/{passkey}", "Tracker"),
            ("post", "/api_keys", "Api keys"),
            ("get", "/", "Site"),
        ],
    )
    def test_endpoints_are_listed_under_their_plugin(
        self, document: dict[str, Any], method: str, path: str, tag: str
    ) -> None:
        assert document["paths"][path][method]["tags"] == [tag]

    def test_every_reference_leads_somewhere(self, document: dict[str, Any]) -> None:
        names = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
        assert names <= document["components"]["schemas"].keys()

    def test_every_object_has_fields(self, document: dict[str, Any]) -> None:
        schemas = document["components"]["schemas"]
        assert [name for name, schema in schemas.items() if not schema.get("properties")] == []


class TestViews:
    @pytest.fixture
    def views(self, registry: Any) -> list[tuple[Any, list[Any]]]:
        """Every view that answers a method, with the permissions that it asks for."""
        return [
            (
                entry["introspectable"],
                [
                    related["value"]
                    for related in entry["related"]
                    if related.category_name == "permissions"
                ],
            )
            for entry in registry.introspector.get_category("views")
            if not _is_of_exceptions(entry["introspectable"])
        ]

    def test_every_view_says_its_method(self, views: list[tuple[Any, list[Any]]]) -> None:
        assert [_name(view) for view, _ in views if not view["request_methods"]] == []

    def test_every_view_says_its_permission(self, views: list[tuple[Any, list[Any]]]) -> None:
        assert [_name(view) for view, permissions in views if CLOSED in permissions] == []

    def test_every_view_says_what_it_answers(self, views: list[tuple[Any, list[Any]]]) -> None:
        assert [_name(view) for view, _ in views if view.get("response") is None] == []

    def test_every_view_has_a_summary(self, views: list[tuple[Any, list[Any]]]) -> None:
        assert [_name(view) for view, _ in views if not view["callable"].__doc__] == []

    def test_errors_are_errors(self, views: list[tuple[Any, list[Any]]]) -> None:
        errors = [error for view, _ in views for error in view.get("errors") or ()]
        assert [error for error in errors if not issubclass(error, ApiError)] == []

    def test_every_view_is_in_the_document(
        self, views: list[tuple[Any, list[Any]]], document: dict[str, Any]
    ) -> None:
        summaries = {found.description["summary"] for found in operations(document)}
        missing = [
            _name(view)
            for view, _ in views
            if (view["callable"].__doc__ or "").strip().partition("\n")[0].rstrip(".")
            not in summaries
        ]
        assert missing == [], "no path leads to these views: declare the resource's children"


class TestOperation:
    def test_it_says_what_it_is_and_answers(self, operation: Operation) -> None:
        assert operation.description["summary"]
        assert 200 <= operation.success < 300
        (content,) = operation.answers[operation.success]["content"].values()
        assert content["schema"]
        assert content["schema"].get("properties", {}).get("response") != {}

    def test_it_answers_as_described(
        self, operation: Operation, world: World, contract: Contract
    ) -> None:
        if operation.path in world.examples.lists and operation.method == "GET":
            world.populate(operation, 2)
        answer = world.call(operation)
        assert answer.status_int == operation.success, answer.text
        assert contract.problems(operation, answer) == []
        if operation.method == "GET":
            self.check_reading(world.path(operation), world.caller(operation).client)

    @staticmethod
    def check_reading(path: str, caller: Client) -> None:
        """HEAD is answered like GET, and what did not change is not sent again."""
        shown, head = caller.get(path), caller.request("HEAD", path)
        assert (head.status_int, head.content_type) == (shown.status_int, shown.content_type)
        assert head.body == b""
        tag = shown.headers.get("ETag")
        if tag is not None:
            again = caller.get(path, headers={"If-None-Match": tag})
            assert (again.status_int, again.body) == (304, b"")


class TestPage:
    def test_it_loads_nothing_from_elsewhere(self, client: Client) -> None:
        page = client.get("/docs", status=200)
        assert page.content_type == "text/html"
        assert re.findall(r"https?:|//\w", page.text) == []

    @pytest.mark.parametrize("path", ["/docs", "/docs/assets/start.js"])
    def test_browsers_would_load_nothing_from_elsewhere(self, client: Client, path: str) -> None:
        policy = client.get(path).headers["Content-Security-Policy"]
        directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
        assert directives["default-src"] == "'none'"
        assert directives["script-src"] == "'self'"
        allowed = {"'none'", "'self'", "'unsafe-inline'", "data:"}
        assert set(" ".join(directives.values()).split()) <= allowed

    def test_every_file_of_the_page_is_served(self, client: Client) -> None:
        files = re.findall(r'(?:src|href)="([^"]+)"', client.get("/docs").text)
        types = {path: client.get(path, status=200).content_type for path in files}
        assert set(types.values()) == {"text/css", "text/javascript"}

    @pytest.mark.parametrize("name", ["../describe.py", "swagger-ui.LICENSE", "%2e%2e", "x.js"])
    def test_no_other_file_is_served(self, client: Client, name: str) -> None:
        assert client.get(f"/docs/assets/{name}").status_int in (401, 404)


def _name(view: Any) -> str:
    return f"{view['callable'].__module__}.{view['callable'].__name__}"


def _is_of_exceptions(view: Any) -> bool:
    context = view["context"]
    return context is IExceptionResponse or (
        isinstance(context, type) and issubclass(context, BaseException)
    )
