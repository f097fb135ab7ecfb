"""Who may call what: every endpoint, as everybody."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from webtest import TestResponse

from pulsar.classes.models import LOWEST_CLASS, UserClassPermission
from pulsar.testing.case import Case
from pulsar.testing.client import Client
from pulsar.testing.contract import Contract
from pulsar.testing.operations import Operation
from pulsar.testing.world import World

#: An id that no test reaches.
NOBODYS = str(2**63 - 1)
Callers = dict[str, Client]


class TestAnybody:
    """Without a key."""

    def test_nobody(self, operation: Operation, world: World, contract: Contract) -> None:
        answer = world.call(operation, world.nobody)
        assert contract.problems(operation, answer) == []
        if operation.needs_key:
            assert (answer.status_int, answer.json["code"]) == (401, "unauthorized")
            assert answer.headers["WWW-Authenticate"]
        elif answer.status_int in (401, 403):
            assert answer.json["code"] not in ("unauthorized", "forbidden")


class TestMembers:
    """With a key, whoever's it is."""

    @staticmethod
    def covers(operation: Operation) -> bool:
        return 401 in operation.answers

    def test_disabled(self, operation: Operation, world: World, contract: Contract) -> None:
        answer = world.call(operation, world.person(enabled=False).client)
        assert contract.problems(operation, answer) == []
        assert (answer.status_int, answer.json["code"]) == (403, "account_disabled")

    def test_staff(self, operation: Operation, world: World, contract: Contract) -> None:
        answer = world.call(operation, world.staff.client)
        assert contract.problems(operation, answer) == []
        if world.caller(operation) is world.staff:
            assert answer.status_int == operation.success

    def test_locked(self, operation: Operation, world: World, contract: Contract) -> None:
        answer = world.call(operation, world.person(locked=True).client)
        assert contract.problems(operation, answer) == []
        if operation.permission:
            assert (answer.status_int, answer.json["code"]) == (403, "account_locked")

    def test_members(self, operation: Operation, world: World, contract: Contract) -> None:
        answer = world.call(operation, world.person().client)
        assert contract.problems(operation, answer) == []
        assert answer.status_int != 401 or answer.json["code"] != "unauthorized"
        given = select(UserClassPermission.permission).where(
            UserClassPermission.user_class_id == LOWEST_CLASS
        )
        if operation.permission and operation.permission not in world.db.scalars(given).all():
            own = world.is_own(operation)
            assert answer.status_int == 403 or (own and answer.status_int == operation.success)


class TestPermission:
    """The documented permission is needed, and it is that one."""

    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.permission is not None

    def test_without_any(self, operation: Operation, world: World, contract: Contract) -> None:
        answer = world.call(operation, world.person(denials=world.permissions).client)
        assert contract.problems(operation, answer) == []
        assert (answer.status_int, answer.json["code"]) == (403, "forbidden")

    def test_with_all_others(self, operation: Operation, world: World, contract: Contract) -> None:
        others = set(world.permissions) - {operation.permission, "site_god_mode"}
        powerful = world.person(grants=others, denials=[operation.permission])
        answer = world.call(operation, powerful.client)
        assert contract.problems(operation, answer) == []
        if not (world.is_own(operation) and answer.status_int == operation.success):
            assert (answer.status_int, answer.json["code"]) == (403, "forbidden")

    def test_with_a_key_for_all_others(
        self, operation: Operation, world: World, contract: Contract
    ) -> None:
        others = sorted(set(world.permissions) - {operation.permission})
        key = world.factory.key(world.caller(operation).user, *others)
        answer = world.call(operation, world.nobody.as_key(key))
        assert contract.problems(operation, answer) == []
        assert (answer.status_int, answer.json["code"]) == (403, "key_forbidden")


class TestSecrecy:
    """Who may not see a thing cannot tell whether it is there."""

    @staticmethod
    def covers(operation: Operation) -> bool:
        return bool(operation.path_parameters) and operation.needs_key

    @pytest.fixture
    def callers(self, world: World, operation: Operation) -> Callers:
        """Those who may not see anything, and an ordinary member."""
        scope = next(name for name in world.permissions if name != operation.permission)
        return {
            "nobody": world.nobody,
            "denied": world.person(denials=world.permissions).client,
            "locked": world.person(locked=True).client,
            "restricted": world.nobody.as_key(world.factory.key(world.staff.user, scope)),
            "member": world.person().client,
        }

    def test_missing_things_look_like_existing_ones(
        self, case: Case, callers: Callers, operation: Operation
    ) -> None:
        world = case.world
        existing = world.values(operation)
        for name in operation.path_parameters:
            missing = {**existing, name: _other(name, existing[name])}
            for who, client in callers.items():
                if not self.may_see(client, operation, name, existing):
                    here = world.call(operation, client, operation.fill(existing))
                    gone = world.call(operation, client, operation.fill(missing))
                    if _shown(here, existing[name]) != _shown(gone, missing[name]):
                        case.problems.append(f"{who}: {here.text[:200]} or {gone.text[:200]}")
        assert not case.problems, "\n".join(case.problems)

    @staticmethod
    def may_see(
        client: Client, operation: Operation, name: str, existing: dict[str, str]
    ) -> bool:
        """Whether the caller sees the thing itself, so that it is no secret to them."""
        path = operation.path[: operation.path.index(f"{{{name}}}")] + existing[name]
        path = re.sub(r"{(\w+)}", lambda found: existing[found[1]], path)
        return client.get(path).status_int in (200, 405)


def _other(name: str, value: str) -> str:
    """A value of the same form, of nothing that there is."""
    if name.endswith("_id"):
        return NOBODYS
    return value[:-1] + ("0" if value[-1] != "0" else "1")


def _shown(answer: TestResponse, value: str) -> tuple[int, bytes]:
    return answer.status_int, answer.body.replace(value.encode(), b"?")
