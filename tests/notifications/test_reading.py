"""Listing and marking notifications."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from pulsar.notifications.models import Notification
from pulsar.testing import ABSENT
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

PATH = "/notifications"


@pytest.fixture(autouse=True)
def types(declare: Any) -> None:
    """Two types."""
    declare("post")
    declare("quote")


@pytest.fixture
def reader(client: Client, factory: Factory) -> Client:
    """A client of a member who may read others' notifications, but not mark them."""
    return client.as_key(factory.key(factory.user(grants=["notifications_view_others"])))


@pytest.fixture
def marker(client: Client, factory: Factory) -> Client:
    """A client of a member who may read and mark others' notifications."""
    grants = ["notifications_view_others", "notifications_modify_others"]
    return client.as_key(factory.key(factory.user(grants=grants)))


def unread(client: Client, query: str = "") -> dict[str, int]:
    """Return the numbers of unread notifications, without types that have none."""
    response = client.get(f"{PATH}/unread{query}", status=200).json["response"]
    return {name: number for name, number in response.items() if number}


def shown_ids(client: Client, path: str) -> list[int]:
    items = client.get(f"{PATH}/{path}", status=200).json["response"]["items"]
    return [item["id"] for item in items]


class TestOverview:
    def test_every_type_newest_first(
        self, caller: Client, notify: Any, user: User, stored: Any
    ) -> None:
        for name in ("post", "quote", "post"):
            notify(name, user, subject_type="posts", subject_id=3)
        first, quote, second = stored(user)
        response = caller.get(PATH, status=200).json["response"]
        assert [item["id"] for item in response["post"]] == [second.id, first.id]
        assert response["class_changed"] == []
        assert response["quote"] == [
            {
                "id": quote.id,
                "user_id": user.id,
                "type": "quote",
                "time": response["quote"][0]["time"],
                "read": False,
                "subject_type": "posts",
                "subject_id": 3,
                "contents": {"from": "nobody"},
            }
        ]

    def test_one_type_does_not_hide_another(
        self, caller: Client, notify: Any, user: User, db: Session
    ) -> None:
        notify("quote", user)
        db.add_all(Notification(user_id=user.id, type="post", contents={}) for _ in range(150))
        db.commit()
        response = caller.get(PATH).json["response"]
        assert (len(response["post"]), len(response["quote"])) == (25, 1)
        assert unread(caller) == {"post": 150, "quote": 1}

    def test_others_are_not_in_it(
        self, caller: Client, member: Client, notify: Any, user: User
    ) -> None:
        notify("post", user)
        assert unread(member) == {}
        assert member.get(PATH).json["response"]["post"] == []

    def test_without_the_permission(self, client: Client, factory: Factory) -> None:
        somebody = client.as_key(factory.key(factory.user(denials=["notifications_view"])))
        for path in ("", "/unread", "/post", "/choices", "/1", "/nonsense"):
            somebody.get(f"{PATH}{path}", status=403)


class TestOfType:
    @pytest.fixture
    def notification_ids(self, notify: Any, user: User, stored: Any) -> list[int]:
        """Five notifications of a type and one of another, newest first."""
        for _ in range(5):
            notify("post", user)
        notify("quote", user)
        return [notification.id for notification in stored(user) if notification.type == "post"][
            ::-1
        ]

    def test_paged_by_key(self, caller: Client, notification_ids: list[int]) -> None:
        ids: list[int] = []
        path = f"{PATH}/post?limit=2"
        for more in (True, True, False):
            answer = caller.get(path, status=200)
            page = answer.json["response"]
            ids += [item["id"] for item in page["items"]]
            assert (page["after"] is not None) is more
            assert ("Link" in answer.headers) is more
            if more:
                path = answer.headers["Link"].partition(">")[0].strip("<")
                path = path.removeprefix("http://localhost")
        assert ids == notification_ids

    def test_read_ones_when_asked_for(self, caller: Client, notification_ids: list[int]) -> None:
        caller.put(f"{PATH}/{notification_ids[1]}", {"read": True}, status=200)
        assert shown_ids(caller, "post") == [notification_ids[0], *notification_ids[2:]]
        assert shown_ids(caller, "post?include_read=true") == notification_ids

    def test_unknown_type(self, caller: Client) -> None:
        for method in ("GET", "PUT"):
            answer = caller.request(method, f"{PATH}/nonsense", status=404).json
            assert answer["response"] == "nonsense is not a notification type."

    @pytest.mark.one_backend
    @pytest.mark.parametrize("query", ["limit=0", "limit=101", "after=0", "page=1", "user_id=x"])
    def test_refused(self, caller: Client, query: str) -> None:
        answer = caller.get(f"{PATH}/post?{query}", status=400).json
        assert set(answer["errors"]) == {query.partition("=")[0]}


