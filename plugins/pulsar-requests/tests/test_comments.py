"""Comments on requests."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.sitelog.models import LogEntry


@pytest.fixture
def path(ann: Any, ask: Any) -> str:
    """Where the comments on a request of ann's are."""
    return f"/requests/{ask(ann)['id']}/comments"


@pytest.fixture
def write(path: str) -> Any:
    """``write(client, "text")``: a comment, as it was answered."""

    def send(client: Any, contents: str = "Please!", **fields: str) -> dict[str, Any]:
        answer = client.post(path, {"contents": contents, **fields}, status=201)
        found: dict[str, Any] = answer.json["response"]
        return found

    return send


@pytest.fixture
def logged(db: Session) -> Any:
    """``logged()``: actions, before and after of the site log."""
    query = select(LogEntry.action, LogEntry.before, LogEntry.after).order_by(LogEntry.id)
    return lambda: [tuple(row) for row in db.execute(query)]


class TestList:
    def test_oldest_first(self, ann: Any, bob: Any, path: str, write: Any) -> None:
        made = [write(who, f"Text {number}") for number, who in enumerate((ann, bob, ann))]
        shown = bob.get(path, status=200).json["response"]
        assert shown == {"items": made, "limit": 50, "after": None}

    def test_slices(self, ann: Any, path: str, write: Any) -> None:
        ids = [write(ann, f"Text {number}")["id"] for number in range(5)]
        found, after = [], 0
        while after is not None:
            query = f"?limit=2&after={after}" if after else "?limit=2"
            answer = ann.get(f"{path}{query}", status=200)
            found += [item["id"] for item in answer.json["response"]["items"]]
            after = answer.json["response"]["after"]
            assert (after is not None) == ("Link" in answer.headers)
        assert found == ids

    def test_of_this_request_only(
        self, ann: Any, ask: Any, path: str, write: Any, moderator: Any
    ) -> None:
        comment_id = write(ann)["id"]
        other = f"/requests/{ask(ann)['id']}/comments"
        assert ann.get(other, status=200).json["response"]["items"] == []
        for client in (ann, moderator):
            client.get(f"{other}/{comment_id}", status=404)
            client.delete(f"{other}/{comment_id}", status=404)

    def test_sql(self, ann: Any, join: Any, path: str, write: Any, count_sql: Any) -> None:
        counts = []
        for _ in range(2):
            for _ in range(3):
                write(join())
            ann.get(path)
            with count_sql() as statements:
                ann.get(path, status=200)
            counts.append(len(statements))
        # The request, and the comments with the names.
        assert counts == [2, 2]


class TestWrite:
    def test_answer(self, bob: Any, path: str) -> None:
        body = {"contents": "**Please** <script>", "format": "markdown"}
        answer = bob.post(path, body, status=201)
        shown = answer.json["response"]
        assert answer.headers["Location"] == f"http://localhost{path}/{shown['id']}"
        assert (shown["contents"], shown["format"]) == (body["contents"], "markdown")
        assert "<strong>Please</strong>" in shown["contents_html"]
        assert "<script" not in shown["contents_html"]
        assert shown["user"]["username"] == "bob"
        assert shown["edited"] is None
        assert "deleted" not in shown
        assert bob.get(f"{path}/{shown['id']}").json["response"] == shown

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "contents"),
            ({"contents": ""}, "contents"),
            ({"contents": " \n"}, "contents"),
            ({"contents": "x" * 65_537}, "contents"),
            ({"contents": "x", "format": "unheard_of"}, "format"),
        ],
    )
    def test_wrong(self, bob: Any, path: str, body: dict[str, str], field: str) -> None:
        assert list(bob.post(path, body, status=400).json["errors"]) == [field]
        assert bob.get(path).json["response"]["items"] == []

    def test_on_a_filled_request(
        self, ann: Any, bob: Any, path: str, write: Any, upload: Any
    ) -> None:
        fill = path.replace("comments", "fill")
        bob.post(fill, {"torrent_id": upload(bob)}, status=200)
        write(ann, "Thanks!")


class TestEdit:
    def test_ones_own(self, bob: Any, path: str, write: Any, logged: Any) -> None:
        made = write(bob, "Old")
        shown = bob.put(f"{path}/{made['id']}", {"contents": "New"}, status=200).json["response"]
        assert (shown["contents"], shown["format"]) == ("New", made["format"])
        assert shown["edited"] is not None
        assert logged() == []

    def test_nothing(self, bob: Any, path: str, write: Any) -> None:
        made = write(bob, "Old")
        for body in ({}, {"contents": "Old"}, {"format": made["format"]}):
            shown = bob.put(f"{path}/{made['id']}", body, status=200).json["response"]
            assert shown == made

    def test_others(self, ann: Any, bob: Any, path: str, write: Any) -> None:
        """Also whose request it is."""
        ann.put(f"{path}/{write(bob)['id']}", {"contents": "New"}, status=403)

    def test_moderator(self, bob: Any, moderator: Any, path: str, write: Any, logged: Any) -> None:
        where = f"{path}/{write(bob, 'Old')['id']}"
        moderator.put(where, {"contents": "New"}, status=200)
        before, after = {"contents": "Old"}, {"contents": "New"}
        assert logged() == [("request_comment_edited", before, after)]


class TestDelete:
    def test_ones_own(self, bob: Any, path: str, write: Any, logged: Any) -> None:
        made = write(bob)["id"]
        answer = bob.delete(f"{path}/{made}", status=200)
        assert answer.json["response"] == f"Comment {made} has been deleted."
        assert bob.get(path).json["response"]["items"] == []
        for method in ("GET", "PUT", "DELETE"):
            bob.request(method, f"{path}/{made}", status=404)
        bob.post(f"{path}/{made}/restore", status=404)
        assert logged() == []

    def test_others(self, ann: Any, bob: Any, path: str, write: Any) -> None:
        made = write(bob)["id"]
        ann.delete(f"{path}/{made}", status=403)
        ann.post(f"{path}/{made}/restore", status=403)

    def test_restored(self, bob: Any, moderator: Any, path: str, write: Any, logged: Any) -> None:
        made = write(bob, "Text")
        where = f"{path}/{made['id']}"
        moderator.delete(where, status=200)
        bob.get(where, status=404)
        assert moderator.get(where, status=200).json["response"]["deleted"] is not None
        shown = moderator.post(f"{where}/restore", status=200).json["response"]
        assert shown == {**made, "deleted": None}
        assert bob.get(where, status=200).json["response"] == made
        assert [action for action, _, _ in logged()] == [
            "request_comment_deleted",
            "request_comment_restored",
        ]

    def test_twice(self, bob: Any, moderator: Any, path: str, write: Any, logged: Any) -> None:
        where = f"{path}/{write(bob)['id']}"
        for _ in range(2):
            moderator.delete(where, status=200)
        assert len(logged()) == 1
        for _ in range(2):
            moderator.post(f"{where}/restore", status=200)
        assert len(logged()) == 2

    def test_dead_ones_are_listed_for_who_restores(
        self, bob: Any, moderator: Any, path: str, write: Any
    ) -> None:
        made = write(bob)["id"]
        bob.delete(f"{path}/{made}", status=200)
        for client, number in ((moderator, 1), (bob, 0)):
            assert len(client.get(f"{path}?include_dead=1").json["response"]["items"]) == number
            assert client.get(path).json["response"]["items"] == []
