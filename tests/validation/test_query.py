"""``query=`` of views: the query string in addition to a body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationError
from pyramid.request import Request

from pulsar.openapi.describe import describe
from pulsar.security import PUBLIC
from pulsar.testing.client import JSON, Client
from pulsar.testing.operations import operations
from pulsar.traversal import Root
from pulsar.validation import Integer, Schema, String, Upload

Bare = Callable[..., Client]


class Thing(Schema):
    """The schema of a thing."""

    title = String(1, 8, required=True)


class Picture(Schema):
    """The schema of a file."""

    multipart = True
    file = Upload("pulsar.max_body")


class Whose(Schema):
    """The query of a member."""

    user_id = Integer(1)
    depth = Integer(1, 3, default=2)


def echo(context: Any, request: Request) -> Any:
    """Return the input."""
    return {name: str(value) for name, value in request.validated.items()}


def view(method: str = "PUT", **kwargs: Any) -> Callable[[Configurator], None]:
    def include(config: Configurator) -> None:
        config.add_view(
            echo,
            context=Root,
            name="things",
            request_method=method,
            permission=PUBLIC,
            **{"query": Whose, **kwargs},
        )

    return include


class TestRequest:
    def test_both_are_joined(self, bare: Bare) -> None:
        answer = bare(view(schema=Thing)).put("/things?user_id=7", {"title": "x"}, status=200)
        assert answer.json["response"] == {"title": "x", "user_id": "7", "depth": "2"}

    def test_without_a_body(self, bare: Bare) -> None:
        site = bare(view("DELETE"))
        response = site.delete("/things?user_id=7&depth=1", status=200).json["response"]
        assert response == {"user_id": "7", "depth": "1"}
        body = b'{"user_id": 7}'
        answer = site.request("DELETE", "/things", body=body, content_type=JSON, status=400)
        assert answer.json["errors"] == {"user_id": ["extra keys not allowed"]}

    def test_beside_a_form(self, bare: Bare) -> None:
        site = bare(view("POST", schema=Picture))
        answer = site.upload("/things?depth=3", {}, [("file", "a", b"x")], status=200)
        assert answer.json["response"] == {"file": "b'x'", "depth": "3"}

    def test_all_errors_at_once(self, bare: Bare) -> None:
        answer = bare(view(schema=Thing)).put("/things?depth=x&y=1", {"z": 1}, status=400)
        assert answer.json["errors"] == {
            "depth": ["expected int"],
            "y": ["extra keys not allowed"],
            "z": ["extra keys not allowed"],
            "title": ["required key not provided"],
        }

    def test_the_body_s_names_are_not_in_the_query(self, bare: Bare) -> None:
        answer = bare(view(schema=Thing)).put("/things?title=x", {}, status=400)
        assert set(answer.json["errors"]) == {"title"}

    def test_no_dictionary(self, bare: Bare) -> None:
        answer = bare(view(schema=Thing)).put("/things?depth=x", [], status=400)
        assert set(answer.json["errors"]) == {"", "depth"}

    def test_nodes_of_plugins(self, bare: Bare) -> None:
        site = bare(
            view(schema=Thing),
            lambda config: config.add_schema_node(Whose, Integer(1, 3, name="stars")),
        )
        answer = site.put("/things?stars=2", {"title": "x"}, status=200)
        assert answer.json["response"]["stars"] == "2"

    def test_it_is_described(self, bare: Bare) -> None:
        site = bare(view(schema=Thing, response=object()))
        described = operations(describe(site.app.registry))
        (operation,) = (item for item in described if str(item) == "PUT /things")
        places = [
            (parameter["name"], parameter["in"])
            for parameter in operation.description["parameters"]
        ]
        assert places == [("user_id", "query"), ("depth", "query")]
        assert list(operation.body["properties"]) == ["title"]


class TestConfiguration:
    def test_the_same_name_twice(self, bare: Bare) -> None:
        class Clash(Schema):
            user_id = Integer(1)

        with pytest.raises(ConfigurationError, match="takes user_id in its body and in its query"):
            bare(view(schema=Clash))

    def test_the_same_name_from_a_plugin(self, bare: Bare) -> None:
        def more(config: Configurator) -> None:
            config.add_schema_node(Whose, String(name="title"))

        with pytest.raises(ConfigurationError, match="takes title in its body"):
            bare(view(schema=Thing), more)

    @pytest.mark.parametrize("method", ["GET", ("GET", "POST")])
    def test_views_that_read(self, bare: Bare, method: Any) -> None:
        with pytest.raises(ConfigurationError, match="'echo' reads"):
            bare(view(method))

    def test_a_delete_with_a_body(self, bare: Bare) -> None:
        with pytest.raises(ConfigurationError, match="'echo' answers DELETE, which has no body"):
            bare(view("DELETE", schema=Thing))