class TestMark:
    @pytest.fixture
    def notification_ids(self, notify: Any, user: User, stored: Any) -> list[int]:
        """Two notifications of a type and one of another."""
        for name in ("post", "post", "quote"):
            notify(name, user)
        return [notification.id for notification in stored(user)]

    def test_one_there_and_back(
        self, caller: Client, notification_ids: list[int], stored: Any, user: User
    ) -> None:
        path = f"{PATH}/{notification_ids[0]}"
        for read, word, left in ((True, "read", 1), (True, "read", 1), (False, "unread", 2)):
            answer = caller.put(path, {"read": read}, status=200).json
            assert answer["response"] == f"Notification {notification_ids[0]} marked as {word}."
            assert unread(caller)["post"] == left

    def test_the_moment_of_reading_stays(
        self, caller: Client, notification_ids: list[int], stored: Any, user: User
    ) -> None:
        caller.put(f"{PATH}/{notification_ids[0]}", {"read": True}, status=200)
        first = stored(user)[0].read
        caller.put(f"{PATH}/{notification_ids[0]}", {"read": True}, status=200)
        assert stored(user)[0].read == first

    def test_a_type(self, caller: Client, notification_ids: list[int]) -> None:
        answer = caller.put(f"{PATH}/post", {"read": True}, status=200).json
        assert answer["response"] == "post notifications cleared."
        assert unread(caller) == {"quote": 1}

    def test_all(
        self, caller: Client, notification_ids: list[int], notify: Any, user: User
    ) -> None:
        answer = caller.put(PATH, {"read": True}, status=200).json
        assert answer["response"] == "All notifications cleared."
        assert unread(caller) == {}
        notify("post", user)
        assert unread(caller) == {"post": 1}
        caller.put(PATH, {"read": True}, status=200)
        assert unread(caller) == {}

    def test_all_unread_makes_no_sense(self, caller: Client, notification_ids: list[int]) -> None:
        for path in (PATH, f"{PATH}/post"):
            answer = caller.put(path, {"read": False}, status=400).json
            assert answer["code"] == "only_read"
            assert answer["response"] == "You cannot set all notifications to unread."

    def test_others_stay_as_they_are(
        self, caller: Client, member: Client, notification_ids: list[int]
    ) -> None:
        member.put(PATH, {"read": True}, status=200)
        member.put(f"{PATH}/post", {"read": True}, status=200)
        assert unread(caller) == {"post": 2, "quote": 1}

    def test_nothing_to_mark(self, caller: Client) -> None:
        caller.put(PATH, {"read": True}, status=200)
        answer = caller.put(f"{PATH}/{ABSENT}", {"read": True}, status=404).json
        assert answer["response"] == f"Notification {ABSENT} does not exist."

    @pytest.mark.one_backend
    @pytest.mark.parametrize("body", [{}, {"read": 1}, {"read": None}, {"read": "yes"}])
    def test_refused(self, caller: Client, notification_ids: list[int], body: Any) -> None:
        for path in (PATH, f"{PATH}/post", f"{PATH}/{notification_ids[0]}"):
            assert set(caller.put(path, body, status=400).json["errors"]) == {"read"}

    def test_the_body_does_not_say_whose(self, caller: Client, notification_ids: list[int]) -> None:
        for path in (PATH, f"{PATH}/post", f"{PATH}/{notification_ids[0]}"):
            answer = caller.put(path, {"read": True, "user_id": 1}, status=400).json
            assert answer["errors"] == {"user_id": ["extra keys not allowed"]}

    def test_without_the_permission(
        self, client: Client, factory: Factory, user: User, notification_ids: list[int]
    ) -> None:
        narrow = client.as_key(factory.key(user, "notifications_view"))
        for path in (PATH, f"{PATH}/post", f"{PATH}/{notification_ids[0]}"):
            narrow.put(path, {"read": True}, status=403)


class TestOthers:
    @pytest.fixture
    def notification_id(self, notify: Any, user: User, stored: Any) -> int:
        """A notification of the member."""
        notify("post", user)
        notification_id: int = stored(user)[0].id
        return notification_id

    def test_reading(
        self, reader: Client, member: Client, user: User, notification_id: int
    ) -> None:
        query = f"?user_id={user.id}"
        assert (
            reader.get(f"{PATH}{query}", status=200).json["response"]["post"][0]["id"]
            == notification_id
        )
        assert unread(reader, query) == {"post": 1}
        assert shown_ids(reader, f"post{query}") == [notification_id]
        for path in ("", "/unread", "/post"):
            member.get(f"{PATH}{path}{query}", status=403)

    def test_of_nobody(self, reader: Client) -> None:
        answer = reader.get(f"{PATH}?user_id={ABSENT}", status=404).json
        assert answer["response"] == f"User {ABSENT} does not exist."

    def test_ones_own_id(self, caller: Client, user: User, notification_id: int) -> None:
        assert unread(caller, f"?user_id={user.id}") == {"post": 1}

    def test_marking(
        self,
        marker: Client,
        reader: Client,
        member: Client,
        caller: Client,
        user: User,
        notification_id: int,
    ) -> None:
        body, query = {"read": True}, f"?user_id={user.id}"
        for path in (PATH, f"{PATH}/post"):
            reader.put(path + query, body, status=403)
            member.put(path + query, body, status=403)
        reader.put(f"{PATH}/{notification_id}", {"read": True}, status=403)
        # For callers who may not see it, it does not exist.
        member.put(f"{PATH}/{notification_id}", {"read": True}, status=404)
        assert unread(caller) == {"post": 1}
        marker.put(f"{PATH}/{notification_id}", {"read": True}, status=200)
        assert unread(caller) == {}
        marker.put(f"{PATH}/{notification_id}", {"read": False}, status=200)
        marker.put(f"{PATH}/post{query}", body, status=200)
        assert unread(caller) == {}

    def test_the_permission_must_be_in_the_keys_scope(
        self, client: Client, factory: Factory, user: User
    ) -> None:
        key = factory.key(factory.user(grants=["notifications_view_others"]), "notifications_view")
        client.as_key(key).get(f"{PATH}?user_id={user.id}", status=403)


