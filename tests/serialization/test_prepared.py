"""Parts of responses that are already JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from pyramid.config import Configurator
from pyramid.request import Request

from pulsar.interfaces import IRoot
from pulsar.security import PUBLIC
from pulsar.serialization import Prepared
from pulsar.testing.client import Client
from pulsar.traversal import Resource


class Place(Resource):
    """A resource that shows the value in the query."""


def include(config: Configurator) -> None:
    """Include a view with a prepared part in its response, and one without."""

    def show(context: Any, request: Request) -> Any:
        fragment = {"text": request.params["part"]}
        prepared = request.params.get("prepared") == "1"
        rest = request.params.get("rest", "")
        return {"rest": rest, "part": Prepared.of(fragment) if prepared else fragment}

    def whole(context: Any, request: Request) -> Any:
        fragment = Prepared.of({"text": request.params["part"]})
        rest = request.params.get("rest")
        return Prepared.of({} if rest is None else {"rest": rest}).with_member("part", fragment)

    config.add_view(whole, context=Place, name="whole", request_method="GET", permission=PUBLIC)
    config.add_resource("place", Place, parent=IRoot)
    config.add_view(show, context=Place, request_method="GET", permission=PUBLIC)


@pytest.fixture
def site(bare: Any) -> Client:
    """A client of the site with these views."""
    site: Client = bare(include)
    return site


def get(site: Client, query: dict[str, str], **kwargs: Any) -> Any:
    """Return the response to the query."""
    return site.get(f"/place?{urlencode(query)}", **kwargs)


@pytest.mark.parametrize("text", ["", "x", 'say "x"', "é\n"])
def test_shown_as_if_it_were_not(site: Client, text: str) -> None:
    plain, prepared = (get(site, {"part": text, "prepared": p}) for p in "01")
    assert prepared.body == plain.body


@pytest.mark.parametrize("rest", ["", "x", 'say "}"'])
def test_whole_answer(site: Client, rest: str) -> None:
    query = urlencode({"part": "a", "rest": rest})
    assert site.get(f"/place/whole?{query}").body == site.get(f"/place?{query}").body


def test_member_of_nothing(site: Client) -> None:
    answer = site.get("/place/whole?part=a", status=200)
    assert answer.json == {"status": "success", "response": {"part": {"text": "a"}}}


def test_tag_of_a_whole_answer(site: Client) -> None:
    def tag(query: str, **kwargs: Any) -> str:
        return str(site.get(f"/place/whole?{query}", **kwargs).headers["ETag"])

    assert tag("part=a") == tag("part=a")
    assert len({tag("part=a"), tag("part=b"), tag("part=a&rest=b"), tag("part=a&rest=c")}) == 4
    again = site.get("/place/whole?part=a", headers={"If-None-Match": tag("part=a")}, status=304)
    assert again.body == b""


def test_tag_tells_answers_apart(site: Client) -> None:
    def tag(**query: str) -> str:
        return str(get(site, {"prepared": "1", **query}, status=200).headers["ETag"])

    assert tag(part="a") == tag(part="a")
    assert len({tag(part="a"), tag(part="b"), tag(part="a", rest="b")}) == 3


def test_not_sent_again(site: Client) -> None:
    query = {"prepared": "1", "part": "a"}
    tag = get(site, query).headers["ETag"]
    answer = get(site, query, headers={"If-None-Match": tag}, status=304)
    assert answer.body == b""
