"""Listing, writing and editing comments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from pulsar.comments.interfaces import ICommentCreated, ICommentEdited
from pulsar.testing import ABSENT
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

Say = Callable[..., Any]


def read_page(client: Client, path: str) -> Any:
    """Return the response at the path."""
    return client.get(path, status=200).json["response"]


class TestList:
    def test_oldest_first(self, ann: Client, bob: Client, path: str, say: Say) -> None:
        comments = [say(who, f"Text {number}") for number, who in enumerate((ann, bob, ann))]
        assert read_page(bob, path) == {"items": comments, "limit": 50, "after": None, "next": None}

    def test_parts(self, ann: Client, path: str, say: Say) -> None:
        ids = [say(ann, f"Text {number}")["id"] for number in range(5)]
        comments, after = [], 0
        while after is not None:
            answer = ann.get(f"{path}?limit=2{f'&after={after}' if after else ''}", status=200)
            comments += [item["id"] for item in answer.json["response"]["items"]]
            after = answer.json["response"]["after"]
            assert (after is not None) == ("Link" in answer.headers)
        assert comments == ids

    def test_of_one_thing_only(
        self, ann: Client, moderator: Client, thing: Any, db: Session, place: str
    ) -> None:
        other = type(thing)(title="Another", owner_id=thing.owner_id)
        db.add(other)
        db.commit()
        path = f"/things/{other.id}/comments"
        assert read_page(ann, path)["items"] == []
        for client in (ann, moderator):
            for method in ("GET", "DELETE"):
                client.request(method, f"{path}/{place.rpartition('/')[2]}", status=404)

    def test_sql(
        self, ann: Client, join: Callable[..., Client], path: str, say: Say, count_sql: Any
    ) -> None:
        counts = []
        for _ in range(2):
            for _ in range(3):
                comment = say(join())
                join(grants=("things_view", "things_comments_modify")).put(
                    f"{path}/{comment['id']}", {"contents": "Edited."}, status=200
                )
            ann.get(path)
            with count_sql() as statements:
                ann.get(path, status=200)
            counts.append(len(statements))
        # One statement for the thing, and one for the comments with their authors and editors.
        assert counts == [2, 2]


class TestCreate:
    def test_answer(self, ann: Client, thing: Any, path: str) -> None:
        body = {"contents": "**Yes** <b onclick=x>", "format": "markdown"}
        answer = ann.post(path, body, status=201)
        response = answer.json["response"]
        assert answer.headers["Location"] == f"http://localhost{path}/{response['id']}"
        assert response["title"] == thing.title
        assert "thing_id" not in response
        assert response["user"].keys() == {"id", "username", "enabled", "user_class"}
        assert response["user"]["username"] == "ann"
        assert (response["contents"], response["format"]) == (body["contents"], "markdown")
        assert "<strong>Yes</strong>" in response["contents_html"]
        assert "<b" not in response["contents_html"]
        assert (response["edited_time"], response["editor"]) == (None, None)
        assert "deleted" not in response
        assert read_page(ann, f"{path}/{response['id']}") == response

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "contents"),
            ({"contents": ""}, "contents"),
            ({"contents": " \n"}, "contents"),
            ({"contents": "x" * 65_537}, "contents"),
            ({"contents": "x", "format": "unheard_of"}, "format"),
            ({"contents": "x", "user_id": 1}, "user_id"),
        ],
    )
    def test_wrong(self, ann: Client, path: str, body: dict[str, Any], field: str) -> None:
        assert list(ann.post(path, body, status=400).json["errors"]) == [field]
        assert read_page(ann, path)["items"] == []

    def test_closed(
        self, ann: Client, path: str, change: Callable[..., None], counted: Callable[[], int]
    ) -> None:
        change(is_open=False)
        answer = ann.post(path, {"contents": "x"}, status=400).json
        assert (answer["code"], answer["response"]) == ("comments_closed", "Comments are closed.")
        assert read_page(ann, path)["items"] == []
        assert counted() == 0

    def test_on_nothing(self, ann: Client) -> None:
        ann.post(f"/things/{ABSENT}/comments", {"contents": "x"}, status=404)

    def test_event(self, site: Client, ann: Client, say: Say) -> None:
        events: list[Any] = []
        site.app.registry.registerHandler(events.append, (ICommentCreated,))
        try:
            comment = say(ann)
        finally:
            site.app.registry.unregisterHandler(events.append, (ICommentCreated,))
        assert [event.model.id for event in events] == [comment["id"]]


class TestEdit:
    def test_own(self, ann: Client, bob: Client, place: str, logged: Any) -> None:
        edited = ann.put(place, {"contents": "Better."}, status=200).json["response"]
        assert edited["contents"] == "Better."
        assert edited["edited_time"]
        assert edited["editor"].keys() == {"id", "username"}
        assert edited["editor"]["username"] == "ann"
        assert read_page(bob, place) == edited
        assert logged() == []

    def test_others(self, bob: Client, owner: Client, place: str) -> None:
        """This includes the owner of the thing."""
        for client in (bob, owner):
            client.put(place, {"contents": "x"}, status=403)

    def test_moderator(self, ann: Client, moderator: Client, place: str, logged: Any) -> None:
        edited = moderator.put(place, {"contents": "New."}, status=200).json["response"]
        assert edited["user"]["username"] == "ann"
        assert edited["editor"]["username"] == "moderator"
        before, after = {"contents": "A comment."}, {"contents": "New."}
        summary = f"Comment {edited['id']} on A thing"
        assert logged() == [("thing_comment_edited", summary, before, after)]
        again = ann.put(place, {"contents": "Mine."}, status=200).json["response"]
        assert again["editor"]["username"] == "ann"

    def test_long_texts_are_logged_in_part(
        self, moderator: Client, place: str, logged: Any
    ) -> None:
        moderator.put(place, {"contents": "x" * 5_000}, status=200)
        assert logged()[0][3] == {"contents": "x" * 1_000}

    def test_nothing_new(
        self, site: Client, ann: Client, moderator: Client, place: str, logged: Any
    ) -> None:
        events: list[Any] = []
        site.app.registry.registerHandler(events.append, (ICommentEdited,))
        try:
            comment = read_page(ann, place)
            for body in ({}, {"contents": "A comment."}, {"format": comment["format"]}):
                assert ann.put(place, body, status=200).json["response"] == comment
                moderator.put(place, body, status=200)
            assert (events, logged()) == ([], [])
            ann.put(place, {"contents": "Something new."}, status=200)
        finally:
            site.app.registry.unregisterHandler(events.append, (ICommentEdited,))
        assert [event.model.contents for event in events] == ["Something new."]

    def test_closed(
        self, ann: Client, moderator: Client, place: str, change: Callable[..., None]
    ) -> None:
        change(is_open=False)
        answer = ann.put(place, {"contents": "x"}, status=400)
        assert answer.json["code"] == "comments_closed"
        moderator.put(place, {"contents": "x"}, status=200)

    def test_sql(self, ann: Client, place: str, count_sql: Any) -> None:
        ann.get(place)
        with count_sql() as statements:
            ann.put(place, {"contents": "Better."}, status=200)
        # One statement each for the thing, the comment and its change.
        assert len(statements) == 3, "\n".join(statements)


class TestAuthors:
    def test_who_may_write_no_longer(
        self, site: Client, factory: Factory, path: str, say: Say
    ) -> None:
        user = factory.user("writer", grants=("things_view", "things_comment"))
        writer = site.as_key(factory.key(user))
        place, other = (f"{path}/{say(writer)['id']}" for _ in range(2))
        staff = site.as_key(factory.key(factory.staff()))
        for scope, status in (
            (("things_view",), 403),
            (("things_view", "things_comments_modify"), 403),
            (("things_view", "things_comment"), 200),
        ):
            key = site.as_key(factory.key(user, *scope))
            key.put(place, {"contents": f"{scope}"}, status=status)
            key.delete(place, status=status)
        staff.put(f"/users/{user.id}", {"permissions": {"things_comment": False}}, status=200)
        writer.put(other, {"contents": "x"}, status=403)
        writer.delete(other, status=403)
        writer.post(f"{place}/restore", status=404)

    def test_gone(
        self, ann: Client, db: Session, path: str, say: Say, join: Callable[..., Client]
    ) -> None:
        """Comments of deleted accounts stay."""
        place = f"{path}/{say(join('gone'))['id']}"
        db.delete(db.query(User).filter_by(username="gone").one())
        db.commit()
        assert read_page(ann, place)["user"] is None
        ann.put(place, {"contents": "x"}, status=403)

    def test_sight(self, join: Callable[..., Client], path: str, place: str) -> None:
        """Callers who may not read things cannot find out which comments exist."""
        blind = join(grants=("things_comment", "things_comments_modify"))
        for where in (path, place, f"{path}/{ABSENT}"):
            blind.get(where, status=403)
