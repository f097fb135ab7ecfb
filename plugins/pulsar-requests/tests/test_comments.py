"""Comments on requests, as far as they differ from the comments that the core's tests cover."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulsar.sitelog.models import LogEntry


@pytest.fixture
def path(ann: Any, ask: Any) -> str:
    """The path of the comments on a request of ann."""
    return f"/requests/{ask(ann)['id']}/comments"


@pytest.fixture
def write(path: str) -> Any:
    """``write(client, "text")``: a new comment as JSON."""

    def send(client: Any, contents: str = "Please!", **fields: str) -> dict[str, Any]:
        answer = client.post(path, {"contents": contents, **fields}, status=201)
        response: dict[str, Any] = answer.json["response"]
        return response

    return send


@pytest.fixture
def logged(db: Session) -> Any:
    """``logged()``: action, before and after of each entry of the site log."""
    query = select(LogEntry.action, LogEntry.before, LogEntry.after).order_by(LogEntry.id)
    return lambda: [tuple(row) for row in db.execute(query)]


class TestList:
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
        # One statement for the request, one for the comments with names.
        assert counts == [2, 2]


class TestWrite:
    def test_answer(self, bob: Any, path: str) -> None:
        body = {"contents": "**Please** <script>", "format": "markdown"}
        answer = bob.post(path, body, status=201)
        response = answer.json["response"]
        assert answer.headers["Location"] == f"http://localhost{path}/{response['id']}"
        assert response.keys() == {
            *("id", "request_id", "user", "contents", "format", "contents_html", "time"),
            *("edited_time", "editor"),
        }
        assert f"/requests/{response['request_id']}/comments" == path
        assert response["user"]["username"] == "bob"
        assert "<strong>Please</strong>" in response["contents_html"]
        assert "<script" not in response["contents_html"]
        assert bob.get(f"{path}/{response['id']}").json["response"] == response

    def test_on_a_filled_request(
        self, ann: Any, bob: Any, path: str, write: Any, upload: Any
    ) -> None:
        fill = path.replace("comments", "fill")
        bob.post(fill, {"torrent_id": upload(bob)}, status=200)
        comment = write(ann, "Thanks!")
        ann.put(f"{path}/{comment['id']}", {"contents": "Many thanks!"}, status=200)


class TestEdit:
    def test_others(self, ann: Any, bob: Any, path: str, write: Any) -> None:
        """The creator of the request may not edit others' comments either."""
        ann.put(f"{path}/{write(bob)['id']}", {"contents": "New"}, status=403)

    def test_moderator(self, bob: Any, moderator: Any, path: str, write: Any, logged: Any) -> None:
        where = f"{path}/{write(bob, 'Old')['id']}"
        response = moderator.put(where, {"contents": "New"}, status=200).json["response"]
        assert response["editor"]["username"] == "moderator"
        before, after = {"contents": "Old"}, {"contents": "New"}
        assert logged() == [("request_comment_edited", before, after)]


class TestDelete:
    def test_ones_own(self, ann: Any, bob: Any, path: str, write: Any, logged: Any) -> None:
        comment = write(bob)
        answer = bob.delete(f"{path}/{comment['id']}", status=200)
        assert answer.json["response"] == f"Comment {comment['id']} has been deleted."
        assert bob.get(path).json["response"]["items"] == []
        ann.get(f"{path}/{comment['id']}", status=404)
        bob.post(f"{path}/{comment['id']}/restore", status=200)
        assert ann.get(path).json["response"]["items"] == [comment]
        assert logged() == []

    def test_restored(self, bob: Any, moderator: Any, path: str, write: Any, logged: Any) -> None:
        comment = write(bob, "Text")
        where = f"{path}/{comment['id']}"
        moderator.delete(where, status=200)
        bob.get(where, status=404)
        bob.post(f"{where}/restore", status=404)
        assert moderator.get(where, status=200).json["response"]["deleted"] is True
        response = moderator.post(f"{where}/restore", status=200).json["response"]
        assert response == {**comment, "deleted": False}
        assert [action for action, _, _ in logged()] == [
            "request_comment_deleted",
            "request_comment_restored",
        ]
