"""Access: every endpoint is called by all kinds of callers with an otherwise valid request."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update
from webtest import TestResponse

from pulsar.apikeys.models import APIKey
from pulsar.classes.models import LOWEST_CLASS, UserClassPermission
from pulsar.db import utcnow
from pulsar.testing.case import Case
from pulsar.testing.client import Client
from pulsar.testing.operations import Operation
from pulsar.testing.site_model import World
from pulsar.users.models import UserPermission

#: An id that does not exist.
NOBODYS = str(2**63 - 1)


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestWrongKeys:
    """An invalid key is refused at once, also by endpoints that need no key."""

    @staticmethod
    def covers(operation: Operation) -> bool:
        # Endpoints without rate limits check no key.
        return 429 in operation.answers

    def test_they_are_refused(self, case: Case, operation: Operation) -> None:
        world = case.world
        good, revoked = (world.factory.key(world.owner.user) for _ in range(2))
        row = APIKey.hash == revoked[:10]
        world.db.execute(update(APIKey).where(row).values(revoked=utcnow()))
        world.db.commit()
        wrong = {
            "unknown": f"Token {'A' * 42}",
            "revoked": f"Token {revoked}",
            "another secret": f"Token {good[:10]}{good[10:].swapcase()}",
            "missing": "Bearer",
        }
        with case.on_trial():
            for what, value in wrong.items():
                client = world.nobody.with_authorization(value)
                self.expect(case, what, world.call(operation, client, case.path))
            if operation.needs_key:
                client = world.nobody.with_authorization("Basic YTpi")
                self.expect(case, "another scheme", world.call(operation, client, case.path))

    @staticmethod
    def expect(case: Case, what: str, answer: TestResponse) -> None:
        """Add a fault unless the response asks for a key."""
        case.expect(what, answer, 401, "unauthorized")
        if "WWW-Authenticate" not in answer.headers:
            case.problems.append(f"{what}: no WWW-Authenticate")


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestPermission:
    """The documented permission is required and sufficient; without it nothing is stored."""

    @staticmethod
    def covers(operation: Operation) -> bool:
        return operation.permission is not None

    def test_it_is_needed(self, case: Case, operation: Operation) -> None:
        world = case.world
        needed = world.examples.sufficient(operation.permission or "")
        others = [name for name in world.permissions if name not in needed]
        # Access to the caller's own data may require fewer permissions.
        own = world.is_own(operation)
        scope = others[:1] if own else others + world.opening
        key = world.factory.key(world.caller(operation).user, *scope)
        powerful = world.person("powerful")
        row = (UserPermission.user_id == powerful.user.id, UserPermission.permission.in_(needed))
        world.db.execute(update(UserPermission).where(*row).values(granted=False))
        world.db.commit()
        refused = {
            "without any": (world.person("denied").client, "forbidden"),
            "with a key for others": (world.nobody.as_key(key), "key_forbidden"),
        }
        if needed.isdisjoint(world.registry.settings["pulsar.lock_permissions"]):
            refused["locked"] = (world.person("locked").client, "account_locked")
        if not own:
            refused["with all others"] = (powerful.client, "forbidden")
        with case.on_trial():
            for who, (client, code) in refused.items():
                case.expect(who, world.call(operation, client, case.path), 403, code)

    def test_with_it_nothing_else_is_missing(self, case: Case, operation: Operation) -> None:
        """A caller with all permissions succeeds; the other test lacks only the documented one."""
        world = case.world
        answer = world.call(operation, world.person("capable").client, case.path)
        if operation.permission == "site_god_mode":
            case.expect("without god mode", answer, 403, "forbidden")
        elif answer.status_int != operation.success and world.caller(operation) is world.staff:
            # The caller may still lack credit or rank.
            assert answer.json["code"] != "forbidden"
        assert not case.problems, "\n".join(case.problems)


class TestPeople:
    """All callers get documented responses."""

    def test_everybody(self, case: Case, operation: Operation) -> None:
        world, problems = case.world, case.problems
        lowest = UserClassPermission.user_class_id == LOWEST_CLASS
        permissions = world.db.scalars(select(UserClassPermission.permission).where(lowest)).all()
        with world.undone():
            nobody = world.call(operation, world.nobody, case.path)
        with world.undone():
            member = world.call(operation, world.person("member").client, case.path)
        if operation.needs_key:
            case.expect("nobody", nobody, 401, "unauthorized")
        else:
            problems += case.contract.problems(operation, nobody)
            refused = nobody.status_int in (401, 403) and nobody.json["code"]
            if refused in ("unauthorized", "forbidden"):
                problems.append("nobody: a key is needed, and the document does not say so")
        if 403 in operation.answers:
            disabled = world.call(operation, world.person("disabled").client, case.path)
            case.expect("disabled", disabled, 403, "account_disabled")
        if operation.permission in (None, *permissions) or world.is_own(operation):
            problems += case.contract.problems(operation, member)
        else:
            case.expect("member", member, 403, "forbidden")
        staff = world.call(operation, world.staff.client, case.path)
        problems += case.contract.problems(operation, staff)
        if staff.status_int != operation.success and world.caller(operation) is world.staff:
            problems.append(f"staff: {staff.status_int} {staff.text[:200]}")
        assert not problems, "\n".join(problems)


@pytest.mark.parametrize("backend", ["embedded"], indirect=True)
class TestSecrecy:
    """Callers who may not see an object cannot find out whether it exists."""

    @staticmethod
    def covers(operation: Operation) -> bool:
        return bool(operation.path_parameters) and operation.needs_key

    def test_missing_things_look_like_existing_ones(self, case: Case, operation: Operation) -> None:
        world = case.world
        scope = next(name for name in world.permissions if name != operation.permission)
        callers = {
            "nobody": world.nobody,
            "denied": world.person("denied").client,
            "restricted": world.nobody.as_key(world.factory.key(world.staff.user, scope)),
            "member": world.person("member").client,
        }
        existing = world.values(operation)
        for name in operation.path_parameters:
            missing = {**existing, name: _other(name, existing[name])}
            for who, client in callers.items():
                if not self.may_see(world, client, operation, name, existing):
                    here = world.call(operation, client, operation.fill(existing))
                    gone = world.call(operation, client, operation.fill(missing))
                    if _shown(here, existing[name]) != _shown(gone, missing[name]):
                        case.problems.append(f"{who}: {here.text[:200]} but {gone.text[:200]}")
        assert not case.problems, "\n".join(case.problems)

    @staticmethod
    def may_see(
        world: World, client: Client, operation: Operation, name: str, existing: dict[str, str]
    ) -> bool:
        """Return whether the caller sees the object, or the list if objects have no page."""
        if name in world.examples.places:
            place: str = world.once(world.examples.places[name])
            return client.get(place).status_int == 200
        above = operation.path[: operation.path.index(f"/{{{name}}}")]
        above = re.sub(r"{(\w+)}", lambda item: existing[item[1]], above)
        status: int = client.get(f"{above}/{existing[name]}").status_int
        return status == 200 or (status == 405 and client.get(above).status_int == 200)


def _other(name: str, value: str) -> str:
    """Return a value of the same form that no object has."""
    if name.endswith("_id"):
        return NOBODYS
    return value[:-1] + ("0" if value[-1] != "0" else "1")


def _shown(answer: TestResponse, value: str) -> tuple[int, bytes]:
    return answer.status_int, answer.body.replace(value.encode(), b"?")
