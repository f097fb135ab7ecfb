"""``schema=`` of views: JSON bodies, queries, and all of their errors at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import colander
import pytest
from pyramid.config import Configurator
from pyramid.request import Request

from pulsar.interfaces import IRoot
from pulsar.security import PUBLIC
from pulsar.testing.client import Client
from pulsar.validation import Boolean, Integer, ListOf, Schema, String

JSON = "application/json"


class Place(Schema):
    """The schema of a place."""

    name = String(1, 8, required=True)
    floor = Integer(0, 9)


class Thing(Schema):
    """The schema of a thing."""

    title = String(1, 8, required=True)
    size = Integer(0, 9, default=5)
    sold = Boolean()
    tags = ListOf(String(1, 4), 3)
    place = Place(missing=colander.drop)
    places = ListOf(Place(), 5)


class Many(Schema):
    """A schema with a list."""

    numbers = ListOf(Integer(), 90)


class Query(Schema):
    """The schema of a query."""

    q = String(0, 8)
    size = Integer(0, 9, default=5)
    sold = Boolean()
    tag = ListOf(String(1, 4), 3)


def include(config: Configurator) -> None:
    def echo(context: Any, request: Request) -> Any:
        return request.validated

    def calm(context: Any, request: Request) -> Any:
        return "calm"

    def add(view: Any, method: str, **kwargs: Any) -> None:
        config.add_view(view, context=IRoot, request_method=method, permission=PUBLIC, **kwargs)

    add(echo, "POST", name="things", schema=Thing)
    add(echo, "GET", name="things", schema=Query)
    add(echo, "POST", name="many", schema=Many)
    add(calm, "POST", name="plain")
    add(calm, "GET", name="plain")
    config.add_permission("things_edit", "Edit.")
    config.add_view(
        echo,
        context=IRoot,
        name="closed",
        request_method="POST",
        schema=Thing,
        permission="things_edit",
    )


@pytest.fixture
def site(bare: Callable[..., Client]) -> Client:
    return bare(include)


def errors(answer: Any) -> Any:
    assert answer.json["code"] == "invalid"
    return answer.json["errors"]


class TestBody:
    def test_good(self, site: Client) -> None:
        thing = {
            "title": "x",
            "size": 0,
            "sold": False,
            "tags": ["a"],
            "place": {"name": "y"},
            "places": [{"name": "z", "floor": 1}],
        }
        assert site.post("/things", thing, status=200).json["response"] == thing

    def test_defaults(self, site: Client) -> None:
        answer = site.post("/things", {"title": "x"}, status=200)
        assert answer.json["response"] == {"title": "x", "size": 5}

    def test_all_errors_at_once(self, site: Client) -> None:
        thing = {
            "title": "",
            "size": "big",
            "sold": 1,
            "tags": ["a", 5, "long one"],
            "place": {"floor": 10, "roof": True},
            "places": [{"name": "z"}, {}, "here"],
            "colour": "red",
        }
        answer = site.post("/things", thing, status=400)
        assert errors(answer) == {
            "colour": ["extra keys not allowed"],
            "title": ["length of value must be at least 1"],
            "size": ["expected int"],
            "sold": ['boolean must be "1", "true", "0", or "false" (case insensitive)'],
            "tags.1": ["expected str"],
            "tags.2": ["length of value must be at most 4"],
            "place.floor": ["value must be at most 9"],
            "place.name": ["required key not provided"],
            "place.roof": ["extra keys not allowed"],
            "places.1.name": ["required key not provided"],
            "places.2": ["expected a dictionary"],
        }
        assert answer.json["response"].startswith("Invalid data: ")

    @pytest.mark.parametrize("body", [[], "x", 5, None, True, [{"title": "x"}]])
    def test_no_object(self, site: Client, body: Any) -> None:
        answer = site.request(
            "POST", "/things", body=json.dumps(body).encode(), content_type=JSON, status=400
        )
        assert errors(answer) == {"": ["expected a dictionary"]}

    def test_empty_is_an_empty_object(self, site: Client) -> None:
        assert errors(site.post("/things", status=400)) == {"title": ["required key not provided"]}

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b'{"title": }',
            b'{"title": "x"} x',
            b"\xff\xfe",
            b'{"title": "\xff"}',
            b'{"title": "\\ud800"}',
            b'{"size": NaN, "title": "x"}',
            b"[" * 5000,
            b"\x00",
        ],
    )
    def test_no_json(self, site: Client, body: bytes) -> None:
        answer = site.request("POST", "/things", body=body, content_type=JSON, status=400)
        assert answer.json["code"] == "malformed"

    @pytest.mark.parametrize("number", ["1e400", "9" * 400])
    def test_numbers_beyond_all_ranges(self, site: Client, number: str) -> None:
        body = b'{"title": "x", "size": %s}' % number.encode()
        answer = site.request("POST", "/things", body=body, content_type=JSON, status=400)
        assert answer.json["response"] == f"Numbers must be from -{2**63 - 1} to {2**63 - 1}."

    @pytest.mark.parametrize("number", ["-0.0", "1.0", "1.5e300"])
    def test_strange_numbers(self, site: Client, number: str) -> None:
        body = b'{"title": "x", "size": %s}' % number.encode()
        site.request("POST", "/things", body=body, content_type=JSON, status=400)

    @pytest.mark.parametrize(
        "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""]
    )
    def test_other_types(self, site: Client, content_type: str) -> None:
        answer = site.request(
            "POST", "/things", body=b'{"title": "x"}', content_type=content_type, status=415
        )
        assert answer.json["code"] == "unsupported_media_type"

    def test_charset(self, site: Client) -> None:
        site.request(
            "POST",
            "/things",
            body=b'{"title": "x"}',
            content_type=f"{JSON}; charset=utf-8",
            status=200,
        )

    def test_too_large(self, bare: Callable[..., Client]) -> None:
        site = bare(include, settings={"pulsar.max_body": "1 KiB"})
        assert site.post("/things", {"title": "x" * 1000}).status_int == 400
        answer = site.post("/things", {"title": "x" * 1024}, status=413)
        assert answer.json["response"] == "The request body must be at most 1024 bytes."

    def test_long_names_are_cut(self, site: Client) -> None:
        answer = site.post("/things", {"title": "x", "y" * 9000: 1}, status=400)
        assert errors(answer) == {"y" * 64: ["extra keys not allowed"]}

    def test_some_unknown_keys_are_named(self, site: Client) -> None:
        keys = {f"key{number}": 1 for number in range(100)}
        answer = site.post("/things", {"title": "", **keys}, status=400)
        assert errors(answer) == {
            **{f"key{number}": ["extra keys not allowed"] for number in range(5)},
            "title": ["length of value must be at least 1"],
        }
        assert answer.json["more_errors"] == 95

    def test_some_errors_are_told(self, site: Client) -> None:
        places = [{"floor": 10, "roof": 1}] * 5
        answer = site.post("/things", {"title": "x", "places": places}, status=400)
        assert "more_errors" not in answer.json
        assert len(errors(answer)) == 15
        answer = site.post("/many", {"numbers": ["x"] * 90}, status=400)
        assert list(errors(answer)) == [f"numbers.{number}" for number in range(20)]
        assert answer.json["more_errors"] == 70

    def test_many_lists_and_objects(self, site: Client) -> None:
        for item in (b"[]", b"{}"):
            body = b'{"title": [%b]}' % b",".join([item] * 10_000)
            answer = site.request("POST", "/things", body=body, content_type=JSON, status=400)
            assert answer.json["code"] == "malformed"
            assert answer.json["response"] == "The body holds more than 10000 lists and objects."
            answer = site.request("POST", "/things", body=body[:3000] + b"0]}", content_type=JSON)
            assert answer.status_int == 400
        text = "[b]" * 10_000 + '\\"{'
        assert errors(site.post("/things", {"title": text}, status=400)) == {
            "title": ["length of value must be at most 8"]
        }

    def test_permission_goes_first(self, site: Client) -> None:
        site.request("POST", "/closed", body=b"{", content_type=JSON, status=401)


class TestNoSchema:
    def test_changing_views_take_nothing(self, site: Client) -> None:
        site.post("/plain", status=200)
        site.post("/plain", {}, status=200)
        assert errors(site.post("/plain", {"x": 1}, status=400)) == {
            "x": ["extra keys not allowed"]
        }

    def test_reading_views_ignore_their_query(self, site: Client) -> None:
        site.get("/plain?utm_source=mail&x=%ff", status=200)


class TestQuery:
    def test_conversion(self, site: Client) -> None:
        answer = site.get("/things?q=7&size=7&sold=TRUE&tag=a&tag=b", status=200)
        assert answer.json["response"] == {"q": "7", "size": 7, "sold": True, "tag": ["a", "b"]}

    def test_nothing(self, site: Client) -> None:
        assert site.get("/things", status=200).json["response"] == {"size": 5}

    def test_nothing_again(self, site: Client) -> None:
        for query in ("", "?size=7", "", "?q=x", "?"):
            response = site.get(f"/things{query}", status=200).json["response"]
            assert response["size"] == (7 if query == "?size=7" else 5), query

    def test_one_of_a_list(self, site: Client) -> None:
        assert site.get("/things?tag=a", status=200).json["response"]["tag"] == ["a"]

    def test_all_errors_at_once(self, site: Client) -> None:
        answer = site.get("/things?size=x&sold=maybe&q=123456789&colour=red&tag=", status=400)
        assert errors(answer) == {
            "colour": ["extra keys not allowed"],
            "q": ["length of value must be at most 8"],
            "size": ["expected int"],
            "sold": ['boolean must be "1", "true", "0", or "false" (case insensitive)'],
            "tag.0": ["length of value must be at least 1"],
        }

    def test_repeated_keys(self, site: Client) -> None:
        answer = site.get("/things?size=1&size=2", status=400)
        assert errors(answer) == {"size": ["key given more than once"]}

    @pytest.mark.parametrize("query", ["q=%ff", "q=%c3", "%ff=1"])
    def test_no_utf8(self, site: Client, query: str) -> None:
        assert site.get(f"/things?{query}", status=400).json["code"] == "malformed"

    def test_nul(self, site: Client) -> None:
        answer = site.get("/things?q=%00", status=400)
        assert errors(answer) == {"q": ["value must not contain NUL characters"]}

    def test_head(self, site: Client) -> None:
        site.request("HEAD", "/things?size=7", status=200)
        site.request("HEAD", "/things?size=x", status=400)

    @pytest.mark.parametrize("size", ["1" * 5000, "-0x1", "1e1", "\N{ARABIC-INDIC DIGIT THREE}"])
    def test_strange_numbers(self, site: Client, size: str) -> None:
        answer = site.get(f"/things?size={quote(size)}", status=400)
        assert list(errors(answer)) == ["size"]


class TestAddSchemaNode:
    def test_from_another_plugin(self, bare: Callable[..., Client]) -> None:
        def more(config: Configurator) -> None:
            config.add_schema_node(Thing, Integer(1, 3, name="stars"))

        site = bare(include, more)
        answer = site.post("/things", {"title": "x", "stars": 3}, status=200)
        assert answer.json["response"]["stars"] == 3
        assert errors(site.post("/things", {"title": "x", "stars": 4}, status=400)) == {
            "stars": ["value must be at most 3"]
        }

    def test_other_sites_do_not_know_it(self, bare: Callable[..., Client]) -> None:
        bare(include, lambda config: config.add_schema_node(Thing, Integer(name="stars")))
        answer = bare(include).post("/things", {"title": "x", "stars": 3}, status=400)
        assert errors(answer) == {"stars": ["extra keys not allowed"]}