class TestVisibility:
    """Access to the subject is checked again when notifications are shown."""

    @pytest.fixture
    def visible_pairs(self, declare: Any, notify: Any, user: User) -> set[tuple[int, int]]:
        """The visible pairs; the member has two notifications for each of the subjects 1 to 3."""
        pairs = {(user.id, subject_id) for subject_id in (1, 2, 3)}

        def visible(request: Any, user_ids: Any, subject_ids: Any) -> set[tuple[int, int]]:
            assert list(user_ids) == [user.id]
            assert len(set(subject_ids)) == len(subject_ids)
            return pairs.intersection((user.id, subject_id) for subject_id in subject_ids)

        declare("secret", visible)
        for subject_id in (1, 2, 3, 1, 2, 3):
            notify("secret", user, subject_id=subject_id)
        notify("secret", user)
        return pairs

    def test_lost(self, caller: Client, user: User, visible_pairs: set[tuple[int, int]]) -> None:
        assert unread(caller) == {"secret": 7}
        visible_pairs.discard((user.id, 2))
        assert unread(caller) == {"secret": 5}
        for item in (
            caller.get(PATH).json["response"]["secret"],
            caller.get(f"{PATH}/secret").json["response"]["items"],
        ):
            assert [item["subject_id"] for item in item] == [None, 3, 1, 3, 1]
        visible_pairs.add((user.id, 2))
        assert unread(caller) == {"secret": 7}

    def test_for_the_member_and_not_for_who_reads(
        self, reader: Client, user: User, visible_pairs: set[tuple[int, int]]
    ) -> None:
        visible_pairs.discard((user.id, 2))
        assert unread(reader, f"?user_id={user.id}") == {"secret": 5}

    def test_slices_go_on_where_something_is_left_out(
        self, caller: Client, user: User, visible_pairs: set[tuple[int, int]]
    ) -> None:
        visible_pairs.discard((user.id, 3))
        subject_ids: list[int | None] = []
        after = ""
        while True:
            page = caller.get(f"{PATH}/secret?limit=2{after}", status=200).json["response"]
            subject_ids += [item["subject_id"] for item in page["items"]]
            if page["after"] is None:
                break
            after = f"&after={page['after']}"
        assert subject_ids == [None, 2, 1, 2, 1]

    def test_statements_do_not_grow(
        self, caller: Client, declare: Any, notify: Any, user: User, count_sql: Any
    ) -> None:
        def visible(request: Any, user_ids: Any, subject_ids: Any) -> set[tuple[int, int]]:
            rows = request.db.query(User.id).filter(User.id.in_(user_ids))
            return {(user_id, subject_id) for (user_id,) in rows for subject_id in subject_ids}

        declare("counted", visible)
        paths = ("", "/unread", "/counted")
        costs: list[list[int]] = []
        for number in range(20):
            notify("counted", user, subject_id=number)
            if number in (0, 19):
                costs.append([])
                for path in paths:
                    caller.get(f"{PATH}{path}")
                    with count_sql() as statements:
                        caller.get(f"{PATH}{path}", status=200)
                    costs[-1].append(len(statements))
        assert costs[0] == costs[1]


class TestGoneTypes:
    """Notifications of a disabled plugin stay stored, and are not shown."""

    @pytest.fixture
    def gone(self, db: Session, user: User) -> int:
        """A notification of a disabled plugin."""
        notification = Notification(user_id=user.id, type="gone", contents={"secret": 1})
        db.add(notification)
        db.commit()
        return notification.id

    def test_they_are_not_shown(self, caller: Client, gone: int) -> None:
        assert unread(caller) == {}
        assert "gone" not in caller.get(PATH, status=200).json["response"]
        assert "gone" not in caller.get(f"{PATH}/unread").json["response"]
        caller.get(f"{PATH}/gone", status=404)

    def test_they_are_shown_again(self, caller: Client, gone: int, declare: Any) -> None:
        declare("gone")
        assert unread(caller) == {"gone": 1}
        assert shown_ids(caller, "gone") == [gone]
