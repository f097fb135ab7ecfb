"""The OpenAPI document is valid, complete and true, and its page loads no external files."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from pyramid.interfaces import IExceptionResponse
from zope.interface.interface import InterfaceClass

from pulsar.errors import ApiError
from pulsar.interfaces import ILogIn, IRegistrationGate
from pulsar.openapi.describe import describe
from pulsar.security import CLOSED
from pulsar.testing.client import Client
from pulsar.testing.contract import Contract
from pulsar.testing.operations import Operation, operations
from pulsar.testing.site_model import World
from pulsar.validation.declared import build
from pulsar.validation.deriver import check


class TestDocument:
    def test_it_is_valid(self, document: dict[str, Any]) -> None:
        validate(document)

    def test_it_describes_the_running_site(self, document: dict[str, Any], registry: Any) -> None:
        assert document == describe(registry)

    def test_operation_ids_are_unique(self, document: dict[str, Any]) -> None:
        ids = [operation.description["operationId"] for operation in operations(document)]
        assert len(ids) == len(set(ids))
        assert [name for name in ids if not re.fullmatch(r"[a-z][a-z0-9_]*[a-z0-9]", name)] == []

    @pytest.mark.parametrize(
        ("endpoint", "name"),
        [
            ("GET /", "get_site"),
            ("GET /torrents", "list_torrents"),
            ("POST /torrents", "create_torrent"),
            ("GET /torrents/{torrent_id}", "get_torrent"),
            ("PUT /torrents/{torrent_id}", "update_torrent"),
            ("DELETE /torrents/{torrent_id}", "delete_torrent"),
            ("GET /torrents/{torrent_id}/download", "download_torrent"),
            ("GET /torrents/categories", "list_torrent_categories"),
            ("GET /{passkey}/announce", "get_announce"),
            ("GET /announce/{passkey}", "get_announce_by_passkey"),
            ("POST /forums/posts/{forum_post_id}/restore", "restore_forum_post"),
            ("GET /news/{news_entry_id}/comments/{news_comment_id}", "get_news_comment"),
            ("DELETE /requests/{request_id}/fill", "unfill_request"),
            ("GET /wiki", "get_wiki"),
            ("GET /wiki/{alias}", "get_wiki_by_alias"),
            ("POST /wiki/articles/{article_id}/aliases", "create_wiki_article_alias"),
            ("GET /users/me", "get_me"),
            ("PUT /users/{user_id}/class", "change_user_class"),
            ("PUT /users/me/class", "change_my_class"),
            ("PUT /user_classes/{user_class_id}", "update_user_class"),
            ("GET /users/me/warnings", "list_my_warnings"),
            ("POST /users/me/two_factor/turn_off", "turn_off_my_two_factor"),
            ("DELETE /api_keys", "delete_api_keys"),
            ("DELETE /api_keys/{hash}", "delete_api_key"),
        ],
    )
    def test_clients_name_their_functions_by_them(
        self, document: dict[str, Any], endpoint: str, name: str
    ) -> None:
        names = {
            str(operation): operation.description["operationId"]
            for operation in operations(document)
        }
        assert names[endpoint] == name

    @pytest.mark.parametrize(
        ("method", "path", "tag"),
        [
            ("post", "/forums/posts", "Forums"),
            ("post", "/polls", "Forums"),
            ("get", "/news/{news_entry_id}/comments", "News"),
            ("get", "/scrape/{passkey}", "Tracker"),
            ("post", "/api_keys", "API keys"),
            ("get", "/", "Site"),
            ("get", "/users", "Members"),
            ("get", "/users/{user_id}/warnings", "Moderation"),
            ("get", "/user_classes", "Classes and permissions"),
            ("get", "/openapi.json", "Description of the API"),
        ],
    )
    def test_endpoints_are_listed_under_their_plugin(
        self, document: dict[str, Any], method: str, path: str, tag: str
    ) -> None:
        assert document["paths"][path][method]["tags"] == [tag]

    def test_every_endpoint_is_listed_under_a_title(self, document: dict[str, Any]) -> None:
        titles = [tag["name"] for tag in document["tags"]]
        assert len(titles) == len(set(titles))
        used = {tag for operation in operations(document) for tag in operation.description["tags"]}
        assert used == set(titles), "declare titles of the core with config.add_domain()"

    def test_references_lead_to_named_schemas(self, document: dict[str, Any]) -> None:
        references = set(re.findall(r"'\$ref': '([^']*)'", str(document)))
        names = document["components"]["schemas"]
        assert references <= {f"#/components/schemas/{name}" for name in names}

    def test_every_object_is_a_named_schema(self, document: dict[str, Any]) -> None:
        """Generators create a class for each named schema, but none for nested schemas."""

        def inside(schema: Any, place: str) -> list[str]:
            if isinstance(schema, list):
                return [item for inner in schema for item in inside(inner, place)]
            if not isinstance(schema, dict):
                return []
            own = [place] if schema.get("type") == "object" and schema.get("properties") else []
            return own + [
                item
                for key, inner in schema.items()
                if key != "example"
                for item in inside(inner, f"{place}/{key}")
            ]

        inline = inside(document["paths"], "paths")
        for name, schema in document["components"]["schemas"].items():
            for member, inner in schema["properties"].items():
                inline += inside(inner, f"{name}/{member}")
        assert inline == []

    def test_every_object_has_fields(self, document: dict[str, Any]) -> None:
        schemas = document["components"]["schemas"]
        assert [name for name, schema in schemas.items() if not schema.get("properties")] == []


class TestViews:
    @pytest.fixture
    def views(self, registry: Any) -> list[tuple[Any, list[Any]]]:
        """Every view with a method, with the permissions that it requires."""
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
        errors = {error for view, _ in views for error in view.get("errors") or ()}
        # An interface stands for the errors of the utilities that provide it.
        providers = {error for error in errors if isinstance(error, InterfaceClass)}
        assert providers == {ILogIn, IRegistrationGate}
        assert [error for error in errors - providers if not issubclass(error, ApiError)] == []

    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [("/users", "400", "invite_required"), ("/api_keys", "403", "email_not_confirmed")],
    )
    def test_errors_of_what_is_registered(
        self, document: dict[str, Any], path: str, status: str, code: str
    ) -> None:
        assert code in str(document["paths"][path]["post"]["responses"][status])

    def test_examples_are_accepted(self, views: list[tuple[Any, list[Any]]], registry: Any) -> None:
        """The views' own schemas check more than their JSON Schemas express."""
        declared = {view["schema"] for view, _ in views if view.get("schema") is not None}
        for schema in declared:
            if schema.example and not schema.multipart:
                check(build(schema, registry), schema.example)

    def test_every_view_is_in_the_document(
        self, views: list[tuple[Any, list[Any]]], document: dict[str, Any]
    ) -> None:
        summaries = {operation.description["summary"] for operation in operations(document)}
        missing = [
            _name(view)
            for view, _ in views
            if (view["callable"].__doc__ or "").strip().partition("\n")[0].rstrip(".")
            not in summaries
        ]
        assert missing == [], "no path leads to these views: declare the resource's children"


class TestBody:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return "requestBody" in operation.description

    def test_no_delete_needs_one(self, operation: Operation) -> None:
        assert operation.method != "DELETE"

    def test_it_has_an_example(self, operation: Operation) -> None:
        assert operation.example, "set `example` of the schema class"
        problems = Draft202012Validator(operation.body).iter_errors(operation.example)
        assert [f"{error.json_path}: {error.message}" for error in problems] == []


class TestOperation:
    def test_it_says_what_it_is_and_answers(self, operation: Operation) -> None:
        assert operation.description["summary"]
        assert 200 <= operation.success < 300
        (content,) = operation.answers[operation.success]["content"].values()
        assert content["schema"]
        envelope = operation.resolved(content["schema"])
        assert envelope.get("properties", {}).get("response") != {}

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
        """HEAD has the same response as GET, and unchanged content is not sent again."""
        answer, head_answer = caller.get(path), caller.request("HEAD", path)
        assert (head_answer.status_int, head_answer.content_type) == (
            answer.status_int,
            answer.content_type,
        )
        assert head_answer.body == b""
        tag = answer.headers.get("ETag")
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
        directives = dict(line.strip().partition(" ")[::2] for line in policy.split(";"))
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
