"""``/users/{id}/warnings``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from pulsar.db import utcnow
from pulsar.testing import ABSENT
from pulsar.testing.client import Client
from pulsar.testing.factories import Factory
from pulsar.users.models import User

DAY = timedelta(days=1)


@pytest.fixture
def warn(moderator: Client, path: str) -> Any:
    """``warn(days=7)``: warn the member as the moderator, and return the warning."""

    def post(**values: Any) -> Any:
        body = {"reason": "Be kind.", **values}
        return moderator.post(f"{path}/warnings", body, status=201).json["response"]

    return post


def active(client: Client, path: str) -> int:
    warnings: int = client.get(path, status=200).json["response"]["warnings"]
    return warnings


class TestWarn:
    def test_stored(self, moderator: Client, path: str, user: User, logged: Any) -> None:
        now = utcnow().replace(microsecond=0)
        with time_machine.travel(now, tick=False):
            answer = moderator.post(f"{path}/warnings", {"reason": "Be kind.", "days": 7})
        response = answer.json["response"]
        assert response.pop("staff")["username"] == "moderator"
        stamps = (now, now + 7 * DAY)
        created, expires = (f"{stamp:%Y-%m-%dT%H:%M:%SZ}" for stamp in stamps)
        assert response == {
            "id": response["id"],
            "user_id": user.id,
            "reason": "Be kind.",
            "active": True,
            "created": created,
            "expires": expires,
            "revoked": None,
        }
        assert answer.headers["Location"].endswith(f"{path}/warnings/{response['id']}")
        warning = moderator.get(f"{path}/warnings/{response['id']}", status=200).json["response"]
        assert (warning["id"], warning["reason"]) == (response["id"], "Be kind.")
        after = {"reason": "Be kind.", "days": 7}
        assert logged() == [("user_warned", ("users", user.id), None, after)]

    def test_two_weeks_where_nothing_is_said(self, warn: Any) -> None:
        warning = warn()
        assert warning["expires"][:10] == f"{utcnow() + 14 * DAY:%Y-%m-%d}"

    def test_the_member_is_notified_and_sees_it_at_once(self, warn: Any, caller: Client) -> None:
        assert active(caller, "/users/me") == 0
        warn(days=7)
        assert active(caller, "/users/me") == 1
        (told,) = caller.get("/notifications").json["response"]["user_warned"]
        assert told["contents"] == {"reason": "Be kind.", "days": 7}

    @pytest.mark.one_backend
    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"reason": ""}, "reason"),
            ({"reason": None}, "reason"),
            ({"days": 0}, "days"),
            ({"days": 3_651}, "days"),
            ({"days": None}, "days"),
        ],
    )
    def test_refused(self, moderator: Client, path: str, values: Any, field: str) -> None:
        body = {"reason": "x", **values}
        answer = moderator.post(f"{path}/warnings", body, status=400).json
        assert set(answer["errors"]) == {field}

    def test_rank(self, moderator: Client, above: str) -> None:
        answer = moderator.post(f"{above}/warnings", {"reason": "x"}, status=403).json
        assert answer["code"] == "outranked"

    def test_without_the_permission(self, member: Client, path: str) -> None:
        member.post(f"{path}/warnings", {"reason": "x"}, status=403)
        member.post("/users/me/warnings", {"reason": "x"}, status=403)


class TestExpiry:
    def test_it_ends_by_itself(self, warn: Any, moderator: Client, path: str) -> None:
        now = utcnow()
        with time_machine.travel(now, tick=False) as clock:
            warn(days=7)
            clock.shift(7 * DAY - timedelta(seconds=1))
            assert active(moderator, path) == 1
            clock.shift(timedelta(seconds=2))
            assert active(moderator, path) == 0
            (item,) = moderator.get(f"{path}/warnings").json["response"]["items"]
        assert item["active"] is False
        assert item["revoked"] is None


class TestRevoke:
    def test_it_stays_on_record(
        self, warn: Any, moderator: Client, caller: Client, path: str, user: User, logged: Any
    ) -> None:
        warning = warn()
        assert active(caller, "/users/me") == 1
        answer = moderator.delete(f"{path}/warnings/{warning['id']}", status=200).json
        assert answer["response"] == f"Warning {warning['id']} has been revoked."
        assert active(caller, "/users/me") == 0
        (item,) = moderator.get(f"{path}/warnings").json["response"]["items"]
        assert item["active"] is False
        assert item["revoked"] is not None
        action, target, before, after = logged()[-1]
        assert (action, target) == ("user_warning_revoked", ("users", user.id))
        assert before["reason"] == "Be kind."
        assert after is None

    def test_once(self, warn: Any, moderator: Client, path: str) -> None:
        place = f"{path}/warnings/{warn()['id']}"
        moderator.delete(place, status=200)
        answer = moderator.delete(place, status=400).json
        assert answer["code"] == "already_revoked"

    def test_of_another_member(self, warn: Any, moderator: Client, factory: Factory) -> None:
        other = factory.user()
        answer = moderator.delete(f"/users/{other.id}/warnings/{warn()['id']}", status=404)
        assert "does not exist" in answer.json["response"]

    def test_of_those_above(self, moderator: Client, staff: Client, above: str) -> None:
        warning = staff.post(f"{above}/warnings", {"reason": "x"}, status=201).json["response"]
        moderator.delete(f"{above}/warnings/{warning['id']}", status=403)

    def test_the_members_own(self, warn: Any, caller: Client) -> None:
        caller.delete(f"/users/me/warnings/{warn()['id']}", status=403)

    def test_who_may_warn_but_not_look(
        self, warn: Any, client: Client, factory: Factory, path: str
    ) -> None:
        warner = factory.user_class("Warners", "users_warn", "users_view", rank=400)
        caller = client.as_key(factory.key(factory.user(user_class_id=warner.id)))
        place = f"{path}/warnings/{warn()['id']}"
        caller.get(place, status=403)
        caller.delete(place, status=200)


class TestList:
    def test_newest_first(self, warn: Any, moderator: Client, path: str) -> None:
        for reason in ("one", "two", "three"):
            warn(reason=reason)
        answer = moderator.get(f"{path}/warnings?limit=2", status=200)
        page = answer.json["response"]
        assert [item["reason"] for item in page["items"]] == ["three", "two"]
        assert (page["total"], page["pages"]) == (3, 2)
        assert 'rel="next"' in answer.headers["Link"]

    def test_own_without_the_names_of_staff(self, warn: Any, caller: Client, path: str) -> None:
        warning = warn()
        for place in (path, "/users/me"):
            (item,) = caller.get(f"{place}/warnings", status=200).json["response"]["items"]
            assert item["reason"] == "Be kind."
            assert "staff" not in item
            response = caller.get(f"{place}/warnings/{warning['id']}", status=200).json["response"]
            assert response == item

    def test_others(self, warn: Any, member: Client, path: str) -> None:
        warning = warn()
        member.get(f"{path}/warnings", status=403)
        member.get(f"{path}/warnings/{warning['id']}", status=403)
        # Not even whether it exists is shown.
        member.get(f"{path}/warnings/{ABSENT}", status=403)

    def test_own_with_a_narrow_key(
        self, warn: Any, client: Client, factory: Factory, user: User
    ) -> None:
        warn()
        for scope, status in (("users_view", 200), ("userclasses_list", 403)):
            caller = client.as_key(factory.key(user, scope))
            caller.get("/users/me/warnings", status=status)

    def test_how_many_is_not_told_to_others(self, warn: Any, member: Client, path: str) -> None:
        warn()
        assert "warnings" not in member.get(path).json["response"]
