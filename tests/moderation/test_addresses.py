"""``/users/{id}/addresses`` and ``/duplicate_addresses``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from pulsar.db import utcnow
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.addresses import UNRECORDED, UserAddress
from pulsar.users.models import User


@pytest.fixture
def seen(db: Session) -> Any:
    """``seen(user, "192.0.2.1", hours=3)``: record that the member used the address hours ago."""

    def store(user: User, *addresses: str, hours: int = 0) -> None:
        moment = utcnow() - timedelta(hours=hours)
        for address in addresses:
            db.add(
                UserAddress(user_id=user.id, address=address, first_seen=moment, last_seen=moment)
            )
        db.commit()

    return store


class TestOfMember:
    def test_the_last_first(self, moderator: Client, user: User, path: str, seen: Any) -> None:
        seen(user, "192.0.2.1", hours=3)
        seen(user, "192.0.2.2", hours=1)
        seen(user, "2001:db8::1", hours=2)
        answer = moderator.get(f"{path}/addresses?limit=2", status=200)
        page = answer.json["response"]
        assert [item["address"] for item in page["items"]] == ["192.0.2.2", "2001:db8::1"]
        assert (page["total"], page["pages"]) == (3, 2)

    def test_who_may_look(
        self, caller: Client, member: Client, user: User, path: str, seen: Any
    ) -> None:
        seen(user, "192.0.2.1")
        for place in (path, "/users/me"):
            items = caller.get(f"{place}/addresses", status=200).json["response"]["items"]
            assert "192.0.2.1" in [item["address"] for item in items]
        member.get(f"{path}/addresses", status=403)


class TestDuplicates:
    @pytest.fixture
    def users(self, factory: Factory) -> list[User]:
        return [factory.user(name) for name in ("ann", "bob", "cid")]

    def test_most_members_first(self, moderator: Client, users: Any, seen: Any) -> None:
        ann, bob, cid = users
        for user in users:
            seen(user, "192.0.2.3", UNRECORDED)
        seen(ann, "192.0.2.1", "2001:db8::1", "2001:db8::2")
        seen(cid, "192.0.2.1", "2001:db8::3")
        seen(bob, "192.0.2.9")
        page_of_addresses = moderator.get("/duplicate_addresses", status=200).json["response"]
        addresses = [
            (item["address"], [who["username"] for who in item["members"]])
            for item in page_of_addresses["items"]
        ]
        assert addresses == [
            ("192.0.2.3", ["ann", "bob", "cid"]),
            ("192.0.2.1", ["ann", "cid"]),
            ("2001:db8::/64", ["ann", "cid"]),
        ]
        assert (
            page_of_addresses["total"],
            page_of_addresses["page"],
            page_of_addresses["pages"],
        ) == (3, 1, 1)

    def test_of_many_members(self, moderator: Client, users: Any, seen: Any) -> None:
        for user in users:
            seen(user, "192.0.2.3")
        for user in users[:2]:
            seen(user, "192.0.2.2")
        for members, total in ((2, 2), (3, 1), (4, 0)):
            page_of_addresses = moderator.get(f"/duplicate_addresses?members={members}").json[
                "response"
            ]
            assert page_of_addresses["total"] == total

    def test_pages(self, moderator: Client, users: Any, seen: Any) -> None:
        for user in users[:2]:
            seen(user, *(f"192.0.2.{number}" for number in range(5)))
        addresses = []
        for page in (1, 2, 3):
            page_of_addresses = moderator.get(f"/duplicate_addresses?limit=2&page={page}").json[
                "response"
            ]
            addresses += [item["address"] for item in page_of_addresses["items"]]
            assert (page_of_addresses["total"], page_of_addresses["pages"]) == (5, 3)
        assert addresses == [f"192.0.2.{number}" for number in range(5)]

    def test_nothing(self, moderator: Client) -> None:
        page_of_addresses = moderator.get("/duplicate_addresses", status=200).json["response"]
        assert (
            page_of_addresses["items"],
            page_of_addresses["total"],
            page_of_addresses["pages"],
        ) == ([], 0, 1)

    def test_without_the_permission(self, member: Client) -> None:
        member.get("/duplicate_addresses", status=403)
