"""The choice between several views of a resource."""

from __future__ import annotations

from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.exceptions import PredicateMismatch
from pyramid.request import Request
from pyramid.response import Response

from pulsar.interfaces import IRoot
from pulsar.security import PUBLIC
from pulsar.testing.client import Client
from pulsar.traversal import Resource


class Place(Resource):
    """A resource with several views."""


class Special(Place):
    """The same, with separate views for some methods."""


def include(config: Configurator) -> None:
    """Include views by method and by parameter, and one that raises PredicateMismatch."""

    def saying(word: str) -> Any:
        return lambda context, request: Response(f"{word} {type(context).__name__}")

    def give_up(context: Any, request: Request) -> Response:
        raise PredicateMismatch("give up")

    config.add_resource("place", Place, parent=IRoot)
    config.add_resource("special", Special, parent=IRoot)
    for method in ("GET", "PUT", "DELETE"):
        config.add_view(saying(method), context=Place, request_method=method, permission=PUBLIC)
    config.add_view(saying("own"), context=Special, request_method="PUT", permission=PUBLIC)
    config.add_view(saying("own"), context=Special, request_method="GET", permission=PUBLIC)
    config.add_view(
        give_up, context=Place, request_method="GET", request_param="x", permission=PUBLIC
    )


@pytest.fixture
def site(bare: Any) -> Client:
    """A client of the views."""
    site: Client = bare(include)
    return site


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("GET", "/place", "GET Place"),
        ("PUT", "/place", "PUT Place"),
        ("DELETE", "/place", "DELETE Place"),
        ("GET", "/special", "own Special"),
        ("PUT", "/special", "own Special"),
        ("DELETE", "/special", "DELETE Special"),
        # The first view gives up, and the next one answers.
        ("GET", "/place?x=1", "GET Place"),
    ],
)
def test_chosen(site: Client, method: str, path: str, text: str) -> None:
    assert site.request(method, path, status=200).text == text


def test_none_is_meant(site: Client) -> None:
    answer = site.request("POST", "/place", status=405)
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"
