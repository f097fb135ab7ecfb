"""Comments on entries, as far as they differ from the comments that the core's tests cover."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from news.examples import get_json, say, write
from pulsar.interfaces import IDatabase
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory


def contents(client: Client, path: str) -> list[str]:
    """The contents of the comments, in their order."""
    return [item["contents"] for item in get_json(client, path)["items"]]


@pytest.fixture
def comment(member: Client, entry: Any) -> Any:
    """A comment of ``member``."""
    return say(member, entry["id"])


@pytest.fixture
def place(path: str, comment: Any) -> str:
    """The path of the comment."""
    return f"{path}/comments/{comment['id']}"


class TestCreate:
    def test_answer(self, member: Client, entry: Any, path: str) -> None:
        body = {"contents": "**Yes** <b onclick=x>", "format": "markdown"}
        answer = member.post(f"{path}/comments", body, status=201)
        response = answer.json["response"]
        assert answer.headers["Location"].endswith(f"{path}/comments/{response['id']}")
        assert response["entry"] == {"id": entry["id"], "title": "Published"}
        assert response["user"]["username"] == "member"
        assert "<strong>Yes</strong>" in response["contents_html"]
        assert "<b" not in response["contents_html"]
        assert get_json(member, f"{path}/comments/{response['id']}") == response

    def test_closed(self, member: Client, moderator: Client, path: str) -> None:
        moderator.put(path, {"comments_open": False}, status=200)
        for client in (member, moderator):
            answer = client.post(f"{path}/comments", {"contents": "x"}, status=400).json
            assert answer["code"] == "comments_closed"
            assert answer["response"] == "Comments are closed."
        assert get_json(member, path)["comment_count"] == 0


class TestList:
    def test_of_this_entry_only(self, member: Client, reporter: Client, path: str) -> None:
        another = write(reporter, "Another")
        comment = say(member, another["id"])
        assert contents(member, f"{path}/comments") == []
        member.get(f"{path}/comments/{comment['id']}", status=404)


class TestEdit:
    def test_closed(self, member: Client, moderator: Client, path: str, place: str) -> None:
        moderator.put(path, {"comments_open": False}, status=200)
        answer = member.put(place, {"contents": "x"}, status=400)
        assert answer.json["code"] == "comments_closed"
        moderator.put(place, {"contents": "x"}, status=200)


class TestDelete:
    def test_own(self, member: Client, other: Client, path: str, place: str) -> None:
        other.delete(place, status=403)
        answer = member.delete(place, status=200)
        number = place.rpartition("/")[2]
        assert answer.json["response"] == f"NewsComment {number} has been deleted."
        assert contents(member, f"{path}/comments") == []
        assert contents(member, f"{path}/comments?include_dead=true") == []
        other.get(place, status=404)
        member.post(f"{place}/restore", status=200)
        assert contents(other, f"{path}/comments") == ["A comment."]

    def test_by_a_moderator(self, member: Client, moderator: Client, path: str, place: str) -> None:
        moderator.delete(place, status=200)
        member.get(place, status=404)
        member.post(f"{place}/restore", status=404)
        (dead,) = get_json(moderator, f"{path}/comments?include_dead=true")["items"]
        assert dead["deleted"] is True
        moderator.post(f"{place}/restore", status=200)
        assert get_json(member, place)["contents"] == "A comment."

    def test_counter(self, member: Client, moderator: Client, path: str, place: str) -> None:
        for send, expected in (
            (lambda: moderator.delete(place), 0),
            (lambda: moderator.delete(place), 0),
            (lambda: moderator.post(f"{place}/restore"), 1),
            (lambda: moderator.post(f"{place}/restore"), 1),
        ):
            assert send().status_int == 200
            assert get_json(member, path)["comment_count"] == expected
            assert get_json(member, "/news")["items"][0]["comment_count"] == expected


class TestAtOnce:
    @pytest.fixture
    def site(self, make_site: Callable[..., Any]) -> Any:
        """A site that commits: a client of staff, an entry and a comment on it."""
        app = make_site()
        with app.registry.getUtility(IDatabase).session(True) as session:
            factory = Factory(session)
            staff = Client(app, factory.key(factory.staff("staff")))
        entry = write(staff)["id"]
        return staff, entry, say(staff, entry)["id"]

    @pytest.mark.parametrize(("what", "expected"), [("say", 9), ("delete", 0), ("both", 1)])
    def test_counter(self, site: Any, what: str, expected: int) -> None:
        staff, entry, comment = site
        path = f"/news/{entry}/comments"

        def work(number: int) -> int:
            if what == "delete" or (what == "both" and number):
                return int(staff.delete(f"{path}/{comment}").status_int)
            return int(staff.post(path, {"contents": "x"}).status_int)

        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(work, range(8)))
        assert set(statuses) <= {200, 201, 404}, statuses
        assert get_json(staff, f"/news/{entry}")["comment_count"] == expected
        assert len(get_json(staff, path)["items"]) == expected
