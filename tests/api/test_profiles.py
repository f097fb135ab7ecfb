"""After every change, members' pages are up to date for all viewers."""

from __future__ import annotations

from typing import Any

import pytest

from pulsar.interfaces import ICache
from pulsar.testing.factories import STAFF_CLASS
from pulsar.testing.operations import Operation
from pulsar.testing.site_model import World


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestProfiles:
    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.method != "GET"

    def test_are_not_stale(self, operation: Operation, world: World) -> None:
        caller = world.caller(operation)
        path = world.path(operation)
        if operation.takes_body:
            world.body(operation)
        viewers = [
            world.person("viewer"),
            world.person("moderator", grants=["users_moderate", "requests_view"]),
            # Some requests revoke all keys, and other tests need the keys of other members.
            world.person("chief", user_class_id=STAFF_CLASS),
        ]
        members = {person.user.id for person in (world.owner, world.staff, caller)}

        def look() -> list[Any]:
            answers = [
                viewer.client.get(f"/users/{user_id}").json
                for viewer in viewers
                for user_id in sorted(members)
            ]
            # The used cache keys differ.
            return [answer["response"] for answer in answers]

        look()
        world.call(operation, path=path)
        profiles = look()
        world.registry.getUtility(ICache).clear()
        assert profiles == look()
